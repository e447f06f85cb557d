from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from teststrip.base.json import Json
from teststrip.recipe.changes import Changes
from teststrip.recipe.load import Reading, read_recipe, read_text

HEAD = "teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\n"


def known(reading: Reading) -> dict[str, Json]:
    assert [str(problem) for problem in reading.problems] == []
    assert reading.recipe is not None
    return dict(reading.recipe.variables)


def said(reading: Reading) -> list[str]:
    return [str(problem) for problem in reading.problems]


def written(folder: Path, **files: str) -> list[Path]:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return [folder / f"{name}.yaml" for name in files]


def test_precedence_is_set_then_var_then_vars_then_the_recipe_then_what_it_extends(tmp_path: Path) -> None:
    layers = {
        "recipe": HEAD + "extends: base.yaml\nvars: {b: recipe, c: recipe, d: recipe, e: recipe, f: recipe}\n",
        "base": "vars: {a: base, b: base, c: base, d: base, e: base, f: base}\n",
        "one": "{c: one, d: one, e: one, f: one}\n",
        "two": "{d: two, e: two, f: two}\n",
    }
    recipe, _, one, two = written(tmp_path, **layers)
    changes = Changes(("vars.f=set",), ("e=first", "e=var", "f=var"), (one, two))
    assert known(read_recipe(recipe, changes)) == {
        "a": "base", "b": "recipe", "c": "one", "d": "two", "e": "var", "f": "set",
    }  # fmt: skip


def test_lists_and_mappings_are_rendered_at_any_depth() -> None:
    text = 'vars: {who: girl, many: ["1${{ who }}", {deep: ["${{ who }}s", 7]}], last: "${{ many[1].deep[0] }}"}\n'
    assert known(read_text(HEAD + text, "r.yaml")) == {
        "who": "girl", "many": ["1girl", {"deep": ["girls", 7]}], "last": "girls",
    }  # fmt: skip


def test_what_var_gives_is_text_and_no_template() -> None:
    changes = Changes(variables=("n=7", "t=${{ n }}", "empty="))
    text = HEAD + 'vars: {t: x, u: "${{ t }} ${{ n }}${{ empty }}"}\n'
    assert known(read_text(text, "r.yaml", changes)) == {"t": "${{ n }}", "u": "${{ n }} 7", "n": "7", "empty": ""}


def test_what_set_gives_to_a_variable_is_part_of_the_recipe() -> None:
    changes = Changes(sets=("vars.b=${{ a }}!", "vars.c=[1, 2.50]"))
    reading = read_text(HEAD + "vars: {a: x, b: y}\n", "r.yaml", changes)
    assert known(reading) == {
        "a": "x",
        "b": "x!",
        "c": [1, 2.5],
    }


def test_a_vars_file_is_laid_member_by_member_and_may_be_json(tmp_path: Path) -> None:
    path = tmp_path / "v.json"
    path.write_text(json.dumps({"hair": {"colour": "silver \U0001f319 \\u"}, "n": 1.0}, indent="\t"))
    text = HEAD + 'vars: {hair: {colour: red, length: long}, all: "${{ hair.length }} ${{ hair.colour }}"}\n'
    assert known(read_text(text, "r.yaml", Changes(files=(path,)))) == {
        "hair": {"colour": "silver \U0001f319 \\u", "length": "long"},
        "all": "long silver \U0001f319 \\u",
        "n": 1.0,
    }  # fmt: skip


def test_across_files_variables_may_use_one_another_either_way(tmp_path: Path) -> None:
    files = {
        "recipe": HEAD + 'extends: base.yaml\nvars: {hair: silver, subject: "girl, ${{ hair }}"}\n',
        "base": 'vars: {subject: boy, prompt: "${{ subject }} at night", after: "${{ added }}"}\n',
        "more": 'added: "${{ hair }}!"\n',
    }
    recipe, _, more = written(tmp_path, **files)
    assert known(read_recipe(recipe, Changes(files=(more,)))) == {
        "subject": "girl, silver", "prompt": "girl, silver at night", "after": "silver!", "hair": "silver",
        "added": "silver!",
    }  # fmt: skip


def test_in_one_file_a_variable_uses_those_above_it() -> None:
    text = HEAD + 'vars:\n  a: "${{ b }}"\n  b: x\n  c: "${{ c }}"\n  d: "${{ bb }}"\n'
    assert said(read_text(text, "r.yaml")) == [
        "r.yaml:4:6  vars.a  'b' is no variable here; there are: none; 'b' stands below, and has to stand above",
        "r.yaml:6:6  vars.c  'c' is no variable here; there are: a, b",
        "r.yaml:7:6  vars.d  'bb' is no variable here; there are: a, b, c; did you mean 'b'?",
    ]


def test_a_circle_across_files_is_told_at_one_of_its_places(tmp_path: Path) -> None:
    files = {
        "recipe": HEAD + 'extends: base.yaml\nvars: {b: "${{ a }}", z: "${{ a }}"}\n',
        "base": 'vars: {a: "${{ b }}"}\n',
    }
    recipe, base = written(tmp_path, **files)
    (told,) = said(read_recipe(recipe))
    assert told.endswith("vars.b  variables use one another in a circle: a -> b -> a")
    assert told.startswith(f"{recipe}:4:")
    assert base.exists()


def test_a_long_chain_of_variables_is_no_matter(tmp_path: Path) -> None:
    """Each of 2000 uses the next, which stands in another file: no recursion may follow them."""
    names = [f"v{number}" for number in range(2000)]
    pairs = list(itertools.pairwise(names))
    even = "".join(f'  {one}: "${{{{ {other} }}}}"\n' for one, other in pairs[::2])
    odd = "".join(f'  {one}: "${{{{ {other} }}}}"\n' for one, other in pairs[1::2])
    recipe, _ = written(
        tmp_path, recipe=HEAD + "extends: base.yaml\nvars:\n" + even, base="vars:\n" + odd + "  v1999: end\n"
    )
    assert known(read_recipe(recipe))["v0"] == "end"


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("subject", "--var subject:1:1  write --var NAME=VALUE"),
        ("a.b=1", "--var a.b:1:1  write --var NAME=VALUE"),
        ("=1", "--var :1:1  write --var NAME=VALUE"),
        ("1a=1", "--var 1a:1:1  write"),
        ("a=\udcff", "--var a:1:1  a  this is not UTF-8 text"),
        (
            "subjekt=girl",
            "--var subjekt:1:1  subjekt  nothing in the recipe uses this variable; did you mean 'subject'?",
        ),
    ],
)
def test_a_var_that_cannot_be_or_does_nothing_is_told(written: str, problem: str) -> None:
    reading = read_text(HEAD + "vars: {subject: x}\n", "r.yaml", Changes(variables=(written,)))
    assert len(reading.problems) == 1
    assert said(reading)[0].startswith(problem.partition("; did")[0])
    assert problem.partition("; did")[2] in said(reading)[0]


def test_a_var_may_be_one_that_only_a_template_of_the_recipe_mentions() -> None:
    text = HEAD + 'params: {prompt: "${{ subject }}"}\n'
    assert known(read_text(text, "r.yaml", Changes(variables=("subject=girl",)))) == {"subject": "girl"}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("- a\n", "v.yaml:1:1  variables are a mapping"),
        ("a: 1\na: 2\n", "v.yaml:2:1  a  'a' is given twice"),
        ("a: [\n", "this is not YAML"),
        ('a: "${{ nope }}"\n', "v.yaml:1:4  vars.a  'nope' is no variable here"),
        (None, "v.yaml:1:1  the file cannot be read"),
    ],
)
def test_problems_of_a_vars_file_are_told_in_it(content: str | None, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "v.yaml"
    if content is not None:
        path.write_text(content)
    (told,) = said(read_text(HEAD, "r.yaml", Changes(files=(path,))))
    assert problem in told


def test_the_environment_is_seen_by_name_only() -> None:
    text = HEAD + 'vars: {a: "${{ env.PLACE }}"}\n'
    changes = Changes(env={"PLACE": "sea"})
    reading = read_text(text, "r.yaml", changes)
    assert known(reading) == {"a": "sea", "env": {"PLACE": "sea"}}
    assert "'env' is no variable here" in said(read_text(text, "r.yaml"))[0]
    other = read_text(text, "r.yaml", Changes(env={"PLACE": "lake"}))
    assert reading.recipe is not None
    assert other.recipe is not None
    assert reading.recipe.digest != other.recipe.digest


def test_variables_are_bounded_together() -> None:
    long = "x" * 90_000
    many = ", ".join(['"${{ long }}"'] * 700)
    told = said(read_text(f"{HEAD}vars: {{long: {long}, many: [{many}]}}\n", "r.yaml"))
    assert "all templates together handle more than 50,000,000 characters" in told[0]


def test_a_draw_in_a_variable_goes_by_its_place() -> None:
    text = (
        HEAD
        + "chance: 3\nvars: {a: \"${{ ['x', 'y', 'z'] | shuffle }}\", b: [\"${{ ['x', 'y', 'z'] | shuffle }}\"]}\n"
    )
    first, again = known(read_text(text, "r.yaml")), known(read_text(text, "other.yaml"))
    assert first == again
    assert first != known(read_text(text.replace("chance: 3", "chance: 4"), "r.yaml"))
