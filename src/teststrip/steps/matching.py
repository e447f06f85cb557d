"""Finding regular expressions in bounded time, whatever they are: no step may hang a plan.

An expression's threads run over the text all at once, in the order of their preference (Pike's machine; Cox 2009,
"Regular Expression Matching: the Virtual Machine Approach"), so that nothing is tried twice from one place. What
is found is what Python's `re` finds: of the matches at the leftmost place the one that comes first in the order of
the alternatives. Only a repeat over what may be empty may take its rounds otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from teststrip.errors import StepError
from teststrip.steps.expressions import Program, literal, read

_MOST_WORK: Final = 2_000_000  # instructions that one search may take: a second or two

Span: TypeAlias = tuple[int, int]
Groups: TypeAlias = tuple[Span | None, ...]
_Slots: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Where a match begins and ends, and its groups: first all of it; None for one that took no part."""

    start: int
    end: int
    groups: Groups


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that is ready to search; `groups` is how many it has in brackets."""

    program: Program
    groups: int = 0

    def matches(self, text: str) -> Iterator[Match]:
        """Give every match from left to right, none over another. Raises StepError where it is too much work."""
        search = _Search(self, text)
        at, empty_at = 0, -1
        while at <= len(text):
            slots = search.first(at, empty_at)
            if slots is None:
                return
            pairs = zip(slots[::2], slots[1::2], strict=True)
            yield Match(slots[0], slots[1], tuple(pair if min(pair) >= 0 else None for pair in pairs))
            at = slots[1]
            # As in `re`: where an empty match was, the next one is not empty, or stands further on.
            empty_at = at if slots[0] == at else -1


def plainly(text: str, *, ignore_case: bool) -> Expression:
    """Return what finds a text as it stands."""
    return Expression(literal(text, ignore_case=ignore_case))


def expression(text: str, *, ignore_case: bool) -> Expression:
    """Return what finds a regular expression. Raises StepError that says what is wrong with it, and where."""
    program, groups = read(text, ignore_case=ignore_case)
    return Expression(program, groups)


@dataclass(slots=True)
class _Search:
    """A search in one text, and how much work is left to it."""

    expression: Expression
    text: str
    left: int = field(default=_MOST_WORK)

    def first(self, start: int, empty_at: int) -> _Slots | None:
        """Find the leftmost match from `start` on that is not an empty one at `empty_at`."""
        program, text = self.expression.program, self.text
        none = (-1,) * (2 * self.expression.groups + 2)
        best: _Slots | None = None
        threads: list[tuple[int, _Slots]] = []
        for at in range(start, len(text) + 1):
            # The threads wait at their instructions; those that began further left are preferred.
            seen: set[int] = set()
            ready: list[tuple[int, _Slots]] = []
            for place, slots in threads:
                self._follow(ready, seen, (place, slots), at)
            if best is None:
                self._follow(ready, seen, (0, none), at)
            elif not ready:
                return best
            threads = []
            for place, slots in ready:
                if place == len(program):
                    if slots[0] == at == empty_at:
                        continue
                    best = slots
                    break  # those that are left come after it in preference
                test = program[place].test
                if at < len(text) and test is not None and test(text[at]):
                    threads.append((place + 1, slots))
        return best

    def _follow(self, ready: list[tuple[int, _Slots]], seen: set[int], begin: tuple[int, _Slots], at: int) -> None:
        """Go on from an instruction as far as can be without a character, along the preferred ways first."""
        program = self.expression.program
        waiting = [begin]
        while waiting:
            place, slots = waiting.pop()
            if place in seen:
                continue
            seen.add(place)
            self.left -= 1
            if self.left < 0:
                raise StepError("find: to look for this in a prompt as long as this one takes too long")
            if place == len(program) or program[place].test is not None:
                ready.append((place, slots))
                continue
            step = program[place]
            if step.to:
                waiting += [(place + to, slots) for to in reversed(step.to)]
            elif step.save >= 0:
                waiting.append((place + 1, (*slots[: step.save], at, *slots[step.save + 1 :])))
            elif step.look is not None and step.look(self.text, at):
                waiting.append((place + 1, slots))
