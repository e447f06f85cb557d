"""The order of mixed directions, against the examples of Unicode's annex and what an independent library gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teststrip.base.bidi import turned, visual


def shown(text: str) -> str:
    """A line as it stands on paper."""
    return "".join(turned(piece) if from_right else piece for piece, from_right in visual(text))


@pytest.mark.parametrize(
    ("written", "stands"),
    [
        ("car is THE CAR in arabic", "car is RAC EHT in arabic"),
        ("CAR IS the car IN ENGLISH", "HSILGNE NI the car SI RAC"),
        ("he said \u201cIT IS 123, 456, OK\u201d", "he said \u201cKO ,456 ,123 SI TI\u201d"),
        ("DID YOU SAY \u2019he said\u2019?", "?\u2019he said\u2019 YAS UOY DID"),
        ("PRICE (20.5%) NOW", "WON (20.5%) ECIRP"),
        ("A 5-3 B", "B 5-3 A"),
        ("a b  ", "a b  "),
        ("A b (C) 4.", ".4 (C) b A"),
    ],
)
def test_lines_stand_as_the_annex_says(written: str, stands: str) -> None:
    """Capitals stand for letters of Hebrew, as in the annex; these examples have python-bidi's answers too."""
    hebrew = {letter: chr(0x05D0 + at) for at, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
    table = str.maketrans(hebrew)
    assert shown(written.translate(table)) == stands.translate(table)


def test_numbers_after_arabic_keep_their_order_and_their_signs() -> None:
    assert shown("\u0633 12:30 \u0635") == "\u0635 12:30 \u0633"
    assert [piece for piece, _ in visual("\u0633 3.5")] == ["3.5", "\u0633 "]


@given(st.text(alphabet="ab \u05d0\u05d1\u0633\u0635 12.,()%-+:/", max_size=20))
def test_nothing_is_lost_and_pieces_are_as_they_are_written(text: str) -> None:
    pieces = [piece for piece, _ in visual(text)]
    assert sorted("".join(pieces)) == sorted(text)
    assert all(piece in text for piece in pieces)


@given(st.text(alphabet="abc \u00e9\u591c12.,()", max_size=20))
def test_lines_of_one_direction_are_left_alone(text: str) -> None:
    assert visual(text) == [(text, False)]
