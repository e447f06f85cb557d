"""Remarks behind what an example sends, `"form": "wav"  // wav or ogg`, held against rows that say less."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading.cells.limit_text import mine_limits
from teststrip.provider.reading.cells.limits import read_limits
from teststrip.provider.reading.cells.listing_marks import OPEN
from teststrip.provider.reading.cells.listing_text import mine_listing
from teststrip.provider.reading.cells.listings import read_listing
from teststrip.provider.reading.entries import Entry, walk
from teststrip.provider.reading.inline import plain_cell
from teststrip.provider.reading.witness.samples import told_codes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.document import Document
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.inline import Cell

_REMARK: Final = Pattern(
    r"(?m)^[ \t]{0,40}(?P<quote>[\"']?)(?P<name>[A-Za-z_]\w{0,60})(?P=quote)[ \t]{0,4}[:=][ \t]{0,4}"
    r"(?P<value>\"[^\"\n]{0,80}\"|'[^'\n]{0,80}'|-?\d[\d.]{0,20}),?[ \t]{1,40}(?://|#)[ \t]{0,4}(?P<said>\S[^\n]{0,200})"
)
_MOST: Final = 200_000  # characters of a page's code that are looked at


def flag_remarks(document: Document, entries: Sequence[Entry], flags: Flags) -> None:
    """Flag rows without values, or without a range, of which an example's remark tells them."""
    named: dict[str, list[Entry]] = defaultdict(list)
    for entry in walk(entries):
        if not entry.implied:
            named[entry.name.removesuffix("[]")].append(entry)
    left = _MOST
    for told in told_codes(document.blocks):
        code = told.code
        text = "" if code.declares or told.said == "answered" else code.text[: max(left, 0)]
        left -= len(text)
        for match in _REMARK.finditer(text):
            found = named.get(match["name"], ())
            if found:
                line = code.where.line + code.offset + text.count("\n", 0, match.start())
                remark = plain_cell(match["said"].strip(), Where(document.file, line, 1))
                _hold(remark, match["value"].strip("\"'"), found, flags)


def _hold(remark: Cell, value: str, entries: Sequence[Entry], flags: Flags) -> None:
    for entry in entries:
        kinds = {entry.kind.kind, *entry.kind.or_kinds}
        facts, row = entry.facts, entry.row
        said = ""
        if "string" in kinds and not facts.choices and facts.default.value != remark.text:
            said = _listed(remark, value)
        elif kinds & {"integer", "number"} and not facts.choices and facts.bounds is None:
            said = remark.text if _is_ranged(remark.text) else ""
        if said:
            problem = f"a remark in an example on line {remark.where.line} tells what it may be"
            flags.add(row.where, entry.path, row.cell("name").text, problem, (said[:120], "anything"))


def _is_ranged(text: str) -> bool:
    """Tell whether a remark gives both ends of a range."""
    whole = read_limits(text)
    bounds = [limits.bounds for limits in ([whole] if whole is not None else mine_limits(text))]
    return any(one is not None and None not in (one.minimum, one.maximum) for one in bounds)


def _listed(remark: Cell, value: str) -> str:
    """Return the values that a remark lists, where what is sent is one of them; "" where it lists none."""
    listing = read_listing(remark) or mine_listing(remark)
    if listing is None or listing.open or len(listing.values) < 2 or OPEN.search(remark.text):
        return ""
    return ", ".join(listing.texts) if value in listing.texts else ""
