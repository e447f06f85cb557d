"""Prompts changed before they are sent: words added, replaced by text or expression, tags shuffled."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from steps_pictures import change, filled

from teststrip.errors import StepError
from teststrip.steps.builtin import BEFORE
from teststrip.steps.matching import expression, plainly
from teststrip.steps.tag_shuffle import shuffled
from teststrip.steps.tags import tags_of

PREFIX, SUFFIX = BEFORE["prompt-prefix"], BEFORE["prompt-suffix"]
REPLACE, SHUFFLE = BEFORE["prompt-replace"], BEFORE["tag-shuffle"]


@pytest.mark.parametrize(
    ("prompt", "options", "made"),
    [
        ("a cat", {"text": "best quality"}, "best quality, a cat"),
        ("", {"text": "best quality"}, "best quality"),
        ("a cat", {"text": ""}, "a cat"),
        ("a cat", {"text": "ink: ", "separator": ""}, "ink: a cat"),
        ("{a}", {"text": "${{ x }}"}, "${{ x }}, {a}"),
    ],
)
def test_words_before_a_prompt(prompt: str, options: dict[str, str], made: str) -> None:
    assert change(PREFIX, prompt, **options) == made


def test_words_after_a_prompt() -> None:
    assert change(SUFFIX, "a cat", text="night") == "a cat, night"
    assert change(SUFFIX, "a cat", text="\nnight", separator="") == "a cat\nnight"


def test_the_parameter_is_named_and_all_that_is_touched() -> None:
    options = filled(PREFIX, {"text": "lowres", "parameter": "negative_prompt"})
    request = {"prompt": "a cat", "negative_prompt": "blurry"}
    assert PREFIX.change(request, options) == {"prompt": "a cat", "negative_prompt": "lowres, blurry"}
    assert all(
        step.touches is not None and tuple(step.touches(options)) == ("negative_prompt",)
        for step in BEFORE.values()
    )


@pytest.mark.parametrize("name", sorted(BEFORE))
def test_without_a_prompt_words_are_the_prompt_and_nothing_can_be_changed(name: str) -> None:
    step = BEFORE[name]
    given_options: dict[str, Any] = {"prompt-replace": {"find": "x"}, "tag-shuffle": {}}.get(name, {"text": "x"})
    if "text" in given_options:
        assert step.change({"steps": 1}, filled(step, given_options)) == {"steps": 1, "prompt": "x"}
    else:
        with pytest.raises(StepError, match="the request has no prompt; `parameter` names the one"):
            step.change({"steps": 1}, filled(step, given_options))
    with pytest.raises(StepError, match="prompt is no text"):
        step.change({"prompt": ["x"]}, filled(step, given_options))


def test_a_prompt_does_not_grow_without_end() -> None:
    with pytest.raises(StepError, match="prompt would have 100,001 characters; at most 100,000 are made"):
        change(SUFFIX, "x" * 50_000, text="x" * 50_001, separator="")


@pytest.mark.parametrize(
    ("options", "made"),
    [
        ({"find": "cat", "with": "dog"}, "a dog, a dog, a Cat"),
        ({"find": "cat", "with": "dog", "all": False}, "a dog, a cat, a Cat"),
        ({"find": "cat", "with": "dog", "ignore_case": True}, "a dog, a dog, a dog"),
        ({"find": ", a cat"}, "a cat, a Cat"),
        ({"find": "a (c)", "with": "x", "unfound": "keep"}, "a cat, a cat, a Cat"),
        (
            {"find": r"a (\w+)", "with": r"\1 of a \\ \0", "regex": True, "all": False},
            r"cat of a \ a cat, a cat, a Cat",
        ),
        ({"find": "(x)?a", "with": r"[\1]", "regex": True}, "[] c[]t, [] c[]t, [] C[]t"),
        ({"find": r"\1", "with": r"\1", "unfound": "keep"}, "a cat, a cat, a Cat"),
    ],
)
def test_words_are_replaced(options: dict[str, Any], made: str) -> None:
    assert change(REPLACE, "a cat, a cat, a Cat", **options) == made


def test_words_that_are_not_there_are_a_slip() -> None:
    with pytest.raises(StepError, match="find: 'dog' is not in prompt; `unfound: keep`"):
        change(REPLACE, "a cat", find="dog")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (r"\2", r"\\2 names a group, and `find` has 1"),
        (r"\n", "before a digit or another"),
        ("\\", "before a digit"),
    ],
)
def test_a_wrong_replacement_is_told(words: str, message: str) -> None:
    with pytest.raises(StepError, match=message):
        change(REPLACE, "a cat", find="(cat)", regex=True, **{"with": words})


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("(a", "wrong at character 3: a bracket is not closed"),
        ("a)", "wrong at character 2: a closing bracket has no opening one"),
        ("[a", "a class is not closed"),
        ("*a", "wrong at character 1: there is nothing to repeat"),
        ("a**", "a repeat is repeated"),
        ("a{3}{2}", "a repeat is repeated"),
        ("a{5,2}", "a repeat counts from few to many"),
        ("a{2000}", "up to 1,000"),
        ("(?=a)", "only \\(\\?:...\\) is known"),
        ("(?i)a", "only \\(\\?:...\\) is known"),
        (r"(a)\1", r"\\1 is not known"),
        (r"\p", r"\\p is not known"),
        ("a\\", "it ends in a backslash"),
        ("[z-a]", "a range goes from one character to a later one"),
        ("(" * 60 + "a" + ")" * 60, "groups lie more than 40 deep"),
        ("(((a{100}){100}){100})", "it is larger than 5,000 steps"),
    ],
)
def test_a_wrong_expression_is_told_with_its_place(pattern: str, message: str) -> None:
    with pytest.raises(StepError, match=message):
        expression(pattern, ignore_case=False)


def spans(pattern: str, text: str, *, ignore_case: bool = False) -> list[Any]:
    return [match.groups for match in expression(pattern, ignore_case=ignore_case).matches(text)]


def spans_of_re(pattern: str, text: str, flags: int = 0) -> list[Any]:
    found = []
    for match in re.finditer(pattern, text, flags):
        pairs = [match.span(group) for group in range((match.re.groups) + 1)]
        found.append(tuple(pair if pair[0] >= 0 else None for pair in pairs))
    return found


ATOMS = st.sampled_from(
    [
        "a",
        "b",
        "c",
        ".",
        "[ab]",
        "[^a]",
        "[a-c]",
        r"\d",
        r"\w",
        r"\W",
        "ab",
        "ba",
        r"[\d,]",
        r"\,",
        "é",
        "{x}",
        "[]a]",
    ]
)
LOOKS = st.sampled_from(["^", "$", r"\b", r"\B"])
REPEATS = st.sampled_from(["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}?", "{2,}", "{,2}"])


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"(?:{pair[0]}|{pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})"),
        inner.map(lambda one: f"({one})"),
        st.tuples(LOOKS, inner).map("".join),
    )


PLAIN = st.recursive(ATOMS, grown, max_leaves=6)
# What is repeated takes a character here: over what may be empty, rounds are counted otherwise.
REPEATED = st.tuples(PLAIN.map(lambda one: f"(?:{one})"), REPEATS).map("".join)
PATTERNS = st.recursive(st.one_of(PLAIN, REPEATED), grown, max_leaves=5)


@given(PATTERNS, st.text("abcé, 1_\n", max_size=14))
def test_expressions_find_what_pythons_re_finds(pattern: str, text: str) -> None:
    assume(text or "\\B" not in pattern)  # nowhere in no text, to Python before 3.14
    assert spans(pattern, text) == spans_of_re(pattern, text)


@given(PATTERNS, st.text("aAbBéÉ1 ", max_size=10))
def test_expressions_ignore_case_as_pythons_re_does(pattern: str, text: str) -> None:
    assume(text or "\\B" not in pattern)  # nowhere in no text, to Python before 3.14
    assert spans(pattern, text, ignore_case=True) == spans_of_re(pattern, text, re.IGNORECASE)


@given(st.text(max_size=6), st.text(max_size=20))
def test_a_text_finds_itself_and_nothing_else(sought: str, text: str) -> None:
    assume(sought)
    found = [match.start for match in plainly(sought, ignore_case=False).matches(text)]
    assert found == [match.start() for match in re.finditer(re.escape(sought), text)]


@given(st.text(max_size=12))
def test_any_text_is_an_expression_or_told(pattern: str) -> None:
    try:
        found = list(expression(pattern, ignore_case=False).matches("a, b"))
    except StepError as error:
        assert str(error).startswith("find: ")  # noqa: PT017  either way is fine, and nothing else
        return
    try:
        assert [match.groups[0] for match in found] == [match.span() for match in re.finditer(pattern, "a, b")]
    except re.error:
        pytest.fail(f"{pattern!r} is no expression to Python's re")


@pytest.mark.parametrize("pattern", ["(a*)*b", "(a|a)*b", "(?:a+)+b", "(.*)(.*)(.*)(.*)b", "(a?){30}a{30}b"])
def test_what_would_hang_others_is_done_or_refused_in_time(pattern: str) -> None:
    """Backtracking takes 2^40 rounds for most of these."""
    text = "a" * 40
    assert spans(pattern, text) == []
    assert len(spans(pattern, f"{text}b")) == 1
    long = expression(pattern, ignore_case=False)
    try:
        assert list(long.matches("a" * 100_000)) == []
    except StepError as error:
        assert "takes too long" in str(error)  # noqa: PT017  either way is fine, and nothing else


PROMPT = "1girl, {silver hair, blue eyes}, [rain], 1.5::night, fog::, :(, a (b, c), best"
GOLDEN = "1girl, :(, [rain], {silver hair, blue eyes}, 1.5::night, fog::, a (b, c), best"
GOLDEN_LETTERS = "h, d, g, f, c, b, e, a"


def test_tags_are_parted_at_commas_that_stand_in_nothing() -> None:
    assert [PROMPT[tag.start : tag.end] for tag in tags_of(PROMPT)] == [
        *("1girl", "{silver hair, blue eyes}", "[rain]", "1.5::night, fog::", ":(", "a (b, c)", "best"),
    ]


@pytest.mark.parametrize(
    ("prompt", "tags"),
    [
        ("", []),
        (" , ,", []),
        ("a", ["a"]),
        ("a,b", ["a", "b"]),
        ("a,  b\n,c ", ["a", "b", "c"]),
        ("{{a, b}, c}, d", ["{{a, b}, c}", "d"]),
        ("{a, [b, c}, d]", ["{a, [b, c}", "d]"]),
        ("{a, b", ["{a", "b"]),
        ("a}, b", ["a}", "b"]),
        (r"miku \(vocaloid, b\), c", [r"miku \(vocaloid", r"b\)", "c"]),
        ("2::a, b::, c", ["2::a, b::", "c"]),
        ("-1.5::a::, b", ["-1.5::a::", "b"]),
        ("2::a, b 1::c, d::, e", ["2::a, b 1::c, d::", "e"]),
        ("a, 2::b, c", ["a", "2::b, c"]),
        ("std::vector, b", ["std::vector", "b"]),
        ("a, b | c, d", ["a", "b", "c", "d"]),
        ("a, b, Text: Hello, world", ["a", "b"]),
        ("a, context: b", ["a", "context: b"]),
        ("星，空、夜", ["星", "空", "夜"]),
    ],
)
def test_tags_of(prompt: str, tags: list[str]) -> None:
    assert [prompt[tag.start : tag.end] for tag in tags_of(prompt)] == tags


@pytest.mark.parametrize("unit", [" ", "1", "(", "1.", "{(", "::", ",", "\\", "1::", "Text ", "-", "a,"])
@pytest.mark.parametrize("end", ["", "]" * 40_000, ")" * 40_000])
def test_a_hostile_prompt_takes_time_by_its_length(unit: str, end: str) -> None:
    """What takes the square of this length takes hours."""
    prompt = unit * (50_000 // len(unit)) + end
    made = change(SHUFFLE, prompt, seed=1)
    assert isinstance(made, str)
    assert len(made) == len(prompt)


def test_a_shuffle_is_the_same_on_every_machine() -> None:
    """What this seed gave when it was written; another order would be another picture, and be paid for again."""
    assert change(SHUFFLE, PROMPT, seed=7, keep=1) == GOLDEN
    assert change(SHUFFLE, "a, b, c, d, e, f, g, h", seed=1) == GOLDEN_LETTERS


def test_a_shuffle_moves_tags_and_nothing_else() -> None:
    made = change(SHUFFLE, "a,  b ,\n c,, d", seed=3)
    assert isinstance(made, str)
    assert re.sub("[a-d]", "x", made) == "x,  x ,\n x,, x"


def test_each_prompt_of_several_keeps_its_tags_and_the_words_to_draw_stay() -> None:
    for seed in range(20):
        made = change(SHUFFLE, "a, b, c | d, e, f, Text: g, h", seed=seed, keep=1)
        assert isinstance(made, str)
        assert made in {f"a, {one} | d, {two}, Text: g, h" for one in ("b, c", "c, b") for two in ("e, f", "f, e")}


@given(
    st.lists(st.sampled_from(["a", "{b, c}", "[d]", "1.2::e, f::", ":(", "(g, h)", "i j"]), max_size=12),
    st.integers(0, 2**53),
    st.integers(0, 14),
)
def test_every_tag_is_kept_and_the_first_ones_stay(tags: list[str], seed: int, keep: int) -> None:
    made = change(SHUFFLE, ", ".join(tags), seed=seed, keep=keep)
    assert isinstance(made, str)
    found = [made[tag.start : tag.end] for tag in tags_of(made)]
    assert Counter(found) == Counter(tags)
    assert found[:keep] == tags[:keep]
    assert made == change(SHUFFLE, ", ".join(tags), seed=seed, keep=keep)


@given(st.text("ab,{}[]()|:. 12\\\nText", max_size=60), st.integers(0, 5))
def test_a_shuffle_of_anything_loses_no_character(prompt: str, seed: int) -> None:
    made = change(SHUFFLE, prompt, seed=seed)
    assert isinstance(made, str)
    assert Counter(made) == Counter(prompt)


def test_every_order_is_as_likely_as_any_other() -> None:
    counts = Counter(tuple(shuffled("abcd", str(seed))) for seed in range(24_000))
    assert len(counts) == 24
    # Chi-squared with 23 degrees of freedom is above 49.7 once in a thousand times; the seeds are fixed.
    assert sum((count - 1000) ** 2 / 1000 for count in counts.values()) < 49.7
