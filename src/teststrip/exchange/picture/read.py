"""A picture's file to what it says of itself: which tool, and its settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from teststrip.exchange.picture.comfy import parse_comfy
from teststrip.exchange.picture.infotext import parse_infotext
from teststrip.exchange.picture.model import Found, load_json
from teststrip.exchange.picture.novelai import KEYWORD, parse_comment, parse_own, parse_swarm
from teststrip.exchange.picture.png import SIGNATURE, read_png

_PROOF: Final = "teststrip "
MOST_BYTES: Final = 256 * 1024 * 1024  # of a JPEG or WebP file, which Pillow may read whole


@dataclass(frozen=True, slots=True)
class Picture:
    """A file that was looked at: its size in pixels, what it says, and what is wrong with it.

    `problem` says why nothing is found, `faults` what could not be read although something was.
    """

    file: str
    format: str = ""
    size: tuple[int, int] = (0, 0)
    found: Found | None = None
    problem: str = ""
    faults: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


def read_picture(path: Path, file: str) -> Picture:
    """Look at a picture; never raises for what is in it, nor when it cannot be read."""
    try:
        with path.open("rb") as stream:
            head = stream.read(12)
            stream.seek(0)
            if head.startswith(SIGNATURE):
                return _from_png(stream, file)
        return _from_exif(path, head, file)
    except OSError as error:
        return Picture(file, problem=f"it cannot be read: {error.strerror or error}")


def _from_png(stream: BinaryIO, file: str) -> Picture:
    png = read_png(stream)
    texts = dict(png.texts)
    places = {name: f"{kind} {name}" for name, kind in png.kinds.items()}
    if png.exif:
        for name, text in _exif_texts(png.exif).items():
            if name not in texts:
                texts[name], places[name] = text, f"eXIf {name}"
    found = _recognise(texts, places)
    return _picture(file, "PNG", (png.width, png.height), texts, found, tuple(png.faults[:20]))


def _exif_texts(data: bytes) -> dict[str, str]:
    from teststrip.exchange.picture.exif import read_exif  # noqa: PLC0415  Pillow is not needed for most PNGs

    return read_exif(data)


def _from_exif(path: Path, head: bytes, file: str) -> Picture:
    if not head.startswith(b"\xff\xd8\xff") and not (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        what = "it is empty" if not head else "it is no PNG, JPEG or WebP"
        return Picture(file, problem=what)
    if path.stat().st_size > MOST_BYTES:
        return Picture(file, problem=f"it is larger than {MOST_BYTES // 2**20} MiB")
    from teststrip.exchange.picture.exif import read_image  # noqa: PLC0415  see _exif_texts

    size, texts, kind = read_image(path)
    places = {name: f"EXIF {name}" for name in texts}
    return _picture(file, kind, size, texts, _recognise(texts, places), ())


def _picture(
    file: str,
    kind: str,
    size: tuple[int, int],
    texts: Mapping[str, str],
    found: Found | None,
    faults: tuple[str, ...],
) -> Picture:
    problem = ""
    if found is None:
        there = f"; it has the texts {', '.join(texts)}" if texts else ""
        problem = f"it says nothing of how it was made{there}"
        if faults:
            problem += f" ({'; '.join(faults[:3])})"
    return Picture(file, kind, size, found, problem, faults, tuple(texts))


def _recognise(texts: Mapping[str, str], places: Mapping[str, str]) -> Found | None:
    """Try what is known, the surest first."""
    found = parse_own(texts[KEYWORD], places[KEYWORD]) if KEYWORD in texts else None
    if found is None and "Comment" in texts:
        found = parse_comment(texts, places["Comment"])
    for name in ("parameters", "UserComment", "ImageDescription"):
        if found is None and name in texts:
            found = _words(texts[name], places[name], texts)
    for name in ("prompt", "Make", "Model"):
        text = texts.get(name, "")
        if found is None and text and (name == "prompt" or text.startswith("prompt:")):
            found = parse_comfy(text.removeprefix("prompt:"), places[name])
    return found


def _words(text: str, place: str, beside: Mapping[str, str]) -> Found | None:
    """Read a text that may be SwarmUI's or NovelAI's JSON, a graph, or AUTOMATIC1111's settings."""
    if text.lstrip().startswith("{"):
        try:
            document = load_json(text)
        except ValueError:
            document = None
        if isinstance(document, Mapping):
            inner = {name: one for name, one in document.items() if isinstance(one, str)}
            whole = inner if "Comment" in inner else {**beside, "Comment": text}
            return parse_swarm(document, place) or parse_comment(whole, place) or parse_comfy(text, place)
    info = parse_infotext(text)
    if info is None:
        return None
    model = next((value for name, value in info.settings if name == "Model"), "")
    # A proof says what it is even where nothing but this text was kept of it.
    ours = (value for name, value in info.settings if name == "Version" and value.startswith(_PROOF))
    settings = tuple(pair for pair in info.settings if pair[0] != "Model")
    return Found(next(ours, "AUTOMATIC1111"), place, model, info.prompt, info.negative, settings)
