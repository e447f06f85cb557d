"""The recipes of the gallery: `recipes/README.md` names each of them, and they draw."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest
from PIL import Image

import warm
from teststrip.cli.loaded import Loaded
from teststrip.cli.stages import check_file
from teststrip.provider.catalogue import Catalogue, bundled_pages

RECIPES = Path(__file__).parents[2] / "recipes"
GALLERY = sorted(
    path.relative_to(RECIPES).as_posix() for path in [*RECIPES.rglob("*.yaml"), *RECIPES.rglob("*.jinja")]
)
ROW = re.compile(r"^\| \[([^\]]+)\]\(([^)]+)\) \| (.*) \| (.+) \| ([0-9]+) \|$", re.MULTILINE)
ROWS = {name: (link, int(cells)) for name, link, _, _, cells in ROW.findall((RECIPES / "README.md").read_text())}


def test_the_gallery_names_every_recipe_and_nothing_else() -> None:
    assert sorted(ROWS) == GALLERY
    assert all(name == link for name, (link, _) in ROWS.items())


@pytest.mark.parametrize("name", GALLERY)
def test_the_gallery_says_how_many_cells_a_recipe_has(name: str) -> None:
    plan, problems, _ = check_file(RECIPES / name, Loaded(Catalogue(bundled_pages())))
    assert problems == []
    assert plan is not None
    assert len(plan.cells) == ROWS[name][1]


@pytest.mark.parametrize("name", [name for name in GALLERY if name.endswith(".yaml")])
def test_a_recipe_of_the_gallery_names_its_schema_for_editors(name: str) -> None:
    first = (RECIPES / name).read_text("utf-8").splitlines()[0]
    found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert found is not None
    assert ((RECIPES / name).parent / found[1]).is_file()


def drawn(folder: Path, name: str, *options: str) -> tuple[int, list[Path]]:
    """Run a recipe in the darkroom, small; return how many requests were sent, and the sheets."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("GPTPROTO_", "TESTSTRIP_"))}
    small = ("-s", "params.size=64x64", "-s", "params.steps=2")
    command = [sys.executable, "-m", "teststrip", "run", str(RECIPES / name), *small, *options, "--json"]
    result = warm.run(command, cwd=folder, timeout=120, env=environ)
    assert result.returncode == 0, result.stderr
    done = json.loads(result.stdout.splitlines()[-1])
    return done["sent"], [folder / sheet for sheet in done["sheets"]]


def test_a_sweep_with_conditions_ends_in_one_sheet(tmp_path: Path) -> None:
    sent, (sheet,) = drawn(tmp_path, "where-it-burns.yaml", "-s", "axes.scale=[2, 4, 10]")
    assert sent == 7  # of nine places each condition drops one
    with Image.open(sheet) as picture:
        picture.load()
        assert min(picture.size) > 3 * 64


def test_each_grid_ends_in_a_page_of_its_own(tmp_path: Path) -> None:
    sent, sheets = drawn(tmp_path, "two-questions.yaml", "-s", "grids[0].axes.steps=[1, 2]", "-s", "axes.seed=[3]")
    assert [sheet.name for sheet in sheets] == ["sheet-01.png", "sheet-02.png"]
    assert sent == 4  # of five cells two have the same request
