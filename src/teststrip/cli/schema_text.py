"""What `schema diff` found, as lines for a person: grouped by model, aligned, under 100 columns."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from teststrip.base.json import Absent
from teststrip.base.where import Problem
from teststrip.cli.report import counted
from teststrip.plan.drift import Drift
from teststrip.plan.drift_shifts import Share, Shift
from teststrip.schema.diff.changes import shown
from teststrip.schema.diff.offers import SEVERITIES, Change, Severity

Line: TypeAlias = list[tuple[str, str]]

_WIDTH: Final = 98
_NAME: Final = 32  # a longer path has a line of its own
_SHARES: Final = 6
_LOOKS: Final[dict[str, str]] = {"breaks": "red", "changes": "yellow", "widens": "green", "words": "dim"}
_COUNTS: Final[dict[str, tuple[str, str]]] = {
    "breaks": ("breaks something", "break something"),
    "changes": ("changes what the same recipe means", "change what the same recipe means"),
    "widens": ("only adds possibilities", "only add possibilities"),
    "words": ("is of words only", "are of words only"),
}


def change_lines(changes: Sequence[Change], models: Sequence[str]) -> Iterator[Line]:
    """Say what changed; `models` are all that both sides have, so that what concerns all is said once."""
    width = max((len(change.path) for change in changes if len(change.path) <= _NAME), default=0)
    for owners, members in _groups(changes).items():
        yield [(_heading(owners, models), "bold")]
        for severity in SEVERITIES:
            for change in members:
                if change.severity == severity:
                    yield from _change(change, width)
        yield []


def _groups(changes: Sequence[Change]) -> dict[tuple[str, ...], list[Change]]:
    """Gather the models of which the same is to be said, and say it of them together: the widest groups first."""
    owners: dict[tuple[str, ...], list[Change]] = {}
    for change in changes:
        owners.setdefault((change.path, change.kind, change.severity, change.sentence), []).append(change)
    groups: dict[tuple[str, ...], list[Change]] = {}
    for same in owners.values():
        models = tuple(dict.fromkeys(change.model for change in same))
        groups.setdefault(models, []).append(same[0])
    return dict(sorted(groups.items(), key=lambda group: (group[0] != ("",), -len(group[0]))))


def _heading(owners: tuple[str, ...], models: Sequence[str]) -> str:
    if owners == ("",):
        return "the whole API"
    if len(models) > 1 and set(owners) == set(models):
        return f"all {len(models)} models"
    return ", ".join(owners)


def _change(change: Change, width: int) -> Iterator[Line]:
    look = _LOOKS[change.severity]
    head: Line = [(f"  {change.severity:<8} ", look)]
    indent = 11
    if len(change.path) > _NAME:
        yield [*head, (change.path, "bold")]
        head = [(" " * (indent + width + 2), "")]
    elif width:
        head += [(f"{change.path:<{width}}  ", "bold")]
    lines = _wrapped(change.sentence, indent + width + (2 if width else 0))
    place = _line(change)
    for number, text in enumerate(lines):
        prefix = head if number == 0 else [(" " * (indent + width + (2 if width else 0)), "")]
        last = number == len(lines) - 1 and place and indent + width + 2 + len(text + place) + 2 <= _WIDTH
        yield [*prefix, (text, ""), *([(f"  {place}", "dim")] if last else [])]


def _line(change: Change) -> str:
    where = change.where_new or change.where_old
    if where is None or where.line == 1:
        return ""
    return f"(line {where.line})" if change.where_new else f"(was line {where.line})"


def _wrapped(text: str, indent: int) -> list[str]:
    width = max(_WIDTH - indent, 30)
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]


def count_lines(changes: Iterable[Change], *, shown_all: bool) -> list[str]:
    """Count the changes, what is said of several models as one: `3 changes: 2 break something, ...`."""
    counts = Counter(one[0] for one in {(c.severity, c.path, c.kind, c.sentence) for c in changes})
    if not counts:
        return ["No change."]
    parts = [f"{counts[one]} {_COUNTS[one][counts[one] > 1]}" for one in SEVERITIES if counts[one]]
    hidden = " (--all shows these)" if counts["words"] and not shown_all else ""
    return _wrapped(f"{counted(sum(counts.values()), 'change')}: {', '.join(parts)}{hidden}.", 0)


def drift_lines(drift: Drift) -> Iterator[Line]:
    """Say what becomes of one recipe."""
    verdict, look = verdict_of(drift)
    yield [(drift.file, "bold"), ("  ", ""), (_verdict(drift), look)]
    for title, problems in (("was refused already", drift.already), ("", drift.problems)):
        for problem in problems:
            yield from _problem(problem, title)
    if drift.shares:
        yield from _indented("refused", f"{_with(drift.shares)}", "red")
    for shift in drift.shifts:
        yield from _indented("changes", _shift(shift), "yellow")
    if drift.changed and verdict != "untouched":
        again = f"other digests: {counted(drift.changed, 'cell')} to be drawn, and paid for, again"
        yield from _indented("", again, "")
    for meaning in drift.meanings:
        yield from _indented("changes", f"{meaning}; same digests, so kept pictures show the old one", "yellow")
    for left in drift.unjudged:
        yield from _indented("unjudged", left, "dim")
    yield []


def verdict_of(drift: Drift) -> tuple[str, str]:
    """Return the one word for a recipe, and its colour."""
    if not drift.concerned:
        return "not concerned", "dim"
    if drift.problems and not drift.already:
        return "refused", "red"
    if drift.already:
        return "refused already", "dim"
    if drift.changed or drift.gone or drift.added or drift.meanings:
        return "changes", "yellow"
    return ("unjudged", "dim") if drift.unjudged else ("untouched", "green")


def _verdict(drift: Drift) -> str:
    if not drift.concerned:
        return "not concerned: it is for another provider"
    if drift.already:
        return "was refused before the change too; its cells are not counted"
    parts = [
        f"{getattr(drift, name):,} {words}"
        for name, words in (
            ("refused", "refused"),
            ("changed", "change"),
            ("untouched", "untouched"),
            ("gone", "gone"),
            ("added", "new"),
        )
        if getattr(drift, name)
    ]
    if not parts:
        return "refused now" if drift.problems else "nothing refused, as far as schemas tell"
    if len(parts) == 1 and not drift.added:
        word = parts[0].partition(" ")[2].replace("change", "to change")
        return f"{'all ' if drift.cells > 1 else ''}{counted(drift.cells, 'cell')} {word}"
    return f"of {counted(drift.cells, 'cell')}, {', '.join(parts)}"


def _problem(problem: Problem, title: str) -> Iterator[Line]:
    head: Line = [("  ", ""), (str(problem.where), "bold")]
    head += [(f"  {text}", look) for text, look in ((problem.path, "cyan"), (title, "dim")) if text]
    hint = f"; did you mean {problem.suggestion}?" if problem.suggestion is not None else ""
    said = problem.message + hint
    if sum(len(text) for text, _ in head) + 2 + len(said) <= _WIDTH:
        yield [*head, (f"  {said}", "")]
        return
    yield head
    for text in _wrapped(said, 4):
        yield [(f"    {text}", "")]


def _indented(word: str, text: str, look: str) -> Iterator[Line]:
    for number, part in enumerate(_wrapped(text, 13)):
        yield [(f"    {word if number == 0 else '':<8} ", look), (part, "")]


def _shift(shift: Shift) -> str:
    if shift.path == "model":
        return f"the model is {shown(shift.new)} now; it was {shown(shift.old)}"
    cause = "" if shift.given else ", which the recipe does not set"
    if isinstance(shift.old, Absent):
        said = f"{shift.path} {shown(shift.new)} is sent now{cause}"
    elif isinstance(shift.new, Absent):
        said = f"{shift.path} {shown(shift.old)} is no longer sent"
    else:
        said = f"{shift.path} {shown(shift.old)} -> {shown(shift.new)}{cause}"
    where = f": {_with(shift.shares)}" if shift.shares else ""
    return f"{said} ({counted(shift.cells, 'cell')}){where}"


def _with(shares: Sequence[Share]) -> str:
    told = [
        f"{share.axis} {share.value}" + ("" if share.cells == share.of else f" ({share.cells} of {share.of})")
        for share in shares[:_SHARES]
    ]
    more = len(shares) - len(told)
    return "cells with " + ", ".join(told) + (f", and {more} more" if more else "")


def recipes_line(drifts: Sequence[Drift]) -> str:
    """Count the recipes by what becomes of them."""
    counts = Counter(verdict_of(drift)[0] for drift in drifts)
    told = ", ".join(f"{number} {verdict}" for verdict, number in counts.items())
    return f"{counted(len(drifts), 'recipe')}: {told}."


__all__ = ["Severity", "change_lines", "count_lines", "drift_lines", "recipes_line", "verdict_of"]
