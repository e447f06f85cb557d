"""A picture's settings to the draft of a recipe of one cell, for one model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, cast

from teststrip.base.vocabulary import NOTHING, meaning_of, plain_name
from teststrip.base.where import Problem, Where
from teststrip.exchange.draft import Draft, Entry, Value
from teststrip.exchange.picture.model import Found, as_json, as_text, is_nothing
from teststrip.exchange.sizes import carry_size, one_picture, separator_of
from teststrip.exchange.target import Carried, Refusal, Target, carry, fault_of
from teststrip.provider.additions import values_without

_IDENTITY: Final = frozenset({"modelhash", "vaehash", "version", "hashes"})
_DEFAULTS: Final[Mapping[str, str]] = {"clipskip": "1"}
"""What AUTOMATIC1111 writes where nothing is set."""


def draft_picture(found: Found, target: Target, file: str, *, chosen: bool) -> Draft:
    """Draft a recipe that makes the picture again.

    `chosen` says that a person chose the model, so that the picture's own is no loss.
    """
    left: list[Problem] = []
    entries: dict[str, Entry] = {}
    for entry in _entries(found, target, left, file):
        entries.setdefault(entry.name, entry)
    if found.model and not chosen and not target.is_called(found.model):
        refused = carry("model", found.model, target)
        if isinstance(refused, Refusal):
            left.append(_problem(file, "model", refused))
    left += [_problem(file, name, Refusal(why)) for name, why in found.lost]
    prompt = target.find("prompt")
    if prompt is not None and prompt.required and prompt.name not in entries:
        left.append(_problem(file, "prompt", Refusal(f"there is none; write `{prompt.name}` under params")))
    return Draft(
        source=file,
        title=file.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or file,
        model=target.name,
        params=_in_order(entries, target),
        left=tuple(left),
        notes=(f"Made by {found.tool}{_of(found.model)}, as its {found.place} says.",),
    )


def names_in(found: Found) -> list[str]:
    """Return the names of everything that a picture says."""
    prompts = [name for name, text in (("prompt", found.prompt), ("negative prompt", found.negative)) if text]
    return [*prompts, *(name for name, _ in found.settings), *found.request]


def _entries(found: Found, target: Target, left: list[Problem], file: str) -> Iterator[Entry]:
    yield from _kept(found, target, left, file)
    texts = [("prompt", found.prompt), ("negative prompt", found.negative), *found.settings]
    said = {name: as_text(value) for name, value in found.request.items()} | dict(found.settings)
    for name, text in texts:
        meaning = meaning_of(name)
        if not text or plain_name(name) in _IDENTITY or _DEFAULTS.get(plain_name(name)) == text:
            continue
        if _is_size(meaning, target):
            continue
        carried = carry(name, text, target)
        if isinstance(carried, Refusal):
            if text.strip().lower() not in NOTHING:
                left.append(_problem(file, name, carried))
            continue
        yield from _written(carried, name, left, file)
    yield from _size(said, target, left, file)
    if found.final:
        # The vendor's own words would be added a second time: the picture's prompts have them.
        for name, value in values_without(target.provider.roles, target.model, target.parameters):
            if fault_of(name, as_json(value), target) is None:
                yield Entry(name, cast("Value", value), "the prompts have the added words already")
    yield from one_picture(target)


def _kept(found: Found, target: Target, left: list[Problem], file: str) -> Iterator[Entry]:
    """Carry a request that is kept under a page's own names; what is as the page has it anyway is left out."""
    count = target.find("count")
    for name, value in found.request.items():
        parameter = target.parameters.get(name)
        if name in target.provider.roles.switches or (count is not None and name == count.name):
            continue
        if _is_size(meaning_of(name), target) or (parameter is None and is_nothing(value)):
            continue
        if parameter is None:
            carried = carry(name, as_text(value), target)
            if isinstance(carried, Refusal):
                left.append(_problem(file, name, carried))
            else:
                yield from _written(carried, name, left, file)
            continue
        plain = as_json(value)
        if plain == parameter.default and isinstance(plain, bool) == isinstance(parameter.default, bool):
            continue
        refused = fault_of(name, plain, target)
        if refused is not None:
            left.append(_problem(file, name, refused))
        else:
            yield Entry(name, cast("Value", value))


def _is_size(meaning: str, target: Target) -> bool:
    """Tell whether a setting is taken together with others, as the size."""
    return meaning == "size" or (meaning in ("width", "height") and separator_of(target) is not None)


def _written(carried: tuple[Carried, ...], name: str, left: list[Problem], file: str) -> Iterator[Entry]:
    for one in carried:
        if one.warning:
            left.append(_problem(file, name, Refusal(one.warning)))
        yield Entry(one.parameter, one.value, one.remark)


def _size(said: Mapping[str, str], target: Target, left: list[Problem], file: str) -> Iterator[Entry]:
    known = {meaning_of(name): (name, text) for name, text in said.items()}
    if "size" in known:
        name, text = known["size"]
        width, _, height = text.lower().replace("*", "x").replace("×", "x").partition("x")
    elif "width" in known and "height" in known and separator_of(target) is not None:
        name, (width, height) = "size", (known["width"][1], known["height"][1])
    else:
        return
    carried = carry_size(width, height, target)
    if isinstance(carried, Refusal):
        left.append(_problem(file, name, carried))
    else:
        yield from _written(carried, name, left, file)


def _in_order(entries: Mapping[str, Entry], target: Target) -> tuple[Entry, ...]:
    """Return the parameters in the page's own order."""
    return tuple(entries[name] for name in target.parameters if name in entries)


def _of(model: str) -> str:
    return f" with {model}" if model else ""


def _problem(file: str, path: str, refusal: Refusal) -> Problem:
    return Problem(Where(file, 1, 1), path, refusal.message, refusal.suggestion)
