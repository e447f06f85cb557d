"""Several processes, one runs folder, 500 cells: the emulator's charges say whether any was sent by two."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from chaos_bench import KEY, Aftermath, charges_of, prepare, serving, trials_of

import warm
from teststrip.run.lock import HAS_FLOCK

CELLS = 500
HANDS = 8  # requests that a process has on their way at once
LONGEST = 120  # seconds

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills with POSIX signals")


class Worker:
    """A process that runs the recipe; what it prints is read as it comes."""

    def __init__(self, folder: Path, url: str, *options: str) -> None:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("GPTPROTO_")}
        command = [sys.executable, "-m", "teststrip", "run", "recipe.yaml", "--live", "--json"]
        self.process = warm.start(
            [*command, "--concurrency", str(HANDS), *options],
            cwd=folder,
            env=environ | {"GPTPROTO_API_KEY": KEY, "GPTPROTO_API_BASE_URL": url},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.printed = ["", ""]
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        self.printed[:] = self.process.communicate(timeout=LONGEST)

    def ended(self) -> dict[str, Any]:
        """Wait for the end, and return the last event."""
        self._reader.join()
        said, told = self.printed
        assert said, told
        last: dict[str, Any] = json.loads(said.splitlines()[-1])
        assert last["event"] == "run_done", told
        return last

    def killed(self) -> None:
        """Kill it."""
        self.process.send_signal(signal.SIGKILL)
        self._reader.join()


@contextmanager
def shared(folder: Path, *rules: str) -> Iterator[str]:
    """Yield the address of an emulator for a folder with a recipe of 500 cells."""
    prepare(folder, CELLS, "rules:\n" + "".join(f"  - {{{rule}}}\n" for rule in rules) if rules else "rules: []\n")
    with serving(folder) as url:
        yield url


def left_of(folder: Path, *workers: Worker) -> Aftermath:
    printed = [text for worker in workers for text in worker.printed]
    return Aftermath(folder, charges_of(folder), trials_of(folder), printed)


def once_charged(folder: Path, count: int) -> None:
    """Wait until so much was charged."""
    end = time.monotonic() + LONGEST
    while len(charges_of(folder)) < count:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_two_processes_bring_500_cells_to_an_end_and_none_is_charged_twice(tmp_path: Path) -> None:
    with shared(tmp_path) as url:
        workers = [Worker(tmp_path, url) for _ in range(2)]
        both = [worker.ended() for worker in workers]
    left = left_of(tmp_path, *workers)
    assert left.complaints() == []
    assert (len(left.charges), len(left.trials)) == (CELLS, CELLS)
    assert [last["done"] for last in both] == [CELLS, CELLS]
    assert sum(last["sent"] for last in both) == CELLS
    assert all(last["sent"] > CELLS // 10 for last in both), "one of them did nearly nothing"


@pytest.mark.skipif(not HAS_FLOCK, reason="this system shows a death only after a while")
def test_the_death_of_one_in_the_midst_of_500_cells_lets_the_other_finish(tmp_path: Path) -> None:
    with shared(tmp_path) as url:
        dying, living = Worker(tmp_path, url), Worker(tmp_path, url)
        once_charged(tmp_path, CELLS // 3)
        dying.killed()
        last = living.ended()
        left = left_of(tmp_path, dying, living)
        assert left.complaints() == []
        states = [trial["state"] for trial in left.trials]
        uncertain = states.count("uncertain")
        assert (states.count("done"), len(states)) == (CELLS - uncertain, CELLS)
        assert (last["done"], last["uncertain"]) == (CELLS - uncertain, uncertain)
        assert uncertain <= HANDS
        charged = len(left.charges)
        assert CELLS - uncertain <= charged <= CELLS
        # Told to send again what nobody can tell of, the rest comes; and no more than that is paid for again.
        again = Worker(tmp_path, url, "--uncertain", "resend")
        assert (again.ended()["done"], again.ended()["sent"]) == (CELLS, uncertain)
        assert len(charges_of(tmp_path)) == charged + uncertain


@pytest.mark.chaos
@pytest.mark.skipif(not HAS_FLOCK, reason="this system shows a death only after a while")
@pytest.mark.parametrize("seed", range(5), ids=lambda seed: f"seed-{seed}-")
def test_three_processes_under_faults_of_which_two_are_killed_charge_nothing_twice(
    seed: int, tmp_path: Path
) -> None:
    rules = (
        "at: submit, fault: error, status: 429, retry_after: 0, chance: 0.03",
        "at: submit, fault: error, status: 500, charged: true, chance: 0.02",
        "at: submit, fault: reset, when: answered, chance: 0.02",
        "at: submit, fault: reset, when: head, chance: 0.02",
        "at: poll, fault: reset, when: answered, chance: 0.05",
        "at: picture, fault: truncated, chance: 0.05",
    )
    with shared(tmp_path, *rules) as url:
        workers = [Worker(tmp_path, url) for _ in range(3)]
        for number, part in enumerate((3 + seed, 11 + seed)):
            once_charged(tmp_path, CELLS * part // 30)
            workers[number].killed()
        workers[2].ended()
    left = left_of(tmp_path, *workers)
    assert left.complaints() == []
    assert len(left.trials) == CELLS
    assert {trial["state"] for trial in left.trials} <= {"done", "uncertain"}
