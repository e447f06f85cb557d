"""Lines below an address with a query that explain its keys, without a title that says so."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report

ADDRESS = "https://pictures.example/draw?text=hello&w=256&soft=1"


def read(text: str) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    found: dict[str, Any] = report(adopt(text, "page.md").reading)
    return {one["path"]: one for one in found["parameters"]}, found["flags"]


@pytest.mark.parametrize(
    "page",
    [
        f"Call {ADDRESS}<br>\n<b>text</b> - what<br>\n<b>w</b>  - its width<br>\n<b>soft</b> - its end<br>\n",
        f"{ADDRESS}\n\n**text**: what\n\n**w**: its width\n\n**soft**: its end\n",
        f"`GET {ADDRESS}`\n\nwhere:\n\ntext = what\nw = its width\nsoft = its end\n",
        f"```\nGET {ADDRESS}\n```\n\n`text` (string) what\n`w` (integer) its width\n`soft` - its end\n",
        f"## How to call\n\n{ADDRESS}\n\ntext – what  \nw – its width  \nsoft – its end  \n",
        f"## How to call\n\n{ADDRESS}\n\n- text: what\n- w: its width\n- soft: its end\n",
        f"## How to call\n\n{ADDRESS}\n\n* **text** - what\n* **w** - its width\n* **soft** - its end\n",
        "Try /draw?text=hello&amp;w=256&amp;soft=1\n\ntext: what\nw: its width\nsoft: its end\nedge: its edge\n",
    ],
)
def test_lines_that_explain_an_address_are_parameters(page: str) -> None:
    found, _ = read(page)
    assert list(found)[:3] == ["text", "w", "soft"]


def test_a_name_in_another_case_than_the_address_has_is_flagged() -> None:
    found, flags = read(f"{ADDRESS}\n\nText - what\nW - its width\nSoft - its end\n")
    assert list(found) == ["Text", "W", "Soft"]
    told = [flag for flag in flags if flag["problem"] == 'the address sends it as "w"']
    assert [(flag["parameter"], flag["candidates"]) for flag in told] == [("W", ["W", "w"])]


@pytest.mark.parametrize(
    "page",
    [
        "See https://shop.example/?ref=a&lang=en\n\nNote: we are closed.\nHours: nine to five.\n",
        f"{ADDRESS}\n\nSpeed: fast\nPrice: low\nColour: none\n",
        f"## Response\n\n{ADDRESS}\n\ntext: what was drawn\nw: its width\nsoft: how it ended\n",
    ],
)
def test_lines_about_something_else_are_none(page: str) -> None:
    found, _ = read(page)
    assert not {"text", "w", "Note", "Speed"} & set(found)
