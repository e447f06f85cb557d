"""`teststrip runs show`: what came of a run's cells, why some failed, and the history of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from teststrip.base.json import Json
from teststrip.cli.columns import shown
from teststrip.cli.options import json_option, runs_option
from teststrip.cli.plan_text import place_of
from teststrip.cli.report import counted, first_of, say_json, say_lines, tell, where_from_here
from teststrip.cli.runs_list import run_json, size_text, states_text
from teststrip.cli.runs_steps import look_at_steps, step_history, steps_json
from teststrip.errors import LockError, UsageError
from teststrip.plan.lock import LOCK_NAME
from teststrip.plan.lock_read import load_lock
from teststrip.plan.model import Plan
from teststrip.run.catalogue import Listed, find_run, look_at, reading
from teststrip.run.ledger import Ledger
from teststrip.run.state import State
from teststrip.run.trial import Trial

_DIGEST: Final = 8
_SHOWN: Final = 50  # cells that are not done
_QUIET: Final = frozenset({"attempts", "pictures", "poll_url", "may_have_cost"})


@click.command("show")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--cells", "every", is_flag=True, help="List every cell; without it, those that are not done.")
@click.option(
    "--cell",
    "wanted",
    metavar="CELL",
    help="The history of one cell, by its number or the beginning of its digest.",
)
@runs_option
@json_option
def command(run: Path, runs_dir: Path, *, every: bool, wanted: str | None, as_json: bool) -> None:
    """Show what came of RUN (a folder, a name or the beginning of one): states, failures and their reasons.

    A cell that is not done is listed with the digest of its request and, where there is one, the server's id of
    its prediction, by which the server's own people can find it.
    """
    folder = find_run(run, runs_dir)
    with reading(folder) as ledger:
        listed = look_at(folder, ledger)
        if listed.plan is None:
            load_lock(folder / LOCK_NAME)  # says why, with the place
            raise LockError(())
        trials = ledger.trials(dict.fromkeys(cell.digest for cell in listed.plan.cells))
        if wanted is not None:
            number = _number(listed.plan, wanted)
            steps = look_at_steps(folder, listed.plan, number)
            for line in first_of(steps.damage):
                tell(line)
            if as_json:
                log = {"log": _log(ledger, listed.plan, number)}
                say_json(_cell(listed.plan, number, trials) | log | {"steps": steps_json(steps)})
            else:
                say_lines(_history(ledger, listed.plan, number, trials))
                say_lines(step_history(steps))
            return
    if as_json:
        cells = [_cell(listed.plan, number, trials) for number in _chosen(listed.plan, trials, every=every)]
        say_json(run_json(listed) | {"sheets": [str(path) for path in _sheets(folder)], "list": cells})
    else:
        say_lines(_lines(listed, listed.plan, trials, every=every))


def _number(plan: Plan, wanted: str) -> int:
    """Return the number of a cell that is named by it, or by the beginning of its digest. Raises UsageError."""
    if wanted.isascii() and wanted.isdigit() and int(wanted) < len(plan.cells) and len(wanted) < _DIGEST:
        return int(wanted)
    meant = [number for number, cell in enumerate(plan.cells) if wanted and cell.digest.startswith(wanted)]
    if not meant or len({plan.cells[number].digest for number in meant}) > 1:
        how = "begins the digests of several cells" if meant else "names no cell"
        raise UsageError(f"{wanted} {how}; they are numbered from 0 to {len(plan.cells) - 1} (--cells lists them)")
    return meant[0]


def _chosen(plan: Plan, trials: dict[str, Trial], *, every: bool) -> list[int]:
    return [number for number, cell in enumerate(plan.cells) if every or not _is_done(trials.get(cell.digest))]


def _is_done(trial: Trial | None) -> bool:
    return trial is not None and trial.state is State.DONE


def _lines(listed: Listed, plan: Plan, trials: dict[str, Trial], *, every: bool) -> Iterator[str]:
    yield shown(plan.title)
    yield f"{plan.provider}/{plan.model} on {shown(plan.target)}"
    yield f"{states_text(listed)}; {size_text(listed.size)}; {listed.updated[:16].replace('T', ' ')} UTC"
    for path in _sheets(listed.folder):
        yield f"sheet: {where_from_here(path)}"
    chosen = _chosen(plan, trials, every=every)
    if chosen:
        yield ""
    for number in chosen if every else chosen[:_SHOWN]:
        yield from _cell_lines(plan, number, trials)
    if not every and len(chosen) > _SHOWN:
        yield f"and {counted(len(chosen) - _SHOWN, 'more cell')} (--cells lists all)"


def _cell_lines(plan: Plan, number: int, trials: dict[str, Trial]) -> Iterator[str]:
    cell = plan.cells[number]
    trial = trials.get(cell.digest)
    state = State.PLANNED if trial is None else trial.state
    yield f"{number:>4}  {cell.digest[:_DIGEST]}  {state:<9}  {shown(place_of(plan, cell))}"
    if trial is not None and state is not State.DONE:
        if trial.reason:
            yield f"      {shown(trial.reason)}"
        if trial.prediction:
            yield f"      prediction {shown(trial.prediction)}"


def _history(ledger: Ledger, plan: Plan, number: int, trials: dict[str, Trial]) -> Iterator[str]:
    cell = plan.cells[number]
    yield f"cell {number}: {shown(place_of(plan, cell))}"
    yield f"request {cell.digest}"
    moves = ledger.log(cell.digest)
    if not moves:
        yield "the ledger has no move of it"
    for time, old, new, facts in moves:
        told = ", ".join(f"{name} {shown(str(value))}" for name, value in facts.items() if _worth(name, value))
        step = new if old in {None, new} else f"{old} -> {new}"
        yield f"  {time[:19].replace('T', ' ')}  {step:<22}  {told}".rstrip()
    trial = trials.get(cell.digest)
    for picture in trial.pictures if trial is not None else ():
        yield f"  picture {picture.sha256} ({picture.media_type}, {size_text(picture.size)})"


def _worth(name: str, value: Json) -> bool:
    return name not in _QUIET and value not in (None, "")


def _log(ledger: Ledger, plan: Plan, number: int) -> list[Json]:
    moves = ledger.log(plan.cells[number].digest)
    return [{"time": time, "old": old, "new": new, "facts": facts} for time, old, new, facts in moves]


def _cell(plan: Plan, number: int, trials: dict[str, Trial]) -> dict[str, Json]:
    cell = plan.cells[number]
    trial = trials.get(cell.digest)
    return {
        "cell": number,
        "digest": cell.digest,
        "at": {axis.name: plan.label(cell, index) for index, axis in enumerate(plan.axes)},
        "state": str(State.PLANNED if trial is None else trial.state),
        "reason": "" if trial is None else trial.reason,
        "prediction": None if trial is None else trial.prediction,
        "may_have_cost": trial is not None and trial.may_have_cost,
        "attempts": 0 if trial is None else trial.attempts,
        "pictures": [] if trial is None else [picture.sha256 for picture in trial.pictures],
    }


def _sheets(folder: Path) -> Sequence[Path]:
    return sorted(folder.glob("sheet*.png"))
