"""Who may come in, and how often: the key in the header, and submits a minute."""

from __future__ import annotations

import base64
import hmac
import math
from collections import deque
from collections.abc import Iterator

from teststrip.base.clock import Clock
from teststrip.provider.model import Auth

_MINUTE = 60.0


def is_allowed(auth: Auth, header: str | None, keys: frozenset[str] | None) -> bool:
    """Tell whether a header's value carries a key that opens, in any of the forms that the page accepts.

    With `keys` None every key opens that is not empty. A form is matched without regard to case, the key with it.
    """
    if header is None:
        return False
    candidates = tuple(_decoded(text, auth) for text in _candidates(auth.accepted, header.strip()))
    if keys is None:
        return bool(candidates and candidates[0])
    known = [key.encode() for key in sorted(keys)]
    return any(hmac.compare_digest(candidate.encode(), key) for candidate in candidates for key in known)


def _candidates(accepted: tuple[str, ...], value: str) -> Iterator[str]:
    """Read the value by every form that fits, longest first: "Bearer x" is x before it is "Bearer x"."""
    for form in sorted(accepted, key=len, reverse=True):
        head, _, tail = form.partition("{key}")
        folded = value.casefold()
        if folded == (head + tail).strip().casefold():
            yield ""
        elif folded.startswith(head.casefold()) and folded.endswith(tail.casefold()):
            yield value[len(head) : len(value) - len(tail)].strip()


def _decoded(text: str, auth: Auth) -> str:
    """Return the key in what stands in its place; "" for broken base64."""
    if auth.encoding != "base64":
        return text
    try:
        return base64.b64decode(text, validate=True).decode()
    except ValueError:
        return ""


class RateLimit:
    """At most `per_minute` passes in any 60 seconds (a sliding window); None is no limit."""

    def __init__(self, per_minute: int | None, clock: Clock) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._passes: deque[float] = deque()

    def take(self) -> int | None:
        """Pass and return None, or return the whole seconds after which a pass is free again."""
        if self._per_minute is None:
            return None
        now = self._clock.monotonic()
        while self._passes and self._passes[0] <= now - _MINUTE:
            self._passes.popleft()
        if len(self._passes) < self._per_minute:
            self._passes.append(now)
            return None
        oldest = self._passes[0] if self._passes else now
        return math.ceil(oldest + _MINUTE - now)
