from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pace import in_loops
from teststrip.plan.spread import (
    Grain,
    SpreadFault,
    at_equal_distances,
    at_equal_ratios,
    in_steps,
    onwards,
    places,
    read_decimal,
)

WHOLE = Grain(whole=True)
PLAIN = Grain()
NUMBERS = st.decimals(-1000, 1000, places=3)
POSITIVE = st.decimals(Decimal("0.001"), 1000, places=3)
COUNTS = st.integers(2, 60)


def texts(numbers: list[Decimal]) -> str:
    return " ".join(f"{number:f}" for number in numbers)


@pytest.mark.parametrize(
    ("first", "last", "step", "values"),
    [
        ("1", "1.3", "0.1", "1.0 1.1 1.2 1.3"),
        ("0.1", "0.6", "0.1", "0.1 0.2 0.3 0.4 0.5 0.6"),
        ("6", "7.2", "0.4", "6.0 6.4 6.8 7.2"),
        ("10", "1", "-3", "10 7 4 1"),
        ("1", "1", "0.5", "1.0"),
        ("1e2", "3e2", "1e2", "100 200 300"),
        ("1e-3", "3e-3", "1e-3", "0.001 0.002 0.003"),
        ("0.10", "0.30", "0.1", "0.10 0.20 0.30"),
        ("4.0", "6", "1", "4.0 5.0 6.0"),
    ],
)
def test_steps_lead_from_one_end_to_the_other(first: str, last: str, step: str, values: str) -> None:
    assert texts(in_steps(Decimal(first), Decimal(last), Decimal(step))) == values


@pytest.mark.parametrize(
    ("first", "last", "step", "member", "meant"),
    [
        ("1", "1.35", "0.1", "to", "1.3"),
        ("1", "1.36", "0.1", "to", "1.4"),
        ("5", "0", "-2", "to", "1"),
        ("1", "2", "-0.5", "step", "0.5"),
        ("2", "1", "0.5", "step", "-0.5"),
        ("1", "2", "0", "step", None),
        ("0", "1", "0.00001", "step", None),
        ("0", "1e18", "1e-18", "step", None),
    ],
)
def test_steps_that_do_not_arrive_name_the_end_that_they_reach(
    first: str, last: str, step: str, member: str, meant: str | None
) -> None:
    with pytest.raises(SpreadFault) as caught:
        in_steps(Decimal(first), Decimal(last), Decimal(step))
    assert (caught.value.member, caught.value.suggestion) == (member, meant)


@pytest.mark.parametrize(
    ("first", "last", "count", "grain", "values"),
    [
        ("1", "100", 5, PLAIN, "1.00 25.75 50.50 75.25 100.00"),
        ("0", "1", 4, PLAIN, "0.000 0.333 0.667 1.000"),
        ("0", "1", 7, PLAIN, "0.000 0.167 0.333 0.500 0.667 0.833 1.000"),
        ("1", "10", 4, PLAIN, "1 4 7 10"),
        ("10", "50", 5, WHOLE, "10 20 30 40 50"),
        ("50", "10", 5, WHOLE, "50 40 30 20 10"),
        ("1", "100", 5, Grain(whole=True, multiple=Decimal(1)), "1 26 51 75 100"),
        ("512", "1024", 4, Grain(multiple=Decimal(64)), "512 704 832 1024"),
        ("-1", "1", 3, PLAIN, "-1 0 1"),
        ("3", "3", 1, PLAIN, "3"),
    ],
)
def test_so_many_values_lie_at_equal_distances(
    first: str, last: str, count: int, grain: Grain, values: str
) -> None:
    assert texts(at_equal_distances(Decimal(first), Decimal(last), count, grain)) == values


@pytest.mark.parametrize(
    ("first", "last", "count", "grain", "values"),
    [
        ("1", "100", 5, PLAIN, "1 3.16 10 31.6 100"),
        ("0.01", "1.00", 3, PLAIN, "0.01 0.1 1.00"),
        ("100", "1", 3, PLAIN, "100 10 1"),
        ("-1", "-100", 3, PLAIN, "-1 -10 -100"),
        ("1", "100", 5, WHOLE, "1 3 10 32 100"),
        ("64", "1024", 5, Grain(multiple=Decimal(64)), "64 128 256 512 1024"),
        ("1", "1.001", 3, PLAIN, "1 1.0005 1.001"),
        ("1.001", "1.009", 3, PLAIN, "1.001 1.005 1.009"),
    ],
)
def test_so_many_values_lie_at_equal_ratios(first: str, last: str, count: int, grain: Grain, values: str) -> None:
    assert texts(at_equal_ratios(Decimal(first), Decimal(last), count, grain)) == values


@pytest.mark.parametrize(
    ("first", "last", "count", "grain", "member", "meant"),
    [
        ("1", "100", 5, WHOLE, "count", "4"),
        ("0", "3", 3, WHOLE, "count", "4"),
        ("1", "2", 1, PLAIN, "count", None),
        ("2", "2", 3, PLAIN, "count", "1"),
        ("1", "3", 9, Grain(multiple=Decimal(1)), "count", None),
        ("500", "1024", 4, Grain(multiple=Decimal(64)), "from", "512"),
        ("512", "1000", 4, Grain(multiple=Decimal(64)), "to", "1024"),
    ],
)
def test_values_at_equal_distances_that_cannot_be_say_why(
    first: str, last: str, count: int, grain: Grain, member: str, meant: str | None
) -> None:
    with pytest.raises(SpreadFault) as caught:
        at_equal_distances(Decimal(first), Decimal(last), count, grain)
    assert (caught.value.member, caught.value.suggestion) == (member, meant)


@pytest.mark.parametrize(
    ("first", "last", "count", "grain", "member"),
    [
        ("0", "10", 3, PLAIN, "from"),
        ("1", "0", 3, PLAIN, "to"),
        ("-1", "1", 3, PLAIN, "from"),
        ("1", "10", 12, WHOLE, "count"),
        ("1", "1.0000000000000001", 9, PLAIN, "count"),
    ],
)
def test_values_at_equal_ratios_that_cannot_be_say_why(
    first: str, last: str, count: int, grain: Grain, member: str
) -> None:
    with pytest.raises(SpreadFault) as caught:
        at_equal_ratios(Decimal(first), Decimal(last), count, grain)
    assert caught.value.member == member


@pytest.mark.parametrize(
    "text", ["1e400", "1e-300", "NaN", "Infinity", "x", "", "0e-90000", f"1.{'0' * 90000}", "1e999999999999"]
)
def test_numbers_that_no_axis_reaches_are_refused(text: str) -> None:
    def refuse() -> None:
        with pytest.raises(SpreadFault):
            read_decimal(text, "from")

    assert in_loops(refuse)[1] < 15


@given(NUMBERS, POSITIVE, COUNTS, st.booleans())
def test_steps_are_what_fractions_say(first: Decimal, step: Decimal, count: int, falls: bool) -> None:  # noqa: FBT001  hypothesis draws it
    signed = -step if falls else step
    last = first + (count - 1) * signed
    made = in_steps(first, last, signed)
    assert [Fraction(number) for number in made] == [
        Fraction(first) + index * Fraction(signed) for index in range(count)
    ]
    assert made == onwards(first, signed, count)
    assert len({places(number) for number in made}) == 1


@given(NUMBERS, POSITIVE, COUNTS, st.decimals(Decimal("0.01"), Decimal("0.99"), places=2))
def test_a_missed_end_is_told_with_one_that_is_reached(
    first: Decimal, step: Decimal, count: int, part: Decimal
) -> None:
    with pytest.raises(SpreadFault) as caught:
        in_steps(first, first + (count + part) * step, step)
    assert caught.value.suggestion is not None
    reached = in_steps(first, Decimal(caught.value.suggestion), step)
    assert len(reached) in (count + 1, count + 2)


@given(NUMBERS, NUMBERS, COUNTS)
def test_equal_distances_are_what_fractions_say_to_three_digits(first: Decimal, last: Decimal, count: int) -> None:
    if first == last:
        return
    made = at_equal_distances(first, last, count, PLAIN)
    distance = (Fraction(last) - Fraction(first)) / (count - 1)
    assert (len(made), made[0], made[-1]) == (count, first, last)
    for index, number in enumerate(made):
        assert abs(Fraction(number) - (Fraction(first) + index * distance)) <= abs(distance) / 200
    assert len({places(number) for number in made}) == 1


@given(POSITIVE, POSITIVE, COUNTS)
def test_equal_ratios_keep_both_ends_and_never_turn_back(first: Decimal, last: Decimal, count: int) -> None:
    if first == last:
        return
    made = at_equal_ratios(first, last, count, PLAIN)
    assert (len(made), made[0], made[-1]) == (count, first, last)
    assert made == sorted(made, reverse=last < first)
    for index, number in enumerate(made):
        naive = float(first) * (float(last) / float(first)) ** (index / (count - 1))
        assert float(number) == pytest.approx(naive, rel=0.006)


def test_ten_thousand_values_are_made_at_once() -> None:
    def make() -> None:
        for spaced in (at_equal_distances, at_equal_ratios):
            assert len(spaced(Decimal("0.001"), Decimal("1e18"), 10_000, PLAIN)) == 10_000
        assert len(in_steps(Decimal(0), Decimal(9999), Decimal(1))) == 10_000

    assert in_loops(make)[1] < 150
