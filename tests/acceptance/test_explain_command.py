"""`teststrip explain` as a person runs it: what it prints where, and with which exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rich.cells import cell_len

import warm
from teststrip.cli.explain import command

RECIPES = Path(__file__).parents[2] / "recipes"
GALLERY = sorted([*RECIPES.glob("*.yaml"), *RECIPES.glob("*.jinja")])
LONG = "夜の街を歩く少女、長い銀髪が風になびいている、雨上がりの石畳に映る光、静かな瞳、" * 3
RECIPE = f"""\
teststrip: 1
model: gptproto/nai-diffusion-4-5-full
vars: {{subject: 銀髪の少女}}
params:
  prompt: "${{{{ subject }}}}, {LONG}night"
  size: 64x64
  controlnet_strength: 0.5
axes:
  steps: [2, 4]
  control: [{{title: off}}, {{title: on, set: {{controlnet_model: hed}}}}]
  light: [{{title: Night}}, {{title: Noon, replace: {{night: "day\\e[2J"}}}}]
where:
  - {{keep: not (steps == 4 and label.light == 'Noon'), because: noon needs no more}}
"""


def explain(folder: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    (folder / "r.yaml").write_text(RECIPE, "utf-8")
    return cli(folder, "explain", *(arguments if "." in arguments[0] else ("r.yaml", *arguments)), **environ)


def cli(folder: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GPTPROTO_", "TESTSTRIP_"))}
    return warm.run(
        [sys.executable, "-m", "teststrip", *arguments],
        cwd=folder,
        timeout=60,
        env=clean | {"PYTHONIOENCODING": "utf-8"} | environ,
    )


def document(folder: Path, *arguments: str) -> Any:
    result = explain(folder, *arguments, "--json")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def values(one: Any) -> dict[str, Any]:
    return {member["name"]: member["value"] for member in one["request"]}


def test_without_a_cell_it_reports_what_is_dropped(tmp_path: Path) -> None:
    result = explain(tmp_path, "r.yaml")
    assert (result.returncode, result.stderr) == (0, "")
    assert "8 places\n  2 left out  where[0]  r.yaml:13:5\n" in result.stdout
    assert "because: noon needs no more\n      first: steps 4, control off, light Noon\n" in result.stdout
    assert "6 cells, numbers 0 to 5\n" in result.stdout


def test_a_cell_tells_the_origin_of_every_value(tmp_path: Path) -> None:
    told = explain(tmp_path, "steps=2,control=off,light=Noon").stdout
    for line in (
        "cell 1 of 6: steps 2, control off, light Noon",
        "state   planned, to send",
        "subject = 銀髪の少女  vars.subject  r.yaml:3:17",
        "axes.steps[0]  r.yaml:9:11",
        "replaced: night -> day\\x1b[2J  axes.light[1]  r.yaml:11:27",
        "applies only when controlnet_model is given",
        "gptproto-novelai.md:",
        "drawn once, the same in every cell",
    ):
        assert line in told
    assert "\x1b" not in told


def test_long_values_are_cut_and_whole_with_json(tmp_path: Path) -> None:
    assert "characters; whole with --json)" in explain(tmp_path, "0").stdout
    members = {one["name"]: one for one in document(tmp_path, "0")["request"]}
    assert members["prompt"]["value"].endswith("静かな瞳、night")
    assert members["prompt"]["from"]["written"].startswith("${{ subject }}")
    assert members["steps"]["from"] == {
        "kind": "axis",
        "path": "axes.steps[0]",
        "file": "r.yaml",
        "line": 9,
        "column": 11,
    }


@pytest.mark.parametrize("cell", [(), ("0",), ("steps=4,control=on,light=Noon",)])
def test_no_line_is_wider_than_a_terminal(tmp_path: Path, cell: tuple[str, ...]) -> None:
    told = explain(tmp_path, "r.yaml", *cell).stdout.splitlines()
    assert [line for line in told if cell_len(line) > 80] == []


def test_a_place_that_is_no_cell_tells_what_holds_it_back(tmp_path: Path) -> None:
    result = explain(tmp_path, "steps=4,control=off,light=Noon")
    assert result.returncode == 0
    assert result.stdout.startswith("no cell: steps 4, control off, light Noon\n")
    held = document(tmp_path, "steps=4,control=off,light=Noon")["held_by"]
    assert [(one["kind"], one["path"], one["names"]) for one in held] == [
        ("where", "where[0]", {"label.light": "Noon", "steps": 4})
    ]


def test_several_matches_are_listed_ten_at_most_and_are_bad_input(tmp_path: Path) -> None:
    result = explain(tmp_path, "r.yaml", "control=on", "-s", "axes.steps=1, 2, ..., 20")
    assert (result.returncode, result.stdout) == (2, "")
    lines = result.stderr.splitlines()
    assert lines[0].startswith("error: control=on means more than 10 cells; add labels until one is left")
    assert len(lines) == 12
    assert lines[1].endswith("steps 1, control on, light Night")
    assert lines[-1] == "  ..."


def test_what_was_meant_is_told(tmp_path: Path) -> None:
    assert "did you mean light?" in explain(tmp_path, "lihgt=Noon").stderr
    assert "did you mean light=Noon?" in explain(tmp_path, "light=Non").stderr


def test_a_beginning_of_a_digest_is_a_cell_as_its_whole_is(tmp_path: Path) -> None:
    digest = document(tmp_path, "3")["digest"]
    assert document(tmp_path, digest[:12])["cell"] == 3
    assert document(tmp_path, digest)["cell"] == 3


def test_changes_and_targets_are_those_of_plan(tmp_path: Path) -> None:
    one = document(tmp_path, "0", "-s", "params.size=128x128", "--var", "subject=1girl")
    size = next(member for member in one["request"] if member["name"] == "size")
    assert (size["value"], size["from"]["file"]) == ("128x128", "-s params.size")
    planned = cli(tmp_path, "plan", "r.yaml", "--live", "--cells", "--json")
    digests = [cell["digest"] for cell in json.loads(planned.stdout)["list"]]
    assert document(tmp_path, "0", "--live")["digest"] == digests[0] != document(tmp_path, "0")["digest"]


def test_the_state_is_that_of_the_ledger(tmp_path: Path) -> None:
    recipe = tmp_path / "one.yaml"
    recipe.write_text(
        "teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\nparams: {prompt: x, size: 64x64, steps: 2}\n"
    )
    assert document(tmp_path, "one.yaml", "0")["state"] == "planned"
    assert cli(tmp_path, "run", "one.yaml").returncode == 0
    assert document(tmp_path, "one.yaml", "0")["state"] == "done"
    assert "state   done\n" in explain(tmp_path, "one.yaml", "0").stdout


def test_a_recipe_of_which_no_cell_is_left_reports_and_is_bad_input(tmp_path: Path) -> None:
    result = explain(tmp_path, "r.yaml", "-s", 'where=["steps > 9"]')
    assert result.returncode == 2
    assert "8 left out  where[0]" in result.stdout
    assert "no cell is left" in result.stderr
    assert explain(tmp_path, "r.yaml", "0", "-s", 'where=["steps > 9"]').returncode == 2


def test_a_recipe_with_mistakes_tells_those(tmp_path: Path) -> None:
    result = explain(tmp_path, "r.yaml", "0", "-s", "params.stepz=3")
    assert (result.returncode, result.stdout) == (2, "")
    assert "did you mean steps?" in result.stderr


def test_a_lock_is_explained_as_far_as_it_knows(tmp_path: Path) -> None:
    explain(tmp_path, "r.yaml")
    assert cli(tmp_path, "plan", "r.yaml", "-o", "plan.lock.json").returncode == 0
    report, own = document(tmp_path, "plan.lock.json"), document(tmp_path, "r.yaml")
    assert report["digest"] == own["digest"]
    counts = [(one["reason"], one["places"], one["first"]) for one in report["grids"][0]["dropped"]]
    assert counts == [(one["reason"], one["places"], one["first"]) for one in own["grids"][0]["dropped"]]
    one = document(tmp_path, "plan.lock.json", "2")
    assert values(one) == values(document(tmp_path, "r.yaml", "2"))
    held = explain(tmp_path, "plan.lock.json", "steps=4,control=off,light=Noon")
    assert "noon needs no more" in held.stdout
    assert explain(tmp_path, "plan.lock.json", "-s", "a=b").returncode == 2


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.name)
def test_every_recipe_of_the_gallery_can_be_explained(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(RECIPES.parent)
    for cell in ((), ("0",)):
        result = CliRunner().invoke(command, [f"recipes/{path.name}", *cell])
        assert (result.exit_code, result.stderr) == (0, "")
        assert [line for line in result.stdout.splitlines() if cell_len(line) > 80] == []
