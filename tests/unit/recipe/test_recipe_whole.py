from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pace import in_loops
from teststrip.base.json import Json
from teststrip.base.where import Where
from teststrip.base.yaml import parse_yaml
from teststrip.recipe.changes import Changes
from teststrip.recipe.load import Reading, read_recipe, read_text
from teststrip.recipe.sources import source_of
from teststrip.recipe.whole import render_whole
from teststrip.recipe.whole_frame import MAX_NESTED, MAX_RESULT

HEAD = "teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\n"


def rendered(text: str, /, **variables: Json) -> str:
    made = render_whole(source_of(text, "r.yaml.jinja"), {"env": {}, **variables})
    assert made.problems == []
    assert made.text is not None
    return made.text


def refused(text: str, /, **variables: Json) -> str:
    made = render_whole(source_of(text, "r.yaml.jinja"), {"env": {}, **variables})
    assert made.text is None
    (problem,) = made.problems
    return str(problem)


def read(
    folder: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch, changes: Changes | None = None
) -> Reading:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    monkeypatch.chdir(folder)
    return read_recipe(Path(next(iter(files))), changes or Changes())


def said(reading: Reading) -> list[str]:
    return [str(problem) for problem in reading.problems]


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("a: ${{ n + 1 }}\n", "a: 5\n"),
        ("a: ${{ who.name | upper }} ${{ on }}\n", "a: ADA true\n"),
        ("${# said #}\na: 1 ${# here #}\n", "a: 1 \n"),
        ("${% if n > 3 %}\na: 1\n${% elif n > 2 %}\na: 2\n${% else %}\na: 3\n${% endif %}\n", "a: 1\n"),
        ("${% if n > 5 %}a${% elif n > 3 %}b${% elif n > 2 %}c${% else %}d${% endif %}", "b"),
        ("${% if n > 5 %}a${% elif n > 8 %}b${% else %}d${% endif %}", "d"),
        ("${% for t in tags %}${{ loop.index }}${{ t }}${{ ', ' if not loop.last }}${% endfor %}", None),
        ("${% for t in tags %}${{ loop.index }}${{ t }}${{ '' if loop.last else ', ' }}${% endfor %}", "1a, 2b"),
        ("${% for k, v in who | items %}${{ k }}=${{ v }}${% endfor %}", "name=Ada"),
        ("${% for t in [] %}x${% else %}none${% endfor %}", "none"),
        ("${% for i in range(2, 9, 3) if i != 5 %}${{ i }} ${% endfor %}", "2 8 "),
        ("${% set x = [n, n] %}${{ x }}", "[4, 4]"),
        ("${% set x, y = tags %}${{ y ~ x }}", "ba"),
        ("${% set x %}<${{ n }}>${% endset %}${{ x }}${{ x | length }}", "<4>3"),
        ("${% for i in [1] %}${% set n = 9 %}${{ n }}${% endfor %}${{ n }}", "94"),
        ("${% macro m(a, b=2) %}(${{ a }}${{ b }})${% endmacro %}${{ m(1) }}${{ m(1, b=3) }}${{ m(a=n) }}", "(12)(13)(42)"),
        ("${% macro f(k) %}${{ k }}${% if k > 0 %}${{ f(k - 1) }}${% endif %}${% endmacro %}${{ f(3) }}", "3210"),
        ("${% raw %}${{ style }}${% endraw %} $${{ style }} $${{style}}", "${{ style }} ${{ style }} ${{style}}"),
        ("${{ '$${{ style }}' }}", "${{ style }}"),
        ("a: 1 ${# here #}\nb: 2 ${% set x = 1 %}\nc: 3\n", "a: 1 \nb: 2 \nc: 3\n"),
        ("  ${% if n %}- a${% endif %}\n  - b\n", "  - a\n  - b\n"),
        ("a: |\n  x\n  ${# s #} ${% if n %} \n  y\n    ${% endif %}\n  z\n", "a: |\n  x\n  y\n  z\n"),
        ("${% if n %}\n\na\n${% endif %}", "\na\n"),
        ("{{tag}} {% x %} {# y #} $5 ${x}", "{{tag}} {% x %} {# y #} $5 ${x}"),
        ("${{ nope | default('d') }} ${{ nope is defined }} ${{ n is defined }} ${{ nope is undefined }}", "d false true true"),
        ("a: ${{ text | tojson }}", 'a: "a: \\"b\\" # c"'),
        ("a:\n  ${%- if n %} b${% endif -%}\n  c", "a: bc"),
    ],
)  # fmt: skip
def test_statements_and_expressions_write_text(text: str, made: str | None) -> None:
    variables: dict[str, Json] = {
        "n": 4, "tags": ["a", "b"], "who": {"name": "Ada"}, "on": True, "text": 'a: "b" # c',
    }  # fmt: skip
    if made is None:
        assert "has no `else`" in refused(text, **variables)
    else:
        assert rendered(text, **variables) == made


@given(st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=3),
    max_leaves=6,
))  # fmt: skip
def test_tojson_makes_a_value_that_yaml_reads_as_the_same(value: Json) -> None:
    document, problems = parse_yaml(rendered("a: ${{ v | tojson }}\n", v=value), "r.yaml")
    assert problems == []
    assert document is not None
    assert document.value == {"a": value}


def test_trap_4_a_template_over_the_text_keeps_its_line_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten lines come out of two, and a mistake below them is still told on its own line and column."""
    text = HEAD + (
        "x-many:\n${% for i in range(10) %}\n  - ${{ i }}\n${% endfor %}\n${# a\n remark #}\n"
        "params:\n  prompt: a\n  prompt: b\nsheets: [{rowz: x}]\n"
    )
    problems = read(tmp_path, {"r.yaml.jinja": text}, monkeypatch).problems
    assert [(str(one.where), one.path) for one in problems] == [
        ("r.yaml.jinja:11:3", "params.prompt"),
        ("r.yaml.jinja:12:11", "sheets[0].rowz"),
    ]
    assert "the first is on line 10" in problems[0].message


def test_trap_4_a_colon_in_a_prompt_breaks_no_plain_recipe() -> None:
    """Values are rendered after parsing: what a variable holds is never read as YAML."""
    text = HEAD + 'params: {prompt: "${{ subject }}"}\nvars: {subject: "x"}\n'
    hostile = 'a: b # c\n- "d", {e: [f]} \\ & *g'
    reading = read_text(text, "r.yaml", Changes(variables=(f"subject={hostile}",)))
    assert said(reading) == []
    assert reading.recipe is not None
    assert reading.recipe.variables == {"subject": hostile}
    assert reading.recipe.params == {"prompt": "${{ subject }}"}


def test_trap_4_values_keep_the_type_they_were_written_with() -> None:
    reading = read_text(HEAD + 'vars: {a: "2024", b: "1, 2", c: "${{ a }}", d: NO}\n', "r.yaml")
    assert reading.recipe is not None
    assert reading.recipe.variables == {"a": "2024", "b": "1, 2", "c": "2024", "d": "NO"}


def test_trap_4_a_colon_that_a_template_wrote_is_told_at_the_expression(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = HEAD + "params:\n  prompt: ${{ subject }}\n"
    changes = Changes(variables=("subject=night: city",))
    (told,) = said(read(tmp_path, {"r.yaml.jinja": text}, monkeypatch, changes))
    assert told.startswith("r.yaml.jinja:4:11  this is not YAML: a `: ` stands where no name can")
    quoted = text.replace("subject }}", "subject | tojson }}")
    reading = read(tmp_path, {"r.yaml.jinja": quoted}, monkeypatch, changes)
    assert reading.recipe is not None
    assert reading.recipe.params == {"prompt": "night: city"}


def test_a_value_inside_a_loop_or_a_macro_points_to_the_line_that_wrote_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "r.yaml.jinja": HEAD + (
            '${% from "lib/axes.jinja" import axis %}\n'
            "axes:\n${% for n in ['seed', 'scale'] %}\n  ${{ n }}:\n    - ${{ n }}\n    - x: 1\n${% endfor %}\n"
            '${{ axis("steps") }}\n${% include "lib/more.jinja" %}\n'
        ),
        "lib/axes.jinja": "${# said #}\n${% macro axis(name) %}\n  ${{ name }}:\n    - 1\n    -   2\n${% endmacro %}\n",
        "lib/more.jinja": "params:\n  prompt: a\n",
    }  # fmt: skip
    reading = read(tmp_path, files, monkeypatch)
    assert reading.recipe is not None
    marks = reading.recipe.marks
    places = {
        str(path[1:]): str(where) for path, where in marks.values.items() if path[0:1] in (("axes",), ("params",))
    }
    assert places["('seed', 0)"] == places["('scale', 0)"] == "r.yaml.jinja:7:7"
    assert places["('seed', 1)"] == "r.yaml.jinja:8:7"
    assert places["('steps', 1)"] == "lib/axes.jinja:5:9"
    assert str(marks.key(("axes", "steps"))) == "lib/axes.jinja:3:3"
    assert places["('prompt',)"] == "lib/more.jinja:2:11"
    assert [source.file for source in reading.recipe.sources] == [
        "r.yaml.jinja",
        "lib/axes.jinja",
        "lib/more.jinja",
    ]
    other = read(tmp_path, {**files, "lib/more.jinja": "params:\n  prompt: a\n\n"}, monkeypatch)
    assert other.recipe is not None
    assert other.recipe.digest != reading.recipe.digest


def test_a_text_left_for_the_cells_keeps_its_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = HEAD + 'params: {prompt: "$${{ style }}", steps: "$${{ n }}", scale: x}\n'
    reading = read(tmp_path, {"r.yaml.jinja": text}, monkeypatch)
    assert reading.recipe is not None
    assert reading.recipe.params["prompt"] == "${{ style }}"
    column = text.splitlines()[2].index("x}") + 1
    assert reading.recipe.marks.value(("params", "scale")) == Where("r.yaml.jinja", 3, column)


def test_a_template_may_extend_a_recipe_and_a_recipe_a_template(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "r.yaml.jinja": "extends: base/a.yaml\nparams: {steps: ${{ steps }}}\n",
        "base/a.yaml": "extends: b.yaml.jinja\nvars: {steps: 0, a: 1}\n",
        "base/b.yaml.jinja": HEAD
        + 'params: {prompt: ${{ subject | tojson }}, size: "$${{ size }}"}\nsheets: [{rowz: a}]\n',
    }
    changes = Changes(variables=("subject=a: b", "steps=9"))
    reading = read(tmp_path, files, monkeypatch, changes)
    assert reading.recipe is not None
    assert reading.recipe.params == {"prompt": "a: b", "size": "${{ size }}", "steps": 9}
    assert [str(problem.where) for problem in reading.problems] == ["base/b.yaml.jinja:4:11"]
    assert reading.recipe.variables == {"steps": "9", "a": 1, "subject": "a: b"}


def test_the_environment_is_seen_by_name_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESTSTRIP_TEST_SECRET", "hidden")
    files = {"r.yaml.jinja": HEAD + "params: {prompt: ${{ env.PLACE }}}\n"}
    reading = read(tmp_path, files, monkeypatch, Changes(env={"PLACE": "sea"}))
    assert reading.recipe is not None
    assert reading.recipe.params == {"prompt": "sea"}
    (told,) = said(read(tmp_path, files, monkeypatch))
    assert told.startswith("r.yaml.jinja:3:18  ")
    assert "--env PLACE shows it" in told
    assert "hidden" not in refused("${{ env }}${{ env.TESTSTRIP_TEST_SECRET }}")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 1\nb: ${{ nmae }}\n", "2:8  'nmae' is no variable of this template; there are: name; what is meant for the cells is written $${{ nmae }}; did you mean 'name'?"),
        ("${% if nope %}a${% endif %}", "1:8  'nope' is no variable"),
        ("\n  ${% for x in nope %}a${% endfor %}", "2:16  'nope' is no variable"),
        ("\n\n${% if a %}\n", "3:1  the template has a mistake"),
        ("${{ 1 + }}", "1:1  the template has a mistake"),
        ("\n${{ name.x }}", "2:1  the template cannot be rendered: there is no 'x' in it"),
        ("${{ name | loud }}", "1:1  'loud' is no filter"),
        ("${{ name is odd }}", "1:1  'odd' is no test"),
        ("${{ name() }}", "1:1  the template cannot be rendered: only macros and range can be called"),
        ("${{ nope() }}", "1:5  'nope' is no variable"),
        ("${% macro m(a) %}${% endmacro %}\n${{ m() }}", "2:1  the template cannot be rendered: m takes a; a is missing"),
        ("${% macro m(a) %}${% endmacro %}\n${{ m(1, 2) }}", "2:1  the template cannot be rendered: m takes a; here are 2"),
        ("${% macro m(a) %}${% endmacro %}\n${{ m(b=2) }}", "2:1  the template cannot be rendered: m takes a; 'b' is none"),
        ("${% macro m() %}${% endmacro %}${{ m }}", "m is a macro, and is called with ()"),
        ("${% for x in 3 %}${% endfor %}", "1:1  the template cannot be rendered: a loop needs a list, and 3 is none"),
        ("${% for x, y in [1] %}${% endfor %}", "1 cannot be parted into x, y"),
        ("${% include 'nope.jinja' %}", "1:1  there is no 'nope.jinja' to include"),
        ("${% include name %}", "there is no 'Ada' to include"),
        ("${% include 3 %}", "3 names no file"),
        ("${% extends 'x' %}", "1:1  `${% extends %}` is not available; the recipe's own key"),
        ("${% block a %}${% endblock %}", "1:1  `${% block %}` is not available"),
        ("${% filter upper %}a${% endfilter %}", "`${% filter %}` is not available"),
        ("${% set x.y = 1 %}", "1:1  "),
        ("${% for x in [1] recursive %}${% endfor %}", "`recursive` loops are not available"),
        ("${{ 'a'[0:1] }}", "slices are not available"),
        ("${% break %}", "1:1  the template has a mistake"),
        ("\ufdd0", "characters that are none"),
        ("${{ ['a'] | random }}", "nothing can be drawn here"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_template_has_its_place(text: str, problem: str) -> None:
    told = refused(text, name="Ada")
    assert told.startswith("r.yaml.jinja:")
    assert problem in told


@pytest.mark.parametrize(
    "name", ["../out.jinja", "/etc/passwd", "lib/../../out.jinja", "link.jinja", "pipe", "lib", "a\\b", "http://x/y", ""]
)  # fmt: skip
def test_includes_stay_in_the_folder_of_the_template(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tmp_path / "inner"
    (inner / "lib").mkdir(parents=True)
    (tmp_path / "out.jinja").write_text("secret: 1\n")
    (inner / "link.jinja").symlink_to("../out.jinja")
    os.mkfifo(inner / "pipe")
    text = "${% include name ignore missing %}"
    reading = read(inner, {"r.yaml.jinja": text}, monkeypatch, Changes(sets=(), variables=(f"name={name}",)))
    (told,) = said(reading)
    assert told.startswith("r.yaml.jinja:1:1  ")
    assert "secret" not in told


def test_includes_resolve_against_the_file_that_includes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "r.yaml.jinja": HEAD
        + "${% set who = 'me' %}\n${% include 'lib/a.jinja' %}\n${% include 'x' ignore missing %}\n",
        "lib/a.jinja": "${% include 'b.jinja' %}\n${% include '../c.jinja' without context %}\n",
        "lib/b.jinja": "params:\n  prompt: ${{ who }}\n",
        "c.jinja": "  steps: ${{ who | default(4) }}\n",
    }
    reading = read(tmp_path, files, monkeypatch)
    assert reading.recipe is not None
    assert reading.recipe.params == {"prompt": "me", "steps": 4}


def test_an_import_has_the_macros_and_names_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "r.yaml.jinja": HEAD
        + "${% import 'lib.jinja' as lib %}\nparams: {prompt: ${{ lib.twice('a') }}${{ lib.word }}}\n",
        "lib.jinja": "${% macro twice(x) %}${{ x }}${{ x }}${{ _own }}${% endmacro %}${% set word = subject %}${% set _own = 1 %}",
    }
    reading = read(tmp_path, files, monkeypatch, Changes(variables=("subject=me",)))
    assert reading.recipe is not None
    assert reading.recipe.params == {"prompt": "aa1me"}
    hidden = HEAD + "${% from 'lib.jinja' import nope %}\n"
    (told,) = said(
        read(tmp_path, {"h.yaml.jinja": hidden, **files}, monkeypatch, Changes(variables=("subject=me",)))
    )
    assert "that file defines no 'nope'; it has: twice, word" in told


LOOP = "${% for i in range(9999) %}"
END = "${% endfor %}"
HOSTILE = {
    "a power": "${% for i in range(10**9) %}x${% endfor %}",
    "a long range": "${% for i in range(1000000000) %}x${% endfor %}",
    "a range of huge numbers": "${% for i in range(9223372036854775807) %}x${% endfor %}",
    "nested loops": LOOP * 2 + "x" + END * 2,
    "nested loops that write nothing": LOOP + "${% for j in range(99) %}${% for k in [] %}" + END * 3,
    "a text times a number": "${{ 'a' * 10000000000 }}",
    "a text times a power": "${{ 'a'*10**10 }}",
    "a macro without an end": "${% macro f(n) %}${{ f(n + 1) }}${% endmacro %}${{ f(1) }}",
    "macros that call one another": "${% macro f() %}${{ g() }}${% endmacro %}${% macro g() %}${{ f() }}${% endmacro %}${{ f() }}",
    "a macro that calls itself twice": "${% macro f(n) %}${% if n %}${{ f(n - 1) }}${{ f(n - 1) }}${% endif %}${% endmacro %}${{ f(35) }}",
    "a list that doubles": "${% macro f(l, n) %}${{ f(l + l, n + 1) if n < 39 else '' }}${% endmacro %}${{ f([1, 2], 1) }}",
    "a text that doubles": "${% macro f(l, n) %}${{ f(l ~ l, n + 1) if n < 39 else '' }}${% endmacro %}${{ f('aa', 1) }}",
    "text blocks that double": "${% set s %}aaaaaaaaaa${% endset %}" + "${% set s %}${{ s }}${{ s }}${% endset %}" * 60,
    "a billion laughs": "${% set l = ['ha'] %}" + "${% set l = [l, l, l, l, l, l, l, l, l, l] %}" * 30 + "${{ l }}",
    "a billion laughs, filtered": "${% set l = {'a': 'ha'} %}" + "${% set l = {'a': l, 'b': l} %}" * 60 + "${{ l | upper }}",
    "a billion laughs, compared": "${% set l = [1] %}" + "${% set l = [l, l] %}" * 60 + "${{ l == [l] }}",
    "a billion laughs, looked in": "${% set l = [1] %}" + "${% set l = [l, l] %}" * 60 + "${{ 3 in l }}",
    "looking in a list again and again": "${% set l = range(9999) %}" + LOOP + "${{ -1 in l }}" + END,
    "ranges again and again": LOOP + "${% set l = range(9999) %}" + END,
    "filters on a long text": LOOP + "${{ big | upper | lower }}" + END,
    "a condition on each": LOOP + "${% for j in range(99) if big == 'x' %}" + END * 2,
    "much in a loop": LOOP + "${% set x = 1 %}" * 2000 + END,
    "much output": LOOP + "x" * 1000 + END,
    "ifs in ifs": "${% if 1 %}" * 5000 + "${% endif %}" * 5000,
    "loops in loops": "${% for i in [1] %}" * 2000 + END * 2000,
    "brackets in brackets": "${{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    "a long sum": "${{ " + " + ".join(["1"] * 20000) + " }}",
    "digits without an end": "${{ " + "9" * 400_000 + " }}",
    "a large file": "#" * 600_000,
    "a list in itself": "${% set l = [1] %}" + "${% set l = [l] %}" * 5000 + "${{ l }}",
    "an include of itself": "${% include 'r.yaml.jinja' %}",
    "an import of itself": "${% import 'r.yaml.jinja' as r %}",
    "an unclosed raw": "${% raw %}" * 20_000,
    "an unclosed comment": "${#" * 100_000,
    "an unclosed expression": "${{" * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_template_is_refused_in_bounded_time_and_memory(name: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Most take no time; the slowest are 60 such loops
    told, took = in_loops(lambda: refused(HOSTILE[name], big="a" * 50_000))
    assert took < 240
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # KB
    assert told.startswith("r.yaml.jinja:")
    assert len(told) < 600


@pytest.mark.parametrize(
    "expression",
    [
        "''.__class__", "''['__class__']", "''.format", "[].append", "{}.items", "self", "self._x", "cycler", "joiner",
        "namespace", "lipsum", "dict", "range", "range.__globals__", "m._func", "m.__class__", "m.body", "m.scope",
        "loop._iterator", "loop.__class__", "context", "environment", "caller", "varargs", "kwargs", "''|attr('x')",
        "''|map('upper')", "''|tojson.x", "now()", "today", "env.PATH", "__builtins__", "frame", "n.real", "n.bit_length()",
    ],
)  # fmt: skip
def test_a_template_cannot_reach_python(expression: str) -> None:
    text = "${% macro m() %}${% endmacro %}${% for n in [1] %}${{ " + expression + " }}${% endfor %}"
    told = refused(text)
    assert "<" not in told  # no object of Python is shown


@pytest.mark.parametrize("name", ["PATH", "HOME"])
def test_nothing_of_the_environment_is_there_unasked(name: str) -> None:
    assert os.environ[name] not in refused("${{ env." + name + " }}")
    assert rendered("${{ env }}") == "{}"


def test_deep_but_finite_macros_and_large_results_are_fine() -> None:
    text = (
        "${% macro f(n) %}${% if n %}x${{ f(n - 1) }}${% endif %}${% endmacro %}${{ f("
        + str(MAX_NESTED - 1)
        + ") }}"
    )
    assert rendered(text) == "x" * (MAX_NESTED - 1)
    assert len(rendered("${% for i in range(9000) %}" + "x" * 100 + "\n${% endfor %}")) > MAX_RESULT * 0.9


@given(st.lists(st.sampled_from(["a: 1\n", "${{ n }}\n", "${% if n %}\n", "${% endif %}\n", "  b\n", "x\u2028y\n", "$${{ c }}\n",
    "${# r\n #}", "${% for i in [1, 2] %}", "${% endfor %}", "\r\n", "${{ [n] }}", "${%- set q = 1 -%}\n", "\x85"]), max_size=12))  # fmt: skip
def test_every_place_of_a_rendered_text_is_in_the_template(parts: list[str]) -> None:
    """Each sign that stands in the template and in the result is found at the same sign."""
    text = "".join(parts)
    made = render_whole(source_of(text, "r.yaml.jinja"), {"n": 7, "env": {}})
    if made.text is None:
        assert made.problems
        return
    template = text.replace("\r\n", "\n").split("\n")
    line, column = 1, 1
    for sign in made.text:
        if sign not in "\r\n\x85\u2028\u2029":
            where = made.where(Where("r.yaml.jinja", line, column))
            there = template[where.line - 1][where.column - 1 :]
            assert there.startswith((sign, "${{"))
        line, column = (line + 1, 1) if sign in "\n\x85\u2028\u2029" else (line, column + 1)


@given(st.text("${}%#-+ \nabif", max_size=40))
def test_no_text_breaks_the_rendering(text: str) -> None:
    made = render_whole(source_of(text, "r.yaml.jinja"), {"a": 1, "env": {}})
    assert (made.text is None) == bool(made.problems)
