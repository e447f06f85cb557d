"""Reading documentation: pages of half a megabyte and of one, of several kinds, beside a Markdown parser."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from markdown_it import MarkdownIt
from measure import Row

from teststrip.provider.adopt.page import adopt

_HEADER: Final = "| Parameter | Type | Required | Default | Range | Description |\n|---|---|---|---|---|---|\n"
_ROWS: Final = (
    "| p{i} | integer | no | 2 | 1 - 50 | How many of {i}, in all |\n"
    "| q{i} | string | yes (when `p{i}` is 2) | `x` | `x`, `y` | One of `x` or `y` |\n"
)
_MEGABYTE: Final = 2**20


def _many(form: str) -> Callable[[int], str]:
    """Repeat a piece, numbered, up to a size."""

    def page(size: int) -> str:
        count = size // (len(form.format(i=0)) + 4)
        return "".join(form.format(i=index) for index in range(count))

    return page


def _filled(unit: str) -> Callable[[int], str]:
    """Put one unit, again and again, into the description of one row."""
    return lambda size: f"{_HEADER}| a | string | no | - | - | {unit * (size // len(unit))} |\n"


def _named(unit: str) -> Callable[[int], str]:
    """Put one unit, again and again, into the name of one row."""
    return lambda size: f"{_HEADER}| x{unit * (size // len(unit))}y | string | no | - | - | b |\n"


def _listed(unit: str) -> Callable[[int], str]:
    """Put one unit, again and again, into the brackets of one item of a list."""
    return lambda size: f"## Parameters\n\n- `a` (string{unit * (size // len(unit))}y): b\n"


PAGES: Final[Mapping[str, Callable[[int], str]]] = {
    "sections with tables": _many("## S{i}\n\n" + _HEADER + _ROWS + "\n"),
    "one long table": lambda size: _HEADER + _many(_ROWS)(size),
    "prose": lambda size: _many("Word {i} is of `code` and *more*, **as ever**.\n\n")(size) + _HEADER + _ROWS,
    "fields": _many('<ParamField body="p{i}" type="integer" default="2">\n  Range: 1 - 50.\n</ParamField>\n\n'),
    "bullets": lambda size: "## Parameters\n\n" + _many("- `p{i}` (integer): How many. Default: 2\n")(size),
    "headings": _many("## H{i}\n\ntext\n\n"),
    "fenced code": _many('```json\n{{"id": {i}}}\n```\n\n'),
    "stanzas": lambda size: "Body\n\n" + _many("p{i}\ninteger\ndefault:2\nHow many, {i} in all.\n\n")(size),
    "stanzas over paragraphs": lambda size: (
        "Body\n\n" + _many("p{i}\n\ninteger\n\ndefault:2\n\nHow many.\n\n")(size)
    ),
    "copied tables": lambda size: (
        "Field\tType\tRequired\tDefault\tDescription\n" + _many("p{i}\tinteger\tOptional\t2\t\nHow many\n\n")(size)
    ),
    "copied members": lambda size: (
        "Field\tType\tRequired\tDefault\tDescription\na\tobject\tOptional\tnull\t\n"
        + _many("a\n\np{i}\ninteger\tOptional\t2\tHow many\n")(size)
    ),
    "names alone": _many("p{i}\n\n"),
    "one cell of words": _filled("words "),
    "one cell of backticks": _filled("`a "),
    "one cell of brackets": _filled("[a "),
    "one cell of asterisks": _filled("**a "),
    "one cell of quotes": _filled('"a '),
    "one name of hashes": _named("#"),
    "one name of backticks": _named("`"),
    "one name of colons": _named(":"),
    "one heading of blanks": lambda size: f"# x{' ' * size}object\n\n{_HEADER}{_ROWS}",
    "one line of dashed letters": lambda size: f"{'a-' * (size // 2)}y\n\n{_HEADER}{_ROWS}",
    "one item of commas": _listed(","),
    "one item of commas and blanks": _listed(", "),
    "one item of dashed letters": _listed("a-"),
    "one item of commas and bars": _listed("a,b|"),
    "one line of pipes": lambda size: _HEADER + "|" * size,
    "unclosed fields": _many('<ParamField body="p{i}" type="integer">\n  Range: 1 - 50.\n'),
    "unclosed comments": _many("<!-- word {i}\n"),
}


def reading_rows() -> list[Row]:
    """Time each kind of page at half a megabyte and at one; markdown-it-py reads the same page."""
    parser = MarkdownIt("gfm-like", {"linkify": False})
    rows = []
    for name, make in PAGES.items():
        half, whole = make(_MEGABYTE // 2), make(_MEGABYTE)
        rows += [
            Row(f"{name}, 0.5 MB", _once(partial(adopt, half, "page.md"))),
            Row(f"{name}, 1 MB", _once(partial(adopt, whole, "page.md"))),
        ]
        if not name.startswith(("one cell", "one name", "one heading", "one item", "unclosed")):
            rows.append(Row("  the same by markdown-it-py", _once(partial(parser.parse, whole))))
    return rows


def _once(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start
