"""Steps of plugins that do everything wrong: their cells say so, and nobody else notices."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from test_finish_run import BRIGHTEN, MEASURE, SCORES, Scene, measure, named, schema, shade_of

from teststrip.cli.finishing import Workplace, finished
from teststrip.errors import UsageError
from teststrip.finish.ready import ready_steps
from teststrip.plugins.choice import Choice
from teststrip.plugins.extensions import Extensions
from teststrip.plugins.gathering import extensions_of
from teststrip.plugins.manager import load_plugins
from teststrip.run.finished import FINISH_NAME, read_finish, write_finish
from teststrip.run.gc import alone
from teststrip.run.results import RESULTS_NAME
from teststrip.steps.model import AfterStep, Made, Options, Run, Where, Work


class SpeechlessError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


class Untold(dict[str, float]):
    def __iter__(self) -> Iterator[str]:
        raise RuntimeError("no names")


@pytest.fixture
def scene(tmp_path: Path) -> Callable[..., Scene]:
    return lambda *steps, **more: Scene(tmp_path, named(*steps), **more)


def speechless(_work: Work) -> Made:
    raise SpeechlessError


async def cancelling(_work: Work) -> Made:
    raise asyncio.CancelledError


def dying_or_slow(work: Work) -> Made:
    """End the process for the first cell, while that of another cell is still at work."""
    if shade_of(work.shots[0].data) == 0:
        time.sleep(0.2)
        os._exit(3)
    time.sleep(0.5)
    return Made(badges=("there",))


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (AfterStep("odd", speechless), "SpeechlessError"),
        (AfterStep("odd", cancelling, where="async"), "CancelledError"),
        (AfterStep("odd", lambda _: Made(scores=Untold(shade=1)), scores=SCORES), "RuntimeError: no names"),
        (
            AfterStep("odd", lambda _: Made(scores={"shade": 10**5000}), scores=SCORES),
            "a whole number beyond 64 bits",
        ),
        (AfterStep("odd", lambda _: Made(scores={"shade": "\ud800"}), scores=SCORES), "half a surrogate pair"),
        (AfterStep("odd", lambda _: Made(badges=("\udfff",))), "its badges are no texts in Unicode"),
    ],
)
def test_a_step_that_does_what_nobody_expects_fails_its_cell_alone(
    scene: Callable[..., Scene], step: AfterStep, said: str
) -> None:
    finish = scene(step, BRIGHTEN).finish("[odd, brighten]")
    assert [one.standing for one in finish.cells.values()] == ["failed"] * 6
    assert all(said in one.reason for one in finish.cells.values())


def test_what_a_step_does_to_its_options_is_its_own_affair(scene: Callable[..., Scene]) -> None:
    def greedy(work: Work) -> Made:
        numbers = work.options["numbers"]
        assert isinstance(numbers, list)
        numbers.append(99)
        return Made(scores={"shade": len(numbers)})

    stage = scene(AfterStep("greedy", greedy, options=schema(numbers={"type": "array"}), scores=SCORES))
    assert [one.scores["shade"] for one in stage.finish("[{use: greedy, numbers: [1]}]").cells.values()] == [2] * 6
    again = stage.finish("[{use: greedy, numbers: [1]}]")
    assert (again.executed, again.reused) == (0, 6)
    assert stage.finish("[{use: greedy, numbers: [1, 99]}]").executed == 6


def test_a_given_that_fails_or_gives_another_step_names_its_plugin(scene: Callable[..., Scene]) -> None:
    def given(_options: Options) -> AfterStep:
        raise SystemExit(0)

    stage = scene(MEASURE)
    for wrong, said in (
        (given, "SystemExit: 0"),
        (lambda _: MEASURE, "it is another step"),
        (lambda _: 1, "neither"),
    ):
        odd = AfterStep("odd", measure, given=wrong)  # type: ignore[arg-type] # what plugins do
        with pytest.raises(UsageError, match=f"the step 'odd', whose `given` is of no use: .*{said}"):
            Scene(stage.folder, named(odd)).run("[odd]")


def test_a_process_that_dies_takes_no_others_work_with_it(scene: Callable[..., Scene]) -> None:
    finish = scene(
        AfterStep("dying", dying_or_slow, where="process"), text="params: {prompt: cat}\naxes: {seed: [1, 2]}\n"
    ).finish("[dying]")
    assert [one.standing for one in finish.cells.values()] == ["failed", "done"]


def test_a_step_in_a_plugins_file_runs_in_a_process(scene: Callable[..., Scene], tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "import os\nfrom teststrip import hookimpl\nfrom teststrip.steps.model import AfterStep, Made, Score\n"
        "def pid(work):\n    return Made(scores={'pid': os.getpid()})\n"
        "@hookimpl\ndef teststrip_steps():\n"
        "    return [AfterStep('pid', pid, where='process', scores={'pid': Score('Process')})]\n"
    )
    manager = load_plugins(Choice((str(file),), found=False)).manager
    finish = scene(extensions_of(manager).after["pid"]).finish("[pid]")
    assert finish.count("done") == 6
    assert os.getpid() not in {one.scores["pid"] for one in finish.cells.values()}


def test_what_steps_print_is_no_result(scene: Callable[..., Scene], capfd: pytest.CaptureFixture[str]) -> None:
    def loud(_work: Work) -> Made:
        print("as a thread")  # noqa: T201  what plugins do
        return Made()

    async def patient(_work: Work) -> Made:
        print("as a coroutine")  # noqa: T201  as above
        await asyncio.sleep(0)
        print("having waited")  # noqa: T201  as above
        return Made()

    steps = (
        AfterStep("loud", loud),
        AfterStep("louder", shouting, where="process"),
        AfterStep("patient", patient, where="async"),
    )
    assert scene(*steps).finish("[loud, louder, patient]").count("done") == 6
    told = capfd.readouterr()
    assert told.out == ""
    assert all(words in told.err for words in ("as a thread", "as a process", "as a coroutine", "having waited"))


def shouting(_work: Work) -> Made:
    print("as a process", flush=True)  # noqa: T201  as above
    return Made()


@pytest.mark.parametrize("text", ["one\u2028two", "\x85\u2029", "\x1b[31m\x00\n\r", "é\U0001f600"])
def test_what_steps_say_is_read_as_it_was_written(scene: Callable[..., Scene], text: str) -> None:
    stage = scene(AfterStep("saying", lambda _: Made(scores={"shade": text}, badges=(text,)), scores=SCORES))
    run = stage.run("[saying]")
    finish = stage.finish("[saying]")
    write_finish(stage.folder / FINISH_NAME, run.plan, finish)
    read = read_finish(stage.folder / FINISH_NAME, run.plan, stage.store).finish
    assert read is not None
    assert [(one.scores, one.badges) for one in read.cells.values()] == [({"shade": text}, (text,))] * 6


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("scores", "[]"),
        ("scores", '{"shade": [1]}'),
        ("scores", "{"),
        ("badges", "[1]"),
        ("badges", "{}"),
        ("made", "[[]]"),
        ("made", '[["../../x", "image/png", 1]]'),
        ("made", "[]"),
    ],
)
def test_a_result_that_is_damaged_is_made_again(scene: Callable[..., Scene], column: str, value: str) -> None:
    stage = scene(BRIGHTEN)
    stage.finish("[brighten]")
    with closing(sqlite3.connect(stage.folder / RESULTS_NAME)) as connection, connection:
        connection.execute(f"UPDATE results SET {column} = ?", (value,))  # noqa: S608  a column of ours
    again = stage.finish("[brighten]")
    assert (again.executed, again.count("done")) == (6, 6)


def test_after_ctrl_c_a_cell_whose_reference_is_still_to_come_waits_too(scene: Callable[..., Scene]) -> None:
    compare = AfterStep("compare", lambda _: Made(), reference=True)
    stage = scene(BRIGHTEN, compare)
    stage.finish("[brighten]", missing=(0, 1, 2))
    finish = stage.finish("[brighten, {use: compare, against: {sampler: k_euler}}]", executing=False)
    assert {one.standing for one in finish.cells.values()} == {"waiting"}


def test_nobody_has_the_folder_for_himself_while_steps_work(scene: Callable[..., Scene], tmp_path: Path) -> None:
    def tidying(_work: Work) -> Made:
        with pytest.raises(UsageError, match="another run is using this folder"), alone(tmp_path):
            pass
        return Made(badges=("kept out",))

    stage = scene(AfterStep("tidying", tidying))
    run = stage.run("[tidying]")
    ready = ready_steps(run.plan, Extensions(after=stage.after), stage.store)
    done = finished(run, ready, Workplace(tmp_path, stage.events.append), executing=True)
    assert done.finish is not None
    assert {one.badges for one in done.finish.cells.values()} == {("kept out",)}
    with alone(tmp_path):  # and afterwards one has
        pass


def hanging_at_first(work: Work) -> Made:
    """Take far too long for the first cell."""
    time.sleep(3600 if shade_of(work.shots[0].data) == 0 else 0)
    return Made(badges=("there",))


def slow_at_first(work: Work) -> Made:
    """Take too long for the first cell; the thread ends some time, or the tests would not."""
    time.sleep(5 if shade_of(work.shots[0].data) == 0 else 0)
    return Made(badges=("there",))


async def waiting_at_first(work: Work) -> Made:
    await asyncio.sleep(3600 if shade_of(work.shots[0].data) == 0 else 0)
    return Made(badges=("there",))


@pytest.mark.parametrize(
    ("run", "where", "limit"),
    [(slow_at_first, "thread", 1.5), (hanging_at_first, "process", 10.0), (waiting_at_first, "async", 1.5)],
)
def test_a_step_that_takes_longer_than_it_may_fails_its_own_cell(
    scene: Callable[..., Scene], run: Run, where: Where, limit: float
) -> None:
    text = "params: {prompt: cat}\naxes: {seed: [1, 2, 3]}\n"
    finish = scene(AfterStep("slow", run, where=where), text=text, limit=limit).finish("[slow]")
    assert [one.standing for one in finish.cells.values()] == ["failed", "done", "done"]
    (reason,) = (one.reason for one in finish.cells.values() if one.reason)
    assert reason == f"slow (step 1): it took longer than {limit:g} seconds"
