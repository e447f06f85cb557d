"""The errors of teststrip; every one that a person can meet is in this tree.

    TeststripError                      exit code
      InputError                        2   something a person wrote is wrong; carries every problem found
        RecipeError                         the recipe
        PageError                           the provider page
        LockError                           a lock file or run folder that cannot be read
        MarksError                          a file of marks that a person made on a page
        ConfigError                         the project's teststrip.toml
        UsageError                          the command line: an unknown target, a missing key, no such run
      StorageError                      1   ledger or store: unwritable, full, damaged; names the file
      ExchangeError                     1   one HTTP exchange went wrong; says whether it may have cost money
      RenderError                       1   a renderer failed inside an emulator, and so does the prediction
      StepError                         1   a step cannot do what it was asked to; its cell keeps its pictures

A run that the server will not let go on (key refused, balance used up) is no error: it is a `Run` with `stopped`
and exit code 3, since all it did is kept. The darkroom, which knows nothing of the rest, has its `DarkroomError`.

Errors carry data and print nothing; the command line's reporter is the only place that prints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.base.where import Problem

FaultKind = Literal[
    "auth",  # the key is missing, wrong, or not allowed to do this
    "balance",  # the account has no money left
    "moderated",  # the prompt or the picture was refused for its content
    "invalid",  # the request itself is wrong
    "not_found",  # no such prediction, page or picture
    "rate_limited",  # too many requests
    "server",  # the server failed
    "network",  # no answer, or a broken one
    "untrusted",  # the server's certificate is not good, so nothing was said to it
    "protocol",  # an answer that nobody could make sense of
    "failed",  # the prediction was accepted and ended in failure
    "deadline",  # still not finished when we stopped waiting
    "unrecorded",  # a cassette is played, and has no such exchange
]


class TeststripError(Exception):
    """Anything that went wrong and that a person should read about."""

    exit_code: ClassVar[int] = 1


class InputError(TeststripError):
    """Something a person wrote is wrong. `problems` has every one of them, in file order."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.where))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class RecipeError(InputError):
    """The recipe is wrong."""


class PageError(InputError):
    """The provider page is wrong."""


class LockError(InputError):
    """A lock file or a run folder cannot be read."""


class ConfigError(InputError):
    """The project's configuration is wrong."""


class MarksError(InputError):
    """A file of marks is wrong."""


class UsageError(InputError):
    """The command cannot be done as it was given."""

    def __init__(self, message: str) -> None:
        super().__init__(())
        self.args = (message,)


class StorageError(TeststripError):
    """The ledger or the store cannot be used; the message names the file and what to do."""


class ExchangeError(TeststripError):
    """One HTTP exchange went wrong.

    `kind` says how, `status` is the HTTP status if an answer came, `retry_after` the seconds that the server
    asked for, and `may_have_cost` whether the server may have accepted (and billed) the request.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: FaultKind,
        status: int | None = None,
        may_have_cost: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.kind: FaultKind = kind
        self.status = status
        self.may_have_cost = may_have_cost
        self.retry_after = retry_after


class StepError(TeststripError):
    """A step cannot do what it was asked to, in words for whoever wrote the recipe."""
