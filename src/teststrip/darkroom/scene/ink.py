"""The ink style: an outline round the shapes that a pen would draw; also what monochrome pictures have."""

from collections.abc import Iterator

import numpy as np

from teststrip.darkroom.arrays import Floats, Index
from teststrip.darkroom.scene.attributes import Scenes
from teststrip.darkroom.scene.layer import Field, Layer, layer
from teststrip.darkroom.scene.palette import rgb, where

_WIDTH = np.float32(0.0055)  # units

OUTLINED = frozenset(
    {
        "beard",
        "beret",
        "boat",
        "book_cover",
        "book_pages",
        "bow",
        "cap",
        "cap_brim",
        "cat_ear",
        "chest",
        "cloud",
        "clothes",
        "collar",
        "creature_back",
        "creature_body",
        "creature_ears",
        "creature_head",
        "crown",
        "cup",
        "cups",
        "disc",
        "ears",
        "face",
        "flower",
        "hair_back",
        "hair_front",
        "hat_brim",
        "hat_cone",
        "hood",
        "house_roof",
        "house_wall",
        "lantern",
        "lapels",
        "neck",
        "petals",
        "ridge_0",
        "ridge_1",
        "ridge_2",
        "sailor",
        "saucer",
        "scarf",
        "scarf_worn",
        "straw_brim",
        "straw_crown",
        "tie",
        "apple",
        "branch",
        "cake",
        "car",
        "castle_roofs",
        "castle_wall",
        "hood_back",
        "plate",
        "tree_crown",
        "trunk",
        "wax",
        "wheels",
        "wings",
        "shore",
    }
)
"""Names of the layers that get an outline."""


def inked(drawn: Iterator[Layer], scenes: Scenes) -> Iterator[Layer]:
    """Put an outline behind every shape that has one, in the scenes whose style asks for it."""
    here = scenes.are("style", "ink") | scenes.are("tone", "mono")
    if not bool(here.any()):
        yield from drawn
        return
    color = where(scenes.are("tone", "mono"), rgb("232323"), rgb("2a2433"))  # a pen's black, whatever the tone
    for one in drawn:
        if one.name in OUTLINED and not one.glow:
            present = one.present & here
            yield layer(f"{one.name}_ink", present, _wider(one.field), color, box=one.box, segment=one.segment)
        yield one


def _wider(field: Field) -> Field:
    def wider(index: Index, x: Floats, y: Floats) -> Floats:
        result: Floats = field(index, x, y) - _WIDTH
        return result

    return wider
