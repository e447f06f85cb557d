"""The darkroom's own album: model sheets for references that come without a picture.

The documentation of director references names no parameter for their pictures. So that strength and the rest can
be tried all the same, reference number i without a picture is page i of this album: one fixed character in one
fixed manner. Words of the caption that the toy world knows are added.
"""

from types import MappingProxyType

CHARACTERS = (
    "girl, silver hair, twintails, red eyes, black dress, witch hat, purple witch hat",
    "boy, orange hair, spiky hair, green eyes, glasses, blue hoodie",
    "girl, aqua hair, bun, yellow eyes, white sailor, headphones",
    "girl, dark skin, white hair, curly hair, purple eyes, red sweater, crown",
)
STYLES = ("night, pastel", "sunset, sepia", "monochrome", "cherry blossoms, pastel")

PARTS = MappingProxyType({"character": CHARACTERS, "style": STYLES})
