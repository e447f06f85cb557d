"""Following a prediction to its end: poll, download at once, keep the bytes, then say done.

A poll costs nothing and says nothing about the prediction when it fails, so no failing poll ends a trial. When
waiting ends, the trial stays `submitted`: stopping to wait does not stop the bill, and a later run fetches it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Final

from teststrip.errors import ExchangeError
from teststrip.plan.model import Cell
from teststrip.run.ledger import Ledger
from teststrip.run.meaning import refused_for_content
from teststrip.run.model import Artifact
from teststrip.run.pace import poll_delays
from teststrip.run.reply import OutputRef, Prediction, Url
from teststrip.run.retry import backoff
from teststrip.run.settings import Bench
from teststrip.run.state import Happening
from teststrip.run.trial import Trial

# What a phase that ends a prediction without pictures is to its trial.
ENDED_BADLY: Final[Mapping[str, Happening]] = {
    "failed": Happening.FAIL,
    "moderated": Happening.MODERATE,
    "cancelled": Happening.CANCEL,
}

_FORGOTTEN_AFTER = 60.0  # seconds of nothing but "no such prediction" from a server that should know it
_COME_BACK = "run again to fetch it, which costs nothing"
_EMPTY_FOR = 30.0  # seconds: a prediction may be finished a while before its outputs are listed
_EMPTY = "the prediction is finished, but lists no picture"


class Forgotten(Exception):  # noqa: N818  it is no error to a person: it steers the executor
    """The server no longer knows the prediction; `send_again` says whether the trial is to be sent anew."""

    def __init__(self, trial: Trial, *, send_again: bool) -> None:
        super().__init__()
        self.trial = trial
        self.send_again = send_again


class Follower:
    """Follows the predictions of one run."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def follow(
        self, cell: Cell, prediction: Prediction, ended: Callable[[], None], since: float | None = None
    ) -> Trial:
        """Bring an accepted trial to its end, or to the end of our waiting, and return how it stands.

        `ended` hears that the server is through with it, while its pictures are still to be fetched. `since` is
        when the server answered last, by the clock's monotonic seconds: the first poll is due from then on. Raises
        Forgotten when the server says that there is no such prediction, StorageError when ledger or store cannot
        be used.
        """
        if not self._bench.client.pollable(prediction):
            ended()
            return await self._keep_at_once(cell, prediction)
        watch = _Watch(self._bench, cell.digest, since)
        while True:
            if prediction.phase in ENDED_BADLY:
                return await self.failed(cell.digest, prediction)
            if prediction.phase == "done":
                ended()
                finished = await self._finish(cell, prediction, watch)
                if finished is not None:
                    return finished
            polled = await watch.poll(prediction)
            if isinstance(polled, Trial):
                return polled
            prediction = polled

    async def failed(self, digest: str, prediction: Prediction) -> Trial:
        """Write down that the server gave up on a prediction."""
        what = ENDED_BADLY[prediction.phase]
        if refused_for_content(self._bench.provider, prediction.error):
            what = Happening.MODERATE
        verb = "was called off" if what is Happening.CANCEL else "failed"
        reason = f"the prediction {verb}: {prediction.error or 'the server gives no reason'}"
        return await self._bench.journal.do(Ledger.move, digest, what, reason=reason, may_have_cost=True)

    async def _finish(self, cell: Cell, prediction: Prediction, watch: _Watch) -> Trial | None:
        """Keep a finished prediction's pictures; None when it is worth asking for them once more."""
        bench = self._bench
        if not prediction.outputs:
            return None if watch.may_fill(_EMPTY) else await bench.journal.do(self._empty, cell.digest)
        try:
            artifacts = await self._fetch(prediction)
        except ExchangeError as error:
            watch.missed(f"the prediction is finished, but its picture cannot be fetched: {error}")
            if error.kind == "unrecorded":
                return await bench.journal.do(Ledger.note, cell.digest, watch.trouble)
            if watch.tries < bench.settings.attempts:
                return None
            return await bench.journal.do(Ledger.note, cell.digest, f"{watch.trouble}; run again to try once more")
        return await bench.journal.soon(self._done, cell, artifacts)

    def _empty(self, ledger: Ledger, digest: str) -> Trial:
        """Give up on a finished prediction only when it had no picture in an earlier run either."""
        if self._bench.target.lasting and not ledger.known(digest).reason.startswith(_EMPTY):
            return ledger.note(digest, f"{_EMPTY}; {_COME_BACK}")
        reason = f"{_EMPTY}, however long we wait"
        return ledger.move(digest, Happening.FAIL, reason=reason, may_have_cost=True)

    async def _keep_at_once(self, cell: Cell, prediction: Prediction) -> Trial:
        """Keep the pictures of an answer that cannot be asked for again."""
        bench = self._bench
        for attempt in count(1):
            try:
                artifacts = await self._fetch(prediction)
            except ExchangeError as error:
                # Only a link may give another time what it does not give now.
                if attempt < bench.settings.attempts and any(isinstance(o, Url) for o in prediction.outputs):
                    await bench.clock.sleep(backoff(attempt, bench.settings.random))
                    continue
                reason = f"the server sent pictures without a prediction id, and they cannot be fetched: {error}"
                return await bench.journal.do(
                    Ledger.move, cell.digest, Happening.LOSE_ANSWER, reason=reason, may_have_cost=True
                )
            return await bench.journal.do(self._done, cell, artifacts)
        raise AssertionError("count() does not end")

    async def _fetch(self, prediction: Prediction) -> list[Artifact]:
        return [await self._picture(output) for output in prediction.outputs]

    async def _picture(self, output: OutputRef) -> Artifact:
        incoming = self._bench.store.receive()

        async def take(data: bytes) -> None:
            if incoming.add(data):
                await self._bench.store.aside(incoming.write)

        try:
            await self._bench.client.fetch(output, take)
            return await self._bench.store.aside(incoming.keep)
        finally:
            incoming.drop()

    def _done(self, ledger: Ledger, cell: Cell, artifacts: Sequence[Artifact]) -> Trial:
        ledger.move(cell.digest, Happening.DELIVER, pictures=artifacts, may_have_cost=True)
        role = self._bench.provider.roles.count
        asked = 1 if role is None else cell.request.get(role, 1)
        short = isinstance(asked, int) and len(artifacts) < asked
        reason = f"{len(artifacts)} of {asked} pictures came" if short else ""
        return ledger.move(cell.digest, Happening.COMPLETE, reason=reason)


class _Watch:
    """The patience of following one prediction: pace, deadline, and what went wrong last."""

    def __init__(self, bench: Bench, digest: str, since: float | None) -> None:
        self._bench = bench
        self._ahead = 0.0 if since is None else bench.clock.monotonic() - since
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

    async def poll(self, last: Prediction) -> Prediction | Trial:
        """Poll until an answer comes; the trial as it stands when we stop waiting, and the ledger says why."""
        bench = self._bench
        extra = 0.0
        while True:
            ended = await self._wait(max(next(self._delays) - self._ahead, extra))
            self._ahead = 0.0
            if ended is not None:
                return ended
            try:
                prediction = await bench.client.poll(last.id, last.poll_url, bench.plan.model)
            except ExchangeError as error:
                extra = error.retry_after or 0.0
                ended = await self._ends_with(error)
                if ended is not None:
                    return ended
                continue
            self._unknown_since = None
            # What is durable is asked again, whatever a later answer calls itself.
            return replace(prediction, id=last.id, poll_url=last.poll_url)

    async def _wait(self, seconds: float) -> Trial | None:
        """Wait before a poll; return the trial when there is no time, or no sense, in another."""
        bench = self._bench
        left = self._deadline - bench.clock.monotonic()
        if bench.halt.error is not None:
            return await bench.journal.do(Ledger.known, self._digest)
        if left > 0:
            await bench.clock.sleep(max(0.0, min(seconds, left)))
            return None
        trouble = f"; last: {self.trouble}" if self.trouble else ""
        return await self._note(f"not finished after {bench.provider.poll.deadline:g} s{trouble}; {_COME_BACK}")

    async def _note(self, reason: str) -> Trial:
        return await self._bench.journal.do(Ledger.note, self._digest, reason)

    async def _ends_with(self, error: ExchangeError) -> Trial | None:
        """Return the trial if a failing poll ends our waiting; raises Forgotten when nobody will ever know."""
        bench = self._bench
        self.trouble = f"{self.trouble}; {error}" if error.kind == "unrecorded" and self.trouble else str(error)
        if error.kind == "unrecorded":
            return await self._note(self.trouble)
        if error.kind in {"auth", "balance", "untrusted"}:
            trial = await self._note(f"{error}; {_COME_BACK}")
            bench.halt.stop(str(error))
            return trial
        if error.kind == "moderated":
            return await bench.journal.do(
                Ledger.move, self._digest, Happening.MODERATE, reason=str(error), may_have_cost=True
            )
        if error.kind == "not_found":
            await self._forgotten(error)
        else:
            self._unknown_since = None
        return None

    async def _forgotten(self, error: ExchangeError) -> None:
        bench = self._bench
        now = bench.clock.monotonic()
        since = self._unknown_since = now if self._unknown_since is None else self._unknown_since
        if bench.target.lasting and now - since < min(_FORGOTTEN_AFTER, bench.provider.poll.deadline):
            return
        if bench.target.lasting and not bench.settings.resend_uncertain:
            trial = await self._note(
                f"the server does not know this prediction ({error}); run again to ask once more, or tell "
                "teststrip to resend what is uncertain, which pays for it again"
            )
            raise Forgotten(trial, send_again=False)
        reason = f"the server has forgotten it: {error}"
        trial = await bench.journal.do(Ledger.move, self._digest, Happening.FORGET, reason=reason)
        raise Forgotten(trial, send_again=True)
