"""Blocks of code that list fields without braces, a line each: `steps: optional int, // default=28`.

    // request                       Form Data:
    wish: required string            - picture: [image file]
    steps: optional int // 1-50      - mode: [optional] soft|torn

Lines behind `// response` are an answer's. A block counts where its lines say types, values, or what has to be given:
`steps: 28` alone shows a request, or is about something else.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.kind_alone import is_kind_alone
from teststrip.provider.reading.document import Block, Code, Document, Group, Heading, Row, Text
from teststrip.provider.reading.forms.listed import cells_of, group_of
from teststrip.provider.reading.inline import Cell, plain_cell, read_inline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LANGUAGES: Final = frozenset(["", "text", "txt", "plaintext", "plain", "http", "form", "none", "markdown", "md"])
_FIELD: Final = Pattern(
    r"(?P<lead>[ \t]*(?:[-*•][ \t]{1,4})?[\"'`]?)(?P<name>[A-Za-z_][\w.]{0,60}(?:\[\])?)[\"'`]?(?P<mark>[*?]?)[ \t]{0,4}[:=：][ \t]{1,8}(?P<said>\S.{0,400})"
)
_REMARK: Final = Pattern(
    r"[,;]?[ \t]{1,8}(?://|#|--)[ \t]{0,4}(?P<remark>\S.*)$|[ \t]{0,4}//[ \t]{0,4}(?P<close>\S.*)$"
)
_NEED: Final = Pattern(
    r"(?:[(（\[【][ \t]?(?P<inside>[^()（）\[\]【】\n]{2,24}?)[ \t]?[)）\]】]|(?P<word>[^\W\d_]{2,20}))[,:]?(?:[ \t]{1,4}|$)"
)
_LABEL: Final = Pattern(
    r"[ \t]*(?:(?://|#{1,3}|--)[ \t]{0,4}(?P<told>\S.{0,80})|(?P<label>[^\W\d][^:：{}\"\n]{1,60})[:：][ \t]*)$"
)
_VALUES: Final = Pattern(
    r"[\w.+-]{1,40}(?:[ \t]?[|/][ \t]?[\w.+-]{1,40}){1,30}|-?\d+(?:\.\d+)?[ \t]?(?:-|–|~|to)[ \t]?-?\d+(?:\.\d+)?"
)
_BOXED: Final = Pattern(r"[\[<(（](?P<inside>[^\[\]<>()（）]{2,80})[\]>)）]")
_FILE: Final = Pattern(r"\b(?:file|upload|binary)\b", re.IGNORECASE)
_CALL: Final = Pattern(r"[ \t]*(?:GET|POST|PUT|PATCH|DELETE)[ \t]{1,8}\S")
# Members in members, as YAML has them, and what only programs have.
_NESTED: Final = Pattern(
    r"(?m)^[ \t]+[A-Za-z_]\w*:[ \t]*$|^[ \t]*(?:(?:async |export )?(?:class|def|function|interface|struct|enum|message)\s+\w|import\s|from\s+\S+\s+import|return\b|(?:const|let|var)\s)"
)
_FEWEST: Final = 2
_MOST: Final = 60_000  # characters of a block
_BOLD: Final = 9  # the level of a heading that is no more than a line
_TITLE: Final = 120  # characters of a line that says what the block below it is of


def with_field_lines(document: Document) -> Document:
    """Return a document in which such blocks are groups of rows, and show nothing."""
    made: list[Block] = []
    lead: Text | None = None
    said: str | None = None
    for block in document.blocks:
        if isinstance(block, Heading):
            said, lead = words.purpose(block.cell.text), None
        elif isinstance(block, Text):
            lead = block if len(block.cell.text) <= _TITLE else None
            said = (words.purpose(block.cell.text) if lead is not None else None) or said
        if isinstance(block, Code) and said not in {"response", "errors"} and _may_list(block):
            headings = _headings(made, lead)
            rows = list(_rows(block))
            if rows:
                made.append(replace(block, declares="data"))
                made.append(group_of(rows, headings, rows[0].where))
                lead, said = None, None
                continue
        made.append(block)
        lead = lead if isinstance(block, Text) else None
    return Document(document.file, tuple(made))


def _may_list(code: Code) -> bool:
    language = code.language.split(" ")[0].strip("{}.").lower()
    plain = language in _LANGUAGES and not code.declares and len(code.text) <= _MOST and "{" not in code.text
    return plain and _NESTED.search(code.text) is None


def _headings(before: Sequence[Block], lead: Text | None) -> tuple[Heading, ...]:
    """Return the headings of a block: those above it, and the line before it as one more."""
    last = before[-1] if before else None
    above = last.headings if isinstance(last, Text | Group) else ()
    if isinstance(last, Heading):
        opened: tuple[Heading, ...] = ()
        for block in before:
            opened = block.below(opened) if isinstance(block, Heading) else opened
        above = opened
    return (*(one for one in above if one.level < _BOLD), Heading(_BOLD, lead.cell)) if lead is not None else above


def _rows(code: Code) -> Iterator[Row]:
    """Give the rows of a block, where its lines tell enough."""
    rows: list[tuple[Row, bool]] = []
    part = 0
    taken, travels = True, False  # headers stand right below the line of a call
    for at, line in enumerate(code.text.split("\n")):
        travels = _CALL.match(line) is not None or (travels and bool(line.strip()))
        field = _FIELD.fullmatch(line.rstrip())
        label = _LABEL.fullmatch(line) if field is None else None
        if label is not None:
            told = words.purpose(label["told"] or label["label"])
            taken = told in {None, "request"} if told is not None or label["label"] else taken
            part += told == "request" and bool(rows)
        elif field is not None and taken and not travels and part == 0:
            rows.append(_row(field, code.where, code.where.line + code.offset + at))
    telling = sum(told for _, told in rows)
    if len(rows) >= (_FEWEST if telling < len(rows) else 1) and telling * 2 >= len(rows) and telling:
        yield from (row for row, _ in rows)


def _row(field: re.Match[str], file: Where, line: int) -> tuple[Row, bool]:
    """Return the row of a line, and whether it tells what the field is, and does not only show one."""
    where = Where(file.file, line, field.start("name") + 1)
    said = field["said"]
    remark = _REMARK.search(said)
    about = (remark["remark"] or remark["close"]) if remark is not None else ""
    rest = (said[: remark.start()] if remark is not None else said).strip().rstrip(",;")
    told: dict[str, Cell] = {}
    need = _NEED.match(rest)
    word = (need["inside"] or need["word"]) if need is not None else ""
    if need is not None and words.says_required(word):
        told["required"] = plain_cell(word, where)
        rest = rest[need.end() :].strip()
    elif field["mark"]:
        told["required"] = plain_cell("required" if field["mark"] == "*" else "optional", where)
    described = _told_of(rest, told, where)
    text = "\n".join(part for part in (described, about) if part)
    cells = cells_of(
        {"name": plain_cell(field["name"], where), **told, "description": read_inline(text, where)}, where
    )
    return Row(tuple(cells), where), bool({"required", "type", "range"} & told.keys())


def _told_of(rest: str, told: dict[str, Cell], where: Where) -> str:
    """Put what a line says of a type or of values into its columns; return what is left."""
    if _VALUES.fullmatch(rest):
        told["range"] = plain_cell(rest, where)
        return ""
    boxed = _BOXED.fullmatch(rest)
    inner = boxed["inside"] if boxed is not None else rest
    kind, _, behind = inner.partition(",")
    if is_kind_alone(kind.strip()):
        told["type"] = plain_cell(kind.strip(), where)
        return behind.strip()
    if boxed is not None and _FILE.search(inner):
        told["type"] = plain_cell("file", where)
    return inner
