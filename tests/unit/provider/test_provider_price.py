"""Prices: the vectors of the vendor's clients, the language they are written in, and what it does not let in."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teststrip.base.json import Json
from teststrip.provider.catalogue import find_provider
from teststrip.provider.expression import (
    DEEPEST,
    LONGEST,
    ExpressionFault,
    Unknown,
    Value,
    evaluate,
    parse_expression,
)
from teststrip.provider.model import Provider
from teststrip.provider.price import Quote, price, price_members, quote, size_of
from teststrip.provider.wire import Price, Roles

REFERENCE: Json = {"caption": {"base_caption": "character1"}}
VIBE: Json = {"image": "aGk="}
SQUARE: dict[str, Json] = {"prompt": "x", "size": "1024x1024"}
FREE: dict[str, bool | Decimal] = {"free_tier": True}


def page(name: str = "gptproto") -> Provider:
    provider = find_provider(name)
    assert provider is not None
    return provider


def anlas(request: dict[str, Json], assume: dict[str, bool | Decimal] | None = None) -> Decimal | None:
    return price(page(), page().models[0].id, {**SQUARE, **request}, assume)


@pytest.mark.parametrize(
    ("request_", "assume", "cost"),
    [
        ({"n": 2}, None, 40),
        ({}, FREE, 0),
        ({"director_reference_descriptions": [REFERENCE]}, FREE, 5),
        ({"director_reference_descriptions": [REFERENCE]}, None, 25),
        ({"action": "img2img", "image": "aGk=", "strength": 0.7, "steps": 23}, None, 12),
        ({"vibe_transfer": [VIBE] * 2}, None, 24),
        ({"vibe_transfer": [VIBE] * 5}, {"cached_vibes": Decimal(5)}, 22),
        ({"director_reference_descriptions": [REFERENCE] * 2, "n": 2}, None, 60),
        ({"size": "832x1216"}, None, 20),
        ({"size": "832x1216", "steps": 23}, None, 17),
        ({"size": "832x1216", "steps": 50}, None, 33),
        ({"size": "64x64", "steps": 1}, None, 2),
    ],
)
def test_the_estimate_is_that_of_the_vendors_clients(
    request_: dict[str, Json], assume: dict[str, bool | Decimal] | None, cost: int
) -> None:
    assert anlas(request_, assume) == cost


def test_the_free_tier_is_off_and_ends_at_its_area_and_steps() -> None:
    assert anlas({}) == 20
    assert anlas({"n": 2}, FREE) == 20
    assert anlas({"steps": 29}, FREE) == anlas({"steps": 29})
    assert anlas({"size": "1088x1024"}, FREE) == anlas({"size": "1088x1024"})


def test_smea_costs_more_and_what_the_vendor_refuses_has_no_price() -> None:
    assert anlas({"auto_smea": True}) == 24
    assert anlas({"size": "4096x4096", "steps": 50}) is None


def test_a_strength_that_the_request_leaves_out_is_the_pages_default() -> None:
    assert anlas({"action": "img2img", "image": "aGk=", "steps": 23}) == 12


def test_an_estimate_says_that_it_is_one() -> None:
    told = page().price
    assert told is not None
    assert (told.unit, told.estimate) == ("Anlas", True)
    assert told.assume == {"free_tier": False, "cached_vibes": 0}


@pytest.mark.parametrize(
    ("model", "cost"), [("wan2.1-t2i-turbo", "0.1"), ("wan2.1-t2i-plus", "0.2"), ("wan2.2-t2i-flash", None)]
)
def test_the_second_page_prices_the_models_of_which_a_price_is_known(model: str, cost: str | None) -> None:
    assert price(page("dashscope"), model, {"prompt": "x"}) == (None if cost is None else Decimal(cost))


def test_a_page_without_a_price_has_none() -> None:
    assert price(replace(page(), price=None), page().models[0].id, SQUARE) is None


def test_a_price_that_is_no_number_is_none() -> None:
    for text in ("true", '"much"', "null", "steps / 0", "unheard_of + 1", "prompt * 2"):
        told = replace(page(), price=Price("coins", text))
        assert price(told, page().models[0].id, SQUARE) is None


@pytest.mark.parametrize(
    ("text", "request_", "blame"),
    [
        ("steps / 0", {}, (("steps", 28),)),
        ("null if steps > 20 else 1", {}, (("steps", 28),)),
        ("1 if steps > 30 else null if scale else 2", {}, (("scale", 6.0), ("steps", 28))),
        ("strength * 2", {}, (("strength", None),)),
        ("strength * steps", {}, (("strength", None),)),
        ("width * height", {"size": "vast"}, (("size", "vast"),)),
        ("null if member else 1", {}, (("member", True),)),
        ("half + 1", {}, (("strength", None),)),
        ("dear + 1", {}, (("steps", 28),)),
        ('null if model == "nai-diffusion-4-5-full" else 1', {}, (("model", "nai-diffusion-4-5-full"),)),
        ("1 if strength > 1 else 2", {}, (("strength", None),)),
        ("null", {}, ()),
        ("1e999", {}, ()),
    ],
)
def test_a_price_that_nobody_knows_says_what_it_hung_on(
    text: str, request_: dict[str, Json], blame: tuple[tuple[str, Json], ...]
) -> None:
    terms = {"half": "strength / 2", "dear": "null if steps > 20 else 1"}
    used = tuple((name, term) for name, term in terms.items() if name in text)
    told = replace(page(), price=Price("coins", text, terms=used, assume={"member": True}))
    assert quote(told, page().models[0].id, {**SQUARE, **request_}) == Quote(None, blame)


def test_a_price_depends_on_the_parameters_that_it_and_its_terms_mention() -> None:
    anlas_hang_on = "auto_smea director_reference_descriptions image n size steps strength vibe_transfer"
    assert set(anlas_hang_on.split()) == set(price_members(page())) - {"width", "height"}
    assert price_members(page("dashscope")) == ("n",)
    assert price_members(replace(page(), price=None)) == ()


@pytest.mark.parametrize(
    ("request_", "size"),
    [
        ({"size": "64x96"}, (64, 96)),
        ({"size": "64*96"}, (64, 96)),
        ({"width": 64, "height": 96}, (64, 96)),
        ({"size": "big"}, None),
        ({"width": 64}, None),
        ({"width": True, "height": 96}, None),
        ({}, None),
    ],
)
def test_a_size_is_one_text_or_two_numbers_as_the_roles_say(
    request_: dict[str, Json], size: tuple[int, int] | None
) -> None:
    told = replace(page(), roles=Roles(size="size", width="width", height="height"))
    assert size_of(told, request_) == size


def reckon(text: str, **values: Value) -> Value:
    return evaluate(parse_expression(text), values)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 + 2 * 3 - 4 / 8", Decimal("6.5")),
        ("0.1 + 0.2", Decimal("0.3")),
        ("7 % 3", 1),
        ("-7 % 3", 2),
        ("-(2) + +3", 1),
        ("ceil(1.01) + floor(1.99)", 3),
        ("round(2.5)", 3),
        ("round(1.005, 2)", Decimal("1.01")),
        ("sqrt(2) * sqrt(2) > 1.999", True),
        ("min(3, 1, 2) + max(3, 1, 2)", 4),
        ("len(texts) + len(nothing) + len('abc')", 5),
        ("sum(numbers)", Decimal("4.5")),
        ("sum(items, 'weight')", 3),
        ("sum(nothing)", 0),
        ("1 if absent == null else 2", 1),
        ("1 < 2 <= 2 != 3", True),
        ("not absent and texts or 0", True),
        ("'a' == 'a'", True),
        ("true == 1", False),
        ("2\n  + 3", 5),
    ],
)
def test_the_language_reckons_exactly(text: str, result: object) -> None:
    values: dict[str, Value] = {
        "texts": ["a", "b"],
        "numbers": [1, 2.0, 1.5],
        "items": [{"weight": 1}, {"weight": 2}],
    }
    assert reckon(text, **values) == result


@pytest.mark.parametrize(
    "text",
    ["a + 1", "1 < a", "sqrt(-1)", "1 / 0", "1 % 0", "'x' + 'y'", "ceil('x')", "round(1, 1e9)", "sum('ab')"],
)
def test_what_cannot_be_reckoned_is_unknown(text: str) -> None:
    with pytest.raises(Unknown):
        reckon(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 +",
        "a.b",
        "a[0]",
        "a ** b",
        "1 // 2",
        "[1]",
        "{1: 2}",
        "(1, 2)",
        "lambda: 1",
        "x := 1",
        "f'{a}'",
        "b'x'",
        "1j",
        "...",
        "~1",
        "a is b",
        "a in b",
        "print(1)",
        "min()",
        "len(a, b)",
        "min(*a)",
        "round(a, ndigits=1)",
        "(min)(1)(2)",
        "[x for x in a]",
        "__import__('os')",
        "1) + (2",
        "await a",
        "\0",
        "9" * 5000,
        "(" * 1000 + "1" + ")" * 1000,
        "-" * 1500 + "1",
        "1" + "+1" * 400,
        "1" + " if 1 else 1" * (DEEPEST + 1),
        "x" * (LONGEST + 1),
    ],
)
def test_anything_else_is_refused_before_it_is_reckoned(text: str) -> None:
    with pytest.raises(ExpressionFault):
        parse_expression(text)


WORDS = st.sampled_from(
    [*"ab12+-*/%(),<.", "2.5", "==", "and", "or", "not", "if", "else", "min", "max", "ceil", "len", "null", "'x'"]
)


@given(st.lists(WORDS, max_size=25).map(" ".join) | st.text(max_size=40))
def test_any_text_is_reckoned_unknown_or_refused(text: str) -> None:
    values: dict[str, Value] = {"a": Decimal(3), "b": "x"}
    with contextlib.suppress(ExpressionFault, Unknown):
        evaluate(parse_expression(text), values)
