"""The predictions that an emulator remembers: bounded, the oldest finished dropped first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from teststrip.provider.model import Phase


@dataclass(frozen=True, slots=True)
class Prediction:
    """One accepted request and how it stands.

    `inline` says that its outputs go out as base64 text, `request` is the digest of what was asked for.
    """

    id: str
    model: str
    created: datetime
    inline: bool = False
    phase: Phase = "queued"
    pictures: tuple[bytes, ...] = ()
    error: str = ""
    seconds: float = 0.0
    request: str = ""

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.phase in {"done", "failed", "moderated", "cancelled"}

    @property
    def size(self) -> int:
        """Bytes of its pictures."""
        return sum(len(picture) for picture in self.pictures)


class Shelf:
    """Predictions by id, at most `keep` of them and `keep_bytes` of pictures; what is being drawn never goes."""

    def __init__(self, keep: int, keep_bytes: int) -> None:
        self._keep = keep
        self._keep_bytes = keep_bytes
        self._predictions: dict[str, Prediction] = {}
        self._finished: dict[str, None] = {}  # in the order of finishing
        self._bytes = 0

    @property
    def unfinished(self) -> int:
        """How many predictions are still being drawn."""
        return len(self._predictions) - len(self._finished)

    def get(self, prediction_id: str) -> Prediction | None:
        """Return a prediction, or None when it was never here or has been dropped."""
        return self._predictions.get(prediction_id)

    def put(self, prediction: Prediction) -> None:
        """Remember a prediction as it stands now, then drop what is too much."""
        self._predictions[prediction.id] = prediction
        if prediction.finished and prediction.id not in self._finished:
            self._finished[prediction.id] = None
            self._bytes += prediction.size
        while len(self._finished) > 1 and (len(self._predictions) > self._keep or self._bytes > self._keep_bytes):
            oldest = next(iter(self._finished))
            del self._finished[oldest]
            self._bytes -= self._predictions.pop(oldest).size
