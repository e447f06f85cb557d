"""Time of day, and what it does to colours."""

from dataclasses import dataclass

import numpy as np

from teststrip.darkroom.arrays import Bools, Floats
from teststrip.darkroom.scene.attributes import Scenes
from teststrip.darkroom.scene.palette import luminance, mix

_SEPIA = np.array([1.05, 0.92, 0.74], np.float32)
_NIGHT = np.array([0.90, 0.85, 0.91], np.float32)
_SUNSET = np.array([1.0, 0.94, 0.89], np.float32)
_MUD = np.array([0.47, 0.44, 0.41], np.float32)
_PLACES = ("sea", "city", "mountain", "forest", "desert", "field")


@dataclass(frozen=True, slots=True)
class Light:
    """The light of every scene: night (n,), sunset (n,), and the tint (n, 3) it gives to whatever it falls on."""

    scenes: Scenes
    night: Bools
    sunset: Bools
    tint: Floats

    def lit(self, color: Floats) -> Floats:
        """Return the colour (n, 3) of something in the foreground: tinted by the time of day, then toned."""
        return self.toned(np.broadcast_to(color, self.tint.shape) * self.tint)

    def toned(self, color: Floats) -> Floats:
        """Return a colour (n, 3) under the picture's tone: as it is, grey, sepia or pastel."""
        color = np.clip(np.broadcast_to(color, self.tint.shape), 0, 1).astype(np.float32)
        color = np.where(self.scenes.are("finish", "rough")[:, None], mix(color, _MUD, 0.3), color)
        if bool((self.scenes.are("tone", "colour") & self.scenes.are("style", "flat")).all()):
            return color.astype(np.float32)
        grey = luminance(color)[:, None]
        drawn = self.scenes.are("style", "ink")[:, None]
        color = np.where(drawn, color * 0.8 + 0.2 * np.minimum(grey * 5, 1), color)  # paper; what is dark stays so
        color = np.where(self.scenes.are("tone", "mono")[:, None], _stepped(grey), color)
        color = np.where(self.scenes.are("tone", "sepia")[:, None], grey * _SEPIA, color)
        color = np.where(self.scenes.are("tone", "pastel")[:, None], color * 0.5 + 0.47, color)
        return np.clip(color, 0, 1).astype(np.float32)


def _stepped(grey: Floats) -> Floats:
    """Return greys in seven steps, as a printer of comics has them."""
    result: Floats = np.rint(grey * 6) / 6
    return result


def light_of(scenes: Scenes) -> Light:
    """Say where it is night or sunset.

    The background itself says so, or the time of day at a place that shows it.
    """
    night = scenes.are("background", "night")
    night |= scenes.are("time", "night") & scenes.are("background", *_PLACES, "snow")
    sunset = scenes.are("background", "sunset")
    sunset |= scenes.are("time", "sunset") & scenes.are("background", *_PLACES)
    tint = np.ones((len(scenes), 3), np.float32)
    tint[night] = _NIGHT
    tint[sunset] = _SUNSET
    return Light(scenes, night, sunset, tint)
