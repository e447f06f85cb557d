from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teststrip.plan.ellipsis import EllipsisFault, expand_series, is_series


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0.1, 0.2, ..., 0.6", "0.1 0.2 0.3 0.4 0.5 0.6"),
        ("1.0, 1.1, ..., 1.3", "1.0 1.1 1.2 1.3"),
        ("4.0, 4.5, ..., 6.0", "4.0 4.5 5.0 5.5 6.0"),
        ("1, ..., 4", "1 2 3 4"),
        ("3, ..., 1", "3 2 1"),
        ("10, 8, …, 2", "10 8 6 4 2"),
        ("1, 2, ..., 4, 8, ..., 16", "1 2 3 4 8 12 16"),
        ("1, 2, ..., 2", None),
        ("5, 5, ..., 5", None),
        ("0.1, ..., 0.5", None),
        ("1, 2, ..., 10.5", None),
        ("1, ..., ..., 4", None),
        ("..., 4", None),
        ("1, 2, ...", None),
        ("1, x, ..., 4", None),
        ("1, NaN, ..., 4", None),
        ("1, 2, ..., 1e400000", None),
        ("0, 1, ..., 999999999", None),
    ],
)
def test_a_series_has_the_values_that_a_person_means(text: str, values: str | None) -> None:
    if values is None:
        with pytest.raises(EllipsisFault):
            expand_series(text)
    else:
        assert [str(number) for number in expand_series(text)] == values.split()


def test_only_text_with_dots_between_commas_is_a_series() -> None:
    assert is_series("1, 2, ..., 3")
    assert not is_series("wait... what")
    assert not is_series("1, 2, 3")


@given(
    st.decimals(-100, 100, places=2),
    st.decimals(Decimal("0.01"), 5, places=2),
    st.integers(3, 60),
    st.booleans(),
)
def test_a_series_has_equal_steps_and_both_ends(first: Decimal, step: Decimal, count: int, falls: bool) -> None:  # noqa: FBT001  hypothesis draws it
    signed = -step if falls else step
    last = first + (count - 1) * signed
    values = expand_series(f"{first}, {first + signed}, ..., {last}")
    assert values == [first + index * signed for index in range(count)]
    assert all(number.as_tuple().exponent == -2 for number in values)
