r"""Regular expressions, read into programs: what `matching` runs.

Known are characters, `.`, classes, `\d \w \s \b` and their opposites, groups, `|`, `* + ? {m,n}` also lazy, `^`
and `$`, as Python's `re` means them. References back, looking around, names and flags inside are not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NoReturn, TypeAlias

from teststrip.errors import StepError

MOST_PROGRAM: Final = 5_000  # instructions
_DEEPEST: Final = 40  # groups in groups
_MOST_TIMES: Final = 1_000  # repeats that are counted

Test: TypeAlias = Callable[[str], bool]
Look: TypeAlias = Callable[[str, int], bool]


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction: take a character, look, save the place, or go on at others, the preferred one first.

    `to` counts from the instruction itself, so that programs can be joined as they are.
    """

    test: Test | None = None
    look: Look | None = None
    save: int = -1
    to: tuple[int, ...] = ()


Program: TypeAlias = tuple[Step, ...]


def literal(text: str, *, ignore_case: bool) -> Program:
    """Return the program that finds a text as it stands."""
    return _saved(tuple(Step(test=_same(sign, ignore_case=ignore_case)) for sign in text), 0)


def read(text: str, *, ignore_case: bool) -> tuple[Program, int]:
    """Return an expression's program, and how many groups it has. Raises StepError, with the place."""
    reader = _Reader(text, ignore_case)
    program = reader.alternatives(0)
    if reader.at < len(text):
        reader.refuse("a closing bracket has no opening one")
    return _saved(program, 0), reader.groups


def _saved(program: Program, group: int) -> Program:
    return (Step(save=2 * group), *program, Step(save=2 * group + 1))


@dataclass(slots=True)
class _Reader:
    """A reader of one expression, one character after the other."""

    text: str
    ignore_case: bool
    at: int = 0
    groups: int = 0

    def refuse(self, why: str) -> NoReturn:
        at = min(self.at, len(self.text)) + 1
        raise StepError(f"find: the regular expression {self.text!r} is wrong at character {at}: {why}")

    def peek(self, length: int = 1) -> str:
        return self.text[self.at : self.at + length]

    def take(self) -> str:
        sign = self.peek()
        self.at += 1
        return sign

    def alternatives(self, depth: int) -> Program:
        program = self._sequence(depth)
        while self.peek() == "|":
            self.at += 1
            other = self._sequence(depth)
            # The first has the preference, so the rest is read as one alternative to all before it.
            program = (Step(to=(1, len(program) + 2)), *program, Step(to=(len(other) + 1,)), *other)
        return program

    def _sequence(self, depth: int) -> Program:
        program: Program = ()
        while self.peek() and self.peek() not in "|)":
            program += self._repeated(self._atom(depth))
            if len(program) > MOST_PROGRAM:
                self.refuse(f"it is larger than {MOST_PROGRAM:,} steps")
        return program

    def _repeated(self, atom: Program) -> Program:
        at = self.at
        bounds = self._bounds()
        if bounds is None:
            return atom
        if len(atom) == 1 and atom[0].look is not None:
            self.at = at
            self.refuse("there is nothing to repeat")
        least, most = bounds
        lazy = self.peek() == "?"
        self.at += lazy
        if (self.peek() and self.peek() in "*+?") or self._counted():
            self.refuse("a repeat is repeated")
        times = most if most is not None else least + 1
        if len(atom) * times > MOST_PROGRAM:
            self.refuse(f"it is larger than {MOST_PROGRAM:,} steps")
        program = atom * least
        if most is None:
            ways = (1, len(atom) + 2)
            return (*program, Step(to=ways[::-1] if lazy else ways), *atom, Step(to=(-len(atom) - 1,)))
        rest: Program = ()
        for _ in range(most - least):
            ways = (1, len(atom) + len(rest) + 1)
            rest = (Step(to=ways[::-1] if lazy else ways), *atom, *rest)
        return program + rest

    def _bounds(self) -> tuple[int, int | None] | None:
        simple: Mapping[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        if self.peek() in simple and self.peek():
            return simple[self.take()]
        inside = self._counted()
        if inside is None:
            return None
        self.at += len(inside) + 2
        low, comma, high = inside.partition(",")
        least = int(low or 0)
        most = (int(high) if high else None) if comma else least
        if max(least, most or 0) > _MOST_TIMES or (most is not None and most < least):
            self.refuse(f"a repeat counts from few to many, up to {_MOST_TIMES:,}")
        return least, most

    def _counted(self) -> str | None:
        """Return what stands in the braces of a counted repeat; braces of anything else stand for themselves."""
        inside, brace, _ = self.text[self.at + 1 : self.at + 12].partition("}")
        low, comma, high = inside.partition(",")
        counts = all(not part or (part.isascii() and part.isdecimal()) for part in (low, high))
        return inside if self.peek() == "{" and brace and counts and (low or (comma and high)) else None

    def _atom(self, depth: int) -> Program:
        sign = self.take()
        if sign == "(":
            return self._group(depth)
        if sign == "[":
            return (Step(test=self._class()),)
        if sign == ".":
            return (Step(test=_not_line_end),)
        if sign in "^$":
            return (Step(look=_at_start if sign == "^" else _at_end),)
        if sign == "\\":
            return (self._escaped(),)
        if sign in "*+?":
            self.at -= 1
            self.refuse("there is nothing to repeat")
        return (Step(test=_same(sign, ignore_case=self.ignore_case)),)

    def _group(self, depth: int) -> Program:
        if depth >= _DEEPEST:
            self.refuse(f"groups lie more than {_DEEPEST} deep")
        number = 0
        if self.peek(2) == "?:":
            self.at += 2
        elif self.peek() == "?":
            self.refuse("of groups with a question mark only (?:...) is known")
        else:
            self.groups += 1
            number = self.groups
        program = self.alternatives(depth + 1)
        if self.take() != ")":
            self.refuse("a bracket is not closed")
        return _saved(program, number) if number else program

    def _escaped(self) -> Step:
        sign = self.take()
        if sign in {"b", "B"}:
            return Step(look=_at_word_edge if sign == "b" else _not_at_word_edge)
        return Step(test=self._meant(sign))

    def _meant(self, sign: str) -> Test:
        """Return the test that a character stands for after a backslash."""
        if not sign:
            self.refuse("it ends in a backslash")
        kind = _KINDS.get(sign.lower())
        if kind is not None:
            return kind if sign.islower() else _opposite(kind)
        if sign.isascii() and sign.isalnum() and sign not in _CONTROLS:
            self.at -= 1
            self.refuse(f"\\{sign} is not known")
        return _same(_CONTROLS.get(sign, sign), ignore_case=self.ignore_case)

    def _class(self) -> Test:
        negated = self.peek() == "^"
        self.at += negated
        tests: list[Test] = []
        while self.peek() != "]" or not tests:
            if not self.peek():
                self.refuse("a class is not closed")
            tests.append(self._member())
        self.at += 1
        any_of = _any_of(tuple(tests), ignore_case=self.ignore_case)
        return _opposite(any_of) if negated else any_of

    def _member(self) -> Test:
        first = self.take()
        if first == "\\":
            sign = self.take()
            if sign.lower() in _KINDS and sign:
                return self._meant(sign)
            self._meant(sign)
            first = _CONTROLS.get(sign, sign)
        if self.peek() != "-" or self.peek(2) in {"-", "-]"}:
            return _same(first, ignore_case=False)
        self.at += 1
        last = self.take()
        if last == "\\":
            sign = self.take()
            self._meant(sign)
            last = "" if sign.lower() in _KINDS else _CONTROLS.get(sign, sign)
        if not last or last < first:
            self.refuse("a range goes from one character to a later one")
        return _between(first, last)


def _same(sign: str, *, ignore_case: bool) -> Test:
    if not ignore_case:
        return sign.__eq__
    lower = sign.lower()
    return lambda other: other == sign or other.lower() == lower


def _between(first: str, last: str) -> Test:
    return lambda sign: first <= sign <= last


def _any_of(tests: tuple[Test, ...], *, ignore_case: bool) -> Test:
    if ignore_case:
        return lambda sign: any(test(form) for test in tests for form in (sign, sign.lower(), sign.upper()))
    return lambda sign: any(test(sign) for test in tests)


def _opposite(test: Test) -> Test:
    return lambda sign: not test(sign)


def _not_line_end(sign: str) -> bool:
    return sign != "\n"


def _is_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_"


def _at_start(_text: str, at: int) -> bool:
    return at == 0


def _at_end(text: str, at: int) -> bool:
    return at == len(text) or text[at:] == "\n"


def _at_word_edge(text: str, at: int) -> bool:
    before = at > 0 and _is_word(text[at - 1])
    return before != (at < len(text) and _is_word(text[at]))


def _not_at_word_edge(text: str, at: int) -> bool:
    return not _at_word_edge(text, at)


_KINDS: Final[Mapping[str, Test]] = {"d": str.isdecimal, "w": _is_word, "s": str.isspace}
_CONTROLS: Final[Mapping[str, str]] = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
