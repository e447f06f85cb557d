"""Sections that are each a parameter by what stands below, and what a page says of a block or a list."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report


def told(page: str) -> dict[str, Any]:
    return dict(report(adopt(page, "page.md").reading))


def names(page: str) -> list[str]:
    return [one["name"] for one in told(page)["parameters"]]


@pytest.mark.parametrize(
    ("heading", "kind", "fact"),
    [
        ("### {}", "string required", {"type": "string", "required": True}),
        ("##### **{}**", "string 必填", {"type": "string", "required": True}),
        ("### {}", "string, required", {"type": "string", "required": True}),
        ("### {}*", "integer, default: 5", {"type": "integer", "default": 5}),
        ("### {}", "int 1-8", {"type": "integer", "minimum": 1, "maximum": 8}),
        ("## {}", "boolean", {"type": "boolean", "required": False}),
    ],
)
def test_headings_with_a_type_below_are_parameters(heading: str, kind: str, fact: dict[str, Any]) -> None:
    page = "# Kites\n\n" + "".join(
        f"{heading.format(name)}\n\n{kind}\n\nWords about the {name}.\n\n" for name in ("sail", "tail_length")
    )
    first = told(page)["parameters"][0]
    assert names(page) == ["sail", "tail_length"]
    assert {name: first.get(name) for name in fact} == fact


def test_headings_with_a_type_below_an_answer_are_none() -> None:
    asked = "## Request\n\n### sail\n\nstring\n\nIts colour.\n\n### wind\n\nnumber\n\nKnots.\n\n"
    answered = "## Response\n\n### kite_url\n\nstring\n\nWhere.\n\n### cost\n\nnumber\n\nIts price.\n"
    assert names(f"# Kites\n\n{asked}{answered}") == ["sail", "wind"]


def test_headings_that_are_words_of_a_page_are_no_parameters() -> None:
    page = "# Kites\n\n## Flying\n\nstring\n\nUse a long one.\n\n## Mending\n\nGlue it.\n\n## Selling\n\nAsk us.\n"
    assert names(page) == []


REMARKED = '{\n  "sail": "red",  # What to sew\n  "loud": True,  # With a hum\n  "wind": 3  # In knots\n}\n'


@pytest.mark.parametrize("language", ["python", "json", ""])
@pytest.mark.parametrize("title", ["Parameters", "Request body", "Paramètres de base"])
def test_remarks_on_most_members_make_a_block_the_requests_where_a_heading_says_so(
    language: str, title: str
) -> None:
    page = f"# Kites\n\n`POST /v1/kites`\n\n## {title}\n\n```{language}\n{REMARKED}```\n"
    assert names(page) == ["sail", "loud", "wind"]
    assert any("which parameters have to be given" in flag["problem"] for flag in told(page)["flags"])


def test_a_request_in_a_section_of_its_own_whose_members_have_remarks_is_read_beside_a_table() -> None:
    table = "## Draw\n\n| Name | Type | Required |\n|---|---|---|\n| sail | string | yes |\n\n"
    block = '## Fold\n\n### Request\n\n```json\n{\n  "shade": "x",  // ink\n  "glue": 1  // paper\n}\n```\n'
    assert names(f"# Kites\n\n{table}{block}") == ["sail", "shade", "glue"]


def test_remarks_that_say_nothing_of_parameters_are_none_elsewhere() -> None:
    assert names(f"# Kites\n\n## Colours we like\n\n```python\n{REMARKED}```\n") == []


@pytest.mark.parametrize("method", ["POST", "PUT", "JSON"])
def test_the_word_for_how_a_call_is_made_holds_no_parameters(method: str) -> None:
    page = (
        f"# Kites\n\nSend an object in the body of your `{method}` request with the following fields:\n\n"
        "* **`sail`** (string, required): Its colour.\n* **`wind`** (number, optional): Knots.\n"
    )
    assert names(page) == ["sail", "wind"]


def test_a_call_that_has_names_of_the_rows_has_all_its_other_names_of_the_same_request() -> None:
    table = "| Name | Type | Required |\n|---|---|---|\n| sail | string | yes |\n| wind | number | no |\n"
    body = '{"sail": "red", "wind": 3, "tails": 2, "loud": true, "rope": "jute"}'
    call = f"```bash\ncurl -X POST https://kites.test/v1/kites -d '{body}'\n```\n"
    page = f"# Kites\n\n## Setup\n\n{table}\n## Extras\n\n### Noise\n\nIt hums.\n\n## Whole example\n\n{call}"
    assert names(page) == ["sail", "wind", "tails", "loud", "rope"]
    flagged = {flag["parameter"] for flag in told(page)["flags"] if flag["problem"].startswith("only an example")}
    assert flagged == {"tails", "loud", "rope"}


def test_a_table_of_fields_with_defaults_is_of_parameters_beside_a_list_with_types() -> None:
    typed = "### Needed\n\n- `sail` (string): Its colour\n- `wind` (number): Knots\n\n"
    table = (
        "### Nice to have\n\n| Field | Description | Default |\n|---|---|---|\n| `tails` | How many | 2 |\n"
        "| `rope` | `jute` \\| `silk` | `jute` |\n"
    )
    found = {one["name"]: one for one in told(f"# Kites\n\n`POST /v1/kites`\n\n{typed}{table}")["parameters"]}
    assert list(found) == ["sail", "wind", "tails", "rope"]
    assert (found["tails"]["default"], found["rope"]["enum"]) == (2, ["jute", "silk"])


def test_what_a_call_wraps_in_an_object_is_not_read_again_below_it() -> None:
    rows = "| sail | string | yes |\n| wind | number | no |\n| rope | string | no |\n\n"
    table = f"## Parameters\n\n| Name | Type | Required |\n|---|---|---|\n{rows}"
    sent = '{"kite_input": {"sail": "red", "wind": 3, "rope": "jute"}}'
    call = f"## Fly it\n\n`POST /v1/kites`\n\n```bash\ncurl -X POST https://kites.test/v1/kites -d '{sent}'\n```\n"
    assert names(f"# Kites\n\n{table}{call}") == ["sail", "wind", "rope"]


@pytest.mark.parametrize(
    "above",
    ["Os campos retornados pela rota:", "Los campos devueltos:", "Champs renvoyés:", "Zurückgegebene Felder:"],
)
def test_the_column_of_names_in_code_has_the_names_and_what_is_returned_has_none(above: str) -> None:
    asked = (
        "| Query String | Name | Type | Default | Required |\n|---|---|---|---|---|\n"
        "| `lat` | Latitude | number | 0 | true |\n| `b` | Bearing | number | 5 | false |\n\n"
    )
    rows = "| `version` | Versão | number |\n| `path` | Caminho | string |\n"
    answered = f"{above}\n\n| Field | Name | Type |\n|---|---|---|\n{rows}"
    page = told(f"# Kites\n\n## `/api/kites`\n\nOs parâmetros da rota:\n\n{asked}{answered}")
    assert [(one["name"], one["required"], one["default"]) for one in page["parameters"]] == [
        ("lat", True, 0),
        ("b", False, 5),
    ]
