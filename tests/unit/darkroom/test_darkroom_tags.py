"""Prompt syntax and vocabulary."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teststrip.darkroom.scene import ATTRIBUTES
from teststrip.darkroom.tags import Tag, parse, read
from teststrip.darkroom.vocabulary import VOCABULARY


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("1girl, red hair", [("1girl", 1.0), ("red hair", 1.0)]),
        ("Red_Hair,\nsmile", [("red hair", 1.0), ("smile", 1.0)]),
        ("{smile}", [("smile", 1.05)]),
        ("{{smile}}, sea", [("smile", 1.1025), ("sea", 1.0)]),
        ("[smile]", [("smile", 1 / 1.05)]),
        ("{smile, sea}, hat", [("smile", 1.05), ("sea", 1.05), ("hat", 1.0)]),
        ("1.5::smile, sea::, hat", [("smile", 1.5), ("sea", 1.5), ("hat", 1.0)]),
        ("-1::hat::", [("hat", -1.0)]),
        (".5::{hat}::", [("hat", 0.525)]),
        ("smile | sea", [("smile", 1.0), ("sea", 1.0)]),
        (", ,, ", []),
        ("", []),
    ],
)
def test_prompt_syntax(prompt: str, expected: list[tuple[str, float]]) -> None:
    found = parse(prompt)
    assert [tag.text for tag in found] == [text for text, _ in expected]
    assert [tag.strength for tag in found] == pytest.approx([strength for _, strength in expected])


@given(st.text())
def test_any_text_is_a_prompt(prompt: str) -> None:
    for tag in parse(prompt):
        assert isinstance(tag, Tag)
        assert -20 <= tag.strength <= 20
    read(prompt)


@given(st.text(alphabet="{}[]0123456789.:-, ab\n|"))
def test_any_jumble_of_syntax_is_a_prompt(prompt: str) -> None:
    assert all(tag.text for tag in parse(prompt))


def test_a_number_with_many_digits_is_held_within_bounds() -> None:
    (tag,) = parse("9" * 400 + "::hat::")
    assert tag.strength == 20


def test_the_longest_words_win() -> None:
    ((meaning, _),) = read("black witch hat").known
    assert set(meaning) == {("hat", "witch"), ("hat_color", "black")}


def test_a_sentence_may_hold_several_words() -> None:
    reading = read("a girl with red hair in the forest, zebra")
    meanings = {pair for meaning, _ in reading.known for pair in meaning}
    assert meanings == {("subject", "girl"), ("hair_color", "red"), ("background", "forest")}
    assert reading.ignored == ("zebra",)


def test_plurals_are_found_and_a_colour_goes_to_what_it_stands_before() -> None:
    assert read("cats, green books").known == read("cat, green book").known
    ((meaning, _),) = read("orange cat").known
    assert set(meaning) == {("animal", "cat"), ("fur", "orange")}


def test_words_that_draw_nothing_are_known() -> None:
    assert read("no text, absurdres") == read("")


def test_unknown_tags_are_reported_in_their_order() -> None:
    assert read("zebra, 1girl, no text, 2::dragon::").ignored == ("zebra", "dragon")


def test_words_match_whole_words_only() -> None:
    assert read("human, seaside").known == ()


def test_every_word_means_a_value_that_exists() -> None:
    for meaning in VOCABULARY.values():
        for attribute, value in meaning:
            assert value in ATTRIBUTES[attribute]


def test_every_value_can_be_asked_for() -> None:
    reachable = {pair for meaning in VOCABULARY.values() for pair in meaning}
    assert reachable >= {(attribute, value) for attribute, values in ATTRIBUTES.items() for value in values}


def test_no_glasses_means_none() -> None:
    ((meaning, _),) = read("no glasses").known
    assert meaning == (("glasses", "no"),)
