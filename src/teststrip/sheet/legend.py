"""Texts too long for their place: a number stands there, and the whole text at the foot."""

from __future__ import annotations


class Legend:
    """Numbers texts from 1, in the order in which they are first met; the same text keeps its number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def refer(self, text: str) -> str:
        """Return the mark that stands in the text's place."""
        self._numbers.setdefault(text, len(self._numbers) + 1)
        return self.mark(text)

    def mark(self, text: str) -> str:
        """Return the mark that a text has, or would get next."""
        return f"[{self._numbers.get(text, len(self._numbers) + 1)}]"

    def short(self, text: str) -> str:
        """Return the mark of a text that has one, else the text."""
        return self.refer(text) if text in self._numbers else text

    def entries(self) -> tuple[tuple[str, str], ...]:
        """Return every mark with its text."""
        return tuple((f"[{number}]", text) for text, number in self._numbers.items())
