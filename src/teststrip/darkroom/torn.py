"""Whether a picture is visibly torn: where the scenes that it is put together from disagree within one thing.

Every check compares what is drawn at two places that belong to one thing: both eyes, both sides of a hat, of a
hood, of the sky. Two leading values are a tear, and a leading value of less than `CLEAR` of the place is a ghost:
half of one thing seen through half of another. What the checks cannot see: edges that bend within one scene's
weight, and tears in smaller things, such as a tie (docs/darkroom.md says how they compare with looking).
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from teststrip.darkroom.decode import Cast
from teststrip.darkroom.library import Library
from teststrip.darkroom.scene import Scenes, View
from teststrip.darkroom.scene.compose import figures
from teststrip.darkroom.scene.figure import Figure
from teststrip.darkroom.scene.light import Light, light_of
from teststrip.darkroom.scene.sky import disc_of

CLEAR = 0.6
_LEADS = 0.4
_SOMEBODY = 0.1  # of a picture; who is less of it is not seen

Place = tuple[float, float]
_UNCOLOURED = ("none", "catears", "crown")  # hats whose colour is not the hat's own, or hardly seen

# Pairs of places on a person, in the person's frame, and what both must agree on.
_PAIRS: Mapping[str, tuple[tuple[Place, Place], tuple[str, ...]]] = MappingProxyType(
    {
        "two faces": (((-0.076, 0.04), (0.076, 0.04)), ("eye_color", "skin", "glasses", "expression")),
        "half a head": (((0.0, -0.12), (0.0, 0.12)), ()),
        "two heads of hair": (((-0.16, -0.06), (0.16, -0.06)), ("hair_color",)),
        "a torn hat": (((-0.11, -0.2), (0.11, -0.2)), ("hat", "hat_color")),
        "a torn brim": (((-0.2, -0.14), (0.2, -0.14)), ("hat", "hat_color")),
        "a torn hood": (((-0.1, 0.33), (0.1, 0.33)), ("clothes", "cloth_color")),
        "two sleeves": (((-0.19, 0.46), (0.19, 0.46)), ("clothes", "cloth_color")),
    }
)


def faults(library: Library, cast: Cast) -> tuple[str, ...]:
    """Name what is torn in a picture; nothing if it is whole."""
    view = View.of(library.lattice.width, library.lattice.height)
    found = [name for name, check in _CHECKS.items() if check(library.scenes.take(cast.index), cast, view)]
    lots = tuple(scenes.take(cast.index) for scenes in library.lots)
    for scenes, figure in zip(lots, figures(lots, view, library.stands), strict=True):
        found += [name for name in _of_a_person(scenes, figure, cast, view) if name not in found]
    return tuple(found)


def _of_a_person(scenes: Scenes, figure: Figure, cast: Cast, view: View) -> Iterator[str]:
    shares = cast.weights.sum(axis=(0, 1))
    main = int(np.where(figure.present, shares, -1.0).argmax())  # somebody may be in less than half of a picture
    if not figure.present[main] or shares[main] < _SOMEBODY * shares.sum():
        return
    for name, (places, attributes) in _PAIRS.items():
        spots = [figure.in_picture(place, main) for place in places]
        if not all(_inside(view, *spot) for spot in spots):
            continue
        weights = [_weight_at(cast, view, *spot) for spot in spots]
        values = [_seen(scenes, k, attributes) for k in range(len(scenes))]
        if _disagree(weights, values):
            yield name


def _seen(scenes: Scenes, k: int, attributes: tuple[str, ...]) -> tuple[int, ...]:
    """Return the codes of what is seen of a scene's attributes; nobody is nothing of each, and one at least."""
    if bool(scenes.are("subject", "none")[k]):
        return (-1,) * max(1, len(attributes))
    codes = {name: int(scenes.codes[name][k]) for name in attributes}
    if "hat_color" in codes and bool(scenes.are("hat", *_UNCOLOURED)[k]):
        codes["hat_color"] = -1
    if "eye_color" in codes and bool(scenes.are("expression", "closed")[k]):
        codes["eye_color"] = -1
    return tuple(codes.values())


def _disagree(weights: list[npt.NDArray[np.float64]], values: list[tuple[int, ...]]) -> bool:
    """Tell whether two places lead with other values, or one of them with none clearly."""
    leading = []
    for weight in weights:
        shares: dict[tuple[int, ...], float] = {}
        for share, value in zip(weight.tolist(), values, strict=True):
            shares[value] = shares.get(value, 0.0) + share
        value, share = max(shares.items(), key=lambda item: item[1])
        if share < CLEAR:
            return True
        leading.append(value)
    return leading[0] != leading[1]


def two_suns(scenes: Scenes, cast: Cast, view: View) -> bool:
    """Tell whether suns or moons of two scenes stand in different places, each where its scene leads."""
    disc = disc_of(scenes, light_of(scenes), view)
    seen = set()
    for k in np.nonzero(disc.present)[0]:
        x, y = float(disc.x[k]), float(disc.y[k])
        if _weight_at(cast, view, x, y)[k] > _LEADS:
            seen.add((round(x, 2), round(y, 2)))
    return len(seen) > 1


def torn_horizon(scenes: Scenes, cast: Cast, view: View) -> bool:
    """Tell whether, with nobody in front, the leading scenes' horizons differ from left to right."""
    if not bool(scenes.are("subject", "none").all()):
        return False
    line = view.half_height * 0.3
    leads = {int(_weight_at(cast, view, x * view.half_width, line).argmax()) for x in np.linspace(-0.9, 0.9, 7)}
    hidden = scenes.are("background", "plain", "room") | scenes.are("weather", "fog")
    hidden |= scenes.are("item", "cup", "lantern", "book", "apple", "cake", "candle")  # the table is before it
    return len({int(scenes.codes["horizon"][k]) for k in leads if not hidden[k]}) > 1


def two_skies(scenes: Scenes, cast: Cast, view: View) -> bool:
    """Tell whether it is another time of day, or another colour of wall, to the left than to the right."""
    light = light_of(scenes)
    corners = [(side * 0.8 * view.half_width, -0.8 * view.half_height) for side in (-1, 1)]
    return _disagree([_weight_at(cast, view, *corner) for corner in corners], _skies(scenes, light))


def _skies(scenes: Scenes, light: Light) -> list[tuple[int, ...]]:
    plain, room = scenes.are("background", "plain"), scenes.are("background", "room")
    wall = np.where(plain, scenes.codes["background_color"] + 10, np.where(room, 9, 0))
    hour = np.where(plain | room, 0, light.night * 2 + light.sunset)
    return [(int(a), int(b)) for a, b in zip(wall, hour, strict=True)]


_CHECKS: Mapping[str, Callable[[Scenes, Cast, View], bool]] = MappingProxyType(
    {"two suns": two_suns, "a torn horizon": torn_horizon, "two skies": two_skies}
)


def _inside(view: View, x: float, y: float) -> bool:
    return abs(x) <= view.half_width and abs(y) <= view.half_height


def _weight_at(cast: Cast, view: View, x: float, y: float) -> npt.NDArray[np.float64]:
    """Return the scenes' weights (n,) at a place, of the corner nearest to it."""
    rows, columns = cast.weights.shape[:2]
    row = int(np.clip(round((y / view.half_height + 1) / 2 * (rows - 1)), 0, rows - 1))
    column = int(np.clip(round((x / view.half_width + 1) / 2 * (columns - 1)), 0, columns - 1))
    found: npt.NDArray[np.float64] = cast.weights[row, column]
    return found
