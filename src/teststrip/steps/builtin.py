"""The steps that come with the program, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from teststrip.steps.model import AfterStep, BeforeStep

BEFORE: Final[Mapping[str, BeforeStep]] = {}

AFTER: Final[Mapping[str, AfterStep]] = {}
