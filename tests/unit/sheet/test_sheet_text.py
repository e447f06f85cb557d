"""Text is made visible, and wrapped without losing a character."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teststrip.sheet.fonts import Typeface
from teststrip.sheet.placed import REGULAR, STRONG, Style, Tone
from teststrip.sheet.show import same_text, show
from teststrip.sheet.text import longest_word, visible, wrap

LETTERS = st.text(alphabet=st.sampled_from("abcxyz_-,/. \n夜城雨🎨é\u0301\u200d\U0001f3fd"), max_size=120)


def monospaced(text: str) -> float:
    return float(len(text))


def without_spaces(text: str) -> str:
    return text.replace(" ", "").replace("\n", "")


@given(st.one_of(LETTERS, st.text(max_size=80).map(visible)), st.integers(1, 40))
def test_wrapping_loses_nothing_but_spaces_where_lines_end(text: str, limit: int) -> None:
    assert without_spaces("".join(wrap(text, limit, monospaced))) == without_spaces(text)


@given(LETTERS, st.integers(1, 40))
def test_a_line_is_too_long_only_where_it_cannot_be_parted(text: str, limit: int) -> None:
    for line in wrap(text, limit, monospaced):
        clusters = sum(
            1
            for at, character in enumerate(line)
            if not unicodedata.combining(character)
            and character not in "\u200d\U0001f3fd"
            and not (at and line[at - 1] == "\u200d")
        )
        assert len(line) <= limit or clusters <= 1


@given(st.lists(st.text(alphabet="abc", min_size=1, max_size=9), min_size=1, max_size=12), st.integers(9, 30))
def test_words_that_fit_are_never_broken(words: list[str], limit: int) -> None:
    assert [word for line in wrap(" ".join(words), limit, monospaced) for word in line.split()] == words


@pytest.mark.parametrize(
    ("text", "limit", "lines"),
    [
        ("k_dpmpp_2s_ancestral", 11, ("k_dpmpp_2s_", "ancestral")),
        ("a b", 1, ("a", "b")),
        ("abcdefg", 3, ("abc", "def", "g")),
        ("銀髪の少女", 2, ("銀髪", "の少", "女")),
        ("夜の少女、雨に", 4, ("夜の少", "女、雨に")),
        ("彼は「雨」と", 3, ("彼は", "「雨」", "と")),
        ("ラーメン", 1, ("ラ", "ー", "メ", "ン")),
        ("two\nlines", 20, ("two", "lines")),
        ("two\n\nlines", 20, ("two", "", "lines")),
        ("a  b", 20, ("a  b",)),
        ("", 20, ("",)),
        ("a \xa0 b", 3, ("a \xa0", "b")),
        ("say longwordhere", 8, ("say", "longword", "here")),
    ],
)
def test_lines_end_where_a_reader_expects(text: str, limit: int, lines: tuple[str, ...]) -> None:
    assert wrap(text, limit, monospaced) == lines


def test_a_word_without_end_is_measured_a_line_at_a_time() -> None:
    measured = 0

    def width(text: str) -> float:
        nonlocal measured
        measured += len(text)
        return float(len(text))

    assert len(wrap("x" * 100_000, 50, width)) == 2_000
    assert measured < 3_000_000


def test_a_letter_stays_with_its_accent() -> None:
    assert wrap("e\u0301e\u0301e\u0301", 3, monospaced) == ("e\u0301", "e\u0301", "e\u0301")


@given(st.text(alphabet=st.characters(codec=None)))
def test_visible_text_has_no_control_characters_and_no_surrogates(text: str) -> None:
    shown = visible(text)
    shown.encode("utf-8")
    assert not [one for one in shown if unicodedata.category(one) == "Cc" and one != "\n"]


def test_an_override_cannot_turn_a_label_round() -> None:
    assert visible("safe\u202egnp") == "safe\\u202egnp"
    assert visible("a\r\nb\rc\td") == "a\nb\nc d"


def test_longest_word_is_what_wrapping_needs() -> None:
    assert longest_word("a bcd ef", monospaced) == 3
    assert longest_word("", monospaced) == 0


@given(st.text(max_size=60).map(visible))
def test_any_text_can_be_measured(text: str) -> None:
    assert FACE.measure(text.replace("\n", " "), Style(16, REGULAR, Tone.INK)) >= 0


FACE = Typeface()


def test_weights_are_different_fonts_and_numbers_are_tabular() -> None:
    plain, strong = Style(40, REGULAR, Tone.INK), Style(40, STRONG, Tone.INK)
    assert FACE.measure("teststrip", plain) < FACE.measure("teststrip", strong)
    assert len({FACE.measure(digit, plain) for digit in "0123456789"}) == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("as it is, {braces}", "as it is, {braces}"),
        ("", "(empty)"),
        (None, "none"),
        (True, "true"),
        (6.0, "6"),
        (0.30000000000000004, "0.30000000000000004"),
        ([{"center": {"x": 0.5}}], '[{"center": {"x": 0.5}}]'),
    ],
)
def test_values_are_shown_as_people_write_them(value: object, text: str) -> None:
    assert show(value) == text  # type: ignore[arg-type]  # parametrize loses the JSON type


def test_pictures_in_base64_are_shown_by_their_digest_wherever_they_stand() -> None:
    payload = "iVBORw0KGgo" * 40
    assert show(payload).startswith("base64, 440 characters, sha256 ")
    assert payload not in show([{"image": payload}])
    assert "sha256" in show("data:image/png;base64,AAAA")


def test_a_long_word_is_no_picture() -> None:
    assert show("x" * 5000) == "x" * 5000


@pytest.mark.parametrize(
    ("label", "value", "same"),
    [
        ("4.0", 4.0, True),
        ("4", 4.0, True),
        ("Draft", 4, False),
        ("true", True, True),
        ("ink", "ink", True),
        ("1", True, False),
    ],
)
def test_a_label_that_says_the_value_is_known(label: str, value: bool | float | str, same: bool) -> None:  # noqa: FBT001  a table's column
    assert same_text(label, value) is same


def test_only_words_with_accents_of_their_own_are_shaped() -> None:
    runs = Typeface().runs("a cafe\u0301, ein Cafe\u0301 und \u00e9t\u00e9")
    assert [(text, face.shaped) for text, face in runs] == [
        ("a ", False),
        ("cafe\u0301,", True),
        (" ein ", False),
        ("Cafe\u0301", True),
        (" und \u00e9t\u00e9", False),
    ]
    style = Style(40, 400, Tone.INK)
    apart, joined = (Typeface().measure(text, style) for text in ("Cafe\u0301", "Caf\u00e9"))
    assert apart == pytest.approx(joined, rel=0.02)
