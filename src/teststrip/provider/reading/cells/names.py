"""What a name cell says: the name, how deep it is nested, and what some authors put behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.inline import Cell

_DEEPER: Final = Pattern(
    r"^(?P<signs>(?:[>›»└├┗┣╰│┃─━┄↳∟→⇒·•▸＞|\xa0\u2003\u2002\u3000\u2514\s]|&nbsp;|-(?=[\s\w>])|\|--?|--+)+)"
)
_PART: Final = r"[A-Za-z_$@][\w$@-]*(?:\[(?:\]|\*\]|n\]|i\]|\d+\]|[A-Za-z_]\w{1,60}\]))*"
_PATH: Final = Pattern(
    rf"(?P<path>{_PART}(?:\s?\.\s?(?:\[\]\.|\*\.|\d+\.|n\.)?{_PART})*(?:\.\[\])?)(?P<rest>.*)", re.DOTALL
)
_CJK_PATH: Final = Pattern(r"(?P<path>[A-Za-z_$][\w$.\[\]-]*)\s*(?P<rest>.*)", re.DOTALL)
_ARROWED: Final = Pattern(rf"{_PART}(?:\s*(?:>|→|/|»|::)\s*{_PART})+")
_SEVERAL: Final = Pattern(rf"{_PART}(?:\s*(?:,|/|、|&|\+|\band\b|\bor\b|<br>|\n)\s*{_PART})+")
# image_2 ~ image_8
_NUMBERED: Final = Pattern(
    r"(?P<stem>[A-Za-z_]\w*?)(?P<first>\d{1,3})\s*(?:~|～|-|–|—|to|至|到|through|\.{2,3}|…)\s*(?P=stem)(?P<last>\d{1,3})"
)
_MOST_NUMBERED: Final = 32
_BROKEN: Final = Pattern(r"\s*\n\s*(?=[_.\[])|(?<=[_.])\s*\n\s*")  # a long name over two lines
_MEMBER: Final = Pattern(r"\[([A-Za-z_]\w{1,60})\]")  # of a form: card[number]
_INDEX: Final = Pattern(r"\[(?:\*|n|i|\d+)\]")
_STRUCTURE: Final = Pattern(
    r"\s{1,4}(?:objects?|structures?)(?: (?:fields|properties|parameters))?$|\s{0,4}(?:对象|结构)(?:参数|字段|说明)?$",
    re.IGNORECASE,
)
# What stands before or behind the name of a structure: `Optional imageRef`, `imageRef schema`.
_ABOUT: Final = Pattern(
    r"^(?:required|optional|mandatory|the|opcionais|opcionales|optionale?s?|obrigatórios|obligatorios|必填|可选)\s+(?=\S+(?:\s\S+)?$)|\s+(?:schema|type|details?|definition)$|\s?\([^()]{0,60}\)$",
    re.IGNORECASE,
)
_SEVERAL_OPEN: Final = Pattern(r"[A-Za-z_][\w.\[\]-]{0,80}(?:\.\.\.|…|_\*)")  # stands for many: style_..., style_*
_STAR_FIRST: Final = Pattern(r"[*＊]\s?(?=[A-Za-z_][\w.\[\]-]{0,80}$)")  # marks what is required, before its name
_REMARK: Final = Pattern(r"\s{0,4}(?:[(（][^()（）]{0,80}[)）]|[:：])\s{0,4}$")  # behind a heading's name
_STEP: Final = Pattern(r"\s{1,4}[-–—/]\s{1,4}|\s{0,4}(?:->|>|→|»|›|::)\s{0,4}")
_STEP_NAME: Final = Pattern(r"[`*]{0,3}[A-Za-z_]\w{0,60}(?:\[\])?[`*]{0,3}")
# Words that only names are written like: imageRef, ImageRef, image_ref.
_JOINED: Final = Pattern(
    r"[a-z]{1,30}(?:[A-Z][a-z0-9]{1,30}){1,6}|(?:[A-Z][a-z0-9]{1,30}){2,7}|[A-Za-z]{1,30}(?:_[A-Za-z0-9]{1,30}){1,6}"
)
_NAMES: Final = frozenset(
    {
        "text",
        "image",
        "file",
        "date",
        "json",
        "color",
        "colour",
        "password",
        "select",
        "markdown",
        "uuid",
        "set",
        "record",
    }
)  # types that are also good names
_LONGEST: Final = 200
_MOST_TITLE: Final = 60  # characters of a title that names a structure among other words
_MOST_DEEP: Final = 16


@dataclass(frozen=True, slots=True)
class NameReading:
    """The path as written (`a[].b`), how deep signs before it nest it, and the words behind it.

    `others` are further names that share the row; `starred`: a star behind the name, which marks what is required;
    `asked`: a question mark behind it, which marks what may be left out.
    """

    path: str
    depth: int = 0
    rest: str = ""
    others: tuple[str, ...] = ()
    starred: bool = False
    asked: bool = False


def read_name(cell: Cell) -> NameReading | None:
    """Read a name cell; None when it has no name that a parameter can have."""
    whole = "".join(text for text, _ in cell.pieces)
    depth, text = _nested(whole)
    text = _BROKEN.sub("", text.strip()).strip("\"'“”")
    before = _STAR_FIRST.match(text)
    text = text if before is None else f"{text[before.end() :]}*"
    if not text or len(text) > _LONGEST or _SEVERAL_OPEN.fullmatch(text):
        return None
    coded = next((code for code in cell.codes if _PATH.fullmatch(code) and code in text), None)
    if coded is not None and not text.startswith(coded):
        return None if text.index(coded) > 12 else _finished(coded, depth, text[text.index(coded) + len(coded) :])
    numbered = _NUMBERED.fullmatch(text)
    if numbered is not None and 0 < int(numbered["last"]) - int(numbered["first"]) <= _MOST_NUMBERED:
        first, *others = (
            f"{numbered['stem']}{number}" for number in range(int(numbered["first"]), int(numbered["last"]) + 1)
        )
        return NameReading(first, depth, "", tuple(others))
    if len(cell.codes) > 1 and text == " ".join(cell.codes) and all(_PATH.fullmatch(code) for code in cell.codes):
        # Code spans side by side, or on lines of their own, with nothing between.
        return NameReading(_path(cell.codes[0]), depth, "", tuple(_path(code) for code in cell.codes[1:]))
    several = _SEVERAL.fullmatch(text)
    if several is not None and not _ARROWED.fullmatch(text):
        names = re.split(r"\s*(?:,|/|、|&|\+|\band\b|\bor\b|\n)\s*", text)
        if "\n" in text and all(_is_fact(name) for name in names[1:]):
            return _finished(names[0], depth, " ".join(names[1:]))  # name, type and mark on lines of one cell
        return NameReading(_path(names[0]), depth, "", tuple(_path(name) for name in names[1:]))
    arrowed = _ARROWED.fullmatch(text)
    if arrowed is not None:
        parts = re.split(r"\s*(?:>|→|/|»|::)\s*", text)
        if "/" in text:
            return NameReading(_path(parts[0]), depth, "", tuple(_path(name) for name in parts[1:]))
        return NameReading(_path(".".join(parts)), depth)
    match = _PATH.fullmatch(text)
    if match is None:
        return None
    return _finished(match["path"], depth, match["rest"])


def _is_fact(word: str) -> bool:
    """Tell whether a word below a name is its type, or whether it has to be given, and no second name."""
    plain = word.lower()
    if plain in words.KINDS:
        return plain not in _NAMES
    return plain in {"enum", "required", "optional", "mandatory", "deprecated", "conditional", "nullable"}


def _finished(path: str, depth: int, rest: str) -> NameReading | None:
    starred = re.match(r"\s*[*＊]", rest) is not None
    asked = re.match(r"\s?[?？]", rest) is not None
    rest = re.sub(r"^\s*[*＊?？]", "", rest).strip()
    if (
        rest
        and re.match(r"[\w]", rest)
        and not re.match(
            r"(?:required|optional|string|integer|number|boolean|array|object|float|int|bool|list|file|deprecated|beta|new|enum|[^\x00-\x7f]|\d)",
            rest,
            re.IGNORECASE,
        )
    ):
        return None  # running text, not a name
    return NameReading(_path(path), depth, rest, (), starred, asked)


def _nested(text: str) -> tuple[int, str]:
    """Count how deep signs before a name put it: one for each `>`, each corner, each pair of wide blanks."""
    match = _DEEPER.match(text)
    if match is None:
        return 0, text
    signs = match["signs"]
    depth = len(re.findall(r"[>›»＞]", signs))
    if not depth:
        blanks = len(re.findall(r"&nbsp;|\xa0|\u2003|\u2002|\u3000", signs))
        bars = len(re.findall(r"[│┃]", signs))
        corner = bool(re.search(r"[└├┗┣╰↳∟→⇒\u2514▸]|\|-", signs))
        dashes = len(re.findall(r"-", signs))
        depth = max(
            bars + corner,
            corner + blanks // 4 if corner else (blanks + 3) // 4,
            0 if corner else dashes if dashes < 4 else 1,
        )
        depth = max(depth, 1 if re.search(r"[·•]", signs) else 0)
    return min(depth, _MOST_DEEP), text[match.end() :]


def _path(text: str) -> str:
    if text.isidentifier():
        return text
    path = _INDEX.sub("[]", _MEMBER.sub(r".\1", re.sub(r"\s", "", text)))
    path = re.sub(
        r"\.\[\]\.?", lambda match: "[]." if match[0].endswith(".") and match[0] != ".[]" else "[]", path
    )
    path = re.sub(r"\.(?:\*|n|\d+)\.", "[].", path)
    return path.rstrip(".")


def heading_parent(title: str, codes: Sequence[str]) -> str:
    """Return the parameter whose members a heading announces: "`center` object", "reference_images[] items"."""
    named = [code for code in codes if re.fullmatch(r"[A-Za-z_][\w.\[\]]*", code)]
    if len(named) == 1:
        return named[0].removesuffix("[]")
    title = _REMARK.sub("", title)
    match = re.fullmatch(
        r"(?:the\s+)?(?P<name>[A-Za-z_]\w*(?:(?:\[\])?\.\w+)*)(?:\[\])?\s*(?:object|objects|item|items|elements?|entry|entries|array|fields?|properties|parameters?|structure|schema|attributes|对象|物件|参数|字段|属性|数组|结构|说明|オブジェクト|객체|parameters)*\s*(?:object|items|fields|说明)?",
        title, re.IGNORECASE,
    )  # fmt: skip
    return match["name"] if match is not None else ""


def structure_of(title: str) -> str:
    """Return what a heading calls an object, without the word that says so: `Tool` of "Tool Object"."""
    return _STRUCTURE.sub("", title)


def named_by(title: str, codes: Sequence[str] = ()) -> str:
    """Return the key of the structure that a title may name, "" where it has more words than a name and none as code."""
    coded = [code for code in codes if re.fullmatch(r"[A-Za-z_]\w{2,60}", code)]
    if len(coded) == 1 and len(title) <= _MOST_TITLE:
        return key_of(coded[0])
    joined = [word for word in re.findall(r"\w+", title) if _JOINED.fullmatch(word)]
    if len(joined) == 1 and len(title) <= _MOST_TITLE:
        return key_of(joined[0])
    plain = structure_of(_ABOUT.sub("", title)).strip("`* ")
    return key_of(plain) if re.fullmatch(r"[A-Za-z_]\w{2,60}", plain) else ""


def key_of(name: str) -> str:
    """Return a name in the spelling that `LoRA`, `loras` and `lora_s` share."""
    return re.sub(r"[\W_]", "", name.rpartition(".")[2]).lower().removesuffix("s")


def stepped_to(title: str, wholes: Sequence[str]) -> str:
    """Return the parameter to which the steps of a title lead: `audio - voice - effect`, `audio > voice`.

    `wholes` are the full names of what may hold others. Only the first step has to be among them; a later one may be
    the singular of its name there.
    """
    parts = [part for part in _STEP.split(title.strip("`* ")) if part]
    if not 2 <= len(parts) <= _MOST_DEEP or not all(_STEP_NAME.fullmatch(part) for part in parts):
        return ""
    bare = [whole.removesuffix("[]") for whole in wholes]
    path = next((whole for whole in bare if key_of(whole) == key_of(parts[0]) and "." not in whole), "")
    for part in parts[1:] if path else ():
        below = [whole for whole in bare if whole.startswith((f"{path}.", f"{path}[]."))]
        path = next((whole for whole in below if key_of(whole) == key_of(part)), f"{path}.{part}")
    return path
