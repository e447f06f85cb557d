"""What a plan costs: the vendor's vectors from recipe to price, each request once, and what nobody can price."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teststrip.base.json import Json
from teststrip.plan.cost import Assumptions, Cost, Tally, cost_of
from teststrip.plan.make import make_plan
from teststrip.plan.model import Cell, Plan
from teststrip.provider.catalogue import find_provider
from teststrip.provider.model import Provider
from teststrip.provider.price import price
from teststrip.provider.wire import Price
from teststrip.recipe.load import read_text

FREE: Assumptions = {"free_tier": True}
PICTURE = "https://pictures.example/one.png"
VIBE: Json = {"image": PICTURE}
REFERENCE: Json = {"caption": {"base_caption": "character1"}}

# Of the vendor's clients: parameters, assumptions, Anlas. All at 1024x1024 and 28 steps where nothing is said.
VECTORS: list[tuple[dict[str, Json], Assumptions, int]] = [
    ({"n": 2}, {}, 40),
    ({}, FREE, 0),
    ({"director_reference_descriptions": [REFERENCE]}, FREE, 5),
    ({"director_reference_descriptions": [REFERENCE]}, {}, 25),
    ({"action": "img2img", "image": PICTURE, "strength": 0.7, "steps": 23}, {}, 12),
    ({"vibe_transfer": [VIBE] * 2}, {}, 24),
    ({"vibe_transfer": [VIBE] * 5}, {"cached_vibes": Decimal(5)}, 22),
    ({"director_reference_descriptions": [REFERENCE] * 2, "n": 2}, {}, 60),
    ({"size": "832x1216"}, {}, 20),
    ({"size": "832x1216", "steps": 23}, {}, 17),
    ({"size": "832x1216", "steps": 50}, {}, 33),
    ({"size": "64x64", "steps": 1}, {}, 2),
]


def page(name: str = "gptproto") -> Provider:
    provider = find_provider(name)
    assert provider is not None
    return provider


def planned(
    params: dict[str, Json], axes: dict[str, Json] | None = None, model: str = "gptproto/nai-diffusion-4-5-full"
) -> Plan:
    text = json.dumps({"teststrip": 1, "model": model, "params": {"prompt": "x", **params}, "axes": axes or {}})
    reading = read_text(text, "r.yaml")
    assert reading.recipe is not None
    assert reading.problems == ()
    return make_plan(reading.recipe, page(reading.recipe.provider), "darkroom/1")


def cost(plan: Plan, assume: Assumptions | None = None, done: Iterable[str] = ()) -> Cost:
    finished = set(done)
    found = cost_of(plan, page(plan.provider), lambda digest: digest not in finished, assume)
    assert found is not None
    return found


@pytest.mark.parametrize(("params", "assume", "anlas"), VECTORS)
def test_a_recipe_costs_what_the_vendors_clients_say(
    params: dict[str, Json], assume: Assumptions, anlas: int
) -> None:
    found = cost(planned({"size": "1024x1024", **params}), assume)
    assert found.total == found.to_send == Tally(1, Decimal(anlas), 0)
    assert found.of(0) == found.least == found.most == anlas


def test_the_vectors_in_one_sweep_add_up() -> None:
    alike = [(params, anlas) for params, assume, anlas in VECTORS if not assume]
    values: list[Json] = [{"title": str(n), "set": params} for n, (params, _) in enumerate(alike)]
    found = cost(planned({"size": "1024x1024"}, {"vector": values}))
    assert [found.of(number) for number in range(len(alike))] == [anlas for _, anlas in alike]
    assert found.total.price == sum(anlas for _, anlas in alike)
    assert [tally.price for tally in found.by_axis[0]] == [anlas for _, anlas in alike]
    assert found.least == 2
    assert found.most == 60


def test_a_request_that_several_cells_want_is_paid_for_once() -> None:
    values: list[Json] = [
        {"title": title, "set": {"steps": steps}} for title, steps in (("a", 28), ("b", 28), ("c", 1))
    ]
    found = cost(planned({"size": "1024x1024"}, {"finish": values, "scale": [4, 5]}))
    assert found.total == Tally(4, Decimal(48), 0)
    finish, scale = found.by_axis
    assert finish == (Tally(2, Decimal(40), 0), Tally(2, Decimal(40), 0), Tally(2, Decimal(8), 0))
    assert scale == (Tally(2, Decimal(24), 0), Tally(2, Decimal(24), 0))
    assert [found.of(number) for number in range(6)] == [20, 20, 20, 20, 4, 4]


def test_what_is_done_is_not_among_what_is_still_to_send() -> None:
    plan = planned({"size": "1024x1024"}, {"steps": [1, 28]})
    found = cost(plan, done=[plan.cells[1].digest])
    assert found.total.price == 24
    assert found.to_send == Tally(1, Decimal(4), 0)


def test_the_page_is_asked_once_for_what_costs_the_same() -> None:
    plan = planned({}, {"seed": {"count": 40, "from": 1}, "scale": [4, 5, 6], "steps": [1, 28]})
    assert len(plan.cells) == 240
    assert len(cost(plan).quotes) == 2


def test_values_that_python_has_equal_are_priced_apart() -> None:
    told = replace(page(), price=Price("coins", "1 if auto_smea == true else 2"))
    plan = planned({}, {"auto_smea": [True, False]})
    found = cost_of(plan, told, lambda _: True)
    assert found is not None
    cells = tuple(
        Cell(cell.coordinates, {**cell.request, "auto_smea": value}, cell.digest)
        for cell, value in zip(plan.cells, (True, 1), strict=True)
    )
    odd = cost_of(replace(plan, cells=cells), told, lambda _: True)
    assert odd is not None
    assert [odd.of(0), odd.of(1)] == [1, 2]


def test_an_assumption_replaces_the_pages_and_is_said() -> None:
    found = cost(planned({"size": "1024x1024"}), FREE)
    assert found.assume == {"free_tier": True, "cached_vibes": 0}
    assert cost(planned({})).assume == {"free_tier": False, "cached_vibes": 0}


def test_an_unknown_price_is_counted_and_named_by_what_varies() -> None:
    found = cost(planned({}, {"size": ["64x64", "4096x4096"], "steps": [1, 28, 50], "scale": [4, 5]}))
    assert (found.total.requests, found.total.unknown) == (12, 4)
    assert found.total.price == 2 * (2 + 2 + 2 + 60)
    (unpriced,) = found.unpriced
    assert unpriced.blame == (("size", "4096x4096"), ("steps", 28))
    assert (unpriced.requests, unpriced.kinds) == (4, 2)
    assert found.by_axis[0] == (Tally(6, Decimal(12), 0), Tally(6, Decimal(120), 4))


def test_a_model_without_a_price_is_named() -> None:
    found = cost(planned({}, {"seed": [1, 2]}, "dashscope/wan2.2-t2i-flash"))
    assert (found.total, found.least, found.most) == (Tally(2, Decimal(0), 2), None, None)
    assert found.unpriced[0].blame == (("model", "wan2.2-t2i-flash"),)


def test_a_page_without_a_price_costs_nothing_that_is_known() -> None:
    assert cost_of(planned({}), replace(page(), price=None), lambda _: True) is None


def test_sums_of_many_small_prices_are_exact() -> None:
    found = cost(planned({"n": 1}, {"seed": {"count": 300, "from": 1}}, "dashscope/wan2.1-t2i-turbo"))
    assert found.total.price == Decimal("7.5")


@given(
    st.lists(st.sampled_from(["64x64", "1024x1024", "4096x4096"]), min_size=1, max_size=3, unique=True),
    st.lists(st.sampled_from([1, 23, 28, 50]), min_size=1, max_size=4),
    st.lists(st.sampled_from([1, 2, 4]), min_size=1, max_size=3, unique=True),
    st.sampled_from([{}, FREE, {"cached_vibes": Decimal(2)}]),
    st.data(),
)
def test_a_plan_costs_what_its_distinct_requests_cost_one_by_one(
    sizes: list[Json], steps: list[int], counts: list[Json], assume: Assumptions, data: st.DataObject
) -> None:
    finish: list[Json] = [{"title": str(n), "set": {"steps": one}} for n, one in enumerate(steps)]
    plan = planned({}, {"size": sizes, "finish": finish, "n": counts})
    requests = {cell.digest: cell.request for cell in plan.cells}
    done = data.draw(st.sets(st.sampled_from(sorted(requests))))
    prices = {digest: price(page(), plan.model, request, assume) for digest, request in requests.items()}

    def tally(digests: Iterable[str]) -> Tally:
        each = [prices[digest] for digest in digests]
        return Tally(len(each), sum((one for one in each if one is not None), Decimal(0)), each.count(None))

    found = cost(plan, assume, done)
    assert found.total == tally(prices)
    assert found.to_send == tally(prices.keys() - done)
    assert [found.of(number) for number in range(len(plan.cells))] == [prices[cell.digest] for cell in plan.cells]
    for axis, tallies in enumerate(found.by_axis):
        for value, told in enumerate(tallies):
            assert told == tally({cell.digest for cell in plan.cells if cell.coordinates[axis] == value})
