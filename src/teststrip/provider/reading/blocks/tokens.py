"""The tokens of a block of code, with the remarks on each line; what a language writes its tokens in is an argument."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Final

from teststrip.base.pattern import Pattern

CODE: Final = Pattern(
    r"(?P<blank>[ \t\r\n]+)|(?P<remark>//[^\n]*)|(?P<number>-?\d{1,40}(?:\.\d{1,40})?(?![\w.]))"
    r"|(?P<word>[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*)|(?P<sign>=>|\.\.\.|[^\s])"
)
"""The tokens of the languages that write them as C does; a text and a long remark are the same in all languages."""
_TEXT: Final = Pattern(r"\"(?:[^\"\\\n]|\\[^\n])*\"|'(?:[^'\\\n]|\\[^\n])*'|`[^`\n]*`")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a text, a number or a sign, with its place."""

    kind: str
    text: str
    line: int
    column: int


@dataclass(slots=True)
class Tokens:
    """The tokens of a block, and its remarks by the lines on which they stand."""

    tokens: list[Token]
    trailing: dict[int, list[tuple[int, str]]] = field(default_factory=dict)  # behind something: columns on a line
    above: dict[int, str] = field(default_factory=dict)  # on lines of their own: by the line that follows
    at: int = 0
    closes: list[int] = field(default_factory=list)  # behind the bracket that closes what each token opens

    def peek(self, ahead: int = 0) -> Token:
        """Return a token that follows; a sign without text at the end."""
        at = self.at + ahead
        if at < len(self.tokens):
            return self.tokens[at]
        last = self.tokens[-1].line if self.tokens else 1
        return Token("end", "", last, 1)

    def take(self) -> Token:
        """Return the next token, and go on."""
        token = self.peek()
        self.at += 1
        return token

    def took(self, text: str) -> bool:
        """Go over a sign or a word, where it is next."""
        if self.peek().text == text and self.peek().kind in {"sign", "word"}:
            self.at += 1
            return True
        return False

    def skip_bracket(self) -> None:
        """Go over a bracket and all that is in it; over the rest, where nothing closes it."""
        self.at = self.behind()

    def behind(self) -> int:
        """Return where the bracket that is next ends; the next token, where it is none."""
        if len(self.closes) != len(self.tokens):
            self.closes = _closes(self.tokens)
        return self.closes[self.at] if self.at < len(self.closes) else len(self.tokens)

    def about(self, token: Token) -> str:
        """Return the remarks on a member that begins with a token."""
        return "\n".join(filter(None, (self.above.get(token.line), self.behind_line(token.line))))

    def behind_line(self, line: int) -> str:
        """Return the remarks behind what stands on a line."""
        return " ".join(text for _, text in self.trailing.get(line, ()))


def _closes(tokens: list[Token]) -> list[int]:
    """Match the brackets of a block, in one pass."""
    found = list(range(1, len(tokens) + 1))
    opened: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind == "sign" and token.text in {"(", "[", "{"}:
            opened.append(index)
            found[index] = len(tokens)
        elif token.kind == "sign" and token.text in {")", "]", "}"} and opened:
            found[opened.pop()] = index + 1
    return found


def tokens_of(text: str, first_line: int, spelling: Pattern = CODE) -> Tokens:
    """Part a block into tokens, in one pass; the groups of `spelling` are their kinds, `blank` and `remark` among them."""
    found = Tokens([])
    at, line, start = 0, first_line, 0
    above: list[str] = []
    ended = -1  # the line on which the last remark of its own ended
    while at < len(text):
        kind, end = _next(text, at, spelling)
        part, column = text[at:end], at - start + 1
        at = end
        ends = part.count("\n")
        if kind == "remark":
            alone = not found.tokens or found.tokens[-1].line != line
            if alone:
                above = [*(above if ended in {line - 1, line} else []), bare_remark(part)][-40:]
                ended = line + ends
            else:
                found.trailing.setdefault(line, []).append((column, bare_remark(part)))
        elif kind != "blank":
            if above and ended in {line - 1, line}:
                found.above.setdefault(line, "\n".join(above))
            above = []
            found.tokens.append(Token(kind, part, line, column))
        if ends:
            line, start = line + ends, end - (len(part) - part.rfind("\n") - 1)
    return found


def _next(text: str, at: int, spelling: Pattern) -> tuple[str, int]:
    """Return the kind and the end of the next token. A text that is not closed on its line is passed over with it."""
    if text[at] in "\"'`":
        match = _TEXT.match(text, at)
        if match is not None:
            return "text", match.end()
        end = text.find("\n", at)
        return "other", end if end >= 0 else len(text)
    if text.startswith("/*", at):
        end = text.find("*/", at + 2)
        return ("remark", end + 2) if end >= 0 else ("other", len(text))
    match = spelling.match(text, at)
    return (match.lastgroup or "other", match.end()) if match is not None else ("other", at + 1)


def bare_remark(remark: str) -> str:
    """Return the words of a remark."""
    if remark.startswith("/*"):
        inner = remark[2:-2] if remark.endswith("*/") else remark[2:]
        lines = (re.sub(r"^\s*\*+ ?", "", line).strip() for line in inner.split("\n"))
        return "\n".join(line for line in lines if line)
    return remark.lstrip("/#").strip()


def unquoted(text: str) -> str:
    """Return what a quoted text says."""
    inner = text[1:-1]
    if text[0] == '"' and "\\" in inner:
        try:
            return str(json.loads(text, strict=False))
        except ValueError:
            return inner
    return re.sub(r"\\(.)", r"\1", inner) if "\\" in inner else inner
