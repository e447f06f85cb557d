"""What a provider's change breaks: two offers, an old one and a new one, held against each other. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from teststrip.base.where import Where
from teststrip.schema.diff.changes import SEVERITIES, Change, Severity, worst
from teststrip.schema.diff.compare import compare
from teststrip.schema.diff.front_changes import front_changes, shared_constraints
from teststrip.schema.diff.renames import likeness
from teststrip.schema.request import request_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from teststrip.provider.model import Parameter, Provider

__all__ = ["SEVERITIES", "Change", "Offer", "Severity", "diff", "diff_providers", "offer_of", "worst"]

_ALIKE: Final = 0.8


@dataclass(frozen=True, slots=True)
class Offer:
    """What an API takes: the request schema of each of its models, by id.

    `file` is where it was read from. `provider` is the page's provider; None when only schemas are known, and then
    nothing is known of addresses, keys, aliases, and of when a default counts. `place` finds a parameter of a
    model ("" for the model itself) in the file.
    """

    name: str
    file: str
    schemas: Mapping[str, Mapping[str, Any]]
    place: Callable[[str, str], Where | None]
    provider: Provider | None = None


def diff_providers(old: Provider, new: Provider) -> tuple[Change, ...]:
    """Return every change between two providers, in a stable order: the whole, then model by model."""
    return diff(offer_of(old), offer_of(new))


def diff(old: Offer, new: Offer) -> tuple[Change, ...]:
    """Return every change between two offers: the whole, then model by model, parameters in page order."""
    changes = list(_whole(old, new))
    old, new = _told_once(old, new)
    heirs = _heirs(old, new)
    for model in old.schemas:
        heir = heirs.get(model)
        if heir is None:
            changes.append(Change(model, "", "model-removed", "breaks", "is gone"))
            continue
        if heir != model:
            changes.append(_moved(model, heir, new))
        changes += _placed(compare(old.schemas[model], new.schemas[heir], model), old, new, heir)
    taken = set(heirs.values())
    changes += [
        Change(model, "", "model-added", "widens", "is new") for model in new.schemas if model not in taken
    ]
    return tuple(
        change
        if change.path or not change.model
        else replace(
            change,
            where_old=old.place(change.model, "") if change.model in old.schemas else None,
            where_new=new.place(change.model, "") if change.model in new.schemas else None,
        )
        for change in changes
    )


def offer_of(provider: Provider) -> Offer:
    """Return what a provider page offers."""
    places = {parameter.path: parameter.where for parameter in _everyone(provider.parameters)}

    def place(_model: str, path: str) -> Where | None:
        while path and path not in places:
            path = path.removesuffix("[]") if path.endswith("[]") else path.rpartition(".")[0]
        return places.get(path, Where(provider.file, 1, 1))

    schemas = {model.id: request_schema(provider, model.id) for model in provider.models}
    return Offer(provider.name, provider.file, schemas, place, provider)


def _told_once(old: Offer, new: Offer) -> tuple[Offer, Offer]:
    """Leave out of the schemas what only one of two pages rules between parameters: the pages have told it."""
    if old.provider is None or new.provider is None or old.provider.constraints == new.provider.constraints:
        return old, new
    kept = [shared_constraints(*pair) for pair in ((old.provider, new.provider), (new.provider, old.provider))]
    plain = [
        replace(provider, constraints=constraints)
        for provider, constraints in zip((old.provider, new.provider), kept, strict=True)
    ]
    schemas = [{model.id: request_schema(one, model.id) for model in one.models} for one in plain]
    return replace(old, schemas=schemas[0]), replace(new, schemas=schemas[1])


def _everyone(parameters: Iterable[Parameter]) -> Iterator[Parameter]:
    for parameter in parameters:
        yield parameter
        yield from _everyone(parameter.children)


def _whole(old: Offer, new: Offer) -> Iterator[Change]:
    """Yield what concerns all models: the provider's name, and, between pages, how it is spoken with."""
    if old.name != new.name:
        said = f"is called {new.name} now; it was {old.name}, and recipes say so in `model`"
        yield Change("", "provider", "provider", "breaks", said, None, None, old.name, new.name)
    if old.provider is not None and new.provider is not None:
        yield from front_changes(old.provider, new.provider)


def _heirs(old: Offer, new: Offer) -> dict[str, str]:
    """Find for each old model what it is now: itself, the model that has its name as an alias, or a likely one."""
    heirs = {model: model for model in old.schemas if model in new.schemas}
    fresh = [model for model in new.schemas if model not in old.schemas]
    gone = [model for model in old.schemas if model not in heirs]
    for model in gone:
        named = new.provider.model(model) if new.provider is not None else None
        if named is not None:
            heirs[model] = named.id
    pairs = [
        (-likeness(one, other), sorted((one, other)), one, other)
        for one in gone
        for other in fresh
        if one not in heirs and likeness(one, other) >= _ALIKE
    ]
    for _, _, one, other in sorted(pairs):
        if one not in heirs and other not in heirs.values():
            heirs[one] = other
    return heirs


def _moved(model: str, heir: str, new: Offer) -> Change:
    if new.provider is not None and new.provider.model(model) is not None:
        said = f"is another name of {heir} now, so its cells have other digests"
        return Change(model, "", "model-moved", "changes", said, None, None, model, heir)
    said = f"is gone; it seems to have become {heir}"
    return Change(model, "", "model-renamed", "breaks", said, None, None, model, heir)


def _placed(changes: list[Change], old: Offer, new: Offer, heir: str) -> Iterator[Change]:
    """Give each change its places; under a new name, the old place is found by the old name."""
    names = {str(one.new): str(one.old) for one in changes if one.kind == "renamed"}
    back = {before: after for after, before in names.items()}
    for change in changes:
        before, after = _prefixed(change.path, names), _prefixed(change.path, back)
        fresh = change.kind in {"added", "added-required"}
        gone = change.kind == "removed"
        where_old = None if fresh else old.place(change.model, before)
        where_new = None if gone else new.place(heir, after)
        yield replace(change, where_old=where_old, where_new=where_new)


def _prefixed(path: str, names: Mapping[str, str]) -> str:
    for name, other in names.items():
        if path == name or path.startswith((f"{name}.", f"{name}[]")):
            return other + path.removeprefix(name)
    return path
