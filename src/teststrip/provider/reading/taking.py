"""Take values, limits, lengths and sizes into what is found of a row, once they are seen to go with its type."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from teststrip.base.json import Absent, Scalar
from teststrip.base.pattern import Pattern
from teststrip.provider.model import Bounds, Choice, SizeBounds
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.defaults import DefaultReading, mine_default
from teststrip.provider.reading.cells.limit_record import Limits
from teststrip.provider.reading.cells.listings import Listing
from teststrip.provider.reading.cells.typed import typed_any
from teststrip.provider.reading.found import Found
from teststrip.provider.reading.kind_reading import says_media

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.model import Kind
    from teststrip.provider.reading.inline import Cell

_FILE_FORMATS: Final = frozenset(
    [
        "jpg",
        "jpeg",
        "png",
        "webp",
        "gif",
        "bmp",
        "tif",
        "tiff",
        "heic",
        "heif",
        "avif",
        "svg",
        "mp4",
        "mov",
        "webm",
        "avi",
        "mkv",
        "m4v",
        "mp3",
        "wav",
        "flac",
        "ogg",
        "m4a",
        "aac",
        "opus",
        "pdf",
        "jfif",
    ]
)
# What a parameter is called whose values are formats, and the title that stands before its words.
_FORMAT: Final = Pattern(r"format|fmt|type|ext|mime|codec|encoding|container")
_FORMAT_FIRST: Final = Pattern(
    r"\W{0,4}(?:(?:the|output|target|result)\s){0,3}(?:format|codec|encoding)\b(?!\s?[:：])", re.IGNORECASE
)
# A file is given, so that formats are those that it may have.
_OF_FILE: Final = Pattern(
    r"image|img|video|audio|file|ur[li]\b|media|mask|picture|photo|frame|reference|sound|voice|input|source|upload|attach|图|视频|音频|文件|上传|画像|動画|音声|이미지|파일",
    re.IGNORECASE,
)
_MIME: Final = Pattern(r"(?:image|video|audio)/[\w.+-]+")
SEPARATED: Final = Pattern(
    r"\b(?:comma|space|pipe|semicolon|plus|newline)s?[- ](?:separated|delimited)|\bseparated (?:by|with) (?:an? )?(?:comma|space|pipe|semicolon)"
    r"|(?:逗号|空格|分号|竖线)(?:分隔|分割|隔开)|(?:カンマ|コンマ)区切り|쉼표로 구분|separad[oa]s? por comas?|séparée?s? par des virgules|durch kommas? getrennt|через запятую",
    re.IGNORECASE,
)
"""Words for a text that is a list."""
_ADDRESS: Final = Pattern(r"\s(?:URLs?|URIs?|links?|addresses)$")
_LONG_TEXT: Final = 50  # a range of numbers up to here or beyond, said of a text, counts its characters


def take_values(found: Found, listing: Listing, cell: Cell) -> None:
    """Take a list of values as the choices, or as examples where it goes on; values of another type are flagged."""
    if listing.open:
        if cell is found.row.cells.get("range"):
            found.flag(cell, "the list of values goes on", (", ".join(listing.texts), "more values"))
        samples = (typed_any(text, found.scalars) for text in listing.texts)
        found.facts = replace(found.facts, examples=tuple(one for one in samples if not isinstance(one, Absent)))
        return
    if found.kinds in {("boolean",), ("object",), ("file",)} or _formats(found, listing):
        return
    if found.kinds == ("string",) and found.page.lenient and SEPARATED.search(cell.text):
        found.flag(
            cell, "these are the parts of a list in one text, and no enumeration", (", ".join(listing.texts),)
        )
        return
    if found.page.lenient and cell is found.row.cells.get("range") and _are_words(found, listing, cell):
        found.flag(cell, "these may be words about the values", (", ".join(listing.texts), "no enumeration"))
        return
    kinds = found.scalars or ("string",)
    if found.page.lenient and len(listing.values) > 1 and len(set(listing.texts)) == 1:
        found.flag(cell, f'"{listing.texts[0]}" is all that is listed, again and again', ("no enumeration",))
        return
    choices = _choices(found, listing, cell, kinds)
    if choices is None:
        return
    marked = listing.default
    default = found.facts.default
    if marked is not None and isinstance(default.value, Absent):
        told = typed_any(marked, kinds)
        default = default if isinstance(told, Absent) or found.array else DefaultReading(told)
    found.facts = replace(found.facts, choices=tuple(choices), default=default)


def _are_words(found: Found, listing: Listing, cell: Cell) -> bool:
    """Tell whether plain values are words about what is sent: `URL, Base64`, `together with last_frame`."""
    if cell.codes or listing.default is not None or found.default_text in listing.texts:
        return False
    texts = listing.texts
    of_others = any(
        "_" in word and word in found.page.parameters for one in texts if " " in one for word in one.split()
    )
    return (
        of_others
        or all(text.lower() in words.MEDIA and not text.islower() for text in texts)
        or _ADDRESS.search(texts[-1]) is not None
    )


def _choices(found: Found, listing: Listing, cell: Cell, kinds: Sequence[Kind]) -> list[Choice] | None:
    """Type the values of a list; None when one of them is of another type, which is flagged."""
    choices: list[Choice] = []
    for value in listing.values:
        if value.text.lower() in words.NULLS and found.row.kind.nullable:
            continue
        read = typed_any(value.text, kinds)
        if isinstance(read, Absent):
            found.flag(
                cell,
                f'"{value.text}" is listed as a value but is not of the type {" or ".join(kinds)}',
                ("the type is wrong", "the value is wrong"),
            )
            return None
        if any(choice.value == read for choice in choices):
            if not found.page.lenient or not listing.several:
                found.flag(cell, f'"{value.text}" is listed twice')
            continue
        choices.append(Choice(cast("Scalar", read), " ".join(value.label.split())))
    return choices


def _formats(found: Found, listing: Listing) -> bool:
    """Tell whether the values are formats of the file that is given, and no values of the parameter itself."""
    name = found.row.path.rpartition(".")[2].lower()
    formats = all(is_format(text) for text in listing.texts)
    if not formats or _FORMAT.search(name) is not None or _FORMAT_FIRST.match(found.about.text) is not None:
        return False
    if not (found.row.kind.media or says_media(found.about.text) or _OF_FILE.search(f"{name} {found.about.text}")):
        return False
    # A format that is the default is a value after all.
    default = found.default_text
    if not default:
        told = mine_default(found.about, found.kinds, ())
        default = told if isinstance(told, str) else ""
    return default not in listing.texts


def is_format(text: str) -> bool:
    """Tell whether a word is the name, the ending or the MIME type of a file's format."""
    plain = text.lower().lstrip(".")
    if _MIME.fullmatch(plain):
        return True
    return plain.removeprefix("image/").removeprefix("video/").removeprefix("audio/") in _FILE_FORMATS


def take_limits(found: Found, limits: Limits, cell: Cell, *, mined: bool = False) -> None:
    """Take limits for what they bound; `mined` ones, of running text, are let go where a cell's would be flagged."""
    if limits.size is not None:
        _take_size(found, limits.size, cell)
    if limits.step is not None and found.facts.step is None and {"integer", "number"} & set(found.scalars):
        found.facts = replace(found.facts, step=limits.step)
    bounds = limits.bounds
    if bounds is None or limits.what == "other" or (mined and _is_of_file(found, limits)):
        return
    if limits.what == "characters":
        _take_length(found, bounds)
    elif limits.what == "items":
        if found.array:
            found.facts = replace(found.facts, length=bounds)
        elif {"integer", "number"} & set(found.kinds):
            _take_bounds(found, bounds, cell, mined=mined)
    elif found.array:
        _take_for_array(found, bounds, cell, mined=mined)
    else:
        _take_bounds(found, bounds, cell, mined=mined)


def _is_of_file(found: Found, limits: Limits) -> bool:
    """Tell whether a text's number with a unit is of what the addresses lead to: a sound of 10 to 180 seconds."""
    numeric = {"integer", "number"} & {*found.kinds, *found.scalars}
    return limits.what == "value" and bool(limits.unit) and not numeric


def _take_length(found: Found, bounds: Bounds) -> None:
    if found.array:
        counted = re.search(r"数组长度|array length|list length", found.about.text, re.IGNORECASE)
        if counted:
            found.facts = replace(found.facts, length=bounds)
        elif found.facts.item == "string":
            found.facts = replace(found.facts, item_length=bounds)
    elif "string" in found.kinds and found.facts.length is None:
        found.facts = replace(found.facts, length=bounds)


def _take_for_array(found: Found, bounds: Bounds, cell: Cell, *, mined: bool) -> None:
    """Bounds of an array are those of its numbers, else they count its items."""
    if found.facts.item in {"integer", "number"}:
        if not mined:
            found.facts = replace(found.facts, bounds=bounds)
    elif mined and (bounds.minimum is not None or bounds.maximum is None):
        return
    elif mined or found.facts.item is not None:
        found.facts = replace(found.facts, length=bounds)
    elif re.search(r"\d\.\d", cell.text):
        found.facts = replace(found.facts, bounds=bounds, item="number")
    else:
        found.flag(cell, "the range may bound the items or count them", ("each item", "the number of items"))


def _take_bounds(found: Found, bounds: Bounds, cell: Cell, *, mined: bool) -> None:
    kinds = set(found.kinds)
    if not kinds & {"integer", "number"}:
        if (
            kinds == {"string"}
            and not mined
            and not found.facts.choices
            and bounds.maximum is not None
            and bounds.maximum >= _LONG_TEXT
            and not _is_link(found)
        ):
            _take_length(found, bounds)
        elif (not mined and found.kinds) or (
            kinds == {"string"}
            and not found.facts.choices
            and bounds.minimum is not None
            and bounds.maximum is not None
        ):
            _misfit(found, bounds, cell)
        return
    if bounds.minimum is not None and bounds.maximum is not None and bounds.minimum > bounds.maximum:
        if not mined:
            found.flag(cell, f'the range "{cell.text}" is upside down')
        return
    if kinds == {"integer"} and any(
        end is not None and end != end.to_integral_value() for end in (bounds.minimum, bounds.maximum)
    ):
        if not mined:
            found.flag(
                cell,
                f'"{cell.text}" has fractions, and the type is integer',
                ("the type is number", "the range is wrong"),
            )
        return
    if found.facts.bounds is None:
        found.facts = replace(found.facts, bounds=bounds)


def _is_link(found: Found) -> bool:
    """Tell whether the text is a file's address or its Base64: numbers said of it are the file's own."""
    name = found.row.path.rpartition(".")[2].lower()
    return (
        found.row.kind.media
        or says_media(found.about.text)
        or re.search(r"ur[li]|image|video|audio|mask", name) is not None
    )


def _misfit(found: Found, bounds: Bounds, cell: Cell) -> None:
    """Flag a range of numbers that is said of a text, a list of pictures, a yes or no: it may mean several things."""
    kind = " or ".join(found.kinds)
    ends = [f"{end}" for end in (bounds.minimum, bounds.maximum) if end is not None]
    counts = bounds.minimum is None or (
        bounds.minimum >= 0 and bounds.minimum == bounds.minimum.to_integral_value()
    )
    candidates = [f"numbers {' to '.join(ends)} as text"] if kind == "string" else []
    if candidates and counts:
        candidates.insert(0, f"{' to '.join(ends)} characters")
    found.flag(cell, f"a range of numbers does not go with the type {kind}", candidates)


def _take_size(found: Found, size: SizeBounds, cell: Cell) -> None:
    if "string" not in found.kinds:
        found.flag(cell, f"a range of sizes does not go with the type {' or '.join(found.kinds)}")
        return
    if size.minimum[0] > size.maximum[0] or size.minimum[1] > size.maximum[1]:
        found.flag(cell, f'the range "{cell.text}" is upside down')
        return
    if "*" in found.row.cell("default").text:
        size = replace(size, separator="*")
    found.facts = replace(found.facts, size=size)
