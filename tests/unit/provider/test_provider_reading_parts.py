"""The small readers, each by itself: text, types, limits, names, values that ran together, rows."""

from __future__ import annotations

from decimal import Decimal

import pytest

from teststrip.base.where import Where
from teststrip.provider.reading.cells import glued
from teststrip.provider.reading.cells.kinds import read_kind
from teststrip.provider.reading.cells.limit_text import mine_limits
from teststrip.provider.reading.cells.limits import read_limits
from teststrip.provider.reading.cells.listing_text import mine_listing
from teststrip.provider.reading.cells.listings import read_listing
from teststrip.provider.reading.cells.names import read_name
from teststrip.provider.reading.cells.required import read_required
from teststrip.provider.reading.columns import fit
from teststrip.provider.reading.conditions import find_conditions
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.forms.pipes import read_row
from teststrip.provider.reading.inline import read_inline
from teststrip.provider.reading.read import read_documentation

HERE = Where("page.md", 1, 1)
HEADER = "| Parameter | Type | Required | Default | Range | Description |\n|---|---|---|---|---|---|\n"


@pytest.mark.parametrize(
    ("raw", "text", "codes"),
    [
        ("a **b** __c__ ~~d~~ *e* _f_", "a b c d e f", ()),
        ("`a|b` and ``c`d``", "a|b and c`d", ("a|b", "c`d")),
        (r"\`a\` and \*b\*", "`a` and *b*", ()),
        ("<code>a&lt;b</code> &amp; c", "a<b & c", ("a<b",)),
        ("an open ` and **bold", "an open ` and **bold", ()),
        ("[a](http://x.example) ![b](c.png) <b>d</b><!-- e -->", "a b d", ()),
        ("model\\_id 3 * 4 * 5 snake_case_name", "model_id 3 * 4 * 5 snake_case_name", ()),
        (r"$x \geq 1$", "x ≥ 1", ()),
        ("array<string>", "array<string>", ()),
    ],
)
def test_markup_is_taken_away_and_nothing_else(raw: str, text: str, codes: tuple[str, ...]) -> None:
    cell = read_inline(raw, HERE)
    assert (cell.text, cell.codes) == (text, codes)


@pytest.mark.parametrize(
    ("text", "kinds", "item", "nullable"),
    [
        ("Object[] or null", ("array",), "object", True),
        ("array of strings or null", ("array",), "string", True),
        ("array<string>", ("array",), "string", False),
        ("map<string, integer>", ("object",), None, False),
        ("string | number", ("string", "number"), None, False),
        ("整数", ("integer",), None, False),
        ("Optional[float]", ("number",), None, True),
        ("positive integer", ("integer",), None, False),
    ],
)
def test_types(text: str, kinds: tuple[str, ...], item: str | None, nullable: bool) -> None:  # noqa: FBT001  a table's column
    read = read_kind(text)
    assert ((read.kind, *read.or_kinds), read.item, read.nullable) == (kinds, item, nullable)


@pytest.mark.parametrize("text", ["strnig", "what it is", "a" * 400])
def test_what_is_no_type_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        read_kind(text)


@pytest.mark.parametrize(
    ("text", "least", "most", "what"),
    [
        ("1 - 50", 1, 50, "value"),
        ("0.50 ~ 2.00", "0.5", 2, "value"),
        ("[2, 12]", 2, 12, "value"),
        ("min: 0, max: 20", 0, 20, "value"),
        ("1-9 items", 1, 9, "items"),
        ("1-820 characters", 1, 820, "characters"),
        ("-5 to -1", -5, -1, "value"),
        ("0 - 2^32-1", 0, 4294967295, "value"),
        ("≥ 3", 3, None, "value"),
        ("不超过 80 个字符", None, 80, "characters"),
    ],
)
def test_limits(text: str, least: object, most: object, what: str) -> None:
    read = read_limits(text)
    assert read is not None
    assert read.bounds is not None
    ends = tuple(None if end is None else Decimal(str(end)) for end in (least, most))
    assert ((read.bounds.minimum, read.bounds.maximum), read.what) == (ends, what)


def test_open_ends_are_told_from_closed_ones() -> None:
    read = read_limits("(0, 50]")
    assert read is not None
    assert read.bounds is not None
    assert (read.bounds.exclusive_minimum, read.bounds.exclusive_maximum) == (True, False)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Drawn so. Range: (1.6, 2.6).", 1),
        ("Range: 64x64 - 2048x4096.", 1),
        ("Must not exceed 2,500 characters", 1),
        ("The maximum value is 4.", 1),
        ("We recommend 20 to 30.", 0),
        ("Made in 2024 by 3 people", 0),
    ],
)
def test_limits_in_running_text(text: str, count: int) -> None:
    found = mine_limits(text)
    assert len(found) == count
    assert not any(one.disputed for one in found)


@pytest.mark.parametrize(
    "raw",
    ["`p`, `q`", "p / q", '"p" or "q"', "p、q", "`p | q`", "- p<br>- q", "p (one), q (other)", "p = 1; q = 2"],
)
def test_lists_of_values(raw: str) -> None:
    listing = read_listing(read_inline(raw, HERE))
    assert listing is not None
    assert listing.texts == ("p", "q")


@pytest.mark.parametrize(
    "raw", ["One of `p` or `q`.", "How. Options: p, q", "可选值：`p`、`q`", 'Either "p" or "q"']
)
def test_lists_of_values_in_running_text(raw: str) -> None:
    listing = mine_listing(read_inline(raw, HERE))
    assert listing is not None
    assert (listing.texts, listing.strength) == (("p", "q"), 2)


def test_glued_values_are_parted_when_there_is_one_reading() -> None:
    parting = glued.part("mistydrycalm", "dry", {"misty": "a table of the page", "calm": "the text of the page"})
    assert parting is not None
    assert parting.readings == (("misty", "dry", "calm"),)
    assert parting.sources == ("a table of the page", "the default", "the text of the page")


def test_glued_values_with_two_readings_are_candidates() -> None:
    words = dict.fromkeys(["sun", "sunset", "setup", "up"], "the text of the page")
    parting = glued.part("sunsetup", None, words)
    assert parting is not None
    assert (set(parting.readings), parting.sources) == ({("sun", "setup"), ("sunset", "up")}, ())


@pytest.mark.parametrize(
    ("raw", "path", "depth"),
    [("**a\\_b**", "a_b", 0), ("> b", "b", 1), (">> c", "c", 2), ("└ b", "b", 1), ("`a[0].b`", "a[].b", 0)],
)
def test_names(raw: str, path: str, depth: int) -> None:
    name = read_name(read_inline(raw, HERE))
    assert name is not None
    assert (name.path, name.depth) == (path, depth)


@pytest.mark.parametrize(
    ("raw", "values", "given"),
    [
        ("when `mode` is `a` or `b`", ("a", "b"), True),
        ("if mode=a", ("a",), True),
        ("when mode is not provided", (), False),
        ("当 mode 为 a 时", ("a",), True),
        ("当mode为a时", ("a",), True),
    ],
)
def test_conditions(raw: str, values: tuple[str, ...], given: bool) -> None:  # noqa: FBT001  a table's column
    first, *_ = find_conditions(read_inline(raw, HERE))
    assert (first.parameter, first.values, first.given) == ("mode", values, given)


@pytest.mark.parametrize(
    ("raw", "required"),
    [("✅ Yes", True), ("是", True), ("必填", True), ("да", True), ("❌", False), ("否", False), ("любое", None)],
)
def test_required(raw: str, required: bool | None) -> None:  # noqa: FBT001  a table's column
    read = read_required(read_inline(raw, HERE))
    assert (None if read is None else read.required) == required


def test_a_pipe_too_many_goes_to_the_cell_that_it_belongs_to() -> None:
    row = read_row("| a | string | null | no | - | b |", HERE)
    fitted = fit(row, ["name", "type", "required", "default", "description"])
    assert [cell.text for cell in fitted.cells] == ["a", "string | null", "no", "-", "b"]
    assert not fitted.unsure


def test_a_rule_below_every_row_parts_no_table() -> None:
    rows = "".join(f"| {name} | integer | no | - | - | b |\n|---|---|---|---|---|---|\n" for name in "xyz")
    reading = read_documentation(HEADER + rows, "page.md")
    assert [entry.path for entry in reading.entries] == ["x", "y", "z"]


def test_a_list_keeps_the_sign_of_a_number() -> None:
    text = "## Parameters\n\n- `a` (integer, optional): b\n  - Default: -3\n  - Range: -9 - -1\n"
    (entry,) = read_documentation(text, "page.md").entries
    assert entry.facts.default.value == -3
    assert entry.facts.bounds is not None
    assert entry.facts.bounds.minimum == -9


def test_values_of_a_condition_are_no_enumeration() -> None:
    rows = "| mode | string | no | - | `a`, `b` | c |\n"
    rows += "| d | string | no | - | - | Required when `mode` is `a` or `b` |\n"
    _, entry = read_documentation(HEADER + rows, "page.md").entries
    assert entry.facts.choices == ()


def test_a_cell_too_long_to_be_read_is_flagged() -> None:
    reading = read_documentation(HEADER + f"| a | string | no | - | - | {'word ' * 2000}|\n", "page.md")
    (flag,) = reading.flags
    assert "more than 4000 characters" in flag.problem
