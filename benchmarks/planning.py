"""What a cell costs at plan time, validation and digest included, beside what it would cost by hand."""

from __future__ import annotations

import hashlib
import itertools
import json

from jsonschema import Draft202012Validator
from measure import Row, best

from teststrip.plan.make import make_plan
from teststrip.provider.catalogue import find_provider
from teststrip.recipe.load import read_text
from teststrip.schema.request import request_schema

RECIPE = """\
teststrip: 1
model: gptproto/nai-diffusion-4-5-full
params: {prompt: "1girl, ${{ style }}"}
axes:
  sampler: all
  steps: 1, 2, ..., 25
  scale: 0.0, 1.0, ..., 10.0
  style: [ink, wash, pastel, chalk]
"""


def planning_rows() -> list[Row]:
    """Time a plan of 6,600 cells, a loop that only builds and hashes them, and jsonschema on each."""
    recipe = read_text(RECIPE, "benchmark.yaml").recipe
    provider = find_provider("gptproto")
    if recipe is None or provider is None:
        raise SystemExit("the benchmark's own recipe cannot be read")
    cells = make_plan(recipe, provider, "benchmark").cells
    requests = [dict(cell.request) for cell in cells]
    validator = Draft202012Validator(request_schema(provider, recipe.model))

    def bare() -> None:
        base = requests[0]
        axes = (range(6), range(25), range(11), range(4))
        for sampler, steps, scale, style in itertools.product(*axes):
            request = {**base, "sampler": sampler, "steps": steps, "scale": scale, "prompt": style}
            hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()

    def validate() -> None:
        for request in requests[:200]:
            validator.validate(request)

    return [
        Row("a bare loop: build and hash, no checks", best(bare, len(cells), 3)),
        Row(
            "make_plan: templates, checks, digests", best(lambda: make_plan(recipe, provider, "b"), len(cells), 3)
        ),
        Row("jsonschema alone, on each request", best(validate, 200, 3)),
    ]
