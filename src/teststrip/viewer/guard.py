"""Who may look: one who has the token, from this machine, at an address that names this machine.

A page of somebody else's that is open in the same browser must not read a run. It does not know the token; a name
that was made to lead here (DNS rebinding) is no name of this machine; and the cookie is not sent along with what
another site asks for.
"""

from __future__ import annotations

import secrets
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

TOKEN: Final = "token"  # noqa: S105  the name of the parameter, no secret
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_AWAY: Final = "Open the address that `teststrip view` printed: it has the token that lets you in.\n"
_WRONG: Final = "This server answers at the address that `teststrip view` printed only.\n"


class Guard:
    """Turns away whoever may not look, and hands on the rest; `token` None lets everybody on this machine in."""

    def __init__(self, app: ASGIApp, port: int, token: str | None) -> None:
        self._app = app
        self._token = token
        self._hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")}
        self._cookie = f"teststrip_{port}"  # cookies of a host are those of all its ports

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let the app answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if headers.get("host", "") not in self._hosts or (
            origin is not None and origin.removeprefix("http://") not in self._hosts
        ):
            await PlainTextResponse(_WRONG, 421, HEADERS)(scope, receive, send)
            return
        if self._token is None or self._same(self._carried(headers)):
            await self._app(scope, receive, send)
            return
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if self._same(dict(query).get(TOKEN, "")):
            rest = urlencode([(name, value) for name, value in query if name != TOKEN])
            there = f"/{quote(scope['path'].lstrip('/'))}"  # two slashes would begin the name of another machine
            answer = RedirectResponse(there + (f"?{rest}" if rest else ""), 303, HEADERS)
            answer.set_cookie(self._cookie, self._token, httponly=True, samesite="strict", path="/")
            await answer(scope, receive, send)
            return
        await PlainTextResponse(_AWAY, 403, HEADERS)(scope, receive, send)

    def _carried(self, headers: Headers) -> str:
        cookie: SimpleCookie = SimpleCookie()
        try:
            cookie.load(headers.get("cookie", ""))
        except CookieError:
            return ""
        return cookie[self._cookie].value if self._cookie in cookie else ""

    def _same(self, given: str) -> bool:
        return self._token is not None and secrets.compare_digest(given.encode(), self._token.encode())
