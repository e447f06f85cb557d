"""Listeners hear in threads of their own: slow, broken and endless ones reach neither each other nor the run."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any

import pluggy
import pytest

from teststrip.hookspecs import hookimpl
from teststrip.plugins import telling
from teststrip.plugins.manager import bare_manager
from teststrip.plugins.quiet import quiet
from teststrip.plugins.telling import Listeners

SHEET = "teststrip_sheet_written"
say = print  # as a plugin does


class Listener:
    """Hears of sheets, and does something about each."""

    def __init__(self, act: Any = lambda _: None) -> None:
        self.act = act
        self.heard: list[Path] = []

    @hookimpl
    def teststrip_sheet_written(self, path: Path) -> None:
        self.heard.append(path)
        self.act(path)


def manager_with(**plugins: object) -> pluggy.PluginManager:
    manager = bare_manager()
    for name, plugin in plugins.items():
        manager.register(plugin, name)
    return manager


def raising(error: BaseException) -> Any:
    def act(_path: Path) -> None:
        raise error

    return act


@pytest.mark.parametrize("error", [OSError("disk full"), SystemExit(3), KeyboardInterrupt(), MemoryError()])
def test_everybody_hears_everything_in_order_though_one_fails_each_time(error: BaseException) -> None:
    one, faulty, two = Listener(), Listener(raising(error)), Listener()
    warnings: list[str] = []
    paths = [Path(f"{number}.png") for number in range(50)]
    with Listeners(manager_with(one=one, faulty=faulty, two=two), warnings.append) as listeners:
        for path in paths:
            listeners.tell(SHEET, path=path)
    assert one.heard == two.heard == faulty.heard == paths
    assert len(warnings) == 1
    assert warnings[0].startswith("warning: the plugin 'faulty' failed in teststrip_sheet_written: ")
    assert type(error).__name__ in warnings[0]


def test_a_listener_that_hangs_holds_up_nobody_and_is_left_behind() -> None:
    never = threading.Event()
    stuck, other = Listener(lambda _: never.wait()), Listener()
    warnings: list[str] = []
    with Listeners(manager_with(stuck=stuck, other=other), warnings.append, patience=0.2) as listeners:
        for number in range(3):
            listeners.tell(SHEET, path=Path(f"{number}.png"))
    never.set()
    assert len(other.heard) == 3
    said = "the plugin 'stuck' does not come back from teststrip_sheet_written"
    assert warnings == [f"warning: {said}; it is left behind after 0.2 s"]


def test_one_that_gets_on_with_it_is_waited_for_however_long_all_of_it_takes() -> None:
    pause = threading.Event()
    slow = Listener(lambda _: pause.wait(0.05))
    with Listeners(manager_with(slow=slow), lambda _: None, patience=0.4) as listeners:
        for number in range(20):
            listeners.tell(SHEET, path=Path(f"{number}.png"))
    assert len(slow.heard) == 20


def test_events_are_made_only_for_those_that_hear_them_and_in_their_thread() -> None:
    made: list[int] = []

    def several() -> list[dict[str, object]]:
        made.append(threading.get_ident())
        return [{"path": Path("a")}, {"path": Path("b")}]

    with Listeners(bare_manager(), lambda _: None) as listeners:
        assert not listeners.hears(SHEET)
        listeners.tell_several(SHEET, several)
    assert made == []
    one = Listener()
    with Listeners(manager_with(one=one), lambda _: None) as listeners:
        assert listeners.hears(SHEET)
        assert not listeners.hears("teststrip_run_done")
        listeners.tell_several(SHEET, several)
    assert one.heard == [Path("a"), Path("b")]
    assert made != [threading.get_ident()]
    assert len(made) == 1


def test_what_waits_for_a_plugin_is_bounded_and_what_it_misses_is_counted() -> None:
    go = threading.Event()
    slow = Listener(lambda _: go.wait(10))
    warnings: list[str] = []
    with Listeners(manager_with(slow=slow), warnings.append) as listeners:
        for _ in range(telling.MOST_WAITING + 50):
            listeners.tell(SHEET, path=Path())
        go.set()
    assert len(slow.heard) + int(warnings[0].split("missed ")[1].split()[0].replace(",", "")) == (
        telling.MOST_WAITING + 50
    )
    assert "'slow' is too slow in teststrip_sheet_written" in warnings[0]


def test_what_a_listener_prints_goes_to_stderr_and_what_the_program_prints_to_stdout(
    capsys: pytest.CaptureFixture[str],
) -> None:
    began, go = threading.Event(), threading.Event()

    def act(_path: Path) -> None:
        began.set()
        go.wait(10)
        say("from the plugin")

    with Listeners(manager_with(one=Listener(act)), lambda _: None) as listeners:
        listeners.tell(SHEET, path=Path())
        began.wait(10)
        say("the result")
        go.set()
    assert tuple(capsys.readouterr()) == ("the result\n", "from the plugin\n")


def test_stdout_is_what_it_was_when_nobody_is_aside_any_more(capsys: pytest.CaptureFixture[str]) -> None:
    before = sys.stdout
    with quiet():
        say("inside")
        with quiet():
            say("further inside")
        say("inside again")
    say("outside")
    assert sys.stdout is before
    assert tuple(capsys.readouterr()) == ("outside\n", "inside\nfurther inside\ninside again\n")
