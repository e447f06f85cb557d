"""Titles that announce the members of what no row, or a row further up, describes: headings, and the lines above groups."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.announcing import TITLE, announced
from teststrip.provider.reading.cells.names import heading_parent, key_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.provider.reading.document import Group, Heading
    from teststrip.provider.reading.examples import Examples
    from teststrip.provider.reading.rows import Parsed

_BOLD: Final = 9  # the level of a heading that is only a bold line
# Names that hold the body in a program, and are no part of it.
NO_WRAPPER: Final = frozenset(
    {"data", "body", "json", "payload", "headers", "options", "config", "kwargs", "args"}
)
_MOST_ABOVE: Final = 6  # objects that an example shows around one
_OBJECT: Final = Pattern(
    r"\b(?:object|structure|schema)s?\b|对象|物件|结构|オブジェクト|객체|objet|objeto|oggetto", re.IGNORECASE
)
_OF_CALLS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "JSON"})  # in code, and no parameters
_HOLDING: Final = Pattern(
    r"\b(?:array|list|objects?)\b.{0,60}\b(?:contain\w*|with|has|have|of|includ\w*|consist\w*|fields?|propert\w+|members?)\b"
    r"|\b(?:fields|properties|members|attributes|parameters) (?:of|in|inside)\b|(?:数组|对象|列表).{0,30}(?:包含|字段|属性|参数|如下)",
    re.IGNORECASE,
)
# "All parameters are passed within the `input` object", 在 `parameters` 中设置以下参数
_INSIDE: Final = Pattern(
    r"\b(?:inside|within|under|in) (?:the |an? )?[\"'“]?([A-Za-z_]\w*)[\"'”]?(?: (?:object|field|key|property|parameter)s?)?\b"
    r"|(?:在|添加|放入|放在|置于|位于)\s?([A-Za-z_]\w*)\s?(?:字段|对象|中|下|里|内)",
    re.IGNORECASE,
)
_MEMBERS: Final = Pattern(r"\bparameters\b|\bfields\b|\bfollowing\b|\bthese\b|参数|字段|以下", re.IGNORECASE)


def announces(heading: Heading, path: str) -> bool:
    """Tell whether a heading announces the members of a parameter as those of an object: "`cover` object"."""
    title = heading.cell
    fits = 1 < heading.level < _BOLD and len(title.text) <= TITLE and len(title.codes) == 1
    last = re.split(r"\.", path)[-1] if path else ""
    return fits and _OBJECT.search(title.text) is not None and (not last or key_of(title.codes[0]) == key_of(last))


def around(group: Group, by_name: Mapping[str, str], holders: Sequence[Parsed], parents: Mapping[int, str]) -> str:
    """Return the parameter whose members a heading further out announces as an object: "`cover` object" > "Soft ones"."""
    for heading in reversed(group.headings[:-1]):
        if announces(heading, ""):
            return announced(heading.cell, by_name, holders, parents)
    return ""


def shown_in(found: str, examples: Examples, by_name: Mapping[str, str]) -> str:
    """Return the whole path of what only a heading speaks of, where the examples show it as a member of one parameter.

    That is known, or stands itself in the request.
    """
    path, name = found, found.removesuffix("[]")
    for _ in range(_MOST_ABOVE if found else 0):
        above = [one for one in examples.parents.get(name, ()) if one not in NO_WRAPPER]
        if len(above) != 1:
            return found  # in several places, or nobody knows
        name = above[0]
        if not name:
            return path
        if name in by_name:
            return f"{by_name[name]}.{path}"
        path = f"{name}.{path}"
    return found


def headed(group: Group, examples: Examples) -> str:
    """Return the parameter that only a heading speaks of: `messages` (required), with its members below.

    The heading, or the line below it, says that it is an object; or an example shows what is below it as its members.
    """
    title = group.headings[-1].cell if group.headings else None
    if title is None:
        return ""
    named = heading_parent(title.text, title.codes)
    if re.fullmatch(r"[A-Za-z_]\w*", named) and any(
        named in examples.parents.get(one, ()) for one in _below(group)
    ):
        told = re.search(r"\b(?:array|list)\b|数组|配列", group.lead[0].text.lower()) if group.lead else None
        return f"{named}[]" if told or examples.items.get(named) == "object" else named
    if group.form != "table" or len(title.codes) != 1 or not re.fullmatch(r"[a-z]\w*", title.codes[0]):
        return ""
    rest = title.text.replace(title.codes[0], "", 1).strip()
    lead = group.lead[0].text.lower() if group.lead else ""
    said = re.search(r"\b(array|list|object|objects)\b|数组|对象|配列|オブジェクト", f"{rest} {lead}")
    if said is None or not re.fullmatch(r"(?:\([\w, ]*\))?", rest):
        return ""
    many = re.search(r"\b(?:array|list)\b|数组|配列", f"{rest} {lead}") is not None
    return f"{title.codes[0]}[]" if many else title.codes[0]


def led(group: Group) -> str:
    """Return the parameter that the line above a table says holds what it lists: "a `lora` array with objects of"."""
    lead = group.lead[-1] if group.lead else None
    if lead is None or len(lead.codes) != 1 or not re.fullmatch(r"[A-Za-z_]\w*(?:\[\])?", lead.codes[0]):
        return ""
    if lead.codes[0].upper() in _OF_CALLS:
        return ""  # "the body of your `POST` request has the following fields"
    text = lead.text[: TITLE * 4]
    said = _HOLDING.search(text) is not None and text.rstrip().endswith((":", "："))
    inside = _INSIDE.search(text)
    named = inside is not None and next(part for part in inside.groups() if part) == lead.codes[0]
    below = _below(group)
    if not said and not (named and _MEMBERS.search(text) and lead.codes[0] not in below):
        return ""
    if all(re.match(rf"{re.escape(lead.codes[0])}[.\[]", name) for name in below):
        return ""  # every name says so itself
    name = lead.codes[0].removesuffix("[]")
    return f"{name}[]" if re.search(r"array|list|数组|列表|each|每个", lead.text, re.IGNORECASE) else name


def _below(group: Group) -> list[str]:
    """Return the words of the first cells of a group: its names, but for signs."""
    return [row.cells[0].text.strip("`* ") for row in group.rows if row.cells]
