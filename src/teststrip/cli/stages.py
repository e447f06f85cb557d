"""The stages that several commands share: providers, recipe, plan, target."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar, cast

import click

from teststrip.base.near import near
from teststrip.base.where import Path as Place
from teststrip.base.where import Problem, dotted
from teststrip.cli.loaded import Loaded, load
from teststrip.errors import PageError, RecipeError, UsageError
from teststrip.plan.make import choose_provider, draft_plan
from teststrip.plan.model import Plan
from teststrip.plan.sizes import area_faults
from teststrip.provider.catalogue import Catalogue
from teststrip.provider.model import Provider
from teststrip.recipe.changes import NO_CHANGES, Changes
from teststrip.recipe.load import read_recipe
from teststrip.recipe.model import Recipe
from teststrip.run.files import DiskFiles
from teststrip.run.target import Target, darkroom_target, key_fault, live_target, url_target
from teststrip.sheet.forecast import sheet_faults

DEFAULT_RUNS = Path("runs")
_SECRET: Final = re.compile(
    "KEY|TOKEN|SECRET|PASS(WORD|WD|PHRASE)|CREDENTIAL|COOKIE|BEARER|SESSION|PRIVATE|"
    "(?<![A-Z])(AUTH|PASS|PAT|PW)(?![A-Z])",
    re.IGNORECASE,
)
_WITH_PASSWORD: Final = re.compile(r"://[^/\s@]*:[^/\s@]+@")
_Command = TypeVar("_Command", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks to have planned: a recipe or a lock, `name` and `live` as the target options say it.

    `allowed` are folders that the recipe's pictures may lie in too, `changes` what goes before the recipe. With
    `sending`, a lock needs the options of the target that it was made for, and `live` needs the key. Only with
    `comparing` is a lock held against the recipe that it was made from. `target` is the one where a cassette is
    played, which has it.
    """

    file: Path
    name: str
    live: bool
    sending: bool
    allowed: Sequence[Path] = ()
    changes: Changes = NO_CHANGES
    comparing: bool = True
    target: Target | None = None


def runs_option(command: _Command) -> _Command:
    """Add `--runs-dir`."""
    return click.option(
        "--runs-dir",
        type=click.Path(file_okay=False, path_type=Path),
        default=DEFAULT_RUNS,
        show_default=True,
        help="Where runs, pictures and the ledger are kept.",
    )(command)


def target_options(command: _Command) -> _Command:
    """Add `--target`, `--live` and `--runs-dir`, which mean the same to every command."""
    for option in (
        runs_option,
        click.option("--live", is_flag=True, help="The paid API; its key comes from the environment."),
        click.option(
            "--target",
            metavar="darkroom|proof|URL",
            default="darkroom",
            show_default=True,
            help="The offline darkroom, its small proofs, or an emulator's address.",
        ),
    ):
        command = option(command)
    return command


def files_option(command: _Command) -> _Command:
    """Add `--allow-files`, which means the same to every command that reads recipes."""
    return click.option(
        "--allow-files",
        "allow_files",
        multiple=True,
        metavar="DIR",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="A folder whose pictures the recipe may use too, beside its own; may be given again.",
    )(command)


def change_options(command: _Command) -> _Command:
    """Add `-s`, `--var`, `--vars` and `--env`; the command gets them together, as `changes`."""

    @functools.wraps(command)
    def changed(
        *arguments: object,
        sets: tuple[str, ...],
        variables: tuple[str, ...],
        variable_files: tuple[Path, ...],
        env_names: tuple[str, ...],
        **options: object,
    ) -> object:
        changes = Changes(sets, variables, variable_files, named_env(env_names, os.environ))
        return command(*arguments, changes=changes, **options)

    wrapped: Callable[..., object] = changed
    for option in (
        click.option(
            "--env",
            "env_names",
            multiple=True,
            metavar="NAME",
            help="Let the recipe see this environment variable, as ${{ env.NAME }}; may be given again.",
        ),
        click.option(
            "--vars",
            "variable_files",
            multiple=True,
            metavar="FILE",
            type=click.Path(path_type=Path),
            help="Variables from a YAML or JSON file; may be given again.",
        ),
        click.option(
            "--var",
            "variables",
            multiple=True,
            metavar="NAME=VALUE",
            help="Set a variable, as text; may be given again.",
        ),
        click.option(
            "-s",
            "--set",
            "sets",
            multiple=True,
            metavar="PATH=VALUE",
            help="Set any value, as params.steps=40; goes before --var, --vars and the recipe; may be given "
            "again.",
        ),
    ):
        wrapped = option(wrapped)
    return cast("_Command", wrapped)


def named_env(names: Sequence[str], environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment variables that a recipe may see. Raises UsageError for what it must not."""
    for name in names:
        if _SECRET.search(name):
            raise UsageError(
                f"--env {name}: this looks like a secret, and what a recipe sees is kept in plain text"
            )
        if name not in environ:
            raise UsageError(f"--env {name}: the environment has no such variable")
        if _WITH_PASSWORD.search(environ[name]):
            raise UsageError(f"--env {name}: its address holds a password, and what a recipe sees is kept")
    return {name: environ[name] for name in names}


def json_option(command: _Command) -> _Command:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")(command)


def provider_named(name: str, catalogue: Catalogue) -> Provider:
    """Find the provider that an option or argument names.

    Raises PageError when its page is broken, and UsageError that says which there are, and what is wrong with the
    pages that might have been meant.
    """
    found = catalogue.find(name)
    if found is not None:
        return found
    names = [provider.name for provider in catalogue.providers()]
    close = near(name, names)
    meant = f"; did you mean {close!r}?" if close else ""
    broken = "".join(f"\n{problem}" for problem in catalogue.problems())
    raise UsageError(f"no provider is named {name!r}; there are: {', '.join(names)}{meant}{broken}")


def provider_names(
    ctx: click.Context,  # noqa: ARG001  click's signature
    parameter: click.Parameter,  # noqa: ARG001  as above
    incomplete: str,
) -> list[str]:
    """Complete a provider's name in a shell."""
    names = dict.fromkeys(page.name or "" for page in load().catalogue.pages)
    return [name for name in names if name and name.startswith(incomplete)]


def read_and_choose(
    file: Path, loaded: Loaded, changes: Changes = NO_CHANGES
) -> tuple[Recipe | None, Provider | None, list[Problem]]:
    """Read a recipe and find its provider; what is wrong so far comes as problems.

    The problems of provider pages are among them when the recipe's provider is on a broken one, or on none.
    """
    reading, catalogue = read_recipe(file, changes, loaded.extensions), loaded.catalogue
    if reading.recipe is None:
        return None, None, list(reading.problems)
    try:
        provider = catalogue.find(reading.recipe.provider)
    except PageError as error:
        return reading.recipe, None, [*reading.problems, *error.problems]
    if provider is not None:
        return reading.recipe, provider, list(reading.problems)
    _, problems = choose_provider(reading.recipe, catalogue.providers())
    return reading.recipe, None, [*reading.problems, *problems, *catalogue.problems()]


def check_file(
    file: Path,
    loaded: Loaded,
    changes: Changes = NO_CHANGES,
    *,
    live: bool = False,
    files: DiskFiles | None = None,
) -> tuple[Plan | None, list[Problem]]:
    """Find every problem of a recipe, in file order; the plan is that of the darkroom.

    With `live`, what keeps the paid API from being used is a problem too. `files` as in `plan_file`.
    """
    recipe, provider, problems = read_and_choose(file, loaded, changes)
    plan = None
    if recipe is not None and provider is not None:
        plan, more = _drafted(recipe, provider, "check", files or DiskFiles(file), loaded)
        problems += [problem for problem in more if problem not in problems]
        if live:
            problems += _live_problems(recipe, provider, loaded.catalogue)
    return (None if problems else plan), sorted(problems, key=lambda problem: problem.where)


def plan_file(wish: Wish, loaded: Loaded, files: DiskFiles) -> tuple[Plan, Provider, Target]:
    """Plan a recipe for the target that the options name; `files` reads the pictures that it names.

    Raises RecipeError with every problem, that of the key included, and UsageError for a target that cannot be.
    """
    name, live, sending = wish.name, wish.live, wish.sending
    recipe, provider, problems = read_and_choose(wish.file, loaded, wish.changes)
    if recipe is None or provider is None:
        raise RecipeError(problems)
    faults = _live_problems(recipe, provider, loaded.catalogue) if live and name == "darkroom" else []
    target = wish.target
    if target is None and (not faults or not sending):
        target = choose_target(name, provider, live=live)
    identity = target.identity if target is not None else "check"
    plan, more = _drafted(recipe, provider, identity, files, loaded)
    problems += [problem for problem in more if problem not in problems]
    problems += faults if sending or problems else []
    if plan is None or target is None or problems:
        raise RecipeError(problems)
    return plan, provider, target


def _drafted(
    recipe: Recipe, provider: Provider, target: str, files: DiskFiles, loaded: Loaded
) -> tuple[Plan | None, list[Problem]]:
    """Plan a recipe as far as possible, and look ahead to its sheets: a limit met after paying is met too late."""
    plan, problems = draft_plan(recipe, provider, target, files, loaded.extensions)
    if plan is not None:
        problems += [
            Problem(recipe.marks.key(path), dotted(path), message)
            for path, message in (*sheet_faults(plan, provider), *_area_faults(recipe, plan, provider))
        ]
    return plan, problems


def _area_faults(recipe: Recipe, plan: Plan, provider: Provider) -> Iterator[tuple[Place, str]]:
    swept = {source.name for source in recipe.axes}
    for name, message in area_faults(plan, provider):
        yield ("axes" if name in swept else "params", name), message


def _live_problems(recipe: Recipe, provider: Provider, catalogue: Catalogue) -> list[Problem]:
    """Say what keeps the paid API from being used, at the model that asks for it."""
    where, path = recipe.place("model")
    return [Problem(where, path, fault) for fault in live_faults(provider, catalogue)]


def live_faults(provider: Provider, catalogue: Catalogue) -> list[str]:
    """Say what keeps the paid API from being used: its address, and the key, by the name of its variable."""
    try:
        target = live_target(provider, os.environ)
    except UsageError as error:
        return [fault for fault in (str(error), key_fault(provider, os.environ)) if fault is not None]
    owner = catalogue.key_owner(provider)
    if owner is not None:
        page = catalogue.page(provider.name)
        file = page.file if page is not None else provider.file
        key = f"the key of {owner.file} ({provider.auth.env}) to another place than that page"
        advice = "name a variable of its own for its key, or put the page into your user folder"
        return [f"{file} comes with this project, and would send {key}: {advice}"]
    fault = key_fault(provider, os.environ)
    notice = page_notice(catalogue, provider, target)
    return [f"{fault}; {notice}" if notice else fault] if fault is not None else []


def page_notice(catalogue: Catalogue, provider: Provider, target: Target) -> str | None:
    """Say what decides where a key goes: a page that came with somebody's project, or a variable; None else."""
    page = catalogue.page(provider.name)
    if not target.paid:
        return None
    if page is None or page.source == "bundled":
        if target == live_target(provider, {}):
            return None
        return f"{provider.base_url_env} is set: requests and the key go to {target.base_url}"
    return f"{page.file} ({page.whose}) is the page: requests and the key go to {target.base_url}"


def choose_target(name: str, provider: Provider, *, live: bool) -> Target:
    """Turn `--target` and `--live` into a target. Raises UsageError."""
    if live:
        if name != "darkroom":
            raise UsageError("--live and --target name two targets; give one")
        return live_target(provider, os.environ)
    if name in {"darkroom", "proof"}:
        # Imported late: numpy and Pillow are not needed to check a recipe or to reach a server.
        from teststrip.darkroom import RENDERER_VERSION  # noqa: PLC0415  see above

        return darkroom_target(RENDERER_VERSION + ("-proof" if name == "proof" else ""))
    if "://" not in name:
        raise UsageError(
            f"--target {name}: it is `darkroom`, `proof`, or an address such as http://127.0.0.1:8765"
        )
    return url_target(name, provider)
