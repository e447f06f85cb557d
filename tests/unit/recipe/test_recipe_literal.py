"""A variable in braces that are none of ours is told, and braces of prompts are left alone."""

from __future__ import annotations

import pytest

from teststrip.base.yaml import parse_yaml
from teststrip.recipe.literal import find_literal


def said(prompt: str, rest: str = "") -> list[str]:
    text = f"vars: {{subject: cat, other: dog}}\nparams:\n  prompt: '{prompt}'\n{rest}"
    document, problems = parse_yaml(text, "r.yaml")
    assert document is not None
    assert problems == []
    return [str(problem) for problem in find_literal(document)]


@pytest.mark.parametrize(
    "written",
    ["{{ subject }}", "{{subject}}", "{subject}", "${subject}", "${ subject }", "$ {{ subject }}"],
)
def test_a_variable_in_the_braces_of_another_tool_is_told_at_its_place(written: str) -> None:
    (line,) = said(f"a {written}, night")
    assert line.startswith(f"r.yaml:3:11  params.prompt  {written} would be sent as it stands")
    assert line.endswith("; did you mean '${{ subject }}'?")


@pytest.mark.parametrize(
    ("prompt", "rest"),
    [
        ("{{tag}}, [[low]], {a|b}, ||red|blue||", ""),
        ("{{subject}}, ${{ subject }}", ""),
        ("{{subject}}", "axes: {steps: ['${{ subject|length }}']}\n"),
        ("{{subject}}", "where: subject == 1\n"),
        ("{{subject}}", "grids: [{where: [{keep: subject == 1}]}]\n"),
        ("{{subject}}", "sheets: [{caption: '${{ subject | }}'}]\n"),
    ],
)
def test_braces_of_a_prompt_and_a_variable_that_is_used_are_left_alone(prompt: str, rest: str) -> None:
    assert said(prompt, rest) == []


def test_every_text_of_axes_and_grids_is_looked_at() -> None:
    rest = "axes: {style: [ink, '{{ other }}']}\ngrids: [{params: {negative_prompt: '{subject}'}}]\n"
    assert [line.split("  ")[1] for line in said("x", rest)] == [
        "axes.style[1]",
        "grids[0].params.negative_prompt",
    ]
