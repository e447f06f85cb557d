"""The PDF writer: all pages of a sheet in one document, its text as text, its pictures as they are shown.

Written as it is made: memory holds a page and some pictures, whatever the number of pages. Text can be selected
and searched, pages have bookmarks, pictures lead to their originals and say in words what they show (ISO 32000-1,
14.7 to 14.9). Letters are set one by one: scripts that need shaping are not shaped.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from io import BytesIO
from pathlib import Path
from typing import Final
from urllib.parse import quote

from teststrip.base.files import write_parts_whole
from teststrip.sheet.alt import alt_texts
from teststrip.sheet.blocks import set_reason
from teststrip.sheet.draw import DAMAGED, Studio
from teststrip.sheet.leaf import Leaf
from teststrip.sheet.model import Picture, Status
from teststrip.sheet.pdf_file import PdfFile, members, refs, text
from teststrip.sheet.pdf_font import Glyphs
from teststrip.sheet.pdf_page import Fonts, Page, Scale, ground, line, mat
from teststrip.sheet.pictures import shown
from teststrip.sheet.placed import Block, Colour, Layout, Mat, Print, Tone

_FINE: Final = 2  # pixels of a picture for each pixel of the page, where it has so many
_QUALITY: Final = 88
_AHEAD: Final = 24  # pictures that are made before they are needed
_TAGS: Final = {"title": "H1", "axis": "H2"}


def write_pdf(leaves: Iterable[Leaf], path: Path, studio: Studio, *, links: bool = False) -> Path:
    """Write the pages of a sheet as one document, whole.

    With `links`, pictures lead to their files, by the way from the document's folder. A picture that is missing or
    damaged leaves a box that says so. Raises OSError when the file cannot be written.
    """
    document = _Document(studio, path.parent if links else None)
    write_parts_whole(path, document.parts(leaves))
    return path


class _Document:
    """One document: `_file` is what has been written so far."""

    def __init__(self, studio: Studio, folder: Path | None) -> None:
        self._studio, self._folder = studio, folder
        self._file = PdfFile()
        self._root, self._pages, self._tree, self._body, self._resources = (self._file.number() for _ in range(5))
        self._fonts = Fonts()
        self._pictures: dict[tuple[Path, int, int], int] = {}
        self._kids: list[tuple[int, str]] = []  # the page's object, and its name
        self._parts: list[list[int]] = []  # of each page

    def parts(self, leaves: Iterable[Leaf]) -> Iterator[bytes]:
        """Yield the document, part by part."""
        yield self._file.head()
        title = author = ""
        for leaf in leaves:
            title, author = title or leaf.sheet.title, author or leaf.sheet.author
            yield from self._page(leaf)
        yield from self._end(title, author)

    def _page(self, leaf: Leaf) -> Iterator[bytes]:
        file, layout, page, own = self._file, leaf.layout, Page(), self._file.number()
        scale = Scale(layout)
        page.content += ground(layout, scale, self._studio)
        for block in layout.blocks:
            yield from self._block(page, own, block, scale)
        said = alt_texts(leaf.sheet)
        owners = iter(at for at, box in enumerate(leaf.sheet.boxes) for _ in box.pictures)
        for placed, made in self._made(layout):
            page.content.append(f"/Figure <</MCID {len(page.marks)}>> BDC")
            if made is None:
                page.content += self._damaged(placed, scale, layout)
            else:
                yield from self._picture(page, placed, made, scale)
            page.content.append("EMC")
            shape = f"/A << /O /Layout /Placement /Block /BBox [{scale.corners(placed.area)}] >>"
            yield self._part(page, own, "Figure", f"/Alt {text(said[next(owners)])} {shape}")
            if self._folder is not None:
                yield self._link(page, placed, scale, self._folder)
        content = file.number()
        yield file.stream(content, "\n".join(page.content).encode("ascii"))
        yield file.object(own, self._described(page, content, scale))
        self._kids.append((own, _name_of(leaf)))
        self._parts.append(page.marks)

    def _described(self, page: Page, content: int, scale: Scale) -> str:
        pictures = members({name: f"{at} 0 R" for name, at in page.pictures.items()})
        said = {
            "Type": "/Page",
            "Parent": f"{self._pages} 0 R",
            "MediaBox": f"[0 0 {scale.width:.2f} {scale.height:.2f}]",
            "Contents": f"{content} 0 R",
            "Resources": members({"Font": f"{self._resources} 0 R", "XObject": pictures}),
            "StructParents": str(len(self._kids)),
            "Tabs": "/S",
        }
        return members(said | ({"Annots": refs(page.notes)} if page.notes else {}))

    def _block(self, page: Page, own: int, block: Block, scale: Scale) -> Iterator[bytes]:
        if not block.lines:
            return
        tag = _TAGS.get(block.what, "P")
        page.content.append(f"/{tag} <</MCID {len(page.marks)}>> BDC")
        for one in block.lines:
            page.content += line(one, scale, self._studio, self._fonts)
        page.content.append("EMC")
        yield self._part(page, own, tag)

    def _made(self, layout: Layout) -> Iterator[tuple[Print, bytes | None]]:
        """Yield the pictures of a page with their data, b"" where the file has it; some are under way at once."""
        waiting: deque[tuple[Print, Future[bytes | None] | None]] = deque()
        for placed in layout.prints:
            known = _key(placed) in self._pictures
            paper = self._studio.theme[Tone.PAPER]
            work = None if known else self._studio.threads.submit(_coded, placed.picture, _fine(placed), paper)
            waiting.append((placed, work))
            if len(waiting) > _AHEAD:
                first, done = waiting.popleft()
                yield first, b"" if done is None else done.result()
        for first, done in waiting:
            yield first, b"" if done is None else done.result()

    def _picture(self, page: Page, placed: Print, made: bytes, scale: Scale) -> Iterator[bytes]:
        key = _key(placed)
        if key not in self._pictures:
            self._pictures[key] = self._file.number()
            yield self._file.stream(self._pictures[key], made, _image(_fine(placed)), packed=True)
        name = f"I{self._pictures[key]}"
        page.pictures[name] = self._pictures[key]
        page.content.append(f"q {scale.matrix(placed.area)} cm /{name} Do Q")

    def _damaged(self, placed: Print, scale: Scale, layout: Layout) -> Iterator[str]:
        yield mat(Mat(placed.area, Status.DAMAGED), scale, self._studio)
        for choice in DAMAGED:
            block = set_reason(placed.area, choice, Status.DAMAGED, layout.type, self._studio.typeface.measure)
            if block is not None:
                for one in block.lines:
                    yield from line(one, scale, self._studio, self._fonts)
                return

    def _link(self, page: Page, placed: Print, scale: Scale, folder: Path) -> bytes:
        way = os.path.relpath(placed.picture.path, folder).replace(os.sep, "/")
        at = self._file.number()
        page.notes.append(at)
        said = {
            "Type": "/Annot",
            "Subtype": "/Link",
            "Rect": f"[{scale.corners(placed.area)}]",
            "Border": "[0 0 0]",
            "Contents": text("the original"),
            "A": f"<< /S /URI /URI ({quote(way)}) >>",
        }
        return self._file.object(at, members(said))

    def _part(self, page: Page, own: int, kind: str, more: str = "") -> bytes:
        """Write a part of what is read: the next one that is marked in the page's content."""
        at = self._file.number()
        place = f"/P {self._body} 0 R /Pg {own} 0 R /K {len(page.marks)}"
        page.marks.append(at)
        return self._file.object(at, f"<< /Type /StructElem /S /{kind} {place} {more} >>")

    def _end(self, title: str, author: str) -> Iterator[bytes]:
        """Write what all pages share: fonts, bookmarks, the tree of parts, the catalogue."""
        file = self._file
        fonts: dict[str, str] = {}
        for name, glyphs in self._fonts.met.values():
            at = file.number()
            fonts[name] = f"{at} 0 R"
            yield from _embedded(file, at, glyphs)
        yield file.object(self._resources, members(fonts))
        kids = refs(at for at, _ in self._kids)
        yield file.object(self._pages, f"<< /Type /Pages /Count {len(self._kids)} /Kids {kids} >>")
        every = refs(at for parts in self._parts for at in parts)
        yield file.object(self._body, f"<< /Type /StructElem /S /Document /P {self._tree} 0 R /K {every} >>")
        owners = " ".join(f"{at} {refs(parts)}" for at, parts in enumerate(self._parts))
        tree = {"Type": "/StructTreeRoot", "K": f"{self._body} 0 R", "ParentTree": f"<< /Nums [{owners}] >>"}
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
            body = {"Title": text(name), "Parent": f"{outlines} 0 R", "Dest": f"[{page} 0 R /Fit]"}
            if at:
                body["Prev"] = f"{numbers[at - 1]} 0 R"
            if own != numbers[-1]:
                body["Next"] = f"{numbers[at + 1]} 0 R"
            yield self._file.object(own, members(body))


def _name_of(leaf: Leaf) -> str:
    said = [f"{one.name}: {one.value}" for one in leaf.sheet.page_label]
    return ", ".join([*said, leaf.sheet.part] if leaf.sheet.part else said) or leaf.sheet.title


def _fine(placed: Print) -> tuple[int, int]:
    """Return how many pixels of a picture are embedded: twice as many as the page has, as far as it has them."""
    by = min(_FINE, max(1.0, placed.picture.width / placed.area.width))
    return max(1, round(placed.area.width * by)), max(1, round(placed.area.height * by))


def _key(placed: Print) -> tuple[Path, int, int]:
    return (placed.picture.path, *_fine(placed))


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
    kind = "/Subtype /CIDFontType0C" if made.outlines else f"/Length1 {len(made.program)}"
    yield file.stream(program, made.program, kind)
    yield file.stream(unicode, glyphs.unicode_map())
    own = "FontFile3" if made.outlines else "FontFile2"
    yield file.object(
        descriptor,
        f"<< /Type /FontDescriptor /FontName {name} /Flags 4 /FontBBox [{' '.join(map(str, made.box))}] "
        f"/ItalicAngle 0 /Ascent {made.ascent} /Descent {made.descent} /CapHeight 714 /StemV 80 "
        f"/{own} {program} 0 R >>",
    )
    table = bytearray(2 * (max(made.numbers) + 1))
    for glyph, where in made.numbers.items():
        table[2 * glyph : 2 * glyph + 2] = where.to_bytes(2, "big")
    yield file.stream(places, bytes(table))
    kind = "/CIDFontType0" if made.outlines else f"/CIDFontType2 /CIDToGIDMap {places} 0 R"
    widths = " ".join(f"{glyph} [{width}]" for glyph, width in sorted(made.widths.items()))
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
