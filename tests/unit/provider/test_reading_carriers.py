"""Lists announced by what carries them: "Form data:", "Files:", behind the address and the method of a request."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report
from teststrip.provider.reading.carriers import carries, says_content, says_method


def read(page: str) -> list[dict[str, Any]]:
    found: dict[str, Any] = report(adopt(page, "page.md").reading)
    return list(found["parameters"])


ITEMS = "- `plate`: The plate that is printed (required)\n- `grain`: How rough it is (optional, default: 3)\n"
LABELS = (
    "Form data:",
    "**Form fields:**",
    "Multipart form:",
    "Upload fields:",
    "JSON body (optional fields):",
    "The query string:",
    "Datos del formulario:",
    "Поля формы:",
    "Données du formulaire :",
    "Formulardaten:",
    "Campos do formulário:",
    "上传表单内容：",
    "表单字段：",
    "フォームデータ：",
    "폼 데이터:",
)
ANSWER = "\n{}\n- `print_id`: The number of the print\n- `waits`: How long it waits\n"


@pytest.mark.parametrize("call", ["`POST /prints`", "**POST** `/prints`", "URL: `/prints`\n\nMethod: `POST`"])
@pytest.mark.parametrize("label", LABELS)
def test_behind_a_call_a_label_of_what_carries_them_announces_parameters(call: str, label: str) -> None:
    page = f"# Prints\n\n## Make one\n\n{call}\n\n{label}\n\n{ITEMS}{ANSWER.format('Response:')}"
    assert [one["name"] for one in read(page)] == ["plate", "grain"]


@pytest.mark.parametrize("over", ["", "- Method: `POST`\n", "- Content-Type: `multipart/form-data`\n"])
def test_labels_of_a_list_announce_what_is_below_each(over: str) -> None:
    call = "" if over else "**POST** `/prints`\n\n"
    page = (
        f"# Prints\n\n## Make one\n\n{call}**In one of two ways:**\n\n{over}"
        "- Files:\n  - `plate`: The plate (required)\n  - `border`: A second one\n"
        "- Form data (optional):\n  - `tongue`: The language\n  - `edge`: The rim. One of `soft`, `hard`.\n"
        "- Returns:\n  - `print_id`: The number\n  - `waits`: How long it waits\n"
    )
    found = {one["name"]: one for one in read(page)}
    assert list(found) == ["plate", "border", "tongue", "edge"]
    assert found["plate"]["required"] is True
    assert found["tongue"]["required"] is False
    assert found["edge"]["enum"] == ["soft", "hard"]


def test_two_requests_that_share_names_are_both_read() -> None:
    parts = (
        f"## By {way}\n\nURL: `/{way}`\n\nMethod: `POST`\n\nForm data:\n- `{way}`: The plate\n- `edge`: The rim\n"
        for way in ("file", "url")
    )
    assert [one["name"] for one in read("# Prints\n\n" + "\n".join(parts))] == ["file", "edge", "url", "edge"]


LISTED = "- `press`: Prints them\n- `drum`: Turns them\n"


@pytest.mark.parametrize(
    "above",
    [
        "Files:\n",
        '## Make one\n\n`POST /prints`\n\nResponse:\n\n```json\n{"press": 1}\n```\n\nData:\n',
        "## Make one\n\n`POST /prints`\n\n## Sources\n\nFiles:\n",
    ],
)
def test_without_a_call_or_behind_its_answer_such_words_announce_nothing(above: str) -> None:
    assert read(f"# Prints\n\n{above}{LISTED}") == []


@pytest.mark.parametrize(
    "label", ["Supported files:", "Data sources:", "Notes:", "Examples:", "Uploaded plates are kept:", "x" * 80]
)
def test_other_words_carry_nothing(label: str) -> None:
    assert not carries(label)


def test_lines_that_give_a_method_or_the_type_of_a_body() -> None:
    assert says_method("请求方法：`POST`")
    assert says_method("HTTP method: PUT.")
    assert not says_method("Method: GET")
    assert not says_method("Note: POST what you like")
    assert says_content("Content-Type: `application/x-www-form-urlencoded` or `multipart/form-data`")
    assert not says_content("Content-Type: image/png")
