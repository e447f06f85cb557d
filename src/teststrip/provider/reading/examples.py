"""What the examples of a page show: which arrays hold what, and which names stand below which.

Code blocks are looked through for the shape of JSON alone (they may be JSON, Python, JavaScript or a shell command, with
comments and dots for what was left out), so nothing is parsed that could fail.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from teststrip.provider.model import Kind

_TOKEN: Final = Pattern(
    r"(?P<text>\\?\"(?:[^\"\\\n]|\\[^\"]){0,2000}\\?\"|'[^'\"\\\n{}\[\]]{0,2000}')"
    r"|(?P<number>-?\d{1,20}(?:\.\d{1,20})?)|(?P<sign>[{}\[\]:,=])|(?P<word>[A-Za-z_]\w{0,80})|(?P<comment>//[^\n]*)"
)
_UPLOADED: Final = Pattern(r"\b([A-Za-z_]\w{0,80})=@")  # of a form that a command sends
# "mode": "slow"; mode="slow"; -F "mode=slow"; ?mode=slow
_GIVEN: Final = Pattern(
    r"(?<!\w)([A-Za-z_]\w{0,60})\\?[\"']?\s{0,4}[:=]\s{0,4}\\?[\"']?([A-Za-z0-9][\w.:-]{0,40})(?=[\\\"'&,;\s})]|$)"
)
_EMPTY: Final = Pattern(r"\{[\s\\]{0,40}\}")
_MOST: Final = 60_000  # characters of examples that are looked at
_DEEPEST: Final = 24
_NAME: Final = Pattern(r"[A-Za-z_]\w{0,80}")


@dataclass(frozen=True, slots=True)
class Examples:
    """What examples show of each name.

    `items` are the kinds that arrays of a name hold, `kinds` those of its values; `parents` what each name stands
    below, and how often; `values` are the words and numbers that it is given.
    """

    items: Mapping[str, Kind] = field(default_factory=dict)
    kinds: Mapping[str, frozenset[Kind]] = field(default_factory=dict)
    parents: Mapping[str, Counter[str]] = field(default_factory=dict)
    values: Mapping[str, frozenset[str]] = field(default_factory=dict)


def read_examples_of(texts: Iterable[str]) -> Examples:
    """Look through code blocks; an array that is shown with items of several kinds is left out."""
    items: dict[str, set[Kind]] = defaultdict(set)
    kinds: dict[str, set[Kind]] = defaultdict(set)
    parents: dict[str, Counter[str]] = defaultdict(Counter)
    values: dict[str, set[str]] = defaultdict(set)
    left = _MOST
    for text in texts:
        if left <= 0:
            break
        for name, parent, item, value in _shown(text[:left]):
            if value is not None:
                kinds[name].add(value)
                continue
            if item is not None:
                items[name].add(item)
            parents[name][parent] += 1
        for name in _UPLOADED.findall(text[:left]):
            kinds[name] = {"file"}
        for name, value in _GIVEN.findall(text[:left]):
            values[name].add(value)
        left -= len(text)
    return Examples(
        {name: kind for name, several in items.items() if (kind := _one(several)) is not None},
        {name: frozenset(several) for name, several in kinds.items()},
        dict(parents),
        {name: frozenset(several) for name, several in values.items()},
    )


def _one(kinds: set[Kind]) -> Kind | None:
    if kinds == {"integer", "number"}:
        return "number"
    return next(iter(kinds)) if len(kinds) == 1 else None


def _shown(text: str) -> Iterator[tuple[str, str, Kind | None, Kind | None]]:
    """Give each name that has a value, and what it stands below ("" for nothing).

    Each is given again with the kind of its array's items, and with the kind of its value.
    """
    open_: list[tuple[str, str]] = []  # (bracket, the name that its contents stand below)
    word = key = begun = ""  # a word just read; a name whose value follows; an array whose first item follows
    assigned = False  # a variable of the program, which holds the whole body
    for token in (found for found in _TOKEN.finditer(text) if found.lastgroup != "comment"):
        sign, above = token["sign"], open_[-1][1] if open_ else ""
        if begun:
            # An empty object stands for anything.
            kind = None if _EMPTY.match(text, token.start()) else _kind(token[0], sign)
            if kind is not None:
                yield begun, open_[-2][1] if len(open_) > 1 else "", kind, None
            begun = ""
        yield from ((key, above, None, kind) for kind in (_kinds_shown(token[0], sign) if key else ()))
        if sign is None:
            bare = token[0].strip("\\\"'")
            word, key = bare if _NAME.fullmatch(bare) else "", ""
        elif sign in {":", "="}:
            key = word if not open_ or open_[-1][0] == "{" else ""
            assigned, word = sign == "=", ""
            if key:
                yield key, above, None, None
        elif sign in {"{", "["}:
            if len(open_) >= _DEEPEST:
                return
            # The objects in an array stand below the array's own name.
            open_.append((sign, above if assigned and sign == "{" else key or above))
            begun, word, key, assigned = key if sign == "[" else "", "", "", False
        else:
            if sign != "," and open_:
                open_.pop()
            word = key = ""


def _kinds_shown(text: str, sign: str | None) -> Iterator[Kind]:
    """Give the kind of a value, or that which a word in its place names: `"active": "boolean"`."""
    bare = text.strip("\\\"'")
    if sign in {":", "="} or (text[:1] in "\\\"'" and (not bare or bare.startswith("<"))):
        return
    kind = words.KINDS.get(bare.lower()) or _kind(text, sign)
    if kind is not None:
        yield kind


def _kind(text: str, sign: str | None) -> Kind | None:
    if sign is not None:
        return {"{": "object", "[": "array"}.get(sign)  # type: ignore[return-value]
    if text[:1] in "\\\"'":
        return "string"
    if text in {"true", "false", "True", "False"}:
        return "boolean"
    if text[:1] == "-" or text[:1].isdecimal():
        return "number" if "." in text else "integer"
    return None
