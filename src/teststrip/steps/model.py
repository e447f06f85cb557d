"""What a step is, as frozen records: the names that a plugin's author meets.

A `BeforeStep` turns a request into a request, while the plan is made: it is pure, reads no file and no clock, and
draws only from a seed among its options. An `AfterStep` turns the pictures of a cell into pictures, scores,
badges, or any of these, once they are on disk. Steps are named by a plugin (`teststrip_steps`) and ordered by a
recipe; neither kind is a class to inherit from.

What a step works on is all that it sees: pictures and options. Texts among the options may have templates
(`${{ prompt }}`, `${{ label.sampler }}`, `${{ scores.sharpness }}`), which are rendered for each cell before the
step sees them. So a result is known by the digest of what it was made of, and made once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from teststrip.base.json import Json, sha256
from teststrip.errors import StepError

if TYPE_CHECKING:
    from PIL import Image

Options: TypeAlias = Mapping[str, Json]
"""A step's options as it gets them: checked by its schema, defaults filled in, templates rendered."""

Request: TypeAlias = Mapping[str, Json]
"""A request as it will be sent; pictures in it are placeholders by SHA-256."""

ScoreValue: TypeAlias = int | float | str | bool | None

Where: TypeAlias = Literal["async", "thread", "process"]

NO_OPTIONS: Final[Mapping[str, Json]] = {"type": "object", "properties": {}, "additionalProperties": False}


@dataclass(frozen=True, slots=True)
class Changed:
    """What a before-step made: the request, and variables that captions and after-steps may name."""

    request: Request
    variables: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BeforeStep:
    """A step on the request. `options` is the JSON Schema (2020-12) of an object.

    `change` gets the request as it would be sent, and returns the one that is; what it returns is checked like
    any request. It may raise StepError, in words for whoever wrote the recipe. `touches` names the parameters that
    the step reads or changes, given its options: it gets and returns those alone, and a sweep over anything else
    costs nothing more. None stands for the whole request. `adds` names the variables that it may add.
    """

    name: str
    change: Callable[[Request, Options], Request | Changed]
    summary: str = ""
    options: Mapping[str, Json] = field(default_factory=lambda: NO_OPTIONS)
    touches: Callable[[Options], Iterable[str]] | None = None
    adds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture that a step works on, by its file in the store. It may be sent to another process."""

    path: Path
    media_type: str
    sha256: str

    @property
    def data(self) -> bytes:
        """Its bytes, exactly as they came. Raises StepError when they are missing or are others by now."""
        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise StepError(f"{self.path}: the picture cannot be read ({error.strerror or error})") from error
        if sha256(data) != self.sha256:
            raise StepError(f"{self.path}: the picture was changed or damaged")
        return data

    def image(self) -> Image.Image:
        """Decode it, upright, with what Pillow found in its file as `info`. Raises StepError if it cannot be."""
        # Imported late: Pillow takes longer to import than most recipes take to be checked.
        from teststrip.steps.pictures import decoded  # noqa: PLC0415  see above

        return decoded(self.data)

    def encoded(self, image: Image.Image) -> bytes:
        """Encode a picture made of this one: same format, same metadata, and the same bytes each time."""
        from teststrip.steps.encode import encoded_like  # noqa: PLC0415  see `image`

        return encoded_like(image, self.data, self.media_type)


@dataclass(frozen=True, slots=True)
class Work:
    """What an after-step gets for one cell: its pictures in order, and the options.

    `against` are the pictures of the cell, or the file, that the option of this name told of; only a step with
    `reference` has any.
    """

    shots: tuple[Shot, ...]
    options: Options
    against: tuple[Shot, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """What an after-step made of one cell. `pictures` are whole files (PNG, JPEG, WebP, GIF, AVIF).

    None leaves the pictures as they were. `scores` are numbers or texts by the names that the step declares, and
    `badges` short words that stand on the cell.
    """

    pictures: tuple[bytes, ...] | None = None
    scores: Mapping[str, ScoreValue] = field(default_factory=dict)
    badges: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """A score as sheets show it: its title, how many digits after the point, whether captions have it unasked."""

    title: str
    digits: int = 3
    shown: bool = True


Run: TypeAlias = (
    Callable[[Work], Made] | Callable[[Work], Awaitable[Made]] | Callable[[Sequence[Work]], Sequence[Made]]
)


@dataclass(frozen=True, slots=True)
class AfterStep:
    """A step on the pictures of a cell. `options` is the JSON Schema (2020-12) of an object.

    `run` gets a `Work` and returns a `Made`; with `among` it gets those of all cells that have pictures, and
    returns as many in their order. It may raise StepError, in words for people; whatever else it raises is told
    with the step's name, and the cell keeps its pictures. `where` it runs: in a thread (most of Pillow and numpy
    lets others run meanwhile), in a process (then it is a function of a module), or `async`, as a coroutine
    function for what waits for others. `pure` tells that equal input gives equal output: then it is run once for
    each input, unless `version` changes. `scores` are those that it gives. `reference` lets a recipe say
    `against`. `permission` names what a person has to allow on the command line before the step may run at all
    (`exec`). `given` returns the step as it is with these options, defaults filled in and templates as they are
    written, where its scores or its purity depend on them; the rest of it stays the same.
    """

    name: str
    run: Run
    summary: str = ""
    options: Mapping[str, Json] = field(default_factory=lambda: NO_OPTIONS)
    version: str = "1"
    pure: bool = True
    where: Where = "thread"
    scores: Mapping[str, Score] = field(default_factory=dict)
    reference: bool = False
    among: bool = False
    permission: str = ""
    given: Callable[[Options], AfterStep] | None = None

    def with_options(self, options: Options) -> AfterStep:
        """Return the step as it is with these options."""
        return self if self.given is None else self.given(options)


Step: TypeAlias = BeforeStep | AfterStep
