"""Where a parameter begins on a page that lost its marks: a name, a type, and what stands behind it.

prompt            prompt required       promptstringRequired      n
string            string                                          Type:Count
required
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.kind_alone import may_be_kind
from teststrip.provider.reading.forms.pasted.marks import Kind, Mark, read_marks

if TYPE_CHECKING:
    from collections.abc import Sequence

REQUIRED: Final = frozenset({"required", "必填", "必需", "必选", "必須", "필수", "*"})
_OPTIONAL: Final = frozenset({"optional", "可选", "选填", "任意", "선택"})
# What a site says of the standing of a parameter, between its name and its type.
STANDING: Final = frozenset(
    {
        "deprecated",
        "beta",
        "preview",
        "experimental",
        "nullable",
        "read-only",
        "write-only",
        "已弃用",
        "已废弃",
        "非推奨",
    }
)
_MOST_WORDS: Final = 6  # lines of words between a name and its type
_LONGEST: Final = 160  # characters of a line that begins a parameter
_SHORT: Final = 60  # characters of a type without marks
NAME: Final = Pattern(r"[A-Za-z_$@][\w$@-]{0,60}(?:(?:\[\d{0,3}\])?\.[\w$@{}-]{1,60}){0,8}(?:\[\])?")
_BASE: Final = (
    r"(?:strings?|str|integers?|int(?:32|64)?|numbers?|floats?|doubles?|decimals?|longs?|booleans?|bool|objects?|arrays?"
    r"|lists?|maps?|dict|enums?|files?|binary|any|date-?time|uuid|uri|url|json|base64|bytes?|undefined)"
)
_SUFFIX: Final = r"(?:\s?<[^<>\n]{1,60}(?:<[^<>\n]{0,40}>)?>|\s?\(\$?[A-Za-z][\w. -]{0,60}\)|\s?\[[\w ]{0,40}\])"
_ONE: Final = (
    rf"(?:(?:maps?|dict) from [a-z]+s? to [a-z]+s?|(?:(?:array|list)s? of ){{1,2}}(?:{_BASE}|maps from [a-z]+ to [a-z]+)"
    rf"|[A-Z]\w{{0,60}} · object|{_BASE}){_SUFFIX}{{0,3}}"
)
_OR: Final = rf"(?:(?:\s?[|¦/]\s?|\sor\s)(?:{_ONE}|null)){{0,6}}"
_TYPE: Final = Pattern(
    rf"\({_ONE}(?:\s?\|\s?{_ONE}){{1,6}}\)(?:\[\])?|(?:(?:any|one) of )?{_ONE}{_OR}", re.IGNORECASE
)
_STRICT: Final = Pattern(r"string|integer|number|boolean|object|array|float|int|bool|(?:string|object)\[\]")
_NAMED_ENUM: Final = Pattern(r"[A-Z]\w{0,60}?(?:Enum\b| \| Enum\b)")
_TYPED: Final = Pattern(r"type\s?[:：]\s?(?P<type>\S.{0,80})", re.IGNORECASE)
_HOLDING: Final = Pattern(r"array\s(?P<inner>[\w ]{1,60})\[\]", re.IGNORECASE)
_WORDS: Final = frozenset(
    {
        "text",
        "image",
        "file",
        "files",
        "list",
        "lists",
        "date",
        "select",
        "url",
        "uri",
        "json",
        "map",
        "any",
        "number",
    }
    | {
        "object",
        "objects",
        "array",
        "arrays",
        "enum",
        "enums",
        "strings",
        "numbers",
        "maps",
        "uuid",
        "binary",
        "bytes",
    }
)  # of a line of one name and a type, more likely words of a page
_LOOSE: Final = frozenset({"text", "image", "list", "date", "select"})
_NO_NAMES: Final = (
    REQUIRED
    | {"true", "false", "null", "none", "default", "example", "enum", "or", "and"}
    | {"get", "post", "put", "patch", "delete", "deprecated"}
)
_CONST: Final = Pattern(r"const(?:ant)?\s?[:：].{0,120}", re.IGNORECASE)
# Words that stand above a section of a page, also where a type follows: `Body` / `object`.
_TITLES: Final = frozenset(
    {
        "Body",
        "Request",
        "Response",
        "Responses",
        "Headers",
        "Parameters",
        "Params",
        "Query",
        "Path",
        "Arguments",
        "Example",
    }
    | {"Attributes", "Schema", "Returns", "Authorizations", "Type", "Default", "Required", "Enum"}
)
_GLUED: Final = Pattern(
    rf"(?P<name>{NAME.pattern}?)(?P<type>{_TYPE.pattern})(?=Required|Optional|required|optional|default|header|$|\s|·)"
)
_BARE: Final = Pattern(
    rf"(?P<name>{NAME.pattern}?)(?P<type>(?:array|list) of [a-z]+|(?:string|integer|number|double|boolean|object|array|enum)(?:\[\])?(?: or null)?)"
)
_SPACED: Final = Pattern(rf"(?P<name>{NAME.pattern})(?P<star>\*?)\s+(?P<rest>\S.*)")


@dataclass(frozen=True, slots=True)
class Head:
    """What a parameter begins with. `length` is how many lines that takes, `rest` what is left of the last of them.

    `sure`: what stands there can be nothing else; a name and a word for a type on one line may be running text.
    `glued`: nothing parts the name from the type.
    """

    name: str
    kind: str
    marks: tuple[Mark, ...]
    length: int
    rest: str = ""
    sure: bool = True
    glued: bool = False


def head_at(lines: Sequence[str], at: int, slug: str = "") -> Head | None:
    """Read the head of a parameter that begins on a line; None when none does. `slug` is that of an anchor before it."""
    line = lines[at]
    if slug and (found := _anchored(line, slug)) is not None:
        return found
    if len(line) > _LONGEST or not line:
        return None
    name, star = (line[:-1].rstrip(), (Mark("required"),)) if line.endswith("*") else (line, ())
    if _is_name(name):
        found = _below(lines, at + 1, name, star)
        if found is not None:
            return found
        if _typed_below(lines, at + 1):
            return Head(name, "", star, 1)
    return _in_line(line)


def _anchored(line: str, slug: str) -> Head | None:
    """Read a name whose end an anchor tells, glued to its type and to words: `seedintegerWhere the noise begins`."""
    name = line[: len(slug)]
    if re.sub(r"[._\[\]]", "-", name).lower() != re.sub(r"[._]", "-", slug).lower():
        return None
    rest = line[len(slug) :]
    match = _TYPE.match(rest)
    if match is None or not NAME.fullmatch(name):
        return None
    marks, words_behind = read_marks(rest[match.end() :])
    if words_behind and not words_behind[0].isupper() and words_behind[0].isascii():
        return None
    return Head(name, plain_kind(match[0]), tuple(marks), 1, words_behind)


def _typed_below(lines: Sequence[str], at: int) -> bool:
    """Tell whether words about a name follow it, and then a line that says its type: `Type: Integer`."""
    for index in range(at, min(at + _MOST_WORDS, len(lines))):
        typed = _TYPED.fullmatch(lines[index])
        if typed is not None:
            return index > at and _is_kind(typed["type"])
        if " " not in lines[index]:
            return False
    return False


def _is_name(text: str) -> bool:
    return NAME.fullmatch(text) is not None and text.lower() not in _NO_NAMES and text not in _TITLES


def _below(lines: Sequence[str], at: int, name: str, marks: tuple[Mark, ...]) -> Head | None:
    """Read a type that stands below its name, perhaps with `required` between them."""
    start = at
    while at < len(lines) and at < start + 2 and lines[at].lower() in REQUIRED | _OPTIONAL | STANDING:
        said = lines[at].lower()
        need: Kind = "required" if said in REQUIRED else "optional" if said in _OPTIONAL else "word"
        marks, at = (*marks, Mark(need)), at + 1
    if at >= len(lines):
        return None
    if _CONST.fullmatch(lines[at]):
        return Head(name, "", marks, at - start + 1)  # one value only, which tells the type
    found = type_line(lines[at])
    if found is None:
        return None
    if _is_name(lines[at]) and at + 1 < len(lines) and _STRICT.fullmatch(lines[at + 1]):
        return None  # a value, and the name of the next parameter: `done`, `url`, `string`
    kind, more, rest = found
    return Head(name, kind, (*marks, *more), at - start + 2, rest)


def type_line(line: str) -> tuple[str, tuple[Mark, ...], str] | None:
    """Read a line that says a type, and marks behind it; the words behind `required` are those of a description."""
    if not line or len(line) > _LONGEST or line.lower() in REQUIRED:
        return None
    typed = _TYPED.fullmatch(line)
    if typed is not None:
        return _titled(typed["type"]), (), ""
    match = _NAMED_ENUM.match(line) or _TYPE.match(line)
    if match is not None:
        marks, rest = read_marks(line[match.end() :])
        if not rest or (
            marks and rest[0].isupper() and any(one.kind in {"required", "optional"} for one in marks)
        ):
            return plain_kind(match[0]), tuple(marks), rest
    lower = line.lower()
    if lower in words.NULLS:
        return line, (), ""
    parts = [part.strip() for part in re.split(r"[|¦,/]", lower)]
    known = all(part in words.KINDS or part in words.NULLS for part in parts) or re.search(r"[<\[({（]", line)
    if len(line) > _SHORT or lower in _LOOSE or not known or lower.endswith((".", "!", "?")):
        return None
    return (line, (), "") if _is_kind(line) else None


def type_head(text: str) -> tuple[str, tuple[Mark, ...], str] | None:
    """Read a type that a cell begins with, the marks behind it, and the words that follow; None where none does."""
    match = _TYPE.match(text)
    if match is None:
        return None
    marks, rest = read_marks(text[match.end() :])
    parted = not rest or rest[0].isupper() or not rest[0].isascii() or text[match.end() : match.end() + 1] in " \n"
    return (plain_kind(match[0]), tuple(marks), rest) if parted else None


def _titled(text: str) -> str:
    """Return a type for `Type:Image Size`, which may be the title of one, or of the parameter itself."""
    held = _HOLDING.fullmatch(text)
    if held is not None:
        return f"array of {held['inner']}" if _is_kind(held["inner"]) else "array"
    if _is_kind(text):
        return plain_kind(text)
    return ""


def plain_kind(text: str) -> str:
    """Return a type without what says nothing here: `(A | B)[]` of texts, `Name · object[]`, `integer($int32)`."""
    text = re.sub(r"\(\$[\w-]+\)", "", text).strip()
    text = re.sub(r"^[A-Z]\w* · (?=object)", "", text)
    text = re.sub(r"\bmaps? from \w+ to \w+", lambda found: "objects" if found[0][3] == "s" else "object", text)
    if _NAMED_ENUM.fullmatch(text):
        return "enum"
    text = re.sub(r"\benums\b", "strings", text)
    many = re.fullmatch(r"\((.*)\)\[\]", text)
    if many is not None:
        parts = {re.sub(r"<[^<>]*>", "", part).strip() for part in many[1].split("|")}
        text = f"{parts.pop()}[]" if len(parts) == 1 else "array"
    return "" if text.lower() in {"any", "undefined"} else text


def _in_line(line: str) -> Head | None:
    """Read a name and a type on one line, with or without anything between them."""
    spaced = _SPACED.fullmatch(line)
    if spaced is not None and _is_name(spaced["name"]):
        found = type_line(spaced["rest"])
        match = _NAMED_ENUM.match(spaced["rest"]) or _TYPE.match(spaced["rest"])
        if found is not None and match is not None:
            star = (Mark("required"),) if spaced["star"] else ()
            sure = bool(found[1] or star) or spaced["rest"].lower() not in _WORDS
            told = [one for one in (*star, *found[1]) if one.kind != "word"]
            return Head(spaced["name"], found[0], (*star, *found[1]), 1, found[2], sure=bool(told) and sure)
    glued = _GLUED.match(line)
    if glued is None or not glued["name"]:
        return None
    marks, rest = read_marks(line[glued.end() :])
    if not marks and not rest:
        bare = _BARE.fullmatch(line)  # `checkpoint` ends with a type as well
        return Head(bare["name"], plain_kind(bare["type"]), (), 1, sure=False, glued=True) if bare else None
    if not any(one.kind in {"required", "optional", "default"} for one in marks) or (
        rest and not rest[0].isupper()
    ):
        return None
    return Head(glued["name"], plain_kind(glued["type"]), tuple(marks), 1, rest, glued=True)


def _is_kind(text: str) -> bool:
    return len(text) <= _SHORT and may_be_kind(text)
