"""How large a picture may be: numbers alone, for those who ask before numpy is needed."""

from typing import Final

SMALLEST_SIDE: Final = 64
MEGAPIXEL: Final = 1024 * 1024
LARGEST_AREA: Final = 64 * MEGAPIXEL
"""The most pixels of a picture, unless whoever draws says otherwise."""
MOST_AREA: Final = 85 * MEGAPIXEL
"""The most that may be said: Pillow opens 89,478,485 pixels without a warning, and so much is all that sheets show."""
