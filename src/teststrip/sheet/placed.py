"""A laid-out page as frozen records: everything a writer draws, in pixels, origin at the top left.

A writer takes these as they are and computes no geometry of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, Protocol

from teststrip.sheet.model import Picture, Status

Colour = tuple[int, int, int]
Align = Literal["left", "middle", "right"]

LEADING: Final = 1.34  # line height over font size
CAP_HEIGHT: Final = 0.714  # of Noto Sans, over font size
REGULAR: Final = 400
MEDIUM: Final = 500
STRONG: Final = 600


class Tone(StrEnum):
    """What a colour is for; the writer's theme says which colour it is."""

    PAPER = "paper"
    INK = "ink"
    SOFT = "soft"
    FAINT = "faint"
    RULE = "rule"
    MAT = "mat"
    TROUBLE = "trouble"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True)
class Style:
    """How a line of text looks: font size in pixels, weight (100-900), tone."""

    size: int
    weight: int
    tone: Tone

    @property
    def leading(self) -> int:
        """Height of a line in pixels."""
        return round(self.size * LEADING)


class Measure(Protocol):
    """Measures one line of text in a style, in pixels."""

    def __call__(self, text: str, style: Style, /) -> float:
        """Return the advance width."""
        ...


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle: left, top, width and height in pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """First pixel column beyond it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First pixel row beyond it."""
        return self.y + self.height

    def inset(self, by: int) -> Area:
        """Return the rectangle with a margin taken off on all sides."""
        return Area(self.x + by, self.y + by, max(0, self.width - 2 * by), max(0, self.height - 2 * by))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text: `x` is its left end, middle or right end after `align`; `y` the top of its line box."""

    x: int
    y: int
    text: str
    style: Style
    align: Align = "left"

    @property
    def baseline(self) -> int:
        """Where the letters stand, so that capitals are centred in the line box."""
        return self.y + round((self.style.leading + CAP_HEIGHT * self.style.size) / 2)


@dataclass(frozen=True, slots=True)
class Print:
    """A picture and the area that it fills; its aspect is kept within a pixel."""

    area: Area
    picture: Picture


@dataclass(frozen=True, slots=True)
class Mat:
    """The ground of a box that has no picture, and why it has none."""

    area: Area
    status: Status


@dataclass(frozen=True, slots=True)
class Rule:
    """A hairline, horizontal or vertical, one pixel or more thick."""

    area: Area
    tone: Tone = Tone.RULE


@dataclass(frozen=True, slots=True)
class Block:
    """A text and the area its lines were wrapped for; `what` tells which part of the sheet it is."""

    what: str
    area: Area
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Type:
    """The type scale of a page, in pixels; all sizes follow `base`, the size of labels."""

    base: int

    @property
    def small(self) -> int:
        """Size of footers, captions and reasons."""
        return max(12, round(self.base * 0.78))

    @property
    def title(self) -> Style:
        """The sheet's title."""
        return Style(round(self.base * 1.7), STRONG, Tone.INK)

    @property
    def page(self) -> Style:
        """The line under the title that says which page this is."""
        return Style(self.base, REGULAR, Tone.SOFT)

    @property
    def axis(self) -> Style:
        """An axis's name."""
        return Style(self.small, REGULAR, Tone.FAINT)

    @property
    def label(self) -> Style:
        """A row's, column's or box's label."""
        return Style(self.base, MEDIUM, Tone.INK)

    @property
    def long_label(self) -> Style:
        """A label that is a text rather than a name."""
        return Style(self.small, REGULAR, Tone.INK)

    @property
    def caption(self) -> Style:
        """The line under a box."""
        return Style(self.small, REGULAR, Tone.SOFT)

    @property
    def name(self) -> Style:
        """A setting's name in the footer."""
        return Style(self.small, REGULAR, Tone.FAINT)

    @property
    def value(self) -> Style:
        """A setting's value in the footer."""
        return Style(self.small, REGULAR, Tone.INK)

    @property
    def note(self) -> Style:
        """A sentence in the footer."""
        return Style(self.small, REGULAR, Tone.SOFT)

    @property
    def reason(self) -> Style:
        """Why a box has no picture."""
        return Style(self.small, REGULAR, Tone.SOFT)


@dataclass(frozen=True, slots=True)
class Layout:
    """A page: its size in pixels and all that stands on it; `boxes` are the areas of the sheet's boxes.

    `scale` is what pictures are multiplied by.
    """

    width: int
    height: int
    title: str
    type: Type
    boxes: tuple[Area, ...]
    prints: tuple[Print, ...]
    mats: tuple[Mat, ...]
    rules: tuple[Rule, ...]
    blocks: tuple[Block, ...]
    scale: float = 1.0

    @property
    def pixels(self) -> int:
        """Area of the page in pixels."""
        return self.width * self.height
