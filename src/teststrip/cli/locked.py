"""Locks on the command line: a plan from a recipe or a lock alike, and what differs since a lock was written."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from teststrip.base.json import Json
from teststrip.base.sheets import FORMATS
from teststrip.base.where import Path as Place
from teststrip.base.where import Problem, Where, dotted
from teststrip.cli.largest import largest_area
from teststrip.cli.loaded import Loaded
from teststrip.cli.report import counted, where_from_here
from teststrip.cli.stages import Checked, Wish, check_file, plan_file
from teststrip.cli.targets import choose_target, live_faults
from teststrip.errors import LockError, UsageError
from teststrip.plan.lock import DARKROOM, is_lock, write_lock_over
from teststrip.plan.lock_check import refusals
from teststrip.plan.lock_diff import compare, page_differs, versions_differ
from teststrip.plan.lock_read import line_of, load_lock
from teststrip.plan.make import draft_plan
from teststrip.plan.model import Plan
from teststrip.plugins.records import Pricer
from teststrip.provider.catalogue import Catalogue
from teststrip.provider.model import Provider
from teststrip.recipe.changes import NO_CHANGES, Changes
from teststrip.recipe.load import read_recipe
from teststrip.recipe.sources import SourceFault, read_named
from teststrip.run.files import DiskFiles
from teststrip.run.target import Target, darkroom_target, url_target
from teststrip.sheet.forecast import sheet_faults

_LIVE = "live "
_EMULATOR = "emulator "
_PROOF = "-proof"


@dataclass(frozen=True, slots=True)
class Opened:
    """A plan with its provider and target; `files` reads the pictures that its requests are made with.

    `differs` says what is not as it was when its lock was written, `pricer` is who sets prices beside the page.
    """

    plan: Plan
    provider: Provider
    target: Target
    files: DiskFiles
    differs: tuple[str, ...] = ()
    pricer: Pricer | None = None


@dataclass(frozen=True, slots=True)
class Extra:
    """What `plan` has to say of locks: lines for a person, and members of the JSON document."""

    lines: tuple[str, ...]
    document: dict[str, Json]


def open_plan(wish: Wish, loaded: Loaded) -> Opened:
    """Plan a recipe, or take a lock as the plan that it is. Raises InputError with every problem."""
    file, name, live, sending = wish.file, wish.name, wish.live, wish.sending
    if not is_lock(file):
        files = DiskFiles(file, wish.allowed)
        return Opened(*plan_file(wish, loaded, files), files, pricer=loaded.extensions.price)
    _refuse_changes(wish.changes, file)
    plan = load_lock(file)
    files = DiskFiles(_main(plan, file) or file, wish.allowed)
    provider = _provider(plan, file, loaded.catalogue)
    told = sending or live or name != "darkroom"
    target = wish.target
    if target is None:
        target = choose_target(name, provider, live=live) if told else _own_target(plan, provider, file)
    if target.identity != plan.target:
        raise UsageError(_elsewhere(plan, target, file))
    if target.name == "darkroom":
        largest_area(os.environ)  # what it cannot be is told before anything is drawn
    problems = _problems(plan, provider, file, loaded)
    faults = live_faults(provider, loaded.catalogue) if sending and target.paid else []
    problems += [Problem(Where(str(file), 1, 1), "target", fault) for fault in faults]
    if problems:
        raise LockError(problems)
    differs = [*_page_and_versions(plan, provider)]
    opened = Opened(plan, provider, target, files, pricer=loaded.extensions.price)
    if wish.comparing:
        differs += _recipe_differs(opened, file, loaded, sending=sending)
    return replace(opened, differs=tuple(differs))


def check_plan(
    file: Path, loaded: Loaded, changes: Changes, *, live: bool, allowed: Sequence[Path] = ()
) -> Checked:
    """Find every problem of a recipe or a lock, in file order; `allowed` and `changes` as in a `Wish`."""
    if not is_lock(file):
        return check_file(file, loaded, changes, live=live, files=DiskFiles(file, allowed))
    _refuse_changes(changes, file)
    try:
        plan = load_lock(file)
        provider = _provider(plan, file, loaded.catalogue)
    except LockError as error:
        return Checked(None, list(error.problems), [])
    problems = _problems(plan, provider, file, loaded)
    faults = live_faults(provider, loaded.catalogue) if live else []
    if not faults and (live or plan.target.startswith(DARKROOM)):
        target = choose_target("darkroom", provider, live=live)
        faults += [_elsewhere(plan, target, file)] if target.identity != plan.target else []
    problems += [Problem(Where(str(file), 1, 1), "target", fault) for fault in faults]
    return Checked(None if problems else plan, sorted(problems, key=lambda problem: problem.where), [])


def _refuse_changes(changes: Changes, file: Path) -> None:
    if changes != NO_CHANGES:
        said = "is a lock, which is taken as it is; -s, --var, --vars and --env are for planning its recipe again"
        raise UsageError(f"{file} {said}")


def lock_extra(opened: Opened, file: Path, output: Path | None, against: Path | None) -> Extra:
    """Write the lock that `plan -o` asks for, compare with `--against`, and say what differs."""
    lines: list[str] = []
    document: dict[str, Json] = {}
    if is_lock(file):
        document["differs"] = list(opened.differs)
        since = "nothing differs from when this was locked"
        lines += [f"differs: {line}" for line in opened.differs] or [since]
    if against is not None:
        comparison = compare(load_lock(against), opened.plan)
        lines.append(f"against {against}: {comparison}")
        document["against"] = {
            "same": comparison.same,
            "new": comparison.new,
            "gone": comparison.gone,
            "steps": [{"name": s.name, "new": list(s.new), "gone": list(s.gone)} for s in comparison.steps],
        }
    if output is not None:
        write_lock_over(output, opened.plan)
        lines.append(f"lock: {where_from_here(output)}")
        document["lock"] = str(output)
    return Extra(tuple(lines), document)


def _provider(plan: Plan, file: Path, catalogue: Catalogue) -> Provider:
    provider = catalogue.find(plan.provider)
    if provider is None:
        there = ", ".join(known.name for known in catalogue.providers())
        said = f"no page of the provider {plan.provider!r} is known here; there are: {there}"
        raise LockError([Problem(Where(str(file), 1, 1), "provider", said)])
    if all(model.id != plan.model for model in provider.models):
        said = f"the page {provider.page} has no model {plan.model!r} any more"
        raise LockError([Problem(Where(str(file), 1, 1), "model", said)])
    return provider


def _own_target(plan: Plan, provider: Provider, file: Path) -> Target:
    """Return the target that a lock was made for, to look at what became of its cells; nothing is sent to it."""
    if plan.target.startswith(DARKROOM):
        return darkroom_target(plan.target.removeprefix(DARKROOM))
    if plan.target.startswith(_EMULATOR):
        return url_target(plan.target.removeprefix(_EMULATOR), provider)
    if plan.target.startswith(_LIVE):
        return Target("live", plan.target, plan.target.removeprefix(_LIVE), paid=True)
    said = f"{plan.target!r} is no target that this teststrip knows; plan the recipe again"
    raise LockError([Problem(Where(str(file), 1, 1), "target", said)])


def _elsewhere(plan: Plan, target: Target, file: Path) -> str:
    """Say that a lock is for another target, how to run it there, and how to plan for this one."""
    again = f"teststrip plan {shlex.quote(plan.recipe_file or 'RECIPE')}"
    asked = {"live": " --live", "url": f" --target {target.base_url}"}.get(target.name, "")
    if target.identity.endswith(_PROOF):
        asked = " --target proof"
    here = f"to plan for this one: {again}{asked} -o {shlex.quote(file.name)}"
    said = f"{file} was planned for {_named(plan.target)}, and this is {_named(target.identity)}"
    if plan.target.startswith(_LIVE):
        return f"{said}; to run it there, give --live; {here}"
    if plan.target.startswith(_EMULATOR):
        return f"{said}; to run it there, give --target {plan.target.removeprefix(_EMULATOR)}; {here}"
    if target.name == "replay":
        return f"{said}, which the cassette was recorded from; record one for this lock with --record"
    proofs = plan.target.endswith(_PROOF)
    there = f"to run it there, give {'--target proof' if proofs else 'neither --live nor --target'}; "
    if target.name == "darkroom" and proofs == target.identity.endswith(_PROOF):
        there = ""  # it is the version that is another
    return f"{said}; {there}{here}"


def _named(identity: str) -> str:
    for start, name in ((_LIVE, "the paid API at "), (_EMULATOR, "the emulator at ")):
        if identity.startswith(start):
            return name + identity.removeprefix(start)
    return f"version {identity.removeprefix(DARKROOM)} of the darkroom"


def _problems(plan: Plan, provider: Provider, file: Path, loaded: Loaded) -> list[Problem]:
    """Find what the page of today refuses of a lock's requests, and what its sheets cannot show."""
    found: list[tuple[Place, str]] = [
        (("cells", one.cell, "request", *one.path), f"{one.message} ({counted(one.cells, 'cell')})")
        for one in refusals(plan, provider)
    ]
    found += sheet_faults(plan, provider)
    found += _no_formats(plan, loaded)
    text = file.read_text("utf-8-sig") if found else ""
    return [Problem(Where(str(file), line_of(text, path), 1), dotted(path), message) for path, message in found]


def _no_formats(plan: Plan, loaded: Loaded) -> Iterator[tuple[Place, str]]:
    """Tell of formats that nobody here writes: those of a plugin that is not loaded."""
    known = (*FORMATS, *loaded.extensions.writers)
    for number, sheet in enumerate(plan.sheets):
        for at, form in enumerate(sheet.formats):
            if form not in known:
                said = f"{form} is no format of sheets, unless a plugin brings it; there are: {', '.join(known)}"
                yield ("sheets", number, "formats", at), said


def _page_and_versions(plan: Plan, provider: Provider) -> Iterator[str]:
    yield from page_differs(plan, provider)
    drawn = choose_target("darkroom", provider, live=False).identity if plan.target.startswith(DARKROOM) else ""
    yield from versions_differ(plan, drawn.removeprefix(DARKROOM))


def _recipe_differs(opened: Opened, file: Path, loaded: Loaded, *, sending: bool) -> Iterator[str]:
    """Compare the recipe that a lock was made from with its files of today: beside the lock, else from here."""
    plan = opened.plan
    found = {source: _beside(source.file, file) for source in plan.sources}
    changed = [source for source, path in found.items() if path and _digest(path) != source.digest]
    if not sending:
        yield from (
            f"recipe {source.file} is not here to compare with" for source, path in found.items() if not path
        )
    main = next(iter(found.values()), None)
    if not changed or main is None:
        return
    said = f"recipe {', '.join(source.file for source in changed)} has changed since this was planned"
    reading, now = read_recipe(main, extensions=loaded.extensions), None
    problems = list(reading.problems)
    if reading.recipe is not None:
        now, more = draft_plan(reading.recipe, opened.provider, plan.target, opened.files, loaded.extensions)
        problems += more
    if now is None or problems:
        count = counted(max(1, len(problems)), "problem")
        yield f"{said}, and has {count} now: teststrip check {where_from_here(main)}"
        return
    yield f"{said}: planned now, it has {compare(plan, now)}"


def _main(plan: Plan, file: Path) -> Path | None:
    """Find the recipe that a lock was made from, beside whose file its pictures lie."""
    return _beside(plan.sources[0].file, file) if plan.sources else None


def _beside(name: str, file: Path) -> Path | None:
    """Find a file of the recipe; a lock names it by a relative path without `..`."""
    return next((path for path in (file.parent / name, Path(name)) if name and path.is_file()), None)


def _digest(path: Path) -> str:
    """Return the digest of a recipe's file, "" for one that no recipe can be: a lock may name any."""
    try:
        return read_named(str(path)).digest
    except SourceFault:
        return ""
