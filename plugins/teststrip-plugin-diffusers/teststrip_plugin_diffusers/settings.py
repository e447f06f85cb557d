"""Which pipeline is loaded and where it runs, from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from teststrip.errors import UsageError

MODEL: Final = "TESTSTRIP_DIFFUSERS_MODEL"
DOWNLOAD: Final = "TESTSTRIP_DIFFUSERS_DOWNLOAD"
DEVICE: Final = "TESTSTRIP_DIFFUSERS_DEVICE"
DTYPE: Final = "TESTSTRIP_DIFFUSERS_DTYPE"

_DTYPES: Final = ("float32", "float16", "bfloat16")
_YES_NO: Final = {"": False, "0": False, "no": False, "1": True, "yes": True}


@dataclass(frozen=True, slots=True)
class Settings:
    """The pipeline: a folder, or an id of the Hub; `download` lets what is not on disk be fetched from there."""

    model: str
    download: bool = False
    device: str = "cpu"
    dtype: str = "float32"


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings. Raises UsageError that names every variable that is missing or wrong."""
    model = environ.get(MODEL, "").strip()
    download = environ.get(DOWNLOAD, "").strip().lower()
    dtype = environ.get(DTYPE, "").strip() or "float32"
    faults = []
    if not model:
        faults.append(
            f"{MODEL} is not set: name the folder of a diffusers pipeline, or its id on the Hugging Face Hub"
        )
    if download not in _YES_NO:
        faults.append(f"{DOWNLOAD} is {download!r}: say 1 to let the Hub be asked, or leave it out")
    if dtype not in _DTYPES:
        faults.append(f"{DTYPE} is {dtype!r}: choose from {', '.join(_DTYPES)}")
    if faults:
        raise UsageError("; ".join(faults))
    return Settings(model, _YES_NO[download], environ.get(DEVICE, "").strip() or "cpu", dtype)
