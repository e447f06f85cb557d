"""What a person changes in a recipe from outside, without touching the file.

The order of precedence, the strongest first: `-s PATH=VALUE`, `--var NAME=VALUE`, `--vars FILE`, the recipe, and
the files that it extends. Within one kind, what is given later goes before what is given earlier.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Final

from teststrip.base.json import Json


@dataclass(frozen=True, slots=True)
class Changes:
    """The options `-s`, `--var`, `--vars` and `--env`, as they were written and in their order.

    `sets` are `PATH=VALUE` texts, `variables` are `NAME=VALUE` texts, `files` hold variables, and `env` has those
    members of the environment, with their values, that the caller lets a recipe see: no others exist for it.
    """

    sets: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    files: tuple[FilePath, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> Mapping[str, Json]:
        """Return what the digest of a recipe covers of it; the files are covered by their texts."""
        env = {visible(name): visible(value) for name, value in self.env.items()}
        return {
            "sets": [visible(text) for text in self.sets],
            "variables": [visible(text) for text in self.variables],
            "env": env,
        }


def visible(text: str) -> str:
    """Return text in which bytes that are not UTF-8 (a command line may hold some) are shown as escapes."""
    return text.encode("utf-8", "backslashreplace").decode()


NO_CHANGES: Final = Changes()
