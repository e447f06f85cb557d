"""Runs recorded and played again as a person does: the server gone, the network blocked, no key."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from echo_server import SPELLED_NAMES, WORDS, echoing
from test_emulate_command import emulating
from test_no_key_anywhere import PAGE, PICTURES, Session, has_key, prepared, told_places

import warm
from teststrip.base.clock import SystemClock
from teststrip.base.where import Problem
from teststrip.cassette.record import header_of, open_recorder
from teststrip.emulator.app import create_app
from teststrip.emulator.darkroom import DarkroomRenderer
from teststrip.emulator.faults import read_faults
from teststrip.emulator.serve import running_emulator
from teststrip.emulator.settings import EmulatorSettings
from teststrip.plan.lock import LOCK_NAME, write_lock
from teststrip.plan.make import draft_plan
from teststrip.plan.model import Plan
from teststrip.provider.catalogue import find_provider
from teststrip.recipe.load import load_recipe
from teststrip.run.client import Client
from teststrip.run.files import DiskFiles
from teststrip.run.folder import load_run, run_folder
from teststrip.run.http import Timeouts
from teststrip.run.ledger import open_ledger
from teststrip.run.model import Run
from teststrip.run.runner import run_plan
from teststrip.run.settings import Settings
from teststrip.run.state import State
from teststrip.run.store import Store
from teststrip.run.target import url_target
from teststrip.sheet.write import write_sheets

# A Python in which nothing gets out, nor in: whoever opens a connection or asks for a name stops the program.
OFFLINE = """
import socket, sys
def nobody(*_):
    raise SystemExit("the network was used")
socket.socket.connect = socket.socket.connect_ex = socket.socket.bind = socket.getaddrinfo = nobody
from teststrip.__main__ import main
main()
"""
FAULTS = """
rules:
  - {at: submit, fault: error, status: 429, retry_after: 0.2, nth: [2, 3, 20]}
  - {at: submit, fault: reset, when: answered, nth: [7]}
  - {at: submit, fault: slow, seconds: 48, nth: [12]}
  - {at: submit, fault: moderated, nth: [15, 31]}
  - {at: submit, fault: failed, nth: [25]}
  - {at: submit, fault: error, status: 400, message: "no such thing", nth: [40]}
  - {at: poll, fault: reset, when: head, every: 17}
  - {at: poll, fault: error, status: 502, body: html, every: 23}
  - {at: picture, fault: truncated, keep: 0.5, every: 19}
  - {at: picture, fault: error, status: 500, every: 29}
"""
RECIPE = """
teststrip: 1
title: Sixty-four, with everything that goes wrong
model: gptproto/nai-diffusion-4-5-full
params: {prompt: "a boat, ${{ mood }}", size: 64x64, steps: 1}
axes:
  mood: [calm, wild, grey, bright]
  seed: {from: 1, count: 16}
"""


def offline(cwd: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Give a command where there is no network and no key."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GPTPROTO_")}
    return warm.run(
        [sys.executable, "-c", OFFLINE, *arguments],
        cwd=cwd,
        env=clean | environ,
        timeout=300,
    )


def last(told: subprocess.CompletedProcess[str]) -> dict[str, object]:
    """Return the last event of a run that was told as JSON."""
    document = json.loads(told.stdout.splitlines()[-1])
    assert isinstance(document, dict)
    return document


async def recorded_run(folder: Path) -> tuple[Run, Plan]:
    """Run 64 cells, 16 at once, against a server that fails in every way, and record it."""
    page = find_provider("gptproto")
    assert page is not None
    (folder / "r.yaml").write_text(RECIPE)
    settings = EmulatorSettings(faults=read_faults(FAULTS, "f.yaml", page))
    clock, renderer = SystemClock(), DarkroomRenderer(roles=page.roles)
    async with running_emulator(create_app(page, renderer, settings)) as url:
        target = url_target(url)
        plan, problems = draft_plan(
            load_recipe(folder / "r.yaml"), page, target.identity, DiskFiles(folder / "r.yaml")
        )
        assert plan is not None
        assert problems == list[Problem]()
        place = run_folder(folder / "runs", plan)
        place.mkdir(parents=True)
        write_lock(place / LOCK_NAME, plan)
        header = header_of(target.identity, url, paid=False, lasting=True, made_by="test", clock=clock)
        with open_recorder(folder / "tape", header, ["sk-live"], clock) as recorder:
            client = Client(page, base_url=url, key="sk-live", timeouts=Timeouts(read=4.0), recorder=recorder)
            async with client:
                with open_ledger(folder / "runs" / "ledger.sqlite3", clock) as ledger:
                    run = await run_plan(
                        plan,
                        page,
                        target=target,
                        client=client,
                        ledger=ledger,
                        store=Store(folder / "runs" / "store"),
                        folder=place,
                        clock=clock,
                        settings=Settings(concurrency=16),
                        on_event=lambda _: None,
                    )
            done = recorder.close()
        assert done.trouble == ""
    await renderer.close()
    write_sheets(run, place)
    return run, plan


def standing(run: Run) -> dict[str, object]:
    """How every cell of a run ended: state, words, prediction and pictures."""
    return {
        digest: (one.state, one.reason, one.prediction, [artifact.sha256 for artifact in one.artifacts])
        for digest, one in run.outcomes.items()
    }


async def test_64_cells_at_16_with_faults_come_again_without_server_network_and_key(tmp_path: Path) -> None:
    run, plan = await recorded_run(tmp_path)
    counts = run.counts()
    assert (len(plan.cells), run.stopped) == (64, "")
    assert counts[State.UNCERTAIN] == 2  # the reset and the time-out
    assert counts[State.MODERATED] == 2
    assert counts[State.FAILED] >= 2
    assert counts[State.DONE] == 64 - sum(count for state, count in counts.items() if state is not State.DONE)
    reasons = " ".join(one.reason for one in run.outcomes.values())
    for words in ("the connection broke", "no answer came in time", "no such thing"):
        assert words in reasons

    (tmp_path / "runs" / "ledger.sqlite3").rename(tmp_path / "ledger")  # nothing of it is looked at
    for options in ((), ("--fast",), ("--concurrency", "1")):
        told = offline(tmp_path, "run", "r.yaml", "--replay", "tape", "--concurrency", "16", "--json", *options)
        assert told.returncode == 1, told.stderr
        event = last(told)
        assert (event["done"], event["sent"], event["money"]) == (counts[State.DONE], 0, None)
        played = event["replayed"]
        assert isinstance(played, dict)
        assert (played["unrecorded"], played["left"], played["missing"]) == (0, 0, [])
        again = load_run(tmp_path / str(event["run"]))
        assert again.plan.digest == plan.digest
        assert standing(again) == standing(run)
        for digest, outcome in run.outcomes.items():
            pictures = [artifact.path.read_bytes() for artifact in outcome.artifacts]
            assert pictures == [artifact.path.read_bytes() for artifact in again.outcomes[digest].artifacts]
        assert (again.folder / "sheet.png").read_bytes() == (run.folder / "sheet.png").read_bytes()
    assert not (tmp_path / "runs" / "ledger.sqlite3").exists()


def quick(folder: Path, steps: str = "[1, 2]") -> None:
    (folder / "q.yaml").write_text(
        "teststrip: 1\ntitle: Quick\nmodel: gptproto/nai-diffusion-4-5-full\n"
        f"params: {{prompt: a boat, size: 64x64, seed: 7}}\naxes: {{steps: {steps}}}\n"
    )


def online(cwd: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GPTPROTO_")}
    command = [sys.executable, "-m", "teststrip", *arguments]
    return warm.run(command, cwd=cwd, env=clean | environ, timeout=300)


def test_a_replay_of_a_paid_run_marks_nothing_as_paid_and_no_run_takes_its_word(tmp_path: Path) -> None:
    quick(tmp_path)
    with emulating(tmp_path, "--charges", "charges.jsonl") as (url, _):
        live = {"GPTPROTO_API_BASE_URL": url, "GPTPROTO_API_KEY": "sk-mine-0123456789"}
        told = online(tmp_path, "run", "q.yaml", "--live", "--record", "tape", "--runs-dir", "first", **live)
        assert told.returncode == 0, told.stderr
        assert "exchanges recorded" in told.stdout
        replayed = offline(tmp_path, "run", "q.yaml", "--replay", "tape")
        assert replayed.returncode == 0, replayed.stderr
        assert "nothing was sent, and nothing paid" in replayed.stdout
        assert "2 of 2 cells done" in replayed.stdout
        (place,) = (tmp_path / "runs" / "replayed").iterdir()
        plan = online(tmp_path, "plan", "q.yaml", "--live", **live)
        assert "2 requests to send" in plan.stdout
        for command in ("run", "q.yaml"), ("resume", str(place / "run")):
            refused = online(tmp_path, *command, "--live", "--runs-dir", str(place), **live)
            assert (refused.returncode, "is what a replay left" in refused.stderr) == (2, True), refused.stderr
        assert len((tmp_path / "charges.jsonl").read_text().splitlines()) == 2
        paid = online(tmp_path, "run", "q.yaml", "--live", **live)
        assert "2 requests sent" in paid.stdout
        assert len((tmp_path / "charges.jsonl").read_text().splitlines()) == 4
    assert (tmp_path / "first").is_dir()
    assert online(tmp_path, "runs", "gc", "--yes").returncode == 0
    assert (place / "run" / "sheet.png").is_file()
    assert b"sk-mine" not in b"".join(
        path.read_bytes() for path in (tmp_path / "tape").rglob("*") if path.is_file()
    )


def test_a_lock_and_a_resumed_run_are_played_too_and_what_is_new_is_told(tmp_path: Path) -> None:
    quick(tmp_path)
    assert online(tmp_path, "plan", "q.yaml", "-o", "q.lock.json").returncode == 0
    first = online(tmp_path, "run", "q.lock.json", "--record", "tape")
    assert first.returncode == 0, first.stderr
    again = online(tmp_path, "run", "q.yaml", "--record", "tape")
    assert "2 requests had been done before, and are not in this recording" in again.stdout
    assert offline(tmp_path, "run", "q.lock.json", "--replay", "tape").returncode == 0
    assert offline(tmp_path, "resume", "quick", "--replay", "tape").returncode == 0
    quick(tmp_path, "[1, 2, 3]")
    told = offline(tmp_path, "run", "q.yaml", "--replay", "tape")
    assert told.returncode == 1
    assert "2 of 3 cells done, 1 failed" in told.stdout
    assert "differs in steps (" in told.stderr
    assert "there, 3 here)" in told.stderr


def test_what_cannot_be_is_refused_before_anything_happens(tmp_path: Path) -> None:
    quick(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "cassette.jsonl").write_text('{"teststrip_cass')
    for options, words in (
        (("--replay", "nowhere"), "holds no cassette"),
        (("--replay", "empty"), "was cut short before its first exchange"),
        (("--replay", "empty", "--record", "x"), "give one"),
        (("--replay", "empty", "--live"), "needs neither --live nor --target"),
        (("--fast",), "--fast goes with --replay"),
    ):
        told = offline(tmp_path, "run", "q.yaml", *options)
        assert (told.returncode, words in told.stderr) == (2, True), told.stderr
        assert "Traceback" not in told.stderr
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("cases", [WORDS, SPELLED_NAMES], ids=["words", "names"])
def test_a_key_that_a_server_echoes_anywhere_is_on_no_cassette(
    cases: tuple[tuple[str, str, str], ...], tmp_path: Path
) -> None:
    prepared(tmp_path, len(cases))
    with echoing(cases) as server:
        session = Session(tmp_path, server.url)
        session.run_on("--record", "tape")
    text = (tmp_path / "tape" / "cassette.jsonl").read_text()
    assert Counter(line.split(",", 1)[0] for line in text.splitlines())['{"method":"POST"'] >= len(cases)
    assert [path for path in (tmp_path / "tape").rglob("*") if path.is_file() and has_key(path.read_bytes())] == []
    assert told_places(tmp_path, session.printed, but=PICTURES) == []


def test_a_cassette_goes_to_vcrpy_and_back_and_plays_the_same_run(tmp_path: Path) -> None:
    quick(tmp_path)
    with emulating(tmp_path) as (url, _):
        first = online(tmp_path, "run", "q.yaml", "--target", url, "--record", "tape")
        assert first.returncode == 0, first.stderr
    listed = offline(tmp_path, "cassette", "show", "tape")
    assert (listed.returncode, f"recorded from emulator {url}, " in listed.stdout) == (0, True), listed.stderr
    assert f"POST {url}/api/v3/novel/nai-diffusion-4-5-full/text-to-image 200" in listed.stdout
    for blobs in ((), ("--blobs",)):
        name = f"vcr{len(blobs)}"
        assert offline(tmp_path, "cassette", "export", "tape", "-o", f"{name}/c.yaml", *blobs).returncode == 0
        back = offline(tmp_path, "cassette", "import", f"{name}/c.yaml", "-o", f"{name}/tape", "--target", url)
        assert back.returncode == 0, back.stderr
        told = offline(tmp_path, "run", "q.yaml", "--replay", f"{name}/tape")
        assert told.returncode == 0, told.stderr
        (sheet,) = (tmp_path / "runs").glob("quick-*/sheet.png")
        (again,) = (tmp_path / "runs" / "replayed").glob("*/run/sheet.png")
        assert sheet.read_bytes() == again.read_bytes()
    taken = offline(tmp_path, "cassette", "export", "tape", "-o", "vcr0/c.yaml")
    assert (taken.returncode, "is there already" in taken.stderr) == (2, True)
    (tmp_path / "tape" / "cassette.jsonl").write_bytes((tmp_path / "tape" / "cassette.jsonl").read_bytes()[:-60])
    cut = offline(tmp_path, "cassette", "show", "tape", "--json")
    assert (cut.returncode, len(json.loads(cut.stdout)["missing"])) == (1, 2)


def test_a_run_that_its_budget_stopped_stops_again_and_one_that_went_on_is_whole(tmp_path: Path) -> None:
    quick(tmp_path, "[1, 2, 3]")
    page = (
        (PAGE.read_text("utf-8"))
        .replace("interval: 1.5", "interval: 0.1")
        .replace("per_minute: 20", "per_minute: 6000")
    )
    (tmp_path / "providers").mkdir()
    (tmp_path / "providers" / "page.md").write_text(page, "utf-8")
    with emulating(tmp_path) as (url, _):
        live = {"GPTPROTO_API_BASE_URL": url, "GPTPROTO_API_KEY": "sk-mine-0123456789"}
        first = online(tmp_path, "run", "q.yaml", "--live", "--budget", "4", "--record", "tape", **live)
        assert first.returncode == 3, first.stderr
        stopped = offline(tmp_path, "run", "q.yaml", "--replay", "tape", "--budget", "4", "--json")
        assert stopped.returncode == 3, stopped.stderr
        assert (last(stopped)["done"], last(stopped)["waiting"]) == (2, 1)
        assert "the budget of 4 Anlas is reached" in str(last(stopped)["stopped"])
        beyond = offline(tmp_path, "run", "q.yaml", "--replay", "tape", "--json")
        assert (beyond.returncode, last(beyond)["done"], last(beyond)["failed"]) == (1, 2, 1)
        more = online(tmp_path, "resume", "quick", "--live", "--budget", "none", "--record", "tape", **live)
        assert more.returncode == 0, more.stderr
    whole = offline(tmp_path, "run", "q.yaml", "--replay", "tape", "--json")
    assert (whole.returncode, last(whole)["done"]) == (0, 3)
    assert last(whole)["replayed"]["left"] == 0  # type: ignore[index]  # it is a mapping
