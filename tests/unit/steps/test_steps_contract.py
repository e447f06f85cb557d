"""Every built-in step keeps to what a recipe may rely on: its options are said, checked and cheap to look at."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import jsonschema
import pytest

from teststrip.schema.check import find_faults
from teststrip.steps.builtin import AFTER, BEFORE
from teststrip.steps.model import AfterStep, BeforeStep

STEPS: list[AfterStep | BeforeStep] = [*BEFORE.values(), *AFTER.values()]
NAMES = {
    *("prompt-prefix", "prompt-suffix", "prompt-replace", "tag-shuffle"),
    *("resize", "crop", "upscale", "format", "watermark", "palette", "measure"),
    *("difference", "phash", "near-duplicates", "exec"),
}


def test_all_steps_are_there_by_their_own_names() -> None:
    assert {*BEFORE, *AFTER} == NAMES
    assert [*BEFORE, *AFTER] == [step.name for step in STEPS]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_every_option_says_what_it_is(step: AfterStep | BeforeStep) -> None:
    schema: Any = step.options
    jsonschema.Draft202012Validator.check_schema(schema)
    assert step.summary.endswith(".")
    assert schema["additionalProperties"] is False
    for option in schema["properties"].values():
        assert option["title"]
        assert option["description"].endswith(".")
        if "default" in option:
            assert find_faults(option["default"], option) == []


def test_only_exec_needs_leave_and_is_not_trusted() -> None:
    assert [name for name, step in AFTER.items() if step.permission] == ["exec"]
    assert [name for name, step in AFTER.items() if not step.pure] == ["exec"]


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("resize", {}, "width or height or scale is missing"),
        ("resize", {"scale": 2, "width": 3}, "scale stands alone: it takes the place of width and height"),
        ("resize", {"width": 0}, "0 is below the minimum 1"),
        ("crop", {"gravity": "top"}, "box or aspect or width or height is missing"),
        ("resize", {"widht": 3}, "nothing here has this name"),
        ("crop", {"box": [0, 0, 1]}, "this list needs at least 4 items"),
        ("crop", {"aspect": "wide"}, '"wide" is not an aspect; write width to height, such as 3:2'),
        ("crop", {"aspect": "3:2", "width": 9}, "an aspect stands alone: as much of it is kept as there is"),
        ("crop", {"box": [0, 0, 1, 1], "width": 9}, "a box stands alone: it says all that"),
        ("format", {}, "to is missing"),
        ("format", {"to": "jpg"}, '"jpg" is not a format; choose one of png, webp, avif, jpeg'),
        (
            "format",
            {"to": "avif", "lossless": True},
            '"avif" is not a format without loss; choose one of png, webp',
        ),
        ("watermark", {"text": "x", "colour": "red"}, '"red" is not a colour: six hexadecimal digits, such as'),
        ("upscale", {"method": "esrgan"}, '"esrgan" is not a method; choose one of lanczos, bicubic, nearest'),
        ("exec", {"command": "ls -l"}, '"ls -l" is text, not a list'),
        ("exec", {"command": ["x"], "scores": ["A b"]}, '"A b" is not a name of small letters, digits and _'),
        ("prompt-replace", {"with": "x"}, "find is missing"),
        ("tag-shuffle", {"keep": -1}, "-1 is below the minimum 0"),
    ],
)
def test_a_wrong_option_is_told_in_a_sentence(name: str, options: dict[str, Any], message: str) -> None:
    step = next(step for step in STEPS if step.name == name)
    faults = find_faults(options, step.options)
    assert [fault.message[: len(message)] for fault in faults] == [message]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("resize", {"width": 3, "height": 4, "fit": "cover"}),
        ("resize", {"scale": 0.5}),
        ("crop", {"width": 3, "height": 4}),
        ("crop", {"width": 3, "gravity": "top left"}),
        ("crop", {"aspect": "2.39:1"}),
        ("crop", {"box": [0, 0, 1, 1]}),
        ("format", {"to": "webp", "lossless": True}),
        ("format", {"to": "jpeg", "lossless": False, "quality": 80}),
        ("watermark", {"text": "x", "colour": "#ff0000"}),
    ],
)
def test_good_options_pass(name: str, options: dict[str, Any]) -> None:
    assert find_faults(options, AFTER[name].options) == []


def test_to_look_at_the_steps_loads_nothing_heavy() -> None:
    heavy = ("numpy", "PIL", "asyncio", "tempfile", "jsonschema", "scipy")
    code = f"import sys, teststrip.steps.builtin; print([name for name in {heavy} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
