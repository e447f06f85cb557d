"""Titles without what site generators and authors put around their words: anchors, numbers."""

from __future__ import annotations

from typing import Final

from teststrip.base.pattern import Pattern

_ANCHOR: Final = Pattern(r"(?:\{:?\s?#[^{}]{0,120}\}|\[[\u200b#¶\s]{0,4}\]\([^()\s]{0,200}\))$")
_NUMBER: Final = Pattern(r"^\d{1,2}(?:\.\d{1,2}){0,3}(?:[.)、]\s*|\s+)(?=[^\W\d]|[`*])")


def bare_title(title: str) -> str:
    """Return a heading without its number and its anchor."""
    title = title.strip()
    return _NUMBER.sub("", _ANCHOR.sub("", title).rstrip()) or title
