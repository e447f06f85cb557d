"""The steps that come with the program, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from teststrip.steps import (
    crop,
    difference,
    execute,
    formats,
    measure,
    near_duplicates,
    palette,
    phash,
    prompts,
    resize,
    tag_shuffle,
    upscale,
    watermark,
)
from teststrip.steps.model import AfterStep, BeforeStep

BEFORE: Final[Mapping[str, BeforeStep]] = {
    step.name: step for step in (prompts.PREFIX, prompts.SUFFIX, prompts.REPLACE, tag_shuffle.STEP)
}

AFTER: Final[Mapping[str, AfterStep]] = {
    step.name: step
    for step in (
        resize.STEP,
        crop.STEP,
        upscale.STEP,
        formats.STEP,
        watermark.STEP,
        palette.STEP,
        measure.STEP,
        difference.STEP,
        phash.STEP,
        near_duplicates.STEP,
        execute.STEP,
    )
}
