"""A new recording takes the old one's place, and nothing else's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from teststrip.testing.placing import place_cassette


def made(folder: Path, text: str, *blobs: str) -> Path:
    (folder / "blobs").mkdir(parents=True)
    (folder / "cassette.jsonl").write_text(text)
    for name in blobs:
        (folder / "blobs" / name).write_text(f"{text} {name}")
    return folder


def files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_what_is_not_of_a_cassette_stays_and_what_only_the_old_one_named_goes(tmp_path: Path) -> None:
    folder = made(tmp_path / "night", "old", "a.png", "b.png")
    (folder / "test_it.yaml").write_text("theirs")
    fresh = made(tmp_path / ".night.1", "new", "b.png", "c.png")
    (fresh / "runs").mkdir()
    place_cassette(fresh, folder)
    assert files(folder) == {
        "cassette.jsonl": "new",
        "blobs/b.png": "new b.png",
        "blobs/c.png": "new c.png",
        "test_it.yaml": "theirs",
    }
    assert not fresh.exists()


def test_a_cassette_without_blobs_leaves_no_empty_folder(tmp_path: Path) -> None:
    fresh = made(tmp_path / ".night.1", "new")
    (fresh / "blobs").rmdir()
    place_cassette(fresh, tmp_path / "night")
    assert [path.name for path in (tmp_path / "night").iterdir()] == ["cassette.jsonl"]


@pytest.mark.parametrize("blocked", ["c.png", "cassette.jsonl"])
def test_what_cannot_be_placed_leaves_the_old_one_playable_and_the_new_one_whole(
    blocked: str, tmp_path: Path
) -> None:
    folder = made(tmp_path / "night", "old", "a.png")
    fresh = made(tmp_path / ".night.1", "new", "c.png")
    way = folder / "blobs" / blocked if blocked.endswith("png") else folder / blocked
    if way.exists():
        way.unlink()
    (way / "in the way").mkdir(parents=True)
    with pytest.raises(OSError, match=os.path.basename(blocked)):  # noqa: PTH119  a pattern
        place_cassette(fresh, folder)
    assert (folder / "blobs" / "a.png").read_text() == "old a.png"
    assert files(fresh) == {"cassette.jsonl": "new", "blobs/c.png": "new c.png"}
