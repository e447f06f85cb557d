"""A body of JSON whose remarks, or whose values, say what its members are: `"steps": 20, // optional, 1-50`."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.blocks.jsonish import Jsonish, read_jsonish
from teststrip.provider.reading.blocks.tree import MOST_DEEP, SILENT, Tree
from teststrip.provider.reading.forms.bullet_items import parts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from teststrip.base.json import Json
    from teststrip.base.where import Path, Where

_TYPE_WORD: Final = Pattern(
    r"<?(?P<type>string|str|text|integer|int|number|float|double|boolean|bool|array|list|object|file)(?P<many>\[\])?"
    r"(?:\s?<(?P<item>string|integer|int|number|float|object|boolean)>)?>?(?P<rest>$|\s*[(（,;|:：—–-].*|\s+(?:optional|required)\b.*)",
    re.IGNORECASE | re.DOTALL,
)
# string | array | null, number?
_TYPES: Final = Pattern(
    r"(?:string|integer|int|number|float|boolean|bool|array|list|object)(?:\s?\|\s?(?:string|integer|number|float|boolean|array|object|null)\??){0,6}\??",
    re.IGNORECASE,
)
# "small | medium | large"
_BARS: Final = Pattern(r"[\w.:/-]{1,40}(?:\s?\|\s?[\w.:/-]{1,40}){1,20}")
_TELLING: Final = Pattern(
    r"\b(?:optional|required|mandatory|defaults?|range|one of|up to|at most|max(?:imum)?|min(?:imum)?|between)\b|\bor\b|\d\s?(?:-|–|~|to)\s?\d"
    r"|可选|选填|必填|必选|必传|默认|范围|取值|任意|必須|デフォルト|선택|필수|기본|обязател|по умолчанию|opcional|obligatori|\b(?:requis|obligatoire|facultati[fv]|par défaut|erforderlich|standardwert)",
    re.IGNORECASE,
)
_WORD: Final = Pattern(r"[^\W\d_]{2}")
_REQUEST_LINE: Final = re.compile(r"^\s*(POST|PUT|PATCH|GET)\s+(\S+)", re.MULTILINE)
_ANSWERS: Final = frozenset(
    [
        "success",
        "code",
        "created",
        "created_at",
        "createdat",
        "status_code",
        "message",
        "msg",
        "error",
        "request_id",
    ]
)
# What a program gives to a function that sends a request, and is not of the request itself.
_SENT: Final = frozenset({"method", "headers", "body", "signal", "url", "timeout"})
# How a remark begins that is a row of a list: 【steps】(integer, optional) How many
_HEAD: Final = Pattern(
    r"\s*(?:[【\[`\"']?(?P<name>[A-Za-z_][\w.-]{0,60})[】\]`\"']?\s?[:：-]?\s?)?[(（\[](?P<said>[^()（）\[\]\n]{1,80})[)）\]]\s?[:：–—-]?\s?(?P<rest>.*)",
    re.DOTALL,
)
_ASSIGNED: Final = re.compile(r"(?m)^[ \t]*(?:(?:const|let|var)[ \t]+)?[A-Za-z_][\w.]{0,60}[ \t]*=[ \t]*(\{)")
_MOST_STARTS: Final = 6  # assignments of a program that are looked at
_LEAST: Final = 2  # remarks that tell something, for a body to be taken


class Commented:
    """One body with remarks: its tree in the words of a schema, and how much the remarks tell."""

    def __init__(self, text: str, file: str, first_line: int, at: int) -> None:
        line = first_line + text.count("\n", 0, at)
        # Signs before the body on its own line keep their columns.
        begin = text.rfind("\n", 0, at) + 1
        self.read: Jsonish = read_jsonish(" " * (at - begin) + text[at:], file, line)
        self.file = file
        self.telling = 0
        self.typed = 0
        self.places: dict[Path, Where] = {}
        self.names: dict[Path, Where] = {}
        call = _REQUEST_LINE.search(text[:at])
        self.call = f"{call[1]} {call[2]}" if call is not None else ""

    @property
    def names_told(self) -> set[str]:
        """The names of the outermost members."""
        value = self.read.tree.value
        return set(value) if isinstance(value, dict) else set()

    def tree(self, *, asked: bool = False) -> Tree | None:
        """Return the body as a schema; None when nothing in it tells what a parameter is.

        `asked`: what stands above the block says that it is of a request; then remarks on most of the members are
        enough, whatever they say.
        """
        if not isinstance(self.read.tree.value, dict):
            return None
        schema = self._schema(self.read.tree.value, (), (), 0)
        members = max(1, len(self.names_told))
        told = self.telling + self.typed
        if (told >= _LEAST and told * 4 >= members) or (asked and self._remarked() * 2 > members >= _LEAST):
            return Tree(schema, self.file, self.places, self.names)
        return None

    def _remarked(self) -> int:
        """Return how many of the outermost members have a remark of words."""
        return sum(_WORD.search(self.read.remarks.get((name,), "")) is not None for name in self.names_told)

    def looks_answered(self) -> bool:
        """Tell whether the names are those of an answer."""
        return len({name.lower() for name in self.names_told} & _ANSWERS) > 1

    def is_program(self) -> bool:
        """Tell whether the braces are those of a program: of a function, or of what it sends a request with."""
        return self.names_told <= _SENT or len(self.names_told & _SENT) > 1

    def _schema(self, value: Json, path: Path, made: Path, depth: int) -> dict[str, Json]:
        """Make the schema of a value; `path` is its place in the body, `made` in the schema."""
        self.places[made] = self.read.tree.where(path)
        schema: dict[str, Json] = {}
        about = self.read.remarks.get(path, "")
        if _TELLING.search(about):
            self.telling += 1
        typed, about = _headed(about, str(path[-1]) if path else "")
        self.telling += bool(typed)
        listed = self.read.unions.get(path)
        if listed is not None:
            self.telling += 1
            schema |= {"enum": list(listed)} if all(isinstance(one, str | int | float) for one in listed) else {}
        elif value == {} and not about:
            pass  # stands for anything
        elif isinstance(value, dict):
            schema |= {"type": "object", **self._members(value, path, made, depth)}
        elif isinstance(value, list):
            schema |= {"type": "array", **self._items(value, path, made, depth)}
        else:
            shown, said = self._scalar(value, path[-1:] == ("type",))
            schema |= shown
            about = "\n".join(part for part in (said, about) if part)
        if typed and typed.get("type") != schema.get("type"):
            schema = dict(typed)  # a number may be shown as 1
        if about:
            schema["description"] = about
        return schema

    def _scalar(self, value: Json, is_type: bool) -> tuple[Mapping[str, Json], str]:  # noqa: FBT001
        """Return what a value shows, and what a text says that is a type and words: `"string (required)"`."""
        if isinstance(value, bool):
            return {"type": "boolean", "examples": [value]}, ""
        if isinstance(value, int):
            return {"type": "integer", "examples": [value]}, ""
        if isinstance(value, float):
            return {"type": "number", "examples": [value]}, ""
        if not isinstance(value, str):
            return {}, ""
        # A member that is called `type` has such words for values.
        marked = _TYPES.fullmatch(value.strip()) if "?" in value or "|" in value else None
        if marked is not None:
            self.typed += 1
            kinds: list[Json] = [word.strip(" ?").lower() for word in value.split("|")]
            asked = "optional" if value.strip().endswith("?") else ""
            return {"type": kinds[0] if len(kinds) == 1 else kinds}, asked
        match = None if is_type else _TYPE_WORD.fullmatch(value.strip())
        if match is None:
            return self._text(value.strip())
        self.typed += 1
        rest = match["rest"].strip(" ,;:-—–|").strip()
        rest = rest[1:-1] if rest[:1] in "(（" and rest[-1:] in ")）" else rest
        return _typed(match), rest

    def _text(self, value: str) -> tuple[Mapping[str, Json], str]:
        """Return what a text shows: an example, values parted by bars, or whether it has to be given."""
        if _BARS.fullmatch(value):
            self.telling += 1
            listed: list[Json] = [one.strip() for one in value.split("|")]
            return {"type": "string", "enum": listed}, ""
        if value.lower() in {"optional", "required"}:
            self.telling += 1
            return {"type": "string"}, value
        return {"type": "string", **({"examples": [value]} if value else {})}, ""

    def _members(self, value: Mapping[str, Json], path: Path, made: Path, depth: int) -> dict[str, Json]:
        if depth >= MOST_DEEP:
            return {}
        properties: dict[str, Json] = {}
        for name, member in value.items():
            inner = (*made, "properties", name)
            where = self.read.tree.names.get((*path, name))
            if where is not None:
                self.names[inner] = where
            properties[name] = self._schema(member, (*path, name), inner, depth + 1)
        return {"properties": properties, SILENT: True} if properties else {}

    def _items(self, value: list[Json], path: Path, made: Path, depth: int) -> dict[str, Json]:
        if not value or depth >= MOST_DEEP:
            return {}
        kinds = {type(one) for one in value}
        if len(kinds) > 1 and kinds != {int, float}:
            return {}
        inner = self._schema(value[0], (*path, 0), (*made, "items"), depth + 1)
        if kinds == {int, float}:
            inner["type"] = "number"
        return {"items": inner}


def _typed(match: re.Match[str]) -> dict[str, Json]:
    kind = match["type"].lower()
    if match["many"] or match["item"]:
        return {"type": "array", "items": {"type": (match["item"] or kind).lower()}}
    return {"type": kind}


def _headed(about: str, name: str) -> tuple[dict[str, Json], str]:
    """Return the type that stands in brackets at the beginning of a remark, and the remark without it and its name."""
    head = _HEAD.match(about)
    if head is None or (head["name"] or name) != name:
        return {}, about
    kinds = [match for part in parts_of(head["said"]) if (match := _TYPE_WORD.fullmatch(part.strip()))]
    if not kinds or kinds[0]["rest"]:
        return {}, about
    others = ", ".join(part for part in parts_of(head["said"]) if part.strip() != kinds[0][0].strip())
    return _typed(kinds[0]), f"({others}) {head['rest']}" if others else head["rest"]


def starts(text: str) -> list[int]:
    """Return where bodies may begin: at a brace that begins a line, or that a program gives a name."""
    first = re.search(r"(?m)^[ \t]*(?:(?:const|let|var)?[ \t]*[A-Za-z_][\w.]{0,60}[ \t]*=[ \t]*)?(\{)", text)
    if first is None:
        return [max(text.find("{"), 0)]
    more = [match.start(1) for match in itertools.islice(_ASSIGNED.finditer(text), _MOST_STARTS)]
    return [first.start(1), *(at for at in more if at > first.start(1))]
