"""Why nothing could be read of a page of documentation, and where it was looked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.adopt.page import split_front

if TYPE_CHECKING:
    from collections.abc import Iterator

    from teststrip.provider.reading.document import Group
    from teststrip.provider.reading.read import Reading

_MOST: Final = 12  # groups that are told one by one
_MOST_KEYS: Final = 6
_LONGEST: Final = 60  # characters of a header or an operation that are told
# Where a page leaves its parameters to an OpenAPI document: components of several documentation tools.
_POINTER: Final = Pattern(
    r"\{%\s*(?:openapi|swagger)[\w-]*\s[^\n]{0,300}|<(?:OpenAPI|Swagger|Redoc|ApiPage|APIPage)\w*\b[^\n]{0,300}"
)
_KEY: Final = Pattern(r"\"([A-Za-z_]\w{0,40})\"\s{0,8}:")
_MOST_TEXT: Final = 20_000  # characters of one example that are looked through
_TAKEN: Final = {
    "other": "and nothing says of what",
    "parameters": "without a name that a parameter can have",
    "options": "taken for values",
    "response": "taken for an answer",
    "poll": "taken for what asks for a result",
}
_OPERATION: Final = Pattern(r"(?:GET|POST|PUT|PATCH)\s+/?\S+")


def why_nothing(documentation: str, reading: Reading) -> tuple[str, ...]:
    """Return lines, each with its place, that tell what a page without parameters has instead."""
    file = reading.document.file
    found = list(_pointers(documentation, file))
    told = reading.roles[:_MOST]
    found += [_of_group(group, role) for group, role in told]
    if len(reading.roles) > len(told):
        found.append(f"{file}: {len(reading.roles) - len(told)} more tables or lists, none of parameters")
    found += _examples(reading)
    if not reading.roles:
        document = reading.document
        counts = f" (headings: {len(document.headings)}, blocks of code: {len(document.codes)})"
        said = counts if document.blocks else ""
        found.append(f"{file}: no table, component or list with names of parameters{said}")
    return tuple(found)


def _of_group(group: Group, role: str) -> str:
    kinds = {"table": "a table", "fields": "components", "list": "a list"}
    header = _short(" | ".join(cell.text for cell in group.header))
    under = f' under "{_short(group.title)}"' if group.title else ""
    taken = _TAKEN.get(role, f"taken for {role}")
    named = f' "{header}"' if header else ""
    return f"{group.where}: {kinds[group.form]}{named}{under}, {taken}"


def _pointers(documentation: str, file: str) -> Iterator[str]:
    """Tell where a page leaves its parameters to an OpenAPI document, in its front matter or by a component."""
    plain = documentation.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    matter, body, first = split_front(plain)
    operation = _OPERATION.search(matter.get("openapi", ""))
    if operation is not None:
        front = enumerate(plain.split("\n")[: first - 1], 1)
        line = next((at for at, text in front if text.startswith("openapi:")), 1)
        said = f'the parameters of "{_short(operation[0])}" are in an OpenAPI document, not on this page'
        yield f"{file}:{line}:1: {said}"
    pointer = _POINTER.search(body)
    if pointer is not None:
        line = first + body.count("\n", 0, pointer.start())
        yield f"{file}:{line}:1: the parameters are in an OpenAPI document that a component here shows"


def _examples(reading: Reading) -> Iterator[str]:
    for block in reading.document.codes:
        keys = list(dict.fromkeys(_KEY.findall(block.text[:_MOST_TEXT])))
        if len(keys) > 1:
            names = ", ".join(keys[:_MOST_KEYS]) + (", ..." if len(keys) > _MOST_KEYS else "")
            yield f"{block.where}: an example has {names}; examples tell neither types nor what is required"
            return


def _short(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip()
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
