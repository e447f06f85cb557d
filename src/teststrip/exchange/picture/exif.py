"""The texts of JPEG and WebP files: EXIF's UserComment, ImageDescription, Make, Model and Software.

Pillow reads the tags; pixels are never decoded. AUTOMATIC1111 writes its text, NovelAI its JSON, into UserComment;
ComfyUI writes `prompt:` and `workflow:` with their JSON into Make and Model.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Final

from PIL import Image

MOST_TEXT: Final = 8 * 1024 * 1024  # bytes of one text
_EXIF_BLOCK: Final = 0x8769
_USER_COMMENT: Final = 0x9286
_TAGS: Final = {0x010E: "ImageDescription", 0x010F: "Make", 0x0110: "Model", 0x0131: "Software"}
_CODES: Final = {b"ASCII\0\0\0": "utf-8", b"JIS\0\0\0\0\0": "iso2022_jp", b"\0\0\0\0\0\0\0\0": "utf-8"}


def read_image(path: Path) -> tuple[tuple[int, int], dict[str, str], str]:
    """Return the size, the texts by tag, and the format's name, of a file that Pillow knows.

    Raises OSError when it knows it not, or the file is damaged where its tags are.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a picture with very many pixels, of which none is decoded here
        try:
            with Image.open(path, formats=("JPEG", "WEBP")) as picture:
                return picture.size, _texts(picture.getexif()), str(picture.format)
        except Image.DecompressionBombError as error:
            raise OSError("it says that it has more pixels than any picture") from error
        except (ValueError, SyntaxError, TypeError, KeyError, RecursionError, MemoryError) as error:
            raise OSError(f"its tags are damaged ({type(error).__name__})") from error


def read_exif(data: bytes) -> dict[str, str]:
    """Return the texts of an EXIF block, as PNG's eXIf has it; {} when it is damaged."""
    exif = Image.Exif()
    try:
        exif.load(data)
        return _texts(exif)
    except Exception:  # noqa: BLE001  Pillow promises nothing of what a damaged block raises
        return {}


def _texts(exif: Image.Exif) -> dict[str, str]:
    found = {name: _text(exif.get(tag)) for tag, name in _TAGS.items()}
    found["UserComment"] = _comment(exif.get_ifd(_EXIF_BLOCK).get(_USER_COMMENT))
    return {name: text for name, text in found.items() if text}


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value[:MOST_TEXT].rstrip(b"\0").decode("utf-8", "replace")
    return value[:MOST_TEXT].rstrip("\0") if isinstance(value, str) else ""


def _comment(value: object) -> str:
    """Read a UserComment: eight bytes name the code, and UNICODE leaves the order of bytes open."""
    if isinstance(value, str):
        return _text(value)
    if not isinstance(value, bytes):
        return ""
    code, data = value[:8], value[8 : 8 + MOST_TEXT]
    if code == b"UNICODE\0":
        # In the right order the letters of any settings are a zero byte and another.
        high = data[0:4096:2].count(0) >= data[1:4096:2].count(0)
        return data.decode("utf-16-be" if high else "utf-16-le", "replace").rstrip("\0")
    if code in _CODES:
        return data.decode(_CODES[code], "replace").rstrip("\0")
    return _text(value)
