"""Names of cells that are good as test ids, for -k, and as files; names of recipes that no other has."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from teststrip.plan.model import Axis, AxisValue, Cell, Plan
from teststrip.testing.names import cell_ids, cell_labels, item_name, recipe_name

# What pytest's -k takes for one word (`_pytest.mark.expression.Scanner.lex`).
WORD = re.compile(r"(:?\w|:|\+|-|\.|\[|\]|\\|/)+")
LABELS = [
    "::",
    "a::b",
    "[x]",
    "x]",
    "two\nlines",
    "\x1b[31m",
    "水彩",
    "é",
    "e\u0301",
    "Night",
    "night",
    "a/../b",
    "",
]


def plan_of(*axes: tuple[str, list[str]]) -> Plan:
    """A plan of every combination of labels."""
    made = tuple(Axis(name, tuple(AxisValue(label) for label in labels), parameter=False) for name, labels in axes)
    places: list[tuple[int, ...]] = [()]
    for _, labels in axes:
        places = [(*place, at) for place in places for at in range(len(labels))]
    return Plan(
        title="Odd",
        recipe_file="",
        recipe_digest="",
        provider="p",
        model="m",
        target="darkroom",
        page_digest="",
        axes=made,
        cells=tuple(Cell(place, {}, str(number)) for number, place in enumerate(places)),
        sheets=(),
        concurrency=None,
        digest="d" * 64,
    )


def test_a_cell_is_named_by_what_varies_and_by_its_number_where_nothing_does() -> None:
    plan = plan_of(("sampler", ["k_euler", "ddim_v3"]), ("size", ["64x64"]), ("scale", ["4.5", "-1"]))
    assert cell_ids(plan) == (
        "sampler-k_euler+scale-4.5",
        "sampler-k_euler+scale--1",
        "sampler-ddim_v3+scale-4.5",
        "sampler-ddim_v3+scale--1",
    )
    assert cell_labels(plan, 1) == "sampler=k_euler,scale=-1"
    assert (cell_ids(plan_of()), cell_labels(plan_of(), 0)) == (("0",), "cell=0")


def test_two_cells_of_the_same_labels_have_two_names() -> None:
    assert cell_ids(plan_of(("seed", ["7", "7", "8"]))) == ("seed-7", "seed-7+2", "seed-8")
    assert cell_ids(plan_of(("style", ["Night", "night"]))) == ("style-Night", "style-night+2")


def test_what_was_changed_or_cut_is_told_apart_by_a_digest() -> None:
    first, second, third = cell_ids(plan_of(("style", ["a/b", "a:b", "a_b"])))
    assert third == "style-a_b"
    assert re.fullmatch(r"style-a_b\+[0-9a-f]{8}", first)
    assert re.fullmatch(r"style-a_b\+[0-9a-f]{8}", second)
    assert first != second
    for long in cell_ids(plan_of(("prompt", ["x" * 5000 + str(k) for k in range(3)] + ["é" * 5000]))):
        assert len(long.encode()) <= 150
    # A label that looks like what another cell's became.
    assert len(set(cell_ids(plan_of(("style", ["a/b", first.removeprefix("style-")]))))) == 2


@given(
    st.lists(st.text(max_size=30), min_size=2, max_size=6), st.lists(st.text(max_size=30), min_size=1, max_size=3)
)
@example(LABELS, ["1", "12"])
@example(["\ud800", "\udfff"], ["\0"])
@example(["7", "7", "7+2", "7_2"], ["1"])
def test_whatever_labels_are_ids_differ_and_every_id_is_one_word_and_one_file(
    first: list[str], second: list[str]
) -> None:
    plan = plan_of(("style", first), ("a\nb::c", second))
    ids = cell_ids(plan)
    assert len({one.casefold() for one in ids}) == len(plan.cells)
    for one in ids:
        name = item_name(one)
        assert WORD.fullmatch(name)
        assert "::" not in name
        assert name.count("[") == name.count("]") == 1
        assert os.path.basename(one) == one  # noqa: PTH119  as a file
        assert len(f".{one}+p12.webp.tmp-12345678".encode()) < 255
        assert not any(other != one and item_name(other).startswith(name) for other in ids)
    assert cell_ids(plan) == ids


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("night.recipe.yaml", "night"),
        ("v1.2.recipe.yaml", "v1.2"),
        ("night.yaml", "night.yaml"),
        ("night.yml", "night.yml"),
        ("night.recipe.yml", "night.recipe.yml"),
        ("night.lock.json", "night.lock.json"),
        ("night.yaml.jinja", "night.yaml.jinja"),
        ("night", "night.recipe"),
        ("night.yaml.recipe.yaml", "night.yaml.recipe.yaml"),
        ("night.recipe.recipe.yaml", "night.recipe.recipe.yaml"),
        (".recipe.yaml", ".recipe.yaml"),
        ("...recipe.yaml", "...recipe.yaml"),  # and not .., the folder above, which recording anew would remove
    ],
)
def test_a_recipe_is_named_after_its_file(file: str, name: str) -> None:
    assert recipe_name(Path("folder", file)) == name


@given(
    st.sets(st.text("a.", max_size=4).map(lambda text: f"x{text}"), min_size=1),
    st.sets(
        st.sampled_from(
            ["", ".recipe", ".yaml", ".recipe.yaml", ".recipe.recipe.yaml", ".yaml.recipe.yaml", ".json", ".jinja"]
        ),
        min_size=2,
    ),
)
def test_no_two_files_of_a_folder_have_one_name(stems: set[str], endings: set[str]) -> None:
    files = {stem + ending for stem in stems for ending in endings}
    assert len({recipe_name(Path(file)) for file in files}) == len(files)
