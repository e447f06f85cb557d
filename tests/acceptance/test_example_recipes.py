"""Every folder of tests/cases is an example: good recipes check, bad ones print what a person needs.

`expected.txt` of a bad one is all that `teststrip check recipe.yaml` prints. After a wanted change of words:
TESTSTRIP_REWRITE=1 pytest tests/acceptance/test_example_recipes.py, and read the difference.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from teststrip.cli.check import command

CASES = Path(__file__).parent.parent / "cases"
RECIPES = Path(__file__).parent.parent.parent / "recipes"
BAD = sorted(path.name for path in (CASES / "bad").iterdir())
GOOD = sorted(path.name for path in (CASES / "good").iterdir())


def check(folder: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> Result:
    monkeypatch.chdir(folder)
    return CliRunner().invoke(command, ["recipe.yaml", *options])


@pytest.mark.parametrize("name", BAD)
def test_a_bad_recipe_prints_what_a_person_needs(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = CASES / "bad" / name
    result = check(folder, monkeypatch)
    if os.environ.get("TESTSTRIP_REWRITE"):
        (folder / "expected.txt").write_text(result.stdout, "utf-8")
    assert result.exit_code == 2
    assert result.stderr == ""
    assert result.stdout == (folder / "expected.txt").read_text("utf-8")


@pytest.mark.parametrize("name", BAD)
def test_the_json_form_says_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = CASES / "bad" / name
    result = check(folder, monkeypatch, "--json")
    assert result.exit_code == 2
    problems = json.loads(result.stdout)["problems"]
    lines = (folder / "expected.txt").read_text("utf-8").splitlines()
    assert len(problems) == len(lines) - 1
    for problem, line in zip(problems, lines, strict=False):
        assert set(problem) == {"file", "line", "column", "path", "message", "suggestion", "concerns"}
        assert line.startswith(f"{problem['file']}:{problem['line']}:{problem['column']}  ")
        assert problem["message"] in line
        if problem["suggestion"] is not None:
            assert line.endswith(f"; did you mean {problem['suggestion']}?")


@pytest.mark.parametrize("name", GOOD)
def test_a_good_recipe_has_the_cells_that_it_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = CASES / "good" / name
    result = check(folder, monkeypatch)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (folder / "expected.txt").read_text("utf-8")


GALLERY = sorted([*RECIPES.rglob("*.yaml"), *RECIPES.rglob("*.jinja")])


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.name)
def test_every_recipe_of_the_gallery_checks(path: Path) -> None:
    result = CliRunner().invoke(command, [str(path)])
    assert (result.exit_code, result.stderr) == (0, "")
