"""How an exchange reaches its server: straight over httpcore, or by the proxy that the environment names.

Both are transports as httpx has them, and raise its errors. httpx's own client looks through all connections for
each request, keeps cookies, reads .netrc and follows redirects, none of which is wanted here; and its transport
goes through anyio (see `net`).
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from teststrip.run.net import AsyncioBackend

# Seconds that an idle connection is used again. Many servers close theirs after 5, and a submit that meets the
# closing cannot tell whether it was taken.
LONGEST_IDLE: Final = 2.0
_CONNECTIONS: Final = 4  # of one transport, which has one exchange at a time: the API's, and where pictures lie


class Direct(httpx.AsyncBaseTransport):
    """Exchanges over TCP or TLS, HTTP/1.1, one after the other."""

    def __init__(self, certificates: ssl.SSLContext) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=certificates,
            max_connections=_CONNECTIONS,
            keepalive_expiry=LONGEST_IDLE,
            network_backend=AsyncioBackend(),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Do one exchange; raises httpx's errors."""
        url = request.url
        asked = httpcore.Request(
            method=request.method,
            url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with _httpx_errors():
            answer = await self._pool.handle_async_request(asked)
        body, more = _Body(answer, self._pool), answer.extensions
        return httpx.Response(answer.status, headers=answer.headers, stream=body, extensions=more)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response, pool: httpcore.AsyncConnectionPool) -> None:
        self._answer = answer
        self._pool = pool

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _httpx_errors():
            async for part in self._answer.aiter_stream():
                yield part

    async def aclose(self) -> None:
        with _httpx_errors():
            await self._answer.aclose()
            await _close_confused(self._pool)


async def _close_confused(pool: httpcore.AsyncConnectionPool) -> None:
    """Close connections over which more came than an answer: it would be taken for the next request's."""
    for connection in pool.connections:
        inner = getattr(connection, "_connection", None)  # httpcore tells it nowhere else
        state = getattr(inner, "_h11_state", None)
        if state is not None and state.trailing_data[0]:
            await connection.aclose()


@contextmanager
def _httpx_errors() -> Iterator[None]:
    """Raise httpx's error for httpcore's: they have the same names."""
    try:
        yield
    except Exception as error:
        name = next((cls.__name__ for cls in type(error).__mro__ if cls.__module__.startswith("httpcore")), None)
        if name is None:
            raise
        raise getattr(httpx, name, httpx.TransportError)(str(error)) from error


class Proxied(httpx.AsyncBaseTransport):
    """Exchanges by way of a proxy. Raises ValueError or ImportError for one that cannot be used."""

    def __init__(self, proxy: str, certificates: ssl.SSLContext) -> None:
        limits = httpx.Limits(max_connections=_CONNECTIONS, keepalive_expiry=LONGEST_IDLE)
        self._inner = httpx.AsyncHTTPTransport(verify=certificates, proxy=proxy, limits=limits, trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Do one exchange; raises httpx's errors: ProxyError for what ends a tunnel before anything went in."""
        digging = False

        async def trace(name: str, info: Mapping[str, Any]) -> None:
            nonlocal digging
            if name == "http11.send_request_headers.started":
                digging = info["request"].method == b"CONNECT"

        request.extensions = {**request.extensions, "trace": trace}
        try:
            return await self._inner.handle_async_request(request)
        except httpx.TransportError as error:
            if not digging or isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError):
                raise
            raise httpx.ProxyError(str(error) or type(error).__name__) from error

    async def aclose(self) -> None:
        """Close all connections."""
        await self._inner.aclose()


def proxy_of(url: httpx.URL) -> str | None:
    """Return the proxy that the environment names for an address (HTTPS_PROXY, ALL_PROXY, NO_PROXY)."""
    named = getproxies()
    proxy = named.get(url.scheme) or named.get("all")
    if not proxy or proxy_bypass(url.netloc.decode("ascii")):
        return None
    return whole(proxy)


def whole(proxy: str) -> str:
    """Return a proxy's address as it may be written in the environment, with its scheme."""
    return proxy if "://" in proxy else f"http://{proxy}"
