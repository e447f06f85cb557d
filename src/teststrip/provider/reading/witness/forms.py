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
_WIRE: Final = Pattern(
    r"[ \t]{0,8}(?:POST|PUT|PATCH)[ \t]{1,8}(?:https?:/)?/\S{0,300}(?:[ \t]{1,8}HTTP/[\d.]{1,5})?[ \t]{0,8}"
)
_GIVEN: Final = Pattern(r"[ \t]{0,8}&?[A-Za-z_][\w.-]{0,80}(?:\[\])?=[^\n]{0,500}")
_DISPOSED: Final = Pattern(
    r"[ \t]{0,8}Content-Disposition:[ \t]{0,4}form-data;[ \t]{0,4}name=\"(?P<name>[^\"\n]{1,80})\"(?P<file>;[ \t]{0,4}filename)?[^\n]{0,300}",
    re.IGNORECASE,
)
_ENDS: Final = Pattern(r"[ \t]{0,8}(?:HTTP/|[{}]|(?:GET|POST|PUT|PATCH|DELETE)[ \t])[^\n]{0,500}")
_REMARK: Final = Pattern(r"[ \t]{1,8}(?:#|//|<-|--)[ \t][^\n]{0,500}$")
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
    members += _on_wire(text, line)
    return [Shown("object", members[0][1].line, label="form", members=members)] if members else []


def _on_wire(text: str, line: int) -> list[tuple[str, Shown]]:
    """Return the fields of a form below the line of a call and its headers, a line each, or as parts of a body."""
    members: list[tuple[str, Shown]] = []
    inside = False
    for at, one in enumerate(text.split("\n"), line):
        if _WIRE.fullmatch(one):
            inside = True
        elif inside and _ENDS.match(one):
            inside = False
        elif inside and (part := _DISPOSED.fullmatch(one)) is not None:
            members.append((part["name"], Shown("field", at, "@" if part["file"] else "")))
        elif inside and _GIVEN.fullmatch(one):
            pairs = (_PART.fullmatch(pair) for pair in _REMARK.sub("", one.strip()).split("&") if pair)
            members += [(pair[1], Shown("field", at, pair[2].strip())) for pair in pairs if pair is not None]
    return members
