"""What a person gave on the command line, as words that say it again: for advice that can be typed as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import click

CHANGES: Final = ("sets", "variables", "variable_files", "env_names")
WHERE: Final = ("target", "live", "allow_files")
HOW: Final = ("budget", "assume", "rate", "concurrency", "executor", "step_timeout")


@dataclass(frozen=True, slots=True)
class Given:
    """The words of the program itself (its plugins), and those of the command, by the name of the parameter."""

    program: tuple[str, ...] = ()
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, *names: str) -> Iterator[str]:
        """Yield the words of some options, in this order."""
        for name in names:
            yield from self.options.get(name, ())


def given(ctx: click.Context) -> Given:
    """Return what was given on the command line of a command; what the environment says stays where it is."""
    program = tuple(word for words in _words(ctx.find_root()).values() for word in words)
    return Given(program, _words(ctx))


def _words(ctx: click.Context) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for option in ctx.command.params:
        name = option.name
        if not isinstance(option, click.Option) or name is None:
            continue
        if ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            value = ctx.params.get(name)
            if option.is_flag:
                found[name] = (option.opts[0],) if value else ()
            else:
                values = value if isinstance(value, tuple) else (value,)
                found[name] = tuple(word for one in values for word in (option.opts[0], str(one)))
    return found
