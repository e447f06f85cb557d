"""A new cassette in the place of an old one: killed at any step, one of the two is there, and whole."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from cassette_bench import PNG, Ask, play, player, record, said

from teststrip.cassette.install import install
from teststrip.errors import UsageError

ASKED = [Ask("GET", "/a"), Ask("GET", "/b"), Ask("GET", "/same")]
STEPS = 3 + 1 + 2  # blobs moved, the swap, blobs removed


async def laid(folder: Path, name: str) -> None:
    """Record a cassette of three pictures, one of which all such cassettes have."""
    recorded, _ = await record(folder, lambda request: said(200, PNG + picture(request.url.path, name)), *ASKED)
    assert recorded.trouble == ""


def picture(path: str, name: str) -> bytes:
    return b"same" if path == "/same" else f"{path} {name}".encode()


async def held(folder: Path) -> str:
    """Say which cassette lies in a folder; it must be whole."""
    playing = player(folder)
    told = await play(playing, *ASKED)
    assert playing.cassette.missing == []
    name = told[0].body.removeprefix(PNG).decode().partition(" ")[2]
    assert [one.body for one in told] == [PNG + picture(path, name) for path in ("/a", "/b", "/same")]
    return name


class Step:
    """Counts what is done to the disk, and does something else instead at one step."""

    def __init__(self, at: int, instead: Callable[[], object]) -> None:
        self.left = at
        self.instead = instead

    def step(self) -> None:
        if self.left == 0:
            self.instead()
        self.left -= 1

    def move(self, old: Path, new: Path) -> None:
        self.step()
        os.replace(old, new)  # noqa: PTH105  what the product does

    def remove(self, path: Path) -> None:
        self.step()
        path.unlink()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is killed in the midst of a step here")
@pytest.mark.parametrize("at", range(STEPS + 1))
async def test_killed_at_any_step_either_the_old_one_is_there_or_the_new_one(at: int, tmp_path: Path) -> None:
    fresh, folder = tmp_path / "fresh", tmp_path / "tape"
    await laid(folder, "old")
    await laid(fresh, "new")
    (folder / "notes.txt").write_text("mine")
    child = os.fork()
    if child == 0:
        step = Step(at, lambda: os.kill(os.getpid(), signal.SIGKILL))
        try:
            install(fresh, folder, move=step.move, remove=step.remove)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)  # noqa: ASYNC222  it has milliseconds to live
    assert os.WIFSIGNALED(status) is (at < STEPS)
    assert await held(folder) == ("old" if at <= 3 else "new")
    if at <= 3:
        install(fresh, folder)  # what was cut off is done again
    else:
        with pytest.raises(UsageError, match="holds no cassette"):
            install(fresh, folder)
    assert await held(folder) == "new"
    assert (folder / "notes.txt").read_text() == "mine"
    assert len(list((folder / "blobs").iterdir())) == (5 if at == 4 else 4 if at == 5 else 3)


@pytest.mark.parametrize("at", range(STEPS))
async def test_a_disk_that_fails_at_any_step_leaves_one_of_them_too(at: int, tmp_path: Path) -> None:
    await laid(tmp_path / "tape", "old")
    await laid(tmp_path / "fresh", "new")

    def fail() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    step = Step(at, fail)
    with pytest.raises(OSError, match="No space left"):
        install(tmp_path / "fresh", tmp_path / "tape", move=step.move, remove=step.remove)
    assert await held(tmp_path / "tape") == ("old" if at <= 3 else "new")


async def test_where_none_was_the_new_one_comes(tmp_path: Path) -> None:
    await laid(tmp_path / "fresh", "new")
    install(tmp_path / "fresh", tmp_path / "deep" / "tape")
    assert await held(tmp_path / "deep" / "tape") == "new"
