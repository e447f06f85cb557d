"""The objects that a block of code shows, whatever its language: their names, the values, the calls they are given to.

JSON, JavaScript, Python, shell commands, with comments, dots for what was left out, and variables for values. Nothing is
parsed that could fail: signs that fit nowhere are passed over.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from teststrip.base.pattern import Pattern

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

Form = Literal["object", "array", "call", "string", "integer", "number", "boolean", "null", "field", "other"]

MOST: Final = 200_000  # characters of a page's code that are looked at
_DEEPEST: Final = 24
_TOKEN: Final = Pattern(
    r'(?P<long>"""[^"]{0,4000}"""|`[^`]{0,4000}`|(?<!\w)[fF]\'(?:[^\'\\\n]|\\.){0,4000}\')'
    r'|(?P<text>"(?!\s{0,40}[{\[][\s\\])(?:[^"\\\n]|\\.){0,8000}"|\\"[^"\\\n]{0,4000}\\"|\'(?:[^\'\\\n{}\[\]]|\\.){0,4000}\')'
    r"|(?P<comment>(?<![:\w/\"'])//[^\n]*|(?<![^\s])#[^\n]*|/\*.{0,2000}?\*/)"
    r"|(?P<flag>(?<!\S)(?:--data(?:-raw|-binary|-ascii)?|--json|-d)(?![\w-]))"
    r"|(?P<skip>=>|[=!<>]=|<[^<>\n]{1,80}>|\{\{[^{}\n]{0,80}\}\}|\$\{[^{}\n]{0,80}\}|\.{3})"
    r"|(?P<number>(?<![\w.])-?\d{1,20}(?:\.\d{1,20})?(?![\w.]))"
    r"|(?P<word>[A-Za-z_$][\w$]{0,80}(?:\??\.[A-Za-z_$][\w$]{0,80}){0,8})"
    r"|(?P<sign>[{}\[\]():,;=])"
)
_NAME: Final = Pattern(r"[A-Za-z_$@][\w$@-]{0,80}(?:\[\])?(?:\.[A-Za-z_][\w-]{0,80}){0,4}")
_WORDS: Final = {"true": "boolean", "false": "boolean", "null": "null", "none": "null", "nil": "null"}
_PAIRS: Final = {"}": "{", "]": "[", ")": "("}


@dataclass(slots=True)
class Shown:
    """A value; one of a form is a "field", whose kind nothing shows.

    `text` is a scalar's own; `label` what an object, or a scalar that stands in no other value, is assigned or given to;
    `members` are an object's. A call has its named arguments as members and the others as items.
    """

    form: Form
    line: int
    text: str = ""
    label: str = ""
    members: list[tuple[str, Shown]] = field(default_factory=list)
    items: list[Shown] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The names of the members, each once."""
        return list(dict.fromkeys(name for name, _ in self.members))

    def walk(self) -> Iterator[Shown]:
        """Give the value and everything in it, each before what it holds."""
        yield self
        for _, value in self.members:
            yield from value.walk()
        for value in self.items:
            yield from value.walk()


@dataclass(slots=True)
class _Open:
    """A bracket that is open: what it will be, the name whose value is being read, and what was read of that."""

    sign: str
    value: Shown
    key: str | None = None
    read: list[Shown] = field(default_factory=list)
    last: tuple[str, str] = ("", "")  # kind and text of the last token

    def end_member(self) -> None:
        value = _joined(self.read, self.value.line)
        if self.key is not None:
            self.value.members.append((self.key, value))
        elif self.read and self.sign != "{":
            self.value.items.append(value)
        elif self.last[0] == "word" and _NAME.fullmatch(self.last[1]) and len(self.read) == 1:
            self.value.members.append((self.last[1], Shown("other", value.line)))  # `{prompt, model}`
        elif self.read:
            self.value.items += [one for one in self.read if one.form in {"object", "array", "call"}]
        self.key, self.read, self.last = None, [], ("", "")


def _joined(read: Sequence[Shown], line: int) -> Shown:
    if len(read) == 1:
        return read[0]
    held = [one for one in read if one.form in {"object", "array", "call"}]
    if read and read[0].text in {"await", "new"} and len(held) == 1:
        return held[0]
    return Shown("other", read[0].line if read else line, items=held)


def shown_in(text: str, line: int) -> list[Shown]:
    """Return the objects, arrays, calls and named scalars that code which begins on a line shows, in order.

    A comment is an "other" with its words as `text`, so that `# Response` can be heeded.
    """
    return _Reader(text, line).read()


class _Reader:
    def __init__(self, text: str, line: int) -> None:
        self._text = text
        self._line = line
        self._starts = [0, *(match.end() for match in _LINE.finditer(text))]
        self._roots: list[Shown] = []
        self._open: list[_Open] = []
        self._word = ""  # the word just read: of a call, or of what is assigned to
        self._label = ""  # what the next object at the top is given to
        self._key = ""  # the name of the scalar that follows at the top: `steps: 4`, `mode = "slow"`

    def read(self) -> list[Shown]:
        for token in _TOKEN.finditer(self._text):
            self._take(token, token.lastgroup or "")
        while self._open:
            self._close()
        return self._roots

    def _at(self, token: re.Match[str]) -> int:
        return self._line + bisect_right(self._starts, token.start()) - 1

    def _take(self, token: re.Match[str], kind: str) -> None:
        text = token[0]
        if kind == "comment":
            if not self._open:
                self._roots.append(Shown("other", self._at(token), text.strip("/*# \t\n")))
            return
        if kind == "flag":
            self._label, self._word = "--data", ""
            return
        if kind == "sign":
            self._sign(text, self._at(token))
            return
        if kind == "word":
            self._value(_scalar_of_word(text, self._at(token)), "word", text)
            self._word = text
            return
        value = _scalar(kind, text, self._at(token))
        self._value(value, kind, value.text)
        self._word = value.text if kind == "text" else ""

    def _value(self, value: Shown, kind: str = "", text: str = "") -> None:
        if self._open:
            self._open[-1].read.append(value)
            self._open[-1].last = (kind, text)
        elif self._key and value.form not in {"other", "null"}:
            value.label = self._key
            self._roots.append(value)
        self._key = ""

    def _sign(self, sign: str, line: int) -> None:
        top = self._open[-1] if self._open else None
        self._key = ""
        if sign in "{[(":
            self._begin(sign, line)
        elif sign in "}])":
            if any(frame.sign == _PAIRS[sign] for frame in self._open):
                while self._open and self._open[-1].sign != _PAIRS[sign]:
                    self._close()
                self._close()
            self._label = ""
        elif sign in ":=":
            if top is None:
                self._label = self._word if sign == "=" else self._label
                self._key = self._word
            elif self._names(top, sign):
                top.key, top.read = top.last[1], []
        elif top is not None:
            top.end_member()
        else:
            self._label = self._label if sign == "," else ""
        if sign not in "([{":
            self._word = ""

    def _names(self, top: _Open, sign: str) -> bool:
        """Tell whether what was just read is the name of what comes: `name:` in an object, `name=` in a call."""
        if top.key is not None or len(top.read) != 1 or top.sign == "[":
            # `const body = {` in a block of statements: the last word names it.
            statement = top.sign == "{" and sign == "=" and top.last[0] == "word"
            return statement and _NAME.fullmatch(top.last[1]) is not None
        return top.last[0] in {"word", "text"} and _NAME.fullmatch(top.last[1]) is not None

    def _begin(self, sign: str, line: int) -> None:
        called = sign == "(" and bool(self._word)
        top = self._open[-1] if self._open else None
        if called and top is not None and top.read and top.last[0] == "word":
            top.read.pop()
        label = self._word if called else ""
        if not label:
            label = (top.key or top.value.label) if top is not None else self._label
        form: Form = "object" if sign == "{" else "array" if sign == "[" else "call"
        value = Shown(form, line, label=label or "")
        self._word = ""
        if len(self._open) < _DEEPEST:
            self._open.append(_Open(sign, value))

    def _close(self) -> None:
        frame = self._open.pop()
        frame.end_member()
        if self._open:
            self._open[-1].read.append(frame.value)
            self._open[-1].last = ("", "")
        else:
            self._roots.append(frame.value)


_LINE: Final = Pattern(r"\n")


def _scalar(kind: str, text: str, line: int) -> Shown:
    if kind in {"long", "text"}:
        return Shown("string", line, text.strip("\\\"'`") if kind == "text" else "")
    if kind == "number":
        return Shown("number" if "." in text else "integer", line, text)
    return Shown("other", line)


def _scalar_of_word(text: str, line: int) -> Shown:
    form = _WORDS.get(text.lower(), "other")
    return Shown(form, line, text)  # type: ignore[arg-type]
