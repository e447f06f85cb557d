"""From prompts to a weighted library of scenes.

A prompt gives each attribute its own odds: p(value) ~ (p0(value) + 1e-4) * exp(sharpness * strength of its
tags), where p0 of what is asked for counts as at least 0.05. The library is drawn from a mixture of such laws (the
prompt's, sharp and plain, the negative prompt's, and laws fitted to a picture where there is one), and importance
weights say how likely each scene is under the prompt ("cond") and under the negative prompt ("uncond"). Several
persons share one place; each has laws of its own.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from teststrip.darkroom.arrays import Doubles
from teststrip.darkroom.exact import digits, snap
from teststrip.darkroom.noise import uniform
from teststrip.darkroom.scene import ATTRIBUTES, Odds, Scenes, realise, uniforms_per_scene, unprompted
from teststrip.darkroom.scene.attributes import PERSONAL
from teststrip.darkroom.tags import Reading

SHARPNESS = 5.8
PROPOSAL_SHARPNESS = 7.0
SHARP, PLAIN, UNPROMPTED = 104, 56, 64
"""How many scenes come from the prompt at proposal sharpness, from the prompt, from the negative prompt."""

WITH_A_PICTURE = (52, 28, 32, 48, 64)
"""The same where a picture is known; then how many come from laws fitted to it, and from the prompt's laws leant
towards those."""

_LIBRARY_SEED = 11
_PERSON_SEED = 100
_FLOOR = -14.0
_NULL_MIX = 0.1  # the null model knows the prompt a little, or guidance collapses all seeds onto few scenes
_PLAIN_TIMES = ("night", "sunset", "day")
_PERSONAL_TAGS = (
    "hair_color",
    "hair_style",
    "eye_color",
    "expression",
    "clothes",
    "hat",
    "glasses",
    "age",
    "accessory",
)
_ALONE_TAGS = ("animal", "item")  # what is alone when nobody is asked for
_OF_ANYTHING = ("expression", "age")  # a sleeping cat and an old house are no persons
_NOT_RARE = 0.05
_IMPLIED_PERSON = 0.7
_BOY_ODDS: Odds = MappingProxyType(
    {
        "hair_style": (0.5, 0.06, 0.06, 0.0, 0.03, 0.0, 0.1, 0.3),
        "hat": (0.68, 0.02, 0.05, 0.03, 0.0, 0.0, 0.04, 0.10, 0.06, 0.02),
    },
)

# Services add words of quality by the dozen: each counts little, and all together no more than this.
_GENTLE: Mapping[str, tuple[float, float]] = MappingProxyType({"finish": (0.2, 0.4)})

NOTHING = Reading((), ())

Lean = Mapping[str, tuple[float, ...]]
"""Per attribute and trait the logarithm of what each value's odds are multiplied by; 0 changes nothing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What one place or one person is asked to be: by words, and by leanings that pictures gave."""

    wanted: Reading = NOTHING
    unwanted: Reading = NOTHING
    lean: tuple[tuple[str, tuple[float, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Draw:
    """The library's scenes, one lot a person, with their log weights (n,) under prompt and negative prompt."""

    lots: tuple[Scenes, ...]
    log_cond: Doubles
    log_uncond: Doubles


def _strengths(reading: Reading) -> dict[str, dict[str, float]]:
    """Add up what the tags ask for; a named place outranks "night" and its like as the background."""
    strengths: dict[str, dict[str, float]] = {name: {} for name in ATTRIBUTES}
    pairs = [(attribute, value, strength) for known, strength in reading.known for attribute, value in known]
    placed = any(attribute == "background" and value not in _PLAIN_TIMES for attribute, value, _ in pairs)
    for attribute, value, strength in pairs:
        if attribute == "background" and placed and value in _PLAIN_TIMES:
            continue
        share, most = _GENTLE.get(attribute, (1.0, math.inf))
        total = strengths[attribute].get(value, 0.0) + share * strength
        strengths[attribute][value] = min(max(total, -most), most)
    if not strengths["subject"]:
        alone = any(strengths[name] for name in _ALONE_TAGS)
        signs = [name for name in _PERSONAL_TAGS if not (alone and name in _OF_ANYTHING)]
        if any(strengths[name] for name in signs):
            strengths["subject"]["girl"] = _IMPLIED_PERSON
        elif alone:
            strengths["subject"]["none"] = _IMPLIED_PERSON
    return strengths


def odds_of(reading: Reading, sharpness: float) -> Odds:
    """Return the odds of every attribute and trait under a prompt."""
    strengths = _strengths(reading)
    boyish = strengths["subject"].get("boy", 0.0) > 0
    odds = unprompted()
    for name, values in ATTRIBUTES.items():
        base = _BOY_ODDS[name] if boyish and name in _BOY_ODDS else tuple(values.values())
        asked = [strengths[name].get(value, 0.0) for value in values]
        top = max(asked)
        raw = [(_wished(p, s) + 1e-4) * math.exp(sharpness * (s - top)) for p, s in zip(base, asked, strict=True)]
        odds[name] = _shares(raw)
    return odds


def _wished(odds: float, strength: float) -> float:
    """Return a value's odds before its strength counts: what is asked for is not held back by being rare."""
    return odds + min(max(strength, 0.0), 1.0) * max(_NOT_RARE - odds, 0.0)


def leant(odds: Odds, lean: Lean) -> Odds:
    """Return odds multiplied by exp(lean), value by value."""
    result = dict(odds)
    for name, logs in lean.items():
        top = max(logs)
        result[name] = _shares([p * math.exp(log - top) for p, log in zip(odds[name], logs, strict=True)])
    return result


def _shares(raw: list[float]) -> tuple[float, ...]:
    total = math.fsum(raw)
    return tuple(digits(value / total) for value in raw)


def log_probability(scenes: Scenes, odds: Odds, names: Iterable[str] | None = None) -> Doubles:
    """Log probability of each scene's attributes (of all, or of those named), (n,)."""
    total = np.zeros(len(scenes))
    for name in odds if names is None else names:
        logs = np.array([digits(math.log(max(p, 1e-300))) for p in odds[name]])
        total += logs[scenes.codes[name]]
    return total


def _log_mix(terms: list[tuple[float, Doubles]]) -> Doubles:
    """``log(sum of weight * exp(term))`` per scene."""
    columns = zip(*(term.tolist() for _, term in terms), strict=True)
    mixed = []
    for column in columns:
        top = max(column)
        parts = [weight * math.exp(value - top) for (weight, _), value in zip(terms, column, strict=True)]
        mixed.append(top + math.log(math.fsum(parts)))
    return np.array(mixed)


def _normalised(log_weights: Doubles) -> Doubles:
    top = float(log_weights.max())
    total = math.fsum(math.exp(value - top) for value in log_weights.tolist())
    return np.maximum(log_weights - top - math.log(total), _FLOOR)


@dataclass(frozen=True, slots=True)
class _Laws:
    """The laws of one lot: those that scenes are drawn from, in order, and which of them are cond and uncond."""

    drawn_from: tuple[Odds, ...]
    names: tuple[str, ...]
    salt: int

    @property
    def cond(self) -> Odds:
        return self.drawn_from[1]

    @property
    def uncond(self) -> Odds:
        return self.drawn_from[2]


def _laws(asked: Asked, names: tuple[str, ...], salt: int, seen: Lean | None) -> _Laws:
    lean = dict(asked.lean)
    sharp, cond = (leant(odds_of(asked.wanted, sharpness), lean) for sharpness in (PROPOSAL_SHARPNESS, SHARPNESS))
    laws: tuple[Odds, ...] = (sharp, cond, odds_of(asked.unwanted, SHARPNESS))
    if seen is not None:
        laws = (*laws, leant(unprompted(), seen), leant(sharp, seen))
    return _Laws(laws, names, salt)


def draw(place: Asked, persons: tuple[Asked, ...] = (), seen: Lean | None = None) -> Draw:
    """Draw the library, always from the same tables of uniforms.

    ``place`` asks for everything where ``persons`` is empty, else for what is not personal. ``seen`` is what a
    picture looks like: it changes which scenes are drawn, and by the importance weights nothing else.
    """
    everything = tuple(unprompted())
    shared = tuple(name for name in everything if name not in PERSONAL)
    personal = tuple(name for name in everything if name in PERSONAL)
    lots = [_laws(place, shared if persons else everything, 0, seen)]
    for number, person in enumerate(persons):
        lots.append(_laws(person, personal, _PERSON_SEED + number, seen if number == 0 else {} if seen else None))
    counts = (SHARP, PLAIN, UNPROMPTED) if seen is None else WITH_A_PICTURE
    drawn = [_realised(lot, counts) for lot in lots]
    if persons:
        drawn = [drawn[0], *(lot.with_place_of(drawn[0]) for lot in drawn[1:])]
    under = [
        sum(
            log_probability(scenes, lot.drawn_from[law], lot.names)
            for scenes, lot in zip(drawn, lots, strict=True)
        )
        for law in range(len(counts))
    ]
    total = sum(counts)
    proposal = _log_mix([(count / total, np.asarray(logs)) for count, logs in zip(counts, under, strict=True)])
    log_cond, log_uncond = (_normalised(np.asarray(under[law]) - proposal) for law in (1, 2))
    log_uncond = _log_mix([(1.0 - _NULL_MIX, log_uncond), (_NULL_MIX, log_cond)])
    return Draw(tuple(drawn[1:] or drawn), snap(log_cond, 20), snap(log_uncond, 20))


def _realised(lot: _Laws, counts: tuple[int, ...]) -> Scenes:
    total = sum(counts)
    table = uniform((total, uniforms_per_scene()), _LIBRARY_SEED + lot.salt)
    parts = np.split(table, np.cumsum(counts)[:-1])
    return Scenes.join([realise(part, odds) for part, odds in zip(parts, lot.drawn_from, strict=True)])
