"""What a cell costs at plan time, checks and digest included, beside what it costs by hand and in another tool.

The other tool is the infinity grid (sd-infinity-grid-generator), which cannot be installed without a web UI around
it. `_infinity_grid` does what its `build_value_set_list` and `preprocess` do for each cell, as read in its
gridgencore.py: an object and a copied list of values at every level of its recursion; then a path, a title and the
parameters of each. It checks and hashes nothing, and does not look for each file on the disk, as the tool does.
"""

from __future__ import annotations

import hashlib
import itertools
import tracemalloc
from dataclasses import dataclass, field
from functools import partial

from jsonschema import Draft202012Validator
from measure import Row, best

from teststrip.base.json import Json
from teststrip.plan.make import draft_sweeps, make_plan
from teststrip.plan.model import Plan
from teststrip.plan.walk import Walk
from teststrip.provider.catalogue import find_provider
from teststrip.provider.model import Provider
from teststrip.recipe.load import read_text
from teststrip.recipe.model import Recipe
from teststrip.schema.request import request_schema

SIZES = {
    10_000: (8, 25),
    100_000: (20, 100),
    1_000_000: (100, 200),
}  # cells: values of steps times seed, and scale
RECIPE = """\
teststrip: 1
model: gptproto/nai-diffusion-4-5-full
params:
  {{prompt: "1girl, ${{{{ style }}}}", negative_prompt: "lowres, blurry", size: 832x1216, n: 1, uc_preset: 2,
   quality_toggle: false, noise_schedule: native, cfg_rescale: 0.2, legacy: true, auto_smea: true}}
axes:
  sampler: [k_euler, k_euler_ancestral, k_dpmpp_2m, k_dpmpp_sde, ddim_v3]
  seed: {{count: {seeds}, from: 1}}
  scale: 0.00, 0.05, ..., {last}
  style: [{styles}]
"""


def planning_rows() -> list[Row]:
    """Time 10^4, 10^5 and 10^6 cells of 4 axes and 15 parameters in each way, and say what a walk holds."""
    provider = find_provider("gptproto")
    if provider is None:
        raise SystemExit("the benchmark's page is not there")
    rows: list[Row] = []
    for count, (seeds, scales) in SIZES.items():
        recipe = _recipe(count, seeds, scales)
        plan = make_plan(recipe, provider, "benchmark")
        if len(plan.cells) != count:
            raise SystemExit(f"the benchmark's recipe has {len(plan.cells)} cells, not {count}")
        rounds = 5 if count < 10**6 else 2
        held = _peak(recipe, provider)
        rows += [
            Row(f"{count:>9,} cells: a bare loop, product and hash", best(partial(_bare, plan), count, rounds)),
            Row(
                f"{'':>9}  walked: templates, checks, digests ({held / 2**20:.1f} MB)",
                best(partial(_walked, recipe, provider), count, rounds),
            ),
            Row(
                f"{'':>9}  make_plan: the same, and the whole plan",
                best(partial(make_plan, recipe, provider, "b"), count, rounds),
            ),
            Row(
                f"{'':>9}  the infinity grid's expansion, unchecked",
                best(partial(_infinity_grid, plan), count, 1 if count == 10**6 else 3),
            ),
        ]
    return [*rows, Row(f"{'':>9}  jsonschema alone, on each request", _jsonschema(recipe, provider))]


def _recipe(count: int, seeds: int, scales: int) -> Recipe:
    styles = ", ".join(f"style{number}" for number in range(count // (5 * seeds * scales)))
    recipe = read_text(
        RECIPE.format(seeds=seeds, last=f"{0.05 * (scales - 1):.2f}", styles=styles), "benchmark.yaml"
    ).recipe
    if recipe is None:
        raise SystemExit("the benchmark's own recipe cannot be read")
    return recipe


def _walk(recipe: Recipe, provider: Provider) -> Walk:
    prepared, draft = draft_sweeps(recipe, provider)
    if draft.problems or prepared[0] is None:
        raise SystemExit(f"the benchmark's own recipe is wrong: {draft.problems}")
    return prepared[0].walker("benchmark")


def _walked(recipe: Recipe, provider: Provider) -> int:
    return sum(len(block.digests) for block in _walk(recipe, provider).blocks())


def _peak(recipe: Recipe, provider: Provider) -> int:
    """Return the most bytes that a walk holds at once."""
    tracemalloc.start()
    _walked(recipe, provider)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def _bare(plan: Plan) -> None:
    """Hash the product and nothing else: the values of a cell, joined as text."""
    axes = [[f"{axis.name}={value.label}" for value in axis.values] for axis in plan.axes]
    for values in itertools.product(*axes):
        hashlib.sha256("&".join(values).encode()).digest()


@dataclass
class _Value:
    axis: str
    title: str
    path: str
    params: dict[str, Json]
    skip: bool = False


@dataclass
class _Call:
    values: list[_Value]
    skip: bool = field(init=False, default=False)
    filepath: str = ""
    data: str = ""
    params: dict[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for value in self.values:
            if value.skip:
                self.skip = True


def _infinity_grid(plan: Plan) -> None:
    axes = [
        [_Value(axis.name, value.label, value.label, {axis.name: value.label}) for value in axis.values]
        for axis in plan.axes
    ]
    base: dict[str, Json] = {"prompt": "1girl", "negative prompt": "lowres"}
    for call in _combined(axes[::-1]):
        call.filepath = "grids/benchmark/" + "/".join([value.path for value in call.values])
        call.data = ", ".join([f"{value.axis}={value.title}" for value in call.values])
        call.params = base.copy()
        for value in call.values:
            for name, one in value.params.items():
                call.params[name] = one


def _combined(axes: list[list[_Value]]) -> list[_Call]:
    result = []
    if len(axes) == 1:
        return [_Call([value]) for value in axes[0]]
    for call in _combined(axes[1:]):
        for value in axes[0]:
            values = call.values.copy()
            values.append(value)
            result.append(_Call(values))
    return result


def _jsonschema(recipe: Recipe, provider: Provider) -> float:
    validator = Draft202012Validator(request_schema(provider, recipe.model))
    requests = [dict(cell.request) for cell in make_plan(recipe, provider, "b").cells[:200]]

    def validate() -> None:
        for request in requests:
            validator.validate(request)

    return best(validate, len(requests), 3)
