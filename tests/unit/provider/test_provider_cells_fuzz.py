"""Cells of any texts beside each other: a type, a default and words that each are right may be wrong together."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Final

from hypothesis import example, given, settings
from hypothesis import strategies as st

from teststrip.errors import PageError
from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report
from teststrip.provider.page import read_page

NAMES: Final = (
    "a",
    "a",
    "b",
    "`a`",
    "a.b",
    "a[].b",
    "> b",
    "a*",
    "a, b",
    "size",
    "width",
    "n",
    "images[]",
    "a_1 ~ a_3",
    "",
)
TYPES: Final = (
    *("string", "integer", "number", "boolean", "object", "array", "file", "enum", "null", "", "-", "?", "Foo"),
    *("integer | boolean", "string | boolean", "number/bool", "string or array", "array(string)", "array<object>"),
    *("array(boolean)", "integer[]", "map<string, int>", "`a` | `b`", "string (enum)", "int, required", "字符串"),
)
VALUES: Final = (
    *(
        "true",
        "`true`",
        "false",
        "on",
        "yes",
        "0",
        "1",
        "-1",
        "1.5",
        "1e999",
        "nan",
        "Infinity",
        "-∞",
        "null",
        "none",
    ),
    *(
        "none",
        "[]",
        "{}",
        "[1, 2]",
        "[true]",
        '["a"]',
        '{"a": 1}',
        "a",
        "a, b",
        "`a`, `b`",
        "`1`, `true`",
        "true or 1",
    ),
    *("1 - 5", "1-", "[0, 1]", "(0, 1]", "≥ 1", "max 5", "64x64", "512x512 - 1024x1024", "2^32-1", "9" * 40),
    *(
        "1,000",
        "0.1%",
        "5s",
        "optional",
        "random",
        '""',
        "无",
        "默认 1",
        "see X",
        "e.g. 5",
        "0 = a, 1 = b",
        "²",
        "٣",
        "−5",
    ),
)
TEXTS: Final = (
    *VALUES,
    *("Up to 10 of them, max 5", "between 0 and true", "at most 10 characters", "1-9 items", "up to 4 images"),
    *("must be true or 1", "Only `5` or `10`", "`true` (default) or `1`", "defaults to 1 when `a` is true"),
    *(
        "Required if `b` = true",
        "multiple of 8, 64 to 2048",
        "length 1…8",
        "-1 means random",
        "Range: 5-1",
        "max 0",
    ),
    *("1 = low, 2 = high, true = any", "`1` `2` `true`", "up, down or still.", "from 1 to infinity", "2, 4, or 8"),
    "Range: 5-1",
)
SHOWN: Final = ("1", "true", "null", "1.5", '"x"', "[1]", "[true]", '{"b": 1}', "1e999", "NaN")
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(("Default", "Range", "Example", "Required", "Values", "Optional", "Max", "枚举"), VALUES),
    **dict.fromkeys(("Description", "Notes"), TEXTS),
    "Type": TYPES,
}


@st.composite
def tables(draw: st.DrawFn) -> str:
    """Draw a table, with any columns in any order beside its names."""
    columns = draw(st.lists(st.sampled_from(tuple(COLUMNS)), min_size=1, max_size=6, unique=True))
    rows = draw(
        st.lists(
            st.tuples(st.sampled_from(NAMES), *(st.sampled_from(COLUMNS[column]) for column in columns)),
            min_size=1,
            max_size=4,
        )
    )
    lines = [("Name", *columns), ("---",) * (len(columns) + 1), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


ITEMS: Final = st.builds(
    "- `{}` ({}, {}): {}. {}\n".format,
    *map(st.sampled_from, (NAMES[:2], TYPES, VALUES, TEXTS, TEXTS)),
)
SECTIONS: Final = st.builds(
    "### {}\n\n{} required\n\n{}. Default: {}\n\n".format,
    *map(st.sampled_from, (NAMES[:2], TYPES, TEXTS, VALUES)),
)
SENT: Final = st.dictionaries(st.sampled_from(("a", "b", "n", "size")), st.sampled_from(SHOWN), max_size=3).map(
    lambda members: "{" + ", ".join(f'"{name}": {value}' for name, value in members.items()) + "}"
)


@given(tables() | st.lists(ITEMS | SECTIONS, min_size=1, max_size=4).map("".join), SENT)
@example(
    "| Name | Type | Default | Description |\n|---|---|---|---|\n| a | integer \\| boolean | true | Max 5 |\n",
    "{}",
)
@settings(max_examples=400, deadline=None)
def test_any_cells_beside_each_other_are_read(rows: str, sent: str) -> None:
    text = f"# A\n\n`POST /v1/a`\n\n## Parameters\n\n{rows}\n```json\n{sent}\n```\n"
    adoption = adopt(text, "page.md")
    json.dumps(report(adoption.reading), allow_nan=False)  # raises ValueError for what is no JSON
    assert all(1 <= flag.where.line <= text.count("\n") + 1 for flag in adoption.reading.flags)
    with suppress(PageError):  # a draft may have places to fill in
        assert read_page(adoption.page, "page.md").models
