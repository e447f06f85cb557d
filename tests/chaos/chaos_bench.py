"""A schedule of misfortune: seeded faults, runs that are killed at random moments, and what is left of it all."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import warm
from teststrip.base.json import sha256
from teststrip.emulator.money import request_digest
from teststrip.provider.page import read_page
from teststrip.provider.request import resolve_defaults

KEY = "sk-chaos-5f0e9c3d7a1b"
PAGES = Path(__file__).parents[2] / "src" / "teststrip" / "provider" / "pages"
SERVER = Path(__file__).with_name("chaos_server.py")
MOST_RUNS = 14  # commands until nothing changes any more
LONGEST_RUN = 120  # seconds
# A page that is as hasty as a test has to be, and gives up early.
HASTE = (
    ("interval: 1.5", "interval: 0.1"),
    ("max_interval: 5", "max_interval: 0.2"),
    ("deadline: 600", "deadline: 3"),
    ("pace: {concurrency: 1, per_minute: 20}", "pace: {concurrency: 4, per_minute: 6000}"),
)
# What may go wrong; each schedule takes some of these, with a chance of its own.
TROUBLES = (
    "at: submit, fault: error, status: 429, retry_after: 0",
    "at: submit, fault: error, status: 429",
    "at: submit, fault: error, status: 429, retry_after: 1, as_date: true",
    "at: submit, fault: error, status: 429, body: success",
    "at: submit, fault: error, status: 500",
    "at: submit, fault: error, status: 500, charged: true",
    "at: submit, fault: error, status: 500, charged: true, body: success",
    "at: submit, fault: error, status: 502, charged: true, body: html",
    "at: submit, fault: error, status: 503, body: empty",
    "at: submit, fault: error, status: 504, charged: true",
    "at: submit, fault: error, status: 400, code: '503'",
    "at: submit, fault: error, status: 400",
    "at: submit, fault: reset, when: head",
    "at: submit, fault: reset, when: read",
    "at: submit, fault: reset, when: answered",
    "at: submit, fault: slow, seconds: 0.5",
    "at: submit, fault: truncated",
    "at: submit, fault: truncated, declared: false",
    "at: submit, fault: failed, seconds: 0.1",
    "at: submit, fault: moderated",
    "at: submit, fault: cancelled",
    "at: submit, fault: stuck",
    "at: submit, fault: word, word: reticulating",
    "at: submit, fault: variant, mix: true",
    "at: submit, fault: variant, around: absent, id: task_id, links: absent",
    "at: poll, fault: error, status: 429, retry_after: 0",
    "at: poll, fault: error, status: 404",
    "at: poll, fault: error, status: 500, body: html",
    "at: poll, fault: error, status: 400, code: '503'",
    "at: poll, fault: reset, when: answered",
    "at: poll, fault: reset, when: head",
    "at: poll, fault: truncated",
    "at: poll, fault: word, word: reticulating",
    "at: poll, fault: variant, mix: true",
    "at: poll, fault: variant, outputs: b64_json",
    "at: picture, fault: expired",
    "at: picture, fault: error, status: 500",
    "at: picture, fault: truncated",
    "at: picture, fault: truncated, declared: false",
    "at: picture, fault: reset, when: answered",
    "at: picture, fault: slow, seconds: 0.3",
)
# What ends a run cleanly, so that only another command goes on.
ENDS = ("status: 401", "status: 403", "status: 402", "status: 403, code: insufficient_balance")


@dataclass
class Aftermath:
    """What a schedule left: charges by request, trials, what was printed, and how each command ended."""

    folder: Path
    charges: list[dict[str, Any]]
    trials: list[dict[str, Any]]
    printed: list[str] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    ended: list[int | None] = field(default_factory=list)

    def complaints(self) -> list[str]:
        """Say everything that must not be; [] when money and truth are whole."""
        told = [*self.trouble]
        paid = Counter(charge["request"] for charge in self.charges)
        predictions: dict[str, list[str]] = {}
        for charge in self.charges:
            predictions.setdefault(charge["request"], []).append(charge["prediction"])
        by_request = {self._name(trial): trial for trial in self.trials}
        told += [f"charged {times} times: {by_request.get(name)}" for name, times in paid.items() if times > 1]
        told += [f"charged, and in no ledger: {name}" for name in paid if name not in by_request]
        for name, trial in by_request.items():
            state, times = trial["state"], paid[name]
            if state in {"intent", "fetched"}:
                told.append(f"left in {state}: {trial}")
            if times and (
                state == "planned"
                or (state in {"failed", "moderated", "cancelled"} and not trial["may_have_cost"])
            ):
                told.append(f"charged, and told to have cost nothing: {trial}")
            if state in {"done", "submitted"} and not times:
                told.append(f"{state}, and never charged: {trial}")
            if times and trial["prediction"] not in {None, *predictions[name]}:
                told.append(f"its prediction is another's: {trial}")
            if state == "done":
                told += self._missing(trial)
        told += [f"the key is in {place}" for place in self._key_places()]
        told += [f"a traceback: {text[-1500:]}" for text in self.printed if "Traceback" in text]
        return told

    def _missing(self, trial: dict[str, Any]) -> Iterator[str]:
        pictures = json.loads(trial["pictures"])
        if not pictures:
            yield f"done without a picture: {trial}"
        for picture in pictures:
            digest = picture["sha256"]
            kept = list((self.folder / "runs" / "store" / digest[:2]).glob(f"{digest}.*"))
            if [sha256(path.read_bytes()) for path in kept] != [digest]:
                yield f"its picture is not on disk: {trial}"

    def _key_places(self) -> Iterator[str]:
        needle = KEY.encode()
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and needle in path.read_bytes():
                yield str(path.relative_to(self.folder))
        if any(KEY in text for text in self.printed):
            yield "what was printed"

    def _name(self, trial: dict[str, Any]) -> str:
        page = read_page((self.folder / "providers" / "page.md").read_text("utf-8"), "page.md")
        request = resolve_defaults(page, trial["model"], json.loads(trial["request"]))
        return request_digest(trial["model"], request)


def faults_of(dice: random.Random) -> str:
    """Draw a fault plan."""
    rules = [f"{trouble}, chance: {dice.uniform(0.05, 0.3):.3f}" for trouble in dice.sample(TROUBLES, 8)]
    if dice.random() < 0.4:
        rules.insert(0, f"at: submit, fault: error, {dice.choice(ENDS)}, nth: {dice.randrange(3, 20)}")
    lines = "".join(f"  - {{{rule}}}\n" for rule in rules)
    return f"seed: {dice.randrange(2**32)}\nskew: {dice.choice([0, 0, -3600, 3600])}\nrules:\n{lines}"


def prepare(folder: Path, cells: int, faults: str) -> None:
    """Write a hasty page, a fault plan and a recipe of so many cells."""
    page = (PAGES / "gptproto-novelai.md").read_text("utf-8")
    for old, new in HASTE:
        assert old in page
        page = page.replace(old, new, 1)
    (folder / "providers").mkdir()
    (folder / "providers" / "page.md").write_text(page)
    (folder / "faults.yaml").write_text(faults)
    (folder / "recipe.yaml").write_text(
        "teststrip: 1\ntitle: Chaos\nmodel: gptproto/nai-diffusion-4-5-full\n"
        f"params: {{prompt: a boat, size: 64x64, steps: 1}}\naxes:\n  seed: {{from: 1, count: {cells}}}\n"
    )


def endure(folder: Path, seed: int, cells: int, *options: str) -> Aftermath:
    """Go through the schedule of a seed: run, be killed, resume, until nothing changes any more.

    `options` are added to every command.
    """
    dice = random.Random(seed)  # noqa: S311  misfortune, no secret
    prepare(folder, cells, faults_of(dice))
    left = Aftermath(folder, [], [])
    kills = [dice.uniform(0.0, 1.0) for _ in range(dice.randrange(1, 4))]
    with serving(folder) as url:
        before: object = None
        for _ in range(MOST_RUNS):
            kill = kills.pop(0) if kills else None
            _run(folder, (url, *options), kill, cells, left)
            left.charges, left.trials = charges_of(folder), trials_of(folder)
            now = (len(left.charges), sorted((trial["digest"], trial["state"]) for trial in left.trials))
            if kill is None and now == before:
                break
            before = now
        else:
            left.trouble.append("the runs never came to rest")
    return left


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Yield the address of an emulator process."""
    command = [sys.executable, str(SERVER), "providers/page.md", "faults.yaml", "charges.jsonl"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.send_signal(signal.SIGTERM)
            server.communicate(timeout=30)


def _run(folder: Path, told: tuple[str, ...], kill: float | None, cells: int, left: Aftermath) -> None:
    """Give the command once; `kill` is after what part of its events it is killed, and a moment later.

    `told` is the address, and further options.
    """
    url, *options = told
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GPTPROTO_")}
    environ |= {"GPTPROTO_API_KEY": KEY, "GPTPROTO_API_BASE_URL": url}
    command = [sys.executable, "-m", "teststrip", "run", "recipe.yaml", "--live", "--json", *options]
    with warm.start(command, cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        errors: list[str] = []
        reader = threading.Thread(target=lambda: errors.append(run.stderr.read() if run.stderr else ""))
        reader.start()
        watchdog = threading.Timer(LONGEST_RUN, run.kill)
        watchdog.start()
        lines = []
        for line in run.stdout:
            lines.append(line)
            if kill is not None and len(lines) > kill * 3 * cells:
                time.sleep((kill * 997) % 1 * 0.05)
                run.kill()
                break
        lines.append(run.stdout.read())
        run.wait()
        watchdog.cancel()
        reader.join()
    left.printed += ["".join(lines), *errors]
    left.ended.append(run.returncode)
    if kill is None and run.returncode not in {0, 1, 3}:
        left.trouble.append(f"the command ended with {run.returncode}: {errors}")


def charges_of(folder: Path) -> list[dict[str, Any]]:
    """Read what the emulator has charged."""
    file = folder / "charges.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def trials_of(folder: Path) -> list[dict[str, Any]]:
    """Read the trials of the ledger."""
    file = folder / "runs" / "ledger.sqlite3"
    if not file.exists():
        return []
    with contextlib.closing(sqlite3.connect(file)) as ledger:
        ledger.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in ledger.execute("SELECT * FROM trials ORDER BY digest")]
        except sqlite3.OperationalError:  # killed before there was a table
            return []
