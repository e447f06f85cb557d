"""What `verify` found, as text for a person and as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from teststrip.base.json import Json
from teststrip.cli.columns import WIDTH, cut, cut_middle, filled, shown, width_of
from teststrip.cli.plan_price import amount
from teststrip.cli.plan_text import place_of
from teststrip.cli.report import counted, where_from_here
from teststrip.plan.model import Plan
from teststrip.provider.model import Provider
from teststrip.sheet.text import wrap
from teststrip.verify.pictures import Likeness, Tolerance
from teststrip.verify.runs import MEANINGS, WELL, Pair, counts_of
from teststrip.verify.sides import Side

_LISTED: Final = 40  # requests, or groups of them, that are told one by one
_NAMED: Final = 3  # requests of a group
_WHY: Final = 120  # columns: its two ends say what is wrong
_INDENT: Final = " " * 10
_NUMBER: Final = re.compile(r"[0-9]+")
_PLACE: Final = 48  # columns of a cell's labels


@dataclass(frozen=True, slots=True)
class Verified:
    """Two sides of a plan, and what comparing them brought; with `played`, nobody was asked now."""

    plan: Plan
    provider: Provider
    then: Side
    now: Side
    pairs: tuple[Pair, ...]
    within: Tolerance
    sheets: tuple[Path, ...]
    played: bool

    @property
    def well(self) -> bool:
        """Whether all is as it was."""
        return all(pair.verdict in WELL for pair in self.pairs)

    @property
    def both(self) -> list[str]:
        """The requests that are done on both sides: what they took and cost can be compared."""
        return [pair.digest for pair in self.pairs if pair.then.artifacts and pair.now.artifacts]


def verified_lines(verified: Verified) -> Iterator[str]:
    """Say what has moved, in a table, and what is well only in a number."""
    counts = counts_of(verified.pairs)
    yield f"{counted(len(verified.pairs), 'request')} of {shown(verified.plan.title)}, within {verified.within}"
    yield ""
    for verdict, count in counts.items():
        yield f"  {filled(verdict, 8)}{filled(f'{count:,}', 7, right=True)}  {MEANINGS[verdict]}"
    yield from _one_by_one(verified)
    yield ""
    yield from _price(verified)
    yield from _time(verified)
    for sheet in verified.sheets:
        yield f"difference sheet: {where_from_here(sheet)}"
    if verified.now.run.folder.is_dir():
        yield f"now: {where_from_here(verified.now.run.folder)}"
    if verified.now.run.stopped:
        yield f"stopped early: {verified.now.run.stopped}"
    if not verified.played and any(pair.verdict == "open" for pair in verified.pairs):
        yield "The same command goes on with what is open; what was accepted is fetched, not sent again."


def _one_by_one(verified: Verified) -> Iterator[str]:
    """Tell of each request that is not the same; those of which the same is to be said, together."""
    groups: dict[tuple[str, str], list[Pair]] = {}
    for pair in verified.pairs:
        if pair.verdict not in {"same", "open"}:
            groups.setdefault((pair.verdict, pair.digest if pair.likenesses else _lasting(pair.why)), []).append(
                pair
            )
    if groups:
        yield ""
    for pairs in list(groups.values())[:_LISTED]:
        verdict, why = filled(pairs[0].verdict, 8), shown(pairs[0].why)
        if len(pairs) == 1:
            yield f"  {verdict}{_named(verified, pairs[0])}: {cut_middle(why, _WHY)}"
            continue
        yield from _set(f"  {verdict}", f"{counted(len(pairs), 'request')}: {cut_middle(why, 2 * _WHY)}")
        for pair in pairs[:_NAMED]:
            yield f"{_INDENT}{_named(verified, pair)}"
        if len(pairs) > _NAMED:
            yield f"{_INDENT}and {len(pairs) - _NAMED:,} more"
    left = sum(len(pairs) for pairs in list(groups.values())[_LISTED:])
    if left:
        yield f"  and {counted(left, 'more request')}; --json has all"


def _lasting(why: str) -> str:
    """Return a reason without its numbers: line 5 of a cassette is not another reason than line 6."""
    return _NUMBER.sub("#", why)


def _named(verified: Verified, pair: Pair) -> str:
    place = place_of(verified.plan, verified.plan.cells[pair.number])
    return f"{pair.digest[:8]}  {cut(shown(place), _PLACE)}"


def _set(head: str, text: str) -> Iterator[str]:
    for line in wrap(text, WIDTH - len(_INDENT), width_of):
        yield head + line
        head = _INDENT


def verified_json(verified: Verified) -> dict[str, Json]:
    """Return all of it for scripts; amounts as texts, seconds as numbers, null where nobody knows."""
    both = verified.both
    return {
        "plan": verified.plan.digest,
        "target": verified.plan.target,
        "within": str(verified.within),
        "then": str(verified.then.run.folder),
        "now": str(verified.now.run.folder),
        "counts": {str(verdict): count for verdict, count in counts_of(verified.pairs).items()},
        "well": verified.well,
        "price": {
            "unit": _unit(verified),
            "then": _text(verified.then.price(both)),
            "now": _text(verified.now.price(both)),
        },
        "seconds": {"then": verified.then.median(both), "now": verified.now.median(both)},
        "requests": [_pair_json(verified, pair) for pair in verified.pairs],
        "sheets": [str(sheet) for sheet in verified.sheets],
        "stopped": verified.now.run.stopped,
    }


def _pair_json(verified: Verified, pair: Pair) -> dict[str, Json]:
    digest = pair.digest
    return {
        "cell": pair.number,
        "digest": digest,
        "verdict": pair.verdict,
        "why": pair.why,
        "then": pair.then.state.value,
        "now": pair.now.state.value,
        "pictures": [_likeness_json(one) for one in pair.likenesses],
        "price": {
            "then": _text(verified.then.prices.get(digest)),
            "now": _text(verified.now.prices.get(digest)),
        },
        "seconds": {"then": verified.then.seconds.get(digest), "now": verified.now.seconds.get(digest)},
    }


def _likeness_json(one: Likeness) -> dict[str, Json]:
    measured = not (one.same_bytes or one.problem)
    return {
        "same_bytes": one.same_bytes,
        "same_pixels": one.same_pixels,
        "changed": one.changed if measured else None,
        "mean_difference": one.mean if measured else None,
        "ssim": one.ssim if measured else None,
        "hash_distance": one.bits if measured else None,
        "metadata": list(one.metadata),
        "problem": one.problem or None,
    }


def _price(verified: Verified) -> Iterator[str]:
    then, now = verified.then.price(verified.both), verified.now.price(verified.both)
    if then is None or now is None:
        return
    unit = _unit(verified)
    changed = "" if then == now else f"; {'more' if now > then else 'less'} than it was"
    yield f"price: {amount(then)} {unit} then, {amount(now)} now, by the page{changed}"


def _time(verified: Verified) -> Iterator[str]:
    then, now = verified.then.median(verified.both), verified.now.median(verified.both)
    if then is not None and now is not None:
        yield f"time: {then:.1f} s then, {now:.1f} s now, the median of a request"


def _unit(verified: Verified) -> str:
    return verified.provider.price.unit if verified.provider.price is not None else ""


def _text(price: Decimal | None) -> str | None:
    if price is None:
        return None
    text = f"{price:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
