from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

# Before torch is there: for a model this small, threads cost a hundred times what they bring on a busy machine.
os.environ.setdefault("OMP_NUM_THREADS", "1")

REASON = "torch, diffusers and transformers are not installed here; the package's .own-environment says how"


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pipeline of random weights, on disk."""
    for name in ("torch", "diffusers", "transformers"):
        pytest.importorskip(name, reason=REASON)
    from tiny import make  # noqa: PLC0415  it needs torch

    return make(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="session")
def loaded(folder: Path) -> Any:
    from teststrip_plugin_diffusers.pipeline import load  # noqa: PLC0415  as above
    from teststrip_plugin_diffusers.settings import Settings  # noqa: PLC0415  as above

    return load(Settings(str(folder)))
