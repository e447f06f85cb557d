"""The texts of an EXIF block, read and added to, and the tags that no longer hold for a picture that was changed.

AUTOMATIC1111 writes its `parameters` into UserComment, ComfyUI its graphs into Make and Model. Texts of other
names are one JSON object of texts, in UserComment where that is free, else in ImageDescription.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Final

from PIL import Image

from teststrip.steps.pictures import quiet

DESCRIPTION, MAKE, MODEL, ORIENTATION = 0x010E, 0x010F, 0x0110, 0x0112
EXIF_IFD, USER_COMMENT = 0x8769, 0x9286
_GRAPHS: Final = ((MODEL, "prompt"), (MAKE, "workflow"))
_READ: Final = (DESCRIPTION, MAKE, MODEL)


def with_texts(exif: bytes, texts: Mapping[str, str]) -> bytes:
    """Return a block that says these texts too, which are by the keywords that they have in a PNG.

    What it said, it still says; one that is damaged gives way.
    """
    known = texts_in(exif)
    left = {name: text for name, text in texts.items() if name not in known or _ascii(known[name]) != _ascii(text)}
    if not left:
        return exif
    tags = Image.Exif()
    if not _load(tags, exif):
        tags = Image.Exif()
    inner = tags.get_ifd(EXIF_IFD)
    for tag, name in _GRAPHS:
        if name in left and not _word(tags.get(tag)):
            tags[tag] = f"{name}:{_ascii(left.pop(name))}"
    if not comment_of(inner.get(USER_COMMENT)) and left:
        one = left.pop("parameters", None)
        if one is None:
            one, left = json.dumps(left, ensure_ascii=False), {}
        # As AUTOMATIC1111 writes it, which its readers rely on. EXIF 2.32, 4.6.5, names the code.
        inner[USER_COMMENT] = b"UNICODE\0" + one.encode("utf-16-be", "replace")
    if left:
        said = _word(tags.get(DESCRIPTION))
        before = _several(said) or ({"ImageDescription": said} if said else {})
        tags[DESCRIPTION] = json.dumps({**before, **left})
    return tags.tobytes().removeprefix(b"Exif\0\0")


def without_turn(exif: bytes) -> bytes:
    """Return EXIF that asks for no turn, and leads to no thumbnail: pixels are upright now, and others.

    Two values are changed in place, since to write the block anew would lose what Pillow does not know. A block
    that is damaged there is returned as it is.
    """
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    try:
        if order is None:
            return exif
        (at,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, at)
        changed = bytearray(exif)
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            tag, kind = struct.unpack_from(f"{order}HH", exif, entry)
            if tag == ORIENTATION and kind == 3:  # SHORT
                struct.pack_into(f"{order}H", changed, entry + 8, 1)
        struct.pack_into(f"{order}I", changed, at + 2 + 12 * count, 0)
        return bytes(changed)
    except struct.error:
        return exif


def texts_in(exif: bytes) -> dict[str, str]:
    """Return the texts that `with_texts` and the tools put into EXIF, by the keywords that they have in a PNG."""
    tags = Image.Exif()
    if not _load(tags, exif):
        return {}
    texts: dict[str, str] = {}
    for said in (comment_of(tags.get_ifd(EXIF_IFD).get(USER_COMMENT)), _word(tags.get(DESCRIPTION))):
        several = _several(said)
        if several is not None:
            texts = several | texts
        elif said and "parameters" not in texts and "Steps: " in said:
            texts["parameters"] = said
    for tag, name in _GRAPHS:
        word = _word(tags.get(tag))
        if word.startswith(f"{name}:"):
            texts.setdefault(name, word.removeprefix(f"{name}:"))
    return texts


def _load(tags: Image.Exif, exif: bytes) -> bool:
    """Read a block of EXIF; tell whether it could be."""
    if not exif:
        return True
    try:
        with quiet():
            tags.load(exif)
            for tag in _READ:
                tags.get(tag)
            tags.get_ifd(EXIF_IFD).get(USER_COMMENT)
    except Exception:  # noqa: BLE001  Pillow promises nothing of what a damaged block raises
        return False
    return True


def comment_of(value: object) -> str:
    """Read a UserComment: eight bytes name the code, and UNICODE leaves the order of bytes open."""
    if not isinstance(value, bytes):
        return value if isinstance(value, str) else ""
    code, data = value[:8], value[8:]
    if code == b"UNICODE\0":
        # In the right order the letters of any settings are a zero byte and another.
        high = data[0:4096:2].count(0) >= data[1:4096:2].count(0)
        return data.decode("utf-16-be" if high else "utf-16-le", "replace").rstrip("\0")
    return (data if code in {b"ASCII\0\0\0", bytes(8)} else value).decode("utf-8", "replace").rstrip("\0")


def _several(said: str) -> dict[str, str] | None:
    """Return the texts of a JSON object of texts; None for anything else."""
    if not said.startswith("{"):
        return None
    try:
        document = json.loads(said)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or not all(isinstance(text, str) for text in document.values()):
        return None
    return {name: text.replace("\0", "") for name, text in document.items() if name}


def _ascii(text: str) -> str:
    """Return a JSON text in ASCII, which is all that EXIF's tags of that type may hold."""
    try:
        return json.dumps(json.loads(text))
    except (ValueError, RecursionError):
        return text.encode("ascii", "backslashreplace").decode()


def _word(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").rstrip("\0")
    return value.rstrip("\0") if isinstance(value, str) else ""
