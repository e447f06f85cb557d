"""The cassettes themselves: they hold no secret, they are small, and they are what the emulator says today."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from cassette_hooks import RECORDED

HERE = Path(__file__).parent
CASSETTES = HERE / "cassettes"
# A key, or a header that carries one; the emulator's own words may name the header.
SECRETS = re.compile(
    rb"sk-[a-z0-9]|bearer [a-z0-9]|^ *(proxy-)?(authorization|(set-)?cookie|[a-z-]*key) *:",
    re.IGNORECASE | re.MULTILINE,
)


@pytest.fixture(autouse=True)
def nobody_records(record_mode: str) -> None:
    if record_mode != "none":
        pytest.skip("they are being recorded right now")


def contents(folder: Path) -> dict[str, object]:
    """Everything on the cassettes of a folder, by file name."""
    cassettes = {path.name: yaml.safe_load(path.read_text(encoding="utf-8")) for path in folder.glob("*.yaml")}
    return {**cassettes, **{path.name: path.read_bytes() for path in folder.glob("blobs/*")}}


def test_no_cassette_has_a_key() -> None:
    files = [path for path in CASSETTES.rglob("*") if path.is_file()]
    assert len(files) > 4
    for path in files:
        assert not SECRETS.search(path.read_bytes()), path.name


def test_the_search_for_secrets_finds_one() -> None:
    for found in (
        b"headers:\n  Authorization:\n  - x",
        b"say sk-abc",
        b"Bearer abc",
        b"  x-api-key: 1",
        b" set-cookie:",
    ):
        assert SECRETS.search(found)


def test_pictures_lie_beside_the_cassettes_and_not_in_them() -> None:
    named: set[str] = set()
    for path in CASSETTES.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert "!!binary" not in text
        named |= set(re.findall(r"blob: (\S+)", text))
    assert named == {path.name for path in CASSETTES.glob("blobs/*")}
    assert sum(path.stat().st_size for path in CASSETTES.rglob("*") if path.is_file()) < 100_000


def test_every_exchange_went_to_the_one_recorded_address() -> None:
    for path in CASSETTES.glob("*.yaml"):
        addresses = set(re.findall(r"https?://[^/\s\"']+", path.read_text(encoding="utf-8")))
        assert addresses == {RECORDED}


def test_recording_again_gives_the_same_cassettes(tmp_path: Path) -> None:
    again = [
        sys.executable,
        "-m",
        "pytest",
        str(HERE / "test_recorded_exchanges.py"),
        "--record-mode=rewrite",
        "-q",
    ]
    environ = {**os.environ, "TESTSTRIP_TEST_CASSETTES": str(tmp_path)}
    environ.pop("PYTEST_XDIST_WORKER", None)
    done = subprocess.run(again, env=environ, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout
    assert contents(tmp_path) == contents(CASSETTES), "the emulator or the client changed: run `make record`"
