# ruff: noqa: INP001  a script by itself
"""Draw again what stands in the documentation and in the recipes: after a change of the darkroom's pixels.

    .venv/bin/python scripts/pictures.py [NAME ...]

It draws the pictures that recipes/darkroom starts from, then runs the recipes and keeps their sheets as the
pictures of README.md, docs/darkroom.md and docs/steps.md, and opens a page in Chromium (scripts/browser.sh) for
those of README.md and docs/page.md; with names (`strength`, `quickstart`, `page`) only those.
It takes some minutes of two cores. Look at them before they are committed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw
from playwright.sync_api import Page, sync_playwright

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
PAGE: Final = "quickstart.yaml"
WINDOW: Final = {"width": 1280, "height": 800}
TOLD: Final = 6000  # milliseconds until what was announced is gone
SETTLED: Final = 1500  # milliseconds until all that is in the window is painted


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


def run_recipe(recipe: str, folder: str) -> Path:
    """Run a recipe in a folder of its own; return the run's."""
    command = [sys.executable, "-m", "teststrip", "run", str(ROOT / "recipes" / recipe), "--runs-dir", folder]
    subprocess.run(command, check=True, cwd=ROOT)  # noqa: S603  our own
    (lock,) = Path(folder).glob("*/plan.lock.json")
    return lock.parent


def draw_page() -> None:
    """Look at a page as a person does: the grid with two marks, by day, and one cell, by night."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("no Chromium: scripts/browser.sh installs it")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        run = run_recipe(PAGE, folder)
        subprocess.run([sys.executable, "-m", "teststrip", "sheet", str(run), "-f", "html"], check=True)  # noqa: S603  our own
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        looks = (("page", "light", mark_two), ("page-cell", "dark", open_one))
        for name, scheme, act in looks:
            context = browser.new_context(viewport=WINDOW, color_scheme=scheme, reduced_motion="reduce")
            page = context.new_page()
            page.goto((run / "sheet.html").as_uri())
            page.wait_for_timeout(SETTLED)
            act(page)
            page.wait_for_timeout(SETTLED)
            shot = Path(folder) / f"{name}.png"
            page.screenshot(path=shot)
            with Image.open(shot) as picture:
                picture.convert("RGB").save(ROOT / "docs" / "images" / f"{name}.webp", quality=80, method=6)
            context.close()
        browser.close()


def mark_two(page: Page) -> None:
    """Pick a cell of the second row, and reject one of the first."""
    for cell, key in ((9, "p"), (1, "x")):
        page.locator(f".cell[data-cell='{cell}']").press(key)
    page.locator("h1").click()
    page.wait_for_timeout(TOLD)


def open_one(page: Page) -> None:
    """Open a cell of the second row."""
    page.locator(".cell[data-cell='9']").click()


def draw_sheet(recipe: str, picture: str, width: int) -> None:
    """Run a recipe in a folder of its own, and keep its sheet."""
    with tempfile.TemporaryDirectory() as folder:
        found = sorted(run_recipe(recipe, folder).glob("sheet*.png"))
        sheet = Image.open(found[0]).convert("RGB")
        height = round(sheet.height * width / sheet.width)
        small = sheet.resize((width, height), Image.Resampling.LANCZOS)
        small.save(ROOT / "docs" / "images" / picture, quality=82, method=6)


def main(names: list[str]) -> None:
    """Draw the sources and every sheet, or only the sheets that are named."""
    known = [*SHEETS, "page"]
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise SystemExit(f"no sheet is called {', '.join(unknown)}; there are {', '.join(known)}")
    if not names:
        draw_sources()
    for name in names or known:
        if name == "page":
            draw_page()
        else:
            draw_sheet(*SHEETS[name])


if __name__ == "__main__":
    main(sys.argv[1:])
