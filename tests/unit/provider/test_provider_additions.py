"""Words that a service adds: the first row that holds, for each prompt; names that are none are told."""

from __future__ import annotations

import pytest

from teststrip.provider.additions import bad_additions, read_additions, words_added
from teststrip.provider.model import Model
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
