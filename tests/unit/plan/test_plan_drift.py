"""What a changed page does to a recipe, cell by cell."""

from __future__ import annotations

import pytest

from teststrip.plan.drift import Drift, drift_of
from teststrip.plan.drift_literal import literal_drift
from teststrip.provider.model import Provider
from teststrip.provider.page import read_page
from teststrip.recipe.load import read_text
from teststrip.schema.diff.offers import offer_of

PAGE = """---
page: 1
provider: toy
title: A toy
base_url: https://toy.example
base_url_env: TOY_API_BASE_URL
auth: {header: Authorization, form: "Bearer {key}", env: TOY_API_KEY}
submit: {path: "/v1/{model}"}
poll: {path: "/v1/jobs/{id}"}
reply:
  ids: [id]
  statuses: [state]
  outputs: [files]
  words: {done: [ready], failed: [broken], queued: [waiting], running: [busy]}
models: [{id: toy-1}, {id: toy-2, aliases: [two]}]
pace: {concurrency: 1, per_minute: 20}
---

# A toy

| Parameter | Type | Required | Default | Range | Description |
|---|---|---|---|---|---|
| `prompt` | string | yes | - | - | What to show |
| `mode` | string | no | `make` | `make`, `edit` | What to do |
| `method` | string | no | `plain` | `plain`, `fancy`, `wild` | How |
| `steps` | integer | no | `20` | 1 - 50 | How many steps |
| `level` | integer | no | `0` | 0 = Off, 1 = On | How much |
| `seed` | integer | no | random | 0 - 4294967295 | Where the noise starts |
| `parts` | array | no | - | - | Parts |
| `parts[].text` | string | yes | - | - | Text |
| `parts[].weight` | float | no | `1.0` | 0 - 2 | Weight |

## Editing (when `mode` is `edit`)

| Parameter | Type | Required | Default | Range | Description |
|---|---|---|---|---|---|
| `image` | string | yes (when `mode` is `edit`) | - | - | The picture |
| `strength` | float | no | `0.7` | 0 - 1 | How much to change |
"""
RECIPE = """teststrip: 1
model: toy/toy-1
params: {prompt: a, image: AAAA}
axes:
  mode: [make, edit]
  method: all
  steps: [10, 20, 40]
"""


def provider(*edits: tuple[str, str]) -> Provider:
    text = PAGE
    for before, after in edits:
        assert before in text
        text = text.replace(before, after)
    return read_page(text, "toy.md")


def drift(*edits: tuple[str, str], recipe: str = RECIPE) -> Drift:
    reading = read_text(recipe, "r.yaml")
    assert reading.recipe is not None
    return drift_of(reading.recipe, reading.problems, provider(), provider(*edits))


def counts(found: Drift) -> dict[str, int]:
    names = ("cells", "refused", "changed", "untouched", "gone", "added")
    return {name: getattr(found, name) for name in names if getattr(found, name)}


def shares(found: Drift) -> list[tuple[str, str, int, int]]:
    return [(share.axis, share.value, share.cells, share.of) for share in found.shares]


def test_the_same_page_touches_nothing() -> None:
    assert counts(drift()) == {"cells": 18, "untouched": 18}
    assert counts(drift(("How many steps", "The number of steps"))) == {"cells": 18, "untouched": 18}


def test_a_default_that_the_recipe_leaves_open_changes_every_cell() -> None:
    found = drift(("| `0` | 0 = Off", "| `1` | 0 = Off"))
    assert counts(found) == {"cells": 18, "changed": 18}
    (shift,) = found.shifts
    assert (shift.path, shift.old, shift.new, shift.cells, shift.given, shift.shares) == (
        "level",
        0,
        1,
        18,
        False,
        (),
    )


def test_a_default_that_the_recipe_sets_changes_nothing() -> None:
    assert counts(drift(("| `20` |", "| `30` |"))) == {"cells": 18, "untouched": 18}


def test_a_default_that_counts_sometimes_changes_those_cells_and_names_their_axis() -> None:
    found = drift(("| `0.7` |", "| `0.5` |"))
    assert counts(found) == {"cells": 18, "changed": 9, "untouched": 9}
    (shift,) = found.shifts
    assert [(share.axis, share.value, share.cells, share.of) for share in shift.shares] == [("mode", "edit", 9, 9)]


def test_a_narrower_range_refuses_the_cells_beyond_it_with_the_sentence_of_check() -> None:
    found = drift(("1 - 50", "1 - 30"))
    assert counts(found) == {"cells": 18, "refused": 6, "untouched": 12}
    assert shares(found) == [("steps", "40", 6, 6)]
    assert [str(problem) for problem in found.problems] == [
        "r.yaml:7:19  axes.steps[2]  40 is above the maximum 30 (6 of 18 cells)",
    ]


def test_refused_changed_and_gone_cells_are_told_apart() -> None:
    found = drift(
        ("1 - 50", "1 - 30"), ("| `0.7` |", "| `0.5` |"), ("`plain`, `fancy`, `wild`", "`plain`, `fancy`")
    )
    assert counts(found) == {"cells": 18, "refused": 4, "changed": 4, "untouched": 4, "gone": 6}
    assert [(one.path, one.cells, one.shares[0].value) for one in found.shifts] == [("strength", 4, "edit")]


def test_values_of_all_come_and_go() -> None:
    assert counts(drift(("`plain`, `fancy`, `wild`", "`plain`, `fancy`"))) == {
        "cells": 18,
        "untouched": 12,
        "gone": 6,
    }
    assert counts(drift(("`fancy`, `wild`", "`new`, `fancy`, `wild`"))) == {
        "cells": 18,
        "untouched": 18,
        "added": 6,
    }


def test_a_parameter_that_is_gone_refuses_every_cell() -> None:
    found = drift(("| `steps` | integer | no | `20` | 1 - 50 | How many steps |\n", ""))
    assert counts(found) == {"cells": 18, "refused": 18}
    assert found.problems[0].path == "axes.steps"


def test_a_new_requirement_refuses_the_cells_that_lack_it() -> None:
    recipe = RECIPE.replace(", image: AAAA", "").replace("mode: [make, edit]", "level: [0, 1]")
    found = drift(("(when `mode` is `edit`) | -", "(when `level` is `1`) | -"), recipe=recipe)
    assert counts(found) == {"cells": 18, "refused": 9, "untouched": 9}
    assert shares(found) == [("level", "1", 9, 9)]


def test_values_that_set_several_parameters_are_judged_by_what_they_set() -> None:
    recipe = RECIPE.split("axes:", maxsplit=1)[0] + "axes:\n  finish:\n    - {title: Draft, set: {steps: 10}}\n"
    recipe += "    - {title: Final, set: {steps: 40, level: 1}}\n"
    recipe = recipe.replace(", image: AAAA", "")
    found = drift(("1 - 50", "1 - 30"), recipe=recipe)
    assert shares(found) == [("finish", "Final", 1, 1)]


def test_a_default_inside_the_items_of_a_list_is_found() -> None:
    recipe = "teststrip: 1\nmodel: toy/toy-1\nparams: {prompt: a, parts: [{text: x}, {text: y, weight: 2}]}\n"
    found = drift(("| `1.0` |", "| `0.5` |"), recipe=recipe)
    (shift,) = found.shifts
    assert (shift.path, shift.old, shift.new, shift.given) == ("parts[].weight", 1.0, 0.5, False)


def test_a_label_that_changes_is_told_although_the_digests_are_the_same() -> None:
    found = drift(("0 = Off", "0 = Weak"))
    assert counts(found) == {"cells": 18, "untouched": 18}
    assert found.meanings == ('level 0 meant "Off" and means "Weak" now (18 cells)',)


def test_another_id_for_the_model_is_another_digest() -> None:
    edit = ("{id: toy-2, aliases: [two]}", "{id: toy-3, aliases: [toy-2]}")
    found = drift(edit, recipe=RECIPE.replace("toy-1", "toy-2"))
    assert (found.changed, found.untouched) == (18, 0)
    assert ("model", "toy/toy-2", "toy/toy-3") in [(one.path, one.old, one.new) for one in found.shifts]


def test_a_provider_or_model_that_is_gone_refuses_all() -> None:
    assert counts(drift(("provider: toy", "provider: toys"))) == {"cells": 18, "refused": 18}
    gone = drift(("{id: toy-1}, ", ""))
    assert counts(gone) == {"cells": 18, "refused": 18}
    assert "toy has no model 'toy-1'" in gone.problems[0].message


def test_a_recipe_of_another_provider_is_not_concerned() -> None:
    assert not drift(recipe=RECIPE.replace("toy/", "other/")).concerned


def test_what_was_wrong_before_is_not_blamed_on_the_change() -> None:
    found = drift(("1 - 50", "1 - 30"), recipe=RECIPE.replace("[10, 20, 40]", "[10, 40, 99]"))
    assert [problem.message for problem in found.already] == ["99 is above the maximum 50"]
    assert counts(found) == {}


def literally(*edits: tuple[str, str], recipe: str = RECIPE) -> Drift:
    reading = read_text(recipe, "r.yaml")
    assert reading.recipe is not None
    old, new = offer_of(provider()), offer_of(provider(*edits))
    return literal_drift(reading.recipe, reading.problems, (old.name, old.schemas), (new.name, new.schemas))


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (("1 - 50", "1 - 30"), ["r.yaml:7:19  axes.steps[2]  40 is above the maximum 30"]),
        (("| `steps` |", "| `count` |"), ["r.yaml:7:3  axes.steps  steps is no parameter of toy-1"]),
        (("| `image` |", "| `photo` |"), ["r.yaml:3:21  params.image  image is no parameter of toy-1"]),
        (
            ("| `level` | integer | no | `0`", "| `level` | integer | yes | -"),
            ["r.yaml:3:9  params  level is required: write it under params, or as an axis"],
        ),
        (("{id: toy-1}", "{id: toy-9}"), ["r.yaml:2:8  model  toy-1 has no new schema"]),
        (("| `0` | 0 = Off", "| `1` | 0 = Off"), []),
    ],
)
def test_without_pages_the_written_values_are_judged(edit: tuple[str, str], expected: list[str]) -> None:
    assert [str(problem) for problem in literally(edit).problems] == expected


def test_without_pages_it_says_what_it_cannot_judge() -> None:
    recipe = RECIPE.replace("prompt: a", 'prompt: "${{ method }}"')
    found = literally(
        ("| `0` | 0 = Off", "| `1` | 0 = Off"), ("(when `mode` is `edit`) | -", "| -"), recipe=recipe
    )
    assert found.unjudged == (
        "what the templates make: params.prompt",
        "conditions (needed when ...), which depend on defaults",
        "which cells change by another default: level; give pages to count them",
    )
    assert literally() == Drift("r.yaml")
