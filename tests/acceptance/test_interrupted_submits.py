"""A run that is told to end while a paid request is on its way hears the answer first."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from small_server import Answers, address, served

import warm

RECIPE = """\
teststrip: 1
title: Cut off
model: gptproto/nai-diffusion-4-5-full
params: {prompt: a boat, size: 64x64}
axes:
  seed: [1, 2, 3]
"""
SLOW = 0.5  # seconds that an answer to a submit takes


class Slow(ThreadingHTTPServer):
    """Takes every submit at once, and says so late."""

    accepted = 0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Takes)
        self.heard = threading.Event()


class Takes(Answers):
    server: Slow

    def take(self, request: dict[str, Any]) -> None:  # noqa: ARG002  whatever it is
        self.server.accepted += 1
        name = f"p{self.server.accepted}"
        self.server.heard.set()
        time.sleep(SLOW)
        self.say({"id": name, "status": "created"})


@pytest.fixture
def slow() -> Iterator[Slow]:
    with served(Slow()) as server:
        yield server


def start(server: Slow, cwd: Path) -> warm.Process:
    (cwd / "r.yaml").write_text(RECIPE)
    target = address(server)
    return warm.start(
        [sys.executable, "-m", "teststrip", "run", "r.yaml", "--json", "--concurrency", "1", "--target", target],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if not name.startswith("GPTPROTO_")},
    )


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGTERM])
def test_what_was_accepted_is_not_lost(slow: Slow, blow: signal.Signals, tmp_path: Path) -> None:
    cut = start(slow, tmp_path)
    assert slow.heard.wait(30)
    cut.send_signal(blow)
    said, told = cut.communicate(timeout=30)
    assert (cut.returncode, "Traceback" in told) == (130, False)
    assert slow.accepted == 1
    money = json.loads(said.splitlines()[-1])["money"]
    assert (money["estimate"], money["reserved"], money["spent"]) == ("6", "2", "0")
    again = start(slow, tmp_path)
    said, _ = again.communicate(timeout=60)
    last = json.loads(said.splitlines()[-1])
    assert (last["done"], last["sent"], slow.accepted) == (3, 2, 3)


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGTERM])
def test_a_second_blow_ends_it_at_once_and_truthfully(slow: Slow, blow: signal.Signals, tmp_path: Path) -> None:
    cut = start(slow, tmp_path)
    assert slow.heard.wait(30)
    cut.send_signal(blow)
    time.sleep(SLOW / 5)
    cut.send_signal(blow)
    _, told = cut.communicate(timeout=30)
    assert (cut.returncode, "Traceback" in told) == (130, False)
    again = start(slow, tmp_path)
    said, _ = again.communicate(timeout=60)
    last = json.loads(said.splitlines()[-1])
    assert (last["done"], last["uncertain"], last["sent"], slow.accepted) == (2, 1, 2, 3)
