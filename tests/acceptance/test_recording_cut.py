"""A recording that is killed, and one whose disk is full: what was recorded plays, and the run goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_emulate_command import emulating
from test_no_key_anywhere import PAGE
from test_record_and_replay import last, offline, online, quick

from teststrip.cassette.read import load_cassette

SIX = "[1, 2, 3, 4, 5, 6]"


def quick_page(folder: Path) -> None:
    """Put the page beside, at another pace."""
    page = PAGE.read_text("utf-8").replace("interval: 1.5", "interval: 0.1")
    (folder / "providers").mkdir()
    (folder / "providers" / "page.md").write_text(page.replace("per_minute: 20", "per_minute: 600"), "utf-8")


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def test_a_paid_recording_that_is_killed_plays_what_it_has_and_is_gone_on_with(tmp_path: Path) -> None:
    quick(tmp_path, SIX)
    quick_page(tmp_path)
    charges, tape = tmp_path / "charges.jsonl", tmp_path / "tape"
    with emulating(tmp_path, "--charges", charges.name) as (url, _):
        live = {"GPTPROTO_API_BASE_URL": url, "GPTPROTO_API_KEY": "sk-mine-0123456789"}
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GPTPROTO_")}
        command = [sys.executable, "-m", "teststrip", "run", "q.yaml", "--live", "--record", "tape"]
        running = subprocess.Popen(command, cwd=tmp_path, env=clean | live, stdout=subprocess.DEVNULL)
        while running.poll() is None and len(lines(charges)) < 3:
            time.sleep(0.01)
        running.kill()
        assert running.wait() == -9
        held = load_cassette(tape)
        submits = sum(place.asked.method == "POST" for place in held.places)
        assert len(held.places) >= 4
        assert "was not ended: what came after its" in held.missing[-1]

        told = offline(tmp_path, "run", "q.yaml", "--replay", "tape", "--json")
        assert (told.returncode, "Traceback" in told.stderr) == (1, False), told.stderr
        done = last(told)["done"]
        assert isinstance(done, int)
        assert 1 <= done <= submits

        more = online(tmp_path, "resume", "quick", "--live", "--record", "tape", **live)
        again = 1 if more.returncode else 0  # killed while a submit was on its way, nobody knows of that one
        assert "Traceback" not in more.stderr
        paid = lines(charges)
        assert len(paid) == 6
    whole = offline(tmp_path, "run", "q.yaml", "--replay", "tape", "--json")
    # What was killed between the ledger and the cassette is the one thing that may be missing there.
    lost = 6 - sum(place.asked.method == "POST" for place in load_cassette(tape).places)
    assert lost <= 1
    assert last(whole)["done"] == 6 - max(lost, again)


def limited(folder: Path, size: int, *arguments: str, full: bool = False) -> subprocess.CompletedProcess[str]:
    """Give a command on a file system of its own in `small`, which has room for so many bytes."""
    fill = f"head -c {size} /dev/zero > small/fill && " if full else ""
    mount = f'mount -t tmpfs -o size={size} tmpfs small && {fill}"$@"; code=$?; cp -r small kept; exit $code'
    command = ["unshare", "-Urm", "sh", "-c", mount, "sh", sys.executable, "-m", "teststrip", *arguments]
    return subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def has_namespaces() -> bool:
    command = ["unshare", "-Urm", "sh", "-c", "mount -t tmpfs tmpfs /mnt"]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@pytest.mark.skipif(not has_namespaces(), reason="no small file system can be made here")
@pytest.mark.parametrize("size", [4096, 16384, 32768])
def test_a_disk_that_is_full_ends_the_recording_and_no_run(size: int, tmp_path: Path) -> None:
    quick(tmp_path, SIX)
    (tmp_path / "small").mkdir()
    told = limited(tmp_path, size, "run", "q.yaml", "--record", "small/tape", "--json")
    assert "Traceback" not in told.stderr, told.stderr
    event = json.loads(told.stdout.splitlines()[-1])
    assert (told.returncode, event["done"]) == (1, 6), told.stderr
    recorded = event["recorded"]
    assert "No space left on device" in recorded["trouble"]
    cassette = load_cassette(tmp_path / "kept" / "tape")
    assert len(cassette.places) == recorded["exchanges"]
    assert cassette.ends_line  # no half of an exchange is left
    assert any("was not ended" in words or "before its first" in words for words in cassette.missing)
    if cassette.places:
        played = offline(tmp_path, "run", "q.yaml", "--replay", "kept/tape", "--json")
        assert (played.returncode, "Traceback" in played.stderr) == (1, False), played.stderr
        replayed = last(played)["replayed"]
        assert isinstance(replayed, dict)
        assert replayed["exchanges"] >= 1


@pytest.mark.skipif(not has_namespaces(), reason="no small file system can be made here")
def test_where_nothing_at_all_can_be_recorded_nothing_is_sent(tmp_path: Path) -> None:
    quick(tmp_path)
    (tmp_path / "small").mkdir()
    told = limited(tmp_path, 4096, "run", "q.yaml", "--record", "small/tape", full=True)
    assert told.returncode == 1, told.stderr
    assert "Traceback" not in told.stderr
    assert "cannot be recorded on (No space left on device)" in told.stderr
