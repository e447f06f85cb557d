"""Libraries that are kept: nothing is lost, no two are taken for one another, and a broken file counts as none."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from darkroom_bench import SMALL, picture

from teststrip.darkroom import Character, Control, Exposure, Reference, Start, Vibe, kept
from teststrip.darkroom.conditioning import Wishes, forget_libraries, library_for
from teststrip.darkroom.exposure import wishes_of
from teststrip.darkroom.lattice import Lattice
from teststrip.darkroom.library import Library

CAT = picture("cat")
RICH = replace(
    SMALL,
    characters=(Character("1girl", "hat", (0.3, 0.5)), Character("1boy", "", (0.7, 0.5))),
    use_coords=True,
    control=Control("hed", CAT),
)


def assert_same(one: Library, other: Library) -> None:
    assert (one.lattice, one.stands, one.widening) == (other.lattice, other.stands, other.widening)
    for name in ("members", "values", "squares", "log_cond", "log_uncond"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
        assert getattr(one, name).dtype == getattr(other, name).dtype
    assert (one.bias is None) == (other.bias is None)
    if one.bias is not None:
        np.testing.assert_array_equal(one.bias, other.bias)
    assert len(one.lots) == len(other.lots)
    for mine, theirs in zip(one.lots, other.lots, strict=True):
        assert list(mine.codes) == list(theirs.codes)
        for name, codes in mine.codes.items():
            np.testing.assert_array_equal(codes, theirs.codes[name])


@pytest.mark.parametrize("exposure", [SMALL, RICH], ids=["plain", "rich"])
def test_a_library_from_a_file_is_the_library(exposure: Exposure, tmp_path: Path) -> None:
    wishes = wishes_of(exposure)
    forget_libraries()
    made = library_for(wishes, tmp_path)
    forget_libraries()
    assert_same(library_for(wishes, tmp_path), made)
    assert_same(library_for(wishes), made)
    assert [file.name for file in tmp_path.iterdir()] == [f"{kept.key_of(wishes)}.npz"]


def test_a_file_that_is_there_is_used(tmp_path: Path) -> None:
    """What lies under another's key is taken for it: so nothing is drawn anew."""
    one, other = wishes_of(SMALL), wishes_of(replace(SMALL, prompt="sea"))
    kept.keep(tmp_path, kept.key_of(one), kept.pack(library_for(other)))
    assert_same(library_for(one, tmp_path), library_for(other))


@pytest.mark.parametrize("data", [b"", b"PK", b"\x80\x04."], ids=["empty", "cut off", "pickle"])
def test_a_file_that_is_broken_or_no_arrays_counts_as_none(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "key.npz").write_bytes(data)
    assert kept.read(tmp_path, "key") is None


def test_whatever_bit_is_wrong_the_library_is_the_same_or_none(tmp_path: Path) -> None:
    """A header is read as Python, so a bit of it may raise what no one would think of."""
    packed = kept.pack(library_for(wishes_of(SMALL)))
    kept.keep(tmp_path, "key", packed)
    whole = (tmp_path / "key.npz").read_bytes()
    head = whole.index(b"NUMPY")
    for place in [*range(head, head + 120), *range(len(whole) - 120, len(whole))]:
        (tmp_path / "key.npz").write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        found = kept.read(tmp_path, "key")
        assert found is None or all(np.array_equal(found[name], packed[name]) for name in packed)


def test_arrays_of_something_else_count_as_none(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", values=np.zeros(3))
    with (tmp_path / "single.npz").open("wb") as file:
        np.save(file, np.zeros(3))
    (tmp_path / "folder.npz").mkdir()
    assert [kept.read(tmp_path, key) for key in ("other", "single", "folder")] == [None] * 3


def test_what_does_not_fit_on_the_disk_leaves_nothing(tmp_path: Path) -> None:
    code = """
import resource, signal, sys
from pathlib import Path
import numpy as np
from teststrip.darkroom import kept
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, resource.RLIM_INFINITY))
kept.keep(Path(sys.argv[1]), "key", {"values": np.zeros(100_000)})
"""
    pytest.importorskip("resource")
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert (list(tmp_path.iterdir()), done.stderr) == ([], "")


def test_a_folder_that_is_gone_costs_nothing_but_time(tmp_path: Path) -> None:
    forget_libraries()
    without = library_for(wishes_of(SMALL))
    forget_libraries()
    found = library_for(wishes_of(SMALL), tmp_path / "gone")
    kept.drop(tmp_path / "gone", "key")
    assert found is not without
    assert found.values.tobytes() == without.values.tobytes()
    assert list(tmp_path.iterdir()) == []


def test_no_two_wishes_have_one_key() -> None:
    first = Wishes("1girl", "hat", Lattice.of(128, 192))
    others = {
        "prompt": "1girl, hat",
        "negative_prompt": "",
        "lattice": Lattice.of(128, 193),
        "characters": (Character("1boy"),),
        "vibes": (Vibe(CAT),),
        "control": Control("hed", CAT),
        "references": (Reference("style"),),
        "start": Start(CAT),
        "auto_smea": True,
        "legacy": True,
    }
    assert list(others) == [field.name for field in fields(Wishes)]
    changed = [replace(first, **{name: value}) for name, value in others.items()]  # type: ignore[arg-type]
    finer = [
        replace(first, vibes=(Vibe(CAT, 0.5),)),
        replace(first, vibes=(Vibe(CAT[:-1]),)),
        replace(first, vibes=(Vibe(CAT), Vibe(CAT))),
        replace(first, control=Control("midas", CAT)),
        replace(first, start=Start(CAT, infill=True, mask=CAT)),
        replace(first, prompt="1girlhat", negative_prompt=""),
        replace(first, prompt="", negative_prompt="1girlhat"),
    ]
    keys = [kept.key_of(wishes) for wishes in (first, *changed, *finer)]
    assert len(set(keys)) == len(keys)
    assert kept.key_of(replace(first)) == keys[0]
