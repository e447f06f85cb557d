"""No key in anything that is kept or told, whatever goes wrong and whatever a server says.

What is looked through: every file under the folder (the ledger also as SQLite reads it), exports, sheets, all that
was printed, as text and as JSON. What is looked for: any twelve letters of the key that follow each other,
in any spelling. The one exception is a picture: its bytes are what was paid for, and are kept as they came.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from echo_server import SPELLED_NAMES, SPELLINGS, WORDS, Case, Spell, echoing, picture

import warm
from teststrip.emulator.faults import KINDS, read_faults
from teststrip.errors import InputError
from teststrip.provider.model import Provider
from teststrip.provider.page import read_page

KEY = "sk-Zq7Xw9Lm3Rt5Yv1Kb8Nd4Hf6Jg2Pc0TsZ-e"
MANY = 160  # cells: more than there are rules for a moment
# Half of what there is to try is told as text, half as JSON.
HALVES: dict[str, tuple[int, tuple[str, ...]]] = {"text": (0, ()), "json": (1, ("--json",))}
PICTURES = ("runs/store/", "whole/pictures/", "told/pictures/")  # byte for byte, so with what they say
WINDOW = 12  # letters of a key that are no accident
PAGE = Path(__file__).parents[2] / "src" / "teststrip" / "provider" / "pages" / "gptproto-novelai.md"
SERVER = Path(__file__).parents[1] / "chaos" / "chaos_server.py"
HASTE = (
    ("interval: 1.5", "interval: 0.1"),
    ("max_interval: 5", "max_interval: 0.2"),
    ("deadline: 600", "deadline: 1"),
    ("pace: {concurrency: 1, per_minute: 20}", "pace: {concurrency: 16, per_minute: 6000}"),
)


def prepared(folder: Path, cells: int) -> Provider:
    """Write a hasty page and a recipe."""
    page = PAGE.read_text("utf-8")
    for old, new in HASTE:
        assert old in page
        page = page.replace(old, new, 1)
    (folder / "providers").mkdir()
    (folder / "providers" / "page.md").write_text(page)
    (folder / "r.yaml").write_text(
        "teststrip: 1\ntitle: Secret\nmodel: gptproto/nai-diffusion-4-5-full\n"
        f"params: {{prompt: a boat, size: 64x64, steps: 1}}\naxes:\n  seed: {{from: 0, count: {cells}}}\n"
    )
    return read_page(page, "page.md")


class Session:
    """Commands in a folder, and all that they printed."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.printed: list[str] = []
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GPTPROTO_")}
        self._environ = clean | {"GPTPROTO_API_KEY": KEY, "GPTPROTO_API_BASE_URL": url, "COLUMNS": "4000"}

    def run_on(self, *options: str) -> None:
        """Run until a run ends by itself: one that pays and gets nothing several times over stops early."""
        for _ in range(60):
            if self.give("run", "r.yaml", "--live", *options) != 3:
                return
        raise AssertionError("the runs never came to an end")

    def give(self, *arguments: str) -> int:
        """Give a command, and return its exit code."""
        done = warm.run(
            [sys.executable, "-m", "teststrip", *arguments],
            cwd=self.folder,
            env=self._environ,
            timeout=300,
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode in {0, 1, 3}, done.stderr
        self.printed += [done.stdout, done.stderr]
        return done.returncode

    def look_at_everything(self, *more: str) -> None:
        """Give every command that tells of a run or writes it out."""
        self.give("runs", "list", *more)
        self.give("runs", "show", "secret", "--cells", *more)
        self.give("plan", "r.yaml", "--live", "--cells", *more)
        self.give("explain", "r.yaml", "0", "--live", *more)
        self.give("sheet", "secret")
        self.export()

    def export(self) -> None:
        """Write the run out in every way."""
        self.give("runs", "export", "secret", "-o", "whole")
        self.give("runs", "export", "secret", "-o", "bare", "--redact")
        self.give("runs", "export", "secret", "-o", "told", "--metadata")


def spelled_back(data: bytes) -> Iterator[bytes]:
    """Yield what bytes may mean: as they are, decoded, unpacked."""
    yield data
    once = unquote_to_bytes(data)
    yield once
    yield unquote_to_bytes(once)
    yield re.sub(rb"&#(\d+);?", lambda m: bytes([int(m[1]) % 256]), data)
    yield re.sub(rb"&#x([0-9A-Fa-f]+);?", lambda m: bytes([int(m[1], 16) % 256]), data)
    yield re.sub(rb"\\+u00([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), data)
    for run in set(re.findall(rb"(?:[0-9a-fA-F]{2} ?){12,}", data)):
        yield bytes.fromhex(run.replace(b" ", b"").decode())
    for run in set(re.findall(rb"[A-Za-z0-9+/_-]{16,2000}", data)):
        letters = run.replace(b"-", b"+").replace(b"_", b"/")
        for start in range(4):
            text = letters[start:]
            yield base64.b64decode(text[: len(text) // 4 * 4])


def windows(key: str) -> frozenset[bytes]:
    return frozenset(key[i : i + WINDOW].lower().encode() for i in range(len(key) - WINDOW + 1))


WINDOWS = windows(KEY)
SIEVE = re.compile(b"|".join(re.escape(window) for window in sorted(WINDOWS)))


def has_key(data: bytes) -> bool:
    return any(SIEVE.search(text.lower()) for text in spelled_back(data))


def told_places(folder: Path, printed: Sequence[str], *, but: Sequence[str] = ()) -> list[str]:
    """Return where the key is: files (but those below some folders) and lines of what was printed."""
    found: list[str] = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith(tuple(but)) and has_key(path.read_bytes()):
            found.append(name)
        if has_key(name.encode()):
            found.append(f"a file's name: {name}")
    for text in printed:
        found += [f"printed: {line[:400]}" for line in text.splitlines() if has_key(line.encode())]
    for name, row in ledger_rows(folder):
        if has_key(row.encode()):
            found.append(f"the ledger's {name}: {row[:600]}")
    return found


def ledger_rows(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each row of the ledger as text, with its table; read as SQLite has it, over pages and from its log."""
    with contextlib.closing(sqlite3.connect(folder / "runs" / "ledger.sqlite3")) as ledger:
        tables = [name for (name,) in ledger.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for table in tables:
            for row in ledger.execute(f'SELECT * FROM "{table}"'):  # noqa: S608  a table's own name
                yield table, " ".join(value if isinstance(value, str) else repr(value) for value in row)


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
def test_the_scan_finds_every_spelling(spell: Spell) -> None:
    assert has_key(f"you sent {spell(KEY)}!".encode())
    assert has_key(f"x{spell(KEY[5:30])}y".encode())
    assert not has_key(f"you sent {spell('no key at all, but words')}!".encode())


def rules(page: Provider) -> Iterator[dict[str, Any]]:
    """Yield a rule for every fault at every moment, with each of its members in turn, by what `KINDS` says."""
    spelled = [spell(KEY) for spell in SPELLINGS.values()]
    for fault, (points, members) in KINDS.items():
        needed = {
            name.lower(): given(name.lower(), schema, spelled)[0]
            for name, schema in members.items()
            if name.isupper()
        }
        for at in points:
            tried: list[dict[str, Any]] = [needed]
            tried += [
                needed | {name.lower(): value}
                for name, schema in members.items()
                for value in given(name.lower(), schema, spelled)
            ]
            for told in tried:
                rule = {"at": at, "fault": fault, **told}
                with contextlib.suppress(InputError):  # not every member fits this page, nor every other member
                    read_faults(json.dumps({"rules": [rule]}), "f.yaml", page)
                    yield rule


def given(name: str, schema: dict[str, Any], spelled: Sequence[str]) -> list[Any]:
    """Return values for a member of a rule; texts that are told have the key in them."""
    if "enum" in schema:
        return list(schema["enum"])
    if schema["type"] == "boolean":
        return [True, False]
    if schema["type"] == "integer":
        return [500, 400, 404, 408, 429, 502, 503, 504, 599]
    if schema["type"] == "number":
        return [0.1] if name == "seconds" else [0.5, 0]
    return (
        [f"said {text} so" for text in spelled]
        if name in {"message", "code", "word"}
        else ["id", "b64_json", "outputs"]
    )


@contextlib.contextmanager
def emulating(folder: Path, faults: str) -> Iterator[str]:
    (folder / "faults.yaml").write_text(faults)
    command = [sys.executable, str(SERVER), "providers/page.md", "faults.yaml", "charges.jsonl"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()
            server.communicate(timeout=30)


def in_turn(rules: Sequence[dict[str, Any]]) -> str:
    """Return a plan by which each rule happens once; those that end a run come last."""
    ends = [
        {"at": "submit", "fault": "error", "status": status, "message": f"no {KEY}"} for status in (401, 402, 403)
    ]
    met: Counter[str] = Counter()
    lines = []
    for rule in (*rules, *ends):
        met[rule["at"]] += 1
        lines.append(f"  - {json.dumps({**rule, 'nth': met[rule['at']]})}\n")
    return "rules:\n" + "".join(lines)


@pytest.mark.parametrize("told", HALVES, ids=HALVES)
def test_no_fault_of_the_emulator_brings_the_key_into_anything(told: str, tmp_path: Path) -> None:
    first, options = HALVES[told]
    every = list(rules(prepared(tmp_path, MANY)))
    # This page has its outputs in the answer to a poll, and so no moment of their own for them.
    assert {(rule["fault"], rule["at"]) for rule in every} == {
        (fault, at) for fault, (points, _) in KINDS.items() for at in points if at != "result"
    }
    plan = every[first::2]
    with emulating(tmp_path, in_turn(plan)) as url:
        session = Session(tmp_path, url)
        session.run_on("--retry-failed", *options)
        session.look_at_everything(*options)
    assert len((tmp_path / "charges.jsonl").read_text().splitlines()) > len(plan) / 2
    assert told_places(tmp_path, session.printed, but=("faults.yaml",)) == []


def leaks_of(folder: Path, cases: Sequence[Case], *told: str) -> list[str]:
    """Run against a server that gives the key back; return where it is but in pictures."""
    prepared(folder, len(cases))
    with echoing(cases) as server:
        session = Session(folder, server.url)
        session.run_on(*told)
        session.give("resume", "secret", "--live", *told)
        session.look_at_everything(*told)
        assert server.key == KEY
    return told_places(folder, session.printed, but=PICTURES)


@pytest.mark.parametrize("told", HALVES, ids=HALVES)
def test_no_words_of_a_server_that_have_the_key_are_repeated(told: str, tmp_path: Path) -> None:
    first, options = HALVES[told]
    assert leaks_of(tmp_path, WORDS[first::2], *options) == []


def test_no_name_or_address_that_has_the_key_is_kept(tmp_path: Path) -> None:
    assert leaks_of(tmp_path, SPELLED_NAMES) == []


def test_a_picture_that_has_the_key_is_kept_as_it_came_and_bare_when_redacted(tmp_path: Path) -> None:
    """It was paid for, so not a byte of it is touched; what is made of it to be shown has nothing of it."""
    prepared(tmp_path, 1)
    with echoing([("picture", "its metadata", "plain")]) as server:
        session = Session(tmp_path, server.url)
        assert session.give("run", "r.yaml", "--live") == 0
    session.export()
    for kept in ("runs/store", "whole/pictures"):
        assert [path.read_bytes() for path in (tmp_path / kept).rglob("*.png")] == [picture(KEY)]
    assert told_places(tmp_path, session.printed, but=PICTURES) == []
