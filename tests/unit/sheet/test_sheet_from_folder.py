"""Sheets of pictures that are there: axes from what they say, from their names, or the files alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from teststrip.errors import UsageError
from teststrip.recipe.model import SheetSpec
from teststrip.sheet.build import make_sheets
from teststrip.sheet.from_folder import find_shots, folder_run
from teststrip.sheet.model import Sheet, Status
from teststrip.sheet.name_pattern import name_pattern, pairs_in
from teststrip.sheet.write import write_sheets


def put(path: Path, words: str = "", shade: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    info = PngInfo()
    if words:
        info.add_text("parameters", words)
    picture = Image.new("RGB", (32, 48), (shade, 40, 80))
    if path.suffix == ".png":
        picture.save(path, pnginfo=info)
    else:
        picture.save(path)


def sheet_of(folder: Path, pattern: str | None = None, spec: SheetSpec | None = None) -> Sheet:
    shots, _ = find_shots(folder, name_pattern(pattern) if pattern else None)
    run = folder_run(shots, "Found", spec or SheetSpec(), folder / "out")
    return make_sheets(run, spec or SheetSpec())[0]


def headers(sheet: Sheet) -> dict[str, list[str]]:
    return {header.axis: [label.text for label in header.labels] for header in (*sheet.rows, *sheet.cols)}


def test_axes_are_what_varies_in_the_metadata_and_the_rest_is_said_once(tmp_path: Path) -> None:
    for sampler in ("Euler a", "DDIM"):
        for steps in (4, 10, 28):
            put(
                tmp_path / f"{sampler}{steps}.png",
                f"a cat\nNegative prompt: dog\nSteps: {steps}, Sampler: {sampler}, Seed: {steps * 7}, Model: x",
            )
    sheet = sheet_of(tmp_path)
    assert headers(sheet) == {"Sampler": ["DDIM", "Euler a"], "Steps": ["4", "10", "28"]}
    assert {(said.name, said.value) for said in sheet.settings} >= {("prompt", "a cat"), ("model", "x")}
    assert [meaning.settings[0].value for meaning in sheet.meanings if meaning.axis == "Steps"] == [
        "28",
        "70",
        "196",
    ]
    assert all(box.status is Status.DONE for box in sheet.boxes)


def test_a_pattern_reads_names_and_folders_and_leaves_strangers_out(tmp_path: Path) -> None:
    for style in ("ink", "oil"):
        for seed in (2, 10):
            put(tmp_path / style / f"run_{seed}-x.jpg", shade=seed)
    put(tmp_path / "ink" / "other.jpg")
    shots, strangers = find_shots(tmp_path, name_pattern("{style}/run_{seed}-x"))
    assert (len(shots), strangers) == (4, 1)
    sheet = sheet_of(tmp_path, "{style}/run_{seed}-x")
    assert headers(sheet) == {"style": ["ink", "oil"], "seed": ["2", "10"]}


def test_pictures_that_say_nothing_are_shown_by_their_names_in_order(tmp_path: Path) -> None:
    for name in ("b 10", "b 2", "a"):
        put(tmp_path / f"{name}.png")
    assert headers(sheet_of(tmp_path)) == {"file": ["a", "b 2", "b 10"]}


def test_folders_with_the_same_names_in_them_are_an_axis(tmp_path: Path) -> None:
    for folder in ("ink", "oil/thick"):
        for name in ("a", "b"):
            put(tmp_path / folder / f"{name}.png")
    sheet = sheet_of(tmp_path)
    assert headers(sheet) == {"folder": ["ink", "oil/thick"], "file": ["a", "b"]}
    assert [len(box.pictures) for box in sheet.boxes] == [1, 1, 1, 1]


def test_names_in_several_folders_are_told_apart(tmp_path: Path) -> None:
    for name in ("a/1", "a/2", "b/1", "c/3", "d/4", "5"):
        put(tmp_path / f"{name}.png")
    assert headers(sheet_of(tmp_path)) == {"file": ["5", "a/1", "a/2", "b/1", "c/3", "d/4"]}


def test_one_picture_in_a_folder_of_its_own_makes_no_grid(tmp_path: Path) -> None:
    for name in ("a", "b", "c", "sub/d"):
        put(tmp_path / f"{name}.png")
    assert headers(sheet_of(tmp_path)) == {"file": ["a", "b", "c", "sub/d"]}


def test_names_and_folders_can_be_asked_for(tmp_path: Path) -> None:
    for name in ("x/a", "x/b", "c"):
        put(tmp_path / f"{name}.png", "cat\nSteps: 4, Sampler: A")
    assert headers(sheet_of(tmp_path, spec=SheetSpec(cols=("file",)))) == {"file": ["c", "x/a", "x/b"]}
    sheet = sheet_of(tmp_path, spec=SheetSpec(cols=("folder",)))
    assert headers(sheet) == {"folder": ["x", "(none)"]}
    assert [len(box.pictures) for box in sheet.boxes] == [2, 1]


def test_pairs_in_names_are_read(tmp_path: Path) -> None:
    assert pairs_in("steps=20_seed=3, style=wet ink") == {"steps": "20", "seed": "3", "style": "wet ink"}
    for steps in (20, 4):
        put(tmp_path / f"steps={steps}_seed=3.png")
    assert headers(sheet_of(tmp_path)) == {"steps": ["4", "20"]}


def test_what_nothing_tells_apart_stands_in_one_box(tmp_path: Path) -> None:
    for number in range(3):
        put(tmp_path / f"k{number}.png", "cat\nSteps: 4, Sampler: A")
    put(tmp_path / "l.png", "cat\nSteps: 8, Sampler: A")
    sheet = sheet_of(tmp_path, spec=SheetSpec(cols=("Steps",)))
    assert [len(box.pictures) for box in sheet.boxes] == [3, 1]


def test_a_place_without_a_picture_says_so_and_not_that_it_was_planned(tmp_path: Path) -> None:
    for name in ("a=1_b=1", "a=1_b=2", "a=2_b=1"):
        put(tmp_path / f"{name}.png")
    statuses = [box.status for box in sheet_of(tmp_path).boxes]
    assert statuses.count(Status.NO_PICTURE) == 1
    assert Status.EXCLUDED not in statuses


def test_links_hidden_files_and_other_files_are_not_looked_at(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    put(outside / "secret.png")
    inside = tmp_path / "inside"
    put(inside / "mine.png")
    put(inside / ".hidden.png")
    (inside / "link.png").symlink_to(outside / "secret.png")
    (inside / "folder").symlink_to(outside)
    (inside / "notes.png").write_text("no picture")
    shots, _ = find_shots(inside, None)
    assert [shot.name for shot in shots] == ["mine.png"]


def test_what_is_not_said_stands_last_and_thumbnails_of_a_store_are_no_pictures(tmp_path: Path) -> None:
    for name in ("a=10_b=x", "a=9_b=x", "b=y"):
        put(tmp_path / "store" / f"{name}.png")
    put(tmp_path / "store" / "thumbs-640-1" / "ab" / "a=3_b=x.png")
    assert headers(sheet_of(tmp_path)) == {"a": ["9", "10", "(none)"]}


def test_it_is_written_as_any_sheet_twice_the_same(tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    for number in range(4):
        put(pictures / f"seed={number}.png", shade=50 * number)
    specs = (SheetSpec(formats=("png", "pdf", "csv"), caption="no ${{ seed }}"),)
    made = []
    for _ in range(2):
        run = folder_run(find_shots(pictures, None)[0], "Found", specs[0], tmp_path / "out")
        made.append([path.read_bytes() for path in write_sheets(run, tmp_path / "out", specs=specs)])
    assert made[0] == made[1]


@pytest.mark.parametrize(
    ("pattern", "told"),
    [("plain", "no name in braces"), ("{a}-{a}", "a name twice"), ("{a}{b}", "between two names")],
)
def test_a_pattern_that_cannot_be_read_is_told(pattern: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        name_pattern(pattern)


def test_a_name_is_read_in_one_way_and_in_time() -> None:
    pattern = name_pattern("{a}_{b}_{c}")
    assert pattern.read("k_euler_a_7") == {"a": "k", "b": "euler", "c": "a_7"}
    assert pattern.read("one_two") is None
    assert name_pattern("{a}" + "".join(f"_{{b{n}}}" for n in range(40)) + "!").read("_" * 200) is None


def test_an_axis_that_nothing_is_said_of_is_told(tmp_path: Path) -> None:
    put(tmp_path / "seed=1.png")
    with pytest.raises(UsageError, match="nothing says 'nix' of these pictures; what is said: file, folder, seed"):
        sheet_of(tmp_path, spec=SheetSpec(rows=("nix",)))


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no picture"):
        find_shots(tmp_path, None)
