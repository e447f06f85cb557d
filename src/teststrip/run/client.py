"""The one module that speaks HTTP, told everything by the provider page.

The key goes to the base address's origin, to those that the page itself lists, and to no other. Submits and polls
follow no redirect; a picture's are followed by hand. Every error of httpx, and every status that is an error,
becomes an `ExchangeError` here, which says whether the exchange may have cost money; nothing else leaves this
module.

Proxies and certificate files named by the environment (HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE) are honoured, except
for an address of this machine; TLS certificates are always checked.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final, Self

import httpx

from teststrip.base.clock import Clock, SystemClock
from teststrip.base.json import Json
from teststrip.errors import ExchangeError, FaultKind, StorageError, UsageError
from teststrip.provider.attach import Attachment, ReadAttachment, holds_placeholder
from teststrip.provider.body import wire_body
from teststrip.provider.form import encoded
from teststrip.provider.model import Provider
from teststrip.provider.request import poll_url, result_url, submit_url
from teststrip.run.meaning import refusal, server_words
from teststrip.run.reply import (
    Inline,
    OutputRef,
    Prediction,
    Unreadable,
    Url,
    decode,
    error_parts,
    read_reply,
    too_large,
)
from teststrip.run.retry import read_retry_after
from teststrip.run.target import is_loopback

MEBIBYTE: Final = 1024 * 1024
_MOST_REDIRECTS: Final = 5
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
# Seconds that an idle connection is used again. Many servers close theirs after 5, and a submit that meets the
# closing cannot tell whether it was taken.
_LONGEST_IDLE: Final = 2.0
_LAST_PORT: Final = 65535
_LONGEST_ERROR: Final = 64 * 1024  # bytes of an error's body that are read
_MOST_MEMBERS: Final = 100_000  # of an answer; many small ones would fill the memory long before their bytes do
_PICTURES_IN_REPLY: Final = 6  # a reply may hold several pictures, each a third longer in base64

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


def asgi_transport(app: Callable[..., Any]) -> httpx.AsyncBaseTransport:
    """Return a transport that hands requests to an ASGI app in this process; its crashes are HTTP 500."""
    return httpx.ASGITransport(app=app, raise_app_exceptions=False)


class Client:
    """Submits, polls and downloads as a provider page says. An async context manager.

    `base_url` is an http(s) origin with an optional path prefix; `key` is None where none is asked for.
    `transport` replaces the network; `max_picture` bounds a picture, in bytes. `clock` reads Retry-After dates;
    `attachments` reads the pictures that requests refer to (see `provider.attach`).
    Raises UsageError for a base address that is none.
    """

    def __init__(  # noqa: PLR0913  what a test would replace is an argument; all but the first are named
        self,
        provider: Provider,
        *,
        base_url: str,
        key: str | None,
        transport: httpx.AsyncBaseTransport | None = None,
        timeouts: Timeouts | None = None,
        max_picture: int = 64 * MEBIBYTE,
        clock: Clock | None = None,
        attachments: ReadAttachment | None = None,
    ) -> None:
        times = timeouts or Timeouts()
        self._provider = provider
        self._base_url = base_url.rstrip("/")
        try:
            self._origin = _origin(httpx.URL(base_url))
            self._trusted = {self._origin, *(_origin(httpx.URL(origin)) for origin in provider.poll.origins)}
        except (httpx.InvalidURL, ValueError) as error:
            raise UsageError(f"{base_url!r} is not an address that can be used ({error})") from error
        self._key = key
        self._total = times.total
        self._max_picture = max_picture
        self._clock = clock or SystemClock()
        self._attachments = attachments
        self._http = httpx.AsyncClient(
            transport=transport,
            timeout=httpx.Timeout(connect=times.connect, read=times.read, write=times.write, pool=times.pool),
            limits=httpx.Limits(max_connections=128, max_keepalive_connections=64, keepalive_expiry=_LONGEST_IDLE),
            follow_redirects=False,
            trust_env=not is_loopback(base_url),
            headers={"User-Agent": "teststrip", "Accept": "application/json"},
            # Exchanges hold no memory of each other: whatever cookies come are not kept.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        )

    async def __aenter__(self) -> Self:
        await self._http.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.__aexit__(None, None, None)

    async def submit(self, model: str, request: Mapping[str, Json]) -> Prediction:
        """Ask for a prediction, once. Raises ExchangeError, whose `may_have_cost` decides what comes next."""
        url = submit_url(self._provider, self._base_url, model, request)
        kind, body = await self._body(wire_body(self._provider, model, request))
        prediction = await self._ask(self._provider.submit.method, url, body, kind)
        nothing = not (prediction.id or prediction.poll_url or prediction.outputs)
        if nothing and prediction.phase not in {"failed", "moderated"}:
            raise ExchangeError(
                "the server said yes, but named neither a prediction nor a picture",
                kind="protocol",
                may_have_cost=True,
            )
        return prediction

    async def _body(self, body: Mapping[str, Json]) -> tuple[str, bytes]:
        """Return a body's content type and its bytes, with the pictures that it refers to.

        Raises ExchangeError for a picture that cannot be had.
        """
        read, media = self._attachments or _none, self._provider.body.media
        try:
            if holds_placeholder(body):  # megabytes are read and encoded: not while others wait
                return await asyncio.to_thread(encoded, body, read, media)
            return encoded(body, read, media)
        except StorageError as error:
            raise ExchangeError(str(error), kind="protocol") from error

    async def poll(self, prediction_id: str | None, url: str | None = None, model: str = "") -> Prediction:
        """Ask how a prediction stands. `url`, the server's own, is used only at an origin that gets the key.

        Where the page has an address of its own for the outputs, a finished prediction's are asked for there.
        Costs nothing. Raises ExchangeError, none of which says that the prediction failed.
        """
        address = self._own_address(url)
        if address is None:
            if prediction_id is None:
                raise ExchangeError("there is neither an id nor an address to poll", kind="protocol")
            address = poll_url(self._provider, self._base_url, prediction_id, model)
        try:
            prediction = await self._ask(self._provider.poll.method, address, None)
            if prediction.phase == "done" and not prediction.outputs:
                return await self._result(prediction, prediction_id, model)
        except ExchangeError as error:
            error.may_have_cost = False
            raise
        return prediction

    async def _result(self, prediction: Prediction, prediction_id: str | None, model: str) -> Prediction:
        """Ask for a finished prediction's outputs, where they have an address of their own.

        A request that turns out to be wrong there is how the prediction ended.
        """
        known = prediction.id or prediction_id
        address = self._own_address(prediction.result_url)
        if address is None and known is not None:
            address = result_url(self._provider, self._base_url, known, model)
        if not address:
            return prediction
        try:
            result = await self._ask("GET", address, None)
        except ExchangeError as error:
            if error.kind != "invalid":
                raise
            return replace(prediction, phase="failed", error=str(error))
        ended = result.phase if result.phase in {"failed", "moderated"} else prediction.phase
        return replace(result, id=known, phase=ended, poll_url=prediction.poll_url)

    async def fetch(self, output: OutputRef) -> bytes:
        """Return a picture's bytes, from its link or out of the answer.

        Costs nothing. Raises ExchangeError for a broken download, a link that is not http(s), wrong base64, an
        output that is neither, and a picture larger than `max_picture`.
        """
        if isinstance(output, Unreadable):
            raise ExchangeError(self._words(output.reason), kind="protocol")
        try:
            if isinstance(output, Inline):
                return decode(output, self._max_picture)
            return await self._download(output)
        except ExchangeError as error:
            error.may_have_cost = False
            raise

    def pollable(self, prediction: Prediction) -> bool:
        """Tell whether there is a way to ask how a prediction stands."""
        return prediction.id is not None or self._own_address(prediction.poll_url) is not None

    async def _ask(self, method: str, url: str, body: bytes | None, kind: str = "") -> Prediction:
        headers = {**self._provider.headers}
        if body is not None:
            headers |= {**self._provider.submit.headers, "Content-Type": kind}
        async with self._exchange(method, url, headers=headers, content=body) as response:
            if body is None and response.status_code in self._provider.poll.not_yet:
                return Prediction(None, "queued")
            limit = self._max_picture * _PICTURES_IN_REPLY if response.is_success else _LONGEST_ERROR
            data = await _read(response, limit, cut=not response.is_success)
            document = _json(data)
            if not response.is_success:
                raise self._refusal(response, document, data)
        if document is _NOT_JSON:
            raise ExchangeError(
                f"HTTP {response.status_code}, but not an answer: "
                f"{self._words(data.decode('utf-8', 'replace')) or 'it says nothing'}",
                kind="protocol",
                status=response.status_code,
                may_have_cost=True,
            )
        try:
            prediction = self._safe(read_reply(self._provider, document))
        except ExchangeError as error:
            raise ExchangeError(
                self._words(str(error)), kind="protocol", status=response.status_code, may_have_cost=True
            ) from None
        if prediction.code is not None:
            raise self._refusal(response, document, data, code=prediction.code)
        return prediction

    async def _download(self, output: Url) -> bytes:
        url = self._picture_address(output.url)
        for _ in range(_MOST_REDIRECTS + 1):
            async with self._exchange("GET", str(url), headers={"Accept": "image/*"}) as response:
                if response.status_code in _REDIRECTS and "location" in response.headers:
                    url = self._picture_address(response.headers["location"], url)
                    continue
                if not response.is_success:
                    data = await _read(response, _LONGEST_ERROR, cut=True)
                    raise self._refusal(response, _json(data), data)
                return await _read(response, self._max_picture)
        raise ExchangeError("the picture's link redirects without end", kind="protocol")

    @asynccontextmanager
    async def _exchange(
        self, method: str, url: str, *, headers: Mapping[str, str], content: bytes | None = None
    ) -> AsyncIterator[httpx.Response]:
        """Do one exchange; whatever httpx raises in it comes out as ExchangeError."""
        address = self._address(url)
        try:
            own = self._key_header() if _origin(address) in self._trusted else {}
            async with (
                asyncio.timeout(self._total),
                self._http.stream(method, address, headers={**headers, **own}, content=content) as response,
            ):
                yield response
        except TimeoutError as error:
            raise ExchangeError(
                f"the exchange was not over after {self._total:g} s", kind="network", may_have_cost=True
            ) from error
        except (*_ROOTS,) as error:
            raise self._fault(error) from error
        except ValueError as error:
            # httpx reads a redirect's address though it is not to follow it, and some hosts' names are no names.
            raise ExchangeError(
                f"the answer cannot be read ({self._words(str(error))})", kind="protocol", may_have_cost=True
            ) from error

    def _key_header(self) -> dict[str, str]:
        auth = self._provider.auth
        return {} if self._key is None else {auth.header: auth.form.replace("{key}", self._key)}

    def _fault(self, error: Exception) -> ExchangeError:
        kind, may_have_cost, meaning = next(FAULTS[cls] for cls in type(error).__mro__ if cls in FAULTS)
        detail = self._words(str(error))
        return ExchangeError(
            f"{meaning} ({detail})" if detail else meaning, kind=kind, may_have_cost=may_have_cost
        )

    def _refusal(self, response: httpx.Response, document: object, data: bytes, code: str = "") -> ExchangeError:
        """Say what a refusal means; `code` is the failing body's, where the HTTP status was a success."""
        said_code, message = error_parts(self._provider.reply, document)
        words = self._words(message or ("" if code else data.decode("utf-8", "replace")))
        wait = read_retry_after(response.headers.get("retry-after"), self._clock.now())
        return refusal(self._provider, response.status_code, self._words(code or said_code), words, wait)

    def _words(self, text: str) -> str:
        return server_words(text, self._key)

    def _safe(self, prediction: Prediction) -> Prediction:
        """Keep a server that echoes the key from having it written down."""
        told = (prediction.id, prediction.poll_url, prediction.result_url)
        echoed = [text for text in told if self._key and text and self._key in text]
        return replace(
            prediction,
            error=self._words(prediction.error),
            id=None if prediction.id in echoed else prediction.id,
            poll_url=None if prediction.poll_url in echoed else prediction.poll_url,
            result_url=None if prediction.result_url in echoed else prediction.result_url,
        )

    def _own_address(self, url: str | None) -> str | None:
        """Return a polling address made absolute, or None unless it is at an origin that gets the key."""
        if url is None:
            return None
        try:
            address = self._address(url)
        except ExchangeError:
            return None
        return str(address) if _origin(address) in self._trusted and not address.userinfo else None

    def _picture_address(self, url: str, base: httpx.URL | None = None) -> httpx.URL:
        address = self._address(url, base)
        if address.scheme not in {"http", "https"} or not address.host or address.userinfo:
            raise ExchangeError(
                f"a picture's link is not a plain http(s) one: {self._words(url)}", kind="protocol"
            )
        return address

    def _address(self, url: str, base: httpx.URL | None = None) -> httpx.URL:
        """Make an address absolute. Raises ExchangeError for one that cannot be used, of which nothing left."""
        try:
            address = (base or httpx.URL(self._base_url)).join(url)
            _origin(address)  # the host's name is read only when it is asked for
        except (httpx.InvalidURL, ValueError) as error:
            # ValueError: a host that is no name in any language, or letters that are half of one.
            raise ExchangeError(
                f"the address cannot be read ({self._words(str(error))})", kind="protocol"
            ) from error
        if (address.port or 0) > _LAST_PORT:
            raise ExchangeError(f"the address cannot be read (there is no port {address.port})", kind="protocol")
        return address


_ROOTS: Final = (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict, httpx.StreamError)
_NOT_JSON: Final = object()


def _none(sha256: str) -> Attachment:
    raise StorageError(f"the request refers to a picture (SHA-256 {sha256}), and there is none to send")


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host.rstrip("."), url.port  # httpx leaves a default port out


def _json(data: bytes) -> object:
    if sum(data.count(sign) for sign in (b"[", b"{", b",")) > _MOST_MEMBERS:
        return _NOT_JSON
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return _NOT_JSON


async def _read(response: httpx.Response, limit: int, *, cut: bool = False) -> bytes:
    """Read a body of at most `limit` bytes; a longer one is cut, or refused, and so is one packed many times."""
    if "," in response.headers.get("content-encoding", ""):
        raise ExchangeError("the answer is packed more than once", kind="protocol", may_have_cost=True)
    data = bytearray()
    async for chunk in response.aiter_bytes():
        data += chunk
        if len(data) > limit:
            if cut:
                break
            raise too_large(limit)
    return bytes(data[:limit])
