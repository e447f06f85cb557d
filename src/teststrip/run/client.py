"""Submits, polls and downloads, told everything by the provider page.

The key goes to the base address's origin, to those that the page itself lists, and to no other. Submits and polls
follow no redirect; a picture's are followed by hand. Every status that is an error becomes an `ExchangeError`,
which says whether the exchange may have cost money; so does all that goes wrong below (see `http`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final, Self

from teststrip.base.clock import Clock, SystemClock
from teststrip.base.json import Json
from teststrip.cassette.record import Recorder
from teststrip.errors import ExchangeError, StorageError
from teststrip.provider.attach import Attachment, ReadAttachment, holds_placeholder
from teststrip.provider.body import wire_body
from teststrip.provider.form import encoded
from teststrip.provider.model import Provider
from teststrip.provider.request import poll_url, result_url, submit_url
from teststrip.run.addresses import Addresses
from teststrip.run.http import (
    NOT_JSON,
    Answer,
    Http,
    Timeouts,
    Transport,
    body_parts,
    read_body,
    read_json,
)
from teststrip.run.meaning import refusal, server_words, unechoed
from teststrip.run.recording import Later
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
from teststrip.run.retry import read_date, read_retry_after
from teststrip.run.target import is_loopback

MEBIBYTE: Final = 1024 * 1024
_MOST_REDIRECTS: Final = 5
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_LONGEST_ERROR: Final = 64 * 1024  # bytes of an error's body that are read
_ENDED_BADLY: Final = frozenset({"failed", "moderated", "cancelled"})
_PICTURES_IN_REPLY: Final = 6  # a reply may hold several pictures, each a third longer in base64


class Client:
    """Submits, polls and downloads as a provider page says. An async context manager.

    `base_url` is an http(s) origin with an optional path prefix; `key` is None where none is asked for.
    `transport` replaces the network; `max_picture` bounds a picture, in bytes. `clock` reads Retry-After dates;
    `attachments` reads the pictures that requests refer to (see `provider.attach`); `recorder` hears exchanges.
    Raises UsageError for a base address that is none.
    """

    def __init__(  # noqa: PLR0913  what a test would replace is an argument; all but the first are named
        self,
        provider: Provider,
        *,
        base_url: str,
        key: str | None,
        transport: Transport | None = None,
        timeouts: Timeouts | None = None,
        max_picture: int = 64 * MEBIBYTE,
        clock: Clock | None = None,
        attachments: ReadAttachment | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        self._provider = provider
        self._key = key
        self._http = Http(
            timeouts or _timeouts(provider),
            words=self._words,
            trust_env=not is_loopback(base_url),
            transport=transport,
            recorder=recorder,
        )
        self._addresses = Addresses(provider, base_url, key, self._http.address, self._words)
        self._max_picture = max_picture
        self._clock = clock or SystemClock()
        self._attachments = attachments

    async def __aenter__(self) -> Self:
        await self._http.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.__aexit__()

    async def submit(
        self, model: str, request: Mapping[str, Json], key: str | None = None, written: Later | None = None
    ) -> Prediction:
        """Ask for a prediction, once. Raises ExchangeError, whose `may_have_cost` decides what comes next.

        `key` is the idempotency key, for an API that takes one. The recorder hears of it when `written` has ended.
        """
        url = submit_url(self._provider, self._addresses.base_url, model, request)
        kind, body = await self._body(wire_body(self._provider, model, request))
        submit = self._provider.submit
        extra = {submit.idempotency.header: key} if submit.idempotency is not None and key is not None else {}
        headers = {**submit.headers, **extra, "Content-Type": kind}
        prediction = await self._ask(submit.method, url, headers, body, written)
        nothing = not (prediction.id or prediction.poll_url or prediction.outputs)
        if nothing and prediction.phase not in _ENDED_BADLY:
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
        address = self._addresses.own(url)
        if address is None:
            if prediction_id is None:
                raise ExchangeError("there is neither an id nor an address to poll", kind="protocol")
            address = poll_url(self._provider, self._addresses.base_url, prediction_id, model)
        try:
            prediction = await self._ask(self._provider.poll.method, address)
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
        address = self._addresses.own(prediction.result_url)
        if address is None and known is not None:
            address = result_url(self._provider, self._addresses.base_url, known, model)
        if not address:
            return prediction
        try:
            result = await self._ask("GET", address)
        except ExchangeError as error:
            if error.kind != "invalid":
                raise
            return replace(prediction, phase="failed", error=str(error))
        ended = result.phase if result.phase in _ENDED_BADLY else prediction.phase
        return replace(result, id=known, phase=ended, poll_url=prediction.poll_url)

    async def fetch(self, output: OutputRef, take: Callable[[bytes], Awaitable[None]]) -> None:
        """Hand a picture's bytes to `take` as they come, from its link or out of the answer.

        Costs nothing. Raises ExchangeError for a broken download, a link that is not http(s), wrong base64, an
        output that is neither, and a picture larger than `max_picture`; `take` may have had some of it then.
        """
        if isinstance(output, Unreadable):
            raise ExchangeError(self._words(output.reason), kind="protocol")
        try:
            if isinstance(output, Inline):
                await take(decode(output, self._max_picture))
            else:
                await self._download(output, take)
        except ExchangeError as error:
            error.may_have_cost = False
            raise

    def pollable(self, prediction: Prediction) -> bool:
        """Tell whether there is a way to ask how a prediction stands."""
        if self._provider.at_once:
            return False
        return prediction.id is not None or self._addresses.own(prediction.poll_url) is not None

    async def _ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        after: Later | None = None,
    ) -> Prediction:
        told = {**self._provider.headers, **(headers or {})}
        async with self._exchange(method, url, headers=told, content=body, after=after) as response:
            if body is None and response.status_code in self._provider.poll.not_yet:
                return Prediction(None, "queued")
            limit = self._max_picture * _PICTURES_IN_REPLY if response.is_success else _LONGEST_ERROR
            data = await read_body(response, limit, cut=not response.is_success)
            document = read_json(data)
            if not response.is_success:
                raise self._refusal(response, document, data)
        if document is NOT_JSON:
            raise ExchangeError(
                f"HTTP {response.status_code}, but not an answer: "
                f"{self._words(data.decode('utf-8', 'replace')) or 'it says nothing'}",
                kind="protocol",
                status=response.status_code,
                may_have_cost=True,
            )
        try:
            prediction = unechoed(read_reply(self._provider, document), self._key)
        except ExchangeError as error:
            raise ExchangeError(
                self._words(str(error)), kind="protocol", status=response.status_code, may_have_cost=True
            ) from None
        if prediction.code is not None:
            raise self._refusal(response, document, data, code=prediction.code)
        return prediction

    async def _download(self, output: Url, take: Callable[[bytes], Awaitable[None]]) -> None:
        url = self._addresses.of_picture(output.url)
        for _ in range(_MOST_REDIRECTS + 1):
            async with self._exchange("GET", str(url), headers={"Accept": "image/*"}) as response:
                if response.status_code in _REDIRECTS and "location" in response.headers:
                    url = self._addresses.of_picture(response.headers["location"], url)
                    continue
                if not response.is_success:
                    data = await read_body(response, _LONGEST_ERROR, cut=True)
                    raise self._refusal(response, read_json(data), data)
                size = 0
                async for part in body_parts(response):
                    size += len(part)
                    if size > self._max_picture:
                        raise too_large(self._max_picture)
                    await take(part)
                return
        raise ExchangeError("the picture's link redirects without end", kind="protocol")

    @asynccontextmanager
    async def _exchange(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        content: bytes | None = None,
        after: Later | None = None,
    ) -> AsyncIterator[Answer]:
        """Do one exchange, with the key where it may go."""
        address, own = self._addresses.absolute(url)
        told = {**headers, **own}
        async with self._http.exchange(method, address, headers=told, content=content, after=after) as answer:
            yield answer

    def _refusal(self, response: Answer, document: object, data: bytes, code: str = "") -> ExchangeError:
        """Say what a refusal means; `code` is the failing body's, where the HTTP status was a success."""
        said_code, message = error_parts(self._provider.reply, document)
        words = self._words(message or ("" if code else data.decode("utf-8", "replace")))
        # A date of the server's is by the server's clock, which need not go right.
        now = read_date(response.headers.get("date")) or self._clock.now()
        wait = read_retry_after(response.headers.get("retry-after"), now)
        return refusal(self._provider, response.status_code, self._words(code or said_code), words, wait)

    def _words(self, text: str) -> str:
        return server_words(text, self._key)


def _timeouts(provider: Provider) -> Timeouts:
    """Return how long to wait: for an answer that brings the pictures as long as the page says, else as always."""
    usual, deadline = Timeouts(), provider.poll.deadline
    return replace(usual, read=deadline, total=deadline) if provider.at_once else usual


def _none(sha256: str) -> Attachment:
    raise StorageError(f"the request refers to a picture (SHA-256 {sha256}), and there is none to send")
