"""Enumerations: the values that a cell lists, in a column of their own or somewhere in running text.

A `Listing` has the values as written; typing them is the caller's, who knows the kind. One that goes on with "etc."
or "for example" is open: its values are examples, no enumeration.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.limits import read_limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from teststrip.provider.reading.inline import Cell

Piece = tuple[str, bool]

_BETWEEN: Final = Pattern(
    r"[\s,，、;；|/·•]*(?:\b(?:or|and|and/or|either|to)\b|或者|或|和|及|以及|与|또는|及び|または|oder|ou|или)?[\s,，、;；|/·•\"'“”‘’]*|\s*\n\s*[-*•]\s*",
    re.IGNORECASE,
)
_OPEN: Final = Pattern(
    r"\betc\b|\.\.\.|…|\band (?:more|others|so on)\b|\bor (?:an?\s+|any\s+)?(?:custom|other|another|arbitrary|your own)\b|等等?(?:[。.)）\s]|$)|など|등(?:\s|$)|и т\.\s?д|among others",
    re.IGNORECASE,
)
_EXAMPLE: Final = Pattern(
    r"(?:\be\.g\.?,?|\beg\b\.?|\bfor example[,:]?|\bfor instance,?|\bsuch as|\blike|\bexamples?\s*[:：]?|\bsample\s*[:：]|例如|比如|譬如|如[:：]?|示例[:：]?|(?<!比)例[:：]|たとえば|예[:：)]|ejemplo|par exemple|z\. ?b\.|например)[\s:：,(（\"'“]*$",
    re.IGNORECASE,
)
_MARKER: Final = Pattern(
    r"(?:\b(?:(?:must|can|may|should|could|has to|needs to)(?: only)? be|(?:is|are)|takes?|accepts?)?\s*(?:either|(?:any )?one of(?: the following)?(?: values)?|exactly one of)"
    r"|\b(?:(?:currently|only|all|the)\s+)?(?:supported|allowed|possible|valid|accepted|available|acceptable|permitted|optional|enum(?:erated)?)\s*(?:values?|options?|formats?|types?|ratios?|resolutions?|sizes?|choices?|modes?|styles?|qualities|durations?|aspect ratios?|settings?|levels?|presets?|samplers?|schedulers?|voices?|file types?|image formats?|output formats?|inputs?|lengths?)?(?: are| is| include[sd]?)?\s*(?=[:：(\"'“`]|$)"
    r"|(?:\b|(?<=[a-z]))(?:Options?|Choices|Values?|Enums?|(?<![a-z])(?:options?|choices|values?|enums?|modes?))(?: are| include| is)?\s*[:：]"
    r"|\bchoose (?:from|between|one of|either)|\bselect (?:from|between|one of)|\bpick (?:from|one of)"
    r"|可选值?(?:有|为|是|包括)?\s*[:：]?|(?:此处|可)可?填(?:写)?\s*[:：]|可选(?:项|范围|参数|类型)?\s*[:：]|取值(?:范围|有|为|包括|可为)?\s*[:：]?|枚举值?\s*[:：]?|支持(?:的)?(?:值|格式|类型|比例|分辨率|尺寸|模式|选项)?(?:有|为|包括)?\s*[:：]|可以(?:是|为)|可为|可取(?:值)?\s*[:：]?|有效值\s*[:：]?|选项\s*[:：]|只能(?:是|为)|仅支持"
    r"|選択肢\s*[:：]|指定可能な値\s*[:：]?|値\s*[:：]|いずれか|가능한 값\s*[:：]?|옵션\s*[:：]|valores(?: posibles| permitidos)?\s*[:：]|opciones\s*[:：]|opções\s*[:：]|valeurs(?: possibles| autorisées)?\s*[:：]|mögliche werte\s*[:：]|erlaubte werte\s*[:：]|допустимые значения\s*[:：]|варианты\s*[:：])"
    r"[\s:：(（\"'“`\[-]*$",
    re.IGNORECASE,
)
_LOOSE: Final = Pattern(
    r"(?:\b(?:can be|may be|must be|should be|set to|supports?|supporting|accepts?|use|either|are|is|as|allowed|supported)|[:：(（\[=-]|可以是|可为|支持|为|是)[\s\"'“]*$",
    re.IGNORECASE,
)
_LABEL: Final = Pattern(
    r"\s*(?:\(([^()]*)\)|（([^（）]*)）|(?:=|:|：|->|→|–|—|-)\s*([^,;，；|\n]*?))\s*(?=$|[,;，；、|/\n]|\bor\b|\band\b)",
    re.IGNORECASE,
)
_TOKEN: Final = Pattern(r"[^\s,;|，、；]+")
_VALUE: Final = Pattern(r"[\w@#][\w.:+/%*×°#@-]*|[-+]?\d+(?:\.\d+)?", re.UNICODE)
_LABELLED: Final = Pattern(
    r"(?:^|(?<=[\s:：(（,，;；、|/\n]))[\"'“`]?(?P<value>\d+:\d+|[A-Za-z0-9-][\w.+%*-]*?)[\"'”`]?\s*(?:=|＝|:(?!\d)|：|\s[-–—]\s|->|→)\s*(?P<label>[^,;=，；|\n]+?)(?=[,;，；|\n]|$|\.(?:\s|$)|\s+\d+\s*[=:：]|。)"
)
_PAREN_LABELLED: Final = Pattern(r"[\"'“`]?(?P<value>[\w.+:%*-]+)[\"'”`]?\s*[(（](?P<label>[^()（）]{1,60})[)）]")
_DEFAULT_MARK: Final = Pattern(r"^\W*(?:the )?default\b|\bdefault\b\W*$|默认|デフォルト|기본", re.IGNORECASE)
_MOST_LISTED: Final = 1500  # characters that values behind a phrase may take
_MIME: Final = Pattern(r"(?:image|video|audio|text|application)/[\w.+-]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Value:
    """One value as written, with the words that the page has for it."""

    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """Values in their order; `open` when there are more than are listed.

    `strength` is how surely they are all: 2, a phrase says so; 1, nothing else could be meant; 0, only with the
    default among them.
    """

    values: tuple[Value, ...]
    open: bool = False
    strength: int = 2
    integral: bool = False  # labelled whole numbers: for a number with fractions, they are points on a scale
    several: bool = False  # the text has several lists, for different cases

    @property
    def texts(self) -> tuple[str, ...]:
        """The values, without labels."""
        return tuple(value.text for value in self.values)

    @property
    def default(self) -> str | None:
        """The value whose label says that it is the default."""
        return next((value.text for value in self.values if _DEFAULT_MARK.search(value.label)), None)


def read_listing(cell: Cell) -> Listing | None:
    """Read a cell that is about values and nothing else; None when it is not wholly a list of them."""
    text = cell.text
    is_open = bool(_OPEN.search(text)) or bool(
        re.match(r"(?:e\.g\.|例如|such as|for example|如[:：])", text, re.IGNORECASE)
    )
    return (
        _by_codes(cell, is_open=is_open)
        or _by_lines(cell)
        or _labelled(text)
        or _by_separators(cell, is_open=is_open)
    )


def _by_codes(cell: Cell, *, is_open: bool) -> Listing | None:
    """Values as code spans, with nothing but separators and labels between them."""
    if not cell.codes:
        return None
    values: list[Value] = []
    pieces = cell.pieces
    for index, (text, code) in enumerate(pieces):
        if code:
            values += [
                Value(part.strip("\"'")) for part in (_inner(text) if len(cell.codes) == 1 else [text.strip()])
            ]
            continue
        if _BETWEEN.fullmatch(text) or (index == 0 and re.fullmatch(r"[\s\w]*[:：]\s*", text)):
            continue
        if _OPEN.search(text) and not re.sub(r"[\W_]|etc|and|more|等", "", text):
            continue
        label = _LABEL.match(text)
        if not values or label is None or not _BETWEEN.fullmatch(text[label.end() :]):
            return None
        values[-1] = Value(values[-1].text, next((part.strip() for part in label.groups() if part), ""))
    return Listing(tuple(values), is_open) if values and all(value.text for value in values) else None


def _inner(text: str) -> list[str]:
    """Part the values of a single code span: `a | b`, `[a, b]`."""
    text = text.strip()
    text = text[1:-1] if text[:1] == "[" and text[-1:] == "]" else text
    return [part for part in re.split(r"\s*[|,]\s*|\s+/\s+", text) if part]


def _by_lines(cell: Cell) -> Listing | None:
    """Values on lines of their own, each perhaps with a label behind it."""
    lines = [line.strip(" -•*·") for line in cell.lines]
    if len(lines) < 2:
        return None
    values = []
    for line in lines:
        match = re.fullmatch(
            r"[\"'“`]?([\w.:+/%*×-]+?)[\"'”`]?(?:\s*(?:=|:(?!\d)|：|\s[-–—]\s|->)\s*(.+)|\s*[(（](.+)[)）])?[,;，；]?",
            line,
        )
        if match is None:
            return None
        values.append(Value(match[1], match[2] or match[3] or ""))
    return Listing(tuple(values))


def _labelled(text: str) -> Listing | None:
    """`0 = Heavy, 1 = Light`: every part has a label."""
    parts = [part.strip() for part in re.split(r"[,;，；、|]\s*", text) if part.strip()]
    matches = [
        re.fullmatch(
            r"([\w.+*-]+)\s*(?:=|＝|:|：|\s[-–—]\s|->)\s*([^=]+)|([\w.+:*-]+)\s*[(（]([^()（）]+)[)）]", part
        )
        for part in parts
    ]
    if len(parts) < 2 or not all(matches):
        return None
    if all(match and re.fullmatch(r"\d+\s*[:：]\s*\d+", match[0]) for match in matches):
        return None  # aspect ratios
    return Listing(tuple(Value(m[1] or m[3], (m[2] or m[4]).strip()) for m in matches if m))


def _by_separators(cell: Cell, *, is_open: bool) -> Listing | None:
    """Plain words between separators; the strongest sign that is there parts them."""
    text = re.sub(
        r"^(?:one of|either|enum|options?|values?|supported|allowed|可选值?|取值|枚举值?|支持)\s*[:：]?\s*",
        "",
        cell.text,
        flags=re.IGNORECASE,
    ).strip(" .。")
    if len(text) > 1 and text[0] in "[{(" and text[-1] in "]})" and "," in text:
        text = text[1:-1]
    text = _OPEN.sub("", text).strip(" ,，") if is_open else text
    for separator in (
        r"\s*\|\s*",
        r"\s*[、；;]\s*",
        r"\s*[,，]\s*(?:or\s+|and\s+)?",
        r"\s+/\s+",
        r"\s+(?:or|ou|oder|или)\s+|\s*或者?\s*|\s*または\s*",
        r"/",
    ):
        if separator == "/" and _MIME.fullmatch(text):
            continue
        parts = [part.strip() for part in re.split(separator, text, flags=re.IGNORECASE) if part.strip()]
        if len(parts) > 1:
            break
    else:
        return None
    if separator == r"\s*[,，]\s*(?:or\s+|and\s+)?":
        parts = [one for part in parts for one in re.split(r"\s+or\s+", part)]
    values = [_plain_value(part) for part in parts]
    return Listing(tuple(value for value in values if value), is_open) if all(values) else None


def _plain_value(part: str) -> Value | None:
    part = part.strip()
    quoted = re.fullmatch(r"[\"'“‘]([^\"'“”‘’]+)[\"'”’](?:\s*[(（](.+)[)）])?", part)
    if quoted is not None:
        return Value(quoted[1], quoted[2] or "")
    labelled = re.fullmatch(r"([\w.:+*×%/-]+)\s*[(（](.+)[)）]", part)
    if labelled is not None:
        return Value(labelled[1], labelled[2])
    if _VALUE.fullmatch(part) or (
        re.fullmatch(r"[\w.+-]+(?: [\w.+&-]+){1,3}", part)
        and not re.search(
            r"\b(?:the|is|are|to|of|must|be|when|if|a|an|for|any|than|least|most|max|min|between|from)\b",
            part,
            re.IGNORECASE,
        )
    ):
        return Value(part)
    return None


# --- running text -----------------------------------------------------------------------------------------------


def mine_listing(cell: Cell) -> Listing | None:
    """Find an enumeration in running text: after a phrase that says so, or as values that each have a label."""
    return (
        _json_list(cell)
        or _bulleted(cell)
        or _coded_run(cell)
        or _whole(cell)
        or _explained(cell)
        or _marked_words(cell)
        or labelled_run(cell)
        or _line_run(cell)
        or _must_be(cell)
        or _apostrophes(cell)
        or _fixed(cell)
        or _loose_words(cell)
    )


def _bulleted(cell: Cell) -> Listing | None:
    """Find two or more lines that each begin with a bullet and a code span."""
    spans = [text.strip().strip("\"'") for text, code in cell.pieces if code]
    held, index = "", 0
    for text, code in cell.pieces:
        held += f"\x01{index}\x01" if code else text
        index += code
    values = []
    for line in held.split("\n"):
        match = re.match(r"\s*[-*•·]\s*\x01(\d+)\x01\s*(?:[:：=–—-]+\s*|[(（](?=.*[)）]))?(.*)", line)
        if match is not None:
            label = re.sub(r"\x01(\d+)\x01", lambda span: spans[int(span[1])], match[2]).strip(" ()（）")
            values.append(Value(spans[int(match[1])], label))
    return Listing(tuple(values), strength=1) if len(values) > 1 else None


def _whole(cell: Cell) -> Listing | None:
    """Find values that the description begins with, and is made of: `simple / down_back`, `v1, v1-5, v2`."""
    if cell.codes:
        return None
    match = _WHOLE.match(cell.text)
    if match is None:
        return None
    parts = [part.strip() for part in re.split(r"\s*[,/|、]\s*", match[1]) if part.strip()]
    told = any(re.search(r"[\d_-]", part) for part in parts) or "/" in match[1] or "|" in match[1]
    return Listing(tuple(Value(part) for part in parts), strength=1 if told else 0)


_WHOLE: Final = Pattern(r"([a-z0-9][\w.:-]*(?:\s*(?:,|/|\||、)\s*[a-z0-9][\w.:-]*)+)\s*(?:[.。]|$|[(（])")
_EXPLAINS: Final = Pattern(
    r"\s*(?:for|to|means?|returns?|gives?|enables?|disables?|uses?|keeps?|表示|代表|为|：|:|=)\s*([^,;.，；。()（）]*)"
)


def _explained(cell: Cell) -> Listing | None:
    """Find two or more code spans that are each explained: "`url` to return a link, `b64_json` for the data"."""
    values = []
    for index, (text, code) in enumerate(cell.pieces):
        label = _EXPLAINS.match(cell.pieces[index + 1][0] if index + 1 < len(cell.pieces) else "")
        if code and label is not None:
            values.append(Value(text.strip().strip("\"'"), label[1].strip()))
    return Listing(tuple(values), strength=0) if len({value.text for value in values}) == len(values) > 1 else None


def _json_list(cell: Cell) -> Listing | None:
    """Find a JSON list of two or more scalars: `["1K", "2K", "4K"]`."""
    for match in re.finditer(
        r"\[\s*(?:\"[^\"\[\]]*\"|-?\d[\d.]*)(?:\s*,\s*(?:\"[^\"\[\]]*\"|-?\d[\d.]*))+\s*\]", cell.text
    ):
        if match[0].count('"') and not _EXAMPLE.search(cell.text[: match.start()]):
            return Listing(tuple(Value(part.strip().strip('"')) for part in match[0][1:-1].split(",")))
    return None


def _line_run(cell: Cell) -> Listing | None:
    """Find lines that each begin with a word and its label: `auto: ...`, `disabled: ...`; believed with a default."""
    found = [
        re.match(r"[-*•·\s]*[\"'“]?([A-Za-z0-9][\w.+-]*|\d+:\d+)[\"'”]?\s*(?:[:：](?!\d)|\s[-–—]\s)\s*(.+)", line)
        for line in re.split(r"\n|。", "\n".join(cell.lines))
    ]
    values = [Value(match[1], match[2]) for match in found if match is not None]
    named = [
        re.match(r"[-*•·\s]*([a-z][a-z0-9]*[_-][\w-]+)\s+([\u3040-\u9fff].*)", line) for line in cell.lines[1:]
    ]
    if not values and len(named) > 1 and all(named):
        return Listing(tuple(Value(match[1], match[2]) for match in named if match is not None), strength=1)
    return (
        Listing(tuple(values), strength=0)
        if len(values) > 1 and len({value.text for value in values}) == len(values)
        else None
    )


def _apostrophes(cell: Cell) -> Listing | None:
    """Find `'a' | 'b' | 'c'`, in single quotes and parted by pipes."""
    match = _APOSTROPHES.search(cell.text) if "|" in cell.text else None
    return None if match is None else Listing(tuple(Value(part) for part in re.findall(r"'([^']+)'", match[0])))


_APOSTROPHES: Final = Pattern(r"(?<!\w)'[^'|\n]{1,40}'(?:\s*\|\s*'[^'|\n]{1,40}')+(?!\w)")


def _must_be(cell: Cell) -> Listing | None:
    """Find plain values behind "must be": `Must be 512, 768 or 1024`, `must be low, medium or high`."""
    match = _MUST_BE.search(cell.text) if not cell.codes else None
    if match is None:
        return None
    parts = [part for part in re.split(r"\s*,\s*(?:or\s+)?|\s+or\s+", match[1]) if part]
    numbers = all(re.fullmatch(r"-?\d+(?:\.\d+)?", part) for part in parts)
    # Two words may be any two: "must be unique or empty".
    return Listing(tuple(Value(part) for part in parts)) if numbers or len(parts) > 2 else None


_MUST_BE: Final = Pattern(
    r"\b(?:must|can|may|should|has to)\s+(?:only\s+)?be\s+(?:set to\s+)?([\w.:+-]+(?:\s*,\s*[\w.:+-]+)*\s*,?\s+or\s+[\w:+-]+(?:\.\d+)?)\s*(?:[.;)]|$)",
    re.IGNORECASE,
)


def _fixed(cell: Cell) -> Listing | None:
    """Find the only value that is taken: `fixed value: x`, `must be x`."""
    before = ""
    for index, (text, code) in enumerate(cell.pieces):
        following = cell.pieces[index + 1][0] if index + 1 < len(cell.pieces) else ""
        if code and _FIXED.search(before) and not re.match(r"\s*(?:[~～–—-]|至|到|to\b|\.\.)", following):
            return Listing((Value(text.strip().strip("\"'")),))
        before = "" if code else text
    return None


_FIXED: Final = Pattern(
    r"(?:\bfixed(?: value| to| as)?|\bmust (?:always )?be(?: set to)?|\balways|\bconstant|\bonly (?:accepts?|supports?|allowed value(?: is)?)|固定(?:值|为|填)?(?:为)?|(?:此处|此处填|这里)(?:为|填)|可选值|可选项|目前仅支持|当前仅支持|仅支持|固定値)\s*[:：=]?\s*[\"“]?$",
    re.IGNORECASE,
)


_LOOSE_FORMS: Final[tuple[tuple[Pattern, str], ...]] = (
    # (32, 64, 128): three numbers or more are no interval
    (
        Pattern(r"[(（:：]\s*(\d+(?:\.\d+)?(?:\s*[,/、]\s*(?:or\s+)?\d+(?:\.\d+)?){2,})\s*(?:[)）.。;]|$)"),
        r"[,/、]\s*(?:or\s+)?",
    ),
    # words between slashes in brackets
    (Pattern(r"[(（]\s*([a-z0-9_]+(?:\s*/\s*[a-z0-9_]+)+)\s*[)）]"), r"\s*/\s*"),
    # on/off
    (Pattern(r"(?<![\w/.:-])([a-z0-9_]+(?:/[a-z0-9_]+)+)(?![\w/-]|\.\w)"), "/"),
    # quality: low, medium or high
    (
        Pattern(r"[:：]\s*((?:[a-z0-9_]+\s*[,、]\s*)+(?:or\s+|and\s+)?[a-z0-9_]+)\s*(?:[.。;；]|$)"),
        r"[,、]\s*(?:or\s+|and\s+)?",
    ),
)
_PAREN_RUN: Final = Pattern(
    r"(?:^|[:：]\s*)((?:[\w.+-]+\s*[(（][^()（）]{1,60}[)）]\s*[,，、/;]?\s*(?:or\s+|and\s+)?){2,})"
)


def _loose_words(cell: Cell) -> Listing | None:
    """Find `std (Standard 720p), pro (Professional)` or `on/off` in plain text: believed only with the default."""
    text = cell.text
    run = _PAREN_RUN.search(text)
    if run is not None:
        values = tuple(Value(match["value"], match["label"]) for match in _PAREN_LABELLED.finditer(run[1]))
        return Listing(values, strength=0) if len({value.text for value in values}) == len(values) > 1 else None
    for form, separator in _LOOSE_FORMS:
        match = form.search(text)
        if match is not None and not _EXAMPLE.search(text[: match.start(1)]):
            return Listing(tuple(Value(part.strip()) for part in re.split(separator, match[1])), strength=0)
    return None


def _coded_run(cell: Cell) -> Listing | None:
    """Find a run of two or more code spans with nothing but separators, or labels, between them."""
    best: Listing | None = None
    for before, values, after in _runs(cell.pieces if cell.codes else _quoted(cell)):
        if len(values) < 2 or _EXAMPLE.search(before):
            continue
        last = _LAST_LABEL.match(after) if all(value.label for value in values[:-1]) else None
        if last is not None:
            values[-1] = Value(values[-1].text, (last[1] or last[2]).strip())
        listing = Listing(
            tuple(values), bool(_OPEN.match(after.strip(" ,，)）"))), _strength(before, values, after)
        )
        if best is not None and best.strength == 2 and listing.strength and set(listing.texts) - set(best.texts):
            best = Listing(
                (*best.values, *(v for v in values if v.text not in best.texts)), best.open, 2, several=True
            )
        elif best is None or listing.strength > best.strength:
            best = listing
    return best


_LAST_LABEL: Final = Pattern(r"\s*(?:[(（]([^()（）]+)[)）]|(?:=|:|：|->|→|\s[–—-]\s)\s*([^;；|.。,，\n]+))")


def _strength(before: str, values: Sequence[Value], after: str) -> int:
    """Say how surely a run of values is an enumeration, by what stands around it."""
    if _MARKER.search(before) or not before.strip():
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
    if _BETWEEN.fullmatch(between) or _BETWEEN.fullmatch(plain):
        return ""
    label = re.match(
        r"\s*(?:\(([^()]*)\)|（([^（）]*)）|(?:=|:|：|->|→|\s[–—-]\s)\s*([^;；|]*?))[\s,;，；、|/.。]*(?:\bor\b|\band\b|或|和)?[\s\n•*\"'“”-]*$",
        between,
        re.IGNORECASE,
    )
    if label is None:
        return None
    values[-1] = Value(values[-1].text, next((part.strip() for part in label.groups() if part), ""))
    return ""


def _marked_words(cell: Cell) -> Listing | None:
    """Find words, plain or in quotes, after a phrase like `Options:` or `one of`, up to the end of the sentence."""
    # A line that ends with a separator goes on below; any other ends what it lists.
    text = re.sub(r"(?<=[,，、/|])\s{0,20}\n\s{0,20}", " ", "\n".join(cell.lines))
    for match in _MARKERS.finditer(text):
        rest = text[match.end() : match.end() + _MOST_LISTED].lstrip(" :：(（")
        if _EXAMPLE.search(text[: match.start()][-24:]):
            continue
        marked = _MARKED_DEFAULT.search(rest)
        rest = _MARKED_DEFAULT.sub(r"\1", rest)
        end = re.search(
            r"[)）\]](?!\w)|。|\.(?=\s|$)|[;；](?!\s*[\w\"'`]+\s*[=:])|\n|(?:\s[-–—(（]\s?|,\s*|\s)(?:default|默认|where|which|depending|for|when|if|the|to|with|in|see)\b|默认",
            rest,
        )
        words = rest[: end.start()] if end else rest
        if read_limits(words) is not None:
            continue
        listing = _by_separators(_as_cell(words, cell), is_open=bool(_OPEN.search(words)))
        if (
            listing is not None
            and len(listing.values) > 1
            and all(len(value.text.split()) <= 3 for value in listing.values)
        ):
            return listing if marked is None else _with_default(listing, marked[1])
    return None


def _with_default(listing: Listing, text: str) -> Listing:
    values = (Value(one.text, "default") if one.text == text else one for one in listing.values)
    return replace(listing, values=tuple(values))


_MARKED_DEFAULT: Final = Pattern(r"([\w.:+-]+)[\"'”]?\s*[(（](?:the\s+)?(?:default|默认)[)）]", re.IGNORECASE)
_MARKERS: Final = Pattern(
    _MARKER.pattern.removesuffix(r"[\s:：(（\"'“`\[-]*$").replace(
        r"(?=[:：(\"'“`]|$)", r"(?:(?=[:：])|(?<=\sare)|(?<=include)|(?<=includes)|(?<=included))"
    ),
    re.IGNORECASE,
)


def marked_tokens(cell: Cell) -> Iterator[str]:
    """Give the word behind each phrase like `Options:`, which may be values that run together."""
    for match in _MARKERS.finditer(cell.text):
        token = re.match(
            r"[\s:：(（]*([^\s,，、。;；()（）]{4,400})", cell.text[match.end() : match.end() + _MOST_LISTED]
        )
        if token is not None:
            # A scraper glues the next sentence on, too: its capital tells where.
            yield re.split(r"(?<=[a-z0-9])(?=[A-Z][a-z])", token[1])[0].rstrip(".:")


def labelled_run(cell: Cell) -> Listing | None:
    """Find `0 = Heavy, 1 = Light` or `"a": first; "b": second` in running text; two or more, all numbers or all words."""
    text = "\n".join(cell.lines)
    found = [Value(match["value"], match["label"].strip()) for match in _LABELLED.finditer(text)]
    numbers = [value for value in found if re.fullmatch(r"-?\d+", value.text)]
    if len(numbers) > 1 and len({value.text for value in numbers}) == len(numbers):
        return Listing(tuple(numbers), integral=True)
    coded = [
        value
        for value in found
        if value.text in cell.codes or re.search(rf"[\"'“`]{re.escape(value.text)}[\"'”`]", text)
    ]
    if len(coded) > 1 and len({value.text for value in coded}) == len(coded):
        return Listing(tuple(coded))
    return None


def read_examples(cell: Cell) -> tuple[str, ...]:
    """Return the code spans that follow "for example" in running text."""
    values: list[str] = []
    started = False
    for text, code in cell.pieces:
        if not code:
            started = bool(_EXAMPLE.search(text)) or (started and _BETWEEN.fullmatch(text) is not None)
        elif started:
            values.append(text.strip())
    return tuple(values)


def _as_cell(text: str, like: Cell) -> Cell:
    return type(like)(((text, False),), like.where, text)
