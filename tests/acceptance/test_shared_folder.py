"""Several processes on one runs folder: each cell is sent by one of them, and the death of one stops no other."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from small_server import Answers, address, served

import warm
from teststrip.run.lock import HAS_FLOCK

CELLS = 100
RECIPE = """\
teststrip: 1
title: Shared
model: gptproto/nai-diffusion-4-5-full
params: {prompt: a boat, size: 64x64, steps: 28}
axes:
  seed: {count: 100, from: 1, step: 1}
"""


class Billing(ThreadingHTTPServer):
    """Takes every submit, and counts what it would bill for each seed."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Takes)
        self.lock = threading.Lock()
        self.billed: Counter[int] = Counter()

    def handle_error(self, *_: object) -> None:
        """Say nothing of the connections of those that were killed."""


class Takes(Answers):
    server: Billing

    def take(self, request: dict[str, Any]) -> None:
        seed = request["seed"]
        with self.server.lock:
            self.server.billed[seed] += 1
        time.sleep(0.01)
        self.say({"id": f"p{seed}", "status": "created"})

    def colour(self) -> tuple[int, int, int]:
        return (int(self.path.split("/p")[-1].split("/")[0]), 0, 0)


@pytest.fixture
def billing() -> Iterator[Billing]:
    with served(Billing()) as server:
        yield server


def start(server: Billing, cwd: Path, *options: str) -> warm.Process:
    (cwd / "r.yaml").write_text(RECIPE)
    target = address(server)
    command = [sys.executable, "-m", "teststrip", "run", "r.yaml", "--json", "--concurrency", "8"]
    return warm.start(
        [*command, "--target", target, *options],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if not name.startswith("GPTPROTO_")},
    )


def ended(process: warm.Process) -> dict[str, Any]:
    said, told = process.communicate(timeout=120)
    assert said, told
    last: dict[str, Any] = json.loads(said.splitlines()[-1])
    assert last["event"] == "run_done", told
    return last


def test_two_processes_send_each_cell_once_and_both_see_all_of_them_done(billing: Billing, tmp_path: Path) -> None:
    both = [ended(process) for process in [start(billing, tmp_path), start(billing, tmp_path)]]
    assert billing.billed == dict.fromkeys(range(1, CELLS + 1), 1)
    assert [last["done"] for last in both] == [CELLS, CELLS]
    assert sum(last["sent"] for last in both) == CELLS
    assert all(last["money"]["spent"] == str(2 * CELLS) for last in both[1:])


def test_two_processes_keep_to_one_budget(billing: Billing, tmp_path: Path) -> None:
    both = [ended(one) for one in [start(billing, tmp_path, "--budget", "61") for _ in range(2)]]
    assert sum(billing.billed.values()) == 30
    assert max(billing.billed.values()) == 1
    assert all("the budget of 61 Anlas" in last["stopped"] for last in both)


@pytest.mark.skipif(not HAS_FLOCK, reason="this system shows a death only after a while")
def test_the_death_of_one_lets_the_other_finish(billing: Billing, tmp_path: Path) -> None:
    dying, living = start(billing, tmp_path), start(billing, tmp_path)
    while sum(billing.billed.values()) < CELLS // 4:
        time.sleep(0.01)
    dying.send_signal(signal.SIGKILL)
    dying.communicate(timeout=30)
    last = ended(living)
    assert set(billing.billed.values()) == {1}
    assert last["done"] + last["uncertain"] == CELLS
    assert last["uncertain"] <= 8
    again = ended(start(billing, tmp_path, "--resend-uncertain"))
    assert (again["done"], again["sent"]) == (CELLS, last["uncertain"])
