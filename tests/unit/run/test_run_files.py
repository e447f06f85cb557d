"""Files beside a recipe: how far it reaches, what is never waited for, and what a run keeps."""

from __future__ import annotations

import base64
import contextlib
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from run_bench import BASE, KEY, FakeApi, png, provider

from teststrip.base.files import open_straight
from teststrip.base.json import Json, sha256
from teststrip.errors import ExchangeError, StorageError, UsageError
from teststrip.plan.model import PlanFile
from teststrip.plan.pictures import MOST_BYTES, FileFault
from teststrip.provider.attach import Attachment, ReadAttachment, placeholder
from teststrip.provider.wire import Body
from teststrip.run.client import Client
from teststrip.run.file_glob import find_files, split_pattern
from teststrip.run.files import DiskFiles, attachments, keep_files
from teststrip.run.store import Store

MODEL = "nai-diffusion-4-5-full"


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """A recipe in a folder of its own, with a picture beside it and one outside."""
    folder = tmp_path / "mine"
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "a.png").write_bytes(png(1))
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "b.png").write_bytes(png(2))
    file = folder / "r.yaml"
    file.write_text("")
    return file


def fault(files: DiskFiles, name: str, beside: Path) -> str:
    with pytest.raises(FileFault) as caught:
        files.read(name, str(beside))
    return caught.value.message


def test_a_picture_is_found_beside_its_recipe(recipe: Path) -> None:
    found = DiskFiles(recipe).read("./refs/a.png", str(recipe))
    assert found == PlanFile(sha256(png(1)), "refs/a.png", "image/png", len(png(1)), 4, 4)


def test_a_path_is_relative_to_the_file_that_it_stands_in(recipe: Path) -> None:
    base = recipe.parent / "refs" / "base.yaml"
    base.write_text("")
    found = DiskFiles(recipe).read("a.png", str(base))
    assert (found.sha256, found.name) == (sha256(png(1)), "refs/a.png")
    assert "no file a.png beside" in fault(DiskFiles(recipe), "a.png", recipe)


def test_what_stands_on_the_command_line_is_relative_to_the_current_folder(
    recipe: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(recipe.parent.parent / "other")
    assert DiskFiles(recipe).read("b.png", "-s").sha256 == sha256(png(2))
    assert "no file a.png beside the current folder" in fault(DiskFiles(recipe), "a.png", Path("-s"))


def test_a_recipe_reaches_nothing_outside_its_folder(recipe: Path) -> None:
    outside = recipe.parent.parent / "other" / "b.png"
    (recipe.parent / "link.png").symlink_to(outside)
    (recipe.parent / "linked").symlink_to(outside.parent)
    files = DiskFiles(recipe)
    for name in ("../other/b.png", "refs/../../other/b.png", "link.png", "linked/b.png", "linked/../other/b.png"):
        assert "outside the recipe's folder" in fault(files, name, recipe)
    for name in (str(outside), str(recipe.parent / "refs" / "a.png"), "/proc/self/environ", "/dev/zero"):
        assert "absolute path" in fault(files, name, recipe)
    assert fault(files, "../nowhere.png", recipe) == fault(files, "../other.png", recipe).replace(
        "other", "nowhere"
    )


def test_a_folder_that_is_allowed_is_reached_by_every_kind_of_path(recipe: Path) -> None:
    outside = recipe.parent.parent / "other" / "b.png"
    (recipe.parent / "link.png").symlink_to(outside)
    files = DiskFiles(recipe, [outside.parent])
    for name in ("../other/b.png", str(outside), "link.png"):
        assert files.read(name, str(recipe)).sha256 == sha256(png(2))
    assert files.matching("../other/*.png", str(recipe)) == ["../other/b.png"]
    assert files.matching(f"{outside.parent}/*.png", str(recipe)) == [str(outside)]
    assert "outside" in fault(files, "../../x.png", recipe)


def test_a_link_within_the_folder_is_followed(recipe: Path) -> None:
    (recipe.parent / "link.png").symlink_to("refs/a.png")
    assert DiskFiles(recipe).read("link.png", str(recipe)).sha256 == sha256(png(1))


def test_a_link_that_is_put_in_place_after_a_path_was_judged_is_not_followed(recipe: Path) -> None:
    for at in ("refs/deep/a.png", "refs/deep", "refs"):
        place = Path(os.path.realpath(recipe.parent)) / "refs" / "deep" / "a.png"
        place.parent.mkdir(parents=True)
        place.write_bytes(png(1))
        handle = open_straight(place)
        os.close(handle)
        outside = recipe.parent.parent / "elsewhere"
        shutil.copytree(recipe.parent / "refs", outside)
        swapped = recipe.parent / at
        shutil.rmtree(swapped) if swapped.is_dir() else swapped.unlink()
        swapped.symlink_to(outside / Path(at).relative_to("refs"))
        with pytest.raises(OSError, match=r"symbolic|directory"):
            open_straight(place)
        swapped.unlink()
        shutil.rmtree(recipe.parent / "refs", ignore_errors=True)
        shutil.rmtree(outside)


def test_what_is_no_file_is_told_and_never_waited_for(recipe: Path) -> None:
    os.mkfifo(recipe.parent / "pipe.png")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(recipe.parent / "s.png"))
        files = DiskFiles(recipe, [Path("/dev"), Path("/proc/self")])
        told = {name: fault(files, name, recipe) for name in ("pipe.png", "s.png", "refs", ".", "/dev/zero")}
    assert told["pipe.png"].endswith("is a pipe, and no picture")
    assert told["s.png"].endswith("is a socket, and no picture")
    assert told["refs"] == "refs is a folder, and no picture"
    assert told["/dev/zero"].endswith("is a device, and no picture")
    assert "no picture" in fault(files, "/proc/self/status", recipe)


def test_a_file_that_is_too_large_is_not_read_whole(recipe: Path) -> None:
    large = recipe.parent / "large.png"
    large.write_bytes(png(1))
    os.truncate(large, 40 * 2**30)  # a hole: it takes no place on the disk
    assert "has 40960.0 MiB; a picture has at most 20 MiB" in fault(DiskFiles(recipe), "large.png", recipe)
    os.truncate(large, MOST_BYTES)
    assert "cut short" in fault(DiskFiles(recipe), "large.png", recipe)


@pytest.mark.parametrize("name", ["a\0b.png", "x" * 300, "\ud800.png", "a/" * 3000, "refs/a.png/b", "\n"])
def test_names_that_no_file_can_have_are_told(name: str, recipe: Path) -> None:
    assert fault(DiskFiles(recipe), name, recipe)


@pytest.mark.skipif(os.geteuid() == 0, reason="everything is readable to root")
def test_a_file_that_may_not_be_read_is_told(recipe: Path) -> None:
    (recipe.parent / "refs" / "a.png").chmod(0)
    assert "Permission denied" in fault(DiskFiles(recipe), "refs/a.png", recipe)


def test_a_file_is_read_once_whatever_becomes_of_it(recipe: Path) -> None:
    files = DiskFiles(recipe)
    first = files.read("refs/a.png", str(recipe))
    (recipe.parent / "refs" / "a.png").write_bytes(png(9))
    assert files.read("refs/a.png", str(recipe)) == first


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_path_and_no_pattern_raises_anything_else(name: str, pattern: str) -> None:
    files = DiskFiles(Path(__file__).parent.parent / "nowhere" / "r.yaml")
    for ask in (lambda: files.read(name, "r.yaml"), lambda: files.matching(pattern, "r.yaml")):
        with contextlib.suppress(FileFault):  # `*` may well match something where the tests are started
            ask()


def test_files_are_in_the_order_in_which_people_count(recipe: Path) -> None:
    for name in ("10", "2", "1", "B", "a", "02"):
        (recipe.parent / "refs" / f"pose {name}.png").write_bytes(png(1))
    found = DiskFiles(recipe).matching("refs/pose*.png", str(recipe))
    assert [name[10:-4] for name in found] == ["1", "02", "2", "10", "a", "B"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.png", ["./a.png", "./b.png"]),
        ("./*.png", ["./a.png", "./b.png"]),
        ("?.png", ["./a.png", "./b.png"]),
        ("[!a].png", ["./b.png"]),
        ("**/*.png", ["./a.png", "./b.png", "./one/c.png", "./one/two/d.png"]),
        ("**", ["./a.png", "./b.png", "./one/c.png", "./one/two/d.png"]),
        ("one/**/*.png", ["one/c.png", "one/two/d.png"]),
        ("*/*.png", ["./one/c.png"]),
        ("*/two/*", ["./one/two/d.png"]),
        ("one/two/d.png", ["one/two/d.png"]),
        (".*.png", ["./.hidden.png"]),
    ],
)
def test_patterns_find_files(pattern: str, expected: list[str], tmp_path: Path) -> None:
    (tmp_path / "one" / "two").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    for name in ("a.png", "b.png", ".hidden.png", "one/c.png", "one/two/d.png", ".git/e.png"):
        (tmp_path / name).write_bytes(png(1))
    (tmp_path / "one" / "up").symlink_to("..")
    os.mkfifo(tmp_path / "pipe.png")
    file = tmp_path / "sub.yaml"
    assert DiskFiles(file).matching(pattern, str(file)) == expected


@pytest.mark.parametrize(
    "pattern", ["", "refs/", "*/../*.png", "../*.png", "a\0*", "/*", "/etc/*", "x" * 500, "**/.."]
)
def test_patterns_that_name_no_files_are_told(pattern: str, recipe: Path) -> None:
    with pytest.raises(FileFault):
        DiskFiles(recipe).matching(pattern, str(recipe))


def test_a_walk_is_bounded(recipe: Path) -> None:
    (recipe.parent / "/".join("d" * 14)).mkdir(parents=True)
    with pytest.raises(FileFault, match="12 folders deep"):
        DiskFiles(recipe).matching("**/*.png", str(recipe))
    with pytest.raises(FileFault, match="more than 2 names; narrow it down"):
        find_files("**", recipe.parent, "", ("**",), "here", most=2)


def test_a_file_whose_name_would_be_a_template_or_no_text_is_refused(recipe: Path) -> None:
    odd = recipe.parent / "refs" / "${{ x }}.png"
    odd.write_bytes(png(1))
    with pytest.raises(FileFault, match="would be a template"):
        DiskFiles(recipe).matching("refs/*.png", str(recipe))
    odd.unlink()
    Path(os.fsdecode(os.fsencode(recipe.parent / "refs") + b"/\xff.png")).write_bytes(png(1))
    with pytest.raises(FileFault, match="is no text"):
        DiskFiles(recipe).matching("refs/*.png", str(recipe))


def test_a_pattern_parts_into_its_folder_and_the_rest() -> None:
    assert split_pattern("a/b/*.png") == ("a/b", ("*.png",))
    assert split_pattern("*/b.png") == ("", ("*", "b.png"))
    assert split_pattern("/*.png") == ("/", ("*.png",))


def test_a_run_keeps_its_pictures_and_uses_only_what_it_kept(recipe: Path, tmp_path: Path) -> None:
    files, store = DiskFiles(recipe), Store(tmp_path / "store")
    found = files.read("refs/a.png", str(recipe))
    keep_files([found], files, store)
    (recipe.parent / "refs" / "a.png").write_bytes(png(9))
    assert attachments([found], store)(found.sha256) == Attachment("image/png", png(1))
    keep_files([found], files, store)  # what is kept is not asked for again
    keep_files([found], None, store)


def test_a_picture_that_changes_while_planning_ends_the_run(recipe: Path, tmp_path: Path) -> None:
    files, place = DiskFiles(recipe), recipe.parent / "refs" / "a.png"
    found = files.read("refs/a.png", str(recipe))
    place.write_bytes(png(9))
    with pytest.raises(UsageError, match="changed since it was planned"):
        keep_files([found], files, Store(tmp_path / "store"))
    place.unlink()
    with pytest.raises(UsageError, match="it was there when it was planned"):
        keep_files([found], files, Store(tmp_path / "store"))
    with pytest.raises(UsageError, match="the store has no picture"):
        keep_files([found], None, Store(tmp_path / "store"))
    assert not (tmp_path / "store").exists()


def test_a_plan_from_elsewhere_finds_its_pictures_by_their_names(recipe: Path, tmp_path: Path) -> None:
    found = DiskFiles(recipe).read("refs/a.png", str(recipe))
    store = Store(tmp_path / "store")
    keep_files([found], DiskFiles(recipe), store)
    assert store.get(store.artifact(found.sha256, "image/png", found.size)) == png(1)


def test_a_damaged_copy_is_made_again(recipe: Path, tmp_path: Path) -> None:
    files, store = DiskFiles(recipe), Store(tmp_path / "store")
    found = files.read("refs/a.png", str(recipe))
    keep_files([found], files, store)
    store.artifact(found.sha256, "image/png", found.size).path.write_bytes(b"x" * found.size)
    keep_files([found], files, store)
    assert attachments([found], store)(found.sha256).data == png(1)
    with pytest.raises(StorageError, match="no picture with the SHA-256"):
        attachments([found], store)("0" * 64)


def _has(data: bytes) -> ReadAttachment:
    def read(digest: str) -> Attachment:
        if digest != sha256(data):
            raise StorageError("the picture is lost")
        return Attachment("image/png", data)

    return read


@pytest.mark.parametrize(
    ("body", "form"),
    [
        (Body(), lambda data: base64.b64encode(data).decode()),
        (Body(media="data-uri"), lambda data: "data:image/png;base64," + base64.b64encode(data).decode()),
    ],
)
async def test_a_picture_is_sent_in_the_form_that_the_page_says(body: Body, form: Callable[[bytes], str]) -> None:
    api = FakeApi()
    request: dict[str, Json] = {
        "prompt": "a",
        "seed": 1,
        "image": placeholder(sha256(png(1))),
        "vibe_transfer": [{"image": placeholder(sha256(png(1))), "strength": 0.5}],
    }
    async with Client(
        provider(body=body), base_url=BASE, key=KEY, transport=api, attachments=_has(png(1))
    ) as client:
        await client.submit(MODEL, request)
    (sent,) = api.predictions.values()
    assert sent["image"] == form(png(1))
    assert sent["vibe_transfer"] == [{"image": form(png(1)), "strength": 0.5}]
    assert request["image"] == placeholder(sha256(png(1)))


@pytest.mark.parametrize("reader", [None, _has(png(2))])
async def test_a_picture_that_is_lost_is_told_and_nothing_is_sent(reader: ReadAttachment | None) -> None:
    api = FakeApi()
    async with Client(provider(), base_url=BASE, key=KEY, transport=api, attachments=reader) as client:
        with pytest.raises(ExchangeError) as caught:
            await client.submit(MODEL, {"prompt": "a", "image": placeholder(sha256(png(1)))})
    assert (caught.value.may_have_cost, caught.value.kind) == (False, "protocol")
    assert api.seen == []
    assert not isinstance(caught.value.__cause__, httpx.HTTPError)
