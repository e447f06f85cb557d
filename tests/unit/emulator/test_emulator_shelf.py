"""What the emulator remembers is bounded; what is being drawn never goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from teststrip.emulator.pictures import kind_of
from teststrip.emulator.predictions import Prediction, Shelf

BEGUN = Prediction("0", "m", datetime(2026, 1, 1, tzinfo=UTC), phase="running")


def done(name: str, size: int = 1) -> Prediction:
    return replace(BEGUN, id=name, phase="done", pictures=(b"x" * size,))


def test_the_oldest_finished_goes_first() -> None:
    shelf = Shelf(keep=2, keep_bytes=1000)
    for name in "abc":
        shelf.put(done(name))
    assert [shelf.get(name) is not None for name in "abc"] == [False, True, True]


def test_what_is_being_drawn_stays_whatever_finishes_meanwhile() -> None:
    shelf = Shelf(keep=2, keep_bytes=1000)
    shelf.put(BEGUN)
    for name in "abc":
        shelf.put(done(name))
    assert shelf.get("0") == BEGUN
    assert shelf.unfinished == 1
    assert shelf.get("c") is not None


def test_pictures_are_bounded_by_their_bytes_but_the_newest_can_always_be_fetched() -> None:
    shelf = Shelf(keep=100, keep_bytes=10)
    shelf.put(done("a", 6))
    shelf.put(done("b", 6))
    assert shelf.get("a") is None
    shelf.put(done("huge", 99))
    assert shelf.get("b") is None
    assert shelf.get("huge") is not None


def test_room_that_a_dropped_prediction_had_is_free_again() -> None:
    shelf = Shelf(keep=100, keep_bytes=10)
    for name, size in (("a", 6), ("b", 6), ("c", 4)):
        shelf.put(done(name, size))
    assert [shelf.get(name) is not None for name in "abc"] == [False, True, True]


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans(), st.integers(0, 9)), max_size=40))
def test_bounds_hold_after_any_order_of_events(events: list[tuple[str, bool, int]]) -> None:
    shelf = Shelf(keep=3, keep_bytes=12)
    ended: set[str] = set()
    begun: set[str] = set()
    for name, ends, size in events:
        if name in ended or (name in begun and not ends):
            continue
        shelf.put(done(name, size) if ends else replace(BEGUN, id=name))
        (ended if ends else begun).add(name)
        kept = [found for found in map(shelf.get, "abcdef") if found is not None and found.finished]
        assert shelf.unfinished == len(begun - ended)
        assert all(shelf.get(other) is not None for other in begun - ended)
        assert len(kept) <= max(1, 3 - shelf.unfinished)
        assert len(kept) <= 1 or sum(found.size for found in kept) <= 12


def test_a_picture_is_known_by_its_first_bytes() -> None:
    assert kind_of(b"\x89PNG\r\n\x1a\n...") == ("png", "image/png")
    assert kind_of(b"\xff\xd8\xff\xe0") == ("jpg", "image/jpeg")
    assert kind_of(b"RIFF\0\0\0\0WEBPVP8 ") == ("webp", "image/webp")
    assert kind_of(b"GIF89a") == ("gif", "image/gif")
    assert kind_of(b"\0\0\0 ftypavif") == ("avif", "image/avif")
    assert kind_of(b"") == ("bin", "application/octet-stream")
