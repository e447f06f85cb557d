"""Lines of a front matter in the making: a key, a value that YAML reads as it was meant, and a remark."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from teststrip.provider.front import TODO

if TYPE_CHECKING:
    from collections.abc import Sequence


def line(key: str, value: str, what: str) -> str:
    """Return a key and its value; `what` says what is to be written where the page was silent."""
    return f"{key}: {value}" + (f"  # TODO: {what}" if TODO in value else "")


def flow_list(items: Sequence[str]) -> str:
    """Return a list in brackets, or one that is still to be written."""
    return f"[{', '.join(scalar(item) for item in items)}]" if items else f"[{TODO}]"


def scalar(value: str) -> str:
    """Return a YAML scalar: plain when it is surely text, in double quotes (JSON's are YAML's) otherwise."""
    plain = re.fullmatch(r"[A-Za-z/][\w/.-]*(?: [\w./-]+)*", value) and value.lower() not in {
        "true",
        "false",
        "null",
        "yes",
        "no",
        "on",
        "off",
        "~",
    }
    return value if plain else json.dumps(value, ensure_ascii=False)
