"""A sheet whose every text is safe to draw: recipes and servers may put anything into their strings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from teststrip.sheet.model import Box, Header, Setting, Sheet
from teststrip.sheet.text import visible


def readable(sheet: Sheet) -> Sheet:
    """Return the sheet with control characters and directional overrides written out (see `text.visible`)."""
    return replace(
        sheet,
        title=visible(sheet.title),
        rows=_headers(sheet.rows),
        cols=_headers(sheet.cols),
        boxes=tuple(_box(box) for box in sheet.boxes),
        over_boxes=visible(sheet.over_boxes),
        page_label=_settings(sheet.page_label),
        part=visible(sheet.part),
        settings=_settings(sheet.settings),
        meanings=tuple(
            replace(
                meaning,
                axis=visible(meaning.axis),
                label=visible(meaning.label),
                settings=_settings(meaning.settings),
                note=visible(meaning.note),
            )
            for meaning in sheet.meanings
        ),
        notes=tuple(visible(note) for note in sheet.notes),
        colophon=visible(sheet.colophon),
        author=visible(sheet.author),
    )


def _box(box: Box) -> Box:
    if not (box.reason or box.caption or box.label):
        return box
    return replace(box, reason=visible(box.reason), caption=visible(box.caption), label=visible(box.label))


def _headers(headers: Sequence[Header]) -> tuple[Header, ...]:
    return tuple(
        Header(visible(header.axis), tuple(replace(label, text=visible(label.text)) for label in header.labels))
        for header in headers
    )


def _settings(settings: Sequence[Setting]) -> tuple[Setting, ...]:
    return tuple(Setting(visible(setting.name), visible(setting.value)) for setting in settings)
