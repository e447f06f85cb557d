"""Words that a service adds to a prompt by itself, as a page's `roles.adds` has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from teststrip.base.near import near
from teststrip.provider.wire import Addition, Roles, Switch

_MOST: Final = 1_000  # values that are looked at

if TYPE_CHECKING:
    from teststrip.base.json import Json, Scalar
    from teststrip.provider.headers import Trouble
    from teststrip.provider.model import Model, Parameter


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


def values_without(roles: Roles, model: str, parameters: Mapping[str, Parameter]) -> Iterator[tuple[str, Scalar]]:
    """Yield, for each parameter that lets a service add words, its first value that adds none, if there is one."""
    on: dict[str, list[Scalar]] = {}
    for row in roles.adds:
        for switch in row.when if not row.models or model in row.models else ():
            on.setdefault(switch.parameter, []).append(switch.value)
    for name, adding in on.items():
        for value in _values(parameters[name]) if name in parameters else ():
            if not any(Switch(name, one).on({name: value}) for one in adding):
                yield name, value
                break


def _values(parameter: Parameter) -> Iterator[Scalar]:
    """Yield the values that documentation lists, or the whole numbers of a range, of which one is soon found."""
    if parameter.kind == "boolean":
        yield from (False, True)
    elif parameter.choices:
        yield from (choice.value for choice in parameter.choices)
    elif parameter.kind == "integer" and parameter.bounds is not None and parameter.bounds.minimum is not None:
        least, most = int(parameter.bounds.minimum), parameter.bounds.maximum
        yield from range(least, (least + _MOST if most is None else min(int(most), least + _MOST)) + 1)


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
