"""Fields of forms and of queries in code: `-F image=@a.png`, `-d "a=1&b=2"`, `form.append("image", file)`."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.shown import Shown

_FIELD: Final = Pattern(
    r"(?<!\S)(?:(?P<part>-F|--form(?:-string)?)|-d|--data(?:-raw|-urlencode|-binary)?)[ =]{0,4}"
    r"(?:'(?P<a>[^'\n]{1,500})'|\"(?P<b>[^\"\n]{1,500})\"|(?P<c>[^\s'\"][^\s]{0,500}))"
)
_APPENDED: Final = Pattern(
    r"\.(?:append|set|WriteField|CreateFormFile|field|attach|addFormDataPart|text|part)\(\s{0,8}['\"]([A-Za-z_][\w.-]{0,80}(?:\[\])?)['\"]\s{0,8},"
)
_PART: Final = Pattern(r"([A-Za-z_][\w.-]{0,80}(?:\[\])?)=(.*)", re.DOTALL)
_ASKED: Final = Pattern(
    r"[\w/.\])}]\?([A-Za-z_][\w.-]{0,80})=([^\s&\"'`<>]{0,300})((?:&(?:amp;)?[A-Za-z_][\w.\[\]-]{0,80}=[^\s&\"'`<>]{0,300}){0,60})"
)
_LINE: Final = Pattern(r"\n")


def query_fields(text: str, line: int) -> list[Shown]:
    """Return what the addresses in code ask for, `?width=200&fit=crop`, each as one object."""
    starts = [0, *(match.end() for match in _LINE.finditer(text))]
    found = []
    for match in _ASKED.finditer(text):
        at = line + bisect_right(starts, match.start()) - 1
        members = [(match[1], Shown("field", at, match[2]))]
        parts = (_PART.fullmatch(part.removeprefix("amp;")) for part in match[3].split("&") if part)
        members += [(part[1], Shown("field", at, part[2])) for part in parts if part is not None]
        found.append(Shown("object", at, label="query", members=members))
    return found


def form_fields(text: str, line: int) -> list[Shown]:
    """Return the fields that code sends as a form, as one object; none where there are none."""
    starts = [0, *(match.end() for match in _LINE.finditer(text))]
    members: list[tuple[str, Shown]] = []
    for match in _FIELD.finditer(text):
        at = line + bisect_right(starts, match.start()) - 1
        whole = match["a"] or match["b"] or match["c"]
        first = _PART.fullmatch(whole)
        if first is None:
            continue
        one = match["part"] is not None or first[2].startswith(("@", "<"))
        parts = [first] if one else [_PART.fullmatch(part) for part in whole.split("&")]
        members += [(part[1], Shown("field", at, part[2].strip("'\" "))) for part in parts if part is not None]
    if ".append(" in text or "Form" in text:
        members += [
            (match[1], Shown("other", line + bisect_right(starts, match.start()) - 1))
            for match in _APPENDED.finditer(text)
        ]
    return [Shown("object", members[0][1].line, label="form", members=members)] if members else []
