"""`teststrip emulate` as a person starts it: money that outlives a crash, faults, a page of one's own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from test_whole_line import clean_environment, cli

import warm

PATH = "/api/v3/novel/nai-diffusion-4-5-full/text-to-image"
BODY = {"prompt": "a boat", "size": "64x64", "steps": 1, "enable_sync_mode": True}
KEY = {"Authorization": "sk-of-nobody"}
PAGES = Path(__file__).parents[2] / "src" / "teststrip" / "provider" / "pages"


@contextmanager
def emulating(cwd: Path, *options: str) -> Iterator[tuple[str, warm.Process]]:
    command = [sys.executable, "-m", "teststrip", "emulate", "--port", "0", "--json", *options]
    with warm.start(command, cwd=cwd, stdout=subprocess.PIPE, env=clean_environment()) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())["url"], process
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)


def test_charges_outlive_kill_9_and_the_balance_goes_on(tmp_path: Path) -> None:
    options = ("--charges", "charges.jsonl", "--balance", "3")
    with emulating(tmp_path, *options) as (url, process):
        assert httpx.post(f"{url}{PATH}", json=BODY, headers=KEY, timeout=60).status_code == 200
        process.kill()
    (line,) = (tmp_path / "charges.jsonl").read_text().splitlines()
    assert json.loads(line)["amount"] == "2"
    with emulating(tmp_path, *options) as (url, _):
        assert httpx.get(f"{url}/teststrip/account").json()["balance"] == "1"
        assert httpx.post(f"{url}{PATH}", json=BODY, headers=KEY, timeout=60).status_code == 402
    assert KEY["Authorization"] not in (tmp_path / "charges.jsonl").read_text()


def test_a_submit_under_a_known_key_is_paid_for_once_though_the_emulator_was_killed_meanwhile(
    tmp_path: Path,
) -> None:
    page = (PAGES / "gptproto-novelai.md").read_text("utf-8")
    page = page.replace("submit:\n  method", "submit:\n  idempotency: {header: Idempotency-Key}\n  method", 1)
    (tmp_path / "mine.md").write_text(page, "utf-8")
    (tmp_path / "faults.yaml").write_text("rules: [{at: submit, fault: reset, when: answered, nth: 1}]")
    options = ("--page", "mine.md", "--charges", "charges.jsonl", "--faults", "faults.yaml")
    headers = {**KEY, "Idempotency-Key": "9b2d"}
    ids = []
    for _ in range(2):
        with emulating(tmp_path, *options) as (url, process):
            with pytest.raises(httpx.HTTPError):
                httpx.post(f"{url}{PATH}", json=BODY, headers=headers, timeout=60)
            answer = httpx.post(f"{url}{PATH}", json=BODY, headers=headers, timeout=60).raise_for_status()
            ids.append(answer.json()["data"]["id"])
            polled = httpx.get(f"{url}/api/v3/predictions/{ids[-1]}/result", headers=KEY)
            assert polled.status_code == (200 if len(ids) == 1 else 404)
            process.kill()
    assert ids[0] == ids[1]
    (charge,) = (tmp_path / "charges.jsonl").read_text().splitlines()
    assert json.loads(charge)["prediction"] == ids[0]


def test_a_plan_of_faults_and_a_page_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_bytes((PAGES / "gptproto-novelai.md").read_bytes())
    (tmp_path / "faults.yaml").write_text("rules: [{at: submit, fault: error, status: 502, body: html, nth: 1}]")
    options = ("--page", "mine.md", "--faults", "faults.yaml", "--latency", "0-0.01")
    with emulating(tmp_path, *options) as (url, _):
        statuses = [httpx.post(f"{url}{PATH}", json=BODY, headers=KEY, timeout=60).status_code for _ in range(2)]
    assert statuses == [502, 200]


def test_what_cannot_be_is_told_before_anything_is_served(tmp_path: Path) -> None:
    (tmp_path / "faults.yaml").write_text("rules:\n  - {at: submit, fault: eror}\n")
    (tmp_path / "notes.txt").write_text("milk\n")
    for options, words in (
        (("--faults", "faults.yaml"), "faults.yaml:2:25  rules[0].fault"),
        (("--charges", "notes.txt"), "notes.txt:1:1"),
        (("--latency", "poll=x"), "--latency poll=x"),
        (("--latency", "2-1"), "the second number"),
        (("--balance", "-1"), "not an amount"),
        (("--page", "notes.txt"), "notes.txt:1:1"),
    ):
        told = cli("emulate", "--port", "0", *options, cwd=tmp_path)
        assert (told.returncode, words in told.stderr) == (2, True), told.stderr
        assert "Traceback" not in told.stderr
