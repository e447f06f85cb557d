"""Recipes that mean harm, or that a program wrote badly: each is refused, or checked, in bounded time and memory.

Each is checked by the program itself, in a process that may use little more than a gigabyte of addresses and must
answer in seconds. Every answer is a sentence with a place, or a count of cells; never a traceback.
"""

from __future__ import annotations

import re
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

import warm

SECONDS: Final = 60  # on a machine that does many other things; alone, each takes a few
MEMORY: Final = 5 * 2**28
HEAD: Final = "teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\n"


def sky(more: str) -> str:
    return f"{HEAD}params: {{prompt: sky}}\n{more}"


def prompt(expression: str) -> str:
    return f"{HEAD}params:\n  prompt: >-\n    ${{{{ {expression} }}}}\n"


def lines(line: Callable[[int], str], count: int) -> str:
    return "".join(f"  {line(index)}\n" for index in range(count))


def items(item: Callable[[int], str], count: int) -> str:
    return f"[{', '.join(map(item, range(count)))}]"


_LAUGHS: Final = "x-a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"x-a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)
_LONG: Final = "x" * 90_000

HOSTILE: Final = {
    # expressions that would grow
    "multiplied text": (prompt("'a' * 10000000000"), "* needs numbers"),
    "power of powers": (prompt("9**9**9"), "has a power"),
    "text to a power": (prompt("'a' * 10**10"), "has a power"),
    "product of large numbers": (prompt("*".join(["9223372036854775807"] * 50)), "too large"),
    "multiplied list": (prompt("['a'] * 10000000000"), "* needs numbers"),
    "percent format": (prompt("'%9999999999d' % 1"), "% needs numbers"),
    "format filter": (prompt("'{:9999999999}'|format(1)"), "no filter"),
    "format method": (prompt("'{:9999999999}'.format(1)"), "has a call"),
    "range": (prompt("range(10000000000)|join"), "has a call"),
    "replace chain": (prompt("'a'" + "|replace('a', 'aaaaaaaaaa')" * 50), "100,000 characters"),
    "replace with long text": (prompt(f"'aa'|replace('a', '{_LONG[:60_000]}')"), "100,000 characters"),
    "join with a long separator": (prompt(f"['a', 'b', 'c', 'd']|join('{_LONG[:50_000]}')"), "100,000 characters"),
    "rounding to a thousand million digits": (prompt("5|round(-999999999)"), "whole number of digits"),
    "work repeated on a long text": (prompt(f"'{_LONG}'" + "|upper" * 90), "5,000,000 characters"),
    "a list of lists of a long list": (
        sky(f"vars:\n  l: {items(str, 50_000)}\n  v: '${{{{ [{', '.join(['l'] * 20_000)}] }}}}'\n"),
        "5,000,000 characters",
    ),
    "list concatenation": (
        sky(f"vars:\n  l: {items(str, 9_000)}\n  v: '${{{{ {' + '.join(['l'] * 90)} }}}}'\n"),
        "more than 10,000 items",
    ),
    # expressions that are large or deep themselves
    "parentheses": (prompt("(" * 40_000 + "1" + ")" * 40_000), "nested too deeply"),
    "brackets": (prompt("[" * 40_000), "nested too deeply"),
    "not not not": (prompt("not " * 20_000 + "1"), "nested too deeply"),
    "minus minus": (prompt("-" * 90_000 + "1"), "nested too deeply"),
    "a sum of many": (prompt("+".join(["1"] * 40_000)), "nested too deeply"),
    "many filters": (prompt("'a'" + "|upper" * 15_000), "nested too deeply"),
    "many conditions": (prompt("1 if 1 else " * 7_000 + "1"), "nested too deeply"),
    "a join of many": (prompt("~".join(["'a'"] * 20_000)), "good, 1 cell"),
    "an expression of 8 MB": (f"{HEAD}params:\n  prompt: '{'${{ 1 + 1 }} ' * 600_000}'\n", "at most 100,000 char"),
    "digits": (prompt("9" * 90_000), "too large"),
    "hexadecimal digits": (prompt("0x" + "f" * 90_000), "too large"),
    "digits in a text": (f"{HEAD}params: {{prompt: x, seed: '${{{{ \"{'9' * 90_000}\" }}}}'}}\n", "whole number"),
    # many of them
    "100,000 templates": (sky("vars:\n" + lines(lambda i: f"a{i}: '${{{{ 1 + {i} }}}}'", 100_000)), "50,000"),
    "100,000 templates, in escapes": (
        sky("vars:\n" + lines(lambda i: f'a{i}: "\\x24{{{{ 1 + {i} }}}}"', 100_000)),
        "50,000",
    ),
    "one long template by aliases": (
        sky(f"vars:\n  a: &a '{'${{1}}' * 500}'\n" + lines(lambda i: f"b{i}: *a", 9_000)),
        "all templates together",
    ),
    "a billion laughs by variables": (
        sky("vars:\n  v0: lol lol lol\n" + lines(lambda i: f"v{i + 1}: '${{{{ v{i} ~ v{i} }}}}'", 60)),
        "100,000 characters",
    ),
    "variables that each repeat a long one": (
        sky(f"vars:\n  v: {_LONG}\n" + lines(lambda i: f"v{i}: '{i}${{{{ v }}}}'", 9_000)),
        "all templates together",
    ),
    "long comparisons in many variables": (
        sky(f"vars:\n  l: {items(str, 9_000)}\n" + lines(lambda i: f"v{i}: '${{{{ l == l and {i} }}}}'", 9_000)),
        "all templates together",
    ),
    "long comparisons in many values": (
        f"{HEAD}vars:\n  l: {items(str, 9_000)}\naxes:\n  prompt:\n"
        + lines(lambda i: f"  - '${{{{ l == l and {i} }}}}'", 9_000),
        "all templates together",
    ),
    "comparisons in many values, each of them too long": (
        f"{HEAD}vars:\n  l: {items(str, 9_000)}\naxes:\n  prompt:\n"
        + lines(lambda i: f"  - '${{{{ l == l and l == l and {i} }}}}'", 9_000),
        "all templates together",
    ),
    # YAML
    "a billion laughs by aliases": (sky(_LAUGHS), "aliases make this document far too large"),
    "a long text by aliases": (
        sky(f"x-a0: &a {_LONG}\nx-a1: {items(lambda _: '*a', 400_000)}\n"),
        "aliases make this document far too large",
    ),
    "deep lists": (sky("x-a: " + "[" * 1_000_000), "nested deeper than 64"),
    "deep mappings": (sky("x-a: " + "{a: " * 1_000_000), "nested deeper than 64"),
    "deep blocks": ("\n".join(f"{' ' * i}a:" for i in range(2_000)), "nested deeper than 64"),
    "tags by the thousand": (sky("x-a:\n" + lines(lambda _: "- !x 1", 100_000)), "first 1,000 are shown"),
    "one key again and again": (sky("vars:\n" + lines(lambda _: "a: 1", 100_000)), "first 1,000 are shown"),
    "a file of 9 MB": (sky(f"x-a: {'x' * 9_000_000}\n"), "larger than 8 MiB"),
    # parts that are too many or too long
    "10^12 cells": (
        sky("axes:\n" + lines(lambda i: f"a{i}: {items(str, 100)}", 6)),
        "makes 1,000,000,000,000 cells; a plan has at most 1,000,000",
    ),
    "10,000 grids": (
        sky("grids:\n" + lines(lambda i: f"- {{axes: {{seed: [{i}]}}}}", 10_000)),
        "at most 200 grids",
    ),
    "100,000 axes of a grid": (
        sky("grids:\n- axes:\n" + lines(lambda i: f"    a{i}: [1]", 100_000)),
        "at most 200 axes",
    ),
    "200 axes of 10,000 values": (
        sky(
            "axes:\n"
            + lines(lambda i: f"  a{i}: {{count: 10000, from: 1}}", 200)
            + "sample: {count: 9, method: lhs}\n"
        ),
        "at most 250,000 values together",
    ),
    "200 axes of 10,000 values, in many grids": (
        sky("grids:\n" + lines(lambda _: "- axes: {a: {count: 10000, from: 1}, b: {count: 10000, from: 1}}", 200)),
        "at most 250,000 values together",
    ),
    "10,000 conditions": (
        sky("axes: {steps: [1, 2]}\nwhere:\n" + lines(lambda i: f"- steps < {i}", 10_000)),
        "at most 100 conditions",
    ),
    "1,000 sheets": (sky("sheets:\n" + lines(lambda i: f"- {{title: s{i}}}", 1_000)), "at most 100 sheets"),
    "100,000 axes": (sky("axes:\n" + lines(lambda i: f"a{i}: [1]", 100_000)), "at most 200 axes"),
    "400,000 values": (sky(f"axes: {{seed: {items(str, 400_000)}}}\n"), "at most 10,000 values"),
    "10,000 values, each of them wrong": (
        sky(f"axes: {{sampler: {items(lambda i: f'x{i}', 10_000)}}}\n"),
        "10,000 problems; the first 1,000 are shown",
    ),
    "a value that sets 100,000 parameters": (
        sky(f"axes: {{f: [{{title: t, set: {{{', '.join(f'a{i}: 1' for i in range(100_000))}}}}}]}}\n"),
        "sets at most 10,000 parameters",
    ),
    "a count beyond all bounds": (sky("axes: {seed: {count: 9000000000000}}\n"), "from 1 to 10,000"),
    "a series of steps too small": (sky("axes: {scale: '0, 1e-18, ..., 1'}\n"), "more than 10,000 values"),
    "a series of a million dots": (sky(f"axes: {{steps: '{'1, ..., ' * 1_000_000}3'}}\n"), "never lead from"),
    "a series of long digits": (sky(f"axes: {{steps: '{'9' * 5_000_000}, ..., 3'}}\n"), "series can reach"),
    "a series with a long gap": (sky(f"axes: {{steps: '1{', ' * 3_000_000}x'}}\n"), "is not a list of values"),
    "a number of long digits": (sky(f"axes: {{steps: [{'9' * 5_000_000}]}}\n"), "is text, not a whole number"),
    "a size of long digits": (
        f"{HEAD}params: {{prompt: x, size: '{'9' * 3_000_000}x{'9' * 3_000_000}'}}\n",
        "is not a size",
    ),
    "a long model": (f"teststrip: 1\nmodel: gptproto/{'nai-d' * 1_000_000}\n", "has no model"),
    "a long sampler": (f"{HEAD}params: {{prompt: x, sampler: {'k_euler' * 1_000_000}}}\n", "is not a sampler"),
    "long names": (f"{HEAD}params:\n" + lines(lambda i: f"? {_LONG}{i}\n  : 1", 70), "is no parameter"),
    "a long name of an axis": (
        sky(f"axes:\n  ? {'k' * 1_000_000}\n  : {items(lambda _: '{a: 1}', 5_000)}\n"),
        "first 1,000 are shown",
    ),
    "names of a sheet that cannot be sorted": (
        sky(f"sheets: [{{rows: {items(lambda i: f'{{a: {i}}}', 100_000)}}}]\n"),
        "at most 1,000 names",
    ),
}


def check(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    (folder / "recipe.yaml").write_text(text, "utf-8")
    guard = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))"
    start = "import sys; sys.argv[0] = 'teststrip'; from teststrip.__main__ import main; main()"
    command = [sys.executable, "-c", f"{guard}; {start}", "check", "recipe.yaml"]
    return warm.run(command, cwd=folder, timeout=SECONDS)


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_AS"), reason="this system cannot bound a process's memory")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_recipe_gets_a_sentence_in_bounded_time_and_memory(name: str, tmp_path: Path) -> None:
    text, said = HOSTILE[name]
    done = check(tmp_path, text)
    assert done.stderr == ""
    assert said in done.stdout
    assert done.returncode == (0 if "good" in said else 2)
    assert len(done.stdout) < 500_000
    if done.returncode:
        assert re.match(r"recipe\.yaml:\d+:\d+  ", done.stdout)


@pytest.mark.parametrize(
    "reaching",
    [
        "''.__class__.__mro__",
        "''['__class__']",
        "''|attr('__class__')",
        "x|attr('__class__')",
        "x.__init__.__globals__",
        "self",
        "self._TemplateReference__context",
        "cycler.__init__.__globals__",
        "lipsum.__globals__['os']",
        "namespace()",
        "joiner",
        "_context",
        "caller",
        "environment",
        "__import__('os')",
        "dict(a=1)",
        "'a'.upper()",
        "[].append(1)",
        "[1]|join(*[1])",
        "[1]|map('upper')",
        "x is defined",
        "'abc'[::-1]",
        "env.HOME",
    ],
)
@pytest.mark.parametrize(
    "place",
    [
        "params:\n  prompt: {}\n",
        "params: {{prompt: x}}\ntitle: {}\n",
        "params: {{prompt: x}}\nvars:\n  v: {}\n",
        "axes:\n  prompt:\n    - {}\n",
        "params: {{prompt: '${{{{ free }}}}'}}\naxes:\n  free:\n    - {}\n",
        "params: {{prompt: x}}\naxes:\n  steps:\n    - title: {}\n      value: 5\n",
        "params: {{prompt: x}}\naxes:\n  steps:\n    - note: {}\n      value: 5\n",
        "axes:\n  f:\n    - title: t\n      set:\n        prompt: {}\n",
        "params: {{prompt: x}}\nsheets:\n  - title: {}\n",
    ],
)
def test_no_template_in_any_place_reaches_python(reaching: str, place: str) -> None:
    from teststrip.plan.make import draft_plan
    from teststrip.provider.catalogue import find_provider
    from teststrip.recipe.load import read_text

    quoted = "${{ " + reaching + " }}"
    reading = read_text(HEAD + place.format('"' + quoted + '"'), "recipe.yaml")
    problems = list(reading.problems)
    provider = find_provider("gptproto")
    assert provider is not None
    if reading.recipe is not None:
        problems += draft_plan(reading.recipe, provider, "check")[1]
    assert problems
    assert all("object at 0x" not in problem.message and "<class" not in problem.message for problem in problems)


def test_control_characters_and_the_direction_of_writing_are_shown_and_not_sent(tmp_path: Path) -> None:
    done = check(tmp_path, f'{HEAD}params: {{prompt: x, "\\u202egnp.exe\\a\\e[31m\\0": 1}}\n')
    assert done.returncode == 2
    assert "\\x202egnp.exe\\x07\\x1b[31m\\x00 is no parameter" in done.stdout
    assert all(sign.isprintable() or sign == "\n" for sign in done.stdout)


def test_half_a_character_is_refused_before_it_reaches_a_digest(tmp_path: Path) -> None:
    done = check(tmp_path, prompt("'\\ud800'"))
    assert (done.returncode, done.stderr) == (2, "")
    assert "half a character" in done.stdout
