from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teststrip.base.json import Json, canonical, digest


@pytest.mark.parametrize(
    ("value", "text"),
    [
        # Numbers from RFC 8785, appendix B, where they are within what a JSON reader keeps.
        (0.0, "0"),
        (-0.0, "0"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740992, "9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (1e23, "1e+23"),
        (1e21, "1e+21"),
        (999999999999999900000.0, "999999999999999900000"),
        (9.999999999999997e-7, "9.999999999999997e-7"),
        (0.000001, "0.000001"),
        (333333333.3333332, "333333333.3333332"),
        (-0.0000033333333333333333, "-0.0000033333333333333333"),
        (1.5e-5, "0.000015"),
        (6.0, "6"),
        (True, "true"),
        (None, "null"),
        ("€\u000f\n'B\"\\/", '"€\\u000f\\n\'B\\"\\\\/"'),
        ({"\ufb33": 1, "\U0001f600": 2, "a": [3, {}]}, '{"a":[3,{}],"\U0001f600":2,"\ufb33":1}'),
    ],
)
def test_canonical_form_is_that_of_rfc_8785(value: Json, text: str) -> None:
    assert canonical(value).decode() == text


@pytest.mark.parametrize("value", [math.nan, math.inf, 2**53 + 1, [-math.inf]])
def test_what_json_cannot_carry_is_refused(value: Json) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical(value)


_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
)


@given(_values)
def test_canonical_text_is_json_and_means_the_same(value: Json) -> None:
    assert json.loads(canonical(value), parse_int=float) == value  # JSON numbers are floats to most readers


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), st.integers(0, 9)))
def test_the_order_of_members_does_not_matter(value: dict[str, int]) -> None:
    assert digest(value) == digest(dict(reversed(list(value.items()))))


@given(st.integers(-(2**53), 2**53))
def test_an_integer_and_its_float_are_one_value(number: int) -> None:
    assert canonical(number) == canonical(float(number))
