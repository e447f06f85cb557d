"""`teststrip check` of recipes of a megabyte: what large recipes are made of, each kind by itself."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from measure import Row

MEGABYTE: Final = 2**20
_MODEL: Final = "teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\n"
_TAGS: Final = (
    "1girl, silver hair, night city, rain on glass, neon signs, looking at viewer, {masterpiece}, 1.2::wet::"
)


def _filled(head: str, line: Callable[[int], str], tail: str = "") -> str:
    """Write numbered lines between a head and a tail until there is a megabyte."""
    lines, size, index = [head], len(head) + len(tail), 0
    while size < MEGABYTE:
        lines.append(line(index))
        size += len(lines[-1])
        index += 1
    return "".join([*lines, tail])


def _words(count: int) -> str:
    return ", ".join([_TAGS] * count)


_SEEDS: Final = ", ".join(map(str, range(1, 10_001)))
_MANY_VALUES: Final = f"{_MODEL}params: {{prompt: sky}}\naxes: {{seed: [{_SEEDS}]}}\nx-lines:\n"

RECIPES: Final[Mapping[str, Callable[[], str]]] = {
    "prompts of a line on an axis": lambda: _filled(
        f"{_MODEL}axes:\n  prompt:\n", lambda i: f'    - "{i}, {_words(1)}"\n'
    ),
    "prompts with titles and notes": lambda: _filled(
        f"{_MODEL}params: {{prompt: '${{{{ style }}}}, sky'}}\naxes:\n  style:\n",
        lambda i: f"    - title: Style {i}\n      value: '{i}, {_words(1)}'\n      note: Of the {i}th kind.\n",
    ),
    "templates on an axis": lambda: _filled(
        f"{_MODEL}vars: {{who: 1girl}}\naxes:\n  prompt:\n",
        lambda i: f'    - "${{{{ who }}}}, {i}, {_words(1)}"\n',
    ),
    "values that set parameters": lambda: _filled(
        f"{_MODEL}params: {{prompt: sky}}\naxes:\n  finish:\n",
        lambda i: (
            f"    - title: Finish {i}\n      set: {{steps: {i % 50 + 1}, negative_prompt: '{i} {_words(1)}'}}\n"
        ),
    ),
    "prompts of ten kilobytes": lambda: _filled(
        f"{_MODEL}axes:\n  prompt:\n", lambda i: f"    - >-\n      {i},\n      {_words(100)}\n"
    ),
    "vars, each of which uses another": lambda: _filled(
        f"{_MODEL}params: {{prompt: '${{{{ v100 }}}}'}}\nvars:\n  v: sky\n",
        lambda i: f'  v{i}: "${{{{ v }}}}, {i}, {_words(1)}"\n',
    ),
    "anchors and aliases": lambda: _filled(
        f"{_MODEL}params: {{prompt: sky}}\nx-shelf:\n",
        lambda i: (
            f"  - &shelf{i} {{steps: 28, scale: 5.5, tags: [1girl, night city, wet, '{i}']}}\n  - *shelf{i}\n"
        ),
    ),
    "lines of lists of numbers": lambda: _filled(
        f"{_MODEL}params: {{prompt: sky}}\nx-seeds:\n", lambda i: f"  - [{i}, {i + 1}, {i + 2}, 4.5, true, x]\n"
    ),
    "20,000 lines, and 10,000 values on one axis": lambda: _filled(
        _MANY_VALUES,
        lambda i: f"  - line {i} of a list that nobody uses, as long as one\n",
    ),
}


def checking_rows() -> list[Row]:
    """Take the processor time of the whole program on each recipe; the first row is a recipe of three lines."""
    with tempfile.TemporaryDirectory() as folder:
        small = f"{_MODEL}params: {{prompt: sky}}\n"
        rows = [Row("a recipe of three lines", _checked(Path(folder), small))]
        rows += [Row(name, _checked(Path(folder), make())) for name, make in RECIPES.items()]
    return rows


def _checked(folder: Path, text: str) -> float:
    path = folder / "recipe.yaml"
    path.write_text(text, "utf-8")
    start = _children()
    done = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-m", "teststrip", "check", str(path)], check=False, capture_output=True, text=True
    )
    taken = _children() - start
    if done.returncode != 0:
        raise SystemExit(f"the benchmark's own recipe cannot be read: {done.stdout[:500]}{done.stderr[-500:]}")
    return taken


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
