"""Every folder of tests/cases/import is a grid definition, the recipe that it becomes, and what is said of it.

`expected.txt` begins with the exit code. After a wanted change: TESTSTRIP_REWRITE=1 pytest
tests/acceptance/test_imports.py, and read the difference.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from teststrip.cli.import_ import command
from teststrip.cli.loaded import Loaded
from teststrip.cli.stages import check_file
from teststrip.errors import InputError
from teststrip.provider.catalogue import Catalogue, bundled_pages
from teststrip.schema.recipe import recipe_structure

CASES = Path(__file__).parent.parent / "cases" / "import"
NAMES = sorted(path.name for path in CASES.iterdir())
# What is left out stands in comments, so the rest is good; but without a prompt there is nothing to draw.
MADE = [name for name in NAMES if (CASES / name / "recipe.yaml").exists() and name != "nothing-said"]
LATER = "replace" not in json.dumps(recipe_structure())  # the kinds of axes that recipes are getting


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> Result:
    monkeypatch.chdir(folder)
    given = folder / "options.txt"
    more = given.read_text("utf-8").split() if given.exists() else []
    grid = next(path.name for path in folder.iterdir() if path.name.startswith("grid."))
    return CliRunner().invoke(command, [grid, *more, *options])


def told(result: Result) -> tuple[int, str]:
    """Return the exit code and what a person is told beside the recipe."""
    if isinstance(result.exception, InputError):
        return result.exception.exit_code, f"{result.exception}\n"
    return result.exit_code, result.stderr


@pytest.mark.parametrize("name", NAMES)
def test_a_grid_becomes_the_recipe_beside_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = CASES / name
    result = run(folder, monkeypatch)
    code, said = told(result)
    if os.environ.get("TESTSTRIP_REWRITE"):
        (folder / "expected.txt").write_text(f"{code}\n{said}", "utf-8")
        if result.stdout:
            (folder / "recipe.yaml").write_text(result.stdout, "utf-8")
    assert f"{code}\n{said}" == (folder / "expected.txt").read_text("utf-8")
    recipe = folder / "recipe.yaml"
    assert result.stdout == (recipe.read_text("utf-8") if recipe.exists() else "")


@pytest.mark.parametrize("name", MADE)
def test_the_recipe_of_a_grid_checks(name: str) -> None:
    text = (CASES / name / "recipe.yaml").read_text("utf-8")
    if LATER and any(word in text for word in ("replace: {", "skip: true", "hide: true")):
        pytest.skip("written with kinds of axes that this version does not have")
    plan, problems, _ = check_file(CASES / name / "recipe.yaml", Loaded(Catalogue(bundled_pages())))
    assert problems == []
    assert plan is not None


@pytest.mark.parametrize("name", NAMES)
def test_the_json_form_says_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(CASES / name, monkeypatch, "--json")
    if isinstance(result.exception, InputError):
        return
    document = json.loads(result.stdout)
    assert document["recipe"] == (CASES / name / "recipe.yaml").read_text("utf-8")
    lines = (CASES / name / "expected.txt").read_text("utf-8").splitlines()[1:]
    assert len(document["problems"]) == max(0, len(lines) - 2)
    for problem, line in zip(document["problems"], lines, strict=False):
        assert line.startswith(f"{problem['file']}:{problem['line']}:{problem['column']}  {problem['path']}")


def test_the_schema_is_named_where_it_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    schema = tmp_path / "schemas" / "gptproto" / "nai-diffusion-4-5-full.recipe.json"
    schema.parent.mkdir(parents=True)
    schema.write_text("{}", "utf-8")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "grid.yml").write_bytes((CASES / "short-form" / "grid.yml").read_bytes())
    result = CliRunner().invoke(command, ["grid.yml", "-o", "recipes/night.yaml"])
    assert (result.exit_code, result.stdout) == (0, "")
    first, rest = (tmp_path / "recipes" / "night.yaml").read_text("utf-8").split("\n", 1)
    assert first == "# yaml-language-server: $schema=../schemas/gptproto/nai-diffusion-4-5-full.recipe.json"
    assert rest == (CASES / "short-form" / "recipe.yaml").read_text("utf-8")


def test_the_page_about_importing_shows_the_grid_that_it_imports() -> None:
    page = (Path(__file__).parent.parent.parent / "docs" / "importing.md").read_text("utf-8")
    assert f"```yaml\n{(CASES / 'docs' / 'grid.yml').read_text('utf-8')}```" in page


def test_what_is_no_imported_recipe_is_never_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (CASES / "short-form" / "grid.yml").read_text("utf-8")
    (tmp_path / "grid.yml").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    refused = CliRunner().invoke(command, ["grid.yml", "-o", "grid.yml"])
    assert "is there already" in str(refused.exception)
    assert (tmp_path / "grid.yml").read_text("utf-8") == text
    for _ in range(2):  # what it wrote itself may be written again
        assert CliRunner().invoke(command, ["grid.yml", "-o", "made.yaml"]).exit_code < 2
    assert (tmp_path / "made.yaml").read_text("utf-8").startswith("# Imported from ")
