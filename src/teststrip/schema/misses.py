"""A validator's error as a record of our own: all that a sentence needs, and nothing of the validator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

    from teststrip.base.where import Path


@dataclass(frozen=True, slots=True)
class Miss:
    """One keyword of a schema that a value does not meet.

    `keyword` is "" for the schema `false`; `wanted` is what the keyword says; `schema` is what it stands in;
    `path` leads from the document's root to `value`, and `inside` tells that it leads further than that of the
    anyOf around it. `branches` has the misses of every branch of an anyOf.
    """

    keyword: str
    wanted: Any
    value: Any
    schema: Mapping[str, Any]
    path: Path
    message: str
    inside: bool = False
    branches: tuple[tuple[Miss, ...], ...] = ()


def read_error(error: ValidationError) -> Miss:
    """Turn an error of jsonschema, with all that it holds, into a Miss."""
    branches: dict[object, list[Miss]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.relative_schema_path[0], []).append(read_error(inner))
    return Miss(
        keyword=error.validator if isinstance(error.validator, str) else "",
        wanted=error.validator_value,
        value=error.instance,
        schema=error.schema if isinstance(error.schema, Mapping) else {},
        path=tuple(error.absolute_path),
        message=error.message,
        inside=bool(error.relative_path),
        branches=tuple(tuple(branch) for branch in branches.values()),
    )
