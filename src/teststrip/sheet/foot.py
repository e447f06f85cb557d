"""The foot of a page: settings common to all cells, what labels stand for, the legend, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from teststrip.sheet.blocks import block, wrapped
from teststrip.sheet.labels import Tools
from teststrip.sheet.legend import Legend
from teststrip.sheet.model import Meaning, Setting, Sheet
from teststrip.sheet.placed import MEDIUM, Area, Block, Measure, Rule, Style, Tone, Type

_LINE_OF_TEXT = 62  # em: about 115 characters, as long as a line should get
_LONG_VALUE = 17  # em: a longer value is set as a paragraph
_NAME_COLUMN = 11  # em


@dataclass(frozen=True, slots=True)
class Foot:
    """The foot's blocks and rules, and the first pixel row below it."""

    blocks: tuple[Block, ...]
    rules: tuple[Rule, ...]
    bottom: int


class _Cursor:
    """Sets blocks one under the other in a column of the page."""

    def __init__(self, room: Area, kind: Type, measure: Measure) -> None:
        self.x, self.y, self.width = room.x, room.y, room.width
        self.kind, self.measure = kind, measure
        self.blocks: list[Block] = []
        self.rules: list[Rule] = []

    def space(self, em: float) -> None:
        self.y += round(self.kind.small * em)

    def rule(self) -> None:
        self.rules.append(Rule(Area(self.x, self.y, self.width, 1)))
        self.y += 1

    def pair(self, what: str, name: str, value: str, name_style: Style) -> None:
        """Set a name and, beside it, a paragraph."""
        value_style = self.kind.value
        name_width = min(self.width // 3, _NAME_COLUMN * self.kind.small)
        gap = self.kind.small
        value_width = min(self.width - name_width - gap, _LINE_OF_TEXT * self.kind.small)
        names = wrapped(name, name_width, name_style, self.measure)
        values = wrapped(value, value_width, value_style, self.measure)
        height = max(len(names) * name_style.leading, len(values) * value_style.leading)
        left = Area(self.x, self.y, name_width, height)
        right = Area(self.x + name_width + gap, self.y, value_width, height)
        self.blocks.append(block(what, left, [(line, name_style) for line in names]))
        self.blocks.append(block(what, right, [(line, value_style) for line in values]))
        self.y += height
        self.space(0.35)

    def sentence(self, what: str, text: str, style: Style) -> None:
        lines = wrapped(text, min(self.width, _LINE_OF_TEXT * self.kind.small), style, self.measure)
        area = Area(self.x, self.y, self.width, len(lines) * style.leading)
        self.blocks.append(block(what, area, [(line, style) for line in lines]))
        self.y += area.height

    def table(self, settings: Sequence[Setting]) -> None:
        """Set short settings in equal columns, each name over its value."""
        name, value, gap = self.kind.name, self.kind.value, round(self.kind.small * 1.8)
        widest = max(max(self.measure(s.name, name), self.measure(s.value, value)) for s in settings)
        column = min(self.width, max(_NAME_COLUMN * self.kind.small, round(widest) + 1))
        across = max(1, (self.width + gap) // (column + gap))
        for start in range(0, len(settings), across):
            cells = [
                [
                    *((line, name) for line in wrapped(setting.name, column, name, self.measure)),
                    *((line, value) for line in wrapped(setting.value, column, value, self.measure)),
                ]
                for setting in settings[start : start + across]
            ]
            height = max(sum(style.leading for _, style in lines) for lines in cells)
            for position, lines in enumerate(cells):
                area = Area(self.x + position * (column + gap), self.y, column, height)
                self.blocks.append(block("setting", area, lines))
            self.y += height
            self.space(0.5)


def set_foot(sheet: Sheet, room: Area, kind: Type, tools: Tools) -> Foot:
    """Set the foot of a page from the top of `room` down, as wide as it is."""
    measure, legend = tools
    cursor = _Cursor(room, kind, measure)
    cursor.rule()
    cursor.space(0.9)
    _set_settings(cursor, sheet.settings)
    _set_meanings(cursor, sheet.meanings, legend)
    if entries := legend.entries():
        cursor.space(0.6)
        for mark, text in entries:
            cursor.pair("legend", mark, text, kind.name)
    if sheet.notes:
        cursor.space(0.6)
        for note in sheet.notes:
            cursor.sentence("note", note, kind.note)
    _set_colophon(cursor, sheet)
    return Foot(tuple(cursor.blocks), tuple(cursor.rules), cursor.y)


def _set_settings(cursor: _Cursor, settings: Sequence[Setting]) -> None:
    room = min(cursor.width, _LONG_VALUE * cursor.kind.small)
    long = [s for s in settings if "\n" in s.value or cursor.measure(s.value, cursor.kind.value) > room]
    short = [s for s in settings if s not in long]
    for setting in long:
        cursor.pair("setting", setting.name, setting.value, cursor.kind.name)
    if long and short:
        cursor.space(0.5)
    if short:
        cursor.table(short)


def _set_meanings(cursor: _Cursor, meanings: Sequence[Meaning], legend: Legend) -> None:
    label = Style(cursor.kind.small, MEDIUM, Tone.INK)
    axis = ""
    for meaning in meanings:
        if meaning.axis != axis:
            axis = meaning.axis
            cursor.space(0.6)
            cursor.sentence("axis", axis, cursor.kind.name)
            cursor.space(0.2)
        value = "\n".join(f"{setting.name}: {setting.value}" for setting in meaning.settings)
        cursor.pair("meaning", legend.short(meaning.label), value, label)


def _set_colophon(cursor: _Cursor, sheet: Sheet) -> None:
    page = f"page {sheet.page} of {sheet.pages}" if sheet.pages > 1 else ""
    cursor.space(0.9)
    style = cursor.kind.name
    text = " · ".join(part for part in (sheet.colophon, page) if part)
    if text:
        cursor.sentence("colophon", text, style)
