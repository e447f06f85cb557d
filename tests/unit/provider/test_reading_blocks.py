"""Code whose fences do not match, and what stands below it."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report
from teststrip.provider.reading.forms.scan import read_document

TABLE = "| Name | Type | Required | Description |\n|---|---|---|---|\n| width | integer | yes | Dots |\n"
CURL = "```bash: Shell\ncurl -d '{\n  \"width\": 3\n}'\n"


def languages(text: str) -> list[tuple[str, int]]:
    return [(code.language, code.where.line) for code in read_document(text, "page.md").codes]


@pytest.mark.parametrize(
    ("before", "codes"),
    [
        (CURL + "```python: Python\nprint(1)\n```\n", [("bash: Shell", 1), ("python: Python", 5)]),
        (CURL + "\n```python\nprint(1)\n\n## Body\n", [("bash: Shell", 1), ("python", 6)]),
        ("```\n\nWords.\n\n```python\nprint(1)\n```\n", [("python", 5)]),
        ("```python\n## no heading\n\n# nor this\nprint(1)\n```\n", [("python", 1)]),
        ("```markdown\n## Inside\n```json\n{}\n```\n", [("markdown", 1)]),
        ("````\n```json\n{}\n```\n````\n", [("", 1)]),
    ],
)
def test_what_stands_below_code_is_read(before: str, codes: list[tuple[str, int]]) -> None:
    text = f"{before}\n## Parameters\n\n{TABLE}"
    assert languages(text) == codes
    found: dict[str, Any] = dict(report(adopt(text, "page.md").reading))
    assert [one["name"] for one in found["parameters"]] == ["width"]
