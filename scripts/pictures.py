# ruff: noqa: INP001  a script by itself
"""Draw again what stands in the documentation and in the recipes: after a change of the darkroom's pixels.

    .venv/bin/python scripts/pictures.py [NAME ...]

It draws the pictures that recipes/darkroom starts from, then runs the recipes and keeps their sheets as the
pictures of README.md, docs/darkroom.md and docs/steps.md; with names (`strength`, `quickstart`) only those sheets.
It takes some minutes of two cores. Look at them before they are committed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw

from teststrip.darkroom import Exposure, render

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "recipes" / "darkroom" / "pictures"
DRAWN = {
    "girl": Exposure("1girl, blonde hair, long hair, green eyes, smile, blue dress, no hat, sea, day", seed=5),
    "witch": Exposure("1girl, witch hat, purple hat, blue hair, twintails, glasses, pink dress, night", seed=2),
    "grey": Exposure("1boy, cat ears, glasses, shirt, monochrome, city, night", seed=1),
}
CUT = {"hole": (80, 20, 336, 232), "cut-out": (100, 120, 320, 480)}  # of the girl: what is gone, and what is left
SHEETS = {
    **{
        name: (f"darkroom/{name}.yaml", f"darkroom/{name}.webp", 900)
        for name in (
            "characters",
            "controlnet",
            "infill",
            "quality",
            "references",
            "repairs",
            "scale",
            "strength",
            "styles",
            "vibe-transfer",
        )
    },
    "quickstart": ("quickstart.yaml", "quickstart.webp", 1400),
    "settles": ("when-it-settles.yaml", "settles.webp", 1305),
}
"""By name: the recipe, the picture in docs/images, and its width in pixels."""


def draw_sources() -> None:
    """Draw what the recipes start from; the painting is no toy and stays."""
    for name, exposure in DRAWN.items():
        pixels = render(Exposure(exposure.prompt, width=416, height=608, seed=exposure.seed)).pixels
        Image.fromarray(pixels).save(PICTURES / f"{name}.webp", quality=90, method=6)
    girl = Image.open(PICTURES / "girl.webp").convert("RGBA")
    for name, box in CUT.items():
        kept = Image.new("L", girl.size, 0 if name == "cut-out" else 255)
        ImageDraw.Draw(kept).rectangle(box, fill=255 if name == "cut-out" else 0)
        cut = girl.copy()
        cut.putalpha(kept)
        cut.save(PICTURES / f"{name}.webp", quality=90, method=6)
        if name == "hole":
            kept.point([255 - value for value in range(256)]).save(PICTURES / "mask.png")


def draw_sheet(recipe: str, picture: str, width: int) -> None:
    """Run a recipe in a folder of its own, and keep its sheet."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "teststrip", "run", str(ROOT / "recipes" / recipe), "--runs-dir", folder]
        subprocess.run(command, check=True, cwd=ROOT)  # noqa: S603  our own
        found = sorted(Path(folder).glob("*/sheet*.png"))
        sheet = Image.open(found[0]).convert("RGB")
        height = round(sheet.height * width / sheet.width)
        small = sheet.resize((width, height), Image.Resampling.LANCZOS)
        small.save(ROOT / "docs" / "images" / picture, quality=82, method=6)


def main(names: list[str]) -> None:
    """Draw the sources and every sheet, or only the sheets that are named."""
    unknown = sorted(set(names) - set(SHEETS))
    if unknown:
        raise SystemExit(f"no sheet is called {', '.join(unknown)}; there are {', '.join(SHEETS)}")
    if not names:
        draw_sources()
    for name in names or SHEETS:
        draw_sheet(*SHEETS[name])


if __name__ == "__main__":
    main(sys.argv[1:])
