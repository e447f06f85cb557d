"""The one module that speaks HTTP: exchanges, each bounded, with every failure told in our own words.

Every error of httpx becomes an `ExchangeError` here, which says whether the exchange may have cost money; nothing
else leaves this module. It follows no redirect, keeps no cookie, and checks TLS certificates always. Proxies and
certificate files named by the environment (HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE) are honoured where it is told to.
"""

from __future__ import annotations

import asyncio
import json
import os
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Self, TypeAlias
from urllib.request import getproxies

import httpx

from teststrip.cassette.record import Recorder
from teststrip.cassette.replay import Player
from teststrip.errors import ExchangeError, FaultKind, UsageError
from teststrip.run.recording import Desk, Later, Recording
from teststrip.run.reply import too_large
from teststrip.run.transport import Direct, Proxied, Replaying, is_certificate, proxy_of, whole

Answer: TypeAlias = httpx.Response
Transport: TypeAlias = httpx.AsyncBaseTransport
Address: TypeAlias = httpx.URL
Origin: TypeAlias = tuple[str, str, int | None]  # scheme, host, port; None for the scheme's own

NOT_JSON: Final = object()

_LAST_PORT: Final = 65535
_MOST_MEMBERS: Final = 100_000  # of an answer; many small ones would fill the memory long before their bytes do

# Every class of httpx's tree: how it is told, and whether a request that met it may have been accepted.
FAULTS: Final[Mapping[type[Exception], tuple[FaultKind, bool, str]]] = {
    httpx.ConnectError: ("network", False, "the server cannot be reached"),
    httpx.ConnectTimeout: ("network", False, "the server did not take the connection in time"),
    httpx.PoolTimeout: ("network", False, "no connection became free in time"),
    httpx.ProxyError: ("network", False, "the proxy cannot be used"),
    httpx.ReadTimeout: ("network", True, "no answer came in time"),
    httpx.WriteTimeout: ("network", True, "the request could not be sent in time"),
    httpx.TimeoutException: ("network", True, "it took too long"),
    httpx.ReadError: ("network", True, "the connection broke before the answer was there"),
    httpx.WriteError: ("network", True, "the connection broke while the request was being sent"),
    httpx.CloseError: ("network", True, "the connection broke while it was being closed"),
    httpx.NetworkError: ("network", True, "the connection broke"),
    httpx.RemoteProtocolError: ("network", True, "the server broke off, or does not speak HTTP"),
    httpx.LocalProtocolError: ("protocol", False, "the request cannot be sent as it is"),
    httpx.ProtocolError: ("network", True, "client and server do not understand each other"),
    httpx.UnsupportedProtocol: ("protocol", False, "the address is not an http or https one"),
    httpx.TransportError: ("network", True, "the exchange failed"),
    httpx.DecodingError: ("protocol", True, "the answer is not encoded as it says"),
    httpx.TooManyRedirects: ("protocol", True, "the server redirects without end"),
    httpx.RequestError: ("network", True, "the exchange failed"),
    httpx.HTTPStatusError: ("protocol", True, "the server refused"),
    httpx.HTTPError: ("network", True, "the exchange failed"),
    httpx.InvalidURL: ("protocol", False, "the address cannot be read"),
    httpx.CookieConflict: ("protocol", True, "the server's cookies contradict each other"),
    httpx.StreamConsumed: ("protocol", True, "the answer was read twice"),
    httpx.StreamClosed: ("protocol", True, "the answer was closed before it was read"),
    httpx.ResponseNotRead: ("protocol", True, "the answer was not read"),
    httpx.RequestNotRead: ("protocol", True, "the request was not read"),
    httpx.StreamError: ("protocol", True, "the answer could not be read"),
}


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long each phase of an exchange may take, in seconds; `total` bounds the whole."""

    connect: float = 10.0
    read: float = 120.0
    write: float = 60.0
    pool: float = 60.0
    total: float = 300.0


class Http:
    """Exchanges over connections that are used again. An async context manager.

    Each exchange is lent a transport of its own, the one that was used last, since to look for a free connection
    among many takes the longer the more there are. `transport` replaces the network, `trust_env` says whether the
    environment's proxies count. `words` makes a server's words, or httpx's, fit to tell.
    """

    def __init__(
        self,
        timeouts: Timeouts,
        *,
        words: Callable[[str], str],
        trust_env: bool,
        transport: Transport | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        self._words = words
        self._desk = None if recorder is None else Desk(recorder)
        self._trust_env = trust_env
        self._transport = transport
        self._certificates: ssl.SSLContext | None = None
        self._idle: dict[str | None, list[Transport]] = {}  # by the proxy that they go through
        self._stack = AsyncExitStack()
        self._total = timeouts.total
        phases = {name: getattr(timeouts, name) for name in ("connect", "read", "write", "pool")}
        self._extensions = {"timeout": phases}

    async def __aenter__(self) -> Self:
        """Begin. Raises UsageError, before anything is sent, for proxies and certificates that cannot be used."""
        if self._transport is None:
            if os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR"):
                self._certificates = _certificates()
            if self._trust_env:
                _check_proxies()
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            await self._stack.aclose()
        finally:
            if self._desk is not None:
                self._desk.close()

    @asynccontextmanager
    async def exchange(
        self,
        method: str,
        address: Address,
        *,
        headers: Mapping[str, str],
        content: bytes | None = None,
        after: Later | None = None,
    ) -> AsyncIterator[Answer]:
        """Do one exchange; whatever httpx raises in it comes out as ExchangeError.

        It is put on the cassette, if there is one, not before `after` has ended.
        """
        try:
            async with asyncio.timeout(self._total), self._lent(address) as transport:
                request = httpx.Request(
                    method, address, headers={**_HEADERS, **headers}, content=content, extensions=self._extensions
                )
                used = transport if self._desk is None else Recording(transport, self._desk, after)
                answer = await used.handle_async_request(request)
                try:
                    yield answer
                finally:
                    await answer.aclose()
        except TimeoutError as error:
            raise ExchangeError(
                f"the exchange was not over after {self._total:g} s", kind="network", may_have_cost=True
            ) from error
        except _ROOTS as error:
            raise self._fault(error) from error
        except ValueError as error:
            # Some hosts' names are no names.
            raise ExchangeError(
                f"the answer cannot be read ({self._words(str(error))})", kind="protocol", may_have_cost=True
            ) from error

    def address(self, text: str, base: Address | None = None) -> Address:
        """Make an address absolute. Raises ExchangeError for one that cannot be used, of which nothing left."""
        try:
            address = _read(text, base)
        except (httpx.InvalidURL, ValueError) as error:
            # ValueError: a host that is no name in any language, or letters that are half of one.
            raise ExchangeError(
                f"the address cannot be read ({self._words(str(error))})", kind="protocol"
            ) from error
        if (address.port or 0) > _LAST_PORT:
            raise ExchangeError(f"the address cannot be read (there is no port {address.port})", kind="protocol")
        return address

    @asynccontextmanager
    async def _lent(self, address: Address) -> AsyncIterator[Transport]:
        """Lend a transport that nobody else uses meanwhile."""
        if self._transport is not None:
            yield self._transport
            return
        proxy = proxy_of(address) if self._trust_env else None
        idle = self._idle.setdefault(proxy, [])
        transport = idle.pop() if idle else await self._another(proxy)
        try:
            yield transport
        finally:
            idle.append(transport)

    async def _another(self, proxy: str | None) -> Transport:
        if self._certificates is None:
            self._certificates = _certificates()
        try:
            transport = Direct(self._certificates) if proxy is None else Proxied(proxy, self._certificates)
        except (ValueError, ImportError) as error:
            raise ExchangeError(
                "the proxy that the environment names cannot be used (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY)",
                kind="protocol",
            ) from error
        return await self._stack.enter_async_context(transport)

    def _fault(self, error: Exception) -> ExchangeError:
        detail = self._words(str(error))
        if is_certificate(error):
            return ExchangeError(f"{_UNTRUSTED} ({detail})", kind="untrusted")
        kind, may_have_cost, meaning = next(FAULTS[cls] for cls in type(error).__mro__ if cls in FAULTS)
        return ExchangeError(
            f"{meaning} ({detail})" if detail else meaning, kind=kind, may_have_cost=may_have_cost
        )


_UNTRUSTED: Final = "the server's certificate is not good; SSL_CERT_FILE may name an authority of your own"
_PROXIES: Final = ("all", "http", "https")
_HEADERS: Final = {"Accept": "application/json", "Accept-Encoding": "gzip, deflate", "User-Agent": "teststrip"}
_ROOTS: Final = (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict, httpx.StreamError)


def _certificates() -> ssl.SSLContext:
    """Return whom to trust: those whom the environment names, else those that httpx brings."""
    try:
        return httpx.create_ssl_context()
    except OSError as error:  # ssl.SSLError is one
        raise UsageError(
            "the certificates that the environment names cannot be used (SSL_CERT_FILE, SSL_CERT_DIR): "
            f"{error.strerror or error}"
        ) from error


def _check_proxies() -> None:
    nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for name, proxy in sorted(getproxies().items()):
        if name in _PROXIES:
            try:
                Proxied(whole(proxy), nobody)
            except (ValueError, ImportError, httpx.InvalidURL) as error:
                raise UsageError(
                    f"the proxy that {name.upper()}_PROXY names cannot be used: it has to be an address such as "
                    "http://proxy.example:3128"
                ) from error


@lru_cache(1024)  # a prediction's address is read several times for each poll
def _read(text: str, base: Address | None) -> Address:
    address = httpx.URL(text) if base is None else base.join(text)
    origin_of(address)  # the host's name is read only when it is asked for
    return address


def asgi_transport(app: Callable[..., Any]) -> Transport:
    """Return a transport that hands requests to an ASGI app in this process; its crashes are HTTP 500."""
    return httpx.ASGITransport(app=app, raise_app_exceptions=False)


def replay_transport(player: Player, skip: Callable[[float], None]) -> Transport:
    """Return a transport that plays a cassette; `skip` hears how long each exchange took, in seconds."""
    return Replaying(player, skip)


def late_transport(make: Callable[[], Awaitable[Transport]]) -> Transport:
    """Return a transport that is made when the first request leaves, once. Whoever makes it closes it."""
    return _Late(make)


class _Late(httpx.AsyncBaseTransport):
    def __init__(self, make: Callable[[], Awaitable[Transport]]) -> None:
        self._make = make
        self._making: asyncio.Future[Transport] | None = None

    async def handle_async_request(self, request: httpx.Request) -> Answer:
        if self._making is None:
            self._making = asyncio.ensure_future(self._make())
        transport = await asyncio.shield(self._making)
        return await transport.handle_async_request(request)


def origin_of(address: Address) -> Origin:
    """Return where an address is at."""
    return address.scheme, address.host.rstrip("."), address.port  # httpx leaves a default port out


async def body_parts(answer: Answer) -> AsyncIterator[bytes]:
    """Yield a body as it comes, unpacked. Raises ExchangeError for one that is packed more than once."""
    if "," in answer.headers.get("content-encoding", ""):
        raise ExchangeError("the answer is packed more than once", kind="protocol", may_have_cost=True)
    async for part in answer.aiter_bytes():
        yield part


async def read_body(answer: Answer, limit: int, *, cut: bool = False) -> bytes:
    """Read a body of at most `limit` bytes; a longer one is cut, or refused with ExchangeError."""
    data = bytearray()
    async for part in body_parts(answer):
        data += part
        if len(data) > limit:
            if cut:
                break
            raise too_large(limit)
    return bytes(data[:limit])


def read_json(data: bytes) -> object:
    """Return what JSON says, or NOT_JSON."""
    if sum(data.count(sign) for sign in (b"[", b"{", b",")) > _MOST_MEMBERS:
        return NOT_JSON
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return NOT_JSON
