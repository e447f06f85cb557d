"""From prompts to a weighted library of scenes.

A prompt gives each attribute its own odds: p(value) ~ (p0(value) + 1e-4) * exp(sharpness * strength of its
tags). The library is drawn from a mixture of three such laws (the prompt's, sharp and plain, and the negative
prompt's), and importance weights say how likely each scene is under the prompt ("cond") and under the negative
prompt ("uncond").
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from teststrip.darkroom.arrays import Doubles
from teststrip.darkroom.exact import digits, snap
from teststrip.darkroom.noise import uniform
from teststrip.darkroom.scene import ATTRIBUTES, Scenes, realise, uniforms_per_scene
from teststrip.darkroom.tags import Reading

Odds = Mapping[str, tuple[float, ...]]
"""Per attribute the probability of each value."""

SHARPNESS = 5.8
PROPOSAL_SHARPNESS = 7.0
SHARP, PLAIN, UNPROMPTED = 104, 56, 64
"""How many scenes come from the prompt at proposal sharpness, from the prompt, from the negative prompt."""

_LIBRARY_SEED = 11
_FLOOR = -14.0
_NULL_MIX = 0.1  # the null model knows the prompt a little, or guidance collapses all seeds onto few scenes
_PLAIN_TIMES = ("night", "sunset", "day")
_PERSONAL = ("hair_color", "hair_style", "eye_color", "expression", "clothes", "hat", "glasses")
_IMPLIED_PERSON = 0.7
_BOY_ODDS: Odds = MappingProxyType(
    {
        "hair_style": (0.5, 0.06, 0.06, 0.0, 0.03, 0.0, 0.1, 0.3),
        "hat": (0.72, 0.02, 0.05, 0.03, 0.0, 0.0, 0.06, 0.12),
    },
)


@dataclass(frozen=True, slots=True)
class Draw:
    """The library's scenes with their log weights, each (n,), under prompt and negative prompt."""

    scenes: Scenes
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
        strengths[attribute][value] = strengths[attribute].get(value, 0.0) + strength
    if not strengths["subject"] and any(strengths[name] for name in _PERSONAL):
        strengths["subject"]["girl"] = _IMPLIED_PERSON
    return strengths


def odds_of(reading: Reading, sharpness: float) -> Odds:
    """Return the odds of every attribute under a prompt."""
    strengths = _strengths(reading)
    boyish = strengths["subject"].get("boy", 0.0) > 0
    odds: dict[str, tuple[float, ...]] = {}
    for name, values in ATTRIBUTES.items():
        base = _BOY_ODDS[name] if boyish and name in _BOY_ODDS else tuple(values.values())
        asked = [strengths[name].get(value, 0.0) for value in values]
        top = max(asked)
        raw = [(p + 1e-4) * math.exp(sharpness * (s - top)) for p, s in zip(base, asked, strict=True)]
        total = sum(raw)
        odds[name] = tuple(digits(p / total) for p in raw)
    return odds


def log_probability(scenes: Scenes, odds: Odds) -> Doubles:
    """Log probability of each scene's attributes, (n,)."""
    total = np.zeros(len(scenes))
    for name, values in odds.items():
        logs = np.array([digits(math.log(max(p, 1e-300))) for p in values])
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


def draw(prompt: Reading, negative: Reading) -> Draw:
    """Draw the library for a prompt and a negative prompt, always from the same table of uniforms."""
    sharp, cond = odds_of(prompt, PROPOSAL_SHARPNESS), odds_of(prompt, SHARPNESS)
    uncond = odds_of(negative, SHARPNESS)
    count = SHARP + PLAIN + UNPROMPTED
    table = uniform((count, uniforms_per_scene()), _LIBRARY_SEED)
    parts = zip((sharp, cond, uncond), np.split(table, (SHARP, SHARP + PLAIN)), strict=True)
    scenes = Scenes.join([realise(uniforms, odds) for odds, uniforms in parts])
    under_cond, under_uncond = log_probability(scenes, cond), log_probability(scenes, uncond)
    proposal = _log_mix(
        [
            (SHARP / count, log_probability(scenes, sharp)),
            (PLAIN / count, under_cond),
            (UNPROMPTED / count, under_uncond),
        ],
    )
    log_cond = _normalised(under_cond - proposal)
    log_uncond = _normalised(under_uncond - proposal)
    log_uncond = _log_mix([(1.0 - _NULL_MIX, log_uncond), (_NULL_MIX, log_cond)])
    return Draw(scenes, snap(log_cond, 20), snap(log_uncond, 20))
