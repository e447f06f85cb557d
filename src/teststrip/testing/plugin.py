"""The pytest plugin: recipes are collected, each cell a test; `run` is what a test of your own sees of one.

It is loaded with every pytest run where teststrip is installed, so nothing else of teststrip is imported until a
recipe is met.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from teststrip.testing.runs import RecipeRun, Runs

PATTERN: Final = ".recipe.yaml"
MARK: Final = "recipe"
_FAILURES: Final = ".teststrip-failures"
_HELP: Final = "teststrip: recipes as tests"


class RecipeFile(pytest.File):
    """A recipe; one that is wrong is one error, with every problem at its place."""

    def collect(self) -> Iterator[pytest.Item]:
        """Plan the recipe, and yield a test for each cell."""
        from teststrip.cli.report import plain  # noqa: PLC0415  see above
        from teststrip.errors import TeststripError  # noqa: PLC0415  see above
        from teststrip.testing.items import RecipeCell  # noqa: PLC0415  see above
        from teststrip.testing.names import cell_ids, item_name  # noqa: PLC0415  see above

        try:
            opened = runs_of(self.config).plan(self.path)
        except TeststripError as error:
            raise self.CollectError(plain(str(error))) from error
        for number, cell in enumerate(cell_ids(opened.plan)):
            name = item_name(cell)
            # Said whole, so that pytest reads its brackets as it does where it reads the id again (--lf).
            yield RecipeCell.from_parent(self, name=name, nodeid=f"{self.nodeid}::{name}", number=number)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, all of which begin with `--teststrip`."""
    group = parser.getgroup("teststrip", _HELP)
    group.addoption(
        "--teststrip",
        action="append",
        default=[],
        metavar="PATH",
        help="A recipe or lock to collect, or a folder of *.recipe.yaml; may be given again.",
    )
    group.addoption(
        "--teststrip-record",
        action="store_true",
        help="Record the cassettes of recipes anew, instead of playing them.",
    )
    group.addoption(
        "--teststrip-target", default="darkroom", metavar="darkroom|URL", help="Where recording sends requests."
    )
    group.addoption("--teststrip-live", action="store_true", help="Recording sends requests to the paid API.")
    group.addoption(
        "--teststrip-budget",
        metavar="N|none",
        help="The most that this session may spend with --teststrip-live, in the unit of the page's price.",
    )
    group.addoption("--teststrip-update", action="store_true", help="Make the pictures that come the golden ones.")
    group.addoption(
        "--teststrip-output",
        metavar="DIR",
        help=f"Where side-by-side pictures of failures go; {_FAILURES} in the root folder else.",
    )
    parser.addini("teststrip_budget", "What --teststrip-budget is where it is not given.", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Know the mark, and collect what `--teststrip` names. Raises pytest.UsageError for a budget that is none."""
    config.addinivalue_line("markers", f"{MARK}(path, within=None): the recipe that the fixture `run` is of")
    for path in config.getoption("--teststrip"):
        if str(path) not in config.args:
            config.args.append(str(path))
    _budget(config)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> RecipeFile | None:
    """Collect `*.recipe.yaml`, and what `--teststrip` names."""
    named = {Path(os.path.abspath(path)) for path in parent.config.getoption("--teststrip")}  # noqa: PTH100  no link is followed
    if not file_path.name.endswith(PATTERN) and file_path not in named:
        return None
    collected: RecipeFile = RecipeFile.from_parent(parent, path=file_path)
    return collected


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Make the run of a test before any fixture: what pytest-recording then puts in place would record it too.

    Its cassettes would have the requests of ours, and their key. What goes wrong is told by the fixture.
    """
    mark = item.get_closest_marker(MARK)
    if mark is not None and len(mark.args) == 1 and "run" in getattr(item, "fixturenames", ()):
        with suppress(Exception):
            runs_of(item.config).run(item.path.parent / mark.args[0])


@pytest.fixture(scope="session")
def teststrip_runs(request: pytest.FixtureRequest) -> Runs:
    """Runs of recipes, each made once a session."""
    return runs_of(request.config)


@pytest.fixture
def run(request: pytest.FixtureRequest, teststrip_runs: Runs) -> RecipeRun:
    """Return the run of the recipe that `@pytest.mark.recipe("x.yaml")` names, from beside the test's file."""
    mark = request.node.get_closest_marker(MARK)
    if mark is None or len(mark.args) != 1:
        pytest.fail(f'the fixture `run` needs @pytest.mark.{MARK}("x.recipe.yaml")', pytrace=False)
    from teststrip.errors import TeststripError  # noqa: PLC0415  see above

    try:
        made = teststrip_runs.run(request.path.parent / mark.args[0])
    except TeststripError as error:
        pytest.fail(str(error), pytrace=False)
    return made


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Any:
    """Return what holds a cell of `run` against its golden pictures; it takes the cell, and a tolerance."""
    from teststrip.testing.goldens import goldens_of  # noqa: PLC0415  see above

    mark = request.node.get_closest_marker(MARK)
    if mark is None:
        pytest.fail(f'the fixture `golden` needs @pytest.mark.{MARK}("x.recipe.yaml")', pytrace=False)
    config = request.config
    recipe = request.path.parent / mark.args[0]
    goldens = goldens_of(recipe, failures_of(config, recipe), update=config.getoption("--teststrip-update"))
    usual = mark.kwargs.get("within")

    def check(cell: Any, within: str | int | None = None) -> None:
        for one in goldens.check(cell, within if within is not None else usual):
            attach(request.node, one.picture)
            pytest.fail(
                f"{cell}: {one.words}" + (f"\nside by side: {one.picture}" if one.picture else ""), pytrace=False
            )

    return check


def _budget(config: pytest.Config) -> Any:
    """Return the budget of the option, or else of the configuration file; None without one."""
    told = config.getoption("--teststrip-budget") or config.getini("teststrip_budget")
    if not told:
        return None
    from teststrip.cli.limits import budget_of  # noqa: PLC0415  see above
    from teststrip.errors import UsageError  # noqa: PLC0415  see above

    try:
        return budget_of(told)
    except UsageError as error:
        raise pytest.UsageError(f"--teststrip-budget: {error}") from error


_RUNS: Final = pytest.StashKey["Runs"]()


def runs_of(config: pytest.Config) -> Runs:
    """Return the runs of a session, made when they are first asked for."""
    if _RUNS not in config.stash:
        from teststrip.testing.runs import Manner, Runs  # noqa: PLC0415  see above

        factory = config._tmp_path_factory  # type: ignore[attr-defined]  # noqa: SLF001  the fixture is out of reach here
        work = factory.mktemp("teststrip")
        # A worker of xdist has a folder of its own within one that they share. The environment does not tell who
        # is one: a pytest that a worker's test starts inherits it, and what lies beside its folder is not its own.
        shared = factory.getbasetemp()
        together = shared.parent if hasattr(config, "workerinput") else shared
        manner = Manner(
            work,
            together / "teststrip-recording",
            record=config.getoption("--teststrip-record"),
            target=config.getoption("--teststrip-target"),
            live=config.getoption("--teststrip-live"),
            budget=_budget(config),
        )
        manner.together.mkdir(exist_ok=True)
        config.stash[_RUNS] = Runs(manner)
    return config.stash[_RUNS]


def failures_of(config: pytest.Config, recipe: Path) -> Path:
    """Return where side-by-side pictures of a recipe go: as deep as it lies, for two may have one name."""
    told = config.getoption("--teststrip-output")
    folder = Path(told) if told else config.rootpath / _FAILURES
    return folder / Path(
        *(part for part in Path(os.path.relpath(recipe.parent, config.rootpath)).parts if part != "..")
    )


def attach(item: pytest.Item, picture: Path | None) -> None:
    """Name a side-by-side picture in the reports of a test: in JUnit's XML too."""
    if picture is not None:
        item.user_properties.append(("teststrip_side_by_side", str(picture)))
