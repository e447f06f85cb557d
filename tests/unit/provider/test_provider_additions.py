"""Words that a service adds: the first row that holds, for each prompt; names that are none are told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from teststrip.base.where import Where
from teststrip.provider.additions import bad_additions, read_additions, values_without, words_added
from teststrip.provider.model import Bounds, Choice, Kind, Model, Parameter
from teststrip.provider.wire import Roles

ROWS = (
    {"when": {"fine": True, "level": 1}, "to": "prompt", "models": ["b/large"], "words": "very fine"},
    {"when": {"fine": True}, "to": "prompt", "words": "fine"},
    {"when": {"level": 0}, "to": "negative_prompt", "words": "rough"},
)
ROLES = Roles(adds=read_additions(ROWS))


@pytest.mark.parametrize(
    ("model", "request_", "added"),
    [
        ("b/large", {"fine": True, "level": 1}, ("very fine", "")),
        ("provider/b/large", {"fine": True, "level": 1}, ("very fine", "")),
        ("large", {"fine": True, "level": 1}, ("fine", "")),
        ("b/large", {"fine": True, "level": 0}, ("fine", "rough")),
        ("b/large", {"fine": False, "level": False}, ("", "")),
        ("b/large", {}, ("", "")),
    ],
)
def test_the_first_row_that_holds_is_added(
    model: str, request_: dict[str, object], added: tuple[str, str]
) -> None:
    found = tuple(words_added(ROLES, to, model, request_) for to in ("prompt", "negative_prompt"))  # type: ignore[arg-type]
    assert found == added


def test_names_that_are_none_are_told_at_their_place() -> None:
    found = list(bad_additions(ROWS, ["fine", "levels"], [Model("b/larger", "")]))
    assert [(path, near) for path, _, near, _ in found] == [
        (("roles", "adds", 0, "when", "level"), "levels"),
        (("roles", "adds", 0, "models", 0), "b/larger"),
        (("roles", "adds", 2, "when", "level"), "levels"),
    ]


def parameter(name: str, kind: Kind, **more: Any) -> Parameter:
    return Parameter(name, name, kind, Where("page.md", 1, 1), **more)


def test_what_turns_added_words_off_is_read_from_the_rows_and_the_parameters() -> None:
    rows: list[dict[str, Any]] = [
        {"when": {"polish": True}, "to": "prompt", "words": "neat"},
        {"when": {"preset": 0}, "to": "negative_prompt", "words": "blurry"},
        {"when": {"preset": 1}, "to": "negative_prompt", "models": ["other"], "words": "dull"},
        {"when": {"preset": 2}, "to": "negative_prompt", "models": ["m"], "words": "dark"},
        {"when": {"mood": "a"}, "to": "prompt", "words": "a"},
        {"when": {"mood": "b"}, "to": "prompt", "words": "b"},
        {"when": {"unknown": 1}, "to": "prompt", "words": "c"},
    ]
    parameters = {
        "polish": parameter("polish", "boolean"),
        "preset": parameter("preset", "integer", bounds=Bounds(Decimal(0), Decimal(10**12))),
        "mood": parameter("mood", "string", choices=(Choice("a"), Choice("b"))),  # always adds something
    }
    roles = Roles(adds=read_additions(rows))
    assert list(values_without(roles, "m", parameters)) == [("polish", False), ("preset", 1)]
    assert list(values_without(roles, "other", parameters)) == [("polish", False), ("preset", 2)]
    named = parameters | {"preset": parameter("preset", "integer", choices=(Choice(0), Choice(2), Choice(7)))}
    assert list(values_without(roles, "m", named)) == [("polish", False), ("preset", 7)]
    assert list(values_without(Roles(), "m", parameters)) == []
