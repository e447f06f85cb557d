"""The second bundled page as a person uses it: recipe to sheet, in the darkroom and against its emulator."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from test_whole_line import cli, emulator, events, pictures

RECIPE = """\
teststrip: 1
title: Small wan strip
model: dashscope/wan2.2-t2i-plus
params: {prompt: "1girl, red hair", size: 512*576, n: 2, prompt_extend: false}
axes:
  seed: [1, 2]
"""


@pytest.mark.parametrize("where", ["darkroom", "port"])
def test_a_recipe_of_the_second_page_ends_in_a_sheet(where: str, tmp_path: Path) -> None:
    (tmp_path / "wan.yaml").write_text(RECIPE)
    if where == "darkroom":
        result = cli("run", "wan.yaml", "--json", cwd=tmp_path)
    else:
        with emulator(tmp_path, "--provider", "dashscope") as url:
            result = cli("run", "wan.yaml", "--json", "--target", url, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    done = events(result)[-1]
    assert (done["cells"], done["sent"], done["done"]) == (2, 2, 2)
    kept = pictures(tmp_path)
    # Two pictures each, of seed and seed + 1: the second of the first is the first of the second.
    assert len(kept) == 3
    for path in sorted((tmp_path / "runs" / "store").rglob("*.png")):
        with Image.open(path) as picture:
            assert picture.size == (512, 576)
            told = json.loads(picture.info["Comment"])
            assert told["without_effect"] == ["prompt_extend", "watermark"]
    with Image.open(tmp_path / done["sheets"][0]) as sheet:
        assert sheet.format == "PNG"
