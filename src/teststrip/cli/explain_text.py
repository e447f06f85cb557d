"""Why a plan and its cells are as they are, as lines of text for a person."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from teststrip.base.json import ABSENT, Json
from teststrip.cli.columns import WIDTH, cut, filled, shown, width_of
from teststrip.cli.outlook import Outlook
from teststrip.cli.plan_price import amount, reason
from teststrip.cli.plan_text import LEFT_AS_IT_IS, STANDINGS, axis_lines
from teststrip.cli.report import counted
from teststrip.plan.cost import Unpriced
from teststrip.plan.explain import GridStory, Hold, Labels, Loss, PlaceStory, Seen, Spot
from teststrip.plan.origins import CellStory, Member, Origin
from teststrip.recipe.templates import is_template
from teststrip.sheet.text import wrap

Named: TypeAlias = Callable[[Json], Json]
"""Puts the names of pictures where a request has placeholders."""

_LINES: Final = 3  # of a value
_SHORT: Final = 17  # columns of a value that its origin may follow on the same line
_WIDEST_NAME: Final = 26
_HEADS: Final = (
    (("params", "axis", "set"), "from the recipe"),
    (("drawn",), "drawn once, the same in every cell"),
    (("page",), "left to the page's defaults"),
)
_LOCK_HEADS: Final = ((("axis", "set"), "decided by an axis"), (("lock",), "as the lock has it"))


def report_lines(stories: Sequence[GridStory]) -> Iterator[str]:
    """Say of each grid what varies, how many places that makes, and what becomes of them."""
    for number, story in enumerate(stories):
        if number:
            yield ""
        if story.title:
            yield shown(story.title)
        yield from axis_lines(story.axes) if story.axes else ()
        yield from (f"  together: {shown(', '.join(dim))}" for dim in story.dims if len(dim) > 1)
        yield "" if story.axes else "  nothing varies"
        yield from _places(story)


def cell_lines(story: CellStory, count: int, outlook: Outlook, named: Named) -> Iterator[str]:
    """Say where a cell stands among `count`, how it is, and where every member of its request is from.

    `outlook` is that of this one cell.
    """
    of = f"cell {story.number:,} of {count:,}"
    yield from _set(f"{of}: {place_text(story.labels)}", 0, 2)
    yield f"digest  {story.digest}"
    yield from _set(f"state   {_state(outlook, story.digest)}", 0, 8)
    yield from _set(f"price   {_price(outlook)}", 0, 8)
    if story.alike:
        others = ", ".join(f"{one:,}" for one in story.alike)
        yield from _set(f"same    request as cell{'s' * (len(story.alike) > 1)} {others}: it is sent once", 0, 8)
    locked = any(one.origin.kind == "lock" for one in story.members)
    for kinds, head in _LOCK_HEADS if locked else _HEADS:
        yield from _members(head, [one for one in story.members if one.origin.kind in kinds], named)
    yield from _members("given, and not sent", story.unsent, named)


def place_lines(story: PlaceStory) -> Iterator[str]:
    """Say why a place is no cell."""
    yield from _set(f"no cell: {place_text(story.labels)}", 0, 2)
    if not story.holds:
        yield "nothing that is known here holds it back; it is not in the plan"
    for number, hold in enumerate(story.holds):
        yield ""
        yield from _hold(hold, also=number > 0)


def place_text(labels: Labels) -> str:
    """Name a place by its labels: `sampler k_euler, steps 28`."""
    return shown(", ".join(f"{name} {label}" for name, label in labels)) or "the only one"


def _places(story: GridStory) -> Iterator[str]:
    dropped = [loss for loss in story.losses if loss.places != 0 or loss.kind != "sample"]
    if story.places is not None:
        yield counted(story.places, "place") + ("" if dropped else ", all of them cells")
    for loss in dropped:
        yield from _loss(loss)
    if dropped or story.places is None:
        numbers = f", numbers {story.cell:,} to {story.cell + story.cells - 1:,}" if story.cells > 1 else ""
        yield (counted(story.cells, "cell") if story.cells else "no cell is left") + numbers


def _loss(loss: Loss) -> Iterator[str]:
    count = "some" if loss.places is None else f"{loss.places:,}"
    yield from _set(f"{count} {_verb(loss)}{_spot(loss.spot)}", 2, 4)
    yield from _said(loss, 6)
    if loss.first:
        head, *rest = (list(_set(place_text(labels), 13, 15)) for labels in loss.first)
        yield f"      first: {head[0].strip()}"
        yield from (line for lines in (head[1:], *rest) for line in lines)
    elif loss.places is None:
        yield "      not counted: the sample is drawn without asking every place"


def _hold(hold: Hold, *, also: bool) -> Iterator[str]:
    also_text = "also " if also else ""
    yield from _set(f"{also_text}{_verb(hold.loss)}{_spot(hold.loss.spot)}", 0, 2)
    yield from _said(hold.loss, 2)
    width = max((width_of(shown(one.name)) for one in hold.seen), default=0)
    for one in hold.seen:
        yield from _cut(f"{filled(shown(one.name), width)}  {_value(one.value)}", 4, width + 6)


def _verb(loss: Loss) -> str:
    return {"skip": "skipped", "where": "left out", "sample": "not chosen"}[loss.kind]


def _said(loss: Loss, indent: int) -> Iterator[str]:
    """Say a reason: the condition, and what the recipe says of it."""
    if loss.expression:
        yield from _set(shown(loss.expression.strip()), indent, indent + 2)
    if loss.text != loss.expression.strip():
        yield from _set(
            f"because: {shown(loss.text)}" if loss.expression else shown(loss.text), indent, indent + 2
        )


def _state(outlook: Outlook, digest: str) -> str:
    standing = outlook.standing(digest)
    state = str(outlook.state(digest))
    left = LEFT_AS_IT_IS.get(standing)
    word = STANDINGS[standing]
    said = state if word == state else f"{state}, {word}"
    return f"{said}; {left}" if left else said


def _price(outlook: Outlook) -> str:
    cost = outlook.cost
    free = "" if outlook.target.paid else f"nothing, {_free(outlook)}; live "
    if cost is None:
        return f"{free}unknown: this page states none"
    quoted = cost.quotes[cost.which[0]]
    if quoted.amount is None:
        return f"{free}unknown: {reason(Unpriced(quoted.blame, 1, 1))}"
    about, estimate = ("about ", ", an estimate") if cost.told.estimate else ("", "")
    return f"{free}{about}{amount(quoted.amount)} {cost.told.unit}{estimate}"


def _free(outlook: Outlook) -> str:
    return "in the darkroom" if outlook.target.name == "darkroom" else "from an emulator"


def _members(head: str, members: Sequence[Member], named: Named) -> Iterator[str]:
    if not members:
        return
    yield ""
    yield head
    width = min(_WIDEST_NAME, max(width_of(shown(one.name)) for one in members))
    for member in members:
        yield from _member(member, width, named)


def _member(member: Member, width: int, named: Named) -> Iterator[str]:
    """Say of a member its value and, on the same line where that fits, its origin."""
    indent = width + 4
    head = f"  {filled(shown(member.name), width)}  "
    value = _value(named(member.value))
    told = list(_origin(member))
    if not told or (width_of(value) <= _SHORT and width_of(head + told[0]) + _SHORT + 2 <= WIDTH):
        yield f"{head}{filled(value, _SHORT)}  {told.pop(0)}" if told else head + value
    else:
        lines = list(_cut(value, indent, indent))
        yield head + lines[0][indent:]
        yield from lines[1:]
    for line in told:
        yield from _cut(line, indent, indent + 2)


def _origin(member: Member) -> Iterator[str]:
    origin = member.origin
    if member.unsent:
        yield member.unsent
    if origin.kind == "page" and origin.spot is not None:
        where = origin.spot.where
        yield f"{where.file.rpartition('/')[2]}:{where.line}"
        return
    if origin.kind == "drawn" and origin.spot is not None:
        yield f"since it is null{_spot(origin.spot)}"
        return
    if origin.spot is not None:
        yield _spot(origin.spot).strip()
    yield from _made(origin)


def _made(origin: Origin) -> Iterator[str]:
    """Say what a value was made from."""
    if origin.written is not ABSENT:
        written = _value(origin.written)
        yield f"{'template' if is_template(written) else 'written'}: {written}"
    if origin.draws:
        yield "drawn by chance"
    for seen in origin.seen:
        yield _seen(seen)
    for swap in origin.swaps:
        new = shown(swap.new) or "nothing"
        yield f"replaced: {shown(swap.old)} -> {new}{_spot(swap.spot)}"
    for step in origin.steps:
        yield f"changed by the step {shown(step.name)}{_spot(step.spot)}"
    if origin.before is not None:
        yield f"goes before{_spot(origin.before)}"
    if origin.inside:
        yield f"the page's defaults inside: {', '.join(map(shown, origin.inside))}"


def _seen(seen: Seen) -> str:
    value = cut(_value(seen.value), 40)
    return f"{shown(seen.name)} = {value}{_spot(seen.spot)}"


def _spot(spot: Spot | None) -> str:
    return f"  {shown(spot.path)}  {shown(str(spot.where))}" if spot is not None else ""


def _value(value: Json) -> str:
    if isinstance(value, str):
        return shown(value) or '""'
    return shown(json.dumps(value, ensure_ascii=False, separators=(", ", ": ")))


def _set(text: str, indent: int, hanging: int) -> Iterator[str]:
    """Wrap a text; its first line is indented so far, the others hang."""
    first, *rest = wrap(text, WIDTH - max(indent, hanging), width_of)
    yield " " * indent + first
    yield from (" " * hanging + line for line in rest)


def _cut(text: str, indent: int, hanging: int) -> Iterator[str]:
    """Wrap a text into a few lines; of a longer one it is said how long it is."""
    lines = list(_set(text, indent, hanging))
    yield from lines[:_LINES]
    if len(lines) > _LINES:
        yield " " * hanging + f"... ({len(text):,} characters; whole with --json)"
