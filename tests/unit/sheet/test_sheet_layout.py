"""Geometry: nothing overlaps, nothing leaves the page, pictures keep their aspect, texts stay whole."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sheet_runs import typewriter

from teststrip.sheet.grid import LayoutOptions, make_grid, nup
from teststrip.sheet.layout import lay_out
from teststrip.sheet.model import Box, Header, Label, Meaning, Picture, Setting, Sheet, Status
from teststrip.sheet.pages import lay_out_pages
from teststrip.sheet.placed import Area, Block, Layout, Line

WORDS = st.text(alphabet=st.sampled_from("ab cd_-ef,.夜é\x1b\n"), max_size=200)
SIZES = st.tuples(st.integers(1, 2048), st.integers(1, 2048))
TROUBLES = [status for status in Status if status is not Status.DONE]


def one_label_each(texts: list[str]) -> tuple[Label, ...]:
    return tuple(Label(text, position, 1) for position, text in enumerate(texts))


def make_sheet(rows: int, columns: int, size: tuple[int, int] = (832, 1216), pictures: int = 1) -> Sheet:
    shown = tuple(Picture(Path(f"{number}.png"), str(number), *size) for number in range(pictures))
    places = itertools.product(range(rows), range(columns))
    return Sheet(
        title="Title",
        rows=(Header("sampler", one_label_each([f"sampler {row}" for row in range(rows)])),),
        cols=(Header("steps", one_label_each([str(column) for column in range(columns)])),),
        row_count=rows,
        column_count=columns,
        boxes=tuple(Box(row, column, Status.DONE, shown) for row, column in places),
        settings=(Setting("model", "a/b"), Setting("prompt", "one, two, three")),
    )


@st.composite
def any_sheet(draw: st.DrawFn) -> Sheet:
    """A sheet of up to 4 x 5 boxes, of any sizes, states and texts; sometimes with two axes at the side."""
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    boxes = []
    for row, column in itertools.product(range(rows), range(columns)):
        count = draw(st.integers(0, 4))
        pictures = tuple(Picture(Path(f"{number}.png"), "", *draw(SIZES)) for number in range(count))
        boxes.append(
            Box(
                row,
                column,
                Status.DONE if pictures else draw(st.sampled_from(TROUBLES)),
                pictures,
                reason=draw(WORDS),
                caption=draw(WORDS),
                label=draw(WORDS),
                expected=draw(st.none() | SIZES),
            )
        )
    inner = Header("sampler", one_label_each([draw(WORDS) for _ in range(rows)]))
    outer = Header(
        "style",
        (
            Label(draw(WORDS), 0, rows - rows // 2),
            *([Label(draw(WORDS), rows - rows // 2, rows // 2)] if rows > 1 else []),
        ),
    )
    return Sheet(
        title=draw(WORDS),
        rows=draw(st.sampled_from([(), (inner,), (outer, inner)])),
        cols=draw(
            st.sampled_from([(), (Header("steps", one_label_each([draw(WORDS) for _ in range(columns)])),)])
        ),
        row_count=rows,
        column_count=columns,
        boxes=tuple(boxes),
        over_boxes=draw(st.sampled_from(["", "seed"])),
        page_label=(Setting("page", draw(WORDS)),),
        settings=tuple(Setting(draw(WORDS), draw(WORDS)) for _ in range(draw(st.integers(0, 4)))),
        meanings=(Meaning("style", draw(WORDS), (Setting("prompt", draw(WORDS)),)),),
        notes=(draw(WORDS),),
        colophon="teststrip",
    )


def overlap(one: Area, other: Area) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def extent(line: Line) -> Area:
    """The pixels that a line takes."""
    width = int(typewriter(line.text, line.style))
    x = {"left": line.x, "middle": line.x - width // 2, "right": line.x - width}[line.align]
    return Area(x, line.y, width, line.style.leading)


def contains(outer: Area, inner: Area, slack: int = 0) -> bool:
    return (
        outer.x - slack <= inner.x
        and outer.y - slack <= inner.y
        and inner.right <= outer.right + slack
        and inner.bottom <= outer.bottom + slack
    )


def blocks(layout: Layout, what: str) -> list[Block]:
    return [block for block in layout.blocks if block.what == what]


def words(layout: Layout, what: str) -> str:
    return " ".join(line.text for block in blocks(layout, what) for line in block.lines)


@settings(max_examples=60, deadline=None)
@given(any_sheet())
def test_boxes_never_overlap_and_everything_is_on_the_page(sheet: Sheet) -> None:
    layout = lay_out(sheet, typewriter)
    page = Area(0, 0, layout.width, layout.height)
    for one, other in itertools.combinations(layout.boxes, 2):
        assert not overlap(one, other)
    for area in (*layout.boxes, *(rule.area for rule in layout.rules), *(block.area for block in layout.blocks)):
        assert contains(page, area)


@settings(max_examples=60, deadline=None)
@given(any_sheet())
def test_every_line_of_text_is_within_its_area_and_no_two_areas_overlap(sheet: Sheet) -> None:
    layout = lay_out(sheet, typewriter)
    for block in layout.blocks:
        for line in block.lines:
            wide = len(line.text) <= 1 or block.area.width >= 40
            assert not wide or contains(block.area, extent(line), slack=1), (block.what, line)
    for one, other in itertools.combinations([*layout.blocks], 2):
        assert not overlap(one.area, other.area), (one.what, other.what)
    texts = [block.area for block in layout.blocks if block.what != "reason"]
    for area, box in itertools.product(texts, layout.boxes):
        assert not overlap(area, box)


@settings(max_examples=60, deadline=None)
@given(any_sheet())
def test_pictures_keep_their_aspect_and_stay_in_their_boxes_at_one_scale(sheet: Sheet) -> None:
    layout = lay_out(sheet, typewriter)
    scale = make_grid(sheet, LayoutOptions()).scale
    assert 0 < scale <= 1
    prints = iter(layout.prints)
    for box, area in zip(sheet.boxes, layout.boxes, strict=True):
        mine = [next(prints) for _ in box.pictures]
        for placed in mine:
            assert contains(area, placed.area)
            for shown, whole in (
                (placed.area.width, placed.picture.width),
                (placed.area.height, placed.picture.height),
            ):
                assert abs(shown - whole * scale) <= 0.5 or shown == 1
        for one, other in itertools.combinations(mine, 2):
            assert not overlap(one.area, other.area)
    assert next(prints, None) is None


@settings(max_examples=30, deadline=None)
@given(any_sheet())
def test_the_same_sheet_has_the_same_layout(sheet: Sheet) -> None:
    assert lay_out(sheet, typewriter) == lay_out(sheet, typewriter)


@pytest.mark.parametrize(
    ("rows", "columns", "narrowest", "widest"), [(6, 6, 1600, 1950), (20, 20, 2000, 2800), (1, 1, 850, 1000)]
)
def test_a_sheet_is_readable_at_full_size(rows: int, columns: int, narrowest: int, widest: int) -> None:
    layout = lay_out(make_sheet(rows, columns), typewriter)
    assert narrowest <= layout.width <= widest
    assert layout.boxes[0].width >= 96


def test_a_cell_width_that_is_asked_for_is_kept() -> None:
    layout = lay_out(make_sheet(2, 2), typewriter, LayoutOptions(cell_width=200))
    assert {box.width for box in layout.boxes} == {200}


def test_small_pictures_are_not_enlarged() -> None:
    layout = lay_out(make_sheet(1, 2, size=(64, 64)), typewriter)
    assert {(placed.area.width, placed.area.height) for placed in layout.prints} == {(64, 64)}


@pytest.mark.parametrize(
    ("count", "size", "across"),
    [(1, (8, 8), 1), (2, (8, 12), 2), (2, (12, 8), 1), (3, (8, 12), 3), (4, (8, 12), 2)],
)
def test_pictures_of_one_cell_stand_as_near_to_a_square_as_they_can(
    count: int, size: tuple[int, int], across: int
) -> None:
    assert nup([size] * count).across == across


def test_a_label_too_long_for_its_place_stands_whole_in_the_legend() -> None:
    prompt = "a long prompt, " * 60
    sheet = make_sheet(2, 2)
    sheet = replace(sheet, rows=(Header("prompt", (Label(prompt, 0, 1), Label("short", 1, 1))),))
    layout = lay_out(sheet, typewriter)
    assert words(layout, "row") == "[1] short"
    assert words(layout, "legend").split() == ["[1]", *prompt.split()]


def test_a_reason_that_does_not_fit_is_told_once_at_the_foot() -> None:
    reason = "the provider refused this prompt for its content " * 8
    sheet = make_sheet(3, 12)
    troubled = tuple(
        replace(box, status=Status.FAILED, pictures=(), reason=reason) if box.row == 1 else box
        for box in sheet.boxes
    )
    layout = lay_out(replace(sheet, boxes=troubled), typewriter, LayoutOptions(grid_width=900))
    assert words(layout, "reason").split() == ["failed", "[1]"] * 12
    assert words(layout, "legend").count("the provider refused") == 8


def test_a_short_reason_stands_in_its_box() -> None:
    sheet = make_sheet(1, 2)
    box = replace(sheet.boxes[1], status=Status.MODERATED, pictures=(), reason="refused for its content")
    layout = lay_out(replace(sheet, boxes=(sheet.boxes[0], box)), typewriter)
    assert words(layout, "reason") == "moderated refused for its content"
    assert not blocks(layout, "legend")
    assert [mat.area for mat in layout.mats] == [layout.boxes[1]]


def test_settings_are_said_in_full() -> None:
    prompt = ", ".join(f"tag number {number}" for number in range(300))
    layout = lay_out(replace(make_sheet(1, 1), settings=(Setting("prompt", prompt),)), typewriter)
    assert words(layout, "setting") == f"prompt {prompt}"


def test_numbers_at_the_side_are_set_flush_right_and_words_flush_left() -> None:
    sheet = make_sheet(3, 2)
    numbers = replace(sheet, rows=(Header("scale", one_label_each(["0.5", "10", "-3"])),))
    assert {line.align for block in blocks(lay_out(numbers, typewriter), "row") for line in block.lines} == {
        "right"
    }
    assert {line.align for block in blocks(lay_out(sheet, typewriter), "row") for line in block.lines} == {"left"}


def test_groups_of_an_outer_axis_are_set_apart() -> None:
    sheet = make_sheet(4, 2)
    outer = Header("style", (Label("ink", 0, 2), Label("oil", 2, 2)))
    layout = lay_out(replace(sheet, rows=(outer, *sheet.rows)), typewriter)
    tops = [box.y for box in layout.boxes[::2]]
    gaps = [after - before for before, after in itertools.pairwise(tops)]
    assert gaps[0] == gaps[2] < gaps[1]


def test_a_page_beyond_the_limits_is_split_and_loses_no_box() -> None:
    sheet = make_sheet(40, 9)
    options = LayoutOptions(most_pixels=1_000_000, longest_side=1600)
    pages = lay_out_pages([sheet], typewriter, options)
    assert sum(len(part.boxes) for part, _ in pages) == 360
    assert [part.page for part, _ in pages] == list(range(1, len(pages) + 1))
    assert {part.pages for part, _ in pages} == {len(pages)}
    assert len({placed.area.width for _, layout in pages for placed in layout.prints}) == 1
    assert len(pages) < 20
    for part, layout in pages:
        assert layout.pixels <= options.most_pixels
        assert max(layout.width, layout.height) <= options.longest_side
        first = part.boxes[0]
        assert (first.row, first.column) == (0, 0)
        assert len(part.rows[0].labels) == part.row_count
    assert pages[0][0].part.startswith("rows 1–")
    assert pages[0][0].rows[0].labels[0].text == "sampler 0"
    assert pages[-1][0].rows[0].labels[-1].text == "sampler 39"


def test_a_page_within_the_limits_is_left_as_it_is() -> None:
    sheet = make_sheet(3, 3)
    ((part, _),) = lay_out_pages([sheet], typewriter)
    assert part == sheet


def test_a_group_cut_by_a_split_keeps_its_label_on_both_pages() -> None:
    sheet = make_sheet(4, 1)
    outer = Header("style", (Label("ink", 0, 3), Label("oil", 3, 1)))
    sheet = replace(sheet, rows=(outer, *sheet.rows))
    pages = lay_out_pages([sheet], typewriter, LayoutOptions(longest_side=2600))
    assert [part.rows[0].labels for part, _ in pages] == [
        (Label("ink", 0, 2),),
        (Label("ink", 0, 1), Label("oil", 1, 1)),
    ]
