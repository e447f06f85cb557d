"""What a recipe may ask of a sheet by name or number: the schema, the recipe and the writers go by the same."""

from __future__ import annotations

from typing import Final

FORMATS: Final = ("png", "webp", "jpg", "pdf", "gif", "csv", "jsonl", "parquet", "html", "html-folder")
"""The files that a sheet may be written as: pages as pictures, a document, an animation, tables of cells, and a
page for the browser, in one file or in a folder."""

ANIMATED: Final = ("gif", "webp")
"""Those that can be an animation, and are where the sheet has an axis to `animate`."""

STILL: Final = ("png", "webp", "jpg")
"""Those that are one picture for each page."""

UNPAGED: Final = frozenset({"csv", "jsonl", "parquet", "html", "html-folder"})
"""Those that no page bounds: whatever the number and the texts of cells, they hold them."""

THEMES: Final = ("light", "dark", "print")
"""Colours of a sheet; `print` is black on white, without tints."""

CELL_WIDTHS: Final = (32, 4096)
SHEET_WIDTHS: Final = (480, 30_000)
"""The least and the most pixels that a sheet may ask for: of its widest picture, of a page."""

WEBP_LONGEST_SIDE: Final = 16_383
"""Pixels of a WebP picture: what the format can say (RFC 9649, 2.6)."""
WEBP_MOST_PIXELS: Final = 24_000_000
"""Pixels of a page as WebP: 96 MB drawn, and about as much in the encoder, which wants the whole of it."""
