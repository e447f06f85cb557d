"""A plan of some of another plan's cells."""

from __future__ import annotations

import pytest

from teststrip.plan.lock import dump_lock
from teststrip.plan.lock_read import parse_lock
from teststrip.plan.make import make_plan
from teststrip.plan.model import Plan, Reason
from teststrip.plan.part import part_of
from teststrip.provider.catalogue import find_provider
from teststrip.recipe.load import read_text

TEXT = """teststrip: 1
model: gptproto/nai-diffusion-4-5-full
params: {prompt: cat}
axes: {sampler: [k_euler, ddim_v3], steps: [10, 20, 30]}
where: ["not (sampler == 'ddim_v3' and steps == 10)"]
after: [{use: measure}]
"""


def planned(text: str = TEXT) -> Plan:
    provider, recipe = find_provider("gptproto"), read_text(text, "recipe.yaml").recipe
    assert provider is not None
    assert recipe is not None
    return make_plan(recipe, provider, "darkroom/1")


def test_the_cells_keep_place_and_identity_in_the_order_of_the_plan() -> None:
    plan = planned()
    part = part_of(plan, [4, 1, 4], "not asked for")
    assert list(part.cells) == [plan.cells[1], plan.cells[4]]
    assert [cell.digest for cell in part.cells] == [plan.cells[1].digest, plan.cells[4].digest]
    assert part.axes == plan.axes
    assert part.digest != plan.digest


def test_the_places_that_are_left_out_say_why_beside_those_that_never_were_cells() -> None:
    plan = planned()
    part = part_of(plan, [0, 1], "not asked for")
    assert part.reasons == (*plan.reasons, Reason("sample", "not asked for", 3))
    told = {place: part.reasons[at].text for place, at in part.excluded.items()}
    assert told == {
        (1, 0): "not (sampler == 'ddim_v3' and steps == 10)",
        (0, 2): "not asked for",
        (1, 1): "not asked for",
        (1, 2): "not asked for",
    }


def test_a_part_is_locked_like_any_plan() -> None:
    part = part_of(planned(), [0, 3], "not asked for")
    loaded = parse_lock(dump_lock(part), "plan.lock.json")
    assert (loaded.digest, loaded.cells, loaded.reasons, loaded.excluded, loaded.after) == (
        part.digest,
        part.cells,
        part.reasons,
        part.excluded,
        part.after,
    )


def test_all_cells_are_the_plan_itself() -> None:
    plan = planned()
    part = part_of(plan, range(len(plan.cells)), "not asked for")
    assert (part.digest, part.reasons, part.excluded) == (plan.digest, plan.reasons, plan.excluded)


@pytest.mark.parametrize("numbers", [[-1], [0, 5]])
def test_a_number_that_is_no_cell_s_is_an_error(numbers: list[int]) -> None:
    with pytest.raises(IndexError, match="there are 5 cells"):
        part_of(planned(), numbers, "")
