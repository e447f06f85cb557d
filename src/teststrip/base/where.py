"""Places in files, and problems that name their place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """A place in a text file; line and column count from 1, as editors do."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in somebody's file.

    `path` names the value as a person would (`axes.sampler[1]`), `message` says what is wrong and what to do,
    `suggestion` is the text that was probably meant, or None.
    """

    where: Where
    path: str
    message: str
    suggestion: str | None = None

    def __str__(self) -> str:
        path = f"  {self.path}" if self.path else ""
        hint = f"; did you mean {self.suggestion!r}?" if self.suggestion is not None else ""
        return f"{self.where}{path}  {self.message}{hint}"


Path = tuple[str | int, ...]
_LONGEST = 80  # characters of a name that are printed


def dotted(path: Path) -> str:
    """Print a path as a person writes it: `("axes", "sampler", 1)` -> `axes.sampler[1]`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            name = part if len(part) <= _LONGEST else f"{part[:_LONGEST]}..."
            text += f".{name}" if text else name
    return text
