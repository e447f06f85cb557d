"""`teststrip run`: recipe -> plan -> run -> sheet."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click
import pluggy

from teststrip import plugins
from teststrip.base.json import Json
from teststrip.cli.assume import read_assumptions
from teststrip.cli.limits import limit_options
from teststrip.cli.locked import open_plan
from teststrip.cli.money_text import money_json, money_lines
from teststrip.cli.progress import make_display
from teststrip.cli.report import counted, say, say_json, say_lines, tell, where_from_here
from teststrip.cli.session import Order, perform
from teststrip.cli.stages import (
    Wish,
    change_options,
    files_option,
    json_option,
    known_providers,
    page_notice,
    target_options,
)
from teststrip.recipe.changes import Changes
from teststrip.run.events import CellFinished, Event
from teststrip.run.model import Run
from teststrip.run.purse import BudgetTold
from teststrip.run.settings import Settings
from teststrip.run.state import State
from teststrip.sheet.write import write_sheets


@click.command("run")
@click.argument("file", type=click.Path(path_type=Path))
@change_options
@target_options
@click.option(
    "--concurrency", type=click.IntRange(1, 64), help="Predictions at once; the recipe's or the page's else."
)
@click.option(
    "--retry-failed", is_flag=True, help="Send again what failed or was refused, though it may have cost."
)
@click.option("--resend-uncertain", is_flag=True, help="Send again what may have been paid for without an answer.")
@limit_options
@files_option
@json_option
@click.pass_context
def command(  # noqa: PLR0913  click hands over each option by name
    ctx: click.Context,
    file: Path,
    target: str,
    runs_dir: Path,
    concurrency: int | None,
    allow_files: tuple[Path, ...],
    *,
    budget: BudgetTold,
    assume: tuple[str, ...],
    rate: str | None,
    changes: Changes,
    live: bool,
    retry_failed: bool,
    resend_uncertain: bool,
    as_json: bool,
) -> None:
    """Run a recipe or a lock: send what is not done yet, keep every picture, draw the contact sheets."""
    manager = plugins.plugin_manager()
    catalogue = known_providers(manager)
    wish = Wish(file, target, live=live, sending=True, allowed=allow_files, changes=changes)
    opened = open_plan(wish, catalogue)
    plan, provider, chosen = opened.plan, opened.provider, opened.target
    for line in opened.differs:
        tell(f"differs: {line}")
    notice = page_notice(catalogue, provider, chosen)
    if notice is not None:
        tell(notice)
    _hear(manager.hook.teststrip_plan_made, plan=plan)
    settings = Settings(
        concurrency=concurrency,
        retry_failed=retry_failed,
        resend_uncertain=resend_uncertain,
        budget=budget,
        assume=read_assumptions(assume, provider),
        rate=rate,
    )
    order = Order(plan, provider, chosen, runs_dir, settings, opened.files)
    display = make_display(plan, as_json=as_json)
    finished: list[str] = []

    def on_event(event: Event) -> None:
        display.show(event)
        if isinstance(event, CellFinished):
            finished.append(event.digest)

    with display:
        try:
            run = asyncio.run(perform(order, on_event))
        except asyncio.CancelledError:  # by SIGTERM; Ctrl-C comes as what it is
            raise KeyboardInterrupt from None
    for digest in finished:
        _hear(manager.hook.teststrip_trial_done, outcome=run.outcomes[digest])
    sheets = write_sheets(run, run.folder)
    _hear_the_end(manager, run, sheets)
    if as_json:
        say_json(_run_done(run, sheets))
    else:
        _summary(run, sheets, file)
    ctx.exit(_exit_code(run))


def _hear(hook: pluggy.HookCaller, **event: object) -> None:
    for complaint in plugins.tell(hook, **event):
        tell(f"warning: {complaint}")


def _hear_the_end(manager: pluggy.PluginManager, run: Run, sheets: tuple[Path, ...]) -> None:
    for sheet in sheets:
        _hear(manager.hook.teststrip_sheet_written, path=sheet)
    _hear(manager.hook.teststrip_run_done, run=run)


def _run_done(run: Run, sheets: tuple[Path, ...]) -> dict[str, Json]:
    return {
        "event": "run_done",
        "run": str(run.folder),
        "cells": len(run.plan.cells),
        "sent": run.sent,
        "done": run.count(State.DONE),
        "failed": run.count(State.FAILED),
        "moderated": run.count(State.MODERATED),
        "uncertain": run.count(State.UNCERTAIN),
        "waiting": run.count(State.PLANNED, State.INTENT, State.SUBMITTED, State.FETCHED),
        "stopped": run.stopped,
        "money": money_json(run.money),
        "sheets": [str(sheet) for sheet in sheets],
    }


def _summary(run: Run, sheets: tuple[Path, ...], file: Path) -> None:
    cells = len(run.plan.cells)
    done = run.count(State.DONE)
    sent = f"{counted(run.sent, 'request')} sent"
    if not run.sent:
        sent = "nothing was sent" + (": every picture was there" if done == cells else "")
    say(f"{done} of {counted(cells, 'cell')} done; {sent}")
    for state in (State.FAILED, State.MODERATED, State.UNCERTAIN, State.SUBMITTED, State.PLANNED):
        if run.count(state):
            say(f"  {run.count(state)} {state}: {_ADVICE[state]}")
    say_lines(money_lines(run.money))
    if run.stopped:
        say(f"stopped early: {run.stopped}")
    for sheet in sheets:
        say(f"sheet: {where_from_here(sheet)}")
    say("")
    say("Next: open the sheet; change the recipe and run it again (only what is new is sent);")
    say(f"      `teststrip plan {where_from_here(file)} --cells` lists every cell.")


_ADVICE = {
    State.FAILED: "mend the recipe, or run again with --retry-failed",
    State.MODERATED: "the server refused the content; reword the prompt",
    State.UNCERTAIN: "they may have been paid for; --resend-uncertain sends them again",
    State.SUBMITTED: "accepted and not finished; run the same command again to fetch them",
    State.PLANNED: "not sent yet; run the same command again",
}


def _exit_code(run: Run) -> int:
    if run.stopped:
        return 3
    return 0 if run.count(State.DONE) == len(run.plan.cells) else 1
