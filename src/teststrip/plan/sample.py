"""A subset of a sweep's places: any ones, or ones that are spread evenly over all that varies.

A method offers places, the best first, until it has no more; the first `count` of them that are new and that may
be chosen are taken. What it offers depends on the seed and the space alone; the arithmetic is that of integers, so
that every machine chooses alike (but Sobol points are scipy's).
"""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from teststrip.plan.dims import Space
from teststrip.recipe.model import Sample

ENUMERATED: Final = 250_000  # places that are looked at one by one; a larger space is drawn from
_TRIES: Final = 200  # for each cell wanted, before the rest is filled up or it is said that there are too few
_MOST_TRIES: Final = 500_000
_ROUNDS: Final = 60  # of a Latin hypercube
_DIGITS: Final = 48  # bits that a point of a low-discrepancy sequence is made of, at least

Tokens = Sequence[Sequence[bytes]]  # for each dim, what each of its values is called, whatever its position
Method = Callable[[Sample, Space, Tokens], Iterator[int]]


class SampleFault(Exception):  # noqa: N818  it becomes a located problem at the caller
    """A method that cannot be had here."""


def choose(sample: Sample, space: Space, tokens: Tokens, keeps: Callable[[Sequence[int]], bool]) -> list[int]:
    """Choose places, in their order; fewer than `sample.count` when not more could be found.

    `keeps` tells of a place's indices whether it may be chosen. Raises SampleFault when a method is not installed.
    """
    tries = max(4 * sample.count, min(_TRIES * sample.count, _MOST_TRIES))
    offered: Iterator[int] = itertools.islice(METHODS[sample.method](sample, space, tokens), tries)
    if space.count <= ENUMERATED:
        everything = _any(sample, space, tokens) if sample.count < space.count else iter(range(space.count))
        offered = itertools.chain(offered, everything)
    chosen: dict[int, None] = {}
    for place in offered:
        if place not in chosen and keeps(space.indices(place)):
            chosen[place] = None
            if len(chosen) == sample.count:
                break
    return sorted(chosen)


def _any(sample: Sample, space: Space, tokens: Tokens) -> Iterator[int]:
    """Offer places in an order that is as good as chance.

    A place's rank is the hash of the seed and of its values, not of its position: a value that is added to an axis
    takes a fair share, and all other places keep their ranks, so that most of what was paid for is chosen again.
    """
    seed = f"{sample.seed}".encode()
    if space.count <= ENUMERATED:
        ranked = sorted(
            (hashlib.sha256(b"\0".join((seed, *values))).digest(), place)
            for place, values in enumerate(itertools.product(*tokens))
        )
        yield from (place for _, place in ranked)
        return
    for number in itertools.count():
        yield _number(seed, b"any", number) % space.count


def _latin(sample: Sample, space: Space, tokens: Tokens) -> Iterator[int]:
    """Offer Latin hypercubes: `count` points, one in each of `count` strata of every dim (McKay et al. 1979)."""
    count = sample.count
    for turn in range(_ROUNDS):
        orders = []
        for at, names in enumerate(tokens):
            seed = f"{sample.seed}/{turn}/{at}/{len(names)}".encode()
            orders.append(_shuffled(count, seed, b"lhs"))
        for strata in zip(*orders, strict=True) if orders else ():
            # The middle of each stratum, as a fraction (2s + 1) / 2n of the dim.
            indices = [
                (2 * stratum + 1) * dim.size // (2 * count)
                for stratum, dim in zip(strata, space.dims, strict=True)
            ]
            yield space.place(indices)


def _halton(sample: Sample, space: Space, tokens: Tokens) -> Iterator[int]:
    """Offer points of the Halton sequence (1960); the seed permutes digits, against patterns in high bases."""
    bases = _primes(len(tokens))
    tables = [_permutations(sample.seed, at, base) for at, base in enumerate(bases)]
    for number in itertools.count(1):
        indices = []
        for dim, base, table in zip(space.dims, bases, tables, strict=True):
            numerator, rest, whole = 0, number, base ** len(table)
            for permutation in table:
                rest, digit = divmod(rest, base)
                numerator = numerator * base + permutation[digit]
            indices.append(numerator * dim.size // whole)
        yield space.place(indices)


def _sobol(sample: Sample, space: Space, tokens: Tokens) -> Iterator[int]:
    """Offer points of the Sobol sequence (1967), scrambled by the seed (Owen); scipy makes them."""
    try:
        from scipy.stats import qmc  # noqa: PLC0415  an extra, and it takes seconds to load
    except ImportError:
        said = "sobol needs scipy, which is not installed: pip install 'teststrip[sobol]', or take halton"
        raise SampleFault(said) from None
    if not space.dims:
        yield 0
        return
    engine: Any = qmc.Sobol(d=len(tokens), scramble=True, seed=sample.seed)
    while True:
        for point in engine.random(64).tolist():
            indices = [
                min(int(part * dim.size), dim.size - 1) for part, dim in zip(point, space.dims, strict=True)
            ]
            yield space.place(indices)


METHODS: Final[Mapping[str, Method]] = {"random": _any, "lhs": _latin, "halton": _halton, "sobol": _sobol}


def _number(seed: bytes, what: bytes, number: int) -> int:
    return int.from_bytes(hashlib.sha256(b"%b\0%b\0%d" % (seed, what, number)).digest()[:16], "big")


def _primes(count: int) -> list[int]:
    found: list[int] = []
    for number in itertools.count(2):
        if len(found) == count:
            return found
        if all(number % prime for prime in found):
            found.append(number)
    return found


def _permutations(seed: int, dim: int, base: int) -> list[list[int]]:
    digits = math.ceil(_DIGITS / math.log2(base))
    return [_shuffled(base, f"{seed}/{dim}/{place}".encode(), b"halton") for place in range(digits)]


def _shuffled(count: int, seed: bytes, what: bytes) -> list[int]:
    ranks = [_number(seed, what, number) for number in range(count)]
    return sorted(range(count), key=ranks.__getitem__)
