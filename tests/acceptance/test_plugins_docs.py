"""docs/plugins.md, executed: every hook has a heading, its signature, and an example that does what it says."""

from __future__ import annotations

import inspect
import os
import re
import shlex
import sys
from pathlib import Path

import pytest

import warm
from teststrip import hookspecs
from teststrip.plugins.choice import Choice
from teststrip.plugins.manager import load_plugins
from teststrip.plugins.survey import survey

PAGE = (Path(__file__).parents[2] / "docs" / "plugins.md").read_text("utf-8")
HOOKS = [name for name in vars(hookspecs) if name.startswith("teststrip_")]
SECTIONS = {
    found[1]: found[2] for found in re.finditer(r"^### (\w+)\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)
}
BLOCK = re.compile(
    r"^```(?P<kind>python|yaml|console|text|json) (?P<name>[\w.]+)\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL
)


def blocks(hook: str) -> list[tuple[str, str, str]]:
    return [(found["kind"], found["name"], found["text"]) for found in BLOCK.finditer(SECTIONS[hook])]


def test_every_hook_has_a_heading_in_the_order_of_the_module_and_there_is_no_other() -> None:
    assert list(SECTIONS) == HOOKS


@pytest.mark.parametrize("hook", HOOKS)
def test_a_heading_is_followed_by_the_hook_s_own_arguments(hook: str) -> None:
    arguments = ", ".join(
        f"{one.name}: {one.annotation}" for one in inspect.signature(getattr(hookspecs, hook)).parameters.values()
    )
    assert f"\n`{hook}({arguments})" in SECTIONS[hook]


@pytest.mark.parametrize("hook", HOOKS)
def test_an_example_implements_its_hook_and_says_what_a_plugin_s_author_meets(hook: str, tmp_path: Path) -> None:
    (example,) = [text for kind, name, text in blocks(hook) if (kind, name) == ("python", "example.py")]
    (tmp_path / "example.py").write_text(example, "utf-8")
    (entry,) = survey(load_plugins(Choice((str(tmp_path / "example.py"),), found=False)), {})
    assert (entry.plugin.state, entry.plugin.problem) == ("loaded", "")
    assert entry.hooks == (hook,)


@pytest.mark.parametrize("hook", HOOKS)
def test_what_an_example_prints_is_what_the_page_says(hook: str, tmp_path: Path) -> None:
    found = blocks(hook)
    for kind, name, text in found:
        if kind != "console":
            (tmp_path / name).write_text(text, "utf-8")
    consoles = [text for kind, _, text in found if kind == "console"]
    assert len(consoles) == 1, "each hook has an example that is run"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GPTPROTO_")}
    for said in re.split(r"^(?=\$ )", consoles[0], flags=re.MULTILINE):
        if not said:
            continue
        command, _, expected = said.partition("\n")
        program, *arguments = shlex.split(command.removeprefix("$ "))
        assert program == "teststrip"
        done = warm.run(
            [sys.executable, "-m", "teststrip", *arguments],
            cwd=tmp_path,
            env=environ,
            timeout=120,
        )
        shown = re.escape(expected).replace(re.escape("...\n"), r"(?:.*\n)*?")
        printed = done.stdout + done.stderr
        assert re.fullmatch(shown, printed), printed
