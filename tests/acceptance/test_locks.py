"""Locks as a person uses them: real processes, real files, the darkroom."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import warm
from teststrip.plan.lock import seal_of
from teststrip.provider import catalogue

PAGE = (Path(catalogue.__file__).parent / "pages" / "gptproto-novelai.md").read_text("utf-8")
SMALL = """\
teststrip: 1
title: Small strip
model: gptproto/nai-diffusion-4-5-full
params: {prompt: "1girl, red hair", size: 128x192}
axes:
  sampler: [k_euler, k_dpmpp_2m]
  steps: [2, 4, 6]
sheets:
  - {rows: sampler, cols: steps}
"""


def cli(*arguments: str, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return warm.run(
        [sys.executable, "-m", "teststrip", *arguments],
        cwd=cwd,
        timeout=120,
        env=clean() | environ,
    )


def clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("GPTPROTO_", "TESTSTRIP_"))}


def last(result: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return document


def files(folder: Path) -> dict[str, bytes]:
    """Every picture, sheet and lock of a runs folder, without its ledger."""
    runs = folder / "runs"
    kept = (path for path in sorted(runs.rglob("*")) if path.is_file() and "ledger" not in path.name)
    return {path.relative_to(runs).as_posix(): path.read_bytes() for path in kept}


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with the small recipe and its lock."""
    (tmp_path / "small.yaml").write_text(SMALL)
    result = cli("plan", "small.yaml", "-o", "plan.lock.json", cwd=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.endswith("lock: plan.lock.json\n")
    return tmp_path


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the small recipe was run, and nothing was touched."""
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "small.yaml").write_text(SMALL)
    assert cli("run", "small.yaml", cwd=folder).returncode == 0
    return folder


def test_running_a_lock_is_running_its_recipe(here: Path, undisturbed: Path) -> None:
    lock = (here / "plan.lock.json").read_bytes()
    result = cli("run", "plan.lock.json", "--json", cwd=here)
    assert (result.returncode, result.stderr) == (0, "")
    assert files(here) == files(undisturbed)
    assert (here / last(result)["run"] / "plan.lock.json").read_bytes() == lock
    assert last(cli("run", "small.yaml", "--json", cwd=here))["sent"] == 0


def test_a_lock_needs_no_recipe_and_no_name(here: Path, undisturbed: Path, tmp_path: Path) -> None:
    (here / "small.yaml").unlink()
    moved = tmp_path / "somewhere" / "kept"
    moved.parent.mkdir()
    (here / "plan.lock.json").rename(moved)
    result = cli("run", str(moved), "--json", cwd=here)
    assert (result.returncode, result.stderr) == (0, "")
    assert files(here) == files(undisturbed)
    assert "recipe small.yaml is not here to compare with" in cli("plan", str(moved), cwd=here).stdout


def test_a_run_writes_its_lock_first(here: Path) -> None:
    process = warm.start(
        [sys.executable, "-m", "teststrip", "run", "small.yaml", "--json"],
        cwd=here,
        stdout=subprocess.PIPE,
        env=clean(),
    )
    assert process.stdout is not None
    started = json.loads(process.stdout.readline())
    lock = here / started["run"] if "run" in started else here / started["folder"]
    assert (lock / "plan.lock.json").read_bytes() == (here / "plan.lock.json").read_bytes()
    process.communicate(timeout=60)


def test_configuration_read_lazily_while_the_sweep_runs(undisturbed: Path, tmp_path: Path) -> None:
    """Trap 8: what is edited while a run goes on changes nothing of it: plan once, lock, run the lock."""
    (tmp_path / "providers").mkdir()
    page = tmp_path / "providers" / "page.md"
    page.write_text(PAGE)
    recipe = tmp_path / "small.yaml"
    recipe.write_text(SMALL)
    process = warm.start(
        [sys.executable, "-m", "teststrip", "run", "small.yaml", "--json"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        env=clean(),
    )
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line)["event"] == "cell_finished":
            break
    recipe.write_text(SMALL.replace("[2, 4, 6]", "[8]").replace("red hair", "blue hair").replace("Small", "Other"))
    page.write_text(PAGE.replace("| `28` | 1 - 50 |", "| `28` | 20 - 50 |").replace("`k_dpmpp_2m`", "`k_other`"))
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    done = json.loads(rest.splitlines()[-1])
    assert (done["cells"], done["sent"], done["done"]) == (6, 6, 6)
    ours, theirs = files(tmp_path), files(undisturbed)
    assert {name for name in ours if not name.endswith(".lock.json")} == {
        name for name in theirs if not name.endswith(".lock.json")
    }
    for name, data in theirs.items():
        if name.endswith(".lock.json"):  # the page of a project has another name
            assert json.loads(ours[name])["cells"] == json.loads(data)["cells"]
        else:
            assert ours[name] == data


def test_a_lock_whose_recipe_has_changed_runs_and_says_what_differs(here: Path, undisturbed: Path) -> None:
    (here / "small.yaml").write_text(SMALL.replace("[2, 4, 6]", "[2, 4, 8, 9]"))
    result = cli("run", "plan.lock.json", "--json", cwd=here)
    assert result.returncode == 0
    said = (
        "recipe small.yaml has changed since this was planned: planned now, it has 4 cells the same, 4 new, 2 gone"
    )
    assert result.stderr == f"differs: {said} (steps: 8 and 9 are new, 6 is gone)\n"
    assert files(here) == files(undisturbed)
    told = json.loads(cli("plan", "plan.lock.json", "--json", cwd=here).stdout)
    assert told["differs"] == [f"{said} (steps: 8 and 9 are new, 6 is gone)"]
    (here / "small.yaml").write_text(SMALL.replace("k_euler,", "k_eular,"))
    result = cli("run", "plan.lock.json", cwd=here)
    assert result.returncode == 0
    assert "has changed since this was planned, and has 1 problem now: teststrip check small.yaml" in result.stderr


def test_a_lock_whose_page_has_changed_says_what_differs(here: Path) -> None:
    (here / "providers").mkdir()
    page = here / "providers" / "page.md"
    page.write_text(PAGE.replace("| `28` | 1 - 50 |", "| `6` | 1 - 6 |"))
    result = cli("run", "plan.lock.json", cwd=here)
    assert result.returncode == 0
    lead = "differs: page gptproto-novelai.md is not the one that this was planned with: steps: "
    assert f"{lead}must be at most 6 now; it was at most 50\n" in result.stderr


def test_what_the_page_refuses_now_is_an_error_before_anything_is_sent(here: Path) -> None:
    (here / "providers").mkdir()
    page = here / "providers" / "page.md"
    page.write_text(PAGE.replace("| `28` | 1 - 50 |", "| `4` | 1 - 4 |").replace("`k_dpmpp_2m`", "`k_other`"))
    line = (here / "plan.lock.json").read_text().splitlines().index('  "cells": [') + 2
    for command in ("run", "plan", "check"):
        result = cli(command, "plan.lock.json", cwd=here)
        told = result.stdout if command == "check" else result.stderr
        assert result.returncode == 2
        assert f"plan.lock.json:{line + 2}:1  cells[2].request.steps  6 is above the maximum 4 (2 cells)" in told
        assert f"plan.lock.json:{line + 3}:1  cells[3].request.sampler" in told
    assert not (here / "runs").exists()


@pytest.mark.parametrize(
    ("made", "options", "words"),
    [
        (
            [],
            ["--live"],
            ["the paid API at https://gptproto.com", "teststrip plan small.yaml --live -o plan.lock.json"],
        ),
        (
            [],
            ["--target", "http://127.0.0.1:9"],
            ["plan small.yaml --target http://127.0.0.1:9 -o plan.lock.json"],
        ),
        (["--live"], [], ["to run it there, give --live", "teststrip plan small.yaml -o plan.lock.json"]),
        (["--live"], ["--target", "http://127.0.0.1:9"], ["give --live"]),
        (["--target", "http://127.0.0.1:9"], [], ["give --target http://127.0.0.1:9;"]),
        (
            ["--target", "http://127.0.0.1:9"],
            ["--target", "http://127.0.0.1:8"],
            ["give --target http://127.0.0.1:9;"],
        ),
    ],
)
def test_a_lock_runs_at_the_target_that_it_was_made_for(
    made: list[str], options: list[str], words: list[str], here: Path
) -> None:
    assert cli("plan", "small.yaml", "-o", "plan.lock.json", *made, cwd=here).returncode == 0
    result = cli("run", "plan.lock.json", *options, cwd=here, GPTPROTO_API_KEY="sk-secret")
    assert result.returncode == 2
    assert "was planned for" in result.stderr
    for word in words:
        assert word in result.stderr
    assert not (here / "runs").exists()


def test_a_lock_of_another_darkroom_is_planned_again_not_run(here: Path) -> None:
    body = json.loads((here / "plan.lock.json").read_text())
    other = cli("plan", "small.yaml", cwd=here).stdout.split("darkroom/")[1].split("\n")[0]
    assert body["versions"]["renderer"] == other
    from teststrip.plan.lock import write_lock
    from teststrip.plan.make import make_plan
    from teststrip.provider.catalogue import find_provider
    from teststrip.recipe.load import load_recipe

    provider = find_provider("gptproto")
    assert provider is not None
    write_lock(here / "old.lock.json", make_plan(load_recipe(here / "small.yaml"), provider, "darkroom/0"))
    result = cli("run", "old.lock.json", cwd=here)
    assert result.returncode == 2
    assert "planned for version 0 of the darkroom" in result.stderr
    assert "teststrip plan small.yaml -o old.lock.json" in result.stderr
    assert "planned for version 0 of the darkroom" in cli("check", "old.lock.json", cwd=here).stdout
    told = cli("plan", "old.lock.json", cwd=here)
    assert told.returncode == 0
    assert "differs: planned for version 0 of the darkroom" in told.stdout


def test_a_key_that_stands_in_the_recipe_is_neither_sent_nor_kept(here: Path) -> None:
    (here / "small.yaml").write_text(SMALL)
    told = {"GPTPROTO_API_KEY": "sk-found-in-a-recipe", "GPTPROTO_API_BASE_URL": "http://127.0.0.1:9"}
    for change in ("-s", "--var"):
        name = "params.prompt" if change == "-s" else "unused"
        result = cli(
            "run", "small.yaml", "--live", change, f"{name}=sk-found-in-a-recipe, a boat", cwd=here, **told
        )
        kept = [path for path in (here / "runs").rglob("*") if path.is_file() and b"sk-found" in path.read_bytes()]
        assert kept == []
        if change == "-s":
            assert result.returncode == 2
            assert "the key of the paid API stands in the recipe" in result.stderr
            assert "sk-found" not in result.stderr + result.stdout


def test_the_key_that_live_needs_is_told_with_all_other_problems(here: Path) -> None:
    assert cli("plan", "small.yaml", "--live", "-o", "live.lock.json", cwd=here).stderr.startswith(
        "GPTPROTO_API_KEY"
    )
    for arguments in (["run", "live.lock.json"], ["check", "live.lock.json"], ["check", "small.yaml"]):
        result = cli(*arguments, "--live", cwd=here)
        assert result.returncode == 2
        assert "GPTPROTO_API_KEY is not set" in result.stdout + result.stderr
    (here / "small.yaml").write_text(SMALL.replace("k_euler,", "k_eular,").replace("6]", "99]"))
    for command in ("run", "plan", "check"):
        result = cli(command, "small.yaml", "--live", cwd=here)
        told = result.stdout if command == "check" else result.stderr
        assert result.returncode == 2
        assert "small.yaml:3:8  model  GPTPROTO_API_KEY is not set" in told
        assert "did you mean k_euler?" in told
        assert "99 is above the maximum 50" in told
        assert told.endswith("3 problems.\n")
    bad = cli(
        "check", "small.yaml", "--live", cwd=here, GPTPROTO_API_KEY="sk secret", GPTPROTO_API_BASE_URL="http://x"
    )
    assert "GPTPROTO_API_KEY holds something that is no key" in bad.stdout
    assert "GPTPROTO_API_BASE_URL: http://x is not https" in bad.stdout
    assert "secret" not in bad.stdout + bad.stderr
    assert not (here / "runs").exists()


def test_a_canvas_or_pixel_limit_discovered_after_paying(tmp_path: Path) -> None:
    """Trap 10: what no page of a sheet can show is told before the first request, at its place."""
    text = "night city, " * 6000
    both = f'params: {{negative_prompt: "{text}", '
    (tmp_path / "r.yaml").write_text(SMALL.replace("1girl, red hair", text).replace("params: {", both))
    for command in ("check", "plan", "run"):
        result = cli(command, "r.yaml", cwd=tmp_path)
        told = result.stdout if command == "check" else result.stderr
        assert result.returncode == 2
        assert "r.yaml:9:5  sheets[0]  a page with one line of this sheet would be " in told
        assert "prompt has 72,000 characters: shorten it" in told
    assert not (tmp_path / "runs").exists()


def test_every_sheet_is_written_under_a_name_of_its_own(tmp_path: Path) -> None:
    more = "  - {rows: steps, cols: sampler, title: Turned}\n  - {rows: steps, pages: sampler, title: Paged}\n"
    (tmp_path / "r.yaml").write_text(SMALL + more)
    done = last(cli("run", "r.yaml", "--json", cwd=tmp_path))
    names = [Path(sheet).name for sheet in done["sheets"]]
    assert names == ["sheet-01.png", "sheet-02.png", "sheet-03-01.png", "sheet-03-02.png"]
    titles = []
    for sheet in done["sheets"]:
        with Image.open(tmp_path / sheet) as picture:
            titles.append(picture.info["Title"])
    assert titles == ["Small strip", "Turned", "Paged", "Paged"]


def test_a_damaged_or_hostile_lock_is_refused_and_writes_nothing(here: Path) -> None:
    text = (here / "plan.lock.json").read_text()
    body = json.loads(text)
    later = text.replace('"teststrip_lock": 2', '"teststrip_lock": 3')
    crafted = body | {"title": "../../../owned\x1b[31m", "recipe": body["recipe"] | {"file": "../../etc/passwd"}}
    crafted["seal"] = seal_of(crafted)
    for damaged in (text[:900], text.replace('"steps": 4', '"steps": 5'), later, "", "\0"):
        (here / "bad.lock.json").write_text(damaged)
        for command in ("run", "plan", "check"):
            result = cli(command, "bad.lock.json", cwd=here)
            assert result.returncode == 2
            assert "bad.lock.json:" in result.stdout + result.stderr
            assert "Traceback" not in result.stderr
    assert not (here / "runs").exists()
    (here / "crafted.json").write_text(json.dumps(crafted))
    result = cli("run", "crafted.json", "--json", cwd=here)
    assert result.returncode == 0
    assert Path(last(result)["run"]).parent == Path("runs")
    assert "\x1b" not in cli("plan", "crafted.json", cwd=here).stdout
    assert sorted(path.name for path in here.iterdir()) == [
        "bad.lock.json",
        "crafted.json",
        "plan.lock.json",
        "runs",
        "small.yaml",
    ]


def test_a_plan_is_compared_with_a_lock(here: Path) -> None:
    (here / "small.yaml").write_text(SMALL.replace("[2, 4, 6]", "[2, 4, 8]").replace("red hair", "red hair"))
    result = cli("plan", "small.yaml", "--against", "plan.lock.json", cwd=here)
    assert "against plan.lock.json: 4 cells the same, 2 new, 2 gone (steps 6 -> 8)\n" in result.stdout
    told = json.loads(cli("plan", "small.yaml", "--against", "plan.lock.json", "--json", cwd=here).stdout)
    assert told["against"] == {
        "same": 4,
        "new": 2,
        "gone": 2,
        "steps": [{"name": "steps", "new": [8], "gone": [6]}],
    }
    assert cli("plan", "small.yaml", "-o", "plan.lock.json", cwd=here).returncode == 0
    assert (
        "6 cells the same, 0 new, 0 gone"
        in cli("plan", "small.yaml", "--against", "plan.lock.json", cwd=here).stdout
    )


def test_a_plan_is_written_over_no_other_file(here: Path) -> None:
    result = cli("plan", "small.yaml", "-o", "small.yaml", cwd=here)
    assert result.returncode == 2
    assert "small.yaml is there already and is no lock" in result.stderr
    assert (here / "small.yaml").read_text() == SMALL
