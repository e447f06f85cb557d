"""The schemas of what chooses among the cells of a sweep, and of unions of sweeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from teststrip.schema.parts import closed, ref, text, whole
from teststrip.schema.sweeps import PARAMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from teststrip.schema.rules import Schema

METHODS: Final = ("random", "lhs", "halton", "sobol")
_METHOD: Final = (
    "random: any cells; lhs: each axis evenly (Latin hypercube); halton, sobol: spread evenly over all axes."
)


def choosing() -> Schema:
    """Return the schemas of `zip`, `where` and `sample`, by key."""
    return {"zip": _zip(), "where": _where(), "sample": _sample()}


def grids(axes: Mapping[str, Any], free: Schema) -> Schema:
    """Return the schema of `grids`; `axes` are those of the parameters, `free` is any other axis."""
    grid = closed(
        {
            "title": text("title", "What the sheet calls this grid."),
            "params": {
                "title": "params",
                "description": "What is the same in this grid. It goes before what stands at the top.",
                **ref(PARAMS),
            },
            "axes": {
                "title": "axes",
                "description": "What varies in this grid, beside the axes at the top.",
                "type": "object",
                "properties": dict(axes),
                "additionalProperties": free,
            },
            **choosing(),
        }
    )
    return {
        "title": "grids",
        "description": "Several sweeps in one recipe. What stands at the top belongs to each of them.",
        "type": "array",
        "minItems": 1,
        "items": grid,
        "x-teststrip-such": "[{axes: {steps: [10, 20]}}]",
    }


def _zip() -> Schema:
    names: Schema = {
        "description": "Axes that advance together; they have equally many values.",
        "type": "array",
        "minItems": 2,
        "uniqueItems": True,
        "items": {"type": "string"},
    }
    return {
        "title": "zip",
        "description": "Axes that advance together, in place of all their combinations: [[style, finish]].",
        "type": "array",
        "items": names,
        "x-teststrip-such": "[[steps, scale]]",
        "allOf": [
            {
                "not": {"minItems": 1, "items": {"type": "string"}},
                "x-teststrip-refuses": "zip is a list of groups, with brackets of their own: [[steps, scale]]",
                "x-teststrip-whole": True,
            }
        ],
    }


def _where() -> Schema:
    said = "A condition over axes, parameters and labels; cells that do not meet it are left out."
    entry = closed(
        {
            "keep": {"title": "keep", "description": said, "type": "string", "minLength": 1},
            "because": text("because", "What the sheet says in the empty place."),
        }
    )
    one: Schema = {
        "anyOf": [{"type": "string", "minLength": 1}, {**entry, "description": said, "required": ["keep"]}],
        "x-teststrip-expects": "a condition, or {keep: a condition, because: why}",
    }
    return {
        "title": "where",
        "description": f"{said} Such as: not (sampler == 'ddim_v3' and scale > 5).",
        "anyOf": [{"type": "string", "minLength": 1}, {"description": said, "type": "array", "items": one}],
        "x-teststrip-expects": "a condition or a list of conditions",
    }


def _sample() -> Schema:
    members = {
        "method": {"title": "method", "description": _METHOD, "type": "string", "enum": list(METHODS)},
        "count": {"title": "count", **whole("How many cells.", minimum=1)},
        "seed": {"title": "seed", **whole("Another seed chooses other cells; 0 when absent.", minimum=0)},
    }
    return {
        "title": "sample",
        "description": "A subset of the cells, chosen by a method from a seed: always the same one.",
        **closed(members),
        "required": ["count"],
        "x-teststrip-such": "{count: 64}",
    }
