"""Libraries as they are kept: packed to a quarter, in files that drawing processes share.

A library costs about as much processor time as a picture, so none should be made twice. Its latents are multiples
of 2**-13 and fit 16 bits: packing loses nothing. A file's name is the digest of what the library was asked for;
files appear whole, and one that cannot be read counts as none.
"""

import contextlib
import dataclasses
import hashlib
import io
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from teststrip.darkroom.arrays import Doubles
from teststrip.darkroom.lattice import Lattice
from teststrip.darkroom.library import VALUE_BITS, Library, Lots, squares_of
from teststrip.darkroom.scene import Scenes, Stand

Packed: TypeAlias = Mapping[str, npt.NDArray[Any]]
"""A library's arrays, by the names of `Library`'s fields; ``codes`` is (lots, names, scenes)."""

_ALWAYS: Final = frozenset({"values", "members", "log_cond", "log_uncond", "widening", "names", "codes"})


def pack(library: Library) -> Packed:
    """Return a whole library's arrays, ``values`` as int16 in steps of 2**-13."""
    values = np.empty(library.values.shape, np.int16)
    np.multiply(library.values, 1 << VALUE_BITS, out=values, casting="unsafe")  # whole numbers
    packed: dict[str, npt.NDArray[Any]] = {
        "values": values,
        "members": library.members,
        "log_cond": library.log_cond,
        "log_uncond": library.log_uncond,
        "widening": np.array(library.widening),
        "names": np.array(list(library.scenes.codes)),
        "codes": np.stack([np.stack(list(scenes.codes.values())) for scenes in library.lots]),
    }
    if library.bias is not None:
        packed["bias"] = library.bias
    return packed


def unpack(packed: Packed, lattice: Lattice, stands: tuple[Stand, ...]) -> Library:
    """Return the library that was packed; lattice and stands follow from what was asked for."""
    names = [str(name) for name in packed["names"]]
    lots: Lots = tuple(Scenes(dict(zip(names, codes, strict=True))) for codes in packed["codes"])
    values: Doubles = np.multiply(packed["values"], 2.0**-VALUE_BITS, dtype=np.float64)
    return Library(
        lattice=lattice,
        lots=lots,
        stands=stands,
        members=packed["members"],
        values=values,
        squares=squares_of(values),
        log_cond=packed["log_cond"],
        log_uncond=packed["log_uncond"],
        bias=packed.get("bias"),
        widening=float(packed["widening"]),
    )


def key_of(wishes: object) -> str:
    """Return the SHA-256 of a frozen record, by its fields; pictures count by their bytes."""
    digest = hashlib.sha256()
    _tell(wishes, digest.update)
    return digest.hexdigest()


def _tell(value: Any, say: Any) -> None:
    """Spell a value out without doubt: its type, its length where it has one, and what is in it."""
    if dataclasses.is_dataclass(value):
        say(f"{type(value).__name__}(".encode())
        for field in dataclasses.fields(value):
            _tell(getattr(value, field.name), say)
    elif isinstance(value, tuple):
        say(b"tuple %d(" % len(value))
        for member in value:
            _tell(member, say)
    else:
        data = value if isinstance(value, bytes) else repr(value).encode("utf-8", "surrogatepass")
        say(f"{type(value).__name__} {len(data)}:".encode())
        say(data)


def read(folder: Path, key: str) -> Packed | None:
    """Return what was kept under a key, or None, also for a file that is broken or holds something else."""
    try:
        with zipfile.ZipFile(_file(folder, key)) as file:
            packed = {name.removesuffix(".npy"): _array(file.read(name)) for name in file.namelist()}
    except Exception:  # noqa: BLE001  NumPy and zipfile raise many kinds for broken files, a tokenizer's among them
        return None
    return packed if packed.keys() >= _ALWAYS else None


def _array(data: bytes) -> npt.NDArray[Any]:
    # From bytes read whole: zipfile holds only those against their checksum, and `np.load` may read fewer.
    found: npt.NDArray[Any] = np.lib.format.read_array(io.BytesIO(data), allow_pickle=False)
    return found


def keep(folder: Path, key: str, packed: Packed) -> None:
    """Write a file for other processes. Where that fails (no room, the folder gone), they make their own."""
    with contextlib.suppress(OSError):
        handle, name = tempfile.mkstemp(dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, **dict[str, Any](packed))
            Path(name).replace(_file(folder, key))
        except OSError:
            Path(name).unlink(missing_ok=True)


def drop(folder: Path, key: str) -> None:
    """Let go of a file, if it is there."""
    with contextlib.suppress(OSError):
        _file(folder, key).unlink()


def _file(folder: Path, key: str) -> Path:
    return folder / f"{key}.npz"
