"""What a page says a second time is held against what was read of it: what does not agree is flagged."""

from __future__ import annotations

from typing import Any, Final

import pytest
from reading_pages import BODY, CURL, HEADER, ROWS, flagged, flags

from teststrip.provider.adopt.page import adopt
from teststrip.provider.reading.shown import Shown, shown_in
from teststrip.provider.reading.witness.forms import form_fields


def simple(value: Shown) -> Any:
    """Write what was shown as JSON, calls as objects with their label."""
    if value.form in {"object", "call"}:
        held: dict[str, Any] = {name: simple(member) for name, member in value.members}
        return held | ({"": [simple(item) for item in value.items]} if value.items else {})
    return (
        [simple(item) for item in value.items] if value.form == "array" else f"{value.form} {value.text}".strip()
    )


# --- code ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "label", "expected"),
    [
        ('{"a": 1, "b": {"c": [1.5, "x"]}}', "", {"a": "integer 1", "b": {"c": ["number 1.5", "string x"]}}),
        ("curl https://k.test/v1 -d '{\"a\": \"it's\", // c\n ... }'", "--data", {"a": "string it's"}),
        (r'curl k --data "{\"a\": \"b c\", \"n\": 1}"', "--data", {"a": "string b c", "n": "integer 1"}),
        (r'{"a": "he said \"no\" {twice}"}', "", {"a": r"string he said \"no\" {twice}"}),
        ("r = kite.draw(a='x', b={'c': None})", "kite.draw", {"a": "string x", "b": {"c": "null None"}}),
        ("data = {'a': a, 'b': f'x {y}'}", "data", {"a": "other a", "b": "string"}),
        ("const body = { a, b: n + 1, c: [d] };", "body", {"a": "other", "b": "other", "c": ["other d"]}),
    ],
)  # fmt: skip
def test_code_shows_its_first_object(code: str, label: str, expected: Any) -> None:
    first = next(value for value in shown_in(code, 1) if value.members)
    assert (first.label, simple(first)) == (label, expected)


def test_an_object_within_a_call_has_the_name_of_the_call_and_its_line() -> None:
    (fetch, *_) = shown_in("fetch(u, {\n  method: 'POST',\n  body: JSON.stringify({ wish: 'x' }),\n})", 7)
    (held,) = [value for value in fetch.walk() if "wish" in value.names]
    assert (held.label, held.line) == ("JSON.stringify", 9)


def test_brackets_that_fit_nowhere_end_nothing() -> None:
    assert [simple(value) for value in shown_in("}) ] {'a': [1}", 1)] == [{"a": ["integer 1"]}]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('curl k -F wish=x -F "photo[]=@a.png"', {"wish": "x", "photo[]": "@a.png"}),
        ("curl k -d 'a=1&b=two' --data-urlencode \"c=x y\"", {"a": "1", "b": "two", "c": "x y"}),
        ("const f = new FormData();\nf.append('photo', file);", {"photo": ""}),
        ("curl k -H 'a=b'", {}),
    ],
)  # fmt: skip
def test_code_shows_the_fields_of_its_form(code: str, expected: dict[str, str]) -> None:
    found = {name: value.text for one in form_fields(code, 1) for name, value in one.members}
    assert found == expected


# --- what is sent --------------------------------------------------------------------------------------------


def test_a_name_that_is_sent_and_has_no_row_is_flagged_at_its_line() -> None:
    page = BODY + CURL.replace("{}", '{"wish": "x",\n"loops": 2, "shade": "red"}')
    (flag,) = flags(page)
    assert (flag["parameter"], flag["line"]) == ("shade", 13)
    assert flag["problem"].startswith("only an example shows it")
    few = BODY + CURL.replace("{}", '{"wish": "x",\n"shade": "red"}')
    assert flagged(few) == {"shade": "an example sends it, and no row describes it"}


@pytest.mark.parametrize(
    "example",
    [
        '\n### Response\n\n```json\n{"wish": "x", "loops": 2, "shade": "red"}\n```\n',
        '\nThe answer:\n\n```json\n{"wish": "x", "loops": 2, "shade": "red"}\n```\n',
        '\n```json 200\n{"wish": "x", "loops": 2, "shade": "red"}\n```\n',
        '\n```json\n{"wish": "x", "id": "k1", "state": "done", "eta": 4}\n```\n',
        '\n```python\nkite = Kite(api_key="k", host="h")\nkite.draw(wish="x", loops=2, timeout=9)\n```\n',
        CURL.replace("{}", '{"kite_id": "k1"}') + CURL.replace("{}", '{"wish": "x"}'),
    ],
)
def test_what_is_not_the_body_is_let_be(example: str) -> None:
    assert flagged(BODY + example) == {}


@pytest.mark.parametrize(
    ("sent", "parameter", "problem"),
    [
        ('"loops": "many"', "loops", 'an example sends "many", which is no integer'),
        ('"loops": 12', "loops", "an example sends 12, which is outside the range"),
        ('"loops": true', "loops", "an example sends a boolean, and the type is integer"),
        ('"wish": ["x"]', "wish", "an example sends an array, and the type is string"),
        ('"paper": "a4"', "paper", "an example sends a string, and the type is object"),
    ],
)
def test_a_value_that_its_row_does_not_allow_is_flagged(sent: str, parameter: str, problem: str) -> None:
    found = flagged(BODY + CURL.replace("{}", f'{{"wish": "x", "loops": 2, {sent}}}'))
    assert found == {parameter: problem}


def test_members_that_only_an_example_shows_are_flagged() -> None:
    found = flagged(BODY + CURL.replace("{}", '{"wish": "x", "paper": {"gloss": 1}}'))
    assert found == {"paper.gloss": "an example sends it, and no row describes it"}


def test_a_header_among_parameters_is_flagged() -> None:
    assert flagged(f"{BODY}| Content-Type | string | yes | Of the body |\n") == {
        "Content-Type": "this is the name of a header"
    }


def test_a_table_of_another_request_that_was_not_taken_is_flagged_with_names_that_are_known() -> None:
    table = "| Knob | Sort | Hint |\n|---|---|---|\n| wish | string | It |\n| loops | integer | Times |\n"
    assert set(flagged(f"{BODY}\n## Fold\n\n{table}")) - {""} == {"wish", "loops"}


@pytest.mark.parametrize(
    "page",
    [
        "# Kite\n\n## Draw\n" + CURL.replace("{}", '{"shade": "x"}'),
        '# Kite\n\n### Request body\n\n```json\n{\n  "shade": "x"\n}\n```\n',
        "# Kite\n\n## Draw\n\n```html\n<img src='k.png?shade=x'>\n```\n",
    ],
)
def test_names_that_only_examples_have_are_flagged(page: str) -> None:
    assert "shade" in flagged(page)


SCHEMA: Final = """
requestBody:
  schema:
    properties:
      shade:
        type: string
responses:
  schema:
    properties:
      state:
        type: string
"""


@pytest.mark.parametrize(
    "code",
    [
        SCHEMA,
        "interface DrawRequest {\n  shade?: string;\n}\ninterface DrawResponse {\n  state: string;\n}",
        "class DrawRequest(BaseModel):\n    shade: str = 'red'\n\nclass DrawResult(BaseModel):\n    state: str",
    ],
)
def test_names_that_a_schema_declares_are_flagged(code: str) -> None:
    assert flagged(f"{BODY}\n## Types\n\n```\n{code}\n```\n") == {
        "shade": "a schema in the page declares it, and no row describes it"
    }


@pytest.mark.parametrize("sent", ['"loops": "2"', '"loops": "<number>"', '"loops": "int"', '"paper": {}'])
def test_a_value_that_stands_for_another_is_let_be(sent: str) -> None:
    assert flagged(BODY + CURL.replace("{}", f'{{"wish": "x", {sent}}}')) == {}


def test_a_row_that_is_sent_at_another_place_is_flagged() -> None:
    page = f"# Kite\n\n## Body\n\n{HEADER}| mode | string | yes | How |\n| seats.row | string | no | Which |\n"
    found = flagged(page + CURL.replace("{}", '{"mode": "x", "hall": {"seats": {"row": "b"}}}'))
    assert found["seats.row"] == 'the examples send it as "hall.seats.row"'


# --- what was not read ---------------------------------------------------------------------------------------

LATER: Final = {
    "bold": "**shade** string, optional. Of the ink\n\n**grain_size** integer. Of the paper\n",
    "code and a dash": "`shade` — string. Of the ink\n\n`grain_size` — integer. Of the paper\n",
    "definitions": "shade\n: string, of the ink\n\ngrain_size\n: integer, of the paper\n",
    "headings with a word": "#### Ink `shade`\n\nOptional\n\n#### Grain `grain_size`\n\nOptional\n",
    "links and facts": " ** [ shade ](#a) **\nInk\nType: String\n\n ** [ grain_size ](#b) **\nIt\nType: Integer\n",
    "headings": "#### shade\n\nstring, of the ink\n\n#### grain_size\n\ninteger, of the paper\n",
    "tags": '<Knob name="shade" type="string">Ink</Knob>\n<Knob name="grain_size" type="integer">Of it</Knob>\n',
    "terms": "<dt>shade</dt><dd>string</dd>\n<dt>grain_size</dt><dd>integer</dd>\n",
    "a table that lost its header": "| shade | string | no | Ink |\n| grain_size | integer | no | Paper |\n",
    "a table with other words": (
        "| Knob | Sort | Hint |\n|---|---|---|\n| shade | string | Ink |\n| grain_size | integer | Paper |\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", LATER)
def test_what_looks_like_parameters_and_was_not_read_is_flagged(form: str) -> None:
    page = f"{BODY}\n## Ink\n\nWords about it.\n\n{LATER[form]}"
    found = adopt(page, "page.md").reading
    read = {entry.path for entry in found.entries}
    assert {"shade", "grain_size"} <= read | set(flagged(page))


@pytest.mark.parametrize(
    "text",
    [
        "## Response\n\n**shade** string. Ink\n\n**grain_size** integer. Paper\n",
        "## Values of `wish`\n\n- `red_ink`: bright\n- `blue_ink`: dark\n- `no_ink`: none\n",
        "## Tips\n\n- **Ink**: keep it dry\n- **Paper**: keep it flat\n",
        "## Tips\n\n- `wish` says what to draw\n- `loops` says how often\n",
        "## Models\n\n| Model | Type | Speed |\n|---|---|---|\n| kite-1 | text | up |\n| kite-2 | text | low |\n",
    ],
)
def test_what_the_page_says_plainly_is_let_be(text: str) -> None:
    assert flagged(f"{BODY}\n{text}") == {}


# --- what was read by a weak sign ----------------------------------------------------------------------------

MEMBERS: Final = f"{HEADER}| width_mm | integer | no | Across |\n| gloss | number | no | Shine |\n"


def test_members_under_a_heading_that_says_nothing_are_flagged() -> None:
    found = flags(f"{BODY}\n## Sundry\n\n{MEMBERS}")
    assert [(flag["parameter"], flag["candidates"]) for flag in found] == [
        (name, [name, f"paper.{name}"]) for name in ("width_mm", "gloss")
    ]


def test_members_that_the_examples_send_there_are_let_be() -> None:
    sent = CURL.replace("{}", '{"wish": "x", "width_mm": 20}')
    assert flagged(f"{BODY}\n## Sundry\n\n{MEMBERS}{sent}") == {}


def test_a_table_of_names_that_the_examples_answer_is_flagged() -> None:
    table = f"{HEADER}| kite_id | string | yes | Its number |\n| state | string | yes | How it is |\n"
    answer = '\n### Response\n\n```json\n{"kite_id": "k1", "state": "done"}\n```\n'
    found = flagged(f"{BODY.replace('| paper | object | no | A sheet |', '')}\n## Sundry\n\n{table}{answer}")
    assert found == dict.fromkeys(("kite_id", "state"), "the examples show names of this table in answers")


def test_a_table_of_a_request_below_the_heading_of_an_answer_is_flagged() -> None:
    rows = ROWS.replace("paper", "shade").replace("object", "string")
    sent = CURL.replace("{}", '{"wish": "x", "loops": 2, "shade": "red"}')
    found = flagged(f"{BODY}{sent}\n## Response\n\nOf folding.\n\n{HEADER}{rows}")
    assert set(found) == {"wish", "loops", "shade"}


def test_a_table_beside_another_is_flagged_unless_its_header_is_there_again() -> None:
    bare = (
        "| Name | Type | Description |\n|---|---|---|\n| state | string | How it is |\n| eta | integer | When |\n"
    )
    assert {"state", "eta"} <= set(flagged(f"{BODY}\nWords.\n\n{bare}"))
    assert flagged(f"{BODY}{HEADER}| ink | string | no | Its colour |\n") == {}


def test_a_table_of_another_request_that_is_all_there_is_is_flagged() -> None:
    page = f"# Kite\n\n## Query the task\n\n{HEADER}| state | string | yes | How it is |\n"
    assert "no other parameters" in flagged(page)["state"]


# --- requests that no rows describe ----------------------------------------------------------------------------


def fold(data: str) -> str:
    return f"\n```bash\ncurl -X POST https://kite.example/v1/fold/{data}\n```\n"


@pytest.mark.parametrize(
    ("example", "expected"),
    [
        (fold("paper -d '{\"crease\": 3}'"), {"crease"}),
        (fold('link -d \'{"url": "https://kite.example/a.png"}\''), {"url"}),
        (fold("file -F sheet=@a.png -F crease=2"), {"sheet", "crease"}),
        (fold('paper -d \'{"crease": {"depth": 3}}\''), {"crease"}),
    ],
)
def test_what_a_call_sends_to_a_request_without_rows_is_flagged(example: str, expected: set[str]) -> None:
    found = flagged(f"{BODY}\n## Others\n{example}")
    assert expected <= set(found)
    assert all(found[name] == "an example sends it to a request that no rows describe" for name in expected)


def test_what_a_call_without_rows_is_answered_is_not_flagged() -> None:
    answer = '\n```json\n{"folded": true, "layers": 3}\n```\n'
    assert set(flagged(BODY + "\n## Others\n" + fold("paper -d '{\"crease\": 3}'") + answer)) == {"crease"}


def test_members_of_a_parameter_without_a_row_are_flagged() -> None:
    found = flagged(
        BODY + CURL.replace("{}", '{"wish": "x", "loops": 2, "glue": {"kind": "rice"}, "headers": {"Kite": "k"}}')
    )
    assert set(found) == {"glue", "glue.kind", "headers"}


def test_a_table_of_what_a_reading_request_is_asked_with_is_flagged() -> None:
    table = "| Name | Type | Description |\n|---|---|---|\n| shade | string | Only kites of it |\n"
    page = f"{BODY}\n## List\n\n### GET /v1/kites\n\n#### Query parameters\n\n{table}"
    assert set(flagged(page)) - {""} == {"shade"}


# --- remarks behind what is sent --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ('"shade": "red"  // red, blue, or green', {"shade"}),
        ('"shade": "red", # red | blue', {"shade"}),
        ("shade = 'red'  # one of: red, blue", {"shade"}),
        ('"wind": 4  // 1-9 (knots)', {"wind"}),
        ('"shade": "red"  // the colour of the sail, or of the line', set()),
        ('"shade": "mauve"  // red, blue', set()),
        ('"shade": "red"  // e.g. red, blue, ...', set()),
        ('"wind": 4  # 0.8 to 9.5 (adjust)', {"wind"}),
        ('"wind": 4  // knots, as in chapter 7', set()),
        ('"loops": 2  // 1-9', set()),
    ],
)
def test_a_remark_that_tells_values_is_held_against_a_row_that_tells_none(sent: str, expected: set[str]) -> None:
    rows = "| shade | string | no | Of the sail |\n| wind | integer | no | Knots |\n"
    # A program, which is no body of a request
    page = f"{BODY}{rows}\n## Usage\n\n```python\nkite = Kite()\n{sent}\nkite.draw()\n```\n"
    found = flagged(page)
    assert {name for name, problem in found.items() if problem.startswith("a remark in an example")} == expected


# --- names in one line, and requests of which nothing was read -------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "Params: `glue`, `crease`",
        "**Parameters:** glue, crease (optional)",
        "para: glue, crease(in mm)",
        "- Body: {glue, crease}",
        "请求参数：glue、crease",
        "Fields: `glue` and `crease`",
        "`POST /v1/fold {glue, crease}`",
    ],
)
def test_names_that_one_line_gives_are_flagged(line: str) -> None:
    page = f"{BODY}\n## Fold\n\n`POST /v1/fold`\n\n{line}\n"
    assert {"glue", "crease"} <= set(flagged(page))


@pytest.mark.parametrize(
    "text",
    [
        "Inputs: PNG, JPEG, WEBP",
        "Inputs: string, integer",
        "Body: what is folded, and how",
        "Params: `wish`, `loops`",
    ],
)
def test_other_lines_name_no_parameters(text: str) -> None:
    assert flagged(f"{BODY}\n## Fold\n\n`POST /v1/fold`\n\n{text}\n") == {}


def test_names_that_stand_by_a_line_of_answers_are_flagged_where_no_row_was_read() -> None:
    told = flagged("# Kites\n\n### draw\n\n```\npara: wish, paper(base64)\nres: link to the kite\n```\n")
    assert set(told) == {"wish", "paper"}
    assert flagged("# Kites\n\nA tool. Arguments: wish, paper\n") == {}


def test_what_is_shown_below_a_request_without_rows_is_flagged() -> None:
    table = "| Knob | Sense |\n|---|---|\n| crease | How deep it is folded |\n"
    page = f"{BODY}\n## Fold\n\n### POST /v1/fold\n\n{table}"
    problems = [flag["problem"] for flag in flags(page) if flag["line"] == 13]
    assert problems == ["nothing was read of this request, though a list or a table stands below it"]
    assert flagged(f"{BODY}\n## Fold\n\n### POST /v1/fold\n\nIt folds the kite.\n") == {}
