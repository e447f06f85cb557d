"""How an exchange reaches its server: straight over httpcore, by a proxy of the environment, or not at all.

All are httpx's transports, also the one that plays a recording (`recording` has the one that makes it). Its
client is not used: it looks through all connections for each request, keeps cookies, reads .netrc and follows
redirects, none of which is wanted here.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from typing import Any, Final
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from teststrip.cassette.model import Blob, Exchange, Fault
from teststrip.cassette.replay import Player
from teststrip.errors import ExchangeError, StorageError
from teststrip.run.net import AsyncioBackend

# Seconds that an idle connection is used again. Many servers close theirs after 5, and a submit that meets the
# closing cannot tell whether it was taken.
LONGEST_IDLE: Final = 2.0
_CONNECTIONS: Final = 4  # of one transport, which has one exchange at a time: the API's, and where pictures lie


class Direct(httpx.AsyncHTTPTransport):
    """Exchanges over TCP or TLS, HTTP/1.1, one after the other.

    httpx's own, so that what records its exchanges (vcrpy) records these; only below it lies another network.
    """

    def __init__(self, certificates: ssl.SSLContext) -> None:
        super().__init__(verify=certificates, trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=certificates,
            max_connections=_CONNECTIONS,
            keepalive_expiry=LONGEST_IDLE,
            network_backend=AsyncioBackend(),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Do one exchange; raises httpx's errors."""
        await _close_confused(self._pool.connections)
        return await super().handle_async_request(request)


async def _close_confused(connections: Iterable[httpcore.AsyncConnectionInterface]) -> None:
    """Close connections over which more came than an answer: it would be taken for the next request's."""
    for connection in connections:
        inner = getattr(connection, "_connection", None)  # httpcore tells it nowhere else
        state = getattr(inner, "_h11_state", None)
        if state is not None and state.trailing_data[0]:
            await connection.aclose()


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


class Replaying(httpx.AsyncBaseTransport):
    """Answers from a cassette, and never from a network. `skip` hears how long each exchange took, in seconds."""

    def __init__(self, player: Player, skip: Callable[[float], None]) -> None:
        self._player = player
        self._skip = skip

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Play one exchange; raises the error that it ended with, and ExchangeError when there is none such."""
        kind = request.headers.get("content-type", "")
        exchange = self._player.play(request.method, str(request.url), kind, await request.aread())
        self._skip(exchange.took)
        if exchange.status is None:
            raise _raised(exchange.fault)
        headers = [(name.encode(), value.encode()) for name, value in exchange.answer_headers.items()]
        return httpx.Response(exchange.status, headers=headers, stream=_Played(self._player, exchange))


class _Played(httpx.AsyncByteStream):
    def __init__(self, player: Player, exchange: Exchange) -> None:
        self._blobs = player.cassette.blobs
        self._exchange = exchange

    async def __aiter__(self) -> AsyncIterator[bytes]:
        body = self._exchange.answer
        if isinstance(body, Blob):
            try:
                for part in self._blobs.parts(body):
                    yield part
            except StorageError as error:
                raise ExchangeError(str(error), kind="unrecorded") from error
        elif isinstance(body, bytes):
            yield body
        if self._exchange.fault is not None:
            raise _raised(self._exchange.fault)


def _raised(fault: Fault | None) -> Exception:
    """Make the error that an exchange ended with; what the client cut off comes as having taken too long."""
    name, words = (fault.name, fault.words) if fault is not None else ("Cut", "")
    known = getattr(httpx, name, None)
    if not (isinstance(known, type) and issubclass(known, httpx.TransportError | httpx.DecodingError)):
        return TimeoutError(words)
    error = known(words)
    if fault is not None and fault.untrusted:
        error.__cause__ = ssl.SSLCertVerificationError(words)
    return error


def is_certificate(error: BaseException | None) -> bool:
    """Tell whether a connection came to nothing because of the server's certificate."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__  # httpcore forgets causes, and no context
    return error is not None
