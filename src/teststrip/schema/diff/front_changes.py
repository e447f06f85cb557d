"""What two provider pages say of the whole API: addresses, keys, answers, names, rules between parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from teststrip.base.json import ABSENT
from teststrip.base.where import Where
from teststrip.schema.diff.changes import Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from teststrip.provider.model import Constraint, Model, Parameter, Provider, Scenario

_RULES: Final = {
    "exclusive": "at most one of them may be given",
    "any": "at least one of them has to be given",
    "one": "exactly one of them has to be given",
    "together": "all of them are given, or none",
}


def front_changes(old: Provider, new: Provider) -> Iterator[Change]:
    """Yield what differs between two pages beside the parameters."""
    for path, before, after in _facts(old, new):
        if before != after:
            yield _whole(old, new, path, f"is {after or 'empty'} now; it was {before or 'empty'}", before, after)
    yield from _scenarios(old, new)
    for path, what in (
        ("poll", "how a prediction is asked for"),
        ("body", "what a request's body looks like"),
        ("reply", "where things lie in an answer"),
        ("errors", "what refusals mean"),
        ("pace", "how fast a paid target is used"),
    ):
        if getattr(old, path) != getattr(new, path):
            yield _whole(old, new, path, f"says something else of {what}")
    for path in ("title", "notes", "common_sizes"):
        if getattr(old, path) != getattr(new, path):
            yield Change("", path, path, "words", "has other words", *_tops(old, new))
    yield from _constraints(old, new)
    yield from _counting(old.parameters, new.parameters)
    for model in old.models:
        same = next((other for other in new.models if other.id == model.id), None)
        if same is not None:
            yield from _names(model, same, new)


def _facts(old: Provider, new: Provider) -> Iterator[tuple[str, str, str]]:
    yield "base_url", old.base_url, new.base_url
    yield "base_url_env", old.base_url_env, new.base_url_env
    yield "auth.header", old.auth.header, new.auth.header
    yield "auth.form", old.auth.form, new.auth.form
    yield "auth.env", old.auth.env, new.auth.env
    yield "auth.optional", _yes(old.auth.optional), _yes(new.auth.optional)
    yield "auth.encoding", old.auth.encoding, new.auth.encoding
    yield "auth.accepted", ", ".join(old.auth.accepted), ", ".join(new.auth.accepted)
    yield "submit.method", old.submit.method, new.submit.method
    yield "submit.path", old.submit.path, new.submit.path


def _yes(told: bool) -> str:  # noqa: FBT001  it is about nothing else
    return "true" if told else "false"


def _scenarios(old: Provider, new: Provider) -> Iterator[Change]:
    before, after = ([_scenario(one) for one in side.submit.scenarios] for side in (old, new))
    if before != after:
        said = f"the path is {', '.join(after) or 'one'} now; it was {', '.join(before) or 'one'}"
        yield _whole(old, new, "submit.scenarios", said)


def _scenario(scenario: Scenario) -> str:
    when = " and ".join(map(str, scenario.when))
    return f"{scenario.name} when {when}" if when else scenario.name


def _constraints(old: Provider, new: Provider) -> Iterator[Change]:
    before, after = ({_rule(one): one for one in side.constraints} for side in (old, new))
    for rule, one in before.items():
        if rule not in after:
            said = f"are free of a rule now: {_RULES[one.kind]}"
            yield Change("", ", ".join(rule[1]), "constraint-gone", "widens", said, one.where)
    for rule, one in after.items():
        if rule not in before:
            said = f"have a new rule: {_RULES[one.kind]}"
            yield Change("", ", ".join(rule[1]), "constraint", "breaks", said, None, one.where)


def shared_constraints(one: Provider, other: Provider) -> tuple[Constraint, ...]:
    """Return those rules between parameters of one page that the other has too."""
    others = set(map(_rule, other.constraints))
    return tuple(constraint for constraint in one.constraints if _rule(constraint) in others)


def _counting(old: Iterable[Parameter], new: Iterable[Parameter]) -> Iterator[Change]:
    """Compare when parameters count, where a schema tells only when they are required."""
    fresh = {parameter.path: parameter for parameter in new}
    for before in old:
        after = fresh.get(before.path)
        if after is None:
            continue
        if before.applies_when != after.applies_when and (before.required_when or after.required_when):
            was, now = (f"when {one.applies_when}" if one.applies_when else "always" for one in (before, after))
            said = f"counts {now} now; it was {was}"
            yield Change("", before.path, "counts", "changes", said, before.where, after.where)
        yield from _counting(before.children, after.children)


def _rule(constraint: Constraint) -> tuple[str, tuple[str, ...]]:
    return constraint.kind, tuple(sorted(constraint.parameters))


def _names(old: Model, new: Model, provider: Provider) -> Iterator[Change]:
    for name in old.aliases:
        if provider.model(name) is None:
            yield Change(old.id, "", "alias-gone", "breaks", f"is no longer called {name} as well", old=name)
        elif name not in new.aliases:
            heir = provider.model(name)
            said = f"is no longer called {name}: that is {heir.id if heir else ''} now"
            yield Change(old.id, "", "alias-moved", "changes", said, old=name)
    for name in new.aliases:
        if name not in old.aliases:
            yield Change(old.id, "", "alias", "widens", f"is called {name} as well", new=name)
    if (old.title, old.notes) != (new.title, new.notes):
        yield Change(old.id, "", "model-words", "words", "has another title or other notes")


def _whole(old: Provider, new: Provider, path: str, said: str, before: str = "", after: str = "") -> Change:
    values = (before, after) if before != after else (ABSENT, ABSENT)
    return Change("", path, path.replace(".", "-").replace("_", "-"), "changes", said, *_tops(old, new), *values)


def _tops(old: Provider, new: Provider) -> tuple[Where, Where]:
    return Where(old.file, 1, 1), Where(new.file, 1, 1)
