"""The blocks of a page that describe its request, as groups of rows like any other: one for each body or operation."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.base.yaml import parse_yaml
from teststrip.provider.reading import words
from teststrip.provider.reading.blocks.commented import Commented
from teststrip.provider.reading.blocks.jsonish import read_jsonish
from teststrip.provider.reading.blocks.members import COLUMNS, Member, Rows
from teststrip.provider.reading.blocks.openapi import Operation, is_reading, operations
from teststrip.provider.reading.blocks.proto import Proto
from teststrip.provider.reading.blocks.python import read_python
from teststrip.provider.reading.blocks.schema import Resolver
from teststrip.provider.reading.blocks.tree import MOST_TEXT, Tree, of_yaml, placed
from teststrip.provider.reading.blocks.typescript import TypeScript
from teststrip.provider.reading.blocks.zod import Zod
from teststrip.provider.reading.document import Code, Document, Group, Heading, Text
from teststrip.provider.reading.inline import plain_cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from teststrip.base.json import Json
    from teststrip.base.where import Path, Problem
    from teststrip.provider.reading.document import Block, GroupRole, Row
    from teststrip.provider.reading.flags import Flags

_MOST_ROWS: Final = 5_000  # of one page
_MOST_SCHEMAS: Final = 100_000  # that are looked at in one block, however often they are repeated
_MOST_BLOCKS: Final = 400
_BOLD: Final = 9
_TITLE: Final = 120  # characters of a line above a block that may say what it is

_YAML: Final = Pattern(
    r"^[ \t]*[\"']?(?:openapi|swagger|paths|requestBody|properties|components|definitions|parameters|/[\w{}/.-]+)[\"']?[ \t]*:",
    re.MULTILINE,
)
_OF_DATA: Final = frozenset({"", "yaml", "yml", "json", "json5", "jsonc", "openapi", "swagger", "javascript", "js", "http"})
_TYPED: Final = Pattern(r"\b(?:interface|type|class)\s+[A-Za-z_$][\w$]*[^\n{]{0,200}[={]")
_ZOD: Final = Pattern(r"\bz\.(?:object|strictObject|looseObject)\(")
_CLASSES: Final = Pattern(r"(?m)^[ \t]*class\s+\w+[^\n]{0,300}:[ \t]*(?:#[^\n]*)?$")
_MESSAGES: Final = Pattern(r"\bmessage\s+\w+\s*\{")
_REMARKS: Final = Pattern(r"//|#|/\*|\|\s*[\"'\d]|:\s*\"<?(?:string|number|integer|int|float|bool|boolean|array|object)\b")
_ENDINGS: Final = {"yaml": "yaml", "yml": "yaml", "json": "json", "ts": "ts", "py": "python", "proto": "proto"}
_WHOLE: Final = Pattern(
    r"\s{0,80}(?:---[^\n]*\n)?(?:[ \t]*(?:#[^\n]*)?\n){0,60}[\"']?(?:openapi|swagger)[\"']?[ \t]*:[ \t]*[\"']?\d"
    r"|\s{0,80}\{\s{0,80}\"(?:openapi|swagger|\$schema|paths|info|components|definitions|type|properties|title)\"[ \t]*:"
)
_ASKING: Final = Pattern(
    r"(?:Request|Req|Input|Params?|Parameters|Options|Payload|Body|Args|Arguments|Config|Create|Query|Form)(?:Schema|Dto|DTO|Type|Model|Body|Props)?\d?$|^(?:Create|Generate|Submit|Run|Start)[A-Z]"
)
_ANSWERING: Final = Pattern(
    r"(?:Response|Resp|Reply|Result|Results|Output|Outputs|Error|Errors|Status|Event|Chunk|State|Webhook|Callback|Usage|Answer|Out)(?:Schema|Dto|DTO|Type|Model|Data|Body|Code|Message)?$"
)
_ASKED: Final = Pattern(
    r"\b(?:request|body|payload|input|parameters?|params|POST|PUT|options|arguments)\b|请求|入参|参数|リクエスト|요청|запрос", re.IGNORECASE
)
_REFERRING: Final = "#/$defs/"


@dataclass(slots=True)
class _Found:
    """One body of a block: its rows, the headings that say what it is of, whether it is surely a request's."""

    rows: list[Row]
    headings: tuple[Heading, ...]
    where: Where
    role: GroupRole
    sure: bool


@dataclass(slots=True)
class _Around:
    """What stands above a block: the headings, and the line before it."""

    headings: tuple[Heading, ...] = ()
    lead: str = ""

    def says(self) -> str | None:
        """Return what the nearest words that say something take the block for."""
        lead = self.lead if len(self.lead) <= _TITLE else ""
        for text in (lead, *(heading.cell.text for heading in reversed(self.headings))):
            said = words.purpose(text) if text else None
            if said in {"response", "errors", "request"}:
                return said
            if text and _ASKED.search(text):
                return "request"
        return None


def whole_block(body: str, file: str, first_line: int) -> Document | None:
    """Return a file that is nothing but one block, OpenAPI's own file say, as a page of that block; None for a page."""
    ending = file.rpartition(".")[2].lower() if "." in file else ""
    language = _ENDINGS.get(ending, "")
    if not language and not _WHOLE.match(body):
        return None
    code = Code(language or ("json" if body.lstrip()[:1] == "{" else "yaml"), body, Where(file, first_line, 1), 0)
    return Document(file, (code,))


def with_blocks(document: Document, flags: Flags) -> Document:
    """Add the groups of a page's blocks behind all others; a block of OpenAPI is then no longer an example."""
    finder = _Finder(document.file, flags)
    kept: list[Block] = []
    groups: list[Block] = []
    around = _Around()
    for block in document.blocks:
        if isinstance(block, Heading):
            above = tuple(one for one in around.headings if one.level < block.level)
            around = _Around((*above, block))
        elif isinstance(block, Text):
            around = replace(around, lead=block.cell.text)
        found = finder.read(block, around) if isinstance(block, Code) else []
        if not any(one.sure for one in found):
            kept.append(block)
        for one in found:
            groups += _group(one, document.file)
        if isinstance(block, Code):
            around = replace(around, lead="")
    return replace(document, blocks=(*kept, *groups)) if groups else document


def _group(found: _Found, file: str) -> Iterator[Block]:
    if not found.rows:
        return
    header = tuple(plain_cell(name, found.where) for name in COLUMNS)
    if found.sure:
        yield from found.headings
    yield Group(
        "schema", header, tuple(found.rows), found.headings, (), found.where, role=found.role, sure=found.sure
    )


@dataclass(slots=True)
class _Finder:
    file: str
    flags: Flags
    rows: int = _MOST_ROWS
    blocks: int = _MOST_BLOCKS
    told: set[str] = field(default_factory=set)

    def read(self, code: Code, around: _Around) -> list[_Found]:
        """Return the bodies that a block describes; none when it describes none."""
        if len(code.text) > MOST_TEXT:
            if _YAML.search(code.text[:2_000]):
                self.flags.add(code.where, "", "", f"a block of more than {MOST_TEXT} characters, which is not read")
            return []
        language = code.language.split(" ")[0].strip("{}.").lower()
        for looks, form in _FORMS:
            if looks(language, code.text):
                self.blocks -= 1
                if self.blocks < 0:
                    return []
                found = form(self, code, around)
                if found:
                    return found
        return []

    def maker(self, tree: Tree, source: str) -> Rows:
        """Return what makes the rows of a tree."""
        return Rows(Resolver(tree, _MOST_SCHEMAS), source, self.rows)

    def spent(self, rows: Sequence[Row]) -> None:
        """Count rows against what a page may have."""
        self.rows -= len(rows)

    def note(self, problems: Sequence[Problem], understood: set[Where]) -> None:
        """Flag what a block has that its language does not allow."""
        for problem in problems:
            if problem.where not in understood:
                self.flags.add(problem.where, "", "", problem.message)


# --- data: OpenAPI, JSON Schema ---------------------------------------------------------------------------------


def _is_data(language: str, text: str) -> bool:
    return language in _OF_DATA and _YAML.search(text) is not None


def _data(finder: _Finder, code: Code, around: _Around) -> list[_Found]:
    first = code.where.line + code.offset
    if code.text.lstrip()[:1] in "{[":
        read = read_jsonish(code.text, finder.file, first)
        tree, problems = read.tree, list(read.problems)
        if not isinstance(tree.value, dict):
            return []
    else:
        document, problems = parse_yaml("\n" * (first - 1) + code.text, finder.file)
        if document is None:
            if re.match(r"\s*(?:openapi|swagger)\s*:", code.text):
                finder.note(problems, set())
            return []
        tree = of_yaml(document.value, document.marks)
    listed = operations(tree)
    if listed:
        finder.note(problems, _large(tree))
        return [found for one in listed for found in _operation(finder, tree, one, around)]
    return _schemas(finder, tree, around)


def _large(tree: Tree) -> set[Where]:
    """Return the places of limits that are too large for a number, and were taken as their digits."""
    ends = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "default", "example"}
    return {where for path, where in tree.places.items() if path and path[-1] in ends}


def _operation(finder: _Finder, tree: Tree, one: Operation, around: _Around) -> list[_Found]:
    """Return an operation's parameters: those of its path and query, then those of its body."""
    maker = finder.maker(tree, "the OpenAPI block")
    rows: list[Row] = []
    given = [(str(_member(value, "name")), str(_member(value, "in")), (value, path)) for value, path in one.parameters]
    for name, place, (value, path) in [*given, *one.named]:
        rows += maker.of_member(_parameter(maker, name, value, path), place)
    first = True
    for value, path in one.bodies:
        more = maker.of_body(value, path)
        rows += more if first else _further(rows, more)
        first = first and not more
    finder.spent(rows)
    where = tree.where(one.path)
    title = one.title
    above = tuple(heading for heading in around.headings if heading.level == 1)
    headings = (*above, Heading(2, plain_cell(title, where))) if title else around.headings
    role: GroupRole = "poll" if is_reading(one) else "parameters"
    return [_Found(rows, headings, where, role, sure=True)]


def _member(value: Json, name: str) -> Json:
    return value.get(name) if isinstance(value, dict) else None


def _parameter(maker: Rows, name: str, value: Json, path: Path) -> Member:
    """Make the member of a parameter; in Swagger's second version it is a schema itself."""
    inner = _member(value, "schema")
    content = _member(value, "content")
    if inner is None and isinstance(content, dict) and content:
        media = next(iter(content))
        inner = _member(content[media], "schema")
        shape = maker.resolver.shape(inner, (*path, "content", media, "schema"))
    else:
        shape = maker.resolver.shape(inner if inner is not None else value, (*path, *(["schema"] if inner is not None else [])))
    outer = maker.resolver.shape({"description": value["description"]}, path) if isinstance(value, dict) and "description" in value else None
    if outer is not None and not shape.has("description"):
        shape.layers += outer.layers
    required = _member(value, "required")
    return Member(name, path, shape, required is True, listed=True)


def _further(rows: Sequence[Row], more: Sequence[Row]) -> list[Row]:
    """Return the rows of a further content of the same body whose outermost names are new."""
    known = {row.cells[0].text for row in rows if row.depth == 0}
    found: list[Row] = []
    new = False
    for row in more:
        if row.depth == 0:
            new = row.cells[0].text not in known
        if new:
            found.append(row)
    return found


def _schemas(finder: _Finder, tree: Tree, around: _Around) -> list[_Found]:
    """Return the members of a JSON Schema that stands by itself, or of those that `components` has for requests."""
    value = tree.value
    if not isinstance(value, dict) or around.says() in {"response", "errors"}:
        return []
    for path in ((), ("inputSchema",), ("input_schema",), ("schema",)):
        inner: Json = value
        for key in path:
            inner = _member(inner, str(key))
        if isinstance(inner, dict) and isinstance(inner.get("properties"), dict) and _is_schema(inner):
            rows = finder.maker(tree, "the JSON Schema").of_body(inner, path)
            finder.spent(rows)
            return [_Found(rows, around.headings, tree.where(path), "parameters", sure=False)]
    for path in (("components", "schemas"), ("definitions",), ("$defs",)):
        inner = value
        for key in path:
            inner = _member(inner, str(key))
        if isinstance(inner, dict):
            named = {name: one for name, one in inner.items() if isinstance(one, dict)}
            return _declared(finder, tree, named, path, around, "the schemas")
    return []


def _is_schema(value: Mapping[str, Json]) -> bool:
    properties = value["properties"]
    return isinstance(properties, dict) and all(isinstance(one, dict | bool) for one in properties.values())


# --- declarations of a programming language ---------------------------------------------------------------------


def _declared(
    finder: _Finder, tree: Tree, named: Mapping[str, Json], path: Path, around: _Around, source: str
) -> list[_Found]:
    """Return the declarations that are requests': by their names, else those that nothing else refers to."""
    said = around.says()
    if said in {"response", "errors"}:
        return []
    used = _used(named)
    objects = [name for name, value in named.items() if _has_members(value)]
    asking = [name for name in objects if _ASKING.search(name) and name not in used]
    free = [name for name in objects if name not in used and not _ANSWERING.search(name)]
    chosen = asking or (free if said == "request" or len(free) == 1 else [])
    found: list[_Found] = []
    for name in chosen:
        inner = (*path, name)
        rows = finder.maker(tree, source).of_body(named[name], inner)
        finder.spent(rows)
        where = tree.where(inner)
        above = tuple(heading for heading in around.headings if heading.level < _BOLD)
        headings = around.headings if len(chosen) == 1 else (*above[:1], Heading(2, plain_cell(name, where)))
        found.append(_Found(rows, headings, where, "parameters", sure=False))
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


def _language(name: str, made: Mapping[str, Json], finder: _Finder, around: _Around) -> list[_Found]:
    tree = placed({"$defs": dict(made)}, finder.file)
    return _declared(finder, tree, made, ("$defs",), around, name)


def _is_typed(language: str, text: str) -> bool:
    return language in {"ts", "typescript", "tsx", "", "js", "javascript"} and _TYPED.search(text) is not None


def _typescript(finder: _Finder, code: Code, around: _Around) -> list[_Found]:
    made = TypeScript(code.text, code.where.line + code.offset).read()
    return _language("the TypeScript", made, finder, around) if made else []


def _is_zod(language: str, text: str) -> bool:
    return language in {"ts", "typescript", "tsx", "", "js", "javascript"} and _ZOD.search(text) is not None


def _zod(finder: _Finder, code: Code, around: _Around) -> list[_Found]:
    made = Zod(code.text, code.where.line + code.offset).read()
    return _language("the Zod schema", made, finder, around) if made else []


def _is_python(language: str, text: str) -> bool:
    return language in {"py", "python", "python3", ""} and _CLASSES.search(text) is not None


def _python(finder: _Finder, code: Code, around: _Around) -> list[_Found]:
    made = read_python(code.text, code.where.line + code.offset)
    return _language("the Python class", made, finder, around) if made else []


def _is_proto(language: str, text: str) -> bool:
    return language in {"proto", "protobuf", "proto3", "", "grpc"} and _MESSAGES.search(text) is not None


def _proto(finder: _Finder, code: Code, around: _Around) -> list[_Found]:
    made = Proto(code.text, code.where.line + code.offset).read()
    return _language("the message", made, finder, around) if made else []


# --- bodies with remarks ----------------------------------------------------------------------------------------


def _is_commented(language: str, text: str) -> bool:
    return language in _OF_DATA | {"ts", "typescript", "python", "py"} and _REMARKS.search(text) is not None


def _commented(finder: _Finder, code: Code, around: _Around) -> list[_Found]:
    said = around.says()
    if said in {"response", "errors"} or "{" not in code.text:
        return []
    read = Commented(code.text, finder.file, code.where.line + code.offset)
    tree = None if read.is_program() else read.tree()
    if tree is None or (read.looks_answered() and said != "request" and not read.call):
        return []
    rows = finder.maker(tree, "the commented body").of_body(tree.value, ())
    finder.spent(rows)
    finder.note(read.read.problems, set())
    return [_Found(rows, around.headings, tree.where(()), "parameters", sure=False)]


_FORMS: Final = (
    (_is_data, _data),
    (_is_proto, _proto),
    (_is_zod, _zod),
    (_is_typed, _typescript),
    (_is_python, _python),
    (_is_commented, _commented),
)
