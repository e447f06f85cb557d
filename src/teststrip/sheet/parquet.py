"""Parquet by DuckDB, an extra: rows go through a file of JSON lines, so that memory does not hold them."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from teststrip.base.files import keep_staged, stage
from teststrip.base.json import Json
from teststrip.errors import UsageError


def write_parquet(columns: Mapping[str, str], rows: Iterable[Mapping[str, Json]], path: Path) -> Path:
    """Write rows as a Parquet file, whole; `columns` gives the SQL type of each, in order.

    Raises UsageError without the extra `parquet`, and OSError when the file cannot be written.
    """
    try:
        import duckdb  # noqa: PLC0415  an extra
    except ImportError as error:
        raise UsageError("parquet needs DuckDB: pip install 'teststrip[parquet]'") from error
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        lines = Path(made) / "rows.jsonl"
        with lines.open("w", encoding="utf-8", errors="backslashreplace") as stream:
            stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        handle, staged = stage(path.parent)
        os.close(handle)
        try:
            _copy(duckdb, columns, lines, staged)
            keep_staged(staged, path)
        except BaseException:
            Path(staged).unlink(missing_ok=True)
            raise
    return path


def _copy(duckdb: object, columns: Mapping[str, str], lines: Path, target: str) -> None:
    """Let DuckDB read the lines and write the file; one thread, so that the rows keep their order and groups."""
    types = ", ".join(f"{_quoted(name)}: '{kind}'" for name, kind in columns.items())
    source = f"read_json({_quoted(str(lines))}, format = 'newline_delimited', columns = {{{types}}})"
    with duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": False}) as connection:  # type: ignore[attr-defined]  # an extra
        connection.execute(f"COPY (FROM {source}) TO {_quoted(target)} (FORMAT parquet, COMPRESSION zstd)")


def _quoted(text: str) -> str:
    """Write a text of SQL; doubled quotes are all that ends it or is special in it."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"
