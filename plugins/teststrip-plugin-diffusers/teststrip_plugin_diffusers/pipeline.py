"""A pipeline from disk, and what it is: the digest of its files, the versions of what runs it."""

from __future__ import annotations

import hashlib
import importlib.metadata
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from teststrip.errors import UsageError
from teststrip_plugin_diffusers.settings import DOWNLOAD, MODEL, Settings

_LIBRARIES: Final = ("diffusers", "torch", "transformers")
_WEIGHTLESS: Final = ("*.bin", "*.ckpt", "*.pt", "*.pth", "*.msgpack", "*.h5", "*.onnx", "*.onnx_data")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A pipeline that makes pictures from text; `image` makes them from a picture, where there is such a one.

    `name` is what people call it, `version` what changes whenever the same request may give other bytes. Drawing
    puts other schedulers into the pipelines; `own_scheduler` is the one that came with the weights.
    """

    name: str
    version: str
    text: Any
    image: Any | None
    device: str
    own_scheduler: Any


def load(settings: Settings) -> Loaded:
    """Load a pipeline. Nothing is fetched unless the settings say so, and no code comes with the weights.

    Raises UsageError for a pipeline that is not there or cannot be read, and for libraries that are missing.
    """
    try:
        import torch  # noqa: PLC0415  a message for people, where it is missing
        from diffusers import AutoPipelineForImage2Image, AutoPipelineForText2Image  # noqa: PLC0415  as above
        from diffusers.utils import logging  # noqa: PLC0415  as above
    except ImportError as error:
        raise UsageError(
            f"the renderer diffusers needs torch and diffusers ({error}): pip install both"
        ) from error
    folder = _folder(settings)
    logging.disable_progress_bar()
    try:
        # Weights as safetensors only: the older formats are programs, which loading runs.
        text = AutoPipelineForText2Image.from_pretrained(folder, local_files_only=True, use_safetensors=True)
        text.to(settings.device, getattr(torch, settings.dtype))
    except Exception as error:  # whatever a broken folder or device makes the library raise
        raise UsageError(
            f"{MODEL}: {folder} cannot be loaded ({type(error).__name__}: {_start(error)})"
        ) from error
    text.set_progress_bar_config(disable=True)
    try:
        image = AutoPipelineForImage2Image.from_pipe(text)
        image.set_progress_bar_config(disable=True)
    except ValueError:  # the family has none
        image = None
    return Loaded(_name(settings), _version(folder, settings), text, image, settings.device, text.scheduler)


def digest_of(folder: Path) -> str:
    """Return the SHA-256 over all files of a pipeline: their names in order, and their contents."""
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not _hidden(path, folder)):
        with path.open("rb") as stream:
            content = hashlib.file_digest(stream, "sha256").hexdigest()
        whole.update(f"{path.relative_to(folder).as_posix()}\0{content}\n".encode())
    return whole.hexdigest()


def _folder(settings: Settings) -> Path:
    """Return the folder of a pipeline: the one that is named, or the Hub's copy on this disk."""
    folder = Path(settings.model).expanduser()
    if folder.is_dir():
        if not (folder / "model_index.json").is_file():
            raise UsageError(f"{MODEL}: {folder} has no model_index.json: it is not the folder of a pipeline")
        return folder
    if settings.model.startswith((".", "/", "~")) or settings.model.count("/") != 1:
        raise UsageError(f"{MODEL}: there is no folder {settings.model}")
    from huggingface_hub import snapshot_download  # noqa: PLC0415  it comes with diffusers

    try:
        return Path(
            snapshot_download(
                settings.model, local_files_only=not settings.download, ignore_patterns=list(_WEIGHTLESS)
            )
        )
    except Exception as error:  # its errors are many, and some are those of the libraries below it
        advice = "" if settings.download else f", and nothing is downloaded: set {DOWNLOAD}=1 to allow it once"
        raise UsageError(f"{MODEL}: {settings.model} is not on this disk{advice} ({_start(error)})") from error


def _name(settings: Settings) -> str:
    return Path(settings.model).expanduser().resolve().name if Path(settings.model).is_dir() else settings.model


def _version(folder: Path, settings: Settings) -> str:
    libraries = [f"{name}-{importlib.metadata.version(name)}" for name in _LIBRARIES]
    return " ".join([digest_of(folder)[:16], *libraries, settings.device, settings.dtype])


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _start(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
