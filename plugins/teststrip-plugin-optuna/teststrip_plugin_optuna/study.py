"""A study from its first ask to its sheet."""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from teststrip.base.json import Json, digest
from teststrip.base.near import listed, near
from teststrip.cli.finishing import executor_named
from teststrip.cli.listening import Hearing
from teststrip.cli.loaded import Loaded
from teststrip.cli.locked import Opened
from teststrip.cli.money_text import money_json, money_lines
from teststrip.cli.plan_text import place_of
from teststrip.cli.report import counted, say, say_json, tell, where_from_here
from teststrip.cli.sending import Manner as Sending
from teststrip.cli.sending import decided
from teststrip.errors import UsageError
from teststrip.finish.ready import Ready, ready_steps, score_titles
from teststrip.plugins.extensions import Extensions
from teststrip.run.finished import FINISH_NAME, steps_digest, write_finish
from teststrip.run.folder import STORE_NAME, slug
from teststrip.run.model import Run
from teststrip.run.store import Store
from teststrip.sheet.write import write_sheets
from teststrip_plugin_optuna.ranking import marked, write_ranking
from teststrip_plugin_optuna.record import STUDY_NAME, asked_before, best_json, write_study
from teststrip_plugin_optuna.rounds import Rounds
from teststrip_plugin_optuna.search import Manner, Search
from teststrip_plugin_optuna.space import space_of
from teststrip_plugin_optuna.watching import Watching, number_text

_SHOWN: Final = 5
_INTERRUPTED: Final = 130
_STOPPED: Final = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked for. `score` None leaves it to the steps, where they give one alone."""

    score: str | None
    trials: int
    batch: int
    manner: Manner
    sending: Sending
    runs_dir: Path
    as_json: bool


@dataclass(frozen=True, slots=True)
class Study:
    """A study that is over or was cut off."""

    asked: Asked
    score: str
    search: Search
    rounds: Rounds
    run: Run

    @property
    def exit_code(self) -> int:
        """0 when every trial has a score, 1 when not, 3 when server or budget ended it, 130 when a person did."""
        if self.rounds.cut_off:
            return _INTERRUPTED
        if self.run.stopped:
            return _STOPPED
        return 0 if all(one.standing == "scored" for one in self.search.results.values()) else 1


def conduct(asked: Asked, opened: Opened, loaded: Loaded) -> int:
    """Ask, run, score and tell until there are enough trials; draw the sheets, report, return the exit code.

    Raises UsageError before anything is sent: no such score, nothing that varies, a sampler that is not installed.
    """
    plan = opened.plan
    for line in opened.differs:
        tell(f"differs: {line}")
    store = Store(asked.runs_dir / STORE_NAME)
    steps = ready_steps(plan, loaded.extensions, store)
    score = _score(asked.score, steps)
    if asked.manner.sampler == "cmaes" and importlib.util.find_spec("cmaes") is None:
        raise UsageError("--sampler cmaes: pip install 'teststrip-plugin-optuna[cmaes]' first")
    seed = opened.provider.roles.seed
    space = space_of(plan, frozenset({seed} if seed is not None else ()))
    if not space.dims:
        raise UsageError("nothing varies in this recipe: there is nothing to choose; give it axes")
    processes = executor_named(asked.sending.executor, loaded.extensions)
    settings = decided(asked.sending, opened, asked.runs_dir, as_json=asked.as_json)
    folder = asked.runs_dir / f"{slug(plan.title)}-optuna-{_identity(asked, score, opened)[:8]}"
    search = Search(space, asked.manner)
    search.prefer(asked_before(folder / STUDY_NAME, plan))
    with Hearing(loaded.manager) as hearing:
        hearing.plan_made(plan)
        watching = Watching(plan, score, store, hearing, asked.as_json)
        rounds = Rounds(opened, steps, settings, asked.runs_dir, folder, score, watching, processes)
        _go(asked, search, rounds, watching)
        hearing.report()
        if rounds.run is None:
            raise UsageError("the plan has no cell")
        best = search.best()
        run = marked(rounds.run, plan.cells[best].coordinates if best is not None else None)
        if run.money is not None:
            run = replace(run, money=replace(run.money, estimate=rounds.estimate))
        return _end(Study(asked, score, search, rounds, run), hearing, loaded.extensions)


def _go(asked: Asked, search: Search, rounds: Rounds, watching: Watching) -> None:
    """Go round by round, until there are enough trials, no cell is left, or something ends it."""
    plan = rounds.opened.plan
    record: dict[str, Json] = {"score": rounds.score, "trials": asked.trials, "batch": asked.batch}
    path = rounds.folder / STUDY_NAME
    while search.visited < asked.trials and search.left:
        cells = search.ask(min(asked.batch, asked.trials - search.visited))
        results = rounds.do(cells)
        for cell in cells:
            if cell in results:
                search.tell(cell, results[cell])
                watching.result(plan.cells[cell], results[cell], best=search.best() == cell)
        write_study(path, plan, search, record)
        if rounds.cut_off or rounds.stopped or len(results) < len(cells):
            break


def _score(name: str | None, steps: Sequence[Ready]) -> str:
    """Return the score to go by. Raises UsageError."""
    names = list(score_titles(tuple(steps)))
    if not names:
        raise UsageError("no step of this recipe gives a score: list one under `after`, such as {use: measure}")
    if name is None:
        if len(names) > 1:
            raise UsageError(f"--score: which one? The steps give {listed(names)}")
        name = names[0]
    if name not in names:
        close = near(name, names)
        meant = f"; did you mean {close!r}?" if close else ""
        raise UsageError(f"--score {name}: no step gives it; there are: {listed(names)}{meant}")
    for ready in steps:
        if ready.step.among and name in map(ready.full, ready.step.scores):
            raise UsageError(
                f"--score {name}: {ready.step.name} compares all cells with each other, so that this changes with "
                "every cell that is made; go by a score of one cell"
            )
    return name


def _identity(asked: Asked, score: str, opened: Opened) -> str:
    """Return what tells one study from another: all that the asks depend on, but not how many there are."""
    plan = opened.plan
    return digest([plan.digest, steps_digest(plan.after), score, asked.batch, asdict(asked.manner)])


def _end(study: Study, hearing: Hearing, extensions: Extensions) -> int:
    """Draw the sheets, tell the plugins, report."""
    run, plan = study.run, study.rounds.opened.plan
    if run.finish is not None:
        write_finish(run.folder / FINISH_NAME, run.plan, run.finish)
    cells = [plan.cells[number] for number in study.search.ranking()]
    cells += [plan.cells[number] for number in study.search.results if study.search.results[number].value is None]
    sheets = write_ranking(run, cells) if cells else ()
    if plan.sheets:
        sheets += write_sheets(
            run, run.folder, extensions=extensions, on_fault=lambda fault: tell(f"error: {fault}")
        )
    for sheet in sheets:
        hearing.sheet_written(sheet)
    hearing.run_done(run)
    if study.asked.as_json:
        say_json(_json(study, sheets))
    else:
        for line in _lines(study, sheets):
            say(line)
    return study.exit_code


def _counts(study: Study) -> Mapping[str, int]:
    counts = Counter(ask.standing for ask in study.search.asks)
    return {name: counts[name] for name in ("scored", "failed", "moderated", "asked", "known", "no cell")}


def _json(study: Study, sheets: Sequence[Path]) -> dict[str, Json]:
    run, counts = study.run, _counts(study)
    return {
        "event": "study_done",
        "run": str(run.folder),
        "study": str(run.folder / STUDY_NAME),
        "score": study.score,
        "best": best_json(study.rounds.opened.plan, study.search),
        "trials": len(study.search.results),
        **{name.replace(" ", "_"): count for name, count in counts.items()},
        "cells": len(run.plan.cells),
        "sent": study.rounds.sent,
        "stopped": run.stopped,
        "interrupted": study.rounds.cut_off,
        "money": money_json(run.money),
        "sheets": [str(sheet) for sheet in sheets],
    }


def _lines(study: Study, sheets: Sequence[Path]) -> Iterator[str]:
    plan, search, run = study.rounds.opened.plan, study.search, study.run
    for rank, number in enumerate(search.ranking()[:_SHOWN], 1):
        value = search.results[number].value
        said = number_text(value) if value is not None else ""
        yield f"{rank}. {study.score} {said}  {place_of(plan, plan.cells[number])}"
    counts = _counts(study)
    without = ", ".join(f"{counts[name]:,} {name}" for name in ("failed", "moderated") if counts[name])
    tried = f"{counted(len(search.results), 'trial')} of {study.asked.trials:,}"
    yield f"{tried} in {counted(len(search.space.numbers), 'cell')}: {counts['scored']:,} scored" + (
        f", {without}" if without else ""
    )
    if len(search.results) < study.asked.trials and not search.left:
        yield "  that is every cell there is"
    if counts["known"] or counts["no cell"]:
        yield f"  asked for again and known: {counts['known']:,}; no cell of the recipe: {counts['no cell']:,}"
    others = len(run.plan.cells) - search.visited
    if others:
        yield f"  {counted(others, 'more cell')} made, for steps to compare with"
    sent = study.rounds.sent
    yield f"{counted(sent, 'request')} sent" if sent else "nothing was sent: every picture was there"
    yield from money_lines(run.money)
    if run.stopped:
        yield f"stopped early: {run.stopped}"
    if study.rounds.cut_off:
        yield "interrupted: the same command goes on, and pays nothing twice"
    yield f"study: {where_from_here(run.folder / STUDY_NAME)}"
    for sheet in sheets:
        yield f"sheet: {where_from_here(sheet)}"
