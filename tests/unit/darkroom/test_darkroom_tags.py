"""Prompt syntax and vocabulary."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teststrip.darkroom.prior import odds_of
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
        ("{[smile]}", [("smile", 1.0)]),
        ("[[{smile}, sea]]", [("smile", 1 / 1.05), ("sea", 1 / 1.1025)]),
        ("{1.5::smile::, sea}", [("smile", 1.575), ("sea", 1.05)]),
        ("2::smile, -0.5::sea, hat::, cat", [("smile", 2.0), ("sea", -0.5), ("hat", -0.5), ("cat", 1.0)]),
        ("{smile, sea", [("smile", 1.05), ("sea", 1.05)]),
        ("smile}}, sea", [("smile", 1.0), ("sea", 1 / 1.1025)]),
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


PROMPTS = Path(__file__).parents[2] / "cases" / "prompts"


@pytest.mark.parametrize(("name", "least"), [("newcomers", 0.95), ("others", 0.75)])
def test_of_most_prompts_of_newcomers_something_is_drawn(name: str, least: float) -> None:
    """The dictionary grew by the first hundred; the others were written afterwards, and never looked at for it."""
    prompts = (PROMPTS / f"{name}.txt").read_text("utf-8").splitlines()
    drawn = [prompt for prompt in prompts if any(meaning for meaning, _ in read(prompt).known)]
    assert len(drawn) >= least * len(prompts), sorted(set(prompts) - set(drawn))


def test_a_negative_weight_makes_its_value_rarer_and_a_higher_one_likelier() -> None:
    witch = list(ATTRIBUTES["hat"]).index("witch")
    odds = [
        odds_of(read(prompt), 5.8)["hat"][witch]
        for prompt in ("1girl, -1::witch hat::", "1girl", "1girl, 0.5::witch hat::", "1girl, witch hat")
    ]
    assert odds == sorted(odds)
    assert odds[0] < odds[1] / 50


def test_a_sleeping_cat_and_an_old_house_are_no_persons() -> None:
    none = list(ATTRIBUTES["subject"]).index("none")
    for prompt, alone in (("a sleeping cat", True), ("an old house", True), ("an old man with a cat", False)):
        assert (odds_of(read(prompt), 5.8)["subject"][none] > 0.8) == alone, prompt


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize("hostile", ["1" * 20_000, "1." * 10_000, "-1" * 10_000, "1." + "1" * 20_000])
def test_a_row_of_digits_is_looked_through_once(hostile: str, *, legacy: bool) -> None:
    """From every digit anew, as it was, this took hours: time grew with the cube of the length."""
    assert [tag.strength for tag in parse(hostile, legacy=legacy)] == [1.0]


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("5-3::smile", [("5", 1.0), ("smile", -3.0)]),
        ("1.2.3::smile", [("1.", 1.0), ("smile", 2.3)]),
        ("1..5::smile", [("1.", 1.0), ("smile", 0.5)]),
        ("1e999::smile", [("1e", 1.0), ("smile", 20.0)]),
        ("9" * 400 + "::smile", [("smile", 20.0)]),
    ],
)
def test_odd_numbers_are_read_from_their_first_digit(prompt: str, expected: list[tuple[str, float]]) -> None:
    assert [(tag.text, tag.strength) for tag in parse(prompt)] == expected


@pytest.mark.parametrize("prompt", ["tree", "a tree", "christmas tree with presents", "1girl, tree"])
def test_one_tree_is_a_tree_and_many_are_a_forest(prompt: str) -> None:
    assert (("item", "tree"),) in [meaning for meaning, _ in read(prompt).known]
    assert [meaning for meaning, _ in read("trees").known] == [(("background", "forest"),)]
