"""The key in its forms, and the sliding minute."""

from __future__ import annotations

import pytest
from emulator_bench import BenchClock
from hypothesis import given
from hypothesis import strategies as st

from teststrip.emulator.gate import RateLimit, is_allowed
from teststrip.provider.model import Auth

AUTH = Auth(header="Authorization", form="{key}", accepted=("{key}", "Bearer {key}"), env="K")
KEYS = frozenset({"sk-one", "sk-two"})


@pytest.mark.parametrize("header", ["sk-one", "Bearer sk-one", "bearer sk-two", "  Bearer   sk-one "])
def test_a_known_key_opens_in_every_accepted_form(header: str) -> None:
    assert is_allowed(AUTH, header, KEYS)


@pytest.mark.parametrize(
    "header", [None, "", " ", "Bearer", "Bearer ", "sk-three", "SK-ONE", "Basic sk-one", "sk-onee"]
)
def test_nothing_else_opens(header: str | None) -> None:
    assert not is_allowed(AUTH, header, KEYS)


@pytest.mark.parametrize("header", ["x", "Bearer x", "Bearer Bearer"])
def test_without_a_list_any_key_opens(header: str) -> None:
    assert is_allowed(AUTH, header, None)


@pytest.mark.parametrize("header", [None, "", "  ", "Bearer", "Bearer ", "bearer  "])
def test_without_a_list_an_empty_key_still_does_not_open(header: str | None) -> None:
    assert not is_allowed(AUTH, header, None)


def test_a_page_that_wants_a_scheme_does_not_take_the_bare_key() -> None:
    auth = Auth(header="X-Key", form="Token {key}", accepted=("Token {key}",), env="K")
    assert is_allowed(auth, "Token a", None)
    assert not is_allowed(auth, "a", None)


def test_a_key_that_begins_like_a_scheme_is_found_by_the_bare_form() -> None:
    assert is_allowed(AUTH, "Bearer x", frozenset({"Bearer x"}))


def test_the_minute_slides() -> None:
    clock = BenchClock()
    rate = RateLimit(2, clock)
    assert rate.take() is None
    clock.seconds = 10
    assert rate.take() is None
    clock.seconds = 30.5
    assert rate.take() == 30  # the first pass leaves the window at 60
    clock.seconds = 60
    assert rate.take() is None
    assert rate.take() == 10


def test_a_refused_submit_does_not_count() -> None:
    clock = BenchClock()
    rate = RateLimit(1, clock)
    rate.take()
    for _ in range(5):
        assert rate.take() == 60
    clock.seconds = 60
    assert rate.take() is None


def test_no_limit_is_no_limit_and_zero_lets_nobody_in() -> None:
    assert [RateLimit(None, BenchClock()).take() for _ in range(3)] == [None] * 3
    assert RateLimit(0, BenchClock()).take() == 60


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 5))
def test_no_window_of_a_minute_has_more_passes_than_the_limit(pauses: list[float], limit: int) -> None:
    clock = BenchClock()
    rate = RateLimit(limit, clock)
    passes: list[float] = []
    for pause in pauses:
        clock.seconds += pause
        if rate.take() is None:
            passes.append(clock.seconds)
    for later, earlier in zip(passes[limit:], passes, strict=False):
        assert later - earlier >= 60
