"""`teststrip schema diff` with real pages, schemas, recipes and a git repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import warm
from teststrip.cli.schema_diff import command
from teststrip.errors import InputError
from teststrip.provider.catalogue import bundled_providers
from teststrip.schema.files import write_schemas

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "src" / "teststrip" / "provider" / "pages" / "gptproto-novelai.md").read_text("utf-8")
NARROWER = ("| `28` | 1 - 50 |", "| `18` | 1 - 20 |")
DEFAULT = ("| `karras` | `native`", "| `native` | `native`")


def changed(*edits: tuple[str, str]) -> str:
    text = PAGE
    for before, after in edits:
        assert before in text
        text = text.replace(before, after)
    return text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "recipes", tmp_path / "recipes")
    (tmp_path / "old.md").write_text(PAGE, "utf-8")
    (tmp_path / "narrower.md").write_text(changed(NARROWER, DEFAULT), "utf-8")
    (tmp_path / "default.md").write_text(changed(DEFAULT), "utf-8")
    other = "teststrip: 1\nmodel: elsewhere/x\nparams: {prompt: a}\n"
    (tmp_path / "other.yaml").write_text(other, "utf-8")
    return tmp_path


def diff(folder: Path, *arguments: str, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return warm.run(
        [sys.executable, "-m", "teststrip", "schema", "diff", *arguments],
        cwd=folder,
        env=environ,
    )


def test_what_breaks_is_told_recipe_by_recipe(folder: Path) -> None:
    result = diff(folder, "old.md", "narrower.md", "recipes", "other.yaml")
    assert result.returncode == 1
    assert "all 4 models" in result.stdout
    assert result.stdout.count("must be at most 20 now; it was at most 50") == 1
    assert "recipes/quickstart.yaml  of 36 cells, 6 refused, 30 change" in result.stdout
    assert "recipes/quickstart.yaml:14:28  axes.steps[5]  28 is above the maximum 20" in result.stdout
    assert "refused  cells with steps 28\n" in result.stdout
    assert "noise_schedule karras -> native, which the recipe does not set (30 cells)" in result.stdout
    assert "other.yaml  not concerned" in result.stdout
    assert max(map(len, result.stdout.splitlines())) < 100
    assert "\x1b" not in result.stdout
    assert result.stderr == ""


def test_the_sentence_is_that_of_check(folder: Path) -> None:
    result = diff(folder, "old.md", "narrower.md", "recipes/quickstart.yaml", "--json")
    (recipe,) = json.loads(result.stdout)["recipes"]
    assert recipe["problems"] == [
        {
            "file": "recipes/quickstart.yaml",
            "line": 14,
            "column": 28,
            "path": "axes.steps[5]",
            "message": "28 is above the maximum 20",
            "suggestion": None,
            "concerns": "6 of 36 cells",
        }
    ]
    assert (recipe["verdict"], recipe["cells"], recipe["refused"], recipe["changed"]) == ("refused", 36, 6, 30)
    assert recipe["shares"] == [{"axis": "steps", "value": "28", "cells": 6, "of": 6}]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["old.md", "old.md"], 0),
        (["old.md", "old.md", "recipes"], 0),
        (["old.md", "narrower.md"], 1),
        (["narrower.md", "old.md"], 0),
        (["narrower.md", "old.md", "--strict"], 1),
        (["old.md", "default.md"], 0),
        (["old.md", "default.md", "--strict"], 1),
        (["old.md", "default.md", "recipes"], 0),
        (["old.md", "default.md", "recipes", "--strict"], 1),
        (["old.md", "narrower.md", "other.yaml"], 0),  # what breaks does not concern it
    ],
)
def test_exit_codes(folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int) -> None:
    monkeypatch.chdir(folder)
    assert CliRunner().invoke(command, arguments).exit_code == code


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["old.md", "none.md"], "none.md:1:1  the file cannot be read"),
        (["old.md", "other.yaml"], "other.yaml:1:1  a provider page begins with its front matter"),
        (["old.md", "old.md", "none.yaml"], "none.yaml:1:1  the file cannot be read"),
        (["old.md", "broken.json"], "broken.json:1:2  this is not JSON"),
        (["old.md", "list.json"], "list.json:1:1  a schema is a mapping"),
        (["old.md", "recipes"], "recipes: no request schema (*.request.json) lies in this folder"),
        (["git:HEAD", "old.md"], "git:HEAD: write git:REVISION:PATH"),
        (["git:--output=x:old.md", "old.md"], "a revision does not begin with a dash"),
    ],
)
def test_bad_input_is_told_with_its_place(
    folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(folder)
    (folder / "broken.json").write_text("{", "utf-8")
    (folder / "list.json").write_text("[]", "utf-8")
    error = CliRunner().invoke(command, arguments).exception
    assert isinstance(error, InputError)
    assert error.exit_code == 2
    assert said in str(error)


def git(folder: Path, *arguments: str) -> None:
    named = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    program = shutil.which("git") or "git"
    subprocess.run([program, *named, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_revisions_of_git_are_read(folder: Path) -> None:
    write_schemas(folder / "schemas", bundled_providers())
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "one")
    (folder / "old.md").write_text(changed(NARROWER), "utf-8")
    for file in (folder / "schemas" / "gptproto").glob("*.request.json"):
        text = file.read_text("utf-8")
        file.write_text(text.replace('"maximum": 50', '"maximum": 20'), "utf-8")

    page = diff(folder, "git:HEAD:old.md", "old.md", "recipes")
    assert page.returncode == 1
    assert "gptproto: git:HEAD:old.md -> old.md" in page.stdout
    assert "must be at most 20 now" in page.stdout

    schemas = diff(folder, "git:HEAD:schemas", "schemas", "recipes")
    assert schemas.returncode == 1
    assert "all 4 models" in schemas.stdout
    assert "axes.steps[5]  28 is above the maximum 20" in schemas.stdout
    assert "unjudged" in schemas.stdout

    one = "schemas/gptproto/nai-diffusion-4-5-full.request.json"
    single = diff(folder, f"git:HEAD:{one}", one, "--json")
    (change,) = json.loads(single.stdout)["changes"]
    assert (change["model"], change["path"], change["severity"]) == ("nai-diffusion-4-5-full", "steps", "breaks")
    lines = (folder / one).read_text("utf-8").splitlines()
    assert (
        '"steps"' in lines[change["where_new"]["line"] - 2] or '"steps"' in lines[change["where_new"]["line"] - 1]
    )

    inside = diff(folder / "recipes", "git:HEAD:./quickstart.yaml", "../old.md")
    assert (inside.returncode, "git:HEAD:./quickstart.yaml:1:1" in inside.stderr) == (2, True)
    missing = diff(folder, "git:nowhere:old.md", "old.md")
    assert (missing.returncode, "git:nowhere:old.md: git says" in missing.stderr) == (2, True)


def test_a_machine_without_git_is_told_so(folder: Path) -> None:
    result = diff(folder, "git:HEAD:old.md", "old.md", environ={**os.environ, "PATH": str(folder)})
    assert result.returncode == 2
    assert "git is not installed" in result.stderr


def test_what_pages_say_is_never_sent_raw_to_a_terminal(folder: Path) -> None:
    evil = changed(("1 = Light", "1 = Li\x1b[31mght"))
    (folder / "evil.md").write_text(evil, "utf-8")
    shown = diff(folder, "old.md", "evil.md", "--all").stdout
    assert "Li" in shown
    assert "\x1b" not in shown
