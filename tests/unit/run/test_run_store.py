"""What a picture is, and how it is kept."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image, features
from run_bench import png

from teststrip.base.json import sha256
from teststrip.errors import ExchangeError, StorageError
from teststrip.run.model import Artifact
from teststrip.run.sniff import sniff
from teststrip.run.store import Store

FORMATS = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp", "GIF": ".gif", "AVIF": ".avif"}


def picture(form: str) -> bytes:
    if form == "AVIF" and not features.check("avif"):
        return b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avif" + bytes(100)
    stream = io.BytesIO()
    Image.radial_gradient("L").convert("RGB").save(stream, form)
    return stream.getvalue()


@pytest.mark.parametrize(("form", "suffix"), FORMATS.items())
def test_every_kind_of_picture_is_known_by_its_bytes(form: str, suffix: str) -> None:
    kind = sniff(picture(form))
    assert kind.suffix == suffix
    assert kind.media_type.startswith("image/")
    assert sniff(picture(form) + b"\0\0").suffix == suffix  # some writers pad


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_picture_cut_short_is_refused(form: str) -> None:
    data = picture(form)
    for part in (data[: len(data) // 2], data[:-16], data[:40]):
        with pytest.raises(ExchangeError, match="cut short") as caught:
            sniff(part)
        assert caught.value.kind == "protocol"


@pytest.mark.parametrize(
    "data", [b"", b"\x89PN", b"<html></html>", b"RIFF\x00\x00\x00\x00WAVE", b"BM" + bytes(60), bytes(64)]
)
def test_anything_else_is_no_picture(data: bytes) -> None:
    with pytest.raises(ExchangeError, match="no picture"):
        sniff(data)


def test_a_picture_lies_under_its_digest_byte_for_byte(tmp_path: Path) -> None:
    data = picture("JPEG")
    store = Store(tmp_path)
    artifact = store.put(data)
    name = sha256(data)
    assert artifact.path == tmp_path / name[:2] / f"{name}.jpg"
    assert artifact.path.read_bytes() == data
    assert (artifact.media_type, artifact.size) == ("image/jpeg", len(data))
    assert store.get(artifact) == data
    store.verify(artifact)


def test_identical_pictures_are_kept_once(tmp_path: Path) -> None:
    store = Store(tmp_path)
    first = store.put(png(1))
    stamp = first.path.stat().st_ino
    assert store.put(png(1)) == first
    assert first.path.stat().st_ino == stamp
    assert len(list(tmp_path.rglob("*.*"))) == 1


def test_putting_a_picture_mends_a_damaged_one(tmp_path: Path) -> None:
    store = Store(tmp_path)
    artifact = store.put(png(1))
    artifact.path.write_bytes(b"x" * artifact.size)
    assert store.get(store.put(png(1))) == png(1)


def test_a_changed_or_missing_picture_is_told(tmp_path: Path) -> None:
    store = Store(tmp_path)
    artifact = store.put(png(1))
    artifact.path.write_bytes(b"x" * artifact.size)
    with pytest.raises(StorageError, match="changed or damaged") as caught:
        store.verify(artifact)
    assert str(artifact.path) in str(caught.value)
    artifact.path.unlink()
    assert not store.has(artifact)
    with pytest.raises(StorageError, match="cannot be read"):
        store.get(artifact)


def test_a_store_that_cannot_be_written_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file where the folder should be")
    with pytest.raises(StorageError, match="cannot be written") as caught:
        Store(tmp_path / "store").put(png(1))
    assert "run again" in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_a_full_disk_leaves_no_half_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left on device"):
        Store(tmp_path).put(png(1))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_relative_root_gives_absolute_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Store(Path("runs/store")).put(png(1)).path.is_absolute()


def received(store: Store, *parts: bytes) -> Artifact:
    incoming = store.receive()
    for part in parts:
        if incoming.add(part):
            incoming.write()
    return incoming.keep()


@pytest.mark.parametrize("form", FORMATS)
def test_a_picture_that_comes_in_parts_is_kept_as_one_that_comes_whole(tmp_path: Path, form: str) -> None:
    data = picture(form)
    parts = [data[at : at + 97] for at in range(0, len(data), 97)]
    artifact = received(Store(tmp_path / "parts"), *parts)
    whole = Store(tmp_path / "whole").put(data)
    assert (artifact.sha256, artifact.media_type, artifact.size) == (whole.sha256, whole.media_type, whole.size)
    assert artifact.path.read_bytes() == data
    assert artifact.path.stat().st_mode == whole.path.stat().st_mode
    assert [p.name for p in (tmp_path / "parts").iterdir()] == [whole.sha256[:2]]


@pytest.mark.parametrize("data", [b"", b"<html></html>", picture("PNG")[:-16]])
def test_what_is_no_whole_picture_leaves_nothing_behind(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ExchangeError, match=r"no picture|cut short"):
        received(Store(tmp_path), data)
    assert list(tmp_path.iterdir()) == []


def test_a_picture_that_is_dropped_leaves_nothing_behind(tmp_path: Path) -> None:
    incoming = Store(tmp_path).receive()
    incoming.add(b"half")
    incoming.write()
    assert len(list(tmp_path.iterdir())) == 1
    incoming.drop()
    incoming.drop()
    incoming.write()
    assert list(tmp_path.iterdir()) == []


def test_a_large_picture_does_not_wait_in_memory(tmp_path: Path) -> None:
    noise = Image.frombytes("RGB", (1400, 1400), os.urandom(3 * 1400 * 1400))
    stream = io.BytesIO()
    noise.save(stream, "PNG", compress_level=0)
    data = stream.getvalue()
    incoming = Store(tmp_path).receive()
    due = [incoming.add(data[at : at + 2**19]) for at in range(0, 2**21, 2**19)]
    assert due == [False, False, False, True]
    incoming.write()
    assert not incoming.add(data[2**21 : 2**21 + 10])
    assert incoming.add(data[2**21 + 10 :])
    assert incoming.keep().path.read_bytes() == data


def test_a_damaged_picture_is_mended_by_the_same_one_that_comes_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    artifact = store.put(png(1))
    artifact.path.write_bytes(bytes(artifact.size))
    assert received(store, png(1)) == artifact
    store.verify(artifact)


def test_a_store_that_cannot_be_written_is_told_when_a_picture_comes(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file")
    with pytest.raises(StorageError, match="cannot be written"):
        received(Store(tmp_path / "store"), png(1))


@pytest.mark.parametrize("parts", [1, 3])
def test_a_thread_that_comes_to_keep_what_was_dropped_keeps_nothing(tmp_path: Path, parts: int) -> None:
    incoming = Store(tmp_path).receive()
    data = picture("PNG")
    for part in range(parts):
        incoming.add(data[part * len(data) // parts : (part + 1) * len(data) // parts])
        if part < parts - 1:
            incoming.write()
    incoming.drop()
    incoming.write()
    with pytest.raises(StorageError, match="dropped"):
        incoming.keep()
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]
