"""The ledger: moves, the log, crashes, damage, and who may use it at once."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from run_bench import DARKROOM, Bench, FakeApi, JumpClock, make_plan, requests

from teststrip.errors import StorageError, UsageError
from teststrip.run.ledger import Ledger, open_ledger, read_ledger
from teststrip.run.lock import HAS_FLOCK, FolderLock
from teststrip.run.model import Artifact
from teststrip.run.owner import LEASE
from teststrip.run.state import Happening, State, after
from teststrip.run.trial import Entry, Taken

ENTRY = Entry("d1", "p", "m", "t", {"b": 1, "a": "é"})
INDEX = Path(__file__).parent


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "runs" / "ledger.sqlite3"


def fresh(path: Path) -> Ledger:
    return open_ledger(path, JumpClock())


WAYS: dict[State, list[Happening]] = {
    State.PLANNED: [],
    State.INTENT: [Happening.SEND],
    State.SUBMITTED: [Happening.SEND, Happening.ACCEPT],
    State.FETCHED: [Happening.SEND, Happening.ACCEPT, Happening.DELIVER],
    State.DONE: [Happening.SEND, Happening.ACCEPT, Happening.DELIVER, Happening.COMPLETE],
    State.FAILED: [Happening.SEND, Happening.FAIL],
    State.MODERATED: [Happening.SEND, Happening.MODERATE],
    State.CANCELLED: [Happening.SEND, Happening.ACCEPT, Happening.CANCEL],
    State.UNCERTAIN: [Happening.SEND, Happening.LOSE_ANSWER],
}


@pytest.mark.parametrize("old", State)
@pytest.mark.parametrize("what", Happening)
def test_the_ledger_makes_the_tables_moves_and_refuses_all_others(path: Path, old: State, what: Happening) -> None:
    with fresh(path) as ledger:
        ledger.enter([ENTRY])
        for step in WAYS[old]:
            ledger.move("d1", step)
        new = after(old, what)
        if new is not None:
            assert ledger.move("d1", what).state is new
        else:
            with pytest.raises(ValueError, match="is nothing that happens"):
                ledger.move("d1", what)
            assert ledger.states(["d1"]) == {"d1": old}


def test_facts_stay_until_the_trial_is_planned_again_and_the_log_keeps_them_all(path: Path) -> None:
    picture = Artifact("ab" * 32, "image/png", 12, "/x/ab.png")
    with fresh(path) as ledger:
        ledger.enter([ENTRY])
        ledger.move("d1", Happening.SEND)
        ledger.move("d1", Happening.ACCEPT, prediction="p1", poll_url="https://x/p1", may_have_cost=True)
        trial = ledger.move("d1", Happening.FAIL, reason="it broke")
        assert (trial.prediction, trial.poll_url, trial.reason, trial.may_have_cost) == (
            "p1",
            "https://x/p1",
            "it broke",
            True,
        )
        trial = ledger.move("d1", Happening.RETRY)
        assert (trial.prediction, trial.poll_url, trial.reason, trial.may_have_cost) == (None, None, "", False)
        ledger.move("d1", Happening.SEND)
        ledger.move("d1", Happening.ACCEPT, prediction="p2")
        trial = ledger.move("d1", Happening.DELIVER, pictures=[picture])
        assert trial.attempts == 2
        assert [(p.sha256, p.media_type, p.size) for p in trial.pictures] == [("ab" * 32, "image/png", 12)]
        log = ledger.log("d1")
    assert [new for _, _, new, _ in log] == [
        "intent",
        "submitted",
        "failed",
        "planned",
        "intent",
        "submitted",
        "fetched",
    ]
    assert log[1][3]["prediction"] == "p1"
    assert log[0][0] == "2026-01-02T00:16:40.000+00:00"


def test_a_reason_lasts_until_the_next_move(path: Path) -> None:
    with fresh(path) as ledger:
        ledger.enter([ENTRY])
        ledger.move("d1", Happening.SEND)
        assert ledger.move("d1", Happening.TURN_AWAY, reason="HTTP 429").reason == "HTTP 429"
        assert ledger.move("d1", Happening.SEND).reason == ""
        assert ledger.known("d1").reason == ""


def test_a_note_keeps_the_state_and_is_logged(path: Path) -> None:
    with fresh(path) as ledger:
        ledger.enter([ENTRY])
        assert ledger.note("d1", "waiting").state is State.PLANNED
        assert ledger.log("d1")[-1][1:3] == ("planned", "planned")


def test_entering_again_changes_nothing(path: Path) -> None:
    with fresh(path) as ledger:
        ledger.enter([ENTRY])
        ledger.move("d1", Happening.SEND)
        ledger.enter([ENTRY])
        assert ledger.known("d1").state is State.INTENT
        assert ledger.request("d1") == {"a": "é", "b": 1}
        assert ledger.request("nope") is None


def test_what_the_ledger_never_met_is_left_out(path: Path) -> None:
    with fresh(path) as ledger:
        ledger.enter([ENTRY])
        assert ledger.states(["nope", "d1"]) == {"d1": State.PLANNED}
        assert ledger.get("nope") is None
        with pytest.raises(ValueError, match="does not know"):
            ledger.move("nope", Happening.SEND)


def test_many_digests_are_asked_for_at_once(path: Path) -> None:
    names = [f"{number:064x}" for number in range(3000)]
    with fresh(path) as ledger:
        ledger.enter(Entry(name, "p", "m", "t", {}) for name in names)
        assert len(ledger.trials(names)) == 3000


def test_an_intent_found_after_a_crash_is_uncertain(path: Path) -> None:
    with fresh(path) as ledger:
        ledger.enter([ENTRY])
        ledger.move("d1", Happening.SEND)
    with fresh(path) as ledger:
        assert ledger.recover() == 1
        trial = ledger.get("d1")
        assert trial is not None
        assert (trial.state, trial.may_have_cost) == (State.UNCERTAIN, True)
        assert "billed" in trial.reason
        assert ledger.recover() == 0


def test_the_file_is_synced_at_every_commit(path: Path) -> None:
    with fresh(path) as ledger:
        ask = ledger._connection.execute  # noqa: SLF001  what it promises can be seen nowhere else
        assert ask("PRAGMA journal_mode").fetchone() == ("wal",)
        assert ask("PRAGMA synchronous").fetchone() == (2,)


CRASH = """
import asyncio, os, signal, sys
from pathlib import Path
from run_bench import Bench, FakeApi, make_plan, requests

class Deadly(FakeApi):
    async def handle_async_request(self, request):
        if sys.argv[2] == "post" and request.method == "POST" and self.count("POST") == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        if sys.argv[2] == "answer" and request.method == "POST" and self.count("POST") == 2:
            await self.accept(request)
            os.kill(os.getpid(), signal.SIGKILL)
        if sys.argv[2] == "poll" and request.method == "GET" and self.count("POST") == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        if sys.argv[2] == "picture" and request.url.host == "cdn.example" and self.count("POST") == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return await super().handle_async_request(request)

asyncio.run(Bench(Path(sys.argv[1]), Deadly()).run(make_plan(requests(5))))
"""


@pytest.mark.parametrize(
    ("moment", "states"),
    [
        ("post", "done done uncertain planned planned"),
        ("answer", "done done uncertain planned planned"),
        ("poll", "done done submitted planned planned"),
        ("picture", "done done submitted planned planned"),
    ],
)
async def test_a_kill_at_any_moment_leaves_the_truth(tmp_path: Path, moment: str, states: str) -> None:
    environ = {**os.environ, "PYTHONPATH": str(INDEX)}
    killed = subprocess.run(  # noqa: ASYNC221  nothing else runs in this loop
        [sys.executable, "-c", CRASH, str(tmp_path), moment], env=environ, check=False, timeout=60
    )
    assert killed.returncode == -signal.SIGKILL
    plan = make_plan(requests(5))
    with open_ledger(tmp_path / "ledger.sqlite3", JumpClock()) as ledger:
        ledger.recover()
        assert [str(s) for s in ledger.states(c.digest for c in plan.cells).values()] == states.split()
    api = FakeApi(predictions={"p3": {"prompt": "a boat", "seed": 3}})
    run = await Bench(tmp_path, api).run(plan)
    assert run.count(State.DONE) == (4 if "uncertain" in states else 5)
    assert run.sent == 2
    sent = {json.loads(r.content)["seed"] for r in api.seen if r.method == "POST"}
    assert sent == {4, 5}


async def test_each_step_is_durable_before_the_next_act(tmp_path: Path) -> None:
    rows: list[tuple[str, str, str | None, str]] = []

    class Watching(FakeApi):
        async def handle_async_request(self, request: object) -> object:  # type: ignore[override]  # only passed on
            with sqlite3.connect(tmp_path / "ledger.sqlite3") as other:
                (row,) = other.execute("SELECT state, prediction, pictures FROM trials").fetchall()
            other.close()
            rows.append((request.method, *row))  # type: ignore[attr-defined]
            return await super().handle_async_request(request)  # type: ignore[arg-type]

    await Bench(tmp_path, Watching()).run(make_plan(requests(1)))
    assert rows == [("POST", "intent", None, "[]"), *[("GET", "submitted", "p1", "[]")] * 3]


async def test_the_picture_is_on_disk_before_the_ledger_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moves: list[tuple[Happening, int]] = []
    move, begin = Ledger.move, Ledger.begin

    def watched(self: Ledger, digest: str, new: Happening, **facts: object) -> object:
        moves.append((new, len(list((tmp_path / "store").rglob("*.png")))))
        return move(self, digest, new, **facts)  # type: ignore[arg-type]  # passed on

    def begun(self: Ledger, *arguments: object) -> object:
        moves.append((Happening.SEND, len(list((tmp_path / "store").rglob("*.png")))))
        return begin(self, *arguments)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(Ledger, "move", watched)
    monkeypatch.setattr(Ledger, "begin", begun)
    await Bench(tmp_path).run(make_plan([{"prompt": "x", "seed": 1, "n": 2}], DARKROOM), DARKROOM)
    assert moves == [
        (Happening.SEND, 0),
        (Happening.ACCEPT, 0),
        (Happening.DELIVER, 2),
        (Happening.COMPLETE, 2),
    ]


def test_a_reader_sees_what_a_writer_does(path: Path) -> None:
    with fresh(path) as ledger:
        ledger.enter([ENTRY])
        with read_ledger(path, JumpClock()) as reader:
            assert reader.states(["d1"]) == {"d1": State.PLANNED}
            ledger.begin("d1", lambda _: True)
            assert reader.states(["d1"]) == {"d1": State.INTENT}


@pytest.mark.skipif(not HAS_FLOCK, reason="a death is not seen at once")
def test_a_reader_tells_what_a_dead_process_was_sending_as_the_next_run_will(path: Path) -> None:
    with fresh(path) as ledger:
        ledger.enter([ENTRY])
        ledger.begin("d1", lambda _: True)
        ledger._connection.close()  # noqa: SLF001  as a killed process leaves it
        assert ledger._seat is not None  # noqa: SLF001  as above
        ledger._seat.release()  # noqa: SLF001  as above
        ledger._enlisted = False  # noqa: SLF001  as above
    with read_ledger(path, JumpClock()) as reader:
        assert reader.states(["d1"]) == {"d1": State.UNCERTAIN}
        trial = reader.trials(["d1"])["d1"]
        assert (trial.state, trial.may_have_cost) == (State.UNCERTAIN, True)
        assert "billed" in trial.reason


@pytest.mark.skipif(not HAS_FLOCK, reason="a death is not seen at once")
def test_a_reader_tells_that_nobody_follows_what_a_dead_process_followed(path: Path) -> None:
    with fresh(path) as ledger:
        ledger.enter([ENTRY])
        ledger.begin("d1", lambda _: True)
        ledger.move("d1", Happening.ACCEPT, prediction="p1")
        with read_ledger(path, JumpClock()) as reader:
            assert reader.trials(["d1"])["d1"].owner is not None
        ledger._connection.close()  # noqa: SLF001  as a killed process leaves it
        assert ledger._seat is not None  # noqa: SLF001  as above
        ledger._seat.release()  # noqa: SLF001  as above
        ledger._enlisted = False  # noqa: SLF001  as above
    with read_ledger(path, JumpClock()) as reader:
        trial = reader.trials(["d1"])["d1"]
        assert (trial.state, trial.owner) == (State.SUBMITTED, None)


@pytest.mark.skipif(not HAS_FLOCK, reason="this system has no flock")
def test_runs_share_a_folder_and_what_has_it_alone_shares_it_with_none(path: Path) -> None:
    with fresh(path), fresh(path), pytest.raises(UsageError, match="another run is using this folder"):
        FolderLock(path.parent)
    with FolderLock(path.parent), pytest.raises(UsageError, match="for itself"):
        fresh(path)


def test_a_reader_cannot_write(path: Path) -> None:
    with fresh(path) as ledger:
        ledger.enter([ENTRY])
    with read_ledger(path, JumpClock()) as reader, pytest.raises(StorageError):
        reader.move("d1", Happening.SEND)


def test_a_missing_ledger_reads_as_empty_and_is_not_made(path: Path) -> None:
    with read_ledger(path, JumpClock()) as reader:
        assert reader.states(["d1"]) == {}
    assert not path.parent.exists()


READ_AS_NOBODY = """
import os, sys, urllib.parse  # pathlib wants it late, when nobody may no longer read a Python installed for root
from pathlib import Path
from teststrip.base.clock import SystemClock
from teststrip.run.ledger import read_ledger
if os.geteuid() == 0:
    os.setuid(65534)
with read_ledger(Path(sys.argv[1]), SystemClock()) as ledger:
    print(*ledger.states(["d1"]).values())
"""


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="this system has no user ids")
def test_a_ledger_is_read_where_nothing_can_be_written() -> None:
    # Not below tmp_path, whose parents are closed to other users.
    folder = Path(tempfile.mkdtemp())
    try:
        with fresh(folder / "ledger.sqlite3") as ledger:
            ledger.enter([ENTRY])
        folder.chmod(0o555)
        command = [sys.executable, "-c", READ_AS_NOBODY, str(folder / "ledger.sqlite3")]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert done.stdout == "planned\n", done.stderr
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


@pytest.mark.parametrize("opener", [open_ledger, read_ledger])
def test_what_is_no_ledger_is_told(path: Path, opener: type[Ledger]) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is a letter, not a database, and it is long enough to be told apart" * 20)
    with pytest.raises(StorageError, match="not a ledger") as caught:
        opener(path, JumpClock())  # type: ignore[call-arg, arg-type]  # both are functions of these two
    assert str(path) in str(caught.value)


def test_a_damaged_ledger_is_told(path: Path) -> None:
    with fresh(path) as ledger:
        ledger.enter(Entry(f"{n:064x}", "p", "m", "t", {"x": "y" * 500}) for n in range(500))
    data = bytearray(path.read_bytes())
    for page in range(1, len(data) // 4096):
        data[page * 4096 : page * 4096 + 200] = b"\xff" * 200
    path.write_bytes(data)
    with pytest.raises(StorageError, match="damaged"), fresh(path) as ledger:
        ledger.trials([f"{n:064x}" for n in range(500)])


@pytest.mark.parametrize(
    "damage",
    [
        "state = 'dome'",
        "pictures = '[{'",
        "pictures = '[7]'",
        """pictures = '[{"sha256": "../../etc", "media_type": "image/png", "size": 1}]'""",
        "reason = CAST(x'ff' AS TEXT)",
    ],
)
def test_a_damaged_row_is_told_like_a_damaged_file(path: Path, damage: str) -> None:
    with fresh(path) as ledger:
        ledger.enter([ENTRY])
    with sqlite3.connect(path) as connection:
        connection.execute(f"UPDATE trials SET {damage}")  # noqa: S608  our own words
    connection.close()
    with fresh(path) as ledger, pytest.raises(StorageError, match="damaged"):
        ledger.trials([ENTRY.digest])


def test_a_damaged_table_of_tables_is_told(path: Path) -> None:
    fresh(path).close()
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE trials", b"CREATE TABLE \xff\xfe\xff\xff\xff\xff"))
    with pytest.raises(StorageError, match="damaged"):
        fresh(path)


def test_a_ledger_of_a_newer_teststrip_is_left_alone(path: Path) -> None:
    fresh(path).close()
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 99")
    other.close()
    for opener in (open_ledger, read_ledger):
        with pytest.raises(StorageError, match="newer teststrip"):
            opener(path, JumpClock())
    with pytest.raises(StorageError, match="newer"):  # and the folder was let go
        fresh(path)


def test_a_locked_ledger_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("teststrip.run.sqlite._BUSY", 0.01)
    with fresh(path) as ledger:
        ledger.enter([ENTRY])
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="another program is using it"):
            ledger.move("d1", Happening.SEND)
        other.execute("ROLLBACK")
        other.close()
        assert ledger.move("d1", Happening.SEND).state is State.INTENT


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match="cannot be made"):
        fresh(tmp_path / "file" / "ledger.sqlite3")


def old_ledger(path: Path) -> Path:
    """Put a ledger that the first version wrote into place: two done, an intent, one each of three more states."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(INDEX / "ledger_version_1.sqlite3", path))


async def test_a_ledger_of_the_first_version_opens_and_goes_on(tmp_path: Path) -> None:
    old_ledger(tmp_path / "ledger.sqlite3")
    plan = make_plan(requests(6))
    known = {f"p{seed}": {"prompt": "a boat", "seed": seed} for seed in (1, 2, 4)}
    api = FakeApi(predictions=known)  # type: ignore[arg-type]  # they are requests
    run = await Bench(tmp_path, api).run(plan)
    states = [run.outcomes[cell.digest].state for cell in plan.cells]
    assert states == [State.DONE, State.DONE, State.UNCERTAIN, State.DONE, State.UNCERTAIN, State.DONE]
    assert {json.loads(r.content)["seed"] for r in api.seen if r.method == "POST"} == {6}


def test_a_ledger_of_the_first_version_is_read_without_a_change(path: Path) -> None:
    old_ledger(path)
    before = path.read_bytes()
    with read_ledger(path, JumpClock()) as reader:
        states = reader.states(cell.digest for cell in make_plan(requests(6)).cells)
        assert [str(state) for state in states.values()] == [
            "done",
            "done",
            "intent",
            "submitted",
            "uncertain",
            "planned",
        ]
        assert reader.money("a-test") is None
    assert path.read_bytes() == before


def test_a_trial_in_hand_is_refused_to_others_until_its_owner_is_gone(path: Path) -> None:
    with fresh(path) as one, fresh(path) as two:
        one.enter([ENTRY])
        one.begin("d1", lambda _: True)
        with pytest.raises(Taken):
            two.begin("d1", lambda _: True)
        assert two.recover() == 0
        one.move("d1", Happening.ACCEPT, prediction="p1", may_have_cost=True)
        with pytest.raises(Taken):
            two.take("d1")
        assert two.others_have(two.known("d1"))
        one.close()
        assert not two.others_have(two.known("d1"))
        assert two.take("d1").prediction == "p1"


def test_what_is_not_in_hand_any_more_may_be_followed_by_others(path: Path) -> None:
    with fresh(path) as one, fresh(path) as two:
        one.enter([ENTRY])
        one.begin("d1", lambda _: True)
        one.move("d1", Happening.ACCEPT, prediction="p1")
        one.let_go("d1")
        assert two.take("d1").state is State.SUBMITTED
        with pytest.raises(Taken):
            one.take("d1")


def test_a_lease_counts_where_a_death_cannot_be_seen(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("teststrip.run.owner.HAS_FLOCK", False)
    with fresh(path) as one, fresh(path) as two:
        one.enter([ENTRY])
        one.begin("d1", lambda _: True)
        two._clock.time += LEASE - 1  # type: ignore[attr-defined]  # noqa: SLF001  a JumpClock
        assert two.recover() == 0
        one._clock.time += LEASE - 1  # type: ignore[attr-defined]  # noqa: SLF001  as above
        one.renew()
        two._clock.time += LEASE - 1  # type: ignore[attr-defined]  # noqa: SLF001  as above
        assert two.recover() == 0
        two._clock.time += LEASE  # type: ignore[attr-defined]  # noqa: SLF001  as above
        assert two.recover() == 1
        with pytest.raises(StorageError, match="taken this one for dead"):
            one.begin("d1", lambda _: True)


OPEN_AT_ONCE = """
import sys
from pathlib import Path
from teststrip.base.clock import SystemClock
from teststrip.run.ledger import open_ledger
with open_ledger(Path(sys.argv[1]), SystemClock()) as ledger:
    print(ledger.recover())
"""


@pytest.mark.parametrize("old", [False, True])
def test_processes_that_open_a_ledger_at_once_make_it_once(path: Path, *, old: bool) -> None:
    if old:
        old_ledger(path)
    command = [sys.executable, "-c", OPEN_AT_ONCE, str(path)]
    at_once = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    counts = [process.communicate(timeout=60)[0] for process in at_once]
    assert sorted(counts) == (["0\n"] * 3 + ["1\n"] if old else ["0\n"] * 4)
