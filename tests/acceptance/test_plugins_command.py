"""Plugins on the command line: the switches, the project's file, what is printed where, and money."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import warm
from teststrip import __version__

RECIPE = """\
teststrip: 1
title: Cats
model: gptproto/nai-diffusion-4-5-full
params: {prompt: "a cat", size: 64x64, steps: 2}
axes:
  seed: [1, 2]
"""
START = "from teststrip.hookspecs import hookimpl\n"
BROKEN = "raise RuntimeError('no such device')"
# Every hook that a run reaches, each of them loud and most of them failing.
LOUD = """
import sys

print("imported")

@hookimpl
def teststrip_steps():
    print("asked")
    return ()

@hookimpl
def teststrip_plan_made(plan):
    print("plan")
    plan.cells[0].request["prompt"] = "another"
    plan.cells[0].request.clear()
    raise ValueError("plan")

@hookimpl
def teststrip_trial_started(request):
    print("started")
    request.clear()
    raise SystemExit(3)

@hookimpl
def teststrip_trial_done(outcome):
    print("done")
    outcome.state = "failed"

@hookimpl
def teststrip_sheet_written(path):
    print("sheet")
    raise KeyboardInterrupt

@hookimpl
def teststrip_run_done(run):
    print("run")
    run.outcomes.clear()
"""


def write(folder: Path, name: str, source: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(START + textwrap.dedent(source) if name.endswith(".py") else source, "utf-8")
    return file


def program(folder: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return warm.run(
        [sys.executable, "-m", "teststrip", *arguments],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("GPTPROTO_")} | environ,
        timeout=120,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path, "cats.yaml", RECIPE)
    return tmp_path


def names(folder: Path, *arguments: str, **environ: str) -> list[tuple[str, str]]:
    done = program(folder, *arguments, "plugins", "--json", **environ)
    return [(one["name"], one["state"]) for one in json.loads(done.stdout)["plugins"]]


def test_the_switches_the_variable_and_the_project_s_file_together(project: Path) -> None:
    for name in ("a", "b", "c"):
        write(project, f"plugins/{name}.py", "")
    write(project, "teststrip.toml", 'plugins = ["plugins/b.py", "plugins/a.py"]')
    every = [("b", "loaded"), ("a", "loaded")]
    assert names(project) == every
    assert names(project, "-p", "plugins/c.py") == [*every, ("c", "loaded")]
    assert names(project, TESTSTRIP_PLUGINS="plugins/c.py,no:b") == [
        ("b", "blocked"),
        ("a", "loaded"),
        ("c", "loaded"),
    ]
    assert names(project, "-p", "b", TESTSTRIP_PLUGINS="no:b") == every
    assert names(project, "--no-plugins", TESTSTRIP_PLUGINS="plugins/c.py") == []
    assert names(project, "--no-plugins", "-p", "plugins/c.py") == [("c", "loaded")]


def test_a_file_in_plugins_that_is_not_listed_is_not_even_looked_at(project: Path) -> None:
    write(project, "plugins/evil.py", "open('been here', 'w')")
    write(project, "evil.py", "open('been here', 'w')")
    assert program(project, "check", "cats.yaml").returncode == 0
    assert names(project) == []
    assert not (project / "been here").exists()


def test_the_project_s_file_is_checked_at_its_lines(project: Path) -> None:
    write(project, "teststrip.toml", 'plugins = [\n  "../evil.py",\n]\n')
    done = program(project, "check", "cats.yaml", "--json")
    (problem,) = json.loads(done.stdout)["problems"]
    assert (done.returncode, problem["line"], problem["path"]) == (2, 2, "plugins[0]")
    assert program(project, "--no-plugins", "check", "cats.yaml").returncode == 0


@pytest.mark.parametrize(
    "command", [("check", "cats.yaml"), ("plan", "cats.yaml"), ("provider", "list"), ("run", "cats.yaml")]
)
def test_a_broken_plugin_is_named_before_anything_is_done(project: Path, command: tuple[str, ...]) -> None:
    write(project, "broken.py", BROKEN)
    done = program(project, "-p", "broken.py", *command)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        "error: the plugin 'broken' cannot be used: RuntimeError: no such device; -p no:broken leaves it out\n"
    )
    assert not (project / "runs").exists()
    assert program(project, "-p", "broken.py", "-p", "no:broken", *command).returncode == 0


def test_a_broken_plugin_keeps_nobody_from_the_help_and_is_not_loaded_for_the_version(project: Path) -> None:
    write(project, "broken.py", BROKEN)
    done = program(project, "--help", TESTSTRIP_PLUGINS="broken.py")
    assert done.returncode == 0
    assert "Sweep an image model's parameters" in done.stdout
    assert "warning: the plugin 'broken' cannot be used" in done.stderr
    done = program(project, "--version", TESTSTRIP_PLUGINS="broken.py")
    assert (done.stdout, done.stderr) == (f"teststrip, version {__version__}\n", "")
    done = program(project, "check", "--help", TESTSTRIP_PLUGINS="broken.py")
    assert (done.returncode, done.stderr) == (0, "")
    done = program(project, "plugins", TESTSTRIP_PLUGINS="broken.py")
    assert done.returncode == 1
    assert "broken  broken.py, named by -p (broken)" in done.stdout


def test_a_command_of_a_plugin_is_listed_and_runs_and_none_hides_ours(project: Path) -> None:
    source = """
    import click

    @click.command("greet", help="Say hello.")
    @click.argument("name")
    def greet(name):
        click.echo(f"Hello, {name}.")

    @hookimpl
    def teststrip_commands():
        return [greet]
    """
    write(project, "mine.py", source)
    done = program(project, "-p", "mine.py", "greet", "Ada")
    assert (done.returncode, done.stdout, done.stderr) == (0, "Hello, Ada.\n", "")
    assert "Commands of plugins:\n  greet  Say hello.\n" in program(project, "-p", "mine.py", "--help").stdout
    assert "greet" not in program(project, "--help").stdout
    write(project, "thief.py", source.replace("greet", "check"))
    done = program(project, "-p", "thief.py", "check", "cats.yaml")
    assert (done.returncode, done.stdout) == (0, "cats.yaml: good, 2 cells\n")
    done = program(project, "-p", "thief.py", "greet")
    assert (done.returncode, done.stdout) == (2, "")
    assert "the plugin 'thief' brings the command 'check', a name that teststrip has itself" in done.stderr
    write(project, "odd.py", source.replace('click.echo(f"Hello, {name}.")', "raise KeyError(name)"))
    done = program(project, "-p", "odd.py", "greet", "Ada")
    said = "error: the plugin 'odd' failed in its command 'greet': KeyError: 'Ada'\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)


def test_listeners_that_print_fail_and_meddle_leave_the_run_and_its_json_as_they_are(project: Path) -> None:
    write(project, "loud.py", LOUD)
    write(
        project, "calm.py", "@hookimpl\ndef teststrip_run_done(run):\n    (run.folder / 'heard').write_text('')\n"
    )
    done = program(project, "-p", "loud.py", "-p", "calm.py", "run", "cats.yaml", "--json")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, events[-1]["event"], events[-1]["done"]) == (0, "run_done", 2)
    printed = done.stderr.splitlines()
    assert [line for line in printed if not line.startswith("warning: ")] == [
        *("imported", "asked", "plan", "started", "started", "done", "done", "sheet", "run")
    ]
    warned = [line.removeprefix("warning: the plugin 'loud' failed in ") for line in printed if "warning" in line]
    assert [line.partition(":")[0] for line in warned] == [  # once for each hook, though two trials failed twice
        *("teststrip_plan_made", "teststrip_trial_started", "teststrip_trial_done"),
        *("teststrip_sheet_written", "teststrip_run_done"),
    ]
    assert len(list((project / "runs").glob("*/heard"))) == 1
    again = program(project, "run", "cats.yaml", "--json")
    assert json.loads(again.stdout.splitlines()[-1])["sent"] == 0  # the same requests, whatever it did to them


PRICE = """
from decimal import Decimal

@hookimpl
def teststrip_price(request):
    {body}
"""


def test_a_plugin_s_price_is_the_plan_s_and_the_budget_s(project: Path) -> None:
    write(project, "price.py", PRICE.format(body="return Decimal('7.25') * request['seed']"))
    plan = json.loads(program(project, "-p", "price.py", "plan", "cats.yaml", "--json").stdout)
    assert plan["price"]["total"] == 21.75
    done = program(project, "-p", "price.py", "plan", "cats.yaml", "--budget", "20", "--live")
    assert "would stop before 1 of 2 requests" in done.stdout


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return request['colour']", "failed in teststrip_price: KeyError: 'colour'"),
        ("return 0.5", "prices a request at 0.5; a price is a Decimal"),
        ("return Decimal(-1)", "prices a request at Decimal('-1')"),
        ("raise SystemExit(0)", "failed in teststrip_price: it ends the program"),
    ],
)
def test_a_price_that_goes_wrong_is_an_error_before_anything_is_sent(project: Path, body: str, words: str) -> None:
    write(project, "price.py", PRICE.format(body=body))
    # Nobody listens there: whatever is sent would fail in another way.
    run = ("run", "cats.yaml", "--target", "http://127.0.0.1:9", "--json")
    for command in (("plan", "cats.yaml"), run):
        done = program(project, "-p", "price.py", *command, GPTPROTO_API_KEY="k")
        assert done.returncode == 2
        assert words in done.stdout + done.stderr
        assert "cell_started" not in done.stdout


def test_a_sheet_that_a_plugin_cannot_write_costs_neither_the_others_nor_the_run(project: Path) -> None:
    writers = """
    def fails(page, path):
        path.write_text("half")
        raise OSError("disk full")

    @hookimpl
    def teststrip_sheet_writers():
        return {"txt": lambda page, path: path.write_text(page.sheet.title), "bad": fails, "none": print}
    """
    write(project, "mine.py", writers)
    write(project, "cats.yaml", RECIPE + "sheets: [{formats: [bad, txt, none, png]}]\n")
    done = program(project, "-p", "mine.py", "run", "cats.yaml")
    assert done.returncode == 1
    assert "error: the plugin 'mine' could not write sheet.bad: OSError: disk full\n" in done.stderr
    assert "error: the plugin 'mine' could not write sheet.none: it wrote no file\n" in done.stderr
    (run,) = (project / "runs").glob("cats-*")
    assert sorted(file.name for file in run.iterdir() if "sheet" in file.name) == ["sheet.png", "sheet.txt"]
    assert (run / "sheet.txt").read_text("utf-8") == "Cats"
    lock = str(run / "plan.lock.json")
    for command in (("check", lock), ("run", lock), ("resume", run.name)):
        done = program(project, *command)
        assert done.returncode == 2, command
        assert "bad is no format of sheets, unless a plugin brings it" in done.stdout + done.stderr
    assert program(project, "-p", "mine.py", "check", lock).returncode == 0


IMPORTER = """
from teststrip.plugins.records import Imported, Importer

def read(text, file):
    if "broken" in text:
        raise ValueError("line 3 has no end")
    return Imported(
        title="Mine",
        settings={{"Prompt": "a cat", "Colour": "red"}},
        axes={{
            "Steps": [10, 20],
            "mood": [{{"title": "Calm", "set": {{"CFG scale": 4}}}}, {{"set": {{"cfg": 7}}}}],
        }},
        lines={{"Colour": 2}},
        notes=("Sizes are left out.",),
    )

@hookimpl
def teststrip_importers():
    return {{"{name}": Importer(read, lambda text, file: {knows})}}
"""


def test_an_importer_of_a_plugin_is_found_by_the_file_or_by_its_name(project: Path) -> None:
    write(project, "mine.py", IMPORTER.format(name="mine", knows="text.startswith('MINE')"))
    write(project, "sweep.txt", "MINE\nColour red\n")
    done = program(project, "-p", "mine.py", "import", "sweep.txt", "--model", "gptproto/nai-diffusion-4-5-full")
    assert done.returncode == 1
    assert "  prompt: a cat\n" in done.stdout
    assert "steps: [10, 20]" in done.stdout
    assert "{title: Calm, value: 4}" in done.stdout
    assert "sweep.txt:2:1  settings.Colour" in done.stderr
    write(project, "other.txt", "grid:\n")
    done = program(project, "-p", "mine.py", "import", "other.txt", "--from", "mine", "--json")
    assert "Sizes are left out." in json.loads(done.stdout)["notes"]


def test_importers_that_fail_or_quarrel_are_named(project: Path) -> None:
    for name in ("one", "two"):
        write(project, f"{name}.py", IMPORTER.format(name=name, knows="True"))
    write(project, "odd.py", IMPORTER.format(name="odd", knows="1 / 0"))
    write(project, "sweep.txt", "broken")
    done = program(project, "-p", "one.py", "-p", "two.py", "import", "sweep.txt")
    said = (
        "one (of the plugin 'one') and two (of the plugin 'two') both take it for theirs; say which, with --from"
    )
    assert (done.returncode, done.stderr) == (2, f"error: sweep.txt: {said}\n")
    done = program(project, "-p", "one.py", "import", "sweep.txt")
    assert (done.returncode, done.stderr) == (2, "sweep.txt:1:1  one: line 3 has no end\n1 problem.\n")
    done = program(project, "-p", "odd.py", "import", "sweep.txt")
    assert "the plugin 'odd' failed at sweep.txt: ZeroDivisionError" in done.stderr
    done = program(project, "-p", "odd.py", "import", "sweep.txt", "--from", "od")
    assert "--from od: no such importer; there are: grid, odd; did you mean 'odd'?" in done.stderr


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Mine", "is no name for a plugin"),
        ("../mine", "is no name for a plugin"),
        ("a_b", "is no name for a plugin"),
        ("x" * 41, "is no name for a plugin"),
        ("class", "is no name for a plugin"),
        ("measure", "measure is a step that teststrip has itself"),
        ("taken", "taken is there already, and is not empty"),
    ],
)
def test_a_new_plugin_has_a_name_and_a_place_of_its_own(project: Path, name: str, words: str) -> None:
    write(project, "taken/mine.txt", "mine")
    done = program(project, "plugins", "new", name, "-o", "taken" if name == "taken" else "new")
    assert done.returncode == 2
    assert words in done.stderr
    assert sorted(path.name for path in project.iterdir()) == ["cats.yaml", "taken"]


def test_one_plugin_is_shown_with_all_that_it_brings(project: Path) -> None:
    write(project, "mine.py", "@hookimpl\ndef teststrip_assertions(): return {'sharp': print, 'large': print}\n")
    done = program(project, "-p", "mine.py", "plugins", "show", "mine")
    assert done.stdout.splitlines() == [
        "mine: mine.py, named by -p",
        "  state    loaded",
        "  module   mine.py",
        "  file     mine.py",
        "  teststrip_assertions: sharp, large",
    ]
    done = program(project, "-p", "mine.py", "plugins", "show", "main")
    assert "no plugin is named 'main'; there are: mine; did you mean 'mine'?" in done.stderr
