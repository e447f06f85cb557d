"""Words that a service adds to a prompt by itself, as a page's `roles.adds` has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from teststrip.base.near import near
from teststrip.provider.wire import Addition, Roles, Switch

if TYPE_CHECKING:
    from teststrip.base.json import Json
    from teststrip.provider.headers import Trouble
    from teststrip.provider.model import Model


def read_additions(rows: Sequence[Mapping[str, Any]]) -> tuple[Addition, ...]:
    """Read the rows; well-formed, as the schema says."""
    return tuple(
        Addition(
            tuple(Switch(name, value) for name, value in row["when"].items()),
            row["to"],
            row["words"],
            tuple(row.get("models", ())),
        )
        for row in rows
    )


def words_added(roles: Roles, to: str, model: str, request: Mapping[str, Json]) -> str:
    """Return what is added to the parameter of a role: the words of the first row that holds; "" where none does.

    `model` is an id of the page, perhaps behind the provider's name and a slash.
    """
    for row in roles.adds:
        ours = not row.models or any(f"/{model}".endswith(f"/{name}") for name in row.models)
        if row.to == to and ours and all(switch.on(request) for switch in row.when):
            return row.words
    return ""


def bad_additions(
    rows: Sequence[Mapping[str, Any]], known: Sequence[str], models: Sequence[Model]
) -> Iterator[Trouble]:
    """Find what the rows name that is none of the page's parameters, `known`, or models."""
    ids = [model.id for model in models]
    for k, row in enumerate(rows):
        for name in row["when"]:
            if name not in known:
                yield ("roles", "adds", k, "when", name), f"no parameter is called {name}", near(name, known), True
        for place, name in enumerate(row.get("models", ())):
            if name not in ids:
                yield ("roles", "adds", k, "models", place), f"no model is called {name}", near(name, ids), False
