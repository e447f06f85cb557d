"""How a page says that its API is spoken with, beyond addresses: bodies, roles, forms of answers, facts, price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from teststrip.base.json import Json, Scalar

FormName = Literal["submit", "poll", "result", "error"]
MediaForm = Literal["base64", "data-uri", "url", "file"]
OutputForm = Literal["url", "base64", "data-uri"]


@dataclass(frozen=True, slots=True)
class Body:
    """Where a submit's body has what: everything at the top, where the page says nothing.

    `places` has for a parameter the dotted path of the object that it lies in, `rest` that of the objects for all
    others ("" is the top). `fixed` members, by dotted path, are in every body; a text that is exactly `{model}` or
    `{scenario}` stands for the request's own. `media` says how a picture travels: as bare base64, as a data
    address (RFC 2397), as nothing but the address where somebody else serves it, or as a file in a form, which the
    whole body is then.
    """

    places: Mapping[str, str] = field(default_factory=dict)
    rest: str = ""
    fixed: Mapping[str, Scalar] = field(default_factory=dict)
    media: MediaForm = "base64"

    def path(self, parameter: str) -> str:
        """Return the dotted path of a parameter in the body."""
        place = self.places.get(parameter, self.rest)
        return f"{place}.{parameter}" if place else parameter


@dataclass(frozen=True, slots=True)
class Switch:
    """A parameter that turns something on by having one value."""

    parameter: str
    value: Scalar = True

    def on(self, request: Mapping[str, Json]) -> bool:
        """Tell whether a request turns it on."""
        given = request.get(self.parameter)
        return given == self.value and isinstance(given, bool) == isinstance(self.value, bool)


@dataclass(frozen=True, slots=True)
class Addition:
    """Words that the service itself adds to the parameter of a role, `to`, when all switches are on.

    `models` are the ids that it holds for; without any, for all.
    """

    when: tuple[Switch, ...]
    to: Literal["prompt", "negative_prompt"]
    words: str
    models: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Roles:
    """What parameters mean, by the names that this API has for them; None where it has none, or nobody said.

    `image` is the picture to start from, or a list with it, and `strength` how far to move away from it (1 is all
    the way). `checkpoint` names the weights, where a server has several. `sync` holds the answer back until the
    pictures are there, `base64` puts them into it. `means` has for a role what this API's values are in the words
    of the field: `Euler a` is `k_euler_ancestral`. `adds` are words that the service adds by itself: for each
    prompt the first row that holds.
    """

    prompt: str | None = None
    negative_prompt: str | None = None
    size: str | None = None
    width: str | None = None
    height: str | None = None
    count: str | None = None
    seed: str | None = None
    steps: str | None = None
    guidance: str | None = None
    sampler: str | None = None
    noise_schedule: str | None = None
    image: str | None = None
    strength: str | None = None
    checkpoint: str | None = None
    sync: Switch | None = None
    base64: Switch | None = None
    means: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    adds: tuple[Addition, ...] = ()

    @property
    def switches(self) -> frozenset[str]:
        """The parameters that say how an answer travels, which is no property of a picture."""
        return frozenset(switch.parameter for switch in (self.sync, self.base64) if switch is not None)


@dataclass(frozen=True, slots=True)
class SizeFacts:
    """What the documentation says of a picture's sides and area, in pixels; None where it says nothing."""

    multiple_of: int | None = None
    min_pixels: int | None = None
    max_pixels: int | None = None


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What a target's own renderer draws, and what to say of a size beyond; no page says it.

    `pixels` is the largest area, `sides` the least and the most pixels of a side, None where all are drawn.
    """

    pixels: int
    words: str
    sides: tuple[int, int] | None = None
    side_words: str = ""


@dataclass(frozen=True, slots=True)
class RateFacts:
    """The limits that the documentation names; `Pace` is what is used of them."""

    per_minute: int | None = None
    concurrency: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the documentation says of limits; `links` is how long a picture's link lives, in seconds.

    A client need not know them; the emulator holds it to `sizes` and `links`.
    """

    rate: RateFacts = RateFacts()
    sizes: SizeFacts = SizeFacts()
    links: int | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """What one request costs: an expression over its parameters (see `expression`), in `unit`s.

    `estimate` says that no bill confirms it, `note` in the page's own words where it comes from. `terms` are named
    parts, each of which may use those before it; `assume` are values that the request does not tell (a
    subscription), as they are unless told otherwise.
    """

    unit: str
    expression: str
    estimate: bool = True
    terms: tuple[tuple[str, str], ...] = ()
    assume: Mapping[str, bool | Decimal] = field(default_factory=dict)
    note: str = ""
