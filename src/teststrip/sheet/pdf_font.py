"""The faces of a PDF: text becomes glyph numbers as it is written, and at the end those that were used are kept.

A glyph has its number of the whole font, so that pages can be written before anybody knows which are needed; one
of a face that is shaped has a number for each text that it stands for, as a glyph may be a part of many letters.
What is embedded is cut down first and then set to its weight: the other way round takes half a minute (measured).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from teststrip.sheet.fonts import Face
from teststrip.sheet.pdf_file import number as written
from teststrip.sheet.pdf_shape import shaper

_PER_EM: Final = 1000  # units of widths in a PDF
_AT_ONCE: Final = 100  # entries in a block of a character map (Adobe Technical Note 5411)
_FIXED: Final = {"wdth": 100}


@dataclass(frozen=True, slots=True)
class Embedded:
    """A face cut down: `program` is the font file (or bare CFF), `numbers` says where each glyph went.

    `widths`, `box`, `ascent` and `descent` are thousandths of the size of the type.
    """

    name: str
    program: bytes
    outlines: bool  # CFF, else TrueType
    numbers: Mapping[int, int]
    widths: Mapping[int, int]
    box: tuple[int, int, int, int]
    ascent: int
    descent: int


class _Moved:
    """Glyphs, each moved to its place: along the line by thousandths of the size, across it by the rise.

    See ISO 32000-1, 9.4.3.
    """

    def __init__(self, size: float) -> None:
        self._size, self._parts = size, list[str]()
        self._pen = self._rise = 0.0

    def show(self, code: int, x: float, y: float, width: float) -> None:
        """Show a glyph of a width at a place, all in thousandths of the size."""
        if y != self._rise:
            self._rise = y
            self._parts.append(f"] TJ {written(y * self._size / _PER_EM)} Ts [")
        move = round(self._pen - x)
        if move:
            self._parts.append(str(move))
        self._parts.append(f"<{code:04x}>")
        self._pen += width - move

    def done(self) -> str:
        """Return what shows them; "" for none."""
        return f"[{''.join(self._parts)}] TJ{' 0 Ts' if self._rise else ''}" if self._parts else ""


class Glyphs:
    """The glyphs of a face at a weight that a document has used."""

    def __init__(self, face: Face, weight: int) -> None:
        self._face, self._weight = face, weight
        self._font = self._open()
        self._map: dict[int, str] = self._font.getBestCmap()
        self._outlines = "CFF " in self._font
        self._used: dict[int, tuple[str, str]] = {0: (".notdef", "")}
        self._shaper = shaper(face, weight)
        self._codes: dict[tuple[int, str], int] = {}

    @property
    def shapes(self) -> bool:
        """Whether text has to be given to `shaped`."""
        return self._shaper is not None

    def shaped(self, text: str, size: float) -> tuple[str, str]:
        """Return what shows a text of a shaped script at a size: its letters, and, from the same place, its marks.

        Marks are what has no width and says nothing, such as the dots of a letter; between the letters, readers
        would take them for the ends of words.
        """
        if self._shaper is None:
            raise ValueError(f"{self._face.file} is not shaped")
        letters, marks = _Moved(size), _Moved(size)
        place = 0.0
        for glyph in self._shaper.glyphs(text):
            shown = letters if glyph.text or glyph.advance else marks
            shown.show(self._code(glyph.number, glyph.text), place + glyph.x, glyph.y, glyph.width)
            place += glyph.advance
        return letters.done(), marks.done()

    def _code(self, glyph: int, text: str) -> int:
        """Return the number by which a glyph is shown where it stands for a text."""
        key = glyph, text
        if key not in self._codes:
            self._codes[key] = len(self._codes) + 1
            self._used[self._codes[key]] = self._font.getGlyphName(glyph), text
        return self._codes[key]

    def encode(self, text: str) -> str:
        """Return the text as a PDF shows it: four hexadecimal digits for each glyph."""
        numbers = []
        for character in text:
            name = self._map.get(ord(character))
            number = 0 if name is None else self._number(name)
            if name is not None:
                self._used.setdefault(number, (name, character))
            numbers.append(f"{number:04x}")
        return "".join(numbers)

    def unicode_map(self) -> bytes:
        """Return the character map by which text can be selected and searched."""
        lines = [
            f"<{number:04x}> <{character.encode('utf-16-be').hex()}>"
            for number, (_, character) in sorted(self._used.items())
            if character
        ]
        blocks = [lines[at : at + _AT_ONCE] for at in range(0, len(lines), _AT_ONCE)]
        body = "\n".join(f"{len(some)} beginbfchar\n" + "\n".join(some) + "\nendbfchar" for some in blocks)
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{body}\n"
            "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
        ).encode()

    def embed(self) -> Embedded:
        """Cut the face down to the glyphs that were used, at its weight."""
        options = subset.Options(hinting=False, notdef_outline=True, name_IDs=[], glyph_names=False)
        cutter = subset.Subsetter(options)
        cutter.populate(glyphs=[name for name, _ in self._used.values()])
        font = self._open()
        cutter.subset(font)
        if "fvar" in font:
            axes = {axis.axisTag for axis in font["fvar"].axes}
            place = {tag: _FIXED.get(tag, self._weight) for tag in sorted(axes)}
            font = instancer.instantiateVariableFont(font, place)
        stream = BytesIO()
        font.save(stream, reorderTables=True)
        whole = TTFont(BytesIO(stream.getvalue()))
        head, per_em = whole["head"], whole["head"].unitsPerEm
        order = {name: number for number, name in enumerate(font.getGlyphOrder())}
        metrics = font["hmtx"].metrics
        return Embedded(
            name=f"{self._face.file.rsplit('/')[-1].split('[')[0].split('.')[0]}-{self._weight}",
            program=whole.getTableData("CFF ") if self._outlines else stream.getvalue(),
            outlines=self._outlines,
            numbers={number: order[name] for number, (name, _) in self._used.items()},
            widths={number: _thousandth(metrics[name][0], per_em) for number, (name, _) in self._used.items()},
            box=tuple(_thousandth(side, per_em) for side in (head.xMin, head.yMin, head.xMax, head.yMax)),  # type: ignore[arg-type]  # four of them
            ascent=_thousandth(whole["hhea"].ascent, per_em),
            descent=_thousandth(whole["hhea"].descent, per_em),
        )

    def _open(self) -> Any:
        font = TTFont(BytesIO(self._face.data()), fontNumber=self._face.index, lazy=True, recalcTimestamp=False)
        for table in _DROPPED:
            if table in font:  # before anybody reads it: how letters are shaped takes longest, and is not used
                del font[table]
        return font

    def _number(self, name: str) -> int:
        """Return a glyph's number: that of a collection of characters is in its name."""
        if self._outlines and name.startswith("cid"):
            return int(name[3:])
        return int(self._font.getGlyphID(name))


_DROPPED: Final = ("GSUB", "GPOS", "GDEF", "BASE", "STAT", "DSIG", "VORG", "vhea", "vmtx", "meta", "MVAR")


def _thousandth(value: float, per_em: int) -> int:
    return round(value * _PER_EM / per_em)
