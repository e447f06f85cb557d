"""`teststrip sheet`: the same run otherwise, and pictures that are there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from teststrip.cli.main import program
from teststrip.errors import UsageError

RECIPE = """
teststrip: 1
title: Small
model: gptproto/nai-diffusion-4-5-full
params: {prompt: night, size: 512x512, steps: 1, seed: 1}
axes: {scale: [4, 5, 6], sampler: [k_euler, ddim_v3]}
sheets: [{rows: [scale], cols: [sampler]}]
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run of six cells."""
    folder = tmp_path_factory.mktemp("sheets")
    (folder / "recipe.yaml").write_text(RECIPE, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        result = CliRunner().invoke(program, ["run", "recipe.yaml"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return folder


def call(place: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> Result:
    monkeypatch.chdir(place)
    return CliRunner().invoke(program, list(words))


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


def test_axes_can_be_put_elsewhere(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = call(
        place, monkeypatch, "sheet", "small", "-o", "other", "--rows", "sampler", "--cols", "scale", "--json"
    )
    assert json.loads(other.output)["sheets"] == ["other/sheet.png"]
    own = next(place.glob("runs/small-*")) / "sheet.png"
    assert size_of(place / "other" / "sheet.png")[0] > size_of(own)[0]
    pages = call(place, monkeypatch, "sheet", "small", "-o", "pages", "--pages", "scale", "--cols", "sampler")
    assert pages.output.count("sheet: ") == 3


def test_size_theme_and_words_can_be_asked_for(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("--width", "700", "--theme", "dark", "--title", "Other", "--note", "a", "--note", "b", "-f", "jsonl")
    result = call(place, monkeypatch, "sheet", "small", "-o", "dark", *words)
    assert result.exit_code == 0, result.output
    with Image.open(place / "dark" / "sheet.png") as image:
        assert (image.size[0], image.info["Title"]) == (700, "Other")
        assert max(image.convert("RGB").getpixel((0, 0))) < 40  # type: ignore[arg-type]  # three numbers
    lines = (place / "dark" / "sheet.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["state"] for line in lines] == ["done"] * 6
    assert json.loads(lines[0])["seconds"] >= 0
    assert json.loads(lines[0])["paths"] == []


def test_an_axis_that_is_not_there_is_told(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = call(place, monkeypatch, "sheet", "small", "-o", "none", "--rows", "sampelr")
    assert isinstance(result.exception, UsageError)
    assert "'sampelr', which the plan does not have (its axes: scale, sampler)" in str(result.exception)
    assert not (place / "none").exists()


def test_a_run_keeps_the_thumbnails_that_it_made(place: Path) -> None:
    kept = {path.parts[-3] for path in (place / "runs" / "store").glob("thumbs-*/*/*.jpg")}
    assert kept == {"thumbs-160-1"}  # of 512 x 512 no larger one is needed


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "name a run (`teststrip runs list` tells them), or give --from-folder DIR"),
        (("small", "--from-folder", "."), "one of them"),
        (("small", "--pattern", "{a}"), "--pattern is about --from-folder DIR"),
        (("--from-folder", "runs", "-o", "runs"), "sheets would pass for pictures there"),
        (("--from-folder", "runs", "--marks", "m.json"), "a folder of pictures has none"),
    ],
)
def test_what_does_not_go_together_is_told(
    place: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], told: str
) -> None:
    result = call(place, monkeypatch, "sheet", *words)
    assert isinstance(result.exception, UsageError)
    assert told in str(result.exception)


def test_the_pictures_of_a_run_are_a_folder_of_pictures(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The darkroom's pictures say how they were made."""
    result = call(
        place, monkeypatch, "sheet", "--from-folder", "runs/store", "-o", "found", "-f", "csv", "-f", "png"
    )
    assert result.exit_code == 0, result.output
    text = (place / "found" / "sheet.csv").read_text("utf-8")
    assert len(text.splitlines()) == 7
    assert (place / "found" / "sheet.png").is_file()
    again = call(place, monkeypatch, "sheet", "--from-folder", ".", "-o", "found", "--json", "-f", "csv")
    assert json.loads(again.output)["from_folder"] == "."


def test_strangers_to_a_pattern_are_counted(place: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("a_1", "a_2", "plain"):
        Image.new("RGB", (8, 8)).save(tmp_path / f"{name}.png")
    result = call(
        place, monkeypatch, "sheet", "--from-folder", str(tmp_path), "--pattern", "{who}_{no}", "-o", "pat"
    )
    assert "1 picture left out: their names do not have the form {who}_{no}" in result.output
