"""Declarative parameter sweeps for image models: a recipe in, a contact sheet out.

The whole line, for programs:

    recipe = load_recipe(Path("recipes/quickstart.yaml"))
    plan = make_plan(recipe, find_provider(recipe.provider), target.identity, DiskFiles(Path(recipe.file)))
    run = await run_plan(plan, provider, target=target, client=client, ...)
    files = write_sheets(run, run.folder)
"""

from __future__ import annotations

# Only a type checker takes this branch; `typing` itself would be half of the time that `--version` takes.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from teststrip.errors import InputError, RecipeError, TeststripError, UsageError
    from teststrip.hookspecs import hookimpl
    from teststrip.plan.make import make_plan
    from teststrip.plan.model import Cell, Plan
    from teststrip.provider.catalogue import find_provider
    from teststrip.provider.model import Provider
    from teststrip.provider.page import read_page
    from teststrip.recipe.changes import Changes
    from teststrip.recipe.load import load_recipe
    from teststrip.recipe.model import Recipe
    from teststrip.run.files import DiskFiles
    from teststrip.run.folder import load_run
    from teststrip.run.model import Run
    from teststrip.run.runner import run_plan
    from teststrip.sheet.write import write_sheets

__version__ = "0.1.0"

__all__ = [
    "Cell",
    "Changes",
    "DiskFiles",
    "InputError",
    "Plan",
    "Provider",
    "Recipe",
    "RecipeError",
    "Run",
    "TeststripError",
    "UsageError",
    "find_provider",
    "hookimpl",
    "load_recipe",
    "load_run",
    "make_plan",
    "read_page",
    "run_plan",
    "write_sheets",
]

_HOMES: Final = {
    "Cell": "plan.model",
    "Changes": "recipe.changes",
    "DiskFiles": "run.files",
    "InputError": "errors",
    "Plan": "plan.model",
    "Provider": "provider.model",
    "Recipe": "recipe.model",
    "RecipeError": "errors",
    "Run": "run.model",
    "TeststripError": "errors",
    "UsageError": "errors",
    "find_provider": "provider.catalogue",
    "hookimpl": "hookspecs",
    "load_recipe": "recipe.load",
    "load_run": "run.folder",
    "make_plan": "plan.make",
    "read_page": "provider.page",
    "run_plan": "run.runner",
    "write_sheets": "sheet.write",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `import teststrip` and `--version` cost nothing."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'teststrip' has no attribute {name!r}")
    import importlib  # noqa: PLC0415  as above: `--version` asks for no name but its own

    return getattr(importlib.import_module(f"teststrip.{home}"), name)
