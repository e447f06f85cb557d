"""What `import` and `inspect --as-recipe` share: the model that a recipe is for, and how it is handed out."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from urllib.parse import quote

import click

from teststrip.base.files import write_text_whole
from teststrip.base.near import near
from teststrip.cli.report import print_problems, problems_json, say, say_json, tell
from teststrip.errors import PageError, UsageError
from teststrip.exchange.draft import Draft
from teststrip.exchange.emit import write_recipe
from teststrip.exchange.target import Target, best_target, named_target
from teststrip.provider.catalogue import Catalogue
from teststrip.provider.places import typed_name

model_option = click.option(
    "--model", "wanted", metavar="PROVIDER/MODEL", help="The model of the recipe; else the one that fits best."
)
output_option = click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Where the recipe goes."
)


def find_target(catalogue: Catalogue, wanted: str | None, named: str, names: Iterable[str]) -> tuple[Target, str]:
    """Return the model that a recipe is made for, and a sentence about who chose it.

    `wanted` is what a person asks for, `named` what the source says, `names` the settings that it has. Raises
    UsageError, or PageError when no page is whole.
    """
    providers = catalogue.providers()
    if not providers:
        raise PageError(catalogue.problems())
    if wanted:
        target = named_target(providers, wanted)
        if target is None:
            full = [f"{provider.name}/{model.id}" for provider in providers for model in provider.models]
            close = near(wanted, full) or near(wanted, [name.partition("/")[2] for name in full])
            meant = f"; did you mean {close!r}?" if close else ""
            broken = "".join(f"\n{problem}" for problem in catalogue.problems())
            raise UsageError(f"--model {wanted}: no such model; there are: {', '.join(full)}{meant}{broken}")
        return target, ""
    target = named_target(providers, named) if named else None
    if target is not None:
        return target, ""
    target = best_target(providers, names)
    said = f"The model is {target.name}, whose page has a counterpart for most of the settings"
    return target, f"{said}; --model chooses another."


def schema_from(target: Target, output: Path | None) -> str | None:
    """Return the path of the model's schema as the recipe would name it; None when there is none here."""
    schema = Path("schemas") / target.provider.name / f"{quote(target.model, safe='')}.recipe.json"
    if not schema.is_file():
        return None
    folder = output.parent if output is not None else Path()
    try:
        return Path(os.path.relpath(schema, folder)).as_posix()
    except ValueError:  # another drive
        return None


def _imported(path: Path) -> bool:
    """Tell whether a file begins as an imported recipe does, after the line for editors if it has one."""
    try:
        with path.open("rb") as stream:
            return any(line.startswith(b"# Imported from ") for line in islice(stream, 2))
    except OSError:  # told when it is written
        return True


def hand_out(draft: Draft, target: Target, output: Path | None, *, as_json: bool) -> int:
    """Write the recipe, or print it, and list what it does not have; return the exit code.

    Raises UsageError rather than write over what is no imported recipe: the definition itself, or a person's work.
    """
    if output is not None and output.exists() and not _imported(output):
        raise UsageError(f"{output} is there already, and is no imported recipe; choose another name or remove it")
    text = write_recipe(draft, schema_from(target, output))
    if output is not None:
        write_text_whole(output, text)
    if as_json:
        say_json(
            {
                "model": draft.model,
                "output": typed_name(output) if output is not None else None,
                "recipe": text,
                "notes": list(draft.notes),
                **problems_json(draft.left),
            }
        )
        return 1 if draft.left else 0
    if output is None:
        say(text.rstrip("\n"))
    else:
        tell(f"{typed_name(output)}: a recipe for {draft.model}")
    if draft.left:
        print_problems(draft.left, err=True)
        tell("What is listed here is not carried over; the recipe has the list at its end.")
    return 1 if draft.left else 0
