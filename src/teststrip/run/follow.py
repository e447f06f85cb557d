"""Following a prediction to its end: poll, download at once, keep the bytes, then say done.

A poll costs nothing and says nothing about the prediction when it fails, so no failing poll ends a trial. When
waiting ends, the trial stays `submitted`: stopping to wait does not stop the bill, and a later run fetches it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from teststrip.errors import ExchangeError
from teststrip.plan.model import Cell
from teststrip.run.meaning import refused_for_content
from teststrip.run.model import Artifact
from teststrip.run.pace import poll_delays
from teststrip.run.reply import Prediction, Url
from teststrip.run.retry import backoff
from teststrip.run.settings import Bench
from teststrip.run.state import State

_FORGOTTEN_AFTER = 60.0  # seconds of nothing but "no such prediction" from a server that should know it
_COME_BACK = "run again to fetch it, which costs nothing"
_EMPTY_FOR = 30.0  # seconds: a prediction may be finished a while before its outputs are listed
_EMPTY = "the prediction is finished, but lists no picture"


class Forgotten(Exception):  # noqa: N818  it is no error to a person: it steers the executor
    """The server no longer knows the prediction; `send_again` says whether the trial is to be sent anew."""

    def __init__(self, *, send_again: bool) -> None:
        super().__init__()
        self.send_again = send_again


class Follower:
    """Follows the predictions of one run."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def follow(self, cell: Cell, prediction: Prediction) -> None:
        """Bring an accepted trial to its end, or to the end of our waiting; the ledger has which.

        Raises Forgotten when the server says that there is no such prediction, StorageError when ledger or
        store cannot be used.
        """
        if not self._bench.client.pollable(prediction):
            await self._keep_at_once(cell, prediction)
            return
        watch = _Watch(self._bench, cell.digest)
        while True:
            if prediction.phase in {"failed", "moderated"}:
                self.failed(cell.digest, prediction)
                return
            if prediction.phase == "done" and await self._finish(cell, prediction, watch):
                return
            polled = await watch.poll(prediction)
            if polled is None:
                return
            prediction = polled

    def failed(self, digest: str, prediction: Prediction) -> None:
        """Write down that the server gave up on a prediction."""
        moderated = prediction.phase == "moderated" or refused_for_content(self._bench.provider, prediction.error)
        self._bench.ledger.move(
            digest,
            State.MODERATED if moderated else State.FAILED,
            reason=f"the prediction failed: {prediction.error or 'the server gives no reason'}",
            may_have_cost=True,
        )

    async def _finish(self, cell: Cell, prediction: Prediction, watch: _Watch) -> bool:
        """Keep a finished prediction's pictures; False when it is worth asking for them once more."""
        bench = self._bench
        if not prediction.outputs:
            if watch.may_fill(_EMPTY):
                return False
            self._empty(cell.digest)
            return True
        try:
            artifacts = await self._fetch(prediction)
        except ExchangeError as error:
            watch.missed(f"the prediction is finished, but its picture cannot be fetched: {error}")
            if watch.tries < bench.settings.attempts:
                return False
            bench.ledger.note(cell.digest, f"{watch.trouble}; run again to try once more")
            return True
        with bench.ledger.unhurried():
            self._done(cell, artifacts)
        return True

    def _empty(self, digest: str) -> None:
        """Give up on a finished prediction only when it had no picture in an earlier run either."""
        ledger = self._bench.ledger
        if self._bench.target.lasting and not ledger.known(digest).reason.startswith(_EMPTY):
            ledger.note(digest, f"{_EMPTY}; {_COME_BACK}")
            return
        ledger.move(digest, State.FAILED, reason=f"{_EMPTY}, however long we wait", may_have_cost=True)

    async def _keep_at_once(self, cell: Cell, prediction: Prediction) -> None:
        """Keep the pictures of an answer that cannot be asked for again."""
        bench = self._bench
        for attempt in range(1, bench.settings.attempts + 1):
            try:
                artifacts = await self._fetch(prediction)
            except ExchangeError as error:
                # Only a link may give another time what it does not give now.
                if attempt < bench.settings.attempts and any(isinstance(o, Url) for o in prediction.outputs):
                    await bench.clock.sleep(backoff(attempt, bench.settings.random))
                    continue
                reason = f"the server sent pictures without a prediction id, and they cannot be fetched: {error}"
                bench.ledger.move(cell.digest, State.UNCERTAIN, reason=reason, may_have_cost=True)
            else:
                self._done(cell, artifacts)
            return

    async def _fetch(self, prediction: Prediction) -> list[Artifact]:
        return [self._bench.store.put(await self._bench.client.fetch(output)) for output in prediction.outputs]

    def _done(self, cell: Cell, artifacts: Sequence[Artifact]) -> None:
        bench = self._bench
        bench.ledger.move(cell.digest, State.FETCHED, pictures=artifacts, may_have_cost=True)
        role = bench.provider.roles.count
        asked = 1 if role is None else cell.request.get(role, 1)
        short = isinstance(asked, int) and len(artifacts) < asked
        reason = f"{len(artifacts)} of {asked} pictures came" if short else ""
        bench.ledger.move(cell.digest, State.DONE, reason=reason)


class _Watch:
    """The patience of following one prediction: pace, deadline, and what went wrong last."""

    def __init__(self, bench: Bench, digest: str) -> None:
        self._bench = bench
        self._digest = digest
        self._delays = poll_delays(bench.provider.poll, bench.target, bench.settings.random)
        self._deadline = bench.clock.monotonic() + bench.provider.poll.deadline
        self._unknown_since: float | None = None
        self._empty_since: float | None = None
        self.trouble = ""
        self.tries = 0  # finished, but its pictures were not to be had

    def missed(self, trouble: str) -> None:
        """Count a finished prediction whose pictures were not to be had."""
        self.trouble = trouble
        self.tries += 1

    def may_fill(self, trouble: str) -> bool:
        """Tell whether it is worth waiting for the outputs of a finished prediction that lists none."""
        now = self._bench.clock.monotonic()
        since = self._empty_since = now if self._empty_since is None else self._empty_since
        self.trouble = trouble
        return now - since < min(_EMPTY_FOR, self._bench.provider.poll.deadline)

    async def poll(self, last: Prediction) -> Prediction | None:
        """Poll until an answer comes; None when we stop waiting, and the ledger says why."""
        bench = self._bench
        extra = 0.0
        while True:
            if not await self._wait(max(next(self._delays), extra)):
                return None
            try:
                prediction = await bench.client.poll(last.id, last.poll_url, bench.plan.model)
            except ExchangeError as error:
                extra = error.retry_after or 0.0
                if self._ends_with(error):
                    return None
                continue
            self._unknown_since = None
            # What is durable is asked again, whatever a later answer calls itself.
            return replace(prediction, id=last.id, poll_url=last.poll_url)

    async def _wait(self, seconds: float) -> bool:
        """Wait before a poll; False when there is no time, or no sense, in another."""
        bench = self._bench
        left = self._deadline - bench.clock.monotonic()
        if bench.halt.error is not None:
            return False
        if left > 0:
            await bench.clock.sleep(min(seconds, left))
            return True
        trouble = f"; last: {self.trouble}" if self.trouble else ""
        bench.ledger.note(
            self._digest,
            f"not finished after {bench.provider.poll.deadline:g} s{trouble}; {_COME_BACK}",
        )
        return False

    def _ends_with(self, error: ExchangeError) -> bool:
        """Tell whether a failing poll ends our waiting; raises Forgotten when nobody will ever know."""
        bench = self._bench
        self.trouble = str(error)
        if error.kind in {"auth", "balance"}:
            bench.ledger.note(self._digest, f"{error}; {_COME_BACK}")
            bench.halt.stop(str(error))
            return True
        if error.kind == "moderated":
            bench.ledger.move(self._digest, State.MODERATED, reason=str(error), may_have_cost=True)
            return True
        if error.kind == "not_found":
            self._forgotten(error)
        else:
            self._unknown_since = None
        return False

    def _forgotten(self, error: ExchangeError) -> None:
        bench = self._bench
        now = bench.clock.monotonic()
        since = self._unknown_since = now if self._unknown_since is None else self._unknown_since
        if bench.target.lasting and now - since < min(_FORGOTTEN_AFTER, bench.provider.poll.deadline):
            return
        if bench.target.lasting and not bench.settings.resend_uncertain:
            bench.ledger.note(
                self._digest,
                f"the server does not know this prediction ({error}); run again to ask once more, or tell "
                "teststrip to resend what is uncertain, which pays for it again",
            )
            raise Forgotten(send_again=False)
        bench.ledger.move(self._digest, State.UNCERTAIN, reason=f"the server has forgotten it: {error}")
        raise Forgotten(send_again=True)
