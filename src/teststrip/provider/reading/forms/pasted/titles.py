"""Lines that stood above a section of a page, and lost the marks of a heading: `Body`, `query Parameters`, `Responses`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.document import Heading

if TYPE_CHECKING:
    from teststrip.provider.reading.inline import Cell

LEVEL: Final = 9
_TITLE: Final = Pattern(
    r"(?:(?:http|api|json|raw|uri|url|optional|required|sample|example)\s)?"
    r"(?:request|response|query|path|headers?|body|url|uri|form|cookies?|inputs?|outputs?|results?|return(?:s|ed)?|authori[sz]ations?|authentication|security"
    r"|parameters|params|arguments|attributes|errors?|responses|callbacks?|webhooks?)"
    r"(?:[\s-](?:body|parameters?|params?|schema|data|form|string|headers?|attributes|fields|arguments|samples?|examples?|object|content|payload|codes?|elements|parameter|values?|variables?|properties|info(?:rmation)?|details|descriptions?|messages?|results?|structure|formats?|types?))*"
    r"\s?(?:[:：]?\s?(?:application|multipart|text|image|audio|\*)/\S+)?\s?[:：]?\s?(?:required|optional)?"
    r"|(?:请求|返回|响应|输入|输出|路径|查询)\s?(?:参数|体|头|示例|结果|响应)?|(?:body|header|query|path)\s?参数\s?(?:application/\S+)?|认证|鉴权"
    r"|リクエスト\S{0,10}|レスポンス\S{0,10}|요청\s?\S{0,10}|응답\s?\S{0,10}",
    re.IGNORECASE,
)
_CALL: Final = Pattern(r"(?P<method>get|post|put|patch|delete)(?:\s?(?P<path>(?:https?://|/)\S*))?", re.IGNORECASE)
_INNER: Final = Pattern(r"(?:body|headers?|schema|attributes|content|parameters|object)\b.{0,40}", re.IGNORECASE)
_LOOSE: Final = Pattern(r"[a-z][a-z ]*")  # without a capital it may be the word of a sentence, or a value
_LOWER: Final = Pattern(r"(?:header|path|query|cookie|body|form) parameters", re.IGNORECASE)


def title_of(cell: Cell) -> Heading | None:
    """Return a line that stood above a section as the heading it was; None for any other line."""
    return Heading(LEVEL, cell) if is_title(cell.text) else None


def is_title(text: str) -> bool:
    """Tell whether the whole of a line names a part of a request or of an answer: `Body`, `Query parameters`."""
    if len(text) > 80 or _TITLE.fullmatch(text) is None:
        return False
    if _LOOSE.fullmatch(text) and not _LOWER.fullmatch(text):
        return False
    return words.purpose(text) is not None or text.lower().startswith("cookie")


def call_of(cell: Cell) -> tuple[str, str] | None:
    """Return the method and the path of a line that is a call's address, or begins one."""
    match = _CALL.fullmatch(cell.text) if len(cell.text) <= 300 else None
    return (match["method"].upper(), match["path"] or "") if match is not None else None


def is_inner(title: Heading) -> bool:
    """Tell whether a title stands above a part of a request or an answer alike: `Body`, `Schema`."""
    return _INNER.fullmatch(title.cell.text) is not None


_END: Final = Pattern(
    r"was this page helpful.*|did this page help.*|powered by.*|copy page|ask (?:ai|a question)|try it!?|updated .{1,30} ago"
    r"|on this page|(?:request )?examples?|示例|(?:request|response) samples?|(?:example|sample) (?:requests?|responses?)|⌘i|last updated.*|© .*|response schema.*"
    r"|(?:get|post|put|patch|delete)(?:\s?(?:https?://|/)\S*)?|import \{.*|curl .*|const .{1,60}=.*",
    re.IGNORECASE,
)


def is_end(text: str) -> bool:
    """Tell whether a line is one of the site's own, and ends what is said of a parameter."""
    return len(text) < 200 and _END.fullmatch(text) is not None
