from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teststrip.base.json import Json
from teststrip.recipe.changes import Changes
from teststrip.recipe.load import Reading, load_recipe, read_text
from teststrip.recipe.overrides import parse_override, parse_value

HEAD = "teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\n"
BODY = HEAD + (
    "params: {prompt: a, steps: 4}\n"
    "axes:\n  sampler: [k_euler, ddim_v3]\n  seed: {count: 4, from: 1}\n  scale: 4.0, 4.5, ..., 6.0\n"
    "sheets: [{rows: [sampler], title: x}]\n"
)


def changed(*sets: str, text: str = BODY) -> Reading:
    return read_text(text, "r.yaml", Changes(sets=sets))


def said(reading: Reading) -> list[str]:
    return [str(problem) for problem in reading.problems]


def axes(reading: Reading) -> dict[str, Json]:
    assert said(reading) == []
    assert reading.recipe is not None
    return {axis.name: axis.spec for axis in reading.recipe.axes}


def test_any_value_can_be_set() -> None:
    reading = changed(
        "params.steps=40",
        "axes.seed.count=2",
        "axes.sampler[1]=k_dpmpp_2m",
        "axes.style=[ink, {title: Oil, value: 'oil, canvas'}]",
        "sheets[0].rows=[sampler, seed]",
        "limits.concurrency=3",
        'vars."a.b"=x',
        "x-note=anything",
    )
    assert list(axes(reading).items()) == [
        ("sampler", ["k_euler", "k_dpmpp_2m"]),
        ("seed", {"count": 2, "from": 1}),
        ("scale", "4.0, 4.5, ..., 6.0"),
        ("style", ["ink", {"title": "Oil", "value": "oil, canvas"}]),
    ]
    recipe = reading.recipe
    assert recipe is not None
    assert recipe.params == {"prompt": "a", "steps": 40}
    assert (recipe.sheets[0].rows, recipe.sheets[0].title) == (("sampler", "seed"), "x")
    assert recipe.limits.concurrency == 3
    assert recipe.variables == {"a.b": "x"}


def test_what_the_recipe_does_not_have_is_made() -> None:
    reading = changed("params.steps=4", "axes.seed=[1]", "sheets[0].rows=seed", text=HEAD + "params:\n")
    assert reading.recipe is not None
    assert (reading.recipe.params, axes(reading)) == ({"steps": 4}, {"seed": [1]})
    assert reading.recipe.sheets[0].rows == ("seed",)


def test_the_later_goes_before_the_earlier() -> None:
    assert axes(changed("axes={seed: [1]}", "axes.seed[0]=2", "axes.seed=[3, 4]", "axes.seed[1]=5")) == {
        "seed": [3, 5]
    }


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("40", 40),
        ("1e-3", 0.001),
        ("NO", "NO"),
        ("true", True),
        ("null", None),
        ("~", None),
        ("", ""),
        ("   ", ""),
        ("''", ""),
        ("  40 ", 40),
        ("'40'", "40"),
        (
            "1girl, night: city # no comment, &all *of %it !tag @once",
            "1girl, night: city # no comment, &all *of %it !tag @once",
        ),
        ("- a", "- a"),
        ("---", "---"),
        ("a=b=c", "a=b=c"),
        ("one\ntwo", "one\ntwo"),
        ("[a, 'b, c', {d: 1.50}]", ["a", "b, c", {"d": 1.5}]),
        ("{a: 1, b: [2]}", {"a": 1, "b": [2]}),
        ('"{{tag}}, [low]"', "{{tag}}, [low]"),
        ("[a,\n # said\n b]", ["a", "b"]),
    ],
)
def test_a_value_is_a_scalar_taken_whole_or_a_collection_in_brackets(written: str, value: Json) -> None:
    document, problems = parse_value(written, "-s x")
    assert problems == []
    assert document is not None
    assert document.value == value


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("[a, b] # c", "-s params.prompt:1:8  params.prompt  '# c' follows the value and would be lost"),
        ("[a, b], c", "nothing can follow here"),
        ('"a" # c', "-s params.prompt:1:5  params.prompt  '# c' follows"),
        ("{{tag}}, 1girl", "needs double quotes round the whole"),
        ("{a: 1}: b", "a name must be plain text"),
        ("'a': b", "needs quotes round the whole"),
        ("[a", "the ] of a list is missing"),
        ("[a]\n---\nb", "a second document"),
        ("{a: 1, a: 2}", "'a' is given twice"),
        ("!!python/object [a]", None),
        ("[!!python/name:os.system x]", "tags such as"),
        (".inf", "is not a number that JSON can carry"),
        ("99999999999999999999", "is too large a number"),
        ("[*a]", "there is no anchor"),
    ],
)
def test_nothing_of_a_value_is_lost_in_silence(written: str, words: str | None) -> None:
    problems = said(changed(f"params.prompt={written}"))
    if words is None:
        assert problems == []
        return
    assert len(problems) == 1
    assert problems[0].startswith("-s params.prompt:")
    assert words in problems[0]


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("parms.steps=4", "a recipe has no 'parms'; it has: "),
        (
            "axes.sed.count=2",
            "axes has no 'sed' to set something in; it has: sampler, seed, scale; did you mean 'axes.seed.count'?",
        ),
        ("axes.sampler[2]=x", "axes.sampler has no [2]; its last is [1]; did you mean 'axes.sampler[1]'?"),
        ("axes.scale.count=2", "axes.scale is a single value and has no members"),
        (
            "axes.sampler.count=2",
            "axes.sampler is a list; name a place in it; did you mean 'axes.sampler[0].count'?",
        ),
        ("params.prompt[0]=x", "params.prompt is a single value and no list"),
        ("axes[0]=x", "axes is a mapping and no list"),
        ("sheets[1].rows=x", "sheets has no [1]; its last is [0]; did you mean 'sheets[0].rows'?"),
        ("extends=x.yaml", "`extends` says which files are read and cannot be set"),
        ("params.steps", "write PATH=VALUE, such as params.steps=40"),
        ("=4", "write PATH=VALUE"),
        ("[0]=4", "write PATH=VALUE"),
        ("params..steps=4", "write PATH=VALUE"),
        ("params.=4", "write PATH=VALUE"),
        ("params.[0]=4", "write PATH=VALUE"),
        ("axes.sampler[-1]=4", "write PATH=VALUE"),
        ('params."steps=4', "write PATH=VALUE"),
        ("params.steps=\udc80", "this is not UTF-8 text"),
    ],
)
def test_a_path_that_leads_nowhere_says_where_it_ends(written: str, problem: str) -> None:
    (told,) = said(changed(written))
    assert told.startswith(f"-s {written.partition('=')[0]}:1:1  ")
    assert problem in told


def test_a_misspelt_top_key_is_told_with_what_was_meant() -> None:
    assert said(changed("parms.steps=4"))[0].endswith("did you mean 'params.steps'?")


def test_problems_of_what_was_set_are_told_at_the_override() -> None:
    reading = changed("axes.seed={cuont: 2}", "limits.concurency=2")
    assert [str(problem.where) for problem in reading.problems] == ["-s axes.seed:1:2", "-s limits.concurency:1:1"]


def test_numbers_keep_the_text_that_labels_print() -> None:
    reading = changed("axes.scale=[4.0, 5.50]", "params.steps=1e1")
    assert reading.recipe is not None
    texts = reading.recipe.marks.texts
    assert (texts[("axes", "scale", 0)], texts[("axes", "scale", 1)]) == ("4.0", "5.50")
    assert texts[("params", "steps")] == "1e1"
    replaced = changed("axes.scale=[4.0]", "axes.scale=all")
    assert replaced.recipe is not None
    assert not [path for path in replaced.recipe.marks.texts if path[:2] == ("axes", "scale")]


def test_the_file_and_what_it_extends_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(BODY)
    before = load_recipe(path)
    load_recipe(path, Changes(sets=("axes.sampler[0]=x", "params.steps=9")))
    assert load_recipe(path) == before
    assert load_recipe(path, Changes(sets=("params.steps=9",))).digest != before.digest


TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff"), max_size=20
)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(-1e15, 1e15).filter(math.isfinite)
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(VALUES)
def test_what_json_can_write_comes_back_as_the_same_value(value: Json) -> None:
    document, problems = parse_value(json.dumps(value, ensure_ascii=False), "-s x")
    assert problems == []
    assert document is not None
    assert document.value == value
    assert type(document.value) is type(value)


@given(st.lists(TEXTS.filter(str.strip) | st.integers(0, 999), min_size=1, max_size=4), TEXTS)
def test_a_path_comes_back_from_its_quoted_form(parts: list[str | int], value: str) -> None:
    path = ["top", *parts]
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{json.dumps(part)}" for part in path).lstrip(".")
    one = parse_override(f"{text}={value}")
    assert (one.path, one.text) == (tuple(path), value)


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_overrides(text: str) -> None:
    for written in (text, f"params.{text}", f"params.prompt={text}", f"axes.sampler[{text}"):
        reading = changed(written)
        assert all(problem.where.file.startswith("-s") for problem in reading.problems)


@given(TEXTS.filter(lambda text: text.strip(" \t\r\n") == text and not text.startswith(("[", "{", '"', "'"))))
def test_plain_text_is_what_was_written(text: str) -> None:
    document, _ = parse_value(text, "-s x")
    if document is not None and isinstance(document.value, str):
        assert document.value == text
