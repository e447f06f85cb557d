"""A recipe's run for tests: played from its cassette, or recorded anew; once in a session for each recipe.

A cassette lies beside its recipe: `cassettes/<name>/` for `<name>.recipe.yaml`, and else under the file's whole
name. Processes that test together (pytest-xdist) record one after another, and the first one's recording is played
by the others.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from teststrip.base.json import sha256
from teststrip.cassette.install import install
from teststrip.cassette.model import FILE_NAME
from teststrip.cli.finishing import Workplace, finished
from teststrip.cli.loaded import Loaded, load
from teststrip.cli.locked import Opened, open_plan
from teststrip.cli.session import Order, perform
from teststrip.cli.stages import Wish
from teststrip.cli.taping import Deck, open_deck
from teststrip.errors import StorageError, UsageError
from teststrip.finish.ready import ready_steps
from teststrip.plan.model import Plan
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.provider.model import Provider
from teststrip.run.folder import STORE_NAME, run_folder
from teststrip.run.lock import one_at_a_time
from teststrip.run.model import Run
from teststrip.run.purse import BudgetTold
from teststrip.run.replays import RUN, make_place
from teststrip.run.settings import Settings
from teststrip.run.state import State
from teststrip.run.store import Store
from teststrip.testing.allowance import check_bounded, share_of
from teststrip.testing.names import cell_ids, cell_labels, recipe_name
from teststrip.testing.whole import check_plays
from teststrip.verify.asserts import Hall, Subject, failures_of, hall_of

if TYPE_CHECKING:
    from PIL import Image

CASSETTES: Final = "cassettes"
_UNFINISHED: Final = "runs"  # in the cassette's folder while it is recorded


@dataclass(frozen=True, slots=True)
class Manner:
    """How a session goes about it: what is recorded, and from where; `work` is a folder for what is played.

    `together` is one that all processes of the session share. `budget` is the most that the session may spend on
    recordings; "none" says that nothing bounds it.
    """

    work: Path
    together: Path
    record: bool = False
    target: str = "darkroom"
    live: bool = False
    budget: BudgetTold = None


@dataclass(frozen=True)
class CellResult:
    """One cell of a run, as a test sees it: its labels by axis, how it stands, and why if it has no picture.

    It is one of the cells `of` a run.
    """

    subject: Subject
    labels: Mapping[str, str]
    of: RecipeRun

    @property
    def id(self) -> str:
        """What stands in the brackets of its test's name, and what its golden picture is called."""
        return self.of.ids[self.number]

    @property
    def number(self) -> int:
        """Its number in the plan."""
        return self.subject.number

    @property
    def state(self) -> str:
        """`done`, `failed`, `moderated` and so on."""
        return self.subject.outcome.state.value

    @property
    def reason(self) -> str:
        """What a person reads when it is not done."""
        return self.subject.outcome.reason

    @property
    def done(self) -> bool:
        """Whether its pictures are there."""
        return self.subject.outcome.state is State.DONE and bool(self.subject.artifacts)

    @property
    def paths(self) -> list[Path]:
        """The files of its pictures, as the sheet shows them."""
        return self.subject.paths

    @property
    def scores(self) -> Mapping[str, object]:
        """What steps on its pictures have measured."""
        return self.subject.scores

    @property
    def failures(self) -> tuple[str, ...]:
        """What the recipe demands of it (`assert`) and is not so."""
        return tuple(one.words for one in failures_of(self.subject.hall, self.number))

    def image(self, index: int = 0) -> Image.Image:
        """Decode one of its pictures. Raises StepError for one that cannot be."""
        from teststrip.steps.pictures import decoded  # noqa: PLC0415  Pillow is for tests that look

        return decoded(self.paths[index].read_bytes())

    def __str__(self) -> str:
        return cell_labels(self.subject.hall.run.plan, self.number)


@dataclass(frozen=True)
class RecipeRun:
    """A run of a recipe, as a test sees it."""

    run: Run
    provider: Provider
    extensions: Extensions = BUILT_IN

    @cached_property
    def _hall(self) -> Hall:
        return hall_of(self.run, self.provider, self.extensions)

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.run.plan

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids of all cells, in plan order."""
        return cell_ids(self.run.plan)

    @cached_property
    def names(self) -> frozenset[str]:
        """All that a cell may be called: ids, and labels."""
        return frozenset((*self.ids, *(cell_labels(self.plan, number) for number in range(len(self.plan.cells)))))

    @property
    def cells(self) -> Iterator[CellResult]:
        """All cells, in plan order."""
        return (self.numbered(number) for number in range(len(self.plan.cells)))

    def numbered(self, number: int) -> CellResult:
        """Return a cell by its number."""
        subject = self._hall.cell(number)
        labels = {axis.name: self.plan.label(subject.cell, at) for at, axis in enumerate(self.plan.axes)}
        return CellResult(subject, labels, self)

    def cell(self, **labels: object) -> CellResult:
        """Return the one cell with these labels, by the names of axes. Raises LookupError for none or several."""
        wanted = {name: str(label) for name, label in labels.items()}
        found = [one for one in self.cells if wanted.items() <= one.labels.items()]
        if len(found) != 1:
            said = ", ".join(f"{name}={label}" for name, label in wanted.items())
            raise LookupError(f"{len(found)} cells of {self.plan.title} have {said or 'no label'}")
        return found[0]


@dataclass
class Runs:
    """The runs of a session, each made when it is first asked for."""

    manner: Manner
    made: dict[Path, RecipeRun | Exception] = field(default_factory=dict)

    @cached_property
    def loaded(self) -> Loaded:
        """Plugins, pages and names, once for all."""
        return load()

    def plan(self, recipe: Path) -> Opened:
        """Plan a recipe for the target that its cassette was recorded from, or will be.

        Raises InputError, also where recording it would cost money and nothing says how much it may.
        """
        deck = Deck() if self.manner.record else self._deck(recipe)
        target = self.manner.target if deck.target is None else "darkroom"
        live = self.manner.live and deck.target is None
        sending = self.manner.record  # a plan is made without a cassette too, so that each cell can say so
        wish = Wish(recipe, target, live=live, sending=sending, comparing=False, target=deck.target)
        opened = open_plan(wish, self.loaded)
        if sending and opened.target.paid:
            check_bounded(self.manner.budget, opened, recipe)
        return opened

    def run(self, recipe: Path) -> RecipeRun:
        """Return a recipe's run. Raises what kept it from being made, each time anew."""
        recipe = Path(os.path.abspath(recipe))  # noqa: PTH100  what belongs to a link lies beside the link
        if recipe not in self.made:
            try:
                self.made[recipe] = self._run(recipe)
            except Exception as error:  # noqa: BLE001  told by every test that needs it
                self.made[recipe] = error
        made = self.made[recipe]
        if isinstance(made, Exception):
            raise made
        return made

    def _run(self, recipe: Path) -> RecipeRun:
        if self.manner.record:
            self._record(recipe)
        deck = open_deck(None, cassette_of(recipe), fast=False)
        target = deck.target
        opened = open_plan(
            Wish(recipe, "darkroom", live=False, sending=True, comparing=False, target=target), self.loaded
        )
        # One plan may be that of several recipes, each with a cassette of its own.
        place = run_folder(self.manner.work / sha256(str(recipe).encode())[:8], opened.plan)
        make_place(place, cassette_of(recipe))
        return self._performed(opened, place, place / RUN, deck, budget="none")  # it was kept when it was recorded

    def _record(self, recipe: Path) -> None:
        """Record a recipe anew, unless another process of this session has.

        What is paid for lies beside the cassette until all of it is there: cut off, the same is gone on with.
        """
        folder = cassette_of(recipe)
        opened = self.plan(recipe)
        # One plan may be recorded for recipes in several folders.
        token = f"{run_folder(self.manner.together, opened.plan).name}-{sha256(str(folder).encode())[:8]}"
        with one_at_a_time(self.manner.together / f"{token}.lock"):
            mark = self.manner.together / f"{token}.recorded"
            if mark.exists():
                return
            fresh = folder.with_name(f".{folder.name}.{opened.plan.digest[:8]}")
            # Without its lines it is what a crash left of one that was put into its place.
            if not opened.target.paid or not (fresh / FILE_NAME).exists():
                shutil.rmtree(fresh, ignore_errors=True)
            try:
                self._record_into(fresh, opened)
                install(fresh, folder)
            except UsageError as error:
                raise UsageError(str(error).replace(" --budget ", " --teststrip-budget ")) from error
            except OSError as error:
                words = error.strerror or str(error)
                raise StorageError(f"{folder}: {words}; the recording lies in {fresh}") from error
            mark.touch()
            shutil.rmtree(fresh, ignore_errors=True)

    def _record_into(self, fresh: Path, opened: Opened) -> None:
        """Record into a folder, within what the session has left. Raises what keeps it from being whole."""
        deck, place = Deck(record=fresh), fresh / _UNFINISHED
        folder = run_folder(place, opened.plan)
        with share_of(self.manner.budget, opened, folder, self.manner.together) as budget:
            made = self._performed(opened, place, folder, deck, budget=budget)
        kept = f"; what was paid for lies in {fresh}, and the same command goes on with it"
        if made.run.stopped:
            raise UsageError(f"it was not recorded: {made.run.stopped}{kept if opened.target.paid else ''}")
        if deck.recorded is None or deck.recorded.trouble:
            said = "nothing was recorded" if deck.recorded is None else deck.recorded.trouble
            raise StorageError(f"{fresh}: {said}")
        if opened.target.paid:
            check_plays(made.run, opened, fresh, self.manner.work)

    def _performed(
        self, opened: Opened, place: Path, folder: Path, deck: Deck, *, budget: BudgetTold
    ) -> RecipeRun:
        steps = ready_steps(opened.plan, self.loaded.extensions, Store(place / STORE_NAME))
        settings = Settings(budget=budget, pricer=opened.pricer)
        order = Order(opened.plan, opened.provider, opened.target, place, settings, opened.files, folder, deck)
        run = asyncio.run(perform(order, lambda _: None))
        if run is None:
            raise KeyboardInterrupt
        run = finished(run, steps, Workplace(place, lambda _: None), executing=True)
        return RecipeRun(run, opened.provider, self.loaded.extensions)

    def _deck(self, recipe: Path) -> Deck:
        folder = cassette_of(recipe)
        return open_deck(None, folder, fast=False) if (folder / FILE_NAME).is_file() else Deck()


def cassette_of(recipe: Path) -> Path:
    """Return where a recipe's cassette lies."""
    return recipe.parent / CASSETTES / recipe_name(recipe)


def check_recorded(recipe: Path) -> None:
    """Raise UsageError where a recipe has no cassette."""
    folder = cassette_of(recipe)
    if not (folder / FILE_NAME).is_file():
        raise UsageError(f"{folder} holds no cassette: run pytest once with --teststrip-record")
