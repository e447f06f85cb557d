"""docs/steps.md has a section for each step, with the table of its options and a fragment that works.

`TESTSTRIP_REWRITE=1 pytest tests/acceptance/test_steps_docs.py` writes the tables; read the difference.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import warm
from teststrip.cli.loaded import Loaded
from teststrip.cli.stages import check_file
from teststrip.plugins.extensions import Extensions
from teststrip.provider.catalogue import Catalogue, bundled_pages
from teststrip.steps.builtin import AFTER, BEFORE
from teststrip.steps.model import AfterStep, BeforeStep

PAGE = Path(__file__).parents[2] / "docs" / "steps.md"
TEXT = PAGE.read_text("utf-8")
SECTION = re.compile(r"^### (\S+)\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"(?:^\|.*\n)+", re.MULTILINE)
FRAGMENT = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
STEPS: list[AfterStep | BeforeStep] = [*BEFORE.values(), *AFTER.values()]
FRAGMENTS = FRAGMENT.findall(TEXT)
RECIPE = """
teststrip: 1
model: gptproto/nai-diffusion-4-5-full
params: {prompt: "1girl, {silver hair, smile}, night city", negative_prompt: worst, steps: 2, size: 512x512}
axes: {sampler: [k_euler, ddim_v3], seed: [1, 2]}
"""


def table(step: AfterStep | BeforeStep) -> str:
    """Return the table of a step's options, from its schema; and its scores."""
    schema: Any = step.options
    needed = schema.get("required", ())
    rows = [
        f"| `{name}` | {_values(one)} | {_default(one, name in needed)} | {one['description']} |"
        for name, one in schema["properties"].items()
    ]
    head = ["| option | values | default | what it does |", "|---|---|---|---|"]
    scores = [f"| `{name}` | {score.title} |" for name, score in getattr(step, "scores", {}).items()]
    parts = [[*head, *rows]] if rows else []
    parts += [["| score | what it is |", "|---|---|", *scores]] if scores else []
    return "\n\n".join("\n".join(part) for part in parts)


def _values(option: Mapping[str, Any]) -> str:
    if "enum" in option:
        return ", ".join(f"`{value}`" for value in option["enum"])
    words = {"integer": "whole number", "boolean": "`true`, `false`", "string": "text", "array": "list"}
    kind = words.get(option["type"], "number")
    least = option.get("minimum", option.get("exclusiveMinimum"))
    most = option.get("maximum")
    above = "above " if "exclusiveMinimum" in option else ""
    if least is not None and most is not None:
        return f"{kind}, {above}{least:,} to {most:,}"
    return kind + (f", from {least:,}" if least is not None else "")


def _default(option: Mapping[str, Any], needed: bool) -> str:  # noqa: FBT001  one call, one line
    if needed:
        return "needed"
    return f"`{json.dumps(option['default'])}`" if "default" in option else ""


def rewritten() -> str:
    """Return the page with the tables that the schemas make, each before the first fragment of its section."""

    def section(found: re.Match[str]) -> str:
        step = next(step for step in STEPS if step.name == found[1])
        body = TABLE.sub("", found[2]).rstrip("\n")
        body = re.sub(r"\n{3,}", "\n\n", body)
        said, fence, rest = body.partition("```yaml")
        made = table(step)
        said = f"{said.strip()}\n\n" if said.strip() else ""
        return f"### {found[1]}\n\n{said}{made + chr(10) * 2 if made else ''}{fence}{rest}\n\n"

    return SECTION.sub(section, TEXT).rstrip("\n") + "\n"


def test_every_step_has_its_section_and_every_section_its_step() -> None:
    assert sorted(name for name, _ in SECTION.findall(TEXT)) == sorted(step.name for step in STEPS)


def test_the_tables_are_those_of_the_schemas() -> None:
    if os.environ.get("TESTSTRIP_REWRITE"):
        PAGE.write_text(rewritten(), "utf-8")
    assert PAGE.read_text("utf-8") == rewritten()


def test_every_section_has_a_fragment_that_uses_its_step() -> None:
    for name, body in SECTION.findall(TEXT):
        used = [
            entry
            for text in FRAGMENT.findall(body)
            for entries in yaml.safe_load(text).values()
            for entry in entries
        ]
        assert name in [entry if isinstance(entry, str) else entry["use"] for entry in used]


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=range(len(FRAGMENTS)))
def test_every_fragment_checks(fragment: str, tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text(RECIPE + fragment, "utf-8")
    extensions = Extensions(allowed=frozenset({"exec"}))
    plan, problems, _ = check_file(path, Loaded(Catalogue(bundled_pages()), extensions))
    assert problems == []
    assert plan is not None
    assert len(plan.cells) == 4


def test_all_fragments_together_run_and_a_second_time_make_nothing(tmp_path: Path) -> None:
    entries: dict[str, list[Any]] = {"before": [], "after": []}
    for fragment in FRAGMENTS:
        for kind, steps in yaml.safe_load(fragment).items():
            entries[kind] += [step for step in steps if not isinstance(step, dict) or step["use"] != "exec"]
    entries["after"] = [entry for entry in entries["after"] if entry not in ("measure", "phash")] + ["phash"]
    entries["after"].insert(0, "measure")
    (tmp_path / "recipe.yaml").write_text(RECIPE + yaml.safe_dump(entries), "utf-8")
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("GPTPROTO_", "TESTSTRIP_"))}
    said = []
    for _ in range(2):
        command = [sys.executable, "-m", "teststrip", "run", "recipe.yaml", "--json"]
        result = warm.run(command, cwd=tmp_path, env=environ)
        assert result.returncode == 0, result.stderr
        said.append(json.loads(result.stdout.splitlines()[-1]))
    assert said[0]["sent"] == 4
    assert said[1]["sent"] == 0
    lines = [json.loads(line) for line in next(tmp_path.glob("runs/*/finish.jsonl")).read_text().splitlines()[1:]]
    assert [line["standing"] for line in lines] == ["done"] * 4, [line["reason"] for line in lines]
    assert all(media == "image/png" for line in lines for _, media, _ in line["pictures"])
