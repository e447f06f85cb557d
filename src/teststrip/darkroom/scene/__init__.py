"""The toy world: what can be in a picture, and how each thing is drawn.

A scene is a list of coloured layers, each a signed distance field (negative inside) over the picture plane. The
unit is sqrt(width * height) pixels, the origin the picture's centre, y points down; so a scene fits any size and
aspect. Everything is vectorised over scenes: the first axis of every array counts them.
"""

from teststrip.darkroom.scene.attributes import (
    ATTRIBUTES,
    Odds,
    Scenes,
    realise,
    uniforms_per_scene,
    unprompted,
)
from teststrip.darkroom.scene.compose import Stand, layers, stands_of
from teststrip.darkroom.scene.layer import Layer, View
from teststrip.darkroom.scene.sky import backdrop

__all__ = [
    "ATTRIBUTES",
    "Layer",
    "Odds",
    "Scenes",
    "Stand",
    "View",
    "backdrop",
    "layers",
    "realise",
    "stands_of",
    "uniforms_per_scene",
    "unprompted",
]
