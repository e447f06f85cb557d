"""Pages: what is read from them, and how everything that is wrong with one is told with its place."""

from __future__ import annotations

from decimal import Decimal

import pytest

from teststrip.base.json import ABSENT
from teststrip.errors import PageError
from teststrip.provider.model import Bounds, Choice, Condition, Parameter, Provider, SizeBounds
from teststrip.provider.page import http_kind, read_page

FRONT = """\
---
page: 1
provider: toy
title: A toy
base_url: https://toy.example/
base_url_env: TOY_URL
auth: {header: X-Key, form: "Key {key}", env: TOY_KEY}
submit: {path: "/v1/{model}"}
poll: {path: "/v1/jobs/{id}"}
reply:
  ids: [job]
  statuses: [state]
  outputs: [files]
  words: {queued: [Waiting], running: [busy], done: [ready], failed: [broken]}
models: [{id: toy-1, aliases: [toy]}, {id: toy-2}]
pace: {concurrency: 2, per_minute: 60}
---
"""
FIRST = FRONT.count("\n") + 1
HEADER = "| Parameter | Type | Required | Default | Range | Description |\n|---|---|---|---|---|---|\n"
ACTION = "| action | string | no | make | `make`, `edit` | What to do |\n"


TYPES = "write one of array, boolean, file, float, integer, number, object, string"
CELLS = r"and the table's header 6; write a | that belongs to a cell as \|, and - for an empty cell"
FORMS = "write LEAST - MOST, or `a`, `b`, `c`, or see [Table](#table), or - for none"


def page(rows: str = ACTION, rest: str = "", front: str = FRONT) -> str:
    return f"{front}{HEADER}{rows}\n{rest}"


def read(rows: str, rest: str = "") -> Parameter:
    return read_page(page(rows, rest), "toy.md").parameters[-1]


def problems(text: str) -> list[str]:
    with pytest.raises(PageError) as caught:
        read_page(text, "toy.md")
    return [str(problem).removeprefix("toy.md:") for problem in caught.value.problems]


def row_problems(rows: str, rest: str = "") -> list[str]:
    """Give problems with the line counted from the first row of the table."""
    told = []
    for problem in problems(page(rows, rest)):
        line, _, others = problem.partition(":")
        told.append(f"{int(line) - FIRST - 1}:{others}")
    return told


# --- what is read ---------------------------------------------------------------------------------------------


def test_what_the_front_matter_leaves_out_has_its_plain_meaning() -> None:
    toy: Provider = read_page(page(), "toy.md")
    assert toy.base_url == "https://toy.example"
    assert toy.auth.accepted == ("Key {key}",)
    assert (toy.submit.method, toy.poll.method) == ("POST", "GET")
    assert toy.submit.scenarios == ()
    assert (toy.poll.interval, toy.poll.max_interval, toy.poll.growth, toy.poll.deadline) == (2, 2, 1, 600)
    assert toy.reply.words["waiting"] == "queued"
    assert (toy.errors, toy.notes, toy.common_sizes) == ((), (), ())


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_do_not_matter(end: str) -> None:
    other = read_page("\ufeff" + page().replace("\n", end), "toy.md")
    assert other.parameters == read_page(page(), "toy.md").parameters


def test_the_digest_is_that_of_the_text() -> None:
    assert read_page(page(), "a").digest == read_page(page(), "b").digest != read_page(page() + "\n", "a").digest


@pytest.mark.parametrize(
    ("cell", "kind", "nullable"),
    [
        ("string", "string", False),
        ("`int`", "integer", False),
        ("Float", "number", False),
        ("number or null", "number", True),
        ("bool", "boolean", False),
        ("list", "array", False),
        ("object", "object", False),
    ],
)
def test_types_have_their_usual_names(cell: str, kind: str, nullable: bool) -> None:  # noqa: FBT001  a table's column
    parameter = read(f"| a | {cell} | no | - | - | - |\n")
    assert (parameter.kind, parameter.nullable) == (kind, nullable)


@pytest.mark.parametrize(("cell", "item"), [("array(float)", "number"), ("integer[]", "integer"), ("array", None)])
def test_arrays_name_their_items(cell: str, item: str | None) -> None:
    parameter = read(f"| a | {cell} | no | - | - | - |\n")
    assert (parameter.items.kind if parameter.items else None) == item


def test_a_range_of_numbers_says_what_an_array_holds() -> None:
    parameter = read("| a | array | no | - | 0.0 - 1.0 | - |\n")
    assert parameter.items is not None
    assert (parameter.items.kind, parameter.items.path) == ("number", "a[]")
    assert parameter.items.bounds == Bounds(Decimal(0), Decimal(1))
    assert parameter.bounds is None


@pytest.mark.parametrize(
    ("cell", "required", "when"),
    [
        ("yes", True, None),
        ("✅ Yes", True, None),
        ("❌ No", False, None),
        ("optional", False, None),
        ("-", False, None),
        ("yes (when `action` is `edit`)", False, Condition("action", ("edit",))),
        ("✅ Yes (when action=edit)", False, Condition("action", ("edit",))),
        ("required (if action is set to edit)", False, Condition("action", ("edit",))),
    ],
)
def test_required_is_yes_no_or_conditional(cell: str, required: bool, when: Condition | None) -> None:  # noqa: FBT001  a table's column
    parameter = read(f"{ACTION}| a | string | {cell} | - | - | - |\n")
    assert (parameter.required, parameter.required_when) == (required, when)


@pytest.mark.parametrize(
    ("kind", "cell", "default"),
    [
        ("string", '""', ""),
        ("string", '`""`', ""),
        ("string", '"a, b"', "a, b"),
        ("string", "plain", "plain"),
        ("string", "`-`", "-"),
        ("string", "-", ABSENT),
        ("string", "—", ABSENT),
        ("string", "", ABSENT),
        ("string", "`random`", "random"),
        ("string", "28", "28"),
        ("integer", "28", 28),
        ("float", "6.0", 6.0),
        ("float", "1e-3", 0.001),
        ("boolean", "`true`", True),
        ("integer", "null", None),
        ("array", "`[1, 2]`", [1, 2]),
        ("object", '`{"a": 1}`', {"a": 1}),
    ],
)
def test_a_default_has_the_kind_of_its_parameter(kind: str, cell: str, default: object) -> None:
    parameter = read(f"| a | {kind} | no | {cell} | - | - |\n")
    assert repr(parameter.default) == repr(default)
    assert parameter.nullable == (default is None)


def test_a_random_default_is_none_that_the_server_draws() -> None:
    parameter = read("| a | integer | no | Random | - | - |\n")
    assert (parameter.default, parameter.random_default) == (ABSENT, True)


@pytest.mark.parametrize("cell", ["1 - 50", "1-50", "1 – 50", "1 ~ 50", "1 to 50"])
def test_a_range_has_several_spellings(cell: str) -> None:
    assert read(f"| a | integer | no | - | {cell} | - |\n").bounds == Bounds(Decimal(1), Decimal(50))


def test_a_range_may_be_negative_and_stays_exact() -> None:
    assert read("| a | float | no | - | -0.1 - 0.30 | - |\n").bounds == Bounds(Decimal("-0.1"), Decimal("0.30"))


@pytest.mark.parametrize(("cell", "separator"), [("64x32 - 128x256", "x"), (r"64\*32 - 128\*256", "*")])
def test_sizes_are_bounded_on_each_side(cell: str, separator: str) -> None:
    assert read(f"| a | string | no | - | {cell} | - |\n").size == SizeBounds((64, 32), (128, 256), separator)


@pytest.mark.parametrize("cell", ["`p`, `q`", "`p` / `q`", "`p` or `q`", r"`p` \| `q`", "p, q", "`p`,`q`"])
def test_values_are_listed_in_several_ways(cell: str) -> None:
    assert read(f"| a | string | no | - | {cell} | - |\n").choices == (Choice("p"), Choice("q"))


@pytest.mark.parametrize(
    "cells", ["0 = Off, 1 = Half on | -", "0 - 1 | What it does: 0 = Off, 1 = Half on", "- | 0 = Off; 1 = Half on"]
)
def test_labelled_values_stand_in_the_range_or_the_description(cells: str) -> None:
    parameter = read(f"| a | integer | no | - | {cells} |\n")
    assert parameter.choices == (Choice(0, "Off"), Choice(1, "Half on"))


def test_one_remark_with_an_equals_sign_is_no_enumeration() -> None:
    assert read("| a | integer | no | - | 0 - 9 | Speed, 5 = middle |\n").choices == ()


def test_values_may_stand_in_a_table_of_their_own() -> None:
    parameter = read(
        "| a | integer | no | 2 | see [Modes](#modes) | - |\n",
        "## Modes\n\n| Mode | Description |\n|---|---|\n| `1` | Slow |\n| 2 | Fast |\n",
    )
    assert parameter.choices == (Choice(1, "Slow"), Choice(2, "Fast"))


def test_examples_follow_their_words() -> None:
    parameter = read("| a | string | no | - | - | Not `this`; for example `x`, `y` or `z`, but `never` |\n")
    assert parameter.examples == ("x", "y", "z")


def test_a_description_with_base64_and_url_is_a_picture() -> None:
    assert read("| a | string | no | - | - | A picture, as base64 or a URL |\n").media
    assert not read("| a | string | no | - | - | The URL to call |\n").media


def test_names_nest_through_objects_and_arrays() -> None:
    parameter = read(
        "| a | array(object) | no | - | - | - |\n"
        "| a[].b | object | yes | - | - | - |\n"
        "| a[].b.c | integer | no | 1 | - | - |\n"
    )
    (child,) = parameter.children
    assert (child.path, child.name, child.required) == ("a[].b", "b", True)
    assert (child.children[0].path, child.children[0].default) == ("a[].b.c", 1)


def test_escaped_pipes_and_markup_are_read_as_they_are_shown() -> None:
    parameter = read(r"| **a\_b** | string | no | `x\|y` | - | One &amp; two<br/>three \| four |" + "\n")
    assert (parameter.name, parameter.default) == ("a_b", "x|y")
    assert parameter.description == "One & two three | four"


def test_a_parameter_knows_its_line_and_column() -> None:
    where = read(f"{ACTION}|   a | string | no | - | - | - |\n").where
    assert (where.file, where.line, where.column) == ("toy.md", FIRST + 3, 5)


def test_a_heading_says_which_models_and_when() -> None:
    rest = f"## More (`toy`, when `action` is `edit`)\n\n{HEADER}| a | string | no | - | - | - |\n"
    parameter = read(ACTION, rest)
    assert (parameter.models, parameter.applies_when) == (("toy-1",), Condition("action", ("edit",)))
    assert parameter.section == "More"


def test_the_title_of_the_page_limits_nothing() -> None:
    front = FRONT + "# All about toy-1, `toy`\n\n"
    assert read_page(page(front=front), "toy.md").parameters[0].models == ()


def test_an_inner_heading_inherits_and_a_next_one_does_not() -> None:
    row = f"{HEADER}| {{}} | string | no | - | - | - |\n\n"
    rest = "## For `toy-2`\n\n### Inner\n\n" + row.format("a") + "## Next\n\n" + row.format("b")
    parameters = {p.name: p for p in read_page(page(ACTION, rest), "toy.md").parameters}
    assert parameters["a"].models == ("toy-2",)
    assert parameters["b"].models == ()


def test_error_tables_are_joined_with_the_front_matter() -> None:
    front = FRONT.replace(
        "models:", 'errors: [{status: 400, code: "E7", kind: moderated, words: [Rude]}]\nmodels:'
    )
    rest = "## Errors\n\n| Code | Name | Meaning |\n|---|---|---|\n| E7 | Refused | No |\n| 429 | Slow | Wait |\n"
    seven, slow = read_page(page(rest=rest, front=front), "toy.md").errors
    assert (seven.status, seven.name, seven.kind, seven.words) == (400, "Refused", "moderated", ("rude",))
    assert (slow.status, slow.code, slow.meaning, slow.kind, slow.may_have_cost) == (
        429,
        "429",
        "Wait",
        "rate_limited",
        False,
    )


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, "invalid"), (401, "auth"), (402, "balance"), (404, "not_found"), (422, "invalid"), (503, "server")],
)
def test_a_status_means_what_http_says(status: int, kind: str) -> None:
    assert http_kind(status) == kind


# --- what is wrong ----------------------------------------------------------------------------------------------


def test_a_page_without_front_matter_says_so() -> None:
    assert (
        problems("# Title\n")[0] == "1:1  a provider page begins with its front matter, between two lines of ---"
    )


def test_front_matter_without_an_end_says_so() -> None:
    assert problems("---\npage: 1\n") == ["1:1  the front matter has no second --- line to end it"]


def test_everything_wrong_with_the_front_matter_is_told_at_once_with_its_place() -> None:
    front = (
        FRONT.replace("page: 1", "page: 2")
        .replace("title: A toy", "titel: A toy")
        .replace("https://toy.example/", "toy.example")
        .replace("env: TOY_KEY", "env: [TOY_KEY]")
        .replace("per_minute: 60", "per_minute: 0")
    )
    assert problems(page(front=front)) == [
        "2:1  title is missing",
        "2:7  page  2 is not one of 1",
        "4:1  titel  nothing here has this name; did you mean 'title'?",
        r'5:11  base_url  "toy.example" does not have the form ^https?://[^/?#@\s]+[^?#@\s]*$',
        '7:47  auth.env  ["TOY_KEY"] is not text',
        "16:36  pace.per_minute  0 is below the minimum 1",
    ]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("title: A toy", "title: A\ntitle: B", "5:1  title  'title' is given twice; the first is on line 4"),
        ("title: A toy", "title: &a A", None),
        (
            "[{id: toy-1, aliases: [toy]}, {id: toy-2}]",
            "[{id: a}, {id: b, aliases: [a]}]",
            "15:19  models[1]  two models are called a",
        ),
        ("done: [ready]", "done: [busy]", "14:54  reply.words.done[0]  busy already means running"),
        (
            "title: A toy",
            "title: !!python/object x",
            "4:8  title  tags such as 'tag:yaml.org,2002:python/object' are not allowed here",
        ),
        ("title: A toy", "? [a]\n: b", "4:3  a name must be plain text"),
    ],
)
def test_faulty_yaml_is_told_with_its_place(old: str, new: str, problem: str | None) -> None:
    text = page(front=FRONT.replace(old, new))
    if problem is None:
        assert read_page(text, "toy.md").title == "A"
    else:
        assert problem in problems(text)


def test_text_that_is_no_yaml_is_told_with_its_line() -> None:
    (told,) = problems(page(front=FRONT.replace("title: A toy", "title: [A")))
    assert told.startswith("5:")
    assert "this is not YAML" in told


def test_half_a_surrogate_pair_is_told_with_its_place() -> None:
    assert row_problems(ACTION.replace("What", "W\ud800")) == ["1:51  half a surrogate pair is not a character"]


def test_aliases_in_the_front_matter_stand_for_what_they_name() -> None:
    front = FRONT.replace("title: A toy", "title: &t TOY_URL").replace("base_url_env: TOY_URL", "base_url_env: *t")
    assert read_page(page(front=front), "toy.md").base_url_env == "TOY_URL"


def test_an_endless_document_is_refused() -> None:
    assert problems("---\n&a [*a]\n---\n" + HEADER + ACTION)


def test_deep_nesting_is_refused() -> None:
    assert any("nested deeper" in problem for problem in problems("---\n" + "[" * 70 + "]" * 70 + "\n---\n"))


def test_yaml_words_keep_to_yaml_1_2() -> None:
    front = FRONT.replace("[broken]", "[no, off, 010x]")
    assert {"no", "off", "010x"} <= set(read_page(page(front=front), "toy.md").reply.words)


def test_everything_wrong_with_the_rows_is_told_at_once() -> None:
    rows = (
        ACTION
        + "| a | strnig | no | - | - | - |\n"
        + "| b | integer | maybe | many | 5 - 1 | - |\n"
        + "| c | integer | no | 9 | 1 - 5 | - |\n"
        + "| a b | string | no | - | - | - |\n"
        + "| action | string | no | - | - | - |\n"
        + "| x.y | string | no | - | - | - |\n"
    )
    assert row_problems(rows) == [
        f'2:7  a  "strnig" is not a type; {TYPES}',
        '3:17  b  "maybe" is neither yes, nor no, nor yes (when NAME is VALUE)',
        '3:25  b  the default "many" is not a whole number',
        '3:32  b  the range "5 - 1" is upside down',
        '4:22  c  the default "9" is outside the range',
        '5:3  a b  "a b" is not the name of a parameter',
        "6:3  action  this parameter has a row already, on line 20",
        '7:3  x.y  no row above describes "x", which this belongs to',
    ]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (
            "| a | string (blurb) | no | - | - | - |",
            '1:7  a  it is not known what "(blurb)" says of the type string',
        ),
        (
            "| a | array(blurb) | no | - | - | - |",
            '1:7  a  it is not known what "(blurb)" says of the type array',
        ),
        ("| a | boolean | no | yes | - | - |", '1:22  a  the default "yes" is not true or false'),
        ("| a | float | no | 1e999 | - | - |", '1:20  a  the default "1e999" is not a number'),
        ("| a | float | no | NaN | - | - |", '1:20  a  the default "NaN" is not a number'),
        ("| a | string | no | c | `a`, `b` | - |", '1:21  a  the default "c" is not one of the values'),
        ("| a | string | no | 1x1 | 2x2 - 4x4 | - |", '1:21  a  the default "1x1" is not a size within the range'),
        (
            "| a | integer | no | - | `a`, `b` | - |",
            '1:26  a  "a" is listed as a value but is not of the type integer',
        ),
        ("| a | string | no | - | `a`, `a` | - |", '1:25  a  "a" is listed twice'),
        ("| a | string | no | - | 1 - 5 | - |", "1:25  a  a range of numbers does not go with the type string"),
        (
            "| a | integer | no | - | 1x1 - 2x2 | - |",
            "1:26  a  a range of sizes does not go with the type integer",
        ),
        ("| a | integer | no | - | 0 - 1.5 | - |", '1:26  a  "0 - 1.5" has fractions, and the type is integer'),
        (
            "| a | integer | no | - | 0 - 1 | 0 = a, 1 = b, 2 = c |",
            '1:26  a  the value "2" is outside the range of its own row',
        ),
        (
            "| a | integer | no | - | a few | - |",
            f'1:26  a  the range "a few" cannot be read; {FORMS}',
        ),
        (
            "| a | string | no | - | see [Modes](#m) | - |",
            '1:25  a  no table or list of values stands under a heading "Modes"',
        ),
        (
            "| a | string | yes (sometimes) | - | - | - |",
            '1:16  a  "yes (sometimes)" has a condition that cannot be read; write yes (when NAME is VALUE)',
        ),
        (
            "| a | string | yes (when b is c) | - | - | - |",
            '1:16  a  the condition speaks of "b", which has no row',
        ),
        (
            "| a | string | no | - | - |",
            f"1:3  this row has 5 cells {CELLS}",
        ),
        (
            "| a | string | no | x|y | - | - |",
            f"1:3  this row has 7 cells {CELLS}",
        ),
        ("| a[] | string | no | - | - | - |", '1:3  a[]  "a[]" is not the name of a parameter'),
    ],
)
def test_a_faulty_row_is_told_with_its_cell(row: str, problem: str) -> None:
    assert row_problems(row + "\n")[0] == problem


def test_a_condition_that_never_comes_true_is_told() -> None:
    rows = f"{ACTION}| a | string | yes (when action is edti) | - | - | - |\n"
    assert row_problems(rows) == ['2:16  a  action is never "edti"']


def test_children_need_a_parent_of_the_right_kind() -> None:
    types = {
        "a": "string",
        "a.b": "string",
        "c": "object",
        "c[].d": "string",
        "e": "array(float)",
        "e[].f": "string",
    }
    rows = "".join(f"| {name} | {kind} | no | - | - | - |\n" for name, kind in types.items())
    assert [problem.split("  ")[1] for problem in row_problems(rows)] == ["a.b", "c[].d", "e[].f"]


@pytest.mark.parametrize(
    ("rest", "problem"),
    [
        ("## Modes\n\n| Mode | Label |\n|---|---|\n| a | b |\n", "no parameter refers to this table"),
        ("| Mode | Label | Other | More |\n|---|---|---|---|\n", "this table is neither of parameters"),
        (f"## Only `toy-3`\n\n{HEADER}| a | string | no | - | - | - |\n", 'the heading names "toy-3"'),
        (f"## Only toy-2\n\n{HEADER}| a | string | no | - | - | - |\n", "names the model toy-2 in plain words"),
        ("## S\n\n| Size | Use |\n|---|---|\n| 1x1 | x |\n", '"1x1" is not a size that a parameter'),
        ("## E\n\n| Code | Name | Meaning |\n|---|---|---|\n| E1 | x | y |\n", '"E1" is not an HTTP status'),
        (
            "## E\n\n| Code | Name | Meaning |\n|---|---|---|\n| 400 | x | y |\n| 400 | x | y |\n",
            '"400" has a row already',
        ),
        (
            "| Name | Type | Colour |\n|---|---|---|\n| a | string | red |\n",
            '"Colour" is not a column of a parameter table',
        ),
        ("| Name | Type | Type |\n|---|---|---|\n| a | string | string |\n", '"Type" says type a second time'),
    ],
)
def test_a_table_that_nobody_understands_is_told(rest: str, problem: str) -> None:
    assert any(problem in told for told in problems(page(ACTION, rest)))


def test_front_matter_and_tables_are_told_together() -> None:
    told = problems(page("| a | strnig | no | - | - | - |\n", front=FRONT.replace("title: A toy", "titel: A toy")))
    assert len(told) == 3
    assert told == sorted(told, key=lambda problem: int(problem.split(":")[0]))


def test_a_page_without_parameters_says_so() -> None:
    assert problems(FRONT + "# Nothing\n") == [f"{FIRST}:1  the page has no parameter table"]


SCENARIOS = 'submit: {path: "/v1/{scenario}", scenarios: '


@pytest.mark.parametrize(
    ("scenarios", "problem"),
    [
        (
            "[{name: a, when: {action: edit}}]}",
            "8:45  submit.scenarios  the last scenario must hold for every request: give it no `when`",
        ),
        ("[{name: a, when: {action: x}}, {name: b}]}", '8:62  submit.scenarios[0].when  action is never "x"'),
        (
            "[{name: a, when: {b: x}}, {name: b}]}",
            '8:62  submit.scenarios[0].when  the condition speaks of "b", which has no row',
        ),
    ],
)
def test_scenarios_speak_of_parameters_and_leave_nothing_out(scenarios: str, problem: str) -> None:
    front = FRONT.replace('submit: {path: "/v1/{model}"}', SCENARIOS + scenarios)
    assert problems(page(front=front)) == [problem]
