"""The foot of a page: settings common to all cells, what labels stand for, the legend, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from teststrip.sheet.blocks import block, wrapped
from teststrip.sheet.labels import Tools
from teststrip.sheet.legend import Legend
from teststrip.sheet.model import Meaning, Setting, Sheet
from teststrip.sheet.placed import MEDIUM, Area, Block, Measure, Rule, Style, Tone, Type

_LINE_OF_TEXT = 62  # em: about 115 characters, as long as a line should get
_LONG_VALUE = 20  # em: a longer value is set as a paragraph
_UNIT = 10.2  # em: least width of a column of settings
_SHORT_PART = 40  # characters
_LABEL_LINES = 3  # after which the column of labels gets wider, as far as a third of the page
_PROSE = frozenset({"prompt", "negative_prompt"})  # always paragraphs, however short


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

        self.gap = self.em(1.2)
        self.across = max(1, (self.width + self.gap) // (self.em(_UNIT) + self.gap))
        self.unit = (self.width + self.gap) // self.across - self.gap

    def em(self, size: float) -> int:
        """Return a length in pixels, given in sizes of the small type."""
        return round(self.kind.small * size)

    def space(self, em: float) -> None:
        """Leave room."""
        self.y += self.em(em)

    def rule(self) -> None:
        """Draw a hairline across."""
        self.rules.append(Rule(Area(self.x, self.y, self.width, 1)))
        self.y += 1

    def pair(self, what: str, name: str, value: str, name_style: Style, name_width: int | None = None) -> None:
        """Set a name and, beside it, a paragraph."""
        value_style = self.kind.value
        name_width = min(self.width // 3, self.unit) if name_width is None else name_width
        value_width = min(self.width - name_width - self.gap, self.em(_LINE_OF_TEXT))
        names = wrapped(name, name_width, name_style, self.measure)
        values = wrapped(value, value_width, value_style, self.measure)
        height = max(len(names) * name_style.leading, len(values) * value_style.leading)
        left = Area(self.x, self.y, name_width, height)
        right = Area(self.x + name_width + self.gap, self.y, value_width, height)
        self.blocks.append(block(what, left, [(line, name_style) for line in names]))
        self.blocks.append(block(what, right, [(line, value_style) for line in values]))
        self.y += height
        self.space(0.4)

    def sentence(self, what: str, text: str, style: Style) -> None:
        """Set a paragraph of its own."""
        lines = wrapped(text, min(self.width, self.em(_LINE_OF_TEXT)), style, self.measure)
        area = Area(self.x, self.y, self.width, len(lines) * style.leading)
        self.blocks.append(block(what, area, [(line, style) for line in lines]))
        self.y += area.height

    def table(self, settings: Sequence[Setting]) -> None:
        """Set short settings in equal columns, each name over its value; a longer one takes several columns."""
        column, bottom = 0, self.y
        for setting in settings:
            span = min(self.across, self._columns(setting))
            if column + span > self.across:
                self.y, column = bottom + self.em(0.5), 0
            width = span * self.unit + (span - 1) * self.gap
            lines = [
                (line, style)
                for text, style in ((setting.name, self.kind.name), (setting.value, self.kind.value))
                for line in wrapped(text, width, style, self.measure)
            ]
            height = sum(style.leading for _, style in lines)
            area = Area(self.x + column * (self.unit + self.gap), self.y, width, height)
            self.blocks.append(block("setting", area, lines))
            bottom = max(bottom, area.bottom)
            column += span
        self.y = bottom
        self.space(0.5)

    def _columns(self, setting: Setting) -> int:
        """Count the columns that a setting takes on one line."""
        width = max(self.measure(setting.name, self.kind.name), self.measure(setting.value, self.kind.value))
        return max(1, ceil((width + self.gap) / (self.unit + self.gap)))


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
        width = max(ceil(measure(mark, kind.name)) for mark, _ in entries)
        for mark, text in entries:
            cursor.pair("legend", mark, text, kind.name, width)
    if sheet.notes:
        cursor.space(0.6)
        for note in sheet.notes:
            cursor.sentence("note", note, kind.note)
    _set_colophon(cursor, sheet)
    return Foot(tuple(cursor.blocks), tuple(cursor.rules), cursor.y)


def _set_settings(cursor: _Cursor, settings: Sequence[Setting]) -> None:
    room = min(cursor.width, cursor.em(_LONG_VALUE))
    long = [
        setting
        for setting in settings
        if setting.name in _PROSE
        or "\n" in setting.value
        or cursor.measure(setting.value, cursor.kind.value) > room
    ]
    short = [setting for setting in settings if setting not in long]
    for setting in long:
        cursor.pair("setting", setting.name, setting.value, cursor.kind.name)
    if long and short:
        cursor.space(0.5)
    if short:
        cursor.table(short)


def _set_meanings(cursor: _Cursor, meanings: Sequence[Meaning], legend: Legend) -> None:
    label = Style(cursor.kind.small, MEDIUM, Tone.INK)
    axis = ""
    widths = {
        name: _label_width(cursor, [legend.short(one.label) for one in meanings if one.axis == name], label)
        for name in {meaning.axis for meaning in meanings}
    }
    for meaning in meanings:
        if meaning.axis != axis:
            axis = meaning.axis
            cursor.space(0.6)
            cursor.sentence("axis", axis, cursor.kind.name)
            cursor.space(0.2)
        value = "\n".join(part for part in (_joined(meaning.settings), meaning.note) if part)
        cursor.pair("meaning", legend.short(meaning.label), value, label, widths[meaning.axis])


def _label_width(cursor: _Cursor, labels: Sequence[str], style: Style) -> int:
    """Return how wide labels are set: as a column of settings, or as wide as they need to take few lines."""
    width, most = min(cursor.width // 3, cursor.unit), cursor.width // 3
    while width < most and any(
        len(wrapped(label, width, style, cursor.measure)) > _LABEL_LINES for label in labels
    ):
        width = min(most, width + cursor.unit // 2)
    return width


def _joined(settings: Sequence[Setting]) -> str:
    """Put short settings on one line, and each on its own where one is long."""
    if all(len(setting.value) <= _SHORT_PART for setting in settings):
        return ",  ".join(f"{setting.name} {setting.value}" for setting in settings)
    return "\n".join(f"{setting.name}:  {setting.value}" for setting in settings)


def _set_colophon(cursor: _Cursor, sheet: Sheet) -> None:
    page = f"page {sheet.page} of {sheet.pages}" if sheet.pages > 1 else ""
    cursor.space(0.9)
    style = cursor.kind.name
    text = " · ".join(part for part in (sheet.author, sheet.colophon, page) if part)
    if text:
        cursor.sentence("colophon", text, style)
