"""How large a picture may be: numbers alone, for those who ask before numpy is needed."""

from typing import Final

SMALLEST_SIDE: Final = 64
LONGEST_SIDE: Final = 65_536
"""Bands have a least height, so memory grows with the width: 65536x1024 takes 438 MB, 1048576x64 took 1.7 GB."""
MEGAPIXEL: Final = 1024 * 1024
LARGEST_AREA: Final = 64 * MEGAPIXEL
"""The most pixels of a picture, unless whoever draws says otherwise."""
MOST_AREA: Final = 85 * MEGAPIXEL
"""The most that may be said: sheets show 89,478,485 pixels, which Pillow opens without a warning."""
