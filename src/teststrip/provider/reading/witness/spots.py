"""A line that begins with a name as a parameter's would: as code, in bold, in a tag, in a row, as a heading, or plain."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.document import Heading

Mark = Literal["code", "bold", "tag", "row", "heading", "plain"]
NAME: Final = r"[A-Za-z_$@][A-Za-z0-9_$-]{0,60}(?:(?:\[\])?\.[A-Za-z_][\w-]{0,60}){0,6}(?:\[\])?"
_LEAD: Final = Pattern(
    rf"[\s>]{{0,40}}(?P<bullet>(?:[-*+•]|\d{{1,3}}[.)])\s{{1,8}})?(?P<tagged><(?:li|dt|p|td|tr)>){{0,3}}\s{{0,8}}"
    rf"(?:(?P<row>\|)?\s{{0,4}}(?:\*\*|<b>|<strong>)?(?:`|<code>)(?P<code>{NAME})(?:`|</code>)(?:\*\*|</b>|</strong>)?"
    rf"|(?P<row2>\|)?\s{{0,4}}(?:\*\*|__|<b>|<strong>)\s?(?:\[\s?)?(?P<bold>{NAME})\s{{0,2}}:?(?:\s?\]\([^()\s]{{0,200}}\)\s?)?(?:\*\*|__|</b>|</strong>)"
    rf"|<[A-Za-z][\w.-]{{0,40}}\s[^<>\n]{{0,80}}?\b(?:name|id|field|param|path|prop|body|query)=[\"'{{`]{{1,2}}(?P<tag>{NAME})[\"'}}`]{{1,2}}"
    rf"|\|\s{{0,4}}(?P<cell>{NAME})(?=\s{{0,80}}(?:\||<br|\*))"
    rf"|(?P<plain>{NAME})(?=\s{{0,4}}(?:[(（\[:：=|—–<]|\*|\t|\s-\s|$)|\s{{2,}}))"
    r"(?P<rest>[^\n]*)"
)
_TYPE: Final = Pattern(r"[^\W\d_]+(?:\[\]|<\w+>)?")
_TYPE_FACT: Final = Pattern(
    r"(?:^|\n)[\s*_`>-]{0,8}(?:data\s?)?(?:type|类型|型|tipo|typ)[\s*_`]{0,6}[:：=][\s*_`]{0,6}\[?\s?[A-Za-z\u3400-\u9fff]",
    re.IGNORECASE,
)
_TOLD: Final = Pattern(
    r"\brequired\b|\boptional\b|\bdefaults?\b|\bmandatory\b|必填|必选|可选|默认|选填|必須|任意|デフォルト|필수|선택|기본|obligatori|opcional|erforderlich|обязател|по умолчанию",
    re.IGNORECASE,
)
_LOOSE: Final = Pattern(r"[\s*_`(（\[:：|,-]{1,12}(?:text|image|file|list|map|number|date|video|json|set|select)[`*_]{0,3}\s?(?:[|,;)）\]\n.]|$|\s[-–—])", re.IGNORECASE)  # fmt: skip
_NO_TYPES: Final = frozenset(
    {"text", "image", "file", "list", "map", "number", "date", "video", "json", "set", "select"}
)
SHAPED: Final = Pattern(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+|[a-z]+(?:[A-Z][a-z0-9]*)+")
_NO_NAMES: Final = frozenset(words.KINDS) | words.YES | words.NO
_MOST: Final = 400  # characters behind a name that are looked at
_AFTER: Final = 6  # lines below a name that may say its type


@dataclass(frozen=True, slots=True)
class Spot:
    """A line with a name. `typed`: a type follows; `told`: words on required, optional, default do."""

    name: str
    where: Where
    mark: Mark
    typed: bool
    told: bool
    bullet: bool = False


def name_in(heading: Heading) -> str:
    """Return the name that a heading is about: it is one, or has one as its only code span behind a word or two."""
    text = heading.cell.text
    if re.fullmatch(NAME, text) and (heading.cell.is_code or SHAPED.fullmatch(text) or text.islower()):
        return text
    if re.fullmatch(r"[A-Z][a-z]+(?:-[A-Z][a-z]+)+", text):
        return text  # a header's name among those of parameters
    codes = heading.cell.codes
    alone = len(codes) == 1 and re.fullmatch(NAME, codes[0]) is not None and text.endswith(codes[0])
    return codes[0] if alone and text.count(" ") <= 3 else ""


def spot_heading(name: str, lines: Sequence[str], at: int, where: Where) -> Spot:
    """Return the spot of a heading with a name, by the lines below it."""
    rest = "\n".join(lines[at + 1 : at + 1 + _AFTER])[:_MOST]
    return Spot(name, where, "heading", _typed(rest), bool(_TOLD.search(rest)))


def spot(lines: Sequence[str], at: int, where: Where) -> Spot | None:
    """Return the spot of a line, counted from 0; None when it begins with no name."""
    match = _LEAD.match(lines[at][: _MOST * 2])
    if match is None:
        return None
    kind = next(kind for kind in ("code", "bold", "tag", "cell", "plain") if match[kind])
    name = match[kind]
    kind = "tag" if kind == "plain" and match["tagged"] else kind
    mark: Mark = "row" if match["row"] or match["row2"] or kind == "cell" else kind  # type: ignore[assignment]
    rest = match["rest"][:_MOST]
    below = _below(lines, at)
    if not rest.strip(" :*|-\\") or rest.lstrip().startswith("<a "):
        rest = below
    fact = _TYPE_FACT.search(below) is not None
    alone = not match["rest"].strip() and name.lower() in _NO_NAMES and not below.startswith(":")
    if kind in {"bold", "plain"} and not fact and not match["tagged"] and (name[0].isupper() or alone):
        return None  # a fact of a parameter (`Type: integer`), or a word
    if re.fullmatch(r"[A-Z][A-Z0-9_]+", name):
        return None  # a variable of an environment, a method
    told = _TOLD.search(rest) is not None
    return Spot(name, where, mark, fact or _typed(rest), told, match["bullet"] is not None)


def _below(lines: Sequence[str], at: int) -> str:
    """Return the lines below one, up to an empty one."""
    found: list[str] = []
    for line in lines[at + 1 : at + 1 + _AFTER]:
        if not line.strip():
            break
        found.append(line[:_MOST])
    return "\n".join(found)


def _typed(rest: str) -> bool:
    """Tell whether one of the first words is a type, or the last one, or a fact below is."""
    if _LOOSE.match(rest) or _TYPE_FACT.search(rest):
        return True
    found = [word.lower() for word in _TYPE.findall(rest[:_MOST])]
    near = [*found[:3], *found[-1:]]
    return any(word.split("[")[0].split("<")[0] in words.KINDS and word not in _NO_TYPES for word in near)
