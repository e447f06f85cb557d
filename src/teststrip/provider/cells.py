"""What one cell of a parameter table says: its type, whether it is required, its default; `ranges` has the rest.

Each reader takes a cell and gives a record, or raises CellError with the sentence that the page's author needs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.json import ABSENT, Absent, Json
from teststrip.provider.findings import CellError
from teststrip.provider.model import Kind
from teststrip.provider.values import DASHES, an, is_kind, parsed, unquoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from teststrip.base.where import Where
    from teststrip.provider.tables import Cell

_KINDS: Final[Mapping[str, Kind]] = {
    "string": "string",
    "str": "string",
    "text": "string",
    "integer": "integer",
    "int": "integer",
    "number": "number",
    "float": "number",
    "double": "number",
    "boolean": "boolean",
    "bool": "boolean",
    "array": "array",
    "list": "array",
    "object": "object",
}
_TYPE: Final = re.compile(
    r"(?P<name>\w+) ?(?:\((?P<detail>[^()]*)\))?(?P<many>\[\])?(?P<null> or null)?", re.IGNORECASE
)
_YES: Final = re.compile(r"(?:✅ ?)?(?:yes|required)", re.IGNORECASE)
_NO: Final = re.compile(r"(?:❌ ?)?(?:no|optional)", re.IGNORECASE)
_WHEN: Final = re.compile(
    r"\b(?:when|if) (?P<name>[A-Za-z_][\w.\[\]-]*)(?: is set to | is | ?== ?| ?= ?)\"?(?P<value>[\w.+-]+)\"?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class KindReading:
    """What a type cell says; `item` is the kind of an array's items, None where the cell leaves it open."""

    kind: Kind
    nullable: bool = False
    item: Kind | None = None
    media: bool = False


@dataclass(frozen=True, slots=True)
class RawCondition:
    """A condition as written; its value gets its type from the parameter it speaks of."""

    parameter: str
    value: str
    where: Where


@dataclass(frozen=True, slots=True)
class RequiredReading:
    """What a required cell says."""

    required: bool = False
    when: RawCondition | None = None


@dataclass(frozen=True, slots=True)
class DefaultReading:
    """What a default cell says; `random` means that the server draws the value."""

    value: Json | Absent = ABSENT
    random: bool = False


def read_kind(cell: Cell) -> KindReading:
    """Read a type cell: `float`, `integer or null`, `array(object)`, `string (Base64 or URL)`."""
    match = _TYPE.fullmatch(cell.text)
    name = _KINDS.get(match["name"].lower()) if match else None
    if match is None or name is None:
        raise CellError(
            f'"{cell.text}" is not a type; write one of {", ".join(sorted(set(_KINDS.values()) | {"float"}))}'
        )
    detail = (match["detail"] or "").strip()
    nullable = match["null"] is not None
    if match["many"]:
        return KindReading("array", nullable, name)
    if name == "array" and detail:
        if detail.lower() not in _KINDS:
            raise CellError(f'"{detail}" is not a type for the items of an array')
        return KindReading("array", nullable, _KINDS[detail.lower()])
    if detail and not (name == "string" and says_media(detail)):
        raise CellError(f'it is not known what "({detail})" says of a {name}')
    return KindReading(name, nullable, media=bool(detail))


def says_media(text: str) -> bool:
    """Tell whether words describe a picture that travels as Base64 text or as an address."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    return "base64" in words and "url" in words


def read_required(cell: Cell) -> RequiredReading:
    """Read a required cell: `yes`, `no`, `yes (when action = img2img)`."""
    condition = read_condition(cell)
    words = cell.text[: cell.text.lower().index(" (")] if " (" in cell.text else cell.text
    if condition is None and words != cell.text:
        raise CellError(f'"{cell.text}" has a condition that cannot be read; write yes (when NAME is VALUE)')
    if _YES.fullmatch(words):
        return RequiredReading(required=condition is None, when=condition)
    if condition is None and (_NO.fullmatch(words) or words in DASHES):
        return RequiredReading()
    raise CellError(f'"{cell.text}" is neither yes, nor no, nor yes (when NAME is VALUE)')


def read_condition(cell: Cell) -> RawCondition | None:
    """Find `when NAME is VALUE`, or `when NAME is given`, in a cell or a heading."""
    match = _WHEN.search(cell.text)
    return RawCondition(match["name"], match["value"], cell.where) if match else None


def read_default(cell: Cell, kind: KindReading) -> DefaultReading:
    """Read a default cell: a value of the parameter's own kind, `-` for none, `random`, `null`."""
    text = cell.text
    if text in DASHES and not cell.codes:
        return DefaultReading()
    if text.lower() == "random" and not cell.codes:
        return DefaultReading(random=True)
    if text == "null":
        return DefaultReading(None)
    if kind.kind == "string":
        return DefaultReading(unquoted(text))
    value = parsed(text)
    if isinstance(value, Absent) or not is_kind(value, kind.kind):
        raise CellError(f'the default "{text}" is not {an(kind.kind)}')
    return DefaultReading(value)
