from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zlib

import pytest
from exchange_pictures import SIGNATURE, chunk, international, packed, png, text
from hypothesis import given
from hypothesis import strategies as st

from teststrip.exchange.picture.png import MOST_TEXT, PngTexts, read_png


def read(data: bytes) -> PngTexts:
    return read_png(io.BytesIO(data))


def test_all_three_kinds_of_text_are_read_and_name_their_chunk() -> None:
    found = read(
        png(
            text("a", "plain"),
            packed("b", b"packed"),
            international("c", "日本"),
            international("d", "größer", compressed=True),
        )
    )
    assert found.texts == {"a": "plain", "b": "packed", "c": "日本", "d": "größer"}
    assert found.kinds == {"a": "tEXt", "b": "zTXt", "c": "iTXt", "d": "iTXt"}
    assert (found.width, found.height, found.faults) == (8, 8, [])


def test_text_after_the_pixels_is_read_too() -> None:
    data = png()
    end = chunk(b"IEND", b"")
    assert read(data.removesuffix(end) + text("late", "here") + end).texts == {"late": "here"}


def test_the_first_of_a_keyword_counts() -> None:
    assert read(png(text("a", "first"), text("a", "second"))).texts == {"a": "first"}


def test_text_that_is_no_utf_8_is_the_latin_1_of_the_specification() -> None:
    assert read(png(chunk(b"tEXt", b"a\0caf\xe9"))).texts == {"a": "café"}


def test_a_bomb_is_not_unpacked() -> None:
    bomb = packed("parameters", b"\0" * (300 * 1024 * 1024))
    assert len(bomb) < 400_000
    tracemalloc.start()
    found = read(png(bomb, text("after", "still read")))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.texts == {"after": "still read"}
    assert found.faults == ["the zTXt 'parameters' unpacks to more than 8 MiB"]
    assert peak < 4 * MOST_TEXT


def test_many_bombs_are_stopped_by_the_bound_on_all_of_them() -> None:
    bomb = packed("x", b"\0" * (MOST_TEXT - 1))
    start = time.perf_counter()
    found = read(png(*[bomb.replace(b"x", b"y", 1) for _ in range(500)]))
    assert time.perf_counter() - start < 5
    assert "larger than is read" in found.faults[0]


def test_a_chunk_that_claims_two_gigabytes_is_not_read() -> None:
    head = struct.pack(">I", 2**31 - 1) + b"tEXt"
    found = read(SIGNATURE + chunk(b"IHDR", b"\0" * 13) + head + b"parameters\0x")
    assert found.texts == {}
    assert any("ends in the middle of a chunk, tEXt" in fault for fault in found.faults)


@pytest.mark.parametrize("cut", [9, 20, 40, 60])
def test_a_truncated_file_says_so_and_raises_nothing(cut: int) -> None:
    found = read(png(text("parameters", "Steps: 1"))[:cut])
    assert found.faults


def test_what_comes_before_the_cut_is_kept() -> None:
    data = png(text("parameters", "Steps: 1"))
    assert read(data[:-20]).texts == {"parameters": "Steps: 1"}


def test_no_png_is_said_to_be_none() -> None:
    assert read(b"GIF89a").faults == ["it does not begin as a PNG does"]


@given(st.binary(max_size=400))
def test_any_bytes_are_read_without_a_crash(data: bytes) -> None:
    assert data.startswith(SIGNATURE) or read(data).faults == ["it does not begin as a PNG does"]
    assert "it does not begin as a PNG does" not in read(SIGNATURE + data).faults


@given(st.lists(st.tuples(st.sampled_from([b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"IHDR"]), st.binary(max_size=60))))
def test_any_chunks_are_read_without_a_crash(chunks: list[tuple[bytes, bytes]]) -> None:
    found = read(SIGNATURE + b"".join(chunk(kind, data) for kind, data in chunks))
    assert len(found.texts) <= sum(kind != b"IHDR" for kind, _ in chunks)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), st.booleans())
def test_international_text_comes_back_as_it_was_written(value: str, compressed: bool) -> None:  # noqa: FBT001  hypothesis gives it
    assert read(png(international("k", value, compressed=compressed))).texts == {"k": value}


def test_a_damaged_stream_is_told_by_its_keyword() -> None:
    broken = chunk(b"zTXt", b"key\0\0" + zlib.compress(b"abc" * 100)[:-8])
    assert read(png(broken)).faults == ["the zTXt 'key' cannot be unpacked"]
