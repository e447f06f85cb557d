"""The cells of HTML tables, each with its place and the markup inside it."""

from __future__ import annotations

from html.parser import HTMLParser

from teststrip.base.where import Where
from teststrip.provider.reading.inline import Cell, read_inline


def read_html_rows(text: str, file: str, first_line: int) -> list[tuple[Cell, ...]]:
    """Read the rows of an HTML table that begins on a line of a file; those without cells are left out."""
    parser = _Parser(file, first_line)
    parser.feed(text)
    parser.close()
    return [tuple(row) for row in parser.rows if row]


class _Parser(HTMLParser):
    """Rows of an HTML table, each cell's inner markup kept for `read_inline`; a cell over several rows is repeated."""

    def __init__(self, file: str, first: int) -> None:
        super().__init__(convert_charrefs=False)
        self.rows: list[list[Cell]] = []
        self._file = file
        self._first = first
        self._cell: list[str] | None = None
        self._where = Where(file, first, 1)
        self._spans: dict[int, tuple[int, Cell]] = {}  # column -> rows still to fill, and what with
        self._rows_down = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._end_cell()
            self.rows.append([])
        elif tag in {"td", "th"}:
            self._end_cell()
            line, column = self.getpos()
            self._where = Where(self._file, self._first + line - 1, column + 1)
            down = dict(attrs).get("rowspan") or "1"
            self._rows_down = min(int(down), 500) if down.isascii() and down.isdigit() and len(down) < 5 else 1
            self._cell = []
            self._fill()
        elif self._cell is not None:
            self._cell.append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  its signature
        if self._cell is not None:
            self._cell.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._end_cell()
        elif tag == "tr":
            self._end_cell()
            self._fill()
        elif self._cell is not None:
            self._cell.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def close(self) -> None:
        super().close()
        self._end_cell()

    def _fill(self) -> None:
        """Put in the cells that reach down from rows above."""
        row = self.rows[-1] if self.rows else None
        while row is not None and len(row) in self._spans:
            left, cell = self._spans.pop(len(row))
            if left > 1:
                self._spans[len(row)] = (left - 1, cell)
            row.append(cell)

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        if not self.rows:
            self.rows.append([])
        cell = read_inline("".join(self._cell).strip(), self._where)
        self._cell = None
        if self._rows_down > 1:
            self._spans[len(self.rows[-1])] = (self._rows_down - 1, cell)
            self._rows_down = 1
        self.rows[-1].append(cell)
