"""Libraries that drawing processes share: made once each, the least used dropped."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from teststrip.emulator.libraries import SharedLibraries, remove_orphans


@pytest.fixture
def shared() -> Iterator[SharedLibraries]:
    libraries = SharedLibraries(most=2)
    yield libraries
    libraries.close()


def making(shared: SharedLibraries, key: str, made: list[str]) -> Callable[[], Awaitable[None]]:
    async def make() -> None:
        made.append(key)
        await asyncio.sleep(0)
        (shared.folder / f"{key}.npz").touch()

    return make


async def test_of_many_who_ask_at_once_the_first_makes_it_and_all_wait(shared: SharedLibraries) -> None:
    made: list[str] = []

    async def ask(key: str) -> bool:
        async with shared.ready(key, making(shared, key, made)):
            return (shared.folder / f"{key}.npz").exists()

    assert await asyncio.gather(*(ask(key) for key in "aabab")) == [True] * 5
    assert made == ["a", "b"]


async def test_what_could_not_be_made_or_was_given_up_is_made_by_the_next(shared: SharedLibraries) -> None:
    made: list[str] = []

    async def fail() -> None:
        raise ValueError("no room")

    async def wait() -> None:
        await asyncio.Event().wait()

    async def use(key: str, make: Callable[[], Awaitable[None]]) -> None:
        async with shared.ready(key, make):
            pass

    with pytest.raises(ValueError, match="no room"):
        await use("a", fail)
    first = asyncio.create_task(use("a", wait))
    second = asyncio.create_task(use("a", making(shared, "a", made)))
    await asyncio.sleep(0)
    first.cancel()
    await second
    assert made == ["a"]


async def test_beyond_the_most_the_least_recently_used_goes(shared: SharedLibraries) -> None:
    made: list[str] = []
    for key in ("a", "b", "a", "c", "a", "b"):
        async with shared.ready(key, making(shared, key, made)):
            pass
    assert made == ["a", "b", "c", "b"]
    assert sorted(file.stem for file in shared.folder.iterdir()) == ["a", "b"]


async def test_none_is_dropped_that_is_waited_for_however_many_ask_at_once(shared: SharedLibraries) -> None:
    made: list[str] = []
    most: list[int] = []

    async def draw(key: str) -> bool:
        async with shared.ready(key, making(shared, key, made)):
            for _ in range(3):
                await asyncio.sleep(0)
            most.append(len(list(shared.folder.iterdir())))
            return (shared.folder / f"{key}.npz").exists()

    keys = "abcdefghij" * 2
    assert await asyncio.gather(*map(draw, keys)) == [True] * 20
    assert sorted(set(made)) == list("abcdefghij")
    assert max(most) <= 2


async def test_who_gives_up_while_waiting_takes_no_place(shared: SharedLibraries) -> None:
    made: list[str] = []
    leave = asyncio.Event()

    async def draw(key: str) -> str:
        async with shared.ready(key, making(shared, key, made)):
            await leave.wait()
            return key

    holding = [asyncio.create_task(draw(key)) for key in "ab"]
    waiting = [asyncio.create_task(draw(key)) for key in "ccd"]
    await asyncio.sleep(0.01)
    waiting[0].cancel()
    leave.set()
    assert await asyncio.gather(*holding, *waiting[1:]) == list("abcd")
    assert sorted(made) == list("abcd")


def test_the_folder_goes_at_the_end_and_nobody_else_may_look_into_it() -> None:
    shared = SharedLibraries()
    assert shared.folder.stat().st_mode & 0o077 == 0
    shared.close()
    shared.close()
    assert not shared.folder.exists()


def test_folders_of_processes_that_were_killed_are_removed_and_no_others(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    names = [
        f"teststrip-darkroom-{gone.pid}-ab_c",
        f"teststrip-darkroom-{os.getpid()}-abc",
        "teststrip-darkroom-abc",
        f"teststrip-darkroom-{gone.pid}",
        f"other-{gone.pid}-abc",
    ]
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "key.npz").touch()
    (tmp_path / f"teststrip-darkroom-{gone.pid}-link").symlink_to(tmp_path / names[-1])
    remove_orphans(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir() and not path.is_symlink()) == sorted(
        names[1:]
    )
    assert all((tmp_path / name / "key.npz").exists() for name in names[1:])
