"""From all that an exposure asks for to the library that it is drawn from."""

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from teststrip.darkroom import kept
from teststrip.darkroom.anchor import hole_of
from teststrip.darkroom.arrays import Doubles
from teststrip.darkroom.conditions import Character, Control, Reference, Start, Vibe
from teststrip.darkroom.exact import digits, exponential, snap
from teststrip.darkroom.fitting import READING_CELLS, averaged, coarse, fitted_lean, levels, likeliest
from teststrip.darkroom.lattice import BLOCK, Lattice, gather
from teststrip.darkroom.library import Library, library_of, thumbnails
from teststrip.darkroom.posterior import mean, weights
from teststrip.darkroom.prior import Asked, Lean, draw
from teststrip.darkroom.reference import reading_of
from teststrip.darkroom.scene import Stand, View, stands_of
from teststrip.darkroom.sources import cells_of, latent_of, seen
from teststrip.darkroom.structure import GUESSED, MEASURED, Levels, levels_of
from teststrip.darkroom.tags import Reading, read
from teststrip.darkroom.tint import Tint, broad

VIBE_CELLS = 16
"""A vibe read at full information is compared on so many cells a side; at the least, on one."""

_LOOK, _OTHER_LOOK = ("tone", "style"), -4.0  # nats against a manner that a picture to start from does not have
_TINT_CELLS = 8  # a side, at most: colours are lent broadly
_VIBE_LEAN = 0.7
_CONTROL_WEIGHT: Mapping[str, float] = MappingProxyType(
    {"hed": 0.4, "fake_scribble": 0.12, "mlsd": 0.25, "midas": 0.12, "uniformer": 0.06}
)
_CONTROL_REACH = 0.16
_KNOWN_SPREAD = 0.3  # of what an infill knows, in latent units: scenes match a picture loosely
_KNOWN_REACH = 0.12
_KNOWN_WHOLE = 1 / 16
_LOOK_SIGMA = 0.15  # at which a picture is looked at to guess its nearness and segments
_EMPTY, _COHERENT = 2.0, 1.5
SMEA_ABOVE = 1024 * 1024
"""Pixels above which auto_smea acts."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """All that decides a library. Equal wishes share one."""

    prompt: str
    negative_prompt: str
    lattice: Lattice
    characters: tuple[Character, ...] = ()
    vibes: tuple[Vibe, ...] = ()
    control: Control | None = None
    references: tuple[Reference, ...] = ()
    start: Start | None = None
    auto_smea: bool = False
    legacy: bool = False


@functools.lru_cache(maxsize=1)
def library_for(wishes: Wishes, folder: Path | None = None) -> Library:
    """Return the library for some wishes: the last one, one that is kept in ``folder``, or a new one.

    A new one is kept there for other processes; without a folder the last few are kept in memory.
    """
    if folder is None:
        return kept.unpack(_packed(wishes), wishes.lattice, _stands(wishes))
    key = kept.key_of(wishes)
    packed = kept.read(folder, key)
    if packed is not None:
        return kept.unpack(packed, wishes.lattice, _stands(wishes))
    library = _made(wishes)
    kept.keep(folder, key, kept.pack(library))
    return library


@functools.lru_cache(maxsize=6)
def _packed(wishes: Wishes) -> kept.Packed:
    return kept.pack(_made(wishes))


def forget_libraries() -> None:
    """Let go of all libraries in memory."""
    library_for.cache_clear()
    _packed.cache_clear()


def _made(wishes: Wishes) -> Library:
    lean = _lean_of(wishes)
    place = Asked(_wanted(wishes), read(wishes.negative_prompt, legacy=wishes.legacy), tuple(lean.items()))
    persons = tuple(_person(character, place, wishes) for character in wishes.characters)
    library = library_of(draw(place, persons, _seen(wishes)), _stands(wishes), wishes.lattice)
    return _biased(replace(library, widening=_widening(library, wishes)), wishes)


def _stands(wishes: Wishes) -> tuple[Stand, ...]:
    view = View.of(wishes.lattice.width, wishes.lattice.height)
    return stands_of([character.center for character in wishes.characters] or [(0.5, 0.5)], view)


def _widening(library: Library, wishes: Wishes) -> float:
    """Return how much wider the posterior's windows are than usual.

    An empty landscape is made of lines that go all the way through, so its places are decided together. SMEA is
    there to keep large pictures coherent; here it does so by wider windows, above the size that models are made
    for.
    """
    empty = library.scenes.are("subject", "none")
    shares = exponential(library.log_cond - float(library.log_cond.max()))
    mostly = float(snap(shares[empty], 30).sum()) > 0.5 * float(snap(shares, 30).sum())
    large = wishes.auto_smea and wishes.lattice.width * wishes.lattice.height > SMEA_ABOVE
    return (_EMPTY if mostly else 1.0) * (_COHERENT if large else 1.0)


def tints_of(wishes: Wishes) -> tuple[Tint, ...]:
    """Return the colours that the vibes lend."""
    return tuple(
        Tint(broad(_latent(vibe.image, wishes.lattice), min(_cells(vibe), _TINT_CELLS)), vibe.strength)
        for vibe in wishes.vibes
    )


def _wanted(wishes: Wishes) -> Reading:
    """Read the prompt, and after it what the references are."""
    reading = read(wishes.prompt, legacy=wishes.legacy)
    known = list(reading.known)
    for reference in wishes.references:
        known += reading_of(reference, wishes.lattice)
    return Reading(tuple(known), ())


def _person(character: Character, place: Asked, wishes: Wishes) -> Asked:
    """Ask for one person: by the character's own words, and by the prompt's where those say nothing."""
    own = read(character.prompt, legacy=wishes.legacy)
    spoken_for = {attribute for meaning, _ in own.known for attribute, _ in meaning}
    shared = [
        (meaning, strength)
        for meaning, strength in place.wanted.known
        if not any(attribute in spoken_for for attribute, _ in meaning)
    ]
    known = [*own.known, *shared]
    if not any(attribute == "subject" for meaning, _ in known for attribute, _ in meaning):
        known.append(((("subject", "girl"),), 1.0))
    avoided = read(character.uc, legacy=wishes.legacy)
    unwanted = Reading((*place.unwanted.known, *avoided.known), ())
    return Asked(Reading(tuple(known), ()), unwanted, place.lean)


# --------------------------------------------------------------------------- what pictures look like


def _reading_lattice(lattice: Lattice) -> Lattice:
    return Lattice.of(lattice.width, lattice.height, READING_CELLS)


def _levels(image: bytes, lattice: Lattice) -> Levels:
    picture = seen(image, lattice.width, lattice.height)
    return cells_of(picture, lattice.rows, lattice.columns).astype(np.int32)


@functools.lru_cache(maxsize=16)
def _latent(image: bytes, lattice: Lattice) -> Doubles:
    return latent_of(seen(image, lattice.width, lattice.height), lattice)


def _cells(vibe: Vibe) -> int:
    return 1 + round((VIBE_CELLS - 1) * vibe.information_extracted)


@functools.lru_cache(maxsize=16)
def _vibe_lean(image: bytes, cells: int, lattice: Lattice) -> Lean:
    target = averaged(_levels(image, lattice)[None], cells)[0]
    return fitted_lean(lattice, target, coarse(cells))


def _lean_of(wishes: Wishes) -> Lean:
    """Add up how the vibes make the odds lean, each by its strength, and the manner of a picture to start from."""
    small = _reading_lattice(wishes.lattice)
    total = {} if wishes.start is None else _kept_look(wishes.start, small)
    for vibe in wishes.vibes:
        lean = _vibe_lean(vibe.image, min(_cells(vibe), small.rows, small.columns), small)
        for name, logs in lean.items():
            before = total.get(name, (0.0,) * len(logs))
            total[name] = tuple(
                digits(a + _VIBE_LEAN * vibe.strength * b) for a, b in zip(before, logs, strict=True)
            )
    return total


def _kept_look(start: Start, lattice: Lattice) -> dict[str, tuple[float, ...]]:
    """Lean towards the manner of the picture that is started from, which only words change."""
    lean = _start_lean(start, lattice)
    return {
        name: tuple(0.0 if k == likeliest(lean, name) else _OTHER_LOOK for k in range(len(lean[name])))
        for name in _LOOK
    }


def _seen(wishes: Wishes) -> Lean | None:
    """Return how the odds lean for scenes to look like the picture that is started from, or controlled by."""
    small = _reading_lattice(wishes.lattice)
    if wishes.start is not None:
        return _start_lean(wishes.start, small)
    return None if wishes.control is None else _control_lean(replace(wishes.control, strength=1.0), small)


@functools.lru_cache(maxsize=8)
def _start_lean(start: Start, lattice: Lattice) -> Lean:
    known = hole_of(start, lattice)[0][..., 0] == 0 if start.infill else None
    return fitted_lean(lattice, _levels(start.image, lattice), levels, known)


@functools.lru_cache(maxsize=8)
def _control_lean(control: Control, lattice: Lattice) -> Lean:
    if control.model in GUESSED:
        return fitted_lean(lattice, _levels(control.image, lattice), levels)
    measure = MEASURED[control.model]
    target = measure(_levels(control.image, lattice)[None])[0]
    return fitted_lean(lattice, target, lambda pictures: measure(levels_of(pictures)))


# --------------------------------------------------------------------------- what is known of single places


def _biased(library: Library, wishes: Wishes) -> Library:
    """Weigh the scenes place by place, by a control and by what an infill leaves."""
    biases = []
    if wishes.control is not None:
        biases.append(_control_bias(library, wishes.control))
    if wishes.start is not None and wishes.start.infill:
        biases.append(_known_bias(library, wishes.start))
    if not biases:
        return library
    return replace(library, bias=snap(sum(biases[1:], start=biases[0]), 20))


def _control_bias(library: Library, control: Control) -> Doubles:
    """Weigh by how the scenes' structure differs from the picture's, in windows.

    The log weight is -strength * weight * sum of squared differences, with maps of 0..1.
    """
    ours, theirs = structure_maps(library, control)
    off = (ours - theirs[None]).astype(np.int64)
    differences = (off * off).sum(axis=3) / (255.0 * 255.0)
    sums = _block_sums(library.lattice, differences)
    return -digits(_CONTROL_WEIGHT[control.model] * control.strength) * gather(
        library.lattice, sums, _CONTROL_REACH
    )


def structure_maps(library: Library, control: Control) -> tuple[Levels, Levels]:
    """Return the structure of every scene (n, rows, columns, k), and that of the control's picture."""
    lattice = library.lattice
    if control.model in MEASURED:
        measure = MEASURED[control.model]
        ours = measure(levels_of(thumbnails(library.lots, library.stands, lattice)))
        return ours, measure(_levels(control.image, lattice)[None])[0]
    paint = GUESSED[control.model]
    ours = levels_of(thumbnails(library.lots, library.stands, lattice, paint))
    return ours, _guessed(replace(control, strength=1.0), lattice)


@functools.lru_cache(maxsize=8)
def _guessed(control: Control, lattice: Lattice) -> Levels:
    """Guess a picture's map: the mean of the toy world's own over the scenes that it may show, place by place."""
    seen = _control_lean(control, _reading_lattice(lattice))
    nothing = Asked()
    looked_at = library_of(draw(nothing, (), seen), stands_of([(0.5, 0.5)], View.of(1, 1)), lattice)
    (found,) = weights(looked_at, snap(_latent(control.image, lattice), 16), _LOOK_SIGMA, (looked_at.log_cond,))
    maps = thumbnails(looked_at.lots, looked_at.stands, lattice, GUESSED[control.model])
    values: Doubles = lattice.to_blocks(levels_of(maps).astype(np.float64)) * 2.0**-11
    guessed = mean(replace(looked_at, values=values), found) * 2.0**11
    return np.rint(np.clip(guessed, 0, 255)).astype(np.int32)


def _known_bias(library: Library, start: Start) -> Doubles:
    """Weigh by how the scenes differ from the picture where it is kept: in windows, and a little as a whole.

    The whole counts because things go on: a sleeve that is seen has the colour of the one that is not.
    """
    lattice = library.lattice
    hole, _ = hole_of(start, lattice)
    known = np.broadcast_to(1.0 - hole, lattice.shape)
    kept = lattice.to_blocks(np.ascontiguousarray(known)[None])[:, 0]
    picture = lattice.to_blocks(_latent(start.image, lattice)[None])[:, 0]
    off = (library.values - picture[:, None]) * kept[:, None]
    sums = snap((off * off).sum(axis=2), 20)
    near, everywhere = gather(lattice, sums, _KNOWN_REACH), gather(lattice, sums, math.inf)
    return -digits(1 / (2 * _KNOWN_SPREAD**2)) * (near + _KNOWN_WHOLE * everywhere)


def _block_sums(lattice: Lattice, cells: Doubles) -> Doubles:
    """Sum (n, rows, columns) over blocks: (blocks, n), on a grid of 2**-10."""
    down, across = lattice.blocks
    padded = np.zeros((len(cells), down * BLOCK, across * BLOCK))
    padded[:, : lattice.rows, : lattice.columns] = snap(cells, 10)
    split = padded.reshape(len(cells), down, BLOCK, across, BLOCK)
    return np.ascontiguousarray(split.sum(axis=(2, 4)).reshape(len(cells), down * across).T)
