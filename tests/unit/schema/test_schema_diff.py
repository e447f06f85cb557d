"""Two provider pages held against each other: each edit of a page, and what is said of it."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

from teststrip.base.where import Where
from teststrip.provider.catalogue import find_provider
from teststrip.provider.model import Constraint
from teststrip.provider.page import read_page
from teststrip.schema.diff.compare import compare
from teststrip.schema.diff.offers import Change, diff, diff_providers, offer_of
from teststrip.schema.request import request_schema

DOCS = Path(__file__).parents[3] / "docs" / "provider-pages.md"
PAGE = re.findall(r"^````markdown\n(.*?)^````", DOCS.read_text("utf-8"), re.MULTILINE | re.DOTALL)[0]


def changes(*edits: tuple[str, str], page: str = PAGE) -> list[Change]:
    new = page
    for before, after in edits:
        assert before in new
        new = new.replace(before, after)
    return list(diff_providers(read_page(page, "old.md"), read_page(new, "new.md")))


def told(*edits: tuple[str, str], words: bool = False) -> set[tuple[str, str, str, str]]:
    return {
        (one.severity, one.model, one.path, one.sentence)
        for one in changes(*edits)
        if words or one.severity != "words"
    }


def both(severity: str, path: str, sentence: str) -> set[tuple[str, str, str, str]]:
    return {(severity, model, path, sentence) for model in ("toy-1", "toy-2")}


STEPS = "| `steps` | integer | no | `20` | 1 - 50 | How many steps |"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("1 - 50", "1 - 40", both("breaks", "steps", "must be at most 40 now; it was at most 50")),
        ("1 - 50", "1 - 60", both("widens", "steps", "is allowed up to 60 now; it was at most 50")),
        ("1 - 50", "5 - 40", both("breaks", "steps", "must be from 5 to 40 now; it was from 1 to 50")),
        ("| `20` |", "| `30` |", both("changes", "steps", "the default is 30 now; it was 20")),
        ("| `20` |", "| - |", both("changes", "steps", "has no default any more; it was 20")),
        (
            "| no | random |",
            "| no | `7` |",
            both("changes", "seed", "the default is 7 now; it was drawn anew for each picture"),
        ),
        (
            "| `fancy` | The fancy one |\n",
            "",
            both("breaks", "method", "no longer takes fancy; one value is left"),
        ),
        (
            "| The fancy one |",
            "| Another |",
            both("changes", "method", 'fancy means "Another" now; it was "The fancy one"'),
        ),
        (f"{STEPS}\n", "", both("breaks", "steps", "is gone")),
        (
            STEPS,
            f"{STEPS}\n| `hue` | float | no | - | 0 - 1 | Colour |",
            both("widens", "hue", "is new: a number from 0 to 1"),
        ),
        (
            STEPS,
            f"{STEPS}\n| `hue` | float | yes | - | 0 - 1 | Colour |",
            both("breaks", "hue", "is new, and must be given: a number from 0 to 1"),
        ),
        ("`steps` |", "`num_steps` |", both("breaks", "steps", "is gone; it seems to have become num_steps")),
        (
            "| `steps` | integer",
            "| `steps` | float",
            both("widens", "steps", "may be a number now; it was a whole number"),
        ),
        (
            "2048x2048",
            "1024x2048",
            both("breaks", "size", "must be from 64x64 to 1024x2048 pixels now; it was 64x64 to 2048x2048"),
        ),
        (
            "(`toy-1`, when",
            "(`toy-2`, when",
            {
                ("breaks", "toy-1", "image", "is no longer for this model; toy-2 takes it"),
                ("widens", "toy-1", "image", "is no longer needed when action is edit"),
                ("widens", "toy-2", "image", "is new: text"),
                ("breaks", "toy-2", "image", "is needed now when action is edit"),
            },
        ),
        (
            "base_url: https://toy.example",
            "base_url: https://toys.example",
            {("changes", "", "base_url", "is https://toys.example now; it was https://toy.example")},
        ),
        ("env: TOY_API_KEY", "env: TOY_KEY", {("changes", "", "auth.env", "is TOY_KEY now; it was TOY_API_KEY")}),
        (
            "name: edit",
            "name: alter",
            {
                (
                    "changes",
                    "",
                    "submit.scenarios",
                    "the path is alter when action is edit, make now; it was edit when action is edit, make",
                ),
            },
        ),
        (
            "path: /v1/{model}",
            "path: /v2/{model}",
            {("changes", "", "submit.path", "is /v2/{model}/{scenario} now; it was /v1/{model}/{scenario}")},
        ),
        (
            "ids: [job.id, id]",
            "ids: [id]",
            {("changes", "", "reply", "says something else of where things lie in an answer")},
        ),
        ("  - {id: toy-2}\n", "", {("breaks", "toy-2", "", "is gone")}),
        ("  - {id: toy-2}\n", "  - {id: toy-2}\n  - {id: big-9}\n", {("widens", "big-9", "", "is new")}),
        (
            "aliases: [toy]",
            "aliases: [plaything]",
            {
                ("breaks", "toy-1", "", "is no longer called toy as well"),
                ("widens", "toy-1", "", "is called plaything as well"),
            },
        ),
        (
            "provider: toy",
            "provider: toys",
            {("breaks", "", "provider", "is called toys now; it was toy, and recipes say so in `model`")},
        ),
        ("How many steps", "The number of steps", set()),
    ],
)
def test_an_edit_of_the_page_is_told(before: str, after: str, expected: set[tuple[str, str, str, str]]) -> None:
    assert told((before, after)) == expected


def test_schemas_as_they_were_once_generated_say_the_same() -> None:
    def earlier(node: Any) -> Any:
        if isinstance(node, list):
            return [earlier(item) for item in node]
        if not isinstance(node, dict):
            return node
        later = {"markdownEnumDescriptions", "patternErrorMessage", "errorMessage"}
        plain = {name: earlier(inner) for name, inner in node.items() if name not in later}
        side = "[1-9][0-9]{0,8}"
        return plain | ({"pattern": f"^{side}x{side}$"} if "x-teststrip-size" in node else {})

    provider = find_provider("gptproto")
    assert provider is not None
    for model in provider.models:
        schema = request_schema(provider, model.id)
        assert earlier(schema) != schema
        assert compare(earlier(schema), schema, model.id) == compare(schema, earlier(schema), model.id) == []


def test_words_are_told_as_words() -> None:
    assert told(("How many steps", "The number of steps"), words=True) == both(
        "words", "steps", "is described in other words"
    )


def test_a_model_that_is_an_alias_now_moved() -> None:
    found = [one for one in changes(("{id: toy-2}", "{id: toy-3, aliases: [toy-2]}")) if one.model == "toy-2"]
    assert [(one.severity, one.kind, one.new) for one in found] == [("changes", "model-moved", "toy-3")]


def test_a_model_of_a_similar_name_seems_to_be_its_heir() -> None:
    found = [one for one in changes(("{id: toy-2}", "{id: toy-2-final}")) if one.model == "toy-2"]
    assert [(one.severity, one.sentence) for one in found] == [
        ("breaks", "is gone; it seems to have become toy-2-final")
    ]


def test_places_are_those_of_the_rows() -> None:
    change = changes(("1 - 50", "1 - 40"))[0]
    assert (str(change.where_old), str(change.where_new)) == ("old.md:35:3", "new.md:35:3")
    renamed = next(one for one in changes(("`steps` |", "`num_steps` |")) if one.kind == "renamed")
    assert (str(renamed.where_old), str(renamed.where_new)) == ("old.md:35:3", "new.md:35:3")
    gone = next(one for one in changes((f"{STEPS}\n", "")) if one.kind == "removed")
    assert (str(gone.where_old), gone.where_new) == ("old.md:35:3", None)


def test_a_page_held_against_schemas_has_its_rules_between_parameters() -> None:
    plain = read_page(PAGE, "page.md")
    ruled = dataclasses.replace(
        plain, constraints=(Constraint("exclusive", ("steps", "seed"), Where("page.md", 1, 1)),)
    )
    schemas = dataclasses.replace(offer_of(plain), provider=None)
    rule = "has a new rule, seed and steps do not go together: give one of them"
    (sentence,) = {change.sentence for change in diff(schemas, offer_of(ruled))}
    assert sorted(re.findall(r"\w+", sentence)) == sorted(re.findall(r"\w+", rule))
    assert [(one.model, one.path, one.severity) for one in diff_providers(plain, ruled)] == [
        ("", "seed, steps", "breaks")
    ]
