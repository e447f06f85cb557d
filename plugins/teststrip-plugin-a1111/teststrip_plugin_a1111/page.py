"""The plugin's page, written anew with one server's own samplers, schedules, checkpoints and VAEs."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final

from teststrip.errors import TeststripError
from teststrip.provider.model import Provider
from teststrip.provider.page import read_page
from teststrip_plugin_a1111.server import Offer

_COLUMNS: Final = 6
_MODELS: Final = re.compile(r"^models:\n(?:  - .*\n)+", re.MULTILINE)
_NOTES: Final = "## Notes\n"
_MODELS_IN_HEADING: Final = re.compile(r" \((`[^)]*`)\)$")  # and no `when` before them


def page_of(template: str, offer: Offer) -> str:
    """Write the page. Raises TeststripError if it would not say what the server said.

    The address stays the template's: a page in a project may not send a key of the user's to another place.
    """
    titles = {"a1111": "AUTOMATIC1111's web UI", "forge": "Forge", "sdnext": "SD.Next"}
    models = f"models:\n  - {{id: {offer.kind}, title: {json.dumps(titles[offer.kind])}}}\n"
    text = _MODELS.sub(lambda _: models, template, count=1)
    text = _without_other_sections(text, [model for model in titles if model != offer.kind])
    if offer.kind == "sdnext":
        text = text.replace("\n  noise_schedule: scheduler\n", "\n  noise_schedule: schedulers_sigma\n", 1)
    tables = []
    for name, heading, values, default in (
        ("sampler_name", "Samplers", offer.samplers, _kept("Euler", offer.samplers)),
        ("scheduler", "Schedules", offer.schedulers, _kept("Automatic", offer.schedulers)),
        ("sd_model_checkpoint", "Checkpoints", offer.checkpoints, offer.checkpoint),
        ("sd_vae", "VAEs", (*("Automatic", "None"), *offer.vaes) if offer.vaes else (), ""),
    ):
        if values and f"\n| `{name}` |" in text:
            text = _with_values(text, name, heading, default)
            tables.append(_table(heading, values))
    text = text.replace(_NOTES, "".join(tables) + _NOTES, 1)
    _check(read_page(text, "a1111.md"), offer)
    return text


def _kept(default: str, values: Sequence[str]) -> str:
    return default if default in values else values[0] if values else ""


def _with_values(text: str, name: str, heading: str, default: str) -> str:
    """Let a parameter's row speak of its table, and of a default that is in it."""
    start = text.index(f"\n| `{name}` |") + 1
    end = text.index("\n", start)
    cells = [cell.strip() for cell in text[start:end].strip("|").split("|")]
    assert len(cells) == _COLUMNS  # it is this package's own page
    cells[2] = "no" if default else cells[2]
    cells[3] = f"`{default}`" if default else "-"
    cells[4] = f"see [{heading}](#{heading.lower()})"
    cells[5] = cells[5].partition(", for example")[0]
    return f"{text[:start]}| {' | '.join(cells)} |{text[end:]}"


def _table(heading: str, values: Sequence[str]) -> str:
    rows = "".join(f"| `{value}` | |\n" for value in dict.fromkeys(values))
    return f"## {heading}\n\n| Value | Description |\n|---|---|\n{rows}\n"


def _without_other_sections(text: str, others: Sequence[str]) -> str:
    """Leave out the sections that are for other servers, and those servers' names in the headings that stay."""
    parts = re.split(r"(?=^### )", text, flags=re.MULTILINE)
    kept = []
    for part in parts:
        heading, line, rest = part.partition("\n")
        told = _MODELS_IN_HEADING.search(heading)
        models = re.findall(r"`([^`]+)`", told[1]) if told else []
        if models and all(model in others for model in models):
            continue
        kept.append((heading[: told.start()] if told else heading) + line + rest)
    return "".join(kept)


def _check(page: Provider, offer: Offer) -> None:
    """Hold the page that was written against what was said: nothing may have become something else."""
    said = {
        "sampler_name": offer.samplers,
        "scheduler": offer.schedulers,
        "sd_model_checkpoint": offer.checkpoints,
    }
    for parameter in page.parameters:
        values = said.get(parameter.name)
        if values and tuple(choice.value for choice in parameter.choices) != values:
            raise TeststripError(f"{parameter.name}: the server's names cannot be written into a page")
