"""The headers that a page speaks of: constants of every exchange or of a submit, and that of idempotency keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from teststrip.base import where
    from teststrip.provider.drafts import Front

    Trouble = tuple[where.Path, str, str | None, bool]

_TOKEN: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # a header's name (RFC 9110, 5.6.2)
# What HTTP and the client say by themselves; `Accept` is each exchange's own.
_OWN_HEADERS: Final = frozenset(
    {
        "accept",
        "connection",
        "content-length",
        "content-type",
        "cookie",
        "host",
        "te",
        "transfer-encoding",
        "upgrade",
    }
)


def bad_headers(front: Front) -> Iterator[Trouble]:
    """Find headers that cannot be sent as the page says: path, message, suggestion, whether a key is at fault."""
    taken = _OWN_HEADERS | {front.auth.header.lower()}
    for path, headers in ((("headers",), front.headers), (("submit", "headers"), front.submit_headers)):
        for name, value in headers.items():
            if not _TOKEN.fullmatch(name):
                yield (*path, name), f"{name!r} is not the name of a header", None, True
            elif name.lower() in taken:
                yield (*path, name), f"{name} is sent anyway, and may not be given here", None, True
            if not (value.isascii() and value.isprintable()):
                yield (*path, name), "a header holds printable ASCII only", None, False
    if front.idempotency is not None:
        said = _unfit(front.idempotency.header, front)
        if said:
            yield ("submit", "idempotency", "header"), said, None, False


def _unfit(name: str, front: Front) -> str:
    """Say why a header cannot hold a key that each request has for itself; "" when it can."""
    if not _TOKEN.fullmatch(name):
        return f"{name!r} is not the name of a header"
    if name.lower() == front.auth.header.lower():
        return f"{name} has the account's key; a request's own needs another header"
    if name.lower() in _OWN_HEADERS | {constant.lower() for constant in (*front.headers, *front.submit_headers)}:
        return f"{name} is sent with a value of its own, so it can hold no key of a request"
    return ""
