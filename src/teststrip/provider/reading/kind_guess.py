"""What kind a parameter is where no cell gives its type: its default, its values, its range, or an example may show it.

Nothing is decided in silence. Where the page shows the kind beyond doubt (a default of `true`, a text in an example,
words to choose from), one flag for the table lists what its rows are taken for; any other guess is flagged at its row,
with what it rests on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.json import Absent, Json
from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.defaults import mine_default
from teststrip.provider.reading.cells.limit_record import Limits
from teststrip.provider.reading.cells.limit_text import mine_limits
from teststrip.provider.reading.cells.limits import read_limits
from teststrip.provider.reading.cells.listing_text import mine_listing
from teststrip.provider.reading.cells.listings import Listing, read_listing
from teststrip.provider.reading.cells.typed import typed_any
from teststrip.provider.reading.kind_reading import KindReading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.base.where import Where
    from teststrip.provider.model import Kind
    from teststrip.provider.reading.document import Group
    from teststrip.provider.reading.examples import Examples
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.inline import Cell
    from teststrip.provider.reading.rows import Parsed

_PLAIN: Final[tuple[Kind, ...]] = ("boolean", "integer", "number", "string")
_SWITCH: Final = Pattern(
    r"^\W*(?:(?:if|when) (?:set to )?true\b|whether\b|enables? or disables?\b|是否)", re.IGNORECASE
)
_WORDS_ONLY: Final = Pattern(r"[A-Za-z][A-Za-z'’-]{1,30}(?: [A-Za-z][A-Za-z'’-]{0,30}){1,6}")
_BOTH: Final = frozenset({"true", "false"})
_NUMBERS: Final = frozenset({"integer", "number"})

_SEEN: Final = "no type is given; what the page shows decides it for these rows"
# Words of a description that say more than one text: a file, several, an object.
_MORE: Final = Pattern(
    r"\bfiles?\b|upload|binary|\barray|\blist of\b|\bobjects?\b|\bjson\b|sequences|formats\b|multiple|文件|上传|数组|列表|对象|ファイル|配列|파일|배열|fichier|archivo|arquivo|datei|файл",
    re.IGNORECASE,
)
# What is counted, and so whole.
_COUNTS: Final = Pattern(
    r"\b(?:number|count|amount) of\b|\bhow many\b|\bin pixels\b|\b(?:max|maximum|minimum|total) (?:number|count)\b|\bsteps\b|\bseed\b|的?(?:数量|张数|个数|步数|像素)|种子|枚数|個数|ステップ数|シード|개수|número de\b|nombre de\b|anzahl\b",
    re.IGNORECASE,
)
_WORD: Final = Pattern(r"[a-z][a-z0-9_.:/-]{1,40}|[A-Za-z]")
# Words of cells that a sentence may begin with, too.
_BEGINNINGS: Final = frozenset(
    {"", "always", "can", "color", "may", "must", "select", "never", "character", "characters"}
)
_ONE: Final = Pattern(r"[\w.:/+-]{1,60}")
_MANY: Final = Pattern(r"[a-rt-z]s(?:\[\])?$")
_TYPE_LIKE: Final = Pattern(r"[A-Za-z]\w{0,40}(?:<|\[\]|[a-z][A-Z]\w{0,40}(?:\s|$))")  # `List<Text>`, `ImageSize`
_PARTS: Final = Pattern(r"[.;。；,，|\n]+\s*")
_NOT_SET: Final = frozenset({"auto", "random", "none", "null", "any", "default", "current", "now"})

Evidence = tuple["Kind", str]


def guess_kinds(groups: Sequence[Group], rows: Sequence[Parsed], examples: Examples, flags: Flags) -> list[Parsed]:
    """Give each row without a type the kind that the rest of it, or the page's examples, speak for, and flag it."""
    holders = {above for row in rows for above in _above(row.path)}
    defaults = {row.cell("default").text for row in rows} | {one for row in rows if (one := _told_default(row))}
    names = frozenset(row.path for row in rows)

    def guessed(row: Parsed) -> Parsed:
        evidence = [] if row.path in holders else list(_evidence(row, examples))
        found = _settled(evidence)
        if row.cell("type").text not in words.NOTHING:
            pass  # has its flag already
        elif found is not None and row.path not in defaults and _is_sure(row, evidence, names):
            reading = f"{found[0]}, by {found[1]}"
            flags.join(groups[row.group].where, _SEEN, row.path, row.where.line, reading)
        else:
            flag_untyped(row, flags, "" if found is None else f"{found[1]} shows {_article(found[0])}")
        return row if found is None else replace(row, kind=KindReading(found[0], guessed=True))

    return [row if row.kind.kind is not None else guessed(row) for row in rows]


def flag_untyped(row: Parsed, flags: Flags, because: str = "") -> None:
    """Say that a row has no type, and which types its other cells speak for."""
    cell = row.cell("type")
    told = f"no type is given; {because}" if because else "no type is given"
    flags.add(cell.where, row.path, cell.text, told, _candidates(row))


def _above(path: str) -> Iterator[str]:
    at = path.rfind(".")
    while at > 0:
        yield path[:at].removesuffix("[]")
        at = path.rfind(".", 0, at)


def _told_default(row: Parsed) -> str:
    told = mine_default(row.cell("description"), ("string",), ())
    return told if isinstance(told, str) else ""


def _is_sure(row: Parsed, evidence: Sequence[Evidence], names: frozenset[str]) -> bool:
    """Tell whether evidence leaves no doubt. `names` are those of all rows, which are no values.

    A whole number may stand for any number, and a default of `auto` beside numbers; what an example shows may be
    one of several kinds. A description with the word of a type or of another cell in it is of a row that was not
    understood.
    """
    (kind, by), about = evidence[0], row.cell("description")
    if any(one != kind for one, _ in evidence) or _has_lost_cell(about):
        return False
    if kind in {"boolean", "object"}:
        return by != "the description"
    if kind == "integer":
        return by == "the default" and _COUNTS.search(about.text) is not None
    if kind != "string":
        return False
    if by == "the default":
        default = row.cell("default")
        text = (default.codes[0] if default.codes else default.text) or _told_default(row)
        return _WORD.fullmatch(text.strip("\"'")) is not None and text.lower() not in _NOT_SET
    if _MORE.search(about.text):
        return False
    if by == "an example":
        return True
    listing = _listing(row)
    if listing is None or len(listing.texts) < 2 or names & set(listing.texts) or _MANY.search(row.path):
        return False
    return all(_ONE.fullmatch(text) and _kind_of_text(text) == "string" for text in listing.texts)


def _has_lost_cell(about: Cell) -> bool:
    """Tell whether a description has a cell's word by itself in it, as where a row fell apart: `string. No. The ...`."""
    text = about.text.strip()
    first = text.split(maxsplit=1)[0].lower() if text else ""
    alone = {part.strip().lower() for part in _PARTS.split(text)} | {first}
    known = ((words.KINDS.keys() - words.PLAIN_TYPES) | words.YES | words.NO | words.NOTHING) - _BEGINNINGS
    like = any(_TYPE_LIKE.match(part) for part in (text, *_PARTS.split(text)))
    return bool(alone & known) or like or text.count("[") != text.count("]")


def _article(kind: str) -> str:
    return f"an {kind}" if kind[:1] in "aio" else f"a {kind}"


def _settled(found: Sequence[Evidence]) -> Evidence | None:
    """Return the first kind, unless what follows says another; whole numbers and others make numbers."""
    kinds = {kind for kind, _ in found}
    if len(kinds) == 1:
        return found[0]
    return next(one for one in found if one[0] == "number") if kinds == _NUMBERS else None


def _evidence(row: Parsed, examples: Examples) -> Iterator[Evidence]:
    default, about, listed = row.cell("default"), row.cell("description"), row.cell("range")
    if default.text not in words.NOTHING and default.text.lower() not in words.NO_DEFAULT:
        yield _kind_of_text(default.codes[0] if default.codes else default.text), "the default"
    else:
        told = mine_default(about, _PLAIN, ())
        if told is not None and not isinstance(told, Absent):
            yield _kind_of(told), "the default"
    yield from _of_values(_listing(row))
    yield from _of_limits(listed, about)
    if not listed.codes and _WORDS_ONLY.fullmatch(listed.text):
        yield "string", "what it may be"
    name = row.path.removesuffix("[]").rpartition(".")[2]
    shown = examples.kinds.get(name, frozenset())
    if len(shown) == 1:
        yield next(iter(shown)), "an example"
    if _SWITCH.match(about.text):
        yield "boolean", "the description"


def _listing(row: Parsed) -> Listing | None:
    cell = row.cell("range") if row.cell("range").text not in words.NOTHING else row.cell("description")
    return (read_listing(cell) if cell.text else None) or mine_listing(cell)


def _of_values(listing: Listing | None) -> Iterator[Evidence]:
    if listing is None or not listing.strength:
        return
    texts = [text for text in listing.texts if text]
    if texts and not listing.open:
        if {text.lower() for text in texts} == _BOTH:
            yield "boolean", "the list of values"
            return
        kinds = {_kind_of_text(text) for text in texts}
        yield (
            (kinds.pop() if len(kinds) == 1 else "number" if kinds == _NUMBERS else "string"),
            "the list of values",
        )


def _of_limits(listed: Cell, about: Cell) -> Iterator[Evidence]:
    whole = read_limits(listed.text) if listed.text not in words.NOTHING else None
    for limits in (whole,) if whole is not None else mine_limits("\n".join(about.lines)):
        if limits.what == "characters":
            yield "string", "a limit of its length"
        elif limits.what == "items":
            yield "array", "a limit of its items"
        elif limits.what == "value" and limits.bounds is not None:
            yield "integer" if _whole(limits) else "number", "its range"


def _whole(limits: Limits) -> bool:
    """Tell whether a range is of whole numbers: from 0 to 1 is a share."""
    bounds = limits.bounds
    ends = [] if bounds is None else [end for end in (bounds.minimum, bounds.maximum) if end is not None]
    return all(end == end.to_integral_value() and "." not in str(end) for end in ends) and max(ends, default=0) > 1


def _kind_of_text(text: str) -> Kind:
    bare = text.strip()
    if bare[:1] in "\"'“":
        return "string"
    if bare[:1] == "{":
        return "object"
    if bare[:1] == "[":
        return "array"
    return _kind_of(typed_any(bare, _PLAIN))


def _kind_of(value: Json | Absent) -> Kind:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    return "number" if isinstance(value, float) else "string"


def _candidates(row: Parsed) -> tuple[str, ...]:
    """Say which types the default speaks for."""
    text = row.cell("default").text
    if re.fullmatch(r"(?i)true|false", text):
        return ("boolean",)
    if re.fullmatch(r"-?\d+", text):
        return ("integer", "number")
    if re.fullmatch(r"-?\d+\.\d+", text):
        return ("number",)
    return ("string", "number", "boolean") if text in words.NOTHING else ("string",)
