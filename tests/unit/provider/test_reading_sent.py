"""What only the examples of a page show of its requests: every operation's parameters, each flagged."""

from __future__ import annotations

from typing import Any, Final

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report

ONLY: Final = "only an example shows it"
TABLE: Final = "| Name | Type | Required | Description |\n|---|---|---|---|\n"
ROWS: Final = "| sail | file | yes | The sail |\n| wind | number | no | Knots (default: 5) |\n"
SAIL: Final = (
    f"## Mend a sail\n\n**Endpoint:** `/v1/mend`\n\n**Method:** `POST`\n\n### Parameters\n\n{TABLE}{ROWS}\n"
)


def told(page: str) -> dict[str, Any]:
    return dict(report(adopt(page, "page.md").reading))


def kinds(page: str) -> dict[str, str]:
    """Return the type of each parameter by its path; of an array, with that of its items."""
    found: dict[str, str] = {}

    def walk(parameters: Any, above: str) -> None:
        for one in parameters:
            item = one.get("items") or {}
            many = f"<{item['type']}>" if item.get("type") else ""
            found[above + one["name"]] = f"{one.get('type')}{many}"
            held = {**one.get("properties", {}), **item.get("properties", {})}
            walk(held.values(), f"{above}{one['name']}.")

    walk(told(page)["parameters"], "")
    return found


def only_shown(page: str) -> list[str]:
    return [flag["parameter"] for flag in told(page)["flags"] if flag["problem"].startswith(ONLY)]


# --- one page, several operations ------------------------------------------------------------------------------

REMARKS: Final = """\
## Draw a kite

**Endpoint:** `/v1/kites`

**Method:** `POST`

### Parameters

```json
{
  "sail": "string",   // Required: a colour
  "wind": number,     // Optional: knots (default: 9)
  "tails": number     // Optional: how many (default: 1)
}
```

"""


@pytest.mark.parametrize("page", [f"# Kites\n\n{SAIL}{REMARKS}", f"# Kites\n\n{REMARKS}{SAIL}"])
def test_a_body_with_remarks_below_another_address_is_a_request_of_its_own(page: str) -> None:
    found = told(page)
    winds = [one["default"] for one in found["parameters"] if one["name"] == "wind"]
    assert len(found["parameters"]) == 5
    assert sorted(winds) == [5, 9]
    assert found["flags"] == []
    lines = [one["line"] for one in found["parameters"]]
    assert lines == sorted(lines)


def test_a_body_with_remarks_below_the_address_of_the_table_is_the_same_request() -> None:
    found = told(f"# Kites\n\n{SAIL}" + REMARKS.replace("/v1/kites", "/v1/mend").replace("number, ", "number,"))
    assert [one["name"] for one in found["parameters"]] == ["sail", "wind", "tails"]


def test_what_goes_on_from_an_answer_is_one() -> None:
    answers = (
        '## Ask how far it is\n\nThe call returns either:\n\n```json\n{"kite": "string"}\n```\n\nOr when it is flown:\n\n'
        '```json\n{"kite": "string", "photo": "string"} // the name\n```\n'
    )
    assert [one["name"] for one in told(f"# Kites\n\n{SAIL}{answers}")["parameters"]] == ["sail", "wind"]


# --- a page, or an operation, of examples only -------------------------------------------------------------------

BARE: Final = '## Request\n\n```json\n{"input": {"kite": "red", "lift": 0.5, "tails": 3, "loud": false, "ribs": [1, 2], "cloth": {"ply": 2}}}\n```\n'
ANSWER: Final = '\n## Response\n\n```json\n{"flight": "f1", "state": "QUEUED"}\n```\n'


def test_a_body_is_read_with_its_wrapper_and_each_of_its_names_is_flagged() -> None:
    assert kinds(BARE + ANSWER) == {
        "input": "object",
        "input.kite": "string",
        "input.lift": "number",
        "input.tails": "integer",
        "input.loud": "boolean",
        "input.ribs": "array<integer>",
        "input.cloth": "object",
        "input.cloth.ply": "integer",
    }
    assert len(only_shown(BARE + ANSWER)) == 8
    found = told(BARE + ANSWER)["parameters"]
    assert not any(one["required"] or "default" in one for one in found)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("```bash\ncurl https://k.test/v1/kites -d '{\"kite\": \"red\", \"tails\": 2}'\n```", {"kite": "string", "tails": "integer"}),
        ("```bash\ncurl https://k.test/v1/kites \\\n  -F photo=@a.png \\\n  -F tails=2 -F lift=0.5 -F loud=true -F \"link=https://a.test/?b=1&c=2\"\n```",
         {"photo": "file", "tails": "integer", "lift": "number", "loud": "boolean", "link": "string"}),
        ("```python\nbody = {'kite': 'red', 'cloth': {'ply': 2}}\nr = requests.post('https://k.test/v1/kites', json=body)\n```",
         {"kite": "string", "cloth": "object", "cloth.ply": "integer"}),
        ("```js\nawait fetch('/v1/kites', {\n  method: 'POST',\n  body: JSON.stringify({ kite: 'red', spars: [{ length: 2 }] })\n})\n```",
         {"kite": "string", "spars": "array<object>", "spars.length": "integer"}),
        ("```http\nPOST /v1/kites HTTP/1.1\nHost: k.test\n```\n\nRequest body:\n\n```json\n{\"kite\": \"<string>\", \"tails\": \"integer\"}\n```",
         {"kite": "string", "tails": "integer"}),
        ("```bash\nPOST /v1/kites\nContent-Type: multipart/form-data\n\nkite=red\ntails=2   # how many\n# a picture\nphoto=@a.png\n\n# Response\n{\n  \"flight\": \"a=1\"\n}\n```",
         {"kite": "string", "tails": "integer", "photo": "file"}),
        ("```http\nPOST https://k.test/v1/kites HTTP/1.1\nContent-Type: application/x-www-form-urlencoded\n\nkite=red&tails=2\n\nHTTP/1.1 200 OK\nflight=f1\n```",
         {"kite": "string", "tails": "integer"}),
        ('```http\nPOST /v1/kites\nContent-Type: multipart/form-data; boundary=x\n\n--x\nContent-Disposition: form-data; name="photo"; filename="a.png"\n\n<bytes>\n--x\nContent-Disposition: form-data; name="kite"\n\nred\n--x--\n```',
         {"photo": "file", "kite": "string"}),
        ("### POST /v1/kites\n\n```json\n{\"kite\": \"red\", \"tails\": 2}\n```\n\n```json\n{\"flight\": \"f1\", \"eta\": 3}\n```", {"kite": "string", "tails": "integer"}),
    ],
)  # fmt: skip
def test_what_code_sends_is_read_in_every_way_of_sending(code: str, expected: dict[str, str]) -> None:
    assert kinds(f"# Kites\n\n{code}\n") == expected


def test_examples_of_one_operation_are_taken_together_and_those_of_two_are_not() -> None:
    call = "curl https://k.test/v1/{} -d '{}'\n"
    one = call.format("kites", '{"kite": "red", "tails": 2}') + call.format(
        "kites", '{"kite": "red", "tails": 2.5, "loud": true}'
    )
    assert kinds(f"```bash\n{one}```\n") == {"kite": "string", "tails": "number", "loud": "boolean"}
    two = one + call.format("sails", '{"kite": 7}')
    assert [(one["name"], one["type"]) for one in told(f"```bash\n{two}```\n")["parameters"]] == [
        ("kite", "string"), ("tails", "number"), ("loud", "boolean"), ("kite", "integer"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "page",
    [
        ANSWER,
        '## Webhook\n\n```json\n{"event": "flown", "kite": "red"}\n```\n',
        '## Callback payload\n\n```json\n{"event": "flown", "kite": "red"}\n```\n',
        '## GET /v1/kites/{id}\n\n```json\n{"kite": "red", "tails": 2}\n```\n',
        "```bash\ncurl https://k.test/v1/kites/7\n```\n",
        "```bash\ncurl https://k.test/oauth/token -d grant_type=kite -d client_id=a\n```\n",
        "```python\nHEADERS = {'Authorization': 'Bearer a', 'Accept': 'b'}\nrequests.post('https://k.test/v1/kites', headers=HEADERS)\n```\n",
        "```js\napp.post('/v1/kites', (req, res) => {\n  res.json({ kite: 'red', tails: 2 })\n})\n```\n",
        '```json\n{"kite": "red", "tails": 2}\n```\n',
    ],
)
def test_what_is_not_sent_is_no_parameter(page: str) -> None:
    assert told(f"# Kites\n\n{page}")["parameters"] == []


# --- beside rows -------------------------------------------------------------------------------------------------

OTHER: Final = (
    '## Draw a kite\n\n**POST** `/v1/kites`\n\n### Request body\n\n```json\n{"wind": 3, "kite": "red"}\n```\n'
)


def test_an_operation_without_rows_has_what_its_example_sends_behind_all_others() -> None:
    page = f"# Kites\n\n{OTHER}\n{SAIL}"
    assert [one["name"] for one in told(page)["parameters"]] == ["sail", "wind", "wind", "kite"]
    assert only_shown(page) == ["kite", "wind"]


def test_an_operation_that_only_a_program_calls_is_not_of_the_page() -> None:
    call = (
        "## More\n\n```python\nrequests.post('https://k.test/v1/songs', json={'song': 'x', 'loud': True})\n```\n"
    )
    assert [one["name"] for one in told(f"# Kites\n\n{SAIL}{call}")["parameters"]] == ["sail", "wind"]


def test_a_name_that_rows_have_left_out_is_a_parameter_where_the_example_has_most_of_theirs() -> None:
    call = "\n```bash\ncurl https://k.test/v1/mend -F sail=@a.png -F wind=2 -F thread=3\n```\n"
    page = f"# Kites\n\n{SAIL}{call}"
    assert [one["name"] for one in told(page)["parameters"]] == ["sail", "wind", "thread"]
    assert only_shown(page) == ["thread"]


def test_rows_that_say_nothing_of_types_leave_the_rest_to_the_example() -> None:
    page = (
        '# Kites\n\n```bash\ncurl https://k.test/v1/kites -d \'{"kite": "red", "tails": 2, "loud": true}\'\n```\n\n'
        "## Parameters\n\n- `kite`: its colour\n- `tails`: how many there are\n"
    )
    assert [one["name"] for one in told(page)["parameters"]] == ["kite", "tails", "loud"]


# --- headings in words, each with a piece of a body ----------------------------------------------------------------

PIECES: Final = """\
# Tips for kites

## For all

### SAIL (REQUIRED)

What to sew, at most 40 characters.

```
“sail_text”: "string",
```

### Ribs

```json
"rib_list": ["ash", "birch"]
```

### Knot (optional)

knot (‘reef’ or ‘bowline’): how it is tied. Defaults to ‘reef’.

```
"knot_kind": "reef",
or
"knot_kind": "bowline",
```
"""


def test_a_piece_of_a_body_below_a_heading_in_words_shows_a_parameter() -> None:
    found = {one["name"]: one for one in told(PIECES)["parameters"]}
    assert kinds(PIECES) == {"sail_text": "string", "rib_list": "array<string>", "knot_kind": "string"}
    assert [one["required"] for one in found.values()] == [True, False, False]
    assert found["sail_text"]["maxLength"] == 40
    assert (found["knot_kind"]["default"], found["knot_kind"]["enum"]) == ("reef", ["reef", "bowline"])
    problems = [(flag["parameter"], flag["problem"].partition(";")[0]) for flag in told(PIECES)["flags"]]
    assert problems == [(name, "no type is given") for name in found]


@pytest.mark.parametrize(
    "piece",
    ['"rib_list": 3', "'rib_list': 3,", '{"rib_list": 3}', "rib_list=3", "?rib_list=3", '{\n  "rib_list": 3\n}'],
)
def test_a_piece_is_written_in_many_ways(piece: str) -> None:
    page = PIECES.replace('"rib_list": ["ash", "birch"]', piece)
    assert kinds(page)["rib_list"] == "integer"


@pytest.mark.parametrize(
    "page",
    [
        PIECES.partition("### Ribs")[0],  # one alone is an example of something
        PIECES.replace("rib_list", "knot_kind"),
        "# A\n\n## Set the port\n\n```yaml\nport: 8080\n```\n\n## Set the host\n\n```yaml\nhost: a.test\n```\n",
        '# A\n\n## Get\n\n```\n"a": 1, "b": 2\n```\n\n## Set\n\n```\n"a": 3, "c": 4\n```\n',
    ],
)
def test_other_code_below_headings_is_no_parameter(page: str) -> None:
    assert told(page)["parameters"] == []


def test_what_only_an_example_shows_holds_no_rows_of_other_operations() -> None:
    page = (
        "# Kites\n\n## Draw a kite\n\n**POST** `/v1/kites`\n\n### Request body\n\n"
        '```json\n{"settings": {"wind": 3, "knots": 2}}\n```\n\n'
        f"{SAIL.replace('| wind |', '| knots | number | no | How many |' + chr(10) + '| wind |')}"
    )
    assert [one["name"] for one in told(page)["parameters"]] == ["sail", "knots", "wind", "settings"]


@pytest.mark.parametrize("other", ["/hold/{kite}", "/{kite}/{part}", "/wait/:kite"])
def test_an_operation_of_another_length_with_a_part_that_stands_for_others_is_another(other: str) -> None:
    page = (
        '# Kites\n\n### Draw\n\n**POST** `/draw`\n\n**Request Body:**\n\n```json\n{"shade": "red", "wind": 4}\n```\n\n'
        f"### Hold\n\n**POST** `{other}`\n\n**Parameters:**\n\n{TABLE}| wait | integer | no | Seconds |\n"
    )
    assert kinds(page) == {"shade": "string", "wind": "integer", "wait": "integer"}
