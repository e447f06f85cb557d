"""Which exchange may be tried again, and after how long. Pure: randomness is an argument."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from teststrip.errors import ExchangeError

FIRST_DELAY: Final = 1.0  # seconds
LONGEST_DELAY: Final = 60.0  # seconds, of our own choosing; a server may ask for more
_PATIENCE: Final = 600.0  # seconds; a server that asks for more is asked again in another run
_LONGEST_NUMBER: Final = 12  # digits of seconds
_FREE_KINDS: Final = frozenset({"rate_limited", "network", "server"})

Random = Callable[[], float]


def surely_free(error: ExchangeError) -> bool:
    """Tell whether a refused submit surely cost nothing and may well pass the next time."""
    return error.kind in _FREE_KINDS and not error.may_have_cost


def backoff(attempt: int, random: Random) -> float:
    """Return the seconds before try `attempt` + 1: doubling from one second, capped, with jitter.

    Half of the delay is fixed and half drawn ("equal jitter", AWS Architecture Blog, Exponential Backoff And
    Jitter, 2015), so that waiters spread out and none comes back at once. `random` draws from [0, 1).
    """
    whole = min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(attempt - 1, 16))
    return whole / 2 + random() * whole / 2


def submit_delay(
    error: ExchangeError, attempt: int, attempts: int, random: Random, *, repeatable: bool = False
) -> float | None:
    """Return the seconds to wait before a submit is sent again, or None if it must not be.

    `attempt` counts the submits done; `repeatable` says that the server would know it for the same one, and not
    bill it again. The server's Retry-After is a floor; a little jitter comes on top.
    """
    if attempt >= attempts or not (surely_free(error) or (repeatable and error.kind in _FREE_KINDS)):
        return None
    own = backoff(attempt, random)
    if error.retry_after is None:
        return own
    if error.retry_after > _PATIENCE:
        return None
    return max(own, error.retry_after + random())


def asked_to_wait(error: ExchangeError) -> str:
    """Say how long a server asks to wait, where that is longer than a run does; "" otherwise."""
    if error.retry_after is None or error.retry_after <= _PATIENCE:
        return ""
    return f"; it asks to wait {error.retry_after:,.0f} s, and a run waits {_PATIENCE:.0f} s at most"


def read_retry_after(text: str | None, now: datetime) -> float | None:
    """Read a Retry-After header (RFC 9110, 10.2.3): seconds, or an HTTP date held against `now`.

    Returns seconds, never negative; None when there is none or it makes no sense.
    """
    if text is None:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text[:_LONGEST_NUMBER])  # whoever means more means "not today" all the same
    when = read_date(text)
    return None if when is None else max(0.0, (when - now).total_seconds())


def read_date(text: str | None) -> datetime | None:
    """Read an HTTP date (RFC 9110, 5.6.7); None when there is none or it makes no sense."""
    if text is None:
        return None
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return when if when.tzinfo is not None else when.replace(tzinfo=UTC)
