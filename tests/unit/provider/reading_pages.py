"""A page of a request with its table and a call, and what is flagged of such pages."""

from __future__ import annotations

from typing import Any, Final

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report

HEADER: Final = "| Name | Type | Required | Description |\n|---|---|---|---|\n"
ROWS: Final = (
    "| wish | string | yes | What to draw |\n"
    "| loops | integer | no | From 1 to 9 |\n"
    "| paper | object | no | A sheet |\n"
)
BODY: Final = f"# Kite\n\n## Request body\n\n{HEADER}{ROWS}"
CURL: Final = "\n```bash\ncurl -X POST https://kite.test/v1/draw -H 'A: b' -d '{}'\n```\n"


def flags(page: str) -> list[dict[str, Any]]:
    told: Any = report(adopt(page, "page.md").reading)["flags"]
    return list(told)


def flagged(page: str) -> dict[str, str]:
    return {flag["parameter"]: flag["problem"] for flag in flags(page)}
