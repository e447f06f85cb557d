"""Shuffle the tags of a prompt, from a seed: the same seed and tags give the same order on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import groupby
from typing import Final, TypeVar

from teststrip.steps.model import BeforeStep, Options, Request
from teststrip.steps.options import option, schema_of, whole
from teststrip.steps.prompts import PARAMETER, changed, prompt_of, touched
from teststrip.steps.tags import tags_of

T = TypeVar("T")

_DOMAIN: Final = "teststrip tag-shuffle 1"


def tag_shuffle(request: Request, options: Options) -> Request:
    """Put the tags after the first `keep` in another order; commas and spaces stay where they are.

    In a prompt of several, parted by `|`, each keeps its own tags, and its own first ones.
    """
    prompt = prompt_of(request, options)
    seed, keep = whole(options, "seed") or 0, whole(options, "keep") or 0
    tags = tags_of(prompt)
    words: list[str] = []
    for part, members in groupby(tags, key=lambda tag: tag.part):
        inside = [prompt[tag.start : tag.end] for tag in members]
        words += [*inside[:keep], *shuffled(inside[keep:], f"{seed}:{part}")]
    made, end = [], 0
    for tag, word in zip(tags, words, strict=True):
        made += [prompt[end : tag.start], word]
        end = tag.end
    return changed(request, options, "".join([*made, prompt[end:]]))


def shuffled(items: Sequence[T], seed: str) -> list[T]:
    """Return the items in an order that the seed decides, each order as likely as any other.

    Durstenfeld 1964, Algorithm 235; each draw is a SHA-256 of seed and position, whose 256 bits leave a remainder
    that is as good as even. Python's own generator may change how it draws.
    """
    made = list(items)
    for last in range(len(made) - 1, 0, -1):
        drawn = hashlib.sha256(f"{_DOMAIN}:{seed}:{last}".encode()).digest()
        other = int.from_bytes(drawn, "big") % (last + 1)
        made[last], made[other] = made[other], made[last]
    return made


STEP: Final = BeforeStep(
    name="tag-shuffle",
    change=tag_shuffle,
    summary="Shuffles the tags of a prompt, from a seed.",
    options=schema_of(
        {
            "seed": option(
                "integer",
                "seed",
                "Decides the order; it may be a template, such as ${{ seed }}.",
                minimum=0,
                maximum=2**53,
                default=0,
            ),
            "keep": option(
                "integer", "keep", "How many tags at the front stay there.", minimum=0, maximum=10000, default=0
            ),
            "parameter": PARAMETER,
        }
    ),
    touches=touched,
)
