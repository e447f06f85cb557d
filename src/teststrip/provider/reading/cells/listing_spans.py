"""Enumerations by their code spans: the values that running text sets apart as code, or in quotes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.listing_cases import without_cases
from teststrip.provider.reading.cells.listing_marks import DEFAULT_WORDS, EXAMPLE, MARKER, OPEN, SEPARATORS
from teststrip.provider.reading.cells.listings import Listing, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from teststrip.provider.reading.inline import Cell

_IN_BRACKETS: Final = Pattern(r"\[\s*([^\[\],，]+(?:\s*[,，]\s*[^\[\],，]+)+)\s*\]")
_PIPED: Final = Pattern(
    r"(?:^|[(（\[:：])\s?([A-Za-z0-9][\w.+-]{0,30}(?:\s?\|\s?[A-Za-z0-9][\w.+-]{0,30}){1,20})\s?(?:[)）\]]|$)"
)
_NO_VALUES: Final = frozenset({"null", "none", "nil", "undefined", "true", "false"})
_RANGED: Final = Pattern(r"(?:\brange|\bvalues?|可选范围|取值范围|范围|値|범위)[\s:：为は]*$", re.IGNORECASE)
_END: Final = Pattern(r"[-+]?\d+(?:[.,/]\d+)?\s?[a-z%]{0,10}", re.IGNORECASE)  # of an interval: `[1/16, 16]`
Piece = tuple[str, bool]
_LOOSE: Final = Pattern(
    r"(?:\b(?:can be|may be|must be|should be|set to|supports?|supporting|accepts?|use|either|are|is|as|allowed|supported)|[:：(（\[=-]|可以是|可为|可使用|可选用|支持|为|是)[\s\"'“]*$",
    re.IGNORECASE,
)
_EXPLAINS: Final = Pattern(
    r"\s*(?:for|to|means?|returns?|gives?|enables?|disables?|uses?|keeps?|表示|代表|为|：|:|=)\s*([^,;.，；。()（）]*)"
)
_LAST_LABEL: Final = Pattern(
    r"[\s\"'”’]*(?:[(（]([^()（）]+)[)）]|(?:=|:|：|->|→|\s[–—-]\s)\s*([^;；|.。,，\n]+))"
)
_DEFAULT_LAST: Final = Pattern(rf"[\s\"'”’]*[(（]\s*(?:the )?(?:default|{DEFAULT_WORDS})\s*[)）]", re.IGNORECASE)
_FIXED: Final = Pattern(
    r"(?:\bfixed(?: value| to| as)?|\bmust (?:always )?be(?: set to)?|\b(?:always|sempre|siempre|toujours|immer|altijd)|\bвсегда|总是|始终|常に|항상|\bconstant|\bonly (?:accepts?|supports?|allowed value(?: is)?)|\b(?:optional|possible|allowed|valid|available|accepted) values?(?: is| are)?|\benum(?: values?)?|\bsupported(?: values?| formats?)?(?=\s*[:：])|固定(?:值|为|填)?(?:为)?|(?:此处|此处填|这里)(?:为|填)|可选值|可选项|支持的(?:值|类型|格式|模式)|目前仅支持|当前仅支持|仅支持|固定値)\s*[:：=]?\s*[\"“]?$",
    re.IGNORECASE,
)
# Behind a value that stands first: "(only this one for now)".
_ONLY: Final = Pattern(
    r"\s*[(（](?:the\s+|currently\s+|for now\s+)?(?:only\b(?! (?:for|on|in|with|when|if)\b)|暂?(?:时)?(?:只|仅)支持\s*(?P<again>[\w.:+-]+)\s*[)）])",
    re.IGNORECASE,
)


# The end of the line above a list: "It may be any of the following:".
_ANNOUNCED: Final = Pattern(
    r"\b(?:(?:any|one|either) of(?: the following)?(?: values?| options?)?|(?:must|may|can|should) be|(?:possible|allowed|valid|supported|accepted|available) (?:values|options)(?: are)?|accepts)\s?[:：]\s{0,9}$"
    r"|(?:可选值|取值|枚举值|可选项)(?:为|有|包括|如下)?\s?[:：]\s{0,9}$",
    re.IGNORECASE,
)
_SENTENCE: Final = 160  # characters before a list that are looked at


def bulleted(cell: Cell) -> Listing | None:
    """Find two or more lines that each begin with a bullet and a code span."""
    spans = [text.strip().strip("\"'") for text, code in cell.pieces if code]
    held, index = "", 0
    for text, code in cell.pieces:
        held += f"\x01{index}\x01" if code else text
        index += code
    values: list[Value] = []
    above = said = ""
    for line in held.split("\n"):
        match = re.match(r"\s*[-*•·]\s*\x01(\d+)\x01\s*(?:[:：=–—-]+\s*|[(（](?=.*[)）]))?(.*)", line)
        if match is not None:
            said = said or above
            label = re.sub(r"\x01(\d+)\x01", lambda span: spans[int(span[1])], match[2]).strip(" ()（）")
            values.append(Value(spans[int(match[1])], label))
        above = line if line.strip() else above
    announced = _ANNOUNCED.search(said[-_SENTENCE:]) is not None
    if len(values) < 2:
        return None
    return Listing(tuple(values), strength=2 if announced else 1, announced=announced)


def explained(cell: Cell) -> Listing | None:
    """Find two or more code spans that are each explained: "`url` to return a link, `b64_json` for the data"."""
    values = []
    pieces = cell.pieces
    for index, (text, code) in enumerate(pieces):
        label = _EXPLAINS.match(pieces[index + 1][0] if index + 1 < len(pieces) else "")
        if code and label is not None:
            values.append(Value(text.strip().strip("\"'"), label[1].strip()))
    if len({value.text for value in values}) < len(values) or len(values) < 2:
        return None
    # A text that is made of nothing else is about its values.
    spans = [index for index, (_, code) in enumerate(pieces) if code]
    alone = len(values) == len(spans) > 2 and not any(text.strip(" \"'“") for text, _ in pieces[: spans[0]])
    return Listing(tuple(values), strength=1 if alone else 0)


def coded_run(cell: Cell) -> Listing | None:
    """Find a run of two or more code spans with nothing but separators, or labels, between them."""
    best: Listing | None = None
    pieces, cased = without_cases(cell.pieces) if cell.codes else (_quoted(cell), False)
    for before, values, after in _runs(pieces):
        of_case = cased and before.rstrip().endswith((":", "："))
        if (len({value.text for value in values}) < 2 and not of_case) or EXAMPLE.search(before):
            continue
        labelled = all(value.label for value in values[:-1]) or _DEFAULT_LAST.match(after) is not None
        last = _LAST_LABEL.match(after) if labelled else None
        if last is not None:
            values[-1] = Value(values[-1].text, (last[1] or last[2]).strip())
        # Bars part alternatives, and nothing else.
        barred = "|".join(re.sub(r"\s", "", value.text) for value in values) in re.sub(r"[\s\"'“”]", "", cell.text)
        first = {value.text: value for value in reversed(values)}
        once = [first[text] for text in dict.fromkeys(value.text for value in values)]
        listing = Listing(
            tuple(once),
            bool(OPEN.match(after.strip(" ,，)）"))),
            2 if of_case else _strength(before, once, after, barred=barred),
        )
        again = best is not None and bool(set(listing.texts) & set(best.texts))  # values explained once more
        if best is not None and best.strength == 2 and listing.strength and (of_case or not again):
            best = Listing(
                (*best.values, *(v for v in values if v.text not in best.texts)), best.open, 2, several=True
            )
        elif best is None or listing.strength > best.strength:
            best = listing
    return best


def _strength(before: str, values: Sequence[Value], after: str, *, barred: bool) -> int:
    """Say how surely a run of values is an enumeration, by what stands around it."""
    if barred or MARKER.search(before) or not before.strip():
        return 2
    ended = re.match(r"\s*(?:[.。;；)）\n\]，,]|$|等|default|默认|[-–—(（])", after, re.IGNORECASE) is not None
    listed = re.search(r"\n\s*[-*•]?\s*$", before) is not None
    labelled = all(value.label for value in values[:-1])
    return 1 if (ended and _LOOSE.search(before)) or listed or labelled else 0


def _quoted(cell: Cell) -> tuple[Piece, ...]:
    """Take words in quotes for code spans, in a text that has none."""
    pieces: list[Piece] = []
    for text, _ in cell.pieces:
        for index, part in enumerate(re.split(r"[\"“”]([^\"“”\n]{1,40})[\"“”]", text)):
            pieces.append((part, index % 2 == 1))
    return tuple(piece for piece in pieces if piece[0])


def _runs(pieces: Sequence[Piece]) -> Iterator[tuple[str, list[Value], str]]:
    """Give every run of code spans with the text before and behind it."""
    before, values, between = "", list[Value](), ""
    for text, code in pieces:
        if code:
            if values and between:
                rest = _label_rest(values, between)
                if rest is None:
                    yield before, values, between
                    before, values = between, []
            values.append(Value(text.strip().strip("\"'")))
            between = ""
        else:
            between += text
            if not values:
                before, between = between, ""
    if values:
        yield before, values, between


def _label_rest(values: list[Value], between: str) -> str | None:
    """Take what stands between two code spans: separators, or a label of the first; None when it ends the run."""
    plain = between.strip(" \n")
    if SEPARATORS.fullmatch(between) or SEPARATORS.fullmatch(plain):
        return ""
    label = re.match(
        r"\s*(?:\(([^()]*)\)|（([^（）]*)）|(?:=|:|：|->|→|\s[–—-]\s)\s*([^;；|]*?))[\s,;，；、|/.。]*(?:\b(?:or|and|oder|und|ou|et|o|y|e|или|и)\b|或者?|和|または|又は|及び|と|또는)?[\s\n•*\"'“”-]*$",
        between,
        re.IGNORECASE,
    )
    if label is None:
        return None
    values[-1] = Value(values[-1].text, next((part.strip() for part in label.groups() if part), ""))
    return ""


def fixed(cell: Cell) -> Listing | None:
    """Find the only value that is taken: `fixed value: x`, `must be x`."""
    before = ""
    pieces = cell.pieces if cell.codes else _quoted(cell)
    for index, (text, code) in enumerate(pieces):
        following = pieces[index + 1][0] if index + 1 < len(pieces) else ""
        if code and _FIXED.search(before) and not re.match(r"\s*(?:[~～–—-]|至|到|to\b|\.\.)", following):
            return Listing((Value(text.strip().strip("\"'")),))
        only = _ONLY.match(following) if code and index == 0 and len(cell.codes) == 1 else None
        if only is not None and only["again"] in {None, text.strip()}:
            return Listing((Value(text.strip().strip("\"'")),))
        before = "" if code else text
    return None


def piped(cell: Cell) -> Listing | None:
    """Find plain words that bars part, in brackets or behind a colon: `How it is stored (png|jpeg|webp)`."""
    match = _PIPED.search(cell.text) if "|" in cell.text and not cell.codes else None
    if match is None or EXAMPLE.search(cell.text[: match.start(1)]):
        return None
    parts = [part.strip() for part in match[1].split("|")]
    if all(part.lower() in words.KINDS or part.lower() in _NO_VALUES for part in parts):
        return None  # a union of types
    return Listing(tuple(Value(part) for part in dict.fromkeys(parts)), strength=1)


def bracketed(cell: Cell) -> Listing | None:
    """Find one list in brackets, as code or not, behind words that say so: 可选范围 `[mp3, pcm, flac]`."""
    before = ""
    for text, code in cell.pieces:
        whole = _IN_BRACKETS.fullmatch(text.strip()) if code else None
        found = [(before, whole)] if whole is not None else []
        found += [] if code else [(text[: one.start()], one) for one in _IN_BRACKETS.finditer(text)]
        for said, inner in found:
            near = said[-_SENTENCE:]
            if EXAMPLE.search(near) or not (MARKER.search(near) or _RANGED.search(near)):
                continue
            values = [part.strip().strip("\"'") for part in re.split("[,，]", inner[1])]
            if len(values) > 2 or not all(_END.fullmatch(value) for value in values):
                return Listing(tuple(Value(value) for value in values))
        before = "" if code else text
    return None


def read_examples(cell: Cell) -> tuple[str, ...]:
    """Return the code spans that follow "for example" in running text."""
    values: list[str] = []
    started = False
    for text, code in cell.pieces:
        if not code:
            started = bool(EXAMPLE.search(text)) or (started and SEPARATORS.fullmatch(text) is not None)
        elif started:
            values.append(text.strip())
    return tuple(values)
