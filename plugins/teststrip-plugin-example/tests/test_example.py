"""The plugin does what its README says: on a picture, in a recipe, and as a plugin that teststrip finds."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image

from teststrip.steps.model import Shot, Work
from teststrip_plugin_example import frame


def said_by_teststrip(*arguments: str, folder: Path) -> str:
    """Run teststrip as a person would, and return what it printed."""
    command = [sys.executable, "-m", "teststrip", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=120).stdout


def test_the_step_puts_a_frame_round_a_picture_and_says_how_bright_it_is(tmp_path: Path) -> None:
    path = tmp_path / "grey.png"
    Image.new("RGB", (20, 10), (51, 51, 51)).save(path)
    shot = Shot(path, "image/png", hashlib.sha256(path.read_bytes()).hexdigest())
    made = frame(Work((shot,), {"width": 3, "colour": "#ff0000"}))
    assert made.pictures is not None
    (tmp_path / "framed.png").write_bytes(made.pictures[0])
    with Image.open(tmp_path / "framed.png") as framed:
        assert framed.size == (26, 16)
        assert framed.convert("RGB").getpixel((0, 0)) == (255, 0, 0)
        assert framed.convert("RGB").getpixel((3, 3)) == (51, 51, 51)
    assert made.scores == {"brightness": 0.2}


def test_teststrip_finds_the_plugin_and_what_it_brings(tmp_path: Path) -> None:
    shown = said_by_teststrip("plugins", "show", "example", folder=tmp_path)
    assert "teststrip_steps: example" in shown
    assert "teststrip_run_done" in shown


def test_a_recipe_uses_the_step_and_the_run_leaves_its_notes(tmp_path: Path) -> None:
    shutil.copy(Path(__file__).parents[1] / "recipe.yaml", tmp_path)
    said_by_teststrip("run", "recipe.yaml", folder=tmp_path)
    (run,) = (folder for folder in (tmp_path / "runs").iterdir() if (folder / "notes.txt").exists())
    assert (run / "notes.txt").read_text("utf-8") == "Framed: 2 of 2 cells done\n"
    assert (run / "sheet.png").exists()
