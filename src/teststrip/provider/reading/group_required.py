"""What a whole group of rows says of having to be given: its marks, its heading, and the rows that are not marked."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.json import Absent
from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.carriers import carries
from teststrip.provider.reading.cells.defaults import mine_default
from teststrip.provider.reading.cells.required import RequiredReading
from teststrip.provider.reading.group_columns import columns_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.provider.reading.document import Group
    from teststrip.provider.reading.rows import Parsed

_MOST_TITLE: Final = 60  # characters of a line that may be the title of a group


def marks_of(group: Group, columns: Sequence[str]) -> Mapping[str, str]:
    """Return what single letters and circles of the required column mean, which only the whole column tells.

    Beside M (or R) an O is "optional"; alone it is the circle that is a yes in Korean and Japanese, as is an open
    circle without filled ones. Under a header such as `Optional` a plain yes is a no, and the other way round.
    """
    if group.form != "table" or "required" not in columns:
        return {}
    at = columns.index("required")
    cells = {row.cells[at].text.strip() for row in group.rows if at < len(row.cells)}
    if _OPTIONAL.fullmatch(words.plain(group.header[at].text)):
        turned = {cell: _turned(cell) for cell in cells}
        if all(turned.values()):
            return turned
    said = cells - {"", "-"}
    if len(said) == 1 and said != cells and said <= _SINGLE:
        return {next(iter(said)): "required"}
    if said <= set(_LIGHTS) and len(said) > 1:
        return _LIGHTS
    if said & {"M", "R"} and said <= set(_LETTERS):
        return _LETTERS
    return {"○": "required"} if "○" in said and "●" not in said else {}


# Marks that say yes where they are the only ones of a column, and its other cells are empty.
_SINGLE: Final = frozenset(["x", "X", "*", "\\*", "✱", "★", "•", "●", "■", "◆", "+", "!"])
_LIGHTS: Final[Mapping[str, str]] = {"1": "yes", "0": "no", "🟢": "yes", "🔴": "yes", "⚪": "no", "⚫": "no"}


def _turned(cell: str) -> str:
    """Return a cell with its yes for a no, or the other way round, and the words behind it; empty for any other."""
    parted = re.fullmatch(r"([^\s(（,，;；:：]*)(\s*[(（,，;；:：].*)?", cell, re.DOTALL)
    word = _TURNED.get(parted[1].lower()) if parted is not None else None
    return "" if word is None or parted is None else f"{word}{parted[2] or ''}"


TITLED: Final = Pattern(
    r"\W*(?:[\w.]+\s+)?(?:(?P<yes>required|mandatory|必填|必选|必需|必須|필수|обязательн\w+|obligatori\w+|obrigatóri\w+|obligatoire\w*|verplicht\w*)"
    r"|(?:champs|campos|paramètres|parámetros|parâmetros|parametri|параметры|поля) (?:(?P<need>requis|requeridos?|obligat\w+|obrigat\w+|obbligat\w+|richiesti|обязательн\w+)|(?P<need_not>option\w+|facultati\w+|opciona\w+|opziona\w+|необязат\w+))"
    r"|(?P<no>optional|可选|选填|非必填|任意|선택|необязательн\w+|opciona\w+|facultati\w+|optionn?el\w*))"
    r"(?:\s+(?:\w+\s+){0,2}?(?:param\w*|fields?|arguments?|inputs?|options?|settings?|attributes?|properties|keys|campos|parámetros|parâmetros|параметр\w*|поля))?"
    r"\s*(?:参数|字段|項目|パラメータ|파라미터|매개변수)?\W*$",
    re.IGNORECASE,
)
# Words that only say that there are several, or that these are the ones.
_MANY: Final = Pattern(r"\b(?:các|những|semua|alle|all|the|les|los|las|die|le|gli|i|os|as|de|het|tüm|wszystkie)\b")
_BOLD: Final = 9  # the level of a heading that is no more than a line
_OPTIONAL: Final = Pattern(
    r"(?:is )?optional\??|(?:是否)?可选|可選|(?:是否)?可空|允许为空|可为空|省略可能?|¿?opcional\??|optionnel ?\??|facultati[fv]o?|opzionale|optioneel"
    r"|необязательн\w+|선택",
    re.IGNORECASE,
)
_TURNED: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            "",
            "-",
            "no",
            "n",
            "false",
            "0",
            "否",
            "×",
            "✗",
            "✘",
            "❌",
            "いいえ",
            "아니오",
            "non",
            "não",
            "nein",
            "нет",
        ),
        "yes",
    ),
    **dict.fromkeys(
        (
            "yes",
            "y",
            "true",
            "1",
            "是",
            "√",
            "✓",
            "✔",
            "✔️",
            "✅",
            "はい",
            "예",
            "sí",
            "si",
            "sim",
            "oui",
            "ja",
            "да",
        ),
        "no",
    ),
}
_LETTERS: Final[Mapping[str, str]] = {"M": "mandatory", "R": "required", "O": "optional", "C": "conditional"}


def titled(group: Group, parsed: list[Parsed]) -> list[Parsed]:
    """Let a heading such as `Optional parameters` say it of the rows below that say nothing of it themselves."""
    if group.form == "fields" or (group.form == "table" and "required" in columns_of(group)):
        return parsed
    lead = group.lead[-1].text if group.lead and len(group.lead[-1].text) <= _MOST_TITLE else ""
    titles = [*([lead] if lead.endswith((":", "：")) else []), *(head.cell.text for head in group.headings[-1:])]
    said = next((found for title in titles if (found := _told_by(title)) is not None), None)
    outer = group.headings[-2:-1]
    if said is None and outer and 1 < outer[0].level < _BOLD and _told_by(outer[0].cell.text) is False:
        said = False  # "Optional parameters" > "Sampling"; what is in a required one may still be left out
    if said is None:
        return parsed
    required = RequiredReading(required=said)
    return [replace(one, required=required) if one.required.required is None else one for one in parsed]


def _told_by(title: str) -> bool | None:
    """Tell whether a title is over what has to be given, or may be left out, in any of the languages."""
    found = TITLED.match(title)
    if found is not None:
        return (found["yes"] or found["need"]) is not None
    told = words.required_by(title) if len(title) <= _MOST_TITLE else None
    if told is None:
        return None
    required, rest = told
    rest = _MANY.sub("", rest).strip()
    about = not rest or words.column(rest) == "name" or words.purpose(rest) == "request" or carries(rest)
    return required if about else None


def unmarked(group: Group, parsed: list[Parsed]) -> list[Parsed]:
    """Where most rows are marked optional and none required, those without a mark are the required ones."""
    if group.form == "fields" or (group.form == "table" and "required" in columns_of(group)):
        return parsed
    asked = any(one.name.asked for one in parsed)
    said = [one.required for one in parsed if not one.required.conditions]
    optional = sum(one.required is False for one in said)
    told = {one.required for one in said} != {None, False} or any(one.unclear for one in said)
    if not asked and (told or optional * 2 < len(parsed)):
        return parsed
    required = RequiredReading(required=True)
    return [
        replace(one, required=required) if one.required.required is None and not has_default(one) else one
        for one in parsed
    ]


def has_default(row: Parsed) -> bool:
    """Tell whether a row tells a default: what it is of may be left out."""
    if row.cell("default").text.lower() not in words.NO_DEFAULT:
        return True
    kinds = [kind for kind in (row.kind.kind, *row.kind.or_kinds) if kind is not None]
    return not isinstance(mine_default(row.cell("description"), kinds, ()), Absent)


def says_required(group: Group, parsed: list[Parsed]) -> bool:
    """Tell whether a group says anywhere which of its parameters have to be given."""
    if group.form == "fields" or (group.form == "table" and "required" in columns_of(group)):
        return True
    if any(one.told is not None and one.told.listed and one.told.required is not None for one in parsed):
        return True
    told = [one.required.required is not None or bool(one.name.starred) for one in parsed]
    # One that is called optional says nothing of the others.
    return all(told) or any(one.required.required or one.name.starred for one in parsed)
