from __future__ import annotations

import time
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from teststrip.base.json import Json
from teststrip.base.where import Where
from teststrip.base.yaml import parse_yaml


def read(text: str) -> Any:
    document, problems = parse_yaml(text, "r.yaml")
    assert problems == []
    assert document is not None
    return document.value


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("12:30:45", "12:30:45"),
        ("010", 10),
        ("1e-3", 0.001),
        ("0x1F", 31),
        ("0o17", 15),
        ("1_000", "1_000"),
        ("2026-11-22", "2026-11-22"),
        ("true", True),
        ("~", None),
        ("", None),
        ("'7'", "7"),
        ('"null"', "null"),
        (".5", 0.5),
        ("4.0", 4.0),
        ("1, 2, ..., 10", "1, 2, ..., 10"),
        ("!!str 7", "7"),
    ],
)
def test_scalars_follow_the_core_schema_of_yaml_1_2(scalar: str, value: object) -> None:
    assert read(f"a: {scalar}\n") == {"a": value}
    assert type(read(f"a: {scalar}\n")["a"]) is type(value)


def test_every_value_and_key_knows_its_place() -> None:
    document, _ = parse_yaml("params:\n  prompt: x\n  list: [1, 2.50]\n", "r.yaml")
    assert document is not None
    assert document.marks.value(("params", "list", 1)) == Where("r.yaml", 3, 13)
    assert document.marks.key(("params", "prompt")) == Where("r.yaml", 2, 3)
    assert document.marks.texts["params", "list", 1] == "2.50"
    assert document.marks.value(("params", "absent", 3)) == Where("r.yaml", 2, 3)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a: 1\na: 2\n", (2, 1), "twice; the first is on line 1"),
        ("a: [", (2, 1), "not YAML"),
        ("\ta: 1", (1, 1), "not YAML"),
        ("a: *x", (1, 4), "no anchor &x"),
        ("a: &x [*x]", (1, 8), "no anchor &x"),
        ("a: !!python/object:os.system x", (1, 4), "tags"),
        ("a: !include x.yaml", (1, 4), "tags"),
        ("a: !!python/dict {}", (1, 4), "tags"),
        ("? [1]\n: 2", (1, 3), "plain text"),
        ("a: .inf", (1, 4), "not a number that JSON can carry"),
        ("a: 99999999999999999999", (1, 4), "too large"),
        ("--- 1\n--- 2", (2, 1), "second document"),
        ("a: \x07", (1, 4), "not allowed"),
        ("", (1, 1), "empty"),
        ("[" * 100 + "]" * 100, (1, 66), "nested deeper"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, place: tuple[int, int], words: str) -> None:
    _, problems = parse_yaml(text, "r.yaml")
    assert [(problem.where.line, problem.where.column) for problem in problems] == [place]
    assert words in problems[0].message


def test_several_problems_are_told_at_once() -> None:
    document, problems = parse_yaml("a: .nan\nb: 1\nb: 2\nc: !x 3\n", "r.yaml")
    assert document is not None
    assert len(problems) == 3


def test_a_billion_laughs_is_refused_in_bounded_time() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    start = time.monotonic()
    document, problems = parse_yaml("\n".join(lines), "r.yaml")
    assert document is None
    assert "far too large" in problems[0].message
    assert time.monotonic() - start < 30  # it takes 2 s; without the bound it would take hours


_documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(codec="utf-8"), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc_-", max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(_documents)
def test_what_a_yaml_writer_wrote_is_read_back(value: Json) -> None:
    # A 1.1 writer quotes whatever 1.1 would mistake; 1.2 then reads the same text.
    text = yaml.safe_dump(value)  # ASCII: beyond it the writer leaves characters that 1.1 takes for line breaks
    document, problems = parse_yaml(text, "r.yaml")
    assert document is not None
    assert problems == []
    assert document.value == value


@given(st.text(max_size=80) | st.text("ab:[]{}&*!-?#\n '\",|>%@`\t0.", max_size=60))
def test_no_text_raises_anything(text: str) -> None:
    document, problems = parse_yaml(text, "r.yaml")
    assert document is not None or problems


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("a:\n  b: 1\n   c: 2\n", "3:5", "indented further than the one above"),
        ("a:\n  b: night: a city\n", "2:11", "a text that holds one needs quotes"),
        ('a: "1girl\nb: 2\n', "1:4", "the quote that begins here has no end"),
        ("a: 'it's night'\n", "1:8", "inside of such quotes it is written ''"),
        ('a: "she says "hi" now"\n', "1:15", 'inside of such quotes it is written \\"'),
        ("a: *1girl*\n", "1:4", "begins with * needs quotes"),
        (
            "a: &night city\nb: *city\n",
            "2:4",
            "no anchor &city before this alias; a text that begins with *",
        ),
        ("a: !night city\n", "1:4", "begins with ! needs quotes"),
        ('a: "C:\\Users\\me.png"\n', "1:9", "write / in a path"),
        ('a: "refs\\pose.png"\n', "1:9", "write / in a path"),
        ("a: [1, , 2]\n", "1:8", "a value is missing here"),
        ("a: [1, 2\n", "2:1", "the ] of a list is missing"),
        ("a: {b: 1]\n", "1:9", "the } of a mapping is missing"),
        ("x: &x {b: 1}\na:\n  <<: *x\n", "3:3", "merge keys"),
    ],
)
def test_what_is_no_yaml_is_told_where_it_went_wrong_and_with_what_to_do(text: str, place: str, said: str) -> None:
    _, problems = parse_yaml(text, "r")
    assert [f"{problem.where.line}:{problem.where.column}" for problem in problems] == [place]
    assert said in problems[0].message


def test_a_quoted_merge_key_is_a_name_like_any_other() -> None:
    document, problems = parse_yaml('"<<": 1\n', "r")
    assert problems == []
    assert document is not None
    assert document.value == {"<<": 1}
