"""Titles of a part of a request or an answer that are bold in pieces, slanted, or marked by their place alone."""

from __future__ import annotations

from typing import Any, Final

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report

PAGE: Final = """\
# Lamp

POST https://lamp.example/v1/glow

#### Request

{first}

| Name | Type | Required | Description |
|---|---|---|---|
| `{name}` | string | yes | The one of the lamp |

{second}

| Name | Type | Required | Description |
|---|---|---|---|
| `wick` | string | yes | The wick |
| `oil` | integer | no | How much |
"""
BODIES: Final = [
    "**Body parameters (**`**application/json**`**)**",
    "**Body (**`application/json`**)**",
    "**Body** (`application/json`)",
    "**Body** - `application/json`",
    "**Body:** JSON",
    "***Body***",
    "__Body__ **(JSON)**",
    "<b>Body</b>",
    "<strong>Body parameters</strong>",
    "*Body parameters*",
    "_Body parameters_",
    "Body parameters (application/json)",
    "- **Body**",
    "1. **Body parameters**",
    "▶ **Body**",
    "**请求体**（`application/json`）",
    "**Cuerpo de la solicitud** (`application/json`)",
]
ANSWERS: Final = [
    "*Response*",
    "**Response** (`200`)",
    "***Response body*** (application/json)",
    "**Response (**`200`**)**:",
    "Response (200 OK)",
    "- Response body",
    "**返回参数**（`application/json`）",
]


def _names(page: str) -> list[str]:
    found: dict[str, Any] = dict(report(adopt(page, "a.md").reading))
    return [one["name"] for one in found["parameters"]]


@pytest.mark.parametrize("title", BODIES)
def test_a_title_of_the_body_ends_the_headers(title: str) -> None:
    assert _names(PAGE.format(first="**Headers**", name="X-Lamp-Key", second=title)) == ["wick", "oil"]


@pytest.mark.parametrize("title", ANSWERS)
def test_a_title_of_the_answer_ends_the_body(title: str) -> None:
    assert _names(PAGE.format(first="**Body**", name="shade", second=title)) == ["shade"]


@pytest.mark.parametrize(
    "line", ["*Response times vary.*", "_body_ (string)", "**input** (`json`)", "A body (json) of text"]
)
def test_words_about_a_part_are_no_title(line: str) -> None:
    assert _names(PAGE.format(first="**Body**", name="shade", second=line)) == ["shade", "wick", "oil"]
