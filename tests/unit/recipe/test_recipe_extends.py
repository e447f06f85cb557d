from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teststrip.base.json import Json
from teststrip.base.yaml import Document, Marks, parse_yaml
from teststrip.errors import RecipeError
from teststrip.recipe.changes import NO_CHANGES
from teststrip.recipe.gather import gather
from teststrip.recipe.load import Reading, load_recipe, read_recipe
from teststrip.recipe.merge import merge
from teststrip.recipe.sources import read_given

HEAD = "teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\n"


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder / next(iter(files))


def read(folder: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Reading:
    path = written(folder, files)
    monkeypatch.chdir(folder)
    return read_recipe(path.relative_to(folder))


def said(reading: Reading) -> list[str]:
    return [str(problem) for problem in reading.problems]


def test_mappings_merge_member_by_member_and_everything_else_is_replaced(tmp_path: Path) -> None:
    base = HEAD + "params: {prompt: a, steps: 4, size: 832x1216}\naxes: {scale: [4, 5], seed: [1, 2]}\n"
    own = "extends: base.yaml\nparams: {steps: 9, size: null}\naxes: {sampler: all, scale: [6]}\n"
    recipe = load_recipe(written(tmp_path, {"r.yaml": own, "base.yaml": base}))
    assert recipe.params == {"prompt": "a", "steps": 9, "size": None}
    assert [(axis.name, axis.spec) for axis in recipe.axes] == [
        ("scale", [6]),
        ("seed", [1, 2]),
        ("sampler", "all"),
    ]


def test_of_several_bases_the_later_goes_before_and_the_file_itself_before_all(tmp_path: Path) -> None:
    files = {
        "r.yaml": HEAD + "extends: [one.yaml, two.yaml]\nvars: {c: own}\n",
        "one.yaml": "vars: {a: one, b: one, c: one}\n",
        "two.yaml": "extends: deep/three.yaml\nvars: {b: two, c: two}\n",
        "deep/three.yaml": "extends: ../four.yaml\nvars: {d: three, a: three}\n",
        "four.yaml": "vars: {d: four, e: four}\n",
    }
    recipe = load_recipe(written(tmp_path, files))
    assert recipe.variables == {"a": "three", "b": "two", "c": "own", "d": "three", "e": "four"}


def test_each_value_has_its_place_in_the_file_that_wrote_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "r.yaml": "extends: base/portrait.yaml\nparams:\n  steps: 4\n",
        "base/portrait.yaml": HEAD + "params:\n  prompt: a\n  scale: 4.0\n",
    }
    reading = read(tmp_path, files, monkeypatch)
    assert reading.recipe is not None
    marks = reading.recipe.marks
    assert str(marks.value(("params", "prompt"))) == "base/portrait.yaml:4:11"
    assert str(marks.key(("params", "prompt"))) == "base/portrait.yaml:4:3"
    assert str(marks.value(("params", "steps"))) == "r.yaml:3:10"
    assert marks.texts[("params", "scale")] == "4.0"
    assert marks.file == reading.recipe.file == "r.yaml"


def test_a_replaced_value_leaves_no_places_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "r.yaml": HEAD + "extends: b.yaml\naxes: {scale: [4.0]}\n",
        "b.yaml": "axes: {scale: [1.0, 2.0, 3.0]}\n",
    }
    reading = read(tmp_path, files, monkeypatch)
    assert reading.recipe is not None
    assert {where.file for where in reading.recipe.marks.values.values()} == {"r.yaml"}
    assert set(reading.recipe.marks.texts) == {("teststrip",), ("axes", "scale", 0)}


def test_a_circle_shows_the_whole_chain_where_it_closes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"a.yaml": HEAD + "extends: b.yaml\n", "b.yaml": "title: x\nextends:\n  - a.yaml\n"}
    assert said(read(tmp_path, files, monkeypatch)) == [
        "b.yaml:3:5  extends[0]  recipes extend one another in a circle: a.yaml -> b.yaml -> a.yaml"
    ]
    itself = said(read(tmp_path, {"c.yaml": HEAD + "extends: ./c.yaml\n"}, monkeypatch))
    assert itself == ["c.yaml:3:10  extends  recipes extend one another in a circle: c.yaml -> c.yaml"]


def test_a_circle_through_links_is_found_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "b.yaml").symlink_to("a.yaml")
    problems = said(read(tmp_path, {"a.yaml": HEAD + "extends: b.yaml\n"}, monkeypatch))
    assert problems == ["a.yaml:3:10  extends  recipes extend one another in a circle: a.yaml -> b.yaml"]


def test_a_missing_file_shows_the_chain_and_what_was_probably_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "a.yaml": "extends: lib/b.yaml\n",
        "lib/b.yaml": "extends: sub/portrat.yaml\n",
        "lib/sub/portrait.yaml": HEAD,
    }
    (problem,) = said(read(tmp_path, files, monkeypatch))
    assert problem == (
        "lib/b.yaml:1:10  extends  the file cannot be read: No such file or directory: "
        "a.yaml -> lib/b.yaml -> lib/sub/portrat.yaml; did you mean 'sub/portrait.yaml'?"
    )


def test_two_ways_to_the_same_base_are_fine_and_tell_its_mistakes_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "r.yaml": HEAD + "extends: [left.yaml, right.yaml]\n",
        "left.yaml": "extends: base.yaml\nvars: {a: left}\n",
        "right.yaml": "extends: ./base.yaml\nvars: {b: right}\n",
        "base.yaml": "vars: {a: base, b: base, c: base}\n",
    }
    reading = read(tmp_path, files, monkeypatch)
    assert reading.recipe is not None
    # The later base goes before the earlier with all that it says, its own base included.
    assert reading.recipe.variables == {"a": "base", "b": "right", "c": "base"}
    broken = read(tmp_path, {**files, "base.yaml": "vars: {a: 1, a: 2}\n"}, monkeypatch)
    assert said(broken) == ["base.yaml:1:14  vars.a  'a' is given twice; the first is on line 1"]


def test_many_ways_to_the_same_bases_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"r.yaml": HEAD + "extends: [a0.yaml, b0.yaml]\n"}
    for level in range(14):  # 2 to the power of 14 ways
        for side in "ab":
            files[f"{side}{level}.yaml"] = f"extends: [a{level + 1}.yaml, b{level + 1}.yaml]\n"
    files |= {"a14.yaml": "title: a\n", "b14.yaml": "title: b\n"}
    reading = read(tmp_path, files, monkeypatch)
    assert reading.recipe is not None
    assert reading.recipe.title == "b"
    assert len(reading.recipe.sources) == 31


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("https://example.org/base.yaml", "an address cannot be read"),
        ("/etc/passwd", "relative to the one that names it"),
        ("/dev/zero", "relative to the one that names it"),
        ("pipe", "this is no regular file"),
        (".", "this is no regular file"),
        ('""', "this names no file"),
        ('"a\\0b"', "this names no file"),
        ("{a: b}", "the path of a recipe, or a list of paths"),
        ("null", "the path of a recipe, or a list of paths"),
        ("[[a.yaml]]", "the path of a recipe, or a list of paths"),
        ("latin.yaml", "not UTF-8 text (byte 0)"),
        ("list.yaml", "a recipe is a mapping"),
    ],
)
def test_only_files_of_text_beside_the_recipe_can_be_extended(
    value: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "latin.yaml").write_bytes(b"\xff")
    (tmp_path / "list.yaml").write_text("- 1\n")
    reading = read(tmp_path, {"r.yaml": HEAD + f"extends: {value}\n"}, monkeypatch)
    assert reading.recipe is None
    (problem,) = said(reading)
    assert words in problem
    assert problem.startswith(("r.yaml:3:1", "list.yaml:1:1"))


def test_a_chain_and_a_heap_of_files_end_somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chain = {f"{number}.yaml": f"extends: {number + 1}.yaml\n" for number in range(40)}
    (problem,) = said(read(tmp_path, chain, monkeypatch))
    assert problem.startswith("15.yaml:1:10  extends  a recipe extends too many files (at most 16 files one below")
    heap = {"r.yaml": "extends: [" + ", ".join(f"h{number}.yaml" for number in range(200)) + "]\n"}
    heap |= {f"h{number}.yaml": "title: x\n" for number in range(200)}
    assert "100 in all" in said(read(tmp_path, heap, monkeypatch))[0]


def test_all_files_together_hold_a_bounded_number_of_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"r.yaml": HEAD + "extends: b.yaml\n", "b.yaml": f"x-list: [{', '.join('x' * 40)}]\n"}
    monkeypatch.chdir(written(tmp_path, files).parent)
    gathered = gather(read_given(Path("r.yaml")), NO_CHANGES, most=30)
    assert gathered.document is None
    assert list(map(str, gathered.problems)) == [
        "b.yaml:1:1  the files of this recipe hold more than 30 values together"
    ]


def test_values_are_merged_a_bounded_number_of_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"r.yaml": HEAD + "extends: [big.yaml" + ", small.yaml" * 50 + "]\n", "small.yaml": "title: x\n"}
    monkeypatch.chdir(written(tmp_path, {**files, "big.yaml": f"x-list: [{', '.join('x' * 40)}]\n"}).parent)
    gathered = gather(read_given(Path("r.yaml")), NO_CHANGES, most=100)
    assert [str(problem.where) for problem in gathered.problems] == ["r.yaml:1:1"]
    assert "merged again and again" in gathered.problems[0].message
    assert gather(read_given(Path("r.yaml")), NO_CHANGES).problems == []


def test_all_files_together_have_a_bounded_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"r.yaml": HEAD + "extends: [a.yaml, b.yaml]\n", "a.yaml": "#" * 5_000_000, "b.yaml": "#" * 5_000_000}
    problems = said(read(tmp_path, files, monkeypatch))
    assert problems[-1] == (
        "r.yaml:3:19  extends[1]  the files of a recipe have at most 8 MiB together: r.yaml -> b.yaml"
    )


def test_every_file_that_was_read_is_known_and_covered_by_the_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "r.yaml": HEAD + "extends: lib/b.yaml\n",
        "lib/b.yaml": "extends: c.yaml\n",
        "lib/c.yaml": "title: x\n",
    }
    reading = read(tmp_path, files, monkeypatch)
    assert reading.recipe is not None
    assert [(one.file, one.text) for one in reading.recipe.sources] == list(files.items())
    assert len({one.digest for one in reading.recipe.sources}) == 3
    changed = read(tmp_path, {**files, "lib/c.yaml": "title: x # said\n"}, monkeypatch)
    moved = load_recipe(tmp_path / "r.yaml")
    assert changed.recipe is not None
    assert reading.recipe.digest != changed.recipe.digest == moved.digest


def test_without_a_base_nothing_is_said_of_what_it_may_have_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (problem,) = said(read(tmp_path, {"r.yaml": "extends: [x.yaml]\nparams: {prompt: a}\n"}, monkeypatch))
    assert "x.yaml" in problem
    with pytest.raises(RecipeError, match="model"):
        load_recipe(written(tmp_path, {"r.yaml": "extends: x.yaml\n", "x.yaml": "teststrip: 1\n"}))


NAMES = st.sampled_from(["a", "b", "c"])
LEAVES: st.SearchStrategy[Json] = (
    st.none() | st.integers(-9, 9) | st.text("xyz", max_size=2) | st.just([1, {"a": 2}])
)


def trees(depth: int) -> st.SearchStrategy[Json]:
    """Documents in which `a` is a mapping everywhere, and every other name never is: merging keeps to shapes."""
    if depth == 0:
        return st.fixed_dictionaries({}, optional={"b": LEAVES, "c": LEAVES})
    return st.fixed_dictionaries({}, optional={"a": trees(depth - 1), "b": LEAVES, "c": LEAVES})


def document(value: Json, file: str) -> Document:
    parsed, problems = parse_yaml(json.dumps(value), file)
    assert parsed is not None
    assert problems == []
    return parsed


def order(value: Json) -> Json:
    return [[name, order(member)] for name, member in value.items()] if isinstance(value, dict) else value


@given(trees(3), trees(3), trees(3))
def test_merging_is_associative_and_leaves_what_it_merges_alone(one: Json, two: Json, three: Json) -> None:
    first, second, third = document(one, "1"), document(two, "2"), document(three, "3")
    left = merge(merge(first, second), third)
    right = merge(first, merge(second, third))
    assert order(left.value) == order(right.value)
    assert left.marks == right.marks
    assert (first.value, second.value, third.value) == (one, two, three)
    assert first == document(one, "1")


@given(trees(3), trees(3))
def test_a_merged_document_has_the_place_of_every_value_and_of_nothing_else(one: Json, two: Json) -> None:
    merged = merge(document(one, "1"), document(two, "2"))
    again = document(merged.value, "?").marks
    assert merged.marks.values.keys() == again.values.keys()
    assert merged.marks.keys.keys() == again.keys.keys()
    assert merged.marks.texts == again.texts


def test_merging_with_nothing_changes_nothing() -> None:
    whole = document({"a": {"b": [1]}}, "1")
    nothing = Document({}, Marks("1", {(): whole.marks.values[()]}, {}, {}))
    assert merge(nothing, whole) == whole == merge(whole, nothing)
