"""Hold a value against a JSON Schema and say, in sentences for people, everything that is wrong with it."""

from __future__ import annotations

import functools
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from teststrip.schema.misses import read_error
from teststrip.schema.sentences import Fault, faults_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

    from teststrip.base.json import Json

__all__ = ["Fault", "find_faults"]

_SAFE_INTEGER: Final = 2**53
_SIZE_KEYWORD: Final = "x-teststrip-size"


def find_faults(value: Json, schema: Mapping[str, Any]) -> list[Fault]:
    """Return everything that is wrong with a value, in the schema's order; [] when nothing is.

    Numbers must be finite, and whole numbers exact in any JSON reader (up to 2^53). The schema is compiled once
    and kept, by its identity, so it may not be changed afterwards.
    """
    validator = _compiled(_Same(schema))
    return faults_of([read_error(error) for error in validator.iter_errors(value)])


@dataclass(frozen=True, eq=False, slots=True)
class _Same:
    """A schema as a cache key: the same only as itself. Holding it keeps its identity from being used again."""

    schema: Mapping[str, Any]

    def __hash__(self) -> int:
        return id(self.schema)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.schema is self.schema


@functools.lru_cache(maxsize=64)
def _compiled(key: _Same) -> Validator:
    validator: Validator = _validator_class()(dict(key.schema))
    return validator


@functools.cache
def _validator_class() -> Any:
    import jsonschema  # noqa: PLC0415  it takes 140 ms to load, and most commands check nothing

    draft = jsonschema.Draft202012Validator
    checker = draft.TYPE_CHECKER.redefine("number", _is_number).redefine("integer", _is_integer)
    extend: Any = jsonschema.validators.extend  # untyped in its stubs
    validators = {_SIZE_KEYWORD: _check_size, "multipleOf": _check_step}
    return extend(draft, validators=validators, type_checker=checker)


def _is_number(_checker: object, value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) if isinstance(value, float) else abs(value) <= _SAFE_INTEGER


def _is_integer(checker: object, value: object) -> bool:
    return _is_number(checker, value) and float(value).is_integer()  # type: ignore[arg-type]


def _check_step(checker: Any, step: float, value: object, _schema: object) -> Iterator[ValidationError]:
    """Divide as people do: 0.3 is a multiple of 0.1, though no binary fraction is."""
    from jsonschema.exceptions import ValidationError  # noqa: PLC0415  loaded already; see _validator_class

    if checker.is_type(value, "number") and Decimal(str(value)) % Decimal(str(step)):
        yield ValidationError(f"is not a multiple of {step}")


def _check_size(
    _validator: object, bounds: Mapping[str, Any], value: object, _schema: object
) -> Iterator[ValidationError]:
    from jsonschema.exceptions import ValidationError  # noqa: PLC0415  loaded already; see _validator_class

    if not isinstance(value, str):
        return
    separator = bounds["separator"]
    match = re.fullmatch(rf"([1-9][0-9]{{0,8}}){re.escape(separator)}([1-9][0-9]{{0,8}})", value)
    if match is None:
        yield ValidationError(f"is not a size; write WIDTH{separator}HEIGHT in pixels")
        return
    for side, text, least, most in zip(
        ("width", "height"), match.groups(), bounds["minimum"], bounds["maximum"], strict=True
    ):
        if int(text) < least:
            yield ValidationError(f"has the {side} {text}, which is below the minimum {least}")
        elif int(text) > most:
            yield ValidationError(f"has the {side} {text}, which is above the maximum {most}")
