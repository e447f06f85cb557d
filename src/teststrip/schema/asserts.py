"""The schema of `assert`: what a recipe demands of its cells. The kinds are those of `verify.asserts`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from teststrip.schema.parts import closed, text

if TYPE_CHECKING:
    from teststrip.schema.rules import Schema

CHECK: Final = "check"
KINDS: Final = ("size", "not_blank", "similar", "different", "price", "scores", CHECK)
"""What an assertion may demand; each entry of `assert` has one of them."""

CELLS: Final = "cells"
BECAUSE: Final = "because"
SIZE: Final = "^[1-9][0-9]{0,4}[x*×][1-9][0-9]{0,4}$"
_BITS: Final[dict[str, Any]] = {"type": "integer", "minimum": 0, "maximum": 64}


def asserts() -> Schema:
    """Return the schema of `assert`, by key."""
    return {
        "assert": {
            "title": "assert",
            "description": "What has to be so of the cells, once they are there; each entry demands one thing.",
            "type": "array",
            "items": _entry(),
            "x-teststrip-such": "[{not_blank: true}, {size: 832x1216}]",
        }
    }


def _entry() -> Schema:
    return closed(
        {
            "size": {
                **text("size", "The size of every picture, in pixels: 832x1216."),
                "pattern": SIZE,
                "x-teststrip-expects": "a size such as 832x1216",
            },
            "not_blank": {
                "title": "not_blank",
                "description": "No picture is of one tone: true, or how far tones spread at least, from 0 to 1.",
                "anyOf": [{"const": True}, {"type": "number", "exclusiveMinimum": 0, "maximum": 1}],
                "x-teststrip-expects": "true, or a number from 0 to 1",
            },
            "similar": _to("similar", "to", "within", "Pictures look like those of another cell."),
            "different": _to("different", "from", "by", "Pictures do not look like those of another cell."),
            "price": {
                "title": "price",
                "description": "What a request costs at most, in the unit of the page's price.",
                **closed({"most": {"type": "number", "minimum": 0}}),
                "required": ["most"],
                "x-teststrip-such": "{most: 20}",
            },
            "scores": {
                "title": "scores",
                "description": "Between which bounds the scores lie that steps on pictures give, by their names.",
                "type": "object",
                "minProperties": 1,
                "additionalProperties": _bounds(),
                "x-teststrip-such": "{sharpness: {least: 0.2}}",
            },
            CHECK: {
                "title": CHECK,
                "description": "A check that a plugin brings, by its name, and what it is told.",
                "type": "object",
                "minProperties": 1,
                "maxProperties": 1,
                "additionalProperties": True,
                "x-teststrip-such": "{sharp: 0.5}",
            },
            CELLS: {
                "title": "cells",
                "description": "Only the cells with these values; all cells when absent.",
                "type": "object",
                "minProperties": 1,
                "additionalProperties": True,
                "x-teststrip-such": "{sampler: [k_euler, ddim_v3]}",
            },
            BECAUSE: text("because", "Why it has to be so; told when it is not."),
        }
    )


def _to(title: str, other: str, bits: str, description: str) -> Schema:
    members: dict[str, Any] = {
        other: {
            "title": other,
            "description": "The other cell: that of the same place but for these axes.",
            "type": "object",
            "minProperties": 1,
            "additionalProperties": True,
        },
        bits: {
            "title": bits,
            "description": f"In how many of 64 bits their perceptual hashes differ {_WORDS[bits]}; 8 when absent.",
            **_BITS,
        },
    }
    return {"title": title, "description": description, **closed(members), "required": [other]}


_WORDS: Final = {"within": "at most", "by": "at least"}


def _bounds() -> Schema:
    numbers = {
        "least": {"title": "least", "description": "The least that it may be.", "type": "number"},
        "most": {"title": "most", "description": "The most that it may be.", "type": "number"},
    }
    return {**closed(numbers), "minProperties": 1}
