"""A parameter in words, and a page as it is drawn."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from rich.cells import cell_len

from teststrip.base.where import Where
from teststrip.cli.parameter_words import (
    bounds_words,
    choice_lines,
    default_words,
    need_words,
    range_words,
    type_words,
    value_words,
)
from teststrip.cli.provider_json import provider_json
from teststrip.cli.provider_view import View, draw
from teststrip.provider.catalogue import bundled_providers
from teststrip.provider.model import Bounds, Choice, Condition, Constraint, Parameter, SizeBounds

PLACE = Where("a.md", 1, 1)
GPTPROTO = next(provider for provider in bundled_providers() if provider.name == "gptproto")
KEYS = {"GPTPROTO_API_KEY": "sk-very-secret"}


def parameter(**facts: Any) -> Parameter:
    return replace(Parameter("p", "p", "string", PLACE), **facts)


def view(**changes: Any) -> View:
    provider = replace(GPTPROTO, **changes)
    return View(provider, "bundled", provider.models, KEYS)


def test_types() -> None:
    assert type_words(parameter(kind="number", nullable=True)) == "float or null"
    assert type_words(parameter(kind="integer", or_kinds=("string",))) == "integer or string"
    assert type_words(parameter(kind="array", items=parameter(kind="number"))) == "array of floats"
    assert type_words(parameter(kind="array", children=(parameter(),))) == "array of objects"
    assert type_words(parameter(media=True)) == "string (Base64 or URL)"


def test_needs_and_defaults() -> None:
    assert need_words(parameter(required=True)) == "yes"
    assert need_words(parameter()) == "no"
    assert need_words(parameter(required_when=Condition("a", ("b", "c")))) == "when a is b or c"
    assert default_words(parameter()) == ""
    assert default_words(parameter(default=None)) == "null"
    assert default_words(parameter(default="")) == '""'
    assert default_words(parameter(random_default=True)) == "random"


@pytest.mark.parametrize(
    ("value", "words"), [("k_euler", "k_euler"), ("a b", '"a b"'), (True, "true"), (6.0, "6.0")]
)
def test_values(value: Any, words: str) -> None:
    assert value_words(value) == words


def test_bounds() -> None:
    assert bounds_words(Bounds(Decimal(0), Decimal(50))) == "0 to 50"
    assert bounds_words(Bounds(Decimal(0), Decimal(50), exclusive_minimum=True)) == "above 0, at most 50"
    assert bounds_words(Bounds(maximum=Decimal(4), exclusive_maximum=True)) == "below 4"
    sized = parameter(size=SizeBounds((64, 64), (2048, 1024)))
    assert range_words(sized) == "64x64 to 2048x1024"
    stepped = parameter(kind="integer", bounds=Bounds(Decimal(64)), step=Decimal(64))
    assert range_words(stepped) == "at least 64, in steps of 64"
    listed = parameter(
        kind="array", length=Bounds(Decimal(1), Decimal(9)), items=parameter(bounds=Bounds(Decimal(0)))
    )
    assert range_words(listed) == "1 to 9 items, each at least 0"
    assert range_words(parameter(length=Bounds(maximum=Decimal(2500)))) == "at most 2500 characters"


def test_choices() -> None:
    assert list(choice_lines((Choice("a"), Choice("b c")))) == ['a, "b c"']
    assert list(choice_lines((Choice(0, "Off"), Choice(1)))) == ["0 = Off", "1"]


@pytest.mark.parametrize("width", [40, 60, 80, 120, 160, 200])
def test_every_width_holds_everything_and_nothing_runs_over(width: int) -> None:
    drawn = draw(view(), width, styled=False)
    assert max(map(cell_len, drawn.splitlines())) <= width
    assert not [line for line in drawn.splitlines() if line != line.rstrip()]
    joined = "".join(drawn.split())
    for every in GPTPROTO.parameters:
        assert every.name in joined or width < 50
        for choice in every.choices:
            assert str(choice.value) in joined
    assert "\x1b" not in drawn


def test_a_wide_terminal_has_a_table_and_a_narrow_one_a_list() -> None:
    wide, narrow = (draw(view(), width, styled=False) for width in (160, 80))
    assert "name                          type " in wide
    assert "steps                   integer; default 28; 1 to 50\n" in narrow


def test_the_key_is_never_shown() -> None:
    shown = draw(view(), 80, styled=True) + json.dumps(provider_json(GPTPROTO, GPTPROTO.models, KEYS))
    assert "sk-very-secret" not in shown
    assert "GPTPROTO_API_KEY (set)" in draw(view(), 80, styled=False)


def test_control_characters_and_markup_of_a_page_are_text() -> None:
    hostile = "\x1b]0;owned\x07 [red]x[/red] \u202e"
    one = replace(
        GPTPROTO.parameters[0],
        description=hostile,
        section=hostile,
        choices=(Choice(hostile, hostile),),
        default=hostile,
        examples=(hostile,),
    )
    constraints = (Constraint("together", (hostile, "b"), PLACE),)
    changed = view(parameters=(one,), title=hostile, notes=(hostile,), file=hostile, constraints=constraints)
    for width in (80, 200):
        drawn = draw(changed, width, styled=False)
        assert "\x1b" not in drawn
        assert "\x07" not in drawn
        assert "\u202e" not in drawn
        assert "[red]x[/red]" in drawn
        assert "\x1b]" not in draw(changed, width, styled=True)


def test_the_json_has_every_row_with_its_facts() -> None:
    document: dict[str, Any] = dict(provider_json(GPTPROTO, GPTPROTO.models[2:3], {}))
    rows = {row["name"]: row for row in document["parameters"]}
    assert "character_prompts" not in rows
    assert rows["vibe_transfer[].strength"]["minimum"] == 0.01
    assert rows["skip_cfg_above_sigma"]["default"] is None
    assert "default" not in rows["prompt"]
    assert rows["uc_preset"]["labels"] == ["Heavy", "Light", "Human Focus", "None"]
    assert rows["image"]["required_when"] == {"parameter": "action", "values": ["img2img"], "given": True}
    json.dumps(document, allow_nan=False)
