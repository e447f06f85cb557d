"""The PDF: whole, the same every time, its text found by searching, its pictures told and linked."""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sheet_runs import BASE, axis, done, make_plan, make_run

from teststrip.plan.model import Cell
from teststrip.recipe.model import SheetSpec
from teststrip.run.model import Outcome, Run
from teststrip.run.state import State
from teststrip.sheet.fonts import Typeface
from teststrip.sheet.pdf_shape import shaper
from teststrip.sheet.placed import Style, Tone
from teststrip.sheet.write import write_sheets

TITLE = "Style & <b>steps</b> (1)"
PAGES = SheetSpec(cols=("steps",), pages=("style",), formats=("pdf",), author="Ada L.", title=TITLE)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def outcome(cell: Cell) -> Outcome:
        if cell.coordinates == (1, 1):
            return Outcome(cell.digest, State.FAILED, reason="out of (memory) \\ 油絵")
        return done(tmp_path / "store", (300, 200))(cell)

    style = axis("style", ["ink", "油絵、厚塗り 🎨"], parameter=False)
    return make_run(make_plan([style, axis("steps", [4, 8])]), tmp_path / "run (1)", outcome)


def written(run: Run, folder: Path, spec: SheetSpec = PAGES) -> bytes:
    (file,) = write_sheets(run, folder, specs=(spec,))
    return file.read_bytes()


def objects(data: bytes) -> dict[int, bytes]:
    """Every object by its number, found by the table at the end as a reader does it."""
    start = int(re.findall(rb"startxref\n(\d+)\n%%EOF\n$", data)[0])
    lines = data[start:].split(b"\n")
    count = int(lines[1].split()[1])
    found = {}
    for number in range(1, count):
        place = int(lines[2 + number][:10])
        assert data[place:].startswith(b"%d 0 obj\n" % number)
        found[number] = data[place : data.index(b"\nendobj\n", place)].split(b"\n", 1)[1]
    return found


def stream(body: bytes) -> bytes:
    packed = body.split(b"stream\n", 1)[1].rsplit(b"\nendstream", 1)[0]
    return zlib.decompress(packed) if b"FlateDecode" in body else packed


def texts(data: bytes) -> list[str]:
    """The lines of text of all pages, as they would be copied out of a reader."""
    all_of = objects(data)
    fonts = next(body for body in all_of.values() if re.match(rb"<< /F1 \d+ 0 R", body))
    maps = {}
    for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", fonts):
        unicode = int(re.findall(rb"/ToUnicode (\d+)", all_of[int(number)])[0])
        pairs = re.findall(rb"<(\w{4})> <(\w+)>", stream(all_of[unicode]).split(b"endcodespacerange")[1])
        maps[name] = {code: bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}
    lines = []
    for body in all_of.values():
        if b"/Type /Page " in body:
            content = stream(all_of[int(re.findall(rb"/Contents (\d+)", body)[0])])
            for name, shown in re.findall(rb"BT [^/]*/(F\d+) [\d.]+ Tf (.*?) ET", content):
                codes = re.findall(rb"\w{4}", b"".join(re.findall(rb"<(\w*)>", shown)))
                lines.append("".join(maps[name].get(code, "?" if code == b"0000" else "") for code in codes))
    return lines


def said(value: str) -> bytes:
    return f"<feff{value.encode('utf-16-be').hex()}>".encode()


def test_the_same_run_gives_the_same_bytes(run: Run, tmp_path: Path) -> None:
    assert written(run, tmp_path / "one") == written(run, tmp_path / "other")


def test_its_text_is_text(run: Run, tmp_path: Path) -> None:
    lines = texts(written(run, tmp_path))
    assert lines.count(TITLE) == 2
    assert {"steps", "4", "8", "failed"} <= set(lines)
    assert any("油絵、厚塗り" in line for line in lines)
    assert "🎨" in "".join(lines)
    assert any("page 2 of 2" in line for line in lines)
    assert not any("?" in line for line in lines)


def test_every_page_has_a_bookmark_and_the_document_its_title_and_author(run: Run, tmp_path: Path) -> None:
    data = written(run, tmp_path)
    assert data.count(b"/Type /Page ") == 2
    for name in ("style: ink", "style: 油絵、厚塗り 🎨", "Ada L.", TITLE):
        assert said(name) in data
    assert b"CreationDate" not in data


def test_pictures_lead_to_their_originals_in_the_runs_own_folder_alone(run: Run, tmp_path: Path) -> None:
    own = written(run, run.folder)
    ways = re.findall(rb"/URI \(([^)]*)\)", own)
    assert len(ways) == 3
    assert all((run.folder / way.decode()).resolve().is_file() for way in ways)
    assert all(way.startswith(b"../store/") for way in ways)
    assert b"/URI" not in written(run, tmp_path / "elsewhere")
    assert str(tmp_path).encode() not in own


def test_pictures_say_what_they_show_and_keep_their_size(run: Run, tmp_path: Path) -> None:
    data = written(run, tmp_path)
    assert said("style ink, steps 4") in data
    pictures = [stream(body) for body in objects(data).values() if b"/Subtype /Image" in body]
    assert len(pictures) == 3
    with Image.open(BytesIO(pictures[0])) as image:
        assert (image.format, image.size) == ("JPEG", (300, 200))


def test_a_damaged_picture_leaves_a_box_that_says_so(run: Run, tmp_path: Path) -> None:
    damaged = next(iter(run.outcomes.values())).artifacts[0].path
    damaged.write_bytes(damaged.read_bytes()[:80])
    lines = texts(written(run, tmp_path))
    assert "picture" in " ".join(lines)
    assert "damaged" in " ".join(lines)


def test_hostile_text_is_shown_as_it_is(run: Run, tmp_path: Path) -> None:
    nasty = ") Tj ET /URI (javascript:alert(1)) <script> \\) \x00\u202e"
    spec = SheetSpec(formats=("pdf",), title=nasty, author=nasty, notes=(nasty,))
    data = written(run, tmp_path, spec)
    assert b"javascript" not in data
    assert "\u202e".encode("utf-16-be").hex().encode() not in data.split(b"/Title")[-1]
    assert ") Tj ET /URI (javascript:alert(1)) <script> \\) \\u0000\\u202e" in texts(data)


def test_what_is_written_from_the_right_is_set_from_the_right(tmp_path: Path) -> None:
    run = make_run(make_plan([axis("style", ["שלום", "x"], parameter=False)], base=BASE), tmp_path / "run")
    assert "שלום"[::-1] in texts(written(run, tmp_path, SheetSpec(formats=("pdf",))))


def moves(data: bytes) -> list[list[float]]:
    """Of every text that is shaped, how far it is moved, glyph by glyph: thousandths of its size."""
    pages = [body for body in objects(data).values() if b"/Type /Page " in body]
    contents = [stream(objects(data)[int(re.findall(rb"/Contents (\d+)", page)[0])]) for page in pages]
    return [
        [float(move) for move in re.findall(rb"(?<=[>\[])-?\d+(?=<)", shown)]
        for content in contents
        for shown in re.findall(rb"(\[[^\n]*\]) TJ", content)
    ]


def test_letters_that_are_joined_are_found_by_what_they_are(tmp_path: Path) -> None:
    values = ["امرأة في الليل", "👩\u200d👩\u200d👧 e\u0301tude", "x"]
    run = make_run(make_plan([axis("style", values, parameter=False)], base=BASE), tmp_path / "run")
    data = written(run, tmp_path, SheetSpec(formats=("pdf",)))
    lines = texts(data)
    # From the left, as it is set: lam and alef are one glyph, whose text readers turn round by themselves.
    assert any("".join(sorted(values[0])) == "".join(sorted(line)) and line[0] == "ل" for line in lines)
    assert "👩\u200d👩\u200d👧" in lines
    assert "e\u0301tude" in [line.strip() for line in lines]
    assert said(values[1].partition(" ")[0]) in b"".join(map(stream, contents_of(data)))
    assert any(any(line) for line in moves(data))


def contents_of(data: bytes) -> list[bytes]:
    all_of = objects(data)
    pages = [body for body in all_of.values() if b"/Type /Page " in body]
    return [all_of[int(re.findall(rb"/Contents (\d+)", page)[0])] for page in pages]


def test_a_text_takes_as_much_room_as_the_layout_has_for_it() -> None:
    """Shaped glyphs together are as wide as what the layout measured, or the next text would stand on them."""
    typeface = Typeface()
    for sample in (
        "امرأة ذات شعر فضي",
        "👩\u200d👩\u200d👧\u200d👦🌃",
        "नमस्ते दुनिया",
        "e\u0302\u0301tude",
        "ภาษาไทย",
    ):
        for run, face in typeface.runs(sample):
            made = shaper(face, 500)
            if made is None:
                continue
            wide = sum(glyph.advance for glyph in made.glyphs(run)) / 1000
            assert wide == pytest.approx(
                typeface.font(Style(1000, 500, Tone.INK), face).getlength(run) / 1000, abs=0.02
            )


def test_a_line_of_both_directions_stands_as_it_is_read(tmp_path: Path) -> None:
    """The number of an Arabic line stands at the left of the words that come before it."""
    title = "\u0646\u0635 (\u0639) 42 \u062b\u0645"
    run = make_run(make_plan([axis("steps", [4])]), tmp_path / "run")
    lines = texts(written(run, tmp_path, SheetSpec(formats=("pdf",), title=title)))
    assert "42" in lines
    assert lines.index("42") > next(at for at, line in enumerate(lines) if "\u062b" in line)
    assert lines.index("42") < next(at for at, line in enumerate(lines) if "\u0635" in line)
