"""Names that one line gives of a request, with no word on each: "Params: `wish`, `size`", `POST /draw {wish, size}`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading import words
from teststrip.provider.reading.witness.known import Known, last_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from teststrip.provider.reading.flags import Flags

_LABEL: Final = Pattern(
    r"[\s>*_`#|+-]{0,20}(?:(?:request|query|body|form|json|url|input|required|optional) ){0,2}"
    r"(?:para(?:m(?:eter)?)?s?|arg(?:ument)?s?|inputs?|fields?|body|payload|form(?:[ -]?data)?|query|请求参数|参数|入参|请求体"
    r"|パラメータ|매개변수|par[aá]metros|parâmetros|paramètres|parametri|parameter|параметры)"
    r"[\s*_`]{0,4}[:：][\s*]{0,4}(?=[^\s*])",
    re.IGNORECASE,
)
_CALL: Final = Pattern(
    r"[^\n]{0,60}?\b(?:POST|PUT|PATCH) {1,4}(?:https?:/)?/[^\s{}]{1,200} {0,4}\{(?P<list>[^{}:\n]{1,300})\}"
)
_OPERATION: Final = Pattern(r"[^\n]{0,60}?\b(?:POST|PUT|PATCH|GET)\b[^\w\n/]{1,6}(?:https?:/)?/")
_ANSWER: Final = Pattern(
    r"\W{0,12}(?:res(?:p(?:onse)?|ult)?s?|returns?|outputs?|answer|返回|响应|出参|レスポンス|응답)\W{0,6}[:：]",
    re.IGNORECASE,
)
_PART: Final = Pattern(
    r"\s*[`*\"']{0,3}(?P<name>[A-Za-z_][\w-]{0,60}(?:\[\]|(?:\.\w{1,40}){1,4}| [a-z]\w{1,30})?)[`*\"']{0,3}[?*]?"
    r"\s*(?:[(（][^()（）]{1,60}[)）])?[?*]?\s*"
)
_BETWEEN: Final = Pattern(r"[,、，;；]\s?(?:and |or )?(?![^(（]{0,60}[)）])|\s(?:and|\+)\s")
_NEAR: Final = 40  # lines below an operation that are of it
_AFTER: Final = 4  # lines below the names that may say what is answered
_MOST: Final = 400  # characters of a line that are read


def flag_named(lines: Sequence[str], first: int, file: str, known: Known, flags: Flags) -> None:
    """Flag names without a row in lines that say that they are a request's. `lines` begin on the line `first`."""
    near = -_NEAR - 1
    read = {flag.path for flag in flags.flags}
    for at, line in enumerate(lines):
        text = line[:_MOST]
        near = at if _OPERATION.match(text) else near
        names = list(_names(text))
        label = _LABEL.match(text) is not None
        if not names or (
            label and at - near > _NEAR and not any(map(_ANSWER.match, lines[at + 1 : at + 1 + _AFTER]))
        ):
            continue
        for name in names:
            if known.is_new(name) and last_of(name) not in known.answered and name not in read:
                problem = "this line names it as a parameter, and no row was read of it"
                flags.add(Where(file, first + at, 1), name, text.strip(), problem, ("a parameter", "none"))


def _names(text: str) -> Iterator[str]:
    """Give the names in a line that has nothing but a word for parameters and names, or in braces behind an address."""
    call = _CALL.match(text)
    label = _LABEL.match(text) if call is None else None
    if call is not None:
        listed = call["list"]
    elif label is not None:
        listed = text[label.end() :].strip().strip("{}[]").rstrip(" .。")
    else:
        return
    parts = [_PART.fullmatch(part) for part in _BETWEEN.split(listed) if part.strip()]
    if len(parts) > 1 and all(parts):
        found = [part["name"] for part in parts if part is not None]
        if not all(name.lower() in words.KINDS or name.isupper() for name in found):
            yield from found
