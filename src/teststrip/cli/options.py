"""The options that mean the same to several commands."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar, cast

import click

from teststrip.errors import UsageError
from teststrip.recipe.changes import Changes

DEFAULT_RUNS = Path("runs")
_SECRET: Final = re.compile(
    "KEY|TOKEN|SECRET|PASS(WORD|WD|PHRASE)|CREDENTIAL|COOKIE|BEARER|SESSION|PRIVATE|"
    "(?<![A-Z])(AUTH|PASS|PAT|PW)(?![A-Z])",
    re.IGNORECASE,
)
_WITH_PASSWORD: Final = re.compile(r"://[^/\s@]*:[^/\s@]+@")
_Command = TypeVar("_Command", bound=Callable[..., object])


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
