from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from teststrip.base.where import Problem, Where
from teststrip.base.yaml import parse_yaml
from teststrip.exchange.draft import AxisDraft, Draft, Entry, Item, Template, Value
from teststrip.exchange.emit import literal, one_line, write_recipe
from teststrip.recipe.load import read_text
from teststrip.recipe.templates import is_template, render

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
SIGNS = st.text(alphabet="${}%# \"'\\\n\r:-,[]&*!|>@`~a1.\t", max_size=30)
MODEL = "gptproto/nai-diffusion-4-5-full"


def draft(value: Value = "x", **others: object) -> Draft:
    base: dict[str, object] = {"source": "grid.yml", "title": "T", "model": MODEL}
    return Draft(**{**base, "params": (Entry("prompt", value),), **others})  # type: ignore[arg-type]


def said(text: str) -> object:
    """Return what a recipe's `prompt` says, rendered as a cell would have it."""
    reading = read_text(text, "recipe.yaml")
    assert reading.problems == ()
    assert reading.recipe is not None
    value = reading.recipe.params["prompt"]
    return render(value, {}) if isinstance(value, str) else value


@given(TEXTS | SIGNS)
@example("${{ 1 }}")
@example("${{ '{{' }} ${% if x %} ${# c #}")
@example('${{ "}}" }}')
@example("!!python/object/apply:os.system [id]")
@example("a\r\n${{ b\r")
@example("\u0085\u2028\ufeff\0\x7f")
@example("line\n  indented\n# no comment\n")
@example("first\nsecond ${{ x }}\nthird")
@example("NO")
@example("1e3")
@example("- a")
@example("a: b #c")
def test_any_text_comes_back_as_it_was(text: str) -> None:
    assert said(write_recipe(draft(text))) == text


@given(SIGNS)
def test_a_literal_has_no_template_of_the_text_s_own(text: str) -> None:
    made = literal(text)
    assert render(made, {"a": "evaluated"}) == text
    assert is_template(made) == ("${{" in text)


@given(TEXTS | SIGNS)
def test_a_text_in_lists_and_mappings_comes_back_too(text: str) -> None:
    items = (Item({"title": text, "value": 1}), Item({"title": "b", "set": {"prompt": [text, {"k": text}]}}))
    recipe = write_recipe(draft(axes=(AxisDraft("a", items),)))
    document, problems = parse_yaml(recipe, "r")
    assert problems == []
    assert document is not None
    axis = document.value["axes"]["a"]  # type: ignore[index,call-overload]
    assert axis[0]["title"] == literal(text)  # type: ignore[index,call-overload]
    assert axis[1]["set"]["prompt"] == [literal(text), {"k": literal(text)}]  # type: ignore[index,call-overload]


@given(TEXTS | SIGNS)
def test_a_remark_or_a_problem_cannot_leave_its_comment(text: str) -> None:
    left = (Problem(Where("g", 1, 1), text, text, text),)
    items = (Item("k", text), Item(1, text, off=True))
    made = draft(Template("${{ a }}"), source=text, notes=(text,), left=left, axes=(AxisDraft("a", items),))
    document, problems = parse_yaml(write_recipe(made), "r")
    assert problems == []
    assert document is not None
    assert document.value == {
        "teststrip": 1,
        "title": "T",
        "model": MODEL,
        "params": {"prompt": "${{ a }}"},
        "axes": {"a": ["k"]},
    }


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("7.50"), "7.50"),
        (True, "true"),
        (None, "null"),
        ("k_euler", "k_euler"),
        ("a cat", "a cat"),
        ("true", '"true"'),
        ("832x1216", '"832x1216"'),
        ([1, "a"], "[1, a]"),
        (Template("${{ w }}x512"), '"${{ w }}x512"'),
    ],
)
def test_values_are_written_as_a_person_would(value: Value, written: str) -> None:
    assert f"  prompt: {written}\n" in write_recipe(draft(value))


def test_a_prompt_of_several_lines_stands_as_a_block() -> None:
    assert "  prompt: |-\n    one\n    two: 2\n" in write_recipe(draft("one\ntwo: 2"))


def test_half_a_character_is_written_as_the_sign_for_what_is_lost() -> None:
    assert said(write_recipe(draft("a\ud800b"))) == "a\ufffdb"


def test_the_schema_is_named_on_the_first_line_when_it_is_known() -> None:
    assert write_recipe(draft(), "../s.json").startswith("# yaml-language-server: $schema=../s.json\n# Imported")
    assert write_recipe(draft()).startswith("# Imported from grid.yml.\nteststrip: 1\n")


def test_an_axis_of_which_nothing_is_left_is_a_comment() -> None:
    recipe = write_recipe(draft(axes=(AxisDraft("vae", (Item({"title": "x"}, "without vae", off=True),)),)))
    assert "# axes:\n  # vae:\n    # - {title: x}  # without vae\n" in recipe
    assert parse_yaml(recipe, "r")[1] == []


def test_a_remark_is_one_line_of_printable_signs() -> None:
    assert one_line("a\n\tb\x1b[2J\u2028c") == "a b\\x1b[2J c"
