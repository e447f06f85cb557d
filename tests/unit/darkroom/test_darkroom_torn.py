"""The detector of torn pictures: it finds what is planted, and nothing where scenes agree."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from teststrip.darkroom.arrays import Codes
from teststrip.darkroom.decode import Cast
from teststrip.darkroom.lattice import Lattice
from teststrip.darkroom.library import Library, library_of
from teststrip.darkroom.prior import Asked, draw
from teststrip.darkroom.scene import ATTRIBUTES, Scenes, Stand
from teststrip.darkroom.tags import read
from teststrip.darkroom.torn import faults

LATTICE = Lattice.of(416, 608)
PERSON = "1girl, witch hat, red dress, green eyes, red hair, sea, day, clear sky, smile, no glasses"


Changes = Mapping[str, str | int]


@functools.cache
def library_for(prompt: str) -> Library:
    return library_of(draw(Asked(read(prompt))), (Stand(),), LATTICE)


def planted(
    prompt: str, changes: Changes, *, base: Changes = MappingProxyType({}), left: float = 1.0
) -> tuple[str, ...]:
    """Draw the left half of a picture from one scene and the right half from another.

    The first is the prompt's likeliest with what ``base`` says, the second differs from it in ``changes`` alone;
    ``left`` is how much of the left half is the first scene's.
    """
    library = library_for(prompt)
    best = int(np.argmax(library.log_cond))
    codes = {name: np.repeat(values[best : best + 1], 2) for name, values in library.scenes.codes.items()}
    codes["disc_present"][:] = 0
    for rows, values in ((slice(None), base), (1, changes)):
        for name, value in values.items():
            codes[name][rows] = value if isinstance(value, int) else list(ATTRIBUTES[name]).index(value)
    return faults(of(library, codes), halves(left))


def of(library: Library, codes: dict[str, Codes]) -> Library:
    return replace(library.keep(np.arange(2)), lots=(Scenes(codes),))


def halves(left: float) -> Cast:
    rows, columns = LATTICE.blocks
    weights = np.zeros((rows + 1, columns + 1, 2))
    middle = (columns + 1) // 2
    weights[:, :middle] = left, 1 - left
    weights[:, middle:] = 1 - left, left
    return Cast(np.arange(2), weights)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"hat": "beret"}, "a torn hat"),
        ({"hat_color": "yellow"}, "a torn brim"),
        ({"hat": "none"}, "a torn hat"),
        ({"clothes": "hoodie"}, "a torn hood"),
        ({"cloth_color": "black"}, "two sleeves"),
        ({"eye_color": "purple"}, "two faces"),
        ({"skin": "dark"}, "two faces"),
        ({"hair_color": "aqua"}, "two heads of hair"),
        ({"background": "night"}, "two skies"),
    ],
)
def test_a_planted_tear_is_found(changes: Changes, fault: str) -> None:
    assert fault in planted(PERSON, changes, base={"hat_color": "red"})


def test_a_second_sun_and_a_horizon_that_jumps_are_found() -> None:
    """Sun of one scene at the left, of the other at the right; with nobody there, two heights of the land."""
    sea, mountains = "no humans, sea, day, clear sky", "no humans, mountains, day"
    assert "two suns" in planted(sea, {"disc_x": 2}, base={"disc_x": 0})
    assert "two suns" not in planted(sea, {"disc_x": 0}, base={"disc_x": 0})
    assert "a torn horizon" in planted(mountains, {"horizon": 2}, base={"horizon": 0})
    assert "a torn horizon" not in planted(mountains, {"horizon": 0}, base={"horizon": 0})


def test_half_of_one_thing_seen_through_half_of_another_is_found() -> None:
    assert "a torn hat" in planted(PERSON, {"hat": "none"}, left=0.55)
    assert "a torn hat" not in planted(PERSON, {"gaze": "left"}, left=0.55)


@pytest.mark.parametrize("changes", [{}, {"gaze": "left"}, {"birds": 1}, {"fur": "white"}, {"season": "autumn"}])
def test_scenes_that_show_the_same_are_whole(changes: Changes) -> None:
    assert planted(PERSON, changes) == ()


def test_what_is_not_seen_is_not_torn() -> None:
    """Of a crown no cloth is seen, and of closed eyes no colour."""
    assert planted("1girl, crown, sea, day", {"hat_color": "pink"}) == ()
    assert planted("1girl, closed eyes, no hat, sea, day", {"eye_color": "red", "hat_color": "pink"}) == ()


def test_somebody_whose_head_ends_in_the_sky_is_torn() -> None:
    library = library_for(PERSON)
    best = int(np.argmax(library.log_cond))
    codes = {name: np.repeat(values[best : best + 1], 2) for name, values in library.scenes.codes.items()}
    codes["disc_present"][:] = 0
    codes["subject"][1] = list(ATTRIBUTES["subject"]).index("none")
    rows, columns = LATTICE.blocks
    weights = np.zeros((rows + 1, columns + 1, 2))
    head = round((rows + 1) * 0.42)
    weights[:head, :, 1] = weights[head:, :, 0] = 1.0
    assert "half a head" in faults(of(library, codes), Cast(np.arange(2), weights))
    weights[..., 0], weights[..., 1] = 1.0, 0.0
    assert faults(of(library, codes), Cast(np.arange(2), weights)) == ()
