"""What an exposure may be held to besides its prompts: names as in the API, meanings as in docs/darkroom.md.

Pictures are the bytes of image files, so a condition can be compared, hashed and sent to another process.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Start:
    """A picture to start from: all of it (img2img), or what a mask leaves of it (infill).

    ``strength`` is the share of the steps that are taken, ``noise`` the standard deviation of what is added to the
    picture beforehand, in parts of the range from black to white. With ``infill`` the picture is drawn anew where
    ``mask`` is white, or, without one, where the picture is transparent.
    """

    image: bytes
    strength: float = 0.7
    noise: float = 0.0
    infill: bool = False
    mask: bytes | None = None


@dataclass(frozen=True, slots=True)
class Vibe:
    """A picture whose look is taken on: ``information_extracted`` says how finely it is read, both are in 0..1."""

    image: bytes
    information_extracted: float = 1.0
    strength: float = 0.6


@dataclass(frozen=True, slots=True)
class Character:
    """One person of several: a prompt, what to avoid, a centre in parts of the sides (None: anywhere)."""

    prompt: str
    uc: str = ""
    center: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Control:
    """A picture whose structure is followed, as ``model`` reads it (see `structure.STRUCTURES`)."""

    model: str
    image: bytes
    strength: float = 1.0


@dataclass(frozen=True, slots=True)
class Reference:
    """A model sheet to draw after; ``caption`` says what to take: "character", "style" or "character&style".

    Without a picture it is page ``number`` of the darkroom's own album. ``information_extracted`` is how much of
    it is read, ``secondary`` how much of its details is let go.
    """

    caption: str
    number: int = 0
    image: bytes | None = None
    information_extracted: float = 1.0
    strength: float = 1.0
    secondary: float = 0.0
