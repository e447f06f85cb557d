"""Typefaces: Noto Sans (OFL), a variable font from its own package, at any size and weight.

Its basic layout by Pillow is used on purpose: it needs no shaping library, so the same text gives the same pixels
wherever Pillow is the same. It is shaped only where accents are characters of their own, so that these stand on
their letters. Letters that it lacks are drawn in the faces of the extra `fonts`, shaped where their script asks
for it; without the extra, and of what no face has, stands its empty box.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib import resources
from importlib.util import find_spec
from io import BytesIO
from typing import Final, TypeAlias

from PIL import ImageFont, features

_COMMON: Final = re.compile("[\\x20-\\u02ff\\u2010-\\u2027\\u2030-\\u205e\\u20ac]*")  # Noto Sans has all of these
_SPACES: Final = re.compile("( +)")
_JOINER: Final = "\u200d"
_KANA: Final = re.compile("[\u3040-\u30ff\u31f0-\u31ff]")
_HANGUL: Final = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Face:
    """A font file, and which face of a collection; `weights` are those it can have, `shaped` if it has to be."""

    package: str
    file: str
    index: int = 0
    weights: tuple[int, int] = (100, 900)
    shaped: bool = False

    def data(self) -> bytes:
        """Read the file."""
        return resources.files(self.package).joinpath(self.file).read_bytes()

    def weight(self, wanted: int) -> int:
        """Return the weight, of those that it can have, that is nearest to what is wanted."""
        return max(self.weights[0], min(self.weights[1], wanted))


NOTO: Final = Face("fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf")
_ACCENTED: Final = replace(NOTO, shaped=True)
_CJK: Final = functools.partial(Face, "noto_cjk_sans_otc", "NotoSansCJK-Regular.ttc", weights=(400, 400))
_JAPANESE, _KOREAN, _CHINESE = _CJK(0), _CJK(1), _CJK(2)
_SCRIPTS: Final = [
    "Symbols",
    "Hebrew",
    "Arabic",
    "Devanagari",
    "Bengali",
    "Gujarati",
    "Gurmukhi",
    "Kannada",
    "Khmer",
    "Lao",
    "Malayalam",
    "Myanmar",
    "Oriya",
    "Sinhala",
    "Tamil",
    "Telugu",
    "Thai",
    "Armenian",
    "Ethiopic",
    "Georgian",
]
_OTHERS: Final = (
    Face("manimgx_fonts", "NotoEmoji[wght].ttf", weights=(300, 700), shaped=True),
    *(Face("manimgx_fonts", f"NotoSans{name}[wght].ttf", weights=(400, 700), shaped=True) for name in _SCRIPTS),
)

Run: TypeAlias = tuple[str, Face]
"""A part of a line, and the face that it is set in."""


class Faces:
    """The faces at the sizes (pixels) and weights that were asked for; one instance serves one thread."""

    def __init__(self, has: Callable[[str], bool] = lambda package: find_spec(package) is not None) -> None:
        self._has = functools.cache(has)
        self._data = functools.cache(Face.data)
        self._fonts: dict[tuple[Face, int, int], ImageFont.FreeTypeFont] = {}
        self._widths: dict[tuple[str, int, int], float] = {}

    def font(self, size: int, weight: int, face: Face = NOTO) -> ImageFont.FreeTypeFont:
        """Return the font of a face."""
        key = face, size, face.weight(weight)
        if key not in self._fonts:
            self._fonts[key] = self._made(*key)
        return self._fonts[key]

    def measure(self, text: str, size: int, weight: int) -> float:
        """Return the advance width of one line of text in pixels."""
        key = text, size, weight
        if key not in self._widths:
            self._widths[key] = sum(self.font(size, weight, face).getlength(run) for run, face in self.runs(text))
        return self._widths[key]

    def runs(self, text: str) -> tuple[Run, ...]:
        """Part a line where the face changes."""
        if _COMMON.fullmatch(text):
            return ((text, NOTO),)
        faces = self._faces(text)
        runs: list[Run] = []
        for character, face in self._chosen(text, faces):
            if runs and runs[-1][1] == face:
                runs[-1] = runs[-1][0] + character, face
            else:
                runs.append((character, face))
        return tuple(part for run, face in runs for part in (_words(run) if face == NOTO else [(run, face)]))

    def covers(self, face: Face) -> frozenset[int]:
        """Return the characters that a face has."""
        return _covered(face)

    def lacking(self, text: str) -> int:
        """Count the characters that no face has; spaces and what clings to others are none of them."""
        if _COMMON.fullmatch(text):
            return 0
        faces = self._faces(text)
        return sum(
            not any(ord(character) in self.covers(face) for face in faces)
            for character in text
            if not (character.isspace() or _clings(character))
        )

    def _faces(self, text: str) -> list[Face]:
        """Return the faces that a line may be set in: Han characters as in the language of what is beside them."""
        cjk = _JAPANESE if _KANA.search(text) else _KOREAN if _HANGUL.search(text) else _CHINESE
        return [face for face in (NOTO, cjk, *_OTHERS) if self._has(face.package)]

    def _chosen(self, text: str, faces: list[Face]) -> Iterator[tuple[str, Face]]:
        """Yield each character with its face. Marks and joiners go with what they follow, spaces too."""
        before = NOTO
        for at, character in enumerate(text):
            if at and (_clings(character) or text[at - 1] == _JOINER):
                yield character, before
                continue
            follows = text[at + 1 : at + 2]
            if character == " " and before.shaped and follows:
                at_home = ord(follows) in self.covers(before) and ord(follows) not in self.covers(NOTO)
                if at_home:
                    yield character, before
                    continue
            before = next((face for face in faces if ord(character) in self.covers(face)), NOTO)
            yield character, before

    def _made(self, face: Face, size: int, weight: int) -> ImageFont.FreeTypeFont:
        shaped = face.shaped and features.check("raqm")
        engine = ImageFont.Layout.RAQM if shaped else ImageFont.Layout.BASIC
        font = ImageFont.truetype(BytesIO(self._data(face)), size, index=face.index, layout_engine=engine)
        if face.weights[0] != face.weights[1]:
            wanted = {"Weight": weight, "Width": 100}
            font.set_variation_by_axes([wanted[_text(axis["name"])] for axis in font.get_variation_axes()])
        return font


@functools.cache
def _covered(face: Face) -> frozenset[int]:
    """Read what a face has, once for all instances: it takes longer than to draw with it."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415  not needed where all is Latin

    with TTFont(BytesIO(face.data()), fontNumber=face.index, lazy=True) as font:
        return frozenset(font.getBestCmap())


def _words(text: str) -> list[Run]:
    """Part a text where words begin and end in which accents are characters of their own."""
    if not _has_marks(text):
        return [(text, NOTO)]
    parts: list[Run] = []
    for word in _SPACES.split(text):
        face = _ACCENTED if _has_marks(word) else NOTO
        if parts and parts[-1][1] == face:
            parts[-1] = parts[-1][0] + word, face
        elif word:
            parts.append((word, face))
    return parts


def _has_marks(text: str) -> bool:
    return any(unicodedata.combining(character) for character in text)


def _clings(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Mc", "Me", "Cf"} or "\U0001f3fb" <= character <= "\U0001f3ff"


def _text(name: bytes | str | None) -> str:
    return name.decode() if isinstance(name, bytes) else name or ""
