"""The PDF writer: all pages of a sheet in one document, its text as text, its pictures as they are shown.

Written as it is made: memory holds a page and some pictures, whatever the number of pages. Text can be selected and
searched, pages have bookmarks, pictures lead to their originals and say in words what they show (ISO 32000-1, 14.7
to 14.9). Letters are set one by one: scripts that need shaping are not shaped.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Final
from urllib.parse import quote

from teststrip.base.files import write_parts_whole
from teststrip.sheet.alt import alt_texts
from teststrip.sheet.blocks import set_reason
from teststrip.sheet.draw import DAMAGED, Studio
from teststrip.sheet.fonts import Face
from teststrip.sheet.leaf import Leaf
from teststrip.sheet.model import NO_CELL, Picture, Status
from teststrip.sheet.pdf_file import PdfFile, members, number, text
from teststrip.sheet.pdf_font import Glyphs
from teststrip.sheet.pictures import shown
from teststrip.sheet.placed import Area, Block, Colour, Layout, Line, Mat, Print, Style, Tone

_POINT: Final = 0.75  # points a pixel: 96 pixels an inch
_LONGEST: Final = 14_400  # points: the largest page that readers must show (ISO 32000-1, annex C.2)
_FINE: Final = 2  # pixels of a picture for each pixel of the page, where it has so many
_QUALITY: Final = 88
_AHEAD: Final = 24  # pictures that are made before they are needed
_EM: Final = 1000  # pixels: widths are measured at a size at which rounding does not count
_TAGS: Final = {"title": "H1", "axis": "H2"}


def write_pdf(leaves: Iterable[Leaf], path: Path, studio: Studio, *, links: bool = False) -> Path:
    """Write the pages of a sheet as one document, whole.

    With `links`, pictures lead to their files, by the way from the document's folder. A picture that is missing or
    damaged leaves a box that says so. Raises OSError when the file cannot be written.
    """
    document = _Document(studio, path.parent if links else None)
    write_parts_whole(path, document.parts(leaves))
    return path


@dataclass(slots=True)
class _Page:
    """A page on its way: what is drawn, what its pictures are and lead to, and what its parts are for a reader."""

    content: list[str] = field(default_factory=list)
    pictures: dict[str, int] = field(default_factory=dict)
    notes: list[int] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)


class _Document:
    """One document: `file` is what has been written so far."""

    def __init__(self, studio: Studio, folder: Path | None) -> None:
        self._studio, self._folder = studio, folder
        self._file = PdfFile()
        self._root, self._pages, self._tree = (self._file.number() for _ in range(3))
        self._fonts: dict[tuple[Face, int], tuple[str, int, Glyphs]] = {}
        self._resources = self._file.number()
        self._pictures: dict[tuple[Path, int, int], int] = {}
        self._kids: list[tuple[int, str]] = []
        self._elements: list[list[int]] = []
        self._body = self._file.number()

    def parts(self, leaves: Iterable[Leaf]) -> Iterator[bytes]:
        """Yield the document, part by part."""
        yield self._file.head()
        title = author = ""
        for leaf in leaves:
            title, author = title or leaf.sheet.title, author or leaf.sheet.author
            yield from self._page(leaf)
        yield from self._end(title, author)

    def _page(self, leaf: Leaf) -> Iterator[bytes]:
        layout, page, number_of = leaf.layout, _Page(), self._file.number()
        sheet = _Scale(layout)
        self._ground(page, layout, sheet)
        for block in layout.blocks:
            yield from self._block(page, number_of, block, sheet)
        said = alt_texts(leaf.sheet)
        owners = iter(at for at, box in enumerate(leaf.sheet.boxes) for _ in box.pictures)
        for placed, made in self._made(layout):
            yield from self._print(page, number_of, placed, made, (sheet, layout, said[next(owners)]))
        content = self._file.number()
        yield self._file.stream(content, "\n".join(page.content).encode("ascii"))
        own = {name: f"{at} 0 R" for name, at in page.pictures.items()}
        resources = members({"Font": f"{self._resources} 0 R", "XObject": members(own)})
        notes = "[" + " ".join(f"{at} 0 R" for at in page.notes) + "]"
        yield self._file.object(
            number_of,
            members(
                {
                    "Type": "/Page",
                    "Parent": f"{self._pages} 0 R",
                    "MediaBox": f"[0 0 {number(sheet.width)} {number(sheet.height)}]",
                    "Contents": f"{content} 0 R",
                    "Resources": resources,
                    "StructParents": str(len(self._kids)),
                    "Tabs": "/S",
                    **({"Annots": notes} if page.notes else {}),
                }
            ),
        )
        self._kids.append((number_of, _name_of(leaf)))
        self._elements.append(page.marks)

    def _ground(self, page: _Page, layout: Layout, sheet: _Scale) -> None:
        """Draw what is no part of what is read: the paper, the mats, the rules."""
        theme = self._studio.theme
        page.content.append("/Artifact BMC")
        page.content.append(
            f"{_colour(theme[Tone.PAPER])} rg {sheet.box(Area(0, 0, layout.width, layout.height))} re f"
        )
        page.content += [_mat(mat, sheet, self._studio) for mat in layout.mats]
        page.content += [f"{_colour(theme[rule.tone])} rg {sheet.box(rule.area)} re f" for rule in layout.rules]
        page.content.append("EMC")

    def _block(self, page: _Page, number_of: int, block: Block, sheet: _Scale) -> Iterator[bytes]:
        if not block.lines:
            return
        tag = _TAGS.get(block.what, "P")
        page.content.append(f"/{tag} <</MCID {len(page.marks)}>> BDC")
        page.content += [drawn for line in block.lines for drawn in self._line(line, sheet)]
        page.content.append("EMC")
        yield self._element(page, number_of, tag)

    def _line(self, line: Line, sheet: _Scale) -> Iterator[str]:
        face = self._studio.typeface
        runs = face.runs(line.text)
        size = line.style.size
        widths = [
            face.font(Style(_EM, line.style.weight, line.style.tone), own).getlength(run) * size / _EM
            for run, own in runs
        ]
        x = line.x - sum(widths) * {"left": 0, "middle": 0.5, "right": 1}[line.align]
        colour = _colour(self._studio.theme[line.style.tone])
        for (run, own), width in zip(runs, widths, strict=True):
            name, _, glyphs = self._font(own, own.weight(line.style.weight))
            at = f"{number(x * sheet.by)} {number(sheet.height - line.baseline * sheet.by)}"
            yield f"BT {colour} rg /{name} {number(size * sheet.by)} Tf 1 0 0 1 {at} Tm <{glyphs.encode(run)}> Tj ET"
            x += width

    def _font(self, face: Face, weight: int) -> tuple[str, int, Glyphs]:
        key = face, weight
        if key not in self._fonts:
            self._fonts[key] = f"F{len(self._fonts) + 1}", self._file.number(), Glyphs(face, weight)
        return self._fonts[key]

    def _made(self, layout: Layout) -> Iterator[tuple[Print, bytes | None]]:
        """Yield the pictures of a page with their data; some are under way at once."""
        waiting: deque[tuple[Print, Future[bytes | None] | None]] = deque()
        for placed in layout.prints:
            size = _fine(placed)
            known = (placed.picture.path, *size) in self._pictures
            paper = self._studio.theme[Tone.PAPER]
            work = None if known else self._studio.threads.submit(_coded, placed.picture, size, paper)
            waiting.append((placed, work))
            if len(waiting) > _AHEAD:
                first, done = waiting.popleft()
                yield first, b"" if done is None else done.result()
        for first, done in waiting:
            yield first, b"" if done is None else done.result()

    def _print(
        self, page: _Page, number_of: int, placed: Print, made: bytes | None, more: tuple[_Scale, Layout, str]
    ) -> Iterator[bytes]:
        """Draw a picture; `more` is the scale of the page, the layout, and what the picture is in words."""
        sheet, layout, said = more
        page.content.append(f"/Figure <</MCID {len(page.marks)}>> BDC")
        if made is None:
            yield from self._damaged(page, placed, sheet, layout)
        else:
            size = _fine(placed)
            key = (placed.picture.path, *size)
            if key not in self._pictures:
                self._pictures[key] = self._file.number()
                yield self._file.stream(self._pictures[key], made, _image(size), packed=True)
            name = f"I{self._pictures[key]}"
            page.pictures[name] = self._pictures[key]
            page.content.append(f"q {sheet.matrix(placed.area)} cm /{name} Do Q")
        page.content.append("EMC")
        box = " ".join(map(number, sheet.corners(placed.area)))
        attributes = f"<< /O /Layout /Placement /Block /BBox [{box}] >>"
        yield self._element(page, number_of, "Figure", f"/Alt {text(said)} /A {attributes}")
        if self._folder is not None:
            yield from self._link(page, placed, sheet)

    def _damaged(self, page: _Page, placed: Print, sheet: _Scale, layout: Layout) -> Iterator[bytes]:
        page.content.append(_mat(Mat(placed.area, Status.DAMAGED), sheet, self._studio))
        for choice in DAMAGED:
            block = set_reason(placed.area, choice, Status.DAMAGED, layout.type, self._studio.typeface.measure)
            if block is not None:
                page.content += [drawn for line in block.lines for drawn in self._line(line, sheet)]
                break
        yield from ()

    def _link(self, page: _Page, placed: Print, sheet: _Scale) -> Iterator[bytes]:
        way = os.path.relpath(placed.picture.path, self._folder).replace(os.sep, "/")
        at = self._file.number()
        page.notes.append(at)
        yield self._file.object(
            at,
            members(
                {
                    "Type": "/Annot",
                    "Subtype": "/Link",
                    "Rect": "[" + " ".join(map(number, sheet.corners(placed.area))) + "]",
                    "Border": "[0 0 0]",
                    "Contents": text("the original"),
                    "A": f"<< /S /URI /URI ({quote(way)}) >>",
                }
            ),
        )

    def _element(self, page: _Page, number_of: int, kind: str, more: str = "") -> bytes:
        at = self._file.number()
        body = f"<< /Type /StructElem /S /{kind} /P {self._body} 0 R /Pg {number_of} 0 R /K {len(page.marks)} {more} >>"
        page.marks.append(at)
        return self._file.object(at, body)

    def _end(self, title: str, author: str) -> Iterator[bytes]:
        """Write what all pages share: fonts, bookmarks, the tree of parts, the catalogue."""
        file = self._file
        for _, at, glyphs in self._fonts.values():
            yield from _embedded(file, at, glyphs)
        fonts = {name: f"{at} 0 R" for name, at, _ in self._fonts.values()}
        yield file.object(self._resources, members(fonts))
        kids = " ".join(f"{at} 0 R" for at, _ in self._kids)
        yield file.object(self._pages, f"<< /Type /Pages /Count {len(self._kids)} /Kids [{kids}] >>")
        marks = " ".join(f"{at} 0 R" for page in self._elements for at in page)
        yield file.object(self._body, f"<< /Type /StructElem /S /Document /P {self._tree} 0 R /K [{marks}] >>")
        parents = " ".join(
            f"{at} [{' '.join(f'{one} 0 R' for one in page)}]" for at, page in enumerate(self._elements)
        )
        tree = {"Type": "/StructTreeRoot", "K": f"{self._body} 0 R", "ParentTree": f"<< /Nums [{parents}] >>"}
        yield file.object(self._tree, members(tree))
        outlines = file.number()
        yield from self._bookmarks(outlines)
        root = {
            "Type": "/Catalog",
            "Pages": f"{self._pages} 0 R",
            "Outlines": f"{outlines} 0 R",
            "PageMode": "/UseOutlines" if len(self._kids) > 1 else "/UseNone",
            "StructTreeRoot": f"{self._tree} 0 R",
            "MarkInfo": "<< /Marked true >>",
            "ViewerPreferences": "<< /DisplayDocTitle true >>",
        }
        yield file.object(self._root, members(root))
        info = file.number()
        said = {"Title": title, "Author": author, "Producer": "teststrip"}
        yield file.object(info, members({name: text(value) for name, value in said.items() if value}))
        yield file.tail(self._root, info)

    def _bookmarks(self, outlines: int) -> Iterator[bytes]:
        numbers = [self._file.number() for _ in self._kids]
        ends = {"First": f"{numbers[0]} 0 R", "Last": f"{numbers[-1]} 0 R"} if numbers else {}
        yield self._file.object(outlines, members({"Type": "/Outlines", **ends, "Count": str(len(numbers))}))
        for at, (own, (page, name)) in enumerate(zip(numbers, self._kids, strict=True)):
            near = {"Prev": numbers[at - 1]} if at else {}
            near |= {"Next": numbers[at + 1]} if at + 1 < len(numbers) else {}
            body = {"Title": text(name), "Parent": f"{outlines} 0 R", "Dest": f"[{page} 0 R /Fit]"}
            yield self._file.object(own, members(body | {where: f"{one} 0 R" for where, one in near.items()}))


class _Scale:
    """Pixels of a layout, from the top, as points of a page, from the bottom."""

    def __init__(self, layout: Layout) -> None:
        self.by = min(_POINT, _LONGEST / max(layout.width, layout.height))
        self.width, self.height = layout.width * self.by, layout.height * self.by

    def box(self, area: Area) -> str:
        """Left, bottom, width and height."""
        left, bottom, right, top = self.corners(area)
        return " ".join(map(number, (left, bottom, right - left, top - bottom)))

    def corners(self, area: Area) -> tuple[float, float, float, float]:
        """Left, bottom, right, top."""
        return (
            area.x * self.by,
            self.height - area.bottom * self.by,
            area.right * self.by,
            self.height - area.y * self.by,
        )

    def matrix(self, area: Area) -> str:
        """What makes a picture's unit square the area."""
        left, bottom, right, top = self.corners(area)
        return f"{number(right - left)} 0 0 {number(top - bottom)} {number(left)} {number(bottom)}"


def _name_of(leaf: Leaf) -> str:
    said = [f"{one.name}: {one.value}" for one in leaf.sheet.page_label]
    return ", ".join([*said, leaf.sheet.part] if leaf.sheet.part else said) or leaf.sheet.title


def _colour(colour: Colour) -> str:
    return " ".join(f"{channel / 255:.3f}" for channel in colour)


def _mat(mat: Mat, sheet: _Scale, studio: Studio) -> str:
    edge = mat.area.inset(0)
    line = f"{_colour(studio.theme[Tone.RULE])} RG {number(sheet.by)} w"
    if mat.status in NO_CELL:
        return f"{line} {sheet.box(edge)} re S"
    return f"{line} {_colour(studio.theme[Tone.MAT])} rg {sheet.box(edge)} re B"


def _fine(placed: Print) -> tuple[int, int]:
    """Return how many pixels of a picture are embedded: twice as many as the page has, as far as it has them."""
    by = min(_FINE, max(1.0, placed.picture.width / placed.area.width))
    return max(1, round(placed.area.width * by)), max(1, round(placed.area.height * by))


def _coded(picture: Picture, size: tuple[int, int], paper: Colour) -> bytes | None:
    found = shown(picture, size, paper)
    if found is None:
        return None
    stream = BytesIO()
    found.save(stream, "JPEG", quality=_QUALITY)
    return stream.getvalue()


def _image(size: tuple[int, int]) -> str:
    return (
        f"/Type /XObject /Subtype /Image /Width {size[0]} /Height {size[1]} /ColorSpace /DeviceRGB "
        "/BitsPerComponent 8 /Filter /DCTDecode"
    )


def _embedded(file: PdfFile, at: int, glyphs: Glyphs) -> Iterator[bytes]:
    """Write a font with all that belongs to it (ISO 32000-1, 9.7)."""
    made = glyphs.embed()
    name = f"/TESTST+{made.name}"
    program, unicode, descriptor, below, places = (file.number() for _ in range(5))
    yield file.stream(
        program, made.program, "/Subtype /CIDFontType0C" if made.outlines else f"/Length1 {len(made.program)}"
    )
    yield file.stream(unicode, glyphs.unicode_map())
    own = "FontFile3" if made.outlines else "FontFile2"
    yield file.object(
        descriptor,
        f"<< /Type /FontDescriptor /FontName {name} /Flags 4 /FontBBox [{' '.join(map(str, made.box))}] "
        f"/ItalicAngle 0 /Ascent {made.ascent} /Descent {made.descent} /CapHeight 714 /StemV 80 /{own} {program} 0 R >>",
    )
    table = bytearray(2 * (max(made.numbers) + 1))
    for number_of, where in made.numbers.items():
        table[2 * number_of : 2 * number_of + 2] = where.to_bytes(2, "big")
    yield file.stream(places, bytes(table))
    kind = "/CIDFontType0" if made.outlines else f"/CIDFontType2 /CIDToGIDMap {places} 0 R"
    widths = " ".join(f"{number_of} [{width}]" for number_of, width in sorted(made.widths.items()))
    system = "<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
    yield file.object(
        below,
        f"<< /Type /Font /Subtype {kind} /BaseFont {name} /CIDSystemInfo {system} "
        f"/FontDescriptor {descriptor} 0 R /DW 1000 /W [{widths}] >>",
    )
    yield file.object(
        at,
        f"<< /Type /Font /Subtype /Type0 /BaseFont {name} /Encoding /Identity-H /DescendantFonts [{below} 0 R] "
        f"/ToUnicode {unicode} 0 R >>",
    )
