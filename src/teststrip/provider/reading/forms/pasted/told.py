"""What the lines below a parameter's name and type say: labels with their values, limits, marks, and words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.forms.pasted.heads import Head
from teststrip.provider.reading.forms.pasted.marks import Mark, read_marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.forms.pasted.lines import Line

Label = Literal["default", "enum", "one", "example", "limit", "type", "required", "word"]

_LABELS: Final[tuple[tuple[Label, Pattern], ...]] = (
    ("default", Pattern(r"(?:defaults?(?: values?)?(?: to)?|默认值?|既定値|デフォルト値?|기본값)", re.IGNORECASE)),
    (
        "enum",
        Pattern(
            r"(?:(?:items )?enum(?: values)?|(?:allowed|available|possible|valid|accepted|supported|possible enum) (?:values|options)|allowed|options|values|one of"
            r"|可用选项|可选值|枚举值?|取值|允许值|許容値|選択肢|허용 값)",
            re.IGNORECASE,
        ),
    ),
    ("one", Pattern(r"(?:const(?:ant)?|(?:allowed )?value)", re.IGNORECASE)),
    ("example", Pattern(r"(?:examples?(?: values?)?|示例值?|例|예시?)", re.IGNORECASE)),
    (
        "limit",
        Pattern(
            r"(?:(?:required|valid|allowed|value) (?:string length|array length|range|length)|(?:minimum|maximum) (?:string|array) length|(?:minimum|maximum|min|max)(?: ?(?:length|items|value))?"
            r"|(?:valid )?range|length(?: constraints)?|array members|必填范围|取值范围|范围|长度)",
            re.IGNORECASE,
        ),
    ),
    ("type", Pattern(r"(?:data )?type|类型", re.IGNORECASE)),
    ("required", Pattern(r"required|必填|必需", re.IGNORECASE)),
    ("word", Pattern(r"(?:format|pattern|match pattern|title|required scope|additional properties)", re.IGNORECASE)),
)
_LABELED: Final = Pattern(r"(?P<label>[^\W\d_][^:：\d`\"]{0,30}?)\s?[:：]\s{0,4}(?P<value>.*)|(?P<bare>Defaults to) (?P<to>.+)")
BUTTON: Final = Pattern(
    r"(?P<verb>show|hide|expand|collapse|隐藏|显示|展开|收起)\s?(?P<count>\d{1,3} )?(?:more )?(?:child )?(?P<what>attributes?|properties|property|fields?|parameters|details|variants?|enum values|子?属性)(?:\s?for (?P<of>[\w.$-]{1,80}))?",
    re.IGNORECASE,
)
_QUOTED: Final = Pattern(r"(?P<mark>[\"'])(?P<value>[^\"'\n]{0,200})(?P=mark)[,，;]?")
_SENTENCE: Final = Pattern(r"[.。!?！？:：]$|[.;,!?] |[，。；]")
_SPLIT: Final = Pattern(r"\s?[,，;、|┃]\s?|\s{1,4}")
_MOST_WORDS: Final = 3  # of a value that nothing marks as one
_LONGEST: Final = 60  # characters of such a value
_MOST_VALUES: Final = 300
_MOST_BRACES: Final = 60  # lines of an example


@dataclass(slots=True)
class Told:
    """What is said of a parameter, gathered line by line. `about` are the lines of its description."""

    kind: str
    required: str = ""
    default: str | None = None
    values: list[str] = field(default_factory=list)
    glued: str = ""  # values that run together
    limits: list[str] = field(default_factory=list)
    example: str = ""
    about: list[Line] = field(default_factory=list)
    place: str = ""
    listed: bool = False  # a bare `enum` says that there are values
    doubted: bool = False  # lines of the description may be values, or the other way round
    typed: bool = False

    def take(self, marks: Sequence[Mark]) -> None:
        """Take marks that stand behind the type, or on a line of their own."""
        for mark in marks:
            if mark.kind in {"required", "optional"}:
                self.required = self.required or mark.kind
            elif mark.kind == "default":
                self.default = mark.text if self.default is None else self.default
            elif mark.kind == "limit":
                self.limits.append(mark.text)
            elif mark.kind == "enum":
                self.listed = True
            elif mark.kind == "one":
                self.values.append(mark.text)
            elif mark.kind == "place":
                self.place = mark.text


def is_label(text: str) -> bool:
    """Tell whether a line is a label whose one value stands on the next line."""
    name = text.rstrip(" ")
    if name[-1:] not in {":", "："}:
        return False
    plain = name.rstrip(" :：")
    return any(pattern.fullmatch(plain) for label, pattern in _LABELS if label in {"default", "one", "example"})


def read_told(head: Head, lines: Sequence[Line], texts: Sequence[str], start: int, end: int) -> Told:
    """Read what stands between the head of a parameter and the next one."""
    told = Told(head.kind)
    told.take(head.marks)
    at = start
    while at < end:
        at = _line(told, lines, texts, at, end)
    if told.listed and not told.values and not told.glued:
        _trailing(told)
    if told.values:
        told.about = [line for line in told.about if line.text.replace(" ", "") != "".join(told.values)]
    return told


def _line(told: Told, lines: Sequence[Line], texts: Sequence[str], at: int, end: int) -> int:
    """Take one line, and those that hold its values; return the next one."""
    text = texts[at]
    if BUTTON.fullmatch(text):
        return at + 1
    labeled = _LABELED.fullmatch(text)
    if labeled is not None:
        name = labeled["label"] or labeled["bare"]
        label = next((label for label, pattern in _LABELS if pattern.fullmatch(name)), None)
        value = (labeled["value"] if labeled["label"] else labeled["to"]).strip()
        if label is None and at + 1 < end and texts[at + 1] in {":", "："}:
            label = None
        if label is not None and (after := _labeled(told, label, value, lines, texts, at, end)):
            return after
    elif at + 1 < end and (texts[at + 1] in {":", "："}):
        label = next((label for label, pattern in _LABELS if pattern.fullmatch(text)), None)
        if label is not None and (after := _labeled(told, label, "", lines, texts, at + 1, end)):
            return after
    elif text in {"Default", "Enum", "Allowed", "Possible values", "Available options", "Example", "默认值", "示例值", "枚举值"}:
        label = next(label for label, pattern in _LABELS if pattern.fullmatch(text))
        if after := _labeled(told, label, "", lines, texts, at, end):
            return after
    marks, rest = read_marks(text)
    if marks and not rest and not lines[at].bullet:
        told.take(marks)
    else:
        told.about.append(lines[at])
    return at + 1


def _labeled(
    told: Told, label: Label, value: str, lines: Sequence[Line], texts: Sequence[str], at: int, end: int
) -> int:
    """Take a label's value, which may stand on the lines below; 0 where it is no value but words."""
    if label == "enum":
        return _listed(told, value, lines, texts, at, end)
    after = at + 1
    if not value:
        if after >= end:
            return after
        value, cell = texts[after], lines[after].cell
        after += 1
        if label == "example" and value[:1] in "{[":
            after = _balanced(texts, after - 1, end)
    else:
        cell = lines[at].cell
    codes = cell.codes
    if label == "default":
        if _is_words(value) and not codes:
            return 0
        if codes and value.strip("`") != codes[0] and len(value) > len(codes[0]) + 4:
            return 0  # words go on behind it
        told.default = codes[0] if codes else value
    elif label == "one":
        if _is_words(value):
            return 0
        told.values.append(codes[0] if codes else value.strip("\"'"))
    elif label == "example":
        told.example = told.example or (codes[0] if codes else value)
    elif label == "limit":
        return after if _limit(told, texts[at], value) else 0
    elif label == "type":
        if told.typed or told.kind:
            return 0
        told.kind, told.typed = value, True
    elif label == "required":
        if value.lower() not in {"yes", "no", "true", "false", "是", "否"}:
            return 0
        told.required = "required" if value.lower() in {"yes", "true", "是"} else "optional"
    return after


def _limit(told: Told, line: str, value: str) -> bool:
    """Take limits that a label names: `Required string length: 1 - 64`, `max length:` / `2083`."""
    lower = line.lower()
    items = "array" in lower or "item" in lower
    unit = " items" if items else " characters" if "length" in lower or "长度" in lower else ""
    if re.fullmatch(r"-?\d[\d,.]{0,30}", value):
        sign = ">=" if lower.startswith("min") else "<=" if lower.startswith("max") else ""
        if not sign:
            return False
        told.limits.append(f"{sign} {value}{unit}")
        return True
    marks, rest = read_marks(value)
    if rest or not marks or any(mark.kind != "limit" for mark in marks):
        return False
    told.limits += [mark.text if mark.text.endswith(("items", "characters")) else mark.text + unit for mark in marks]
    return True


def _listed(told: Told, value: str, lines: Sequence[Line], texts: Sequence[str], at: int, end: int) -> int:
    """Take the values of an enumeration: behind the label, or one a line below it."""
    if value:
        found = _on_line(lines[at], value)
        if found is None:
            return 0
        if len(found) == 1 and not lines[at].cell.codes and not value.startswith(('"', "[")):
            told.glued = found[0]
        else:
            told.values += found
        # "Available options: " / "a, " / "b": the line may go on below, after a comma.
        return _more(told, lines, texts, at + 1, end) if value.rstrip().endswith((",", "，")) else at + 1
    after = _more(told, lines, texts, at + 1, end)
    return after if after > at + 1 else 0


def _more(told: Told, lines: Sequence[Line], texts: Sequence[str], at: int, end: int) -> int:
    """Take values from a line on, as long as there are some."""
    apart = at < end and lines[at].block != lines[at - 1].block  # each in a paragraph of its own
    first = at
    while at < end and len(told.values) < _MOST_VALUES:
        if at > first and not apart and lines[at].block != lines[at - 1].block and not lines[at].cell.codes:
            break
        found = _values(lines[at])
        if not found:
            break
        told.values += found
        at += 1
    return at


def _values(line: Line) -> list[str]:
    """Return the values that a line holds and nothing else; a line of plain words is one."""
    if any(pattern.fullmatch(line.text.rstrip(" :：")) for label, pattern in _LABELS if label != "one") and line.text[-1:] in ":：":
        return []
    codes = line.cell.codes
    if codes:
        plain = "".join(text for text, code in line.cell.pieces if not code)
        return [code.strip("\"'") for code in codes] if not plain.strip(" ,，、|/;") else []
    quoted = _QUOTED.fullmatch(line.text)
    if quoted is not None:
        return [quoted["value"]]
    text = line.text.rstrip(" ,，;")
    if len(text) > _LONGEST or text.count(" ") >= _MOST_WORDS or _SENTENCE.search(text) or BUTTON.fullmatch(text):
        return []
    marks, rest = read_marks(text)
    if marks and not rest and not re.fullmatch(r"[\d.:x×*-]+", text):
        return []
    return [text] if re.search(r"\w", text) else []


def _on_line(line: Line, value: str) -> list[str] | None:
    """Part the values behind a label: code spans, quoted, with commas or blanks between; None where they are words."""
    raw = line.cell.raw
    if "``" in raw:  # spans that nothing parts
        return re.findall(r"`([^`\n]{1,120})`", raw)
    if line.cell.codes:
        plain = "".join(text for text, code in line.cell.pieces if not code).partition(":")[2]
        return [code.strip("\"'") for code in line.cell.codes] if not re.search(r"[A-Za-z]{4,}", plain) else None
    quoted = re.findall(r"\"([^\"\n]{0,200})\"", value)
    if quoted:
        return quoted
    value = value.strip("[]() ").rstrip(".")
    if re.search(r"[,，、|┃;]", value):
        parts = [part.strip(" '") for part in re.split(r"[,，、|┃;]", value)]
        parts = [part for part in parts if part]
        return parts if all(part.count(" ") < _MOST_WORDS for part in parts) else None
    parts = value.split()
    capital = sum(part[:1].isupper() for part in parts)
    return parts if len(parts) < 2 or (not _SENTENCE.search(value) and capital in {0, len(parts)}) else None


def _trailing(told: Told) -> None:
    """Take the lines at the end of a description for the values that a bare `enum` announces."""
    start = len(told.about)
    while start > 0 and _values(told.about[start - 1]):
        start -= 1
    found = [value for line in told.about[start:] for value in _values(line)]
    default = (told.default or "").strip("\"'")
    if default and default in found:
        first = found.index(default)
        # Words above the values, and no value of theirs: what stands before the first line of the same form.
        told.doubted = any(" " in value for value in found[:first])
    elif default:
        return
    else:
        told.doubted = any(" " in value for value in found) or len(found) == 1
    told.values = found
    told.about = told.about[:start]


def _is_words(text: str) -> bool:
    return len(text) > _LONGEST * 2 or (text[:1] not in "\"'[{" and text.count(" ") > _MOST_WORDS) or bool(
        re.search(r"[a-z] [a-z]+ [a-z]", text) and text[:1] not in "\"'"
    )


def _balanced(texts: Sequence[str], at: int, end: int) -> int:
    """Return where an example of several lines ends: at the bracket that closes the first."""
    depth = 0
    for index in range(at, min(end, at + _MOST_BRACES)):
        depth += sum(texts[index].count(sign) for sign in "{[") - sum(texts[index].count(sign) for sign in "}]")
        if depth <= 0:
            return index + 1
    return at + 1
