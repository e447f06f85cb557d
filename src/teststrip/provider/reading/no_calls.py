"""Pages about something else than calls: a program's options, a library's parts, a database's columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from teststrip.provider.reading.document import Document

_OF_CALLS: Final = Pattern(
    r"\b(?:REST|HTTPS?|POST|GET|PUT|cURL|curl|wget|[Ee]ndpoints?|[Qq]uery|[Rr]equests?|[Pp]ayloads?|[Ww]ebhooks?|OpenAPI|Swagger|JSON body)\b"
    r"|接口|请求|請求|リクエスト|エンドポイント|요청|запрос|[Pp]etición|[Ss]olicitud|[Rr]equisição|[Rr]equête|[Aa]nfrage"
    r"|https?://api\.|https?://\S{1,200}[?&]\w{1,40}=|/v\d{1,2}/|\.post\(|\bfetch\(|\baxios\b|\b(?:task|job|request)_id\b|\bAPI[ -]?[Kk]ey\b"
)
_OF_PROGRAMS: Final = Pattern(
    r"(?m)^[ \t$>]{0,8}(?:sudo )?(?:(?:pip3?|pipx|uv|npm|pnpm|yarn|cargo|go|brew|apt(?:-get)?|gem|composer|dotnet|conda) (?:add|install|i|get|require)\b|npx )"
    r"|\bimport \{?[\w, *]{1,80}\}? from [\"']|[Pp]rimary key|[Ff]oreign key|PRIMARY KEY|FOREIGN KEY|CREATE TABLE|\bAUTO_?INCREMENT\b|\bautoincrement\b|\bVARCHAR\b|\bvarchar\b"
)
_MOST: Final = 200_000  # characters of a page that are looked at


def is_of_no_calls(document: Document) -> bool:
    """Tell whether a page shows what a program or a database has, and no word of it is about calls."""
    shown = False
    left = _MOST
    for text in _texts(document):
        if left <= 0 or _OF_CALLS.search(text[:left]):
            return False
        shown = shown or _OF_PROGRAMS.search(text[:left]) is not None
        left -= len(text)
    return shown


def is_of_calls(document: Document) -> bool:
    """Tell whether a word of a page is about calls, and it shows no part of a program or a database."""
    texts = [text[:_MOST] for text in _texts(document)]
    return any(map(_OF_CALLS.search, texts)) and not any(map(_OF_PROGRAMS.search, texts))


def _texts(document: Document) -> Iterator[str]:
    yield from (heading.cell.raw for heading in document.headings)
    yield from (text.cell.raw for text in document.texts)
    yield from (code.text for code in document.codes)
    for group in document.groups:
        for cells in (group.header, *(row.cells for row in group.rows)):
            yield " | ".join(cell.raw for cell in cells)
