"""Whether what a row shows of its kind leaves no doubt."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.kind_evidence import Evidence, kind_of_text, listing_of, told_default

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.inline import Cell
    from teststrip.provider.reading.rows import Parsed

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
_WORDS: Final = frozenset({"the description", "the name"})  # what shows a kind by its words
_ONE: Final = Pattern(r"[\w.:/+-]{1,60}")
_MANY: Final = Pattern(r"[a-rt-z]s(?:\[\])?$")
_TYPE_LIKE: Final = Pattern(r"[A-Za-z]\w{0,40}(?:<|\[\]|[a-z][A-Z]\w{0,40}(?:\s|$))")  # `List<Text>`, `ImageSize`
_PARTS: Final = Pattern(r"[.;。；,，|\n]+\s*")
_NOT_SET: Final = frozenset({"auto", "random", "none", "null", "any", "default", "current", "now"})


def is_sure(row: Parsed, evidence: Sequence[Evidence], names: frozenset[str]) -> bool:
    """Tell whether evidence leaves no doubt. `names` are those of all rows, which are no values.

    A whole number may stand for any number, and a default of `auto` beside numbers; what an example shows may be
    one of several kinds. A description with the word of a type or of another cell in it is of a row that was not
    understood.
    """
    (kind, by), about = evidence[0], row.cell("description")
    if any(one != kind for one, _ in evidence) or by in _WORDS or _has_lost_cell(about):
        return False
    if kind in {"boolean", "object"}:
        return True
    if kind == "integer":
        return by == "the default" and _COUNTS.search(about.text) is not None
    if kind != "string":
        return False
    if by == "the default":
        default = row.cell("default")
        text = (default.codes[0] if default.codes else default.text) or told_default(row)
        return _WORD.fullmatch(text.strip("\"'")) is not None and text.lower() not in _NOT_SET
    if _MORE.search(about.text):
        return False
    if by == "an example":
        return True
    listing = listing_of(row)
    if listing is None or len(listing.texts) < 2 or names & set(listing.texts) or _MANY.search(row.path):
        return False
    return all(_ONE.fullmatch(text) and kind_of_text(text) == "string" for text in listing.texts)


def _has_lost_cell(about: Cell) -> bool:
    """Tell whether a description has a cell's word by itself in it, as where a row fell apart: `string. No. The ...`."""
    text = about.text.strip()
    first = text.split(maxsplit=1)[0].lower() if text else ""
    alone = {part.strip().lower() for part in _PARTS.split(text)} | {first}
    known = ((words.KINDS.keys() - words.PLAIN_TYPES) | words.YES | words.NO | words.NOTHING) - _BEGINNINGS
    like = any(_TYPE_LIKE.match(part) for part in (text, *_PARTS.split(text)))
    return bool(alone & known) or like or text.count("[") != text.count("]")
