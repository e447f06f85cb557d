"""The quick look says yes to nothing that the validator would refuse."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from teststrip.base.where import Where
from teststrip.provider.model import Bounds, Choice, Parameter, SizeBounds
from teststrip.schema.check import find_faults
from teststrip.schema.quick import surely_good
from teststrip.schema.values import Writer

HERE = Where("page.md", 1, 1)
KINDS: st.SearchStrategy[Any] = st.sampled_from(
    ["string", "integer", "number", "boolean", "array", "object", "file"]
)
ENDS = st.sampled_from(["-1", "0", "0.1", "0.5", "1", "2", "1E+30", str(2**60)]).map(Decimal)
SCALARS: list[Any] = [True, False, None, 0, 1, 2.0, 0.5, "a", "1", "", 2**53, 2**60]
VALUES: list[Any] = [
    *SCALARS, -0.0, -1, 0.1, 1e300, -1e300, math.nan, math.inf, -math.inf, 2**53 + 1, -(2**53) - 1, 10**400,
    1e-320, "true", "9x9", [], [1], {}, {"a": 1},
]  # fmt: skip


@st.composite
def parameters(draw: st.DrawFn) -> Parameter:
    low, high = sorted(draw(st.tuples(ENDS, ENDS)))
    some, ends = st.none() | st.just(low), st.none() | st.just(high)
    bounds = st.none() | st.builds(Bounds, some, ends, st.booleans(), st.booleans())
    return Parameter(
        "p",
        "p",
        draw(KINDS),
        HERE,
        or_kinds=tuple(draw(st.lists(KINDS, max_size=1))),
        nullable=draw(st.booleans()),
        choices=tuple(map(Choice, draw(st.lists(st.sampled_from(SCALARS), max_size=3)))),
        bounds=draw(bounds),
        length=draw(st.none() | st.just(Bounds(Decimal(1), Decimal(3)))),
        step=draw(st.none() | st.just(Decimal("0.5"))),
        size=draw(st.none() | st.just(SizeBounds((1, 1), (9, 9)))) if draw(st.booleans()) else None,
    )


@given(parameters(), st.sampled_from(VALUES) | st.floats() | st.integers())
@settings(max_examples=600, deadline=None)
def test_what_is_surely_good_is_good(parameter: Parameter, value: Any) -> None:
    if surely_good(value, parameter):
        assert find_faults(value, Writer().value(parameter)) == []


def test_a_choice_that_json_readers_would_round_is_for_the_validator() -> None:
    assert not surely_good(2**60, Parameter("p", "p", "integer", HERE, choices=(Choice(2**60),)))
