"""`teststrip provider`, as a person uses it: real files, the real program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import warm
from teststrip.provider.catalogue import bundled_pages

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "provider-pages.md").read_text("utf-8")
TOY = DOCS.split("````markdown\n")[1].split("````\n")[0]
RECIPE = "teststrip: 1\nmodel: {model}\nparams: {{prompt: x}}\naxes:\n  steps: [2, 4]\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "providers").mkdir(parents=True)
    (tmp_path / "home" / "providers").mkdir(parents=True)
    return folder


def run_it(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "GPTPROTO_API_KEY"}}
    environ |= {"TESTSTRIP_HOME": str(project.parent / "home")} | environment
    command = [sys.executable, "-m", "teststrip", *arguments]
    return warm.run(command, cwd=project, env=environ)


def page(project: Path, name: str, text: str = TOY) -> None:
    (project / "providers" / name).write_text(text, "utf-8")


def recipe(project: Path, model: str) -> str:
    (project / "recipe.yaml").write_text(RECIPE.format(model=model), "utf-8")
    return "recipe.yaml"


def test_a_page_in_the_project_is_a_provider_for_every_command(project: Path) -> None:
    page(project, "toy.md", TOY.replace("`make`", "`generate`"))  # the word that the darkroom knows
    assert run_it(project, "check", recipe(project, "toy/toy-1")).stdout == "recipe.yaml: good, 2 cells\n"
    ran = run_it(project, "run", "recipe.yaml", "--json")
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout.splitlines()[-1])["done"] == 2
    built = run_it(project, "schema", "build", "--json")
    assert "toy/toy-1.recipe.json" in json.loads(built.stdout)["written"]
    schema = json.loads((project / "schemas" / "toy" / "toy-1.request.json").read_text("utf-8"))
    assert schema["description"].endswith("made from toy.md.")


def test_pages_of_the_user_folder_have_schemas_only_when_asked_for(project: Path) -> None:
    (project.parent / "home" / "providers" / "toy.md").write_text(TOY, "utf-8")
    assert run_it(project, "check", recipe(project, "toy/toy-1")).returncode == 0
    assert "toy/" not in run_it(project, "schema", "build").stdout
    assert "toy/toy-2.request.json" in run_it(project, "schema", "build", "--user").stdout


def test_a_broken_page_is_told_when_it_is_needed_and_only_then(project: Path) -> None:
    page(project, "broken.md", TOY.replace("| no | `20` |", "| no | many |"))
    good = run_it(project, "check", recipe(project, "gptproto/nai-diffusion-4-full"))
    assert (good.returncode, good.stdout) == (0, "recipe.yaml: good, 2 cells\n")
    for model in ("toy/toy-1", "toyy/toy-1"):
        needed = run_it(project, "check", recipe(project, model))
        assert needed.returncode == 2
        assert 'providers/broken.md:35:28  steps  the default "many" is not a whole number' in needed.stdout
    assert run_it(project, "emulate", "--provider", "toy").returncode == 2
    assert run_it(project, "schema", "build").returncode == 2
    listed = run_it(project, "provider", "list")
    assert listed.returncode == 1
    assert "toy        broken: 1 problem\n           project: providers/broken.md\n" in listed.stdout


def test_the_list_says_what_is_used_and_what_is_not(project: Path) -> None:
    page(project, "toy.md")
    mine = project.parent / "home" / "providers" / "toy.md"
    mine.write_text(TOY.replace("title: A toy", "title: Mine"), "utf-8")
    listed = run_it(project, "provider", "list")
    assert listed.returncode == 0
    assert "toy        A toy\n           2 models, project: providers/toy.md\n" in listed.stdout
    assert f"2 models, user: {mine}; not used, providers/toy.md comes first\n" in listed.stdout
    rows = json.loads(run_it(project, "provider", "list", "--json").stdout)["providers"]
    assert [(row["name"], row["source"], row["shadowed_by"]) for row in rows[:2]] == [
        ("toy", "project", None),
        ("toy", "user", "providers/toy.md"),
    ]


def test_check_tells_every_problem_of_every_page(project: Path) -> None:
    page(project, "toy.md")
    page(project, "bad.md", TOY.replace("| no | `20` |", "| no | many |").replace("[Methods]", "[Metods]"))
    good = run_it(project, "provider", "check", "providers/toy.md")
    assert (good.returncode, good.stdout) == (0, "providers/toy.md: good, 2 models, 7 parameters\n")
    bad = run_it(project, "provider", "check", "providers/bad.md", "providers/toy.md", "nothing.md")
    assert bad.returncode == 2
    assert "providers/bad.md:35:28  steps" in bad.stdout
    assert "providers/bad.md:36:38  method" in bad.stdout
    assert "nothing.md:1:1  the file cannot be read: No such file or directory" in bad.stdout
    as_json = json.loads(run_it(project, "provider", "check", "--json", "providers/bad.md").stdout)
    assert as_json["problems"][0]["line"] == 35
    assert as_json["good"] == []


@pytest.mark.parametrize("name", ["toy", "toy/toy", "toy/toy-1", "providers/toy.md"])
def test_show_takes_a_name_a_model_or_a_page(project: Path, name: str) -> None:
    page(project, "toy.md")
    shown = run_it(project, "provider", "show", name)
    assert shown.returncode == 0, shown.stderr
    assert "steps                   integer; default 20; 1 to 50" in shown.stdout
    assert "TOY_API_KEY (not set)" in shown.stdout
    assert "\x1b" not in shown.stdout


def test_show_tells_what_the_documentation_says_of_limits_and_of_paying_once(project: Path) -> None:
    page(project, "queue.md", DOCS.split("````markdown\n")[2].split("````\n")[0])
    shown = run_it(project, "provider", "show", "queue", COLUMNS="120").stdout
    assert "submit   POST /v1/pictures\n           charged once with the same X-Once within 24 hours\n" in shown
    assert (
        "limits   the API allows 4 at once, 120 a minute\n"
        "           of a picture: sides are multiples of 8, at least 4096 pixels, at most 1048576 pixels\n"
        "           a picture's link lives for 3600 s\n"
    ) in shown
    document = json.loads(run_it(project, "provider", "show", "--json", "queue").stdout)
    assert document["submit"]["idempotency"] == {"header": "X-Once", "hours": 24.0}
    assert document["facts"]["links"] == 3600


def test_show_keeps_to_a_model(project: Path) -> None:
    page(project, "toy.md")

    def names(*arguments: str) -> list[str]:
        shown: Any = json.loads(run_it(project, "provider", "show", "--json", *arguments).stdout)
        return [row["name"] for row in shown["parameters"]]

    assert names("toy", "--model", "toy-2") == names("toy/toy-2") == names("toy")[:-1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["toi"], "did you mean 'toy'?"),
        (["toy/toy-3"], "there are: toy-1, toy-2"),
        (["toy", "--model", "toy1"], "did you mean 'toy'?"),
        (["toy/toy-1", "--model", "toy-2"], "name two models; give one"),
        (["missing.md"], "missing.md:1:1  the file cannot be read"),
    ],
)
def test_show_says_what_was_probably_meant(project: Path, arguments: list[str], words: str) -> None:
    page(project, "toy.md")
    shown = run_it(project, "provider", "show", *arguments)
    assert shown.returncode == 2
    assert words in shown.stderr


def test_a_page_that_is_not_bundled_is_named_before_money_is_spent(project: Path) -> None:
    page(project, "toy.md")
    ran = run_it(project, "run", recipe(project, "toy/toy-1"), "--live")
    assert "providers/toy.md (project) is the page: requests and the key go to https://toy.example" in ran.stderr
    assert ran.returncode == 2  # and there is no key


def test_a_variable_that_sends_the_key_elsewhere_is_named_before_money_is_spent(project: Path) -> None:
    name = recipe(project, "gptproto/nai-diffusion-4-5-full")
    notice = "GPTPROTO_API_BASE_URL is set: requests and the key go to"
    assert notice not in run_it(project, "run", name, "--live").stderr
    told = run_it(project, "run", name, "--live", GPTPROTO_API_BASE_URL="http://127.0.0.1:9").stderr
    assert f"{notice} http://127.0.0.1:9" in told


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("base_url: https://gptproto.com", "base_url: https://evil.example"),
        ("base_url: https://gptproto.com", "base_url: https://gptproto.com:8443"),
        ("\npoll:\n  method", "\npoll:\n  origins: [https://evil.example]\n  method"),
    ],
)
def test_a_page_of_a_project_sends_the_key_of_another_page_nowhere_else(project: Path, old: str, new: str) -> None:
    bundled = next(page for page in bundled_pages() if page.name == "gptproto")
    assert old in bundled.text
    page(project, "page.md", bundled.text.replace(old, new))
    name = recipe(project, "gptproto/nai-diffusion-4-5-full")
    for command in (["check", "--live"], ["run", "--live"]):
        ran = run_it(project, command[0], name, *command[1:], GPTPROTO_API_KEY="sk-planted")
        assert ran.returncode == 2
        assert "would send the key of" in ran.stdout + ran.stderr
        assert "sk-planted" not in ran.stdout + ran.stderr
    assert not (project / "runs").exists()


def test_a_page_of_a_project_may_keep_a_key_to_its_own_place(project: Path) -> None:
    bundled = next(page for page in bundled_pages() if page.name == "gptproto")
    page(project, "page.md", bundled.text)
    ran = run_it(project, "run", recipe(project, "gptproto/nai-diffusion-4-5-full"), "--live")
    assert "would send the key" not in ran.stderr
    assert "GPTPROTO_API_KEY" in ran.stderr  # which is not set


def test_a_shell_completes_names(project: Path) -> None:
    page(project, "toy.md")
    environment = {
        "COMP_WORDS": "teststrip provider show t",
        "COMP_CWORD": "3",
        "_TESTSTRIP_COMPLETE": "bash_complete",
    }
    program = "import sys; sys.argv[0] = 'teststrip'; from teststrip.cli.main import program; program()"
    command = [sys.executable, "-c", program]
    environ = os.environ | environment
    done = warm.run(command, cwd=project, env=environ)
    assert done.stdout.split() == ["plain,toy"], done.stderr
