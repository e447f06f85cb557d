"""Which request each group of rows belongs to, and below which parameter; what cannot be told is flagged."""

from __future__ import annotations

import re
from collections import ChainMap
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.names import heading_parent, key_of, structure_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.provider.reading.document import Group, Heading
    from teststrip.provider.reading.examples import Examples
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.inline import Cell
    from teststrip.provider.reading.rows import Parsed

_BOLD: Final = 9  # the level of a heading that is only a bold line
_MOST_HOLDERS: Final = 200  # rows above a heading of which one may speak of the structure that it names
_DOTTED: Final = Pattern(r"[A-Za-z_]\w*(?:\[\])?(?:\.[A-Za-z_]\w*(?:\[\])?)+")
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
# A title of values, and of no members: "Possible values of `mode`:"
_OF_VALUES: Final = Pattern(
    r"\b(?:possible|allowed|valid|supported|available|accepted) (?:values|options)\b|\bvalues (?:of|for)\b|(?:возможные|допустимые) значения|取值|可选值|枚举|valores posibles|valeurs possibles|mögliche werte|設定可能な値|가능한 값",
    re.IGNORECASE,
)
_TITLE: Final = 60  # characters of a line that may be the title of a table


def name_endpoints(
    groups: Sequence[Group], rows: Sequence[Parsed], parents: Mapping[int, str], flags: Flags
) -> list[str]:
    """Name the request that each group belongs to.

    Groups under one heading of level 2 or above are of one request; one that has a name for the second time is of
    another, and without a heading that is a guess.
    """
    names: dict[int, set[str]] = {}
    for row in rows:
        if row.depth == 0 and row.group not in parents:
            names.setdefault(row.group, set()).add(row.path)
    endpoints: list[str] = []
    seen: dict[str, set[str]] = {}
    for index, group in enumerate(groups):
        # The heading of members names what holds them, and no request.
        above: tuple[Heading, ...] = group.headings[:-1] if index in parents else group.headings
        endpoint = " > ".join(heading.cell.text for heading in above[:2] if heading.level < _BOLD)
        own = names.get(index, set())
        if own & seen.get(endpoint, set()):
            if not group.headings:
                header = " | ".join(cell.text for cell in group.header)
                problem = "this table has names again that stand above; without a heading it cannot be told why"
                flags.add(group.where, "", header, problem, ("another request", "members of a parameter"))
            endpoint = f"{endpoint} #{index}"
        seen.setdefault(endpoint, set()).update(own)
        endpoints.append(endpoint)
    return endpoints


def find_parents(
    groups: Sequence[Group], rows: Sequence[Parsed], examples: Examples, *, lenient: bool
) -> Mapping[int, str]:
    """Return, for groups whose heading names a parameter that can hold others, that parameter."""
    holders = [row for row in rows if _may_hold(row)]
    parents: dict[int, str] = {}
    by_last: dict[str, str] = {}
    by_path: dict[str, str] = {}
    seen = 0
    for index, group in enumerate(groups):
        while seen < len(holders) and holders[seen].group < index:
            whole = _whole(holders[seen], parents)
            by_path[holders[seen].path] = by_path[whole] = by_last[whole.rpartition(".")[2]] = whole
            seen += 1
        before = holders[max(0, seen - _MOST_HOLDERS) : seen]
        by_name = ChainMap(by_last, by_path)
        titles = [group.headings[-1].cell] if group.headings else []
        titles += [
            cell for cell in group.lead[-1:] if len(cell.text) <= _TITLE and cell.text.endswith((":", "：", ")"))
        ]
        found = next(
            (name for cell in reversed(titles) if (name := _announced(cell, by_name, before, parents))), ""
        )
        found = found or (_headed(group, examples) or _led(group) if lenient else "")
        if found:
            parents[index] = found
            by_path.setdefault(found.removesuffix("[]"), found)  # perhaps one that only this heading speaks of
    return parents


def _whole(row: Parsed, parents: Mapping[int, str]) -> str:
    """Return the full name of a row, by the parent that its heading names."""
    parent = parents.get(row.group, "")
    return f"{parent}.{row.path}" if parent and not row.path.startswith(parent.removesuffix("[]")) else row.path


def _may_hold(row: Parsed) -> bool:
    kinds = {row.kind.kind, *row.kind.or_kinds}
    return bool(kinds & {"array", "object", None}) or "json" in row.cell("type").text.lower()


def _headed(group: Group, examples: Examples) -> str:
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


def _led(group: Group) -> str:
    """Return the parameter that the line above a table says holds what it lists: "a `lora` array with objects of"."""
    lead = group.lead[-1] if group.lead else None
    if lead is None or len(lead.codes) != 1 or not re.fullmatch(r"[A-Za-z_]\w*(?:\[\])?", lead.codes[0]):
        return ""
    text = lead.text[: _TITLE * 4]
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


def shown_parents(rows: Sequence[Parsed], examples: Examples) -> Mapping[int, str]:
    """Return, by line, the parameter below which every example shows a row that nothing else nests."""
    holders = {row.path.removesuffix("[]").rpartition(".")[2]: row for row in rows if _may_hold(row)}
    found: dict[int, str] = {}
    for row in rows:
        above: Mapping[str, int] = examples.parents.get(row.path, {})
        holder = holders.get(next(iter(above))) if len(above) == 1 else None
        if holder is not None and holder.where.line < row.where.line and not row.depth and not holder.depth:
            found[row.where.line] = holder.path
    return found


def _announced(
    title: Cell, by_name: Mapping[str, str], holders: Sequence[Parsed], parents: Mapping[int, str]
) -> str:
    """Return the parameter whose members a title announces: by its name, or by a structure that its row speaks of."""
    named = heading_parent(title.text, title.codes) if not _OF_VALUES.search(title.text) else ""
    for one in (named, f"{named}s") if "." in named else (named,):
        if one in by_name:
            return by_name[one]
    if _DOTTED.fullmatch(named) and re.split(r"\[\]|\.", named)[0] in by_name:
        return named  # no row describes it, one describes what it is a member of
    if _OF_VALUES.search(title.text):
        return ""
    for code in title.codes if len(title.codes) == 1 else ():
        typed = [row for row in holders if row.kind.named == code]
        if len(typed) == 1:
            return _whole(typed[0], parents)
    spoken = [
        word for word in re.findall(r"[A-Za-z_][\w.]*(?:\[\])?", title.text) if word.removesuffix("[]") in by_name
    ]
    if len(set(spoken)) == 1 and len(title.text) <= _TITLE and (spoken[0] in title.codes or "_" in spoken[0]):
        return by_name[spoken[0].removesuffix("[]")]
    structure = re.sub(r"\s*[(（].*[)）]|\s+(?:schema|type)$", "", structure_of(title.text)).strip()
    same = [row for row in holders if row.kind.kind is not None and key_of(row.path) == key_of(structure)]
    if len({row.path for row in same}) == 1:
        return _whole(same[0], parents)
    if len(structure) < 4 or not re.fullmatch(r"[A-Z][A-Za-z0-9]+(?: [A-Z][A-Za-z0-9]+)*", structure):
        return ""
    pattern = re.compile(rf"(?<!\w){re.escape(structure)}(?!\w)")
    mentioned = [
        row
        for row in holders
        if any(pattern.search(cell.text) for column, cell in row.cells.items() if column != "name")
    ]
    return _whole(mentioned[0], parents) if len(mentioned) == 1 else ""
