"""Ranges that words around two numbers make ones of the value, and what a description says of an array."""

from __future__ import annotations

from typing import Any, Final

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report
from teststrip.provider.reading.cells.kinds import read_kind

RANGE: Final = (
    "# A\n\n## POST /v1/a\n\n| Parameter | Type | Description |\n|---|---|---|\n| `n` | `int` | Optional. {} |\n"
)
UNTYPED: Final = (
    "# A\n\n## POST /v1/a\n\n| Field | Description | Default |\n|---|---|---|\n| `n` | {} | null |\n"
    "| `m` | Boolean | false |\n"
)


def _first(page: str) -> dict[str, Any]:
    found: dict[str, Any] = dict(report(adopt(page, "a.md").reading))
    first: dict[str, Any] = found["parameters"][0]
    return first


@pytest.mark.parametrize(
    "text",
    [
        "How many. Accepted values are `1` to `9`.",
        "How many. Allowed values are 1-9.",
        "How many. Valid numbers are 1 to 9.",
        "灯の数。`1`から`9`の間の整数値（両端含む）。",
        "灯の数。受け入れられる値は`1`から`9`です。",
        "灯の数。`1`から`9`までの整数",
        "灯の数。1から9の値を指定できます",
        "灯的数量，可取`1`到`9`的整数",
        "등의 수. `1`에서 `9` 사이의 정수",
        "등의 수. 1부터 9까지 지정",
        "Zulässige Werte sind 1 bis 9",
        "Les valeurs acceptées sont 1 à 9",
        "Los valores permitidos son 1 hasta 9",
    ],
)
def test_words_around_two_numbers_make_them_a_range(text: str) -> None:
    found = _first(RANGE.format(text))
    assert (found.get("minimum"), found.get("maximum")) == (1, 9)


@pytest.mark.parametrize(
    "text",
    [
        "1から3の画像を生成します",
        "3から5秒の間",
        "推奨は1から4の間",
        "16から9の比率",
        "Accepted values are 1 and 2",
        "Accepted values are 512x512 to 1024x1024",
        "Goes from version 2 to 3",
        "통상 1에서 2 초 걸립니다",
    ],
)
def test_two_numbers_of_something_else_are_no_range(text: str) -> None:
    found = _first(RANGE.format(text))
    assert "minimum" not in found
    assert "maximum" not in found


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("Array of URLs", "string"),
        ("A list of lamp links to hang up", "string"),
        ("Array of hex colors", "string"),
        ("Array of objects", "object"),
        ("List of integers", "integer"),
        ("URLの配列", "string"),
        ("灯笼URL数组", "string"),
        ("List of three dwarfs", None),
    ],
)
def test_a_null_shows_no_kind_and_words_may(text: str, item: str | None) -> None:
    found = _first(UNTYPED.format(text))
    assert found["type"] == ["array", "null"]
    assert found.get("items", {}).get("type") == item


def test_a_list_in_one_text_is_a_text() -> None:
    assert _first(UNTYPED.format("Comma-separated list of tags"))["type"] == ["string", "null"]


def test_a_null_without_words_shows_nothing() -> None:
    assert _first(UNTYPED.format("Which lamp")).get("type") is None


@pytest.mark.parametrize("kind", ["array of URLs", "list of image URLs", "array of links", "Array<URIs>"])
def test_an_array_of_addresses_holds_texts(kind: str) -> None:
    reading = read_kind(kind)
    assert (reading.kind, reading.item) == ("array", "string")


def test_an_array_of_a_structure_holds_objects() -> None:
    assert read_kind("array of Lamps").item == "object"
