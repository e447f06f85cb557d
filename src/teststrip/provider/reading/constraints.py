"""Rules between parameters: "mutually exclusive with `b`", "either a or b must be provided", "a 与 b 二选一".

A rule is believed only when every name in it is a parameter of the page, and all of them are members of one object.
`rule_text.py` knows the words.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from teststrip.provider.model import Constraint
from teststrip.provider.reading.cells.rule_text import Rule, RuleKind, find_rules
from teststrip.provider.reading.entries import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from teststrip.base.where import Where
    from teststrip.provider.reading.entries import Entry
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.inline import Cell

__all__ = ["RULE_WORDS", "RuleKind", "gather_constraints"]

RULE_WORDS: Final[Mapping[RuleKind, str]] = {
    "exclusive": "at most one of",
    "any": "at least one of",
    "one": "exactly one of",
    "together": "all or none of",
}


class _Names:
    """The parameters that a name in a text may mean."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.paths: dict[str, list[Entry]] = {}
        self._last: dict[str, list[str]] = {}
        # Of a path, the lines that have it, sorted, and the first entry of each with its place.
        self._lines: dict[str, tuple[list[int], dict[int, tuple[int, Entry]]]] = {}
        for entry in walk(entries):
            if entry.path not in self.paths:
                self._last.setdefault(entry.name, []).append(entry.path)
            self.paths.setdefault(entry.path, []).append(entry)

    def nearest(self, path: str, where: Where) -> Entry:
        """Return the entry of a path that stands nearest: several requests may have one each, and pages thousands."""
        if path not in self._lines:
            first: dict[int, tuple[int, Entry]] = {}
            for at, entry in enumerate(self.paths[path]):
                first.setdefault(entry.row.where.line, (at, entry))
            self._lines[path] = (sorted(first), first)
        lines, first = self._lines[path]
        after = bisect_left(lines, where.line)
        beside = lines[max(0, after - 1) : after + 1]
        return first[min(beside, key=lambda line: (abs(line - where.line), first[line][0]))][1]

    def path(self, name: str, own: str) -> str | None:
        """Return the path that a name means in the description of `own`: a sibling first; None when it is not sure."""
        if f"{_holder(own)}{name}" not in self.paths:
            name = name.removesuffix("[]")
        sibling = f"{_holder(own)}{name}"
        if sibling in self.paths:
            return sibling
        if name in self.paths:
            return name
        found = self._last.get(name, [])
        return found[0] if len(found) == 1 else None


def gather_constraints(entries: Sequence[Entry], texts: Sequence[Cell], flags: Flags) -> tuple[Constraint, ...]:
    """Find the rules in the descriptions of parameters and in running text, each once, in page order."""
    names = _Names(entries)
    found: dict[tuple[RuleKind, frozenset[str]], Constraint] = {}
    cells = [
        (cell, entry.path)
        for entry in walk(entries)
        for cell in (entry.row.cell("description"), entry.row.cell("required"))
    ]
    for cell, own in [*cells, *((cell, "") for cell in texts)]:
        for rule in _rules(cell, own, names, flags):
            key = (rule.kind, frozenset(rule.parameters))
            if key not in found or rule.where < found[key].where:
                found[key] = rule
    return tuple(sorted(_strongest(found), key=lambda rule: (rule.where, rule.parameters)))


def _strongest(found: Mapping[tuple[RuleKind, frozenset[str]], Constraint]) -> Iterator[Constraint]:
    """Pass over what "exactly one" of the same parameters says already."""
    for (kind, names), rule in found.items():
        if kind not in {"exclusive", "any"} or ("one", names) not in found:
            yield rule


def _rules(cell: Cell, own: str, names: _Names, flags: Flags) -> Iterator[Constraint]:
    values = {str(choice.value) for choice in names.nearest(own, cell.where).facts.choices} if own else set()
    for one in find_rules(cell):
        paths = [names.path(name, own) for name in one.names]
        known = [path for path in paths if path is not None]
        if len(known) < len(paths) or (values and values & set(one.names)):
            continue
        whole = tuple(dict.fromkeys([own, *known] if one.own and own else known))
        if len(whole) < 2:
            continue
        must = [path for path in whole if names.nearest(path, cell.where).required]
        problem = _objection(one, whole, must)
        if problem:
            rule = f"{RULE_WORDS[one.kind]} {', '.join(whole)}"
            flags.add(cell.where, own, one.sentence, problem, (rule, "no rule"))
        elif one.kind == "any" and must:
            continue  # one of them has to be given anyway
        elif one.kind == "exclusive" and one.own:
            # "Not together with a or b" says nothing of a and b.
            yield from (Constraint("exclusive", (whole[0], other), cell.where) for other in whole[1:])
        else:
            yield Constraint(one.kind, whole, cell.where)


def _objection(one: Rule, whole: Sequence[str], must: Sequence[str]) -> str:
    """Say why a rule cannot be kept as it is; empty when it can."""
    if len({_holder(path) for path in whole}) > 1:
        return "this is a rule between members of different objects, which a page cannot say"
    if one.sometimes:
        return "this rule between parameters seems to hold only sometimes"
    if one.one_way:
        return "this may hold both ways, or only when the first of them is given"
    if one.kind in {"exclusive", "one"} and must:
        return f'"{must[0]}" has to be given, so this rule would refuse the others always'
    return ""


def _holder(path: str) -> str:
    """Return what stands before the last part of a path, its dot with it."""
    head, dot, _ = path.rpartition(".")
    return head + dot
