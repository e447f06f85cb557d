"""Which of several declarations of types are those of a request: by their names, and by what refers to what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.blocks.around import FoundBody
from teststrip.provider.reading.document import Heading
from teststrip.provider.reading.inline import plain_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from teststrip.base.json import Json
    from teststrip.base.where import Path
    from teststrip.provider.reading.blocks.around import Around
    from teststrip.provider.reading.blocks.tree import Tree
    from teststrip.provider.reading.document import Row

_BOLD: Final = 9
_ASKING: Final = Pattern(
    r"(?:Request|Req|Input|Params?|Parameters|Options|Payload|Body|Args|Arguments|Config|Create|Query|Form)(?:Schema|Dto|DTO|Type|Model|Body|Props)?\d?$|^(?:Create|Generate|Submit|Run|Start)[A-Z]"
)
_ANSWERING: Final = Pattern(
    r"(?:Response|Resp|Reply|Result|Results|Output|Outputs|Error|Errors|Status|Event|Chunk|State|Webhook|Callback|Usage|Answer|Out|Return|Returns|Props)(?:Schema|Dto|DTO|Type|Model|Data|Body|Code|Message)?$"
)


def requests_among(
    named: Mapping[str, Json], tree: Tree, path: Path, around: Around, make: Callable[[Json, Path], list[Row]]
) -> list[FoundBody]:
    """Return the declarations that are requests': by their names, else those that nothing else refers to."""
    said = around.says()
    if said in {"response", "errors"}:
        return []
    used = _used(named)
    objects = [name for name, value in named.items() if _has_members(value)]
    asking = [name for name in objects if _ASKING.search(name) and name not in used]
    free = [name for name in objects if name not in used and not _ANSWERING.search(name)]
    chosen = asking or (free if said == "request" or len(free) == 1 else [])
    found: list[FoundBody] = []
    for name in chosen:
        inner = (*path, name)
        rows = make(named[name], inner)
        where = tree.where(inner)
        above = tuple(heading for heading in around.headings if heading.level < _BOLD)
        headings = around.headings if len(chosen) == 1 else (*above[:1], Heading(2, plain_cell(name, where)))
        found.append(FoundBody(rows, headings, where, "parameters", sure=False, named=bool(asking)))
    return found


def _has_members(value: Json) -> bool:
    if not isinstance(value, dict):
        return False
    inner = value.get("allOf")
    parts = [value, *(inner if isinstance(inner, list) else [])]
    return any(isinstance(part, dict) and part.get("properties") for part in parts)


def _used(named: Mapping[str, Json]) -> set[str]:
    """Return the declarations that others refer to."""
    found: set[str] = set()
    for name, value in named.items():
        left: list[Json] = [value]
        while left:
            part = left.pop()
            if isinstance(part, dict):
                reference = part.get("$ref")
                target = reference.rpartition("/")[2] if isinstance(reference, str) else ""
                found |= {target} - {name, ""}
                left += part.values()
            elif isinstance(part, list):
                left += part
    return found
