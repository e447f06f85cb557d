"""The colours of sheets. Every text tone has a contrast of at least 4.5 to 1 on paper and mat (WCAG 2.2, AA)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from teststrip.sheet.placed import Colour, Tone

Theme = Mapping[Tone, Colour]

LIGHT: Final[Theme] = {
    Tone.PAPER: (251, 249, 244),
    Tone.INK: (38, 35, 31),
    Tone.SOFT: (96, 90, 81),
    Tone.FAINT: (112, 104, 92),
    Tone.RULE: (217, 210, 197),
    Tone.MAT: (243, 239, 230),
    Tone.TROUBLE: (156, 58, 40),
    Tone.DOUBT: (133, 90, 20),
}
"""Warm paper, ink nearly black."""

DARK: Final[Theme] = {
    Tone.PAPER: (24, 23, 21),
    Tone.INK: (236, 231, 222),
    Tone.SOFT: (186, 179, 168),
    Tone.FAINT: (156, 149, 138),
    Tone.RULE: (64, 60, 54),
    Tone.MAT: (36, 34, 31),
    Tone.TROUBLE: (240, 138, 118),
    Tone.DOUBT: (226, 178, 92),
}
"""The same with the lights off."""

PRINT: Final[Theme] = {
    Tone.PAPER: (255, 255, 255),
    Tone.INK: (0, 0, 0),
    Tone.SOFT: (64, 64, 64),
    Tone.FAINT: (96, 96, 96),
    Tone.RULE: (190, 190, 190),
    Tone.MAT: (255, 255, 255),
    Tone.TROUBLE: (150, 30, 20),
    Tone.DOUBT: (120, 80, 0),
}
"""For a printer: white stays free of ink."""

THEMES: Final[Mapping[str, Theme]] = {"light": LIGHT, "dark": DARK, "print": PRINT}
