"""Recipes as YAML for people: short things on a line, remarks beside them, no text that could be anything else.

What came from elsewhere is literal: a `${{` in it is written as a template that prints `${{`, so that nothing of
it is ever evaluated, and quotes stand wherever YAML could take a text for a number, a comment or a tag.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from teststrip.base.yaml import core_scalar
from teststrip.exchange.draft import AxisDraft, Draft, Entry, Item, Template, Value

_WIDTH: Final = 110
_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_./+()'-]*(?: [A-Za-z0-9_./+()'-]+)*")
_SERIES: Final = re.compile(r"[-+0-9., …]+")
_OPENINGS: Final = re.compile(r"\$\{[{%#]|\r")
_BREAKS: Final = frozenset("\u0085\u2028\u2029\ufeff")
_BLOCK: Final = re.compile(r"[^\s#][^\n]*(?:\n+[^\s\n][^\n]*)+")


def write_recipe(draft: Draft, schema: str | None = None) -> str:
    """Write a recipe; `schema` is the path of its model's schema from where the recipe will lie."""
    lines = [f"# yaml-language-server: $schema={schema}"] if schema else []
    lines += [f"# {line}" for line in _heading(draft)]
    lines += ["teststrip: 1", f"title: {inline(draft.title)}", f"model: {inline(draft.model)}"]
    if draft.params:
        lines.append("params:")
        for entry in draft.params:
            lines += _entry(entry)
    if draft.axes:
        lines.append("# axes:" if all(axis.off for axis in draft.axes) else "axes:")
        for axis in draft.axes:
            lines += _axis(axis)
    if draft.sheet:
        lines += ["sheets:", f"  - {inline(dict(draft.sheet))}"]
    if draft.left:
        lines += ["", "# Not carried over:"]
        for problem in draft.left:
            meant = f" (did you mean {problem.suggestion}?)" if problem.suggestion is not None else ""
            # What is about a whole file, such as a picture, has its first place.
            line = f"line {problem.where.line}: " if (problem.where.line, problem.where.column) != (1, 1) else ""
            lines += [f"# {part}" for part in _wrapped(f"- {line}{problem.path}: {problem.message}{meant}")]
    return "\n".join(lines) + "\n"


def literal(text: str) -> str:
    """Return a text that a recipe reads as exactly this text, whatever is in it.

    A text without `${{` is taken as it is; in one that has it, everything that opens a template is itself made
    by one.
    """
    if "${{" not in text:
        return text
    return _OPENINGS.sub(lambda match: "${{ " + json.dumps(match[0]) + " }}", text)


def one_line(text: str) -> str:
    """Return a text for a comment: on one line, without anything that ends it or upsets YAML."""
    flat = " ".join(text.split())
    return "".join(sign if _harmless(sign) else f"\\x{ord(sign):02x}" for sign in flat)


def inline(value: Value) -> str:
    """Write a value on one line."""
    if isinstance(value, Template):
        return _quoted(value.text)
    if isinstance(value, str):
        return _text(literal(value))
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(name)}: {inline(member)}" for name, member in value.items()) + "}"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    return "[" + ", ".join(inline(item) for item in value) + "]"


def _heading(draft: Draft) -> Iterator[str]:
    yield f"Imported from {one_line(draft.source)}."
    for note in draft.notes:
        yield from _wrapped(note)


def _entry(entry: Entry) -> list[str]:
    value = entry.value
    if isinstance(value, str) and _fits_a_block(literal(value)):
        remark = f"  # {one_line(entry.remark)}" if entry.remark else ""
        body = literal(value).split("\n")
        return [f"  {_text(entry.name)}: |-{remark}", *(f"    {line}" if line else "" for line in body)]
    return [_remarked(f"  {_text(entry.name)}: {inline(value)}", entry.remark)]


def _axis(axis: AxisDraft) -> list[str]:
    lines = [f"  # {line}" for line in _wrapped(axis.remark)] if axis.remark else []
    name = _text(axis.name)
    if axis.series:
        return [*lines, f"  {name}: {axis.series if _SERIES.fullmatch(axis.series) else _quoted(axis.series)}"]
    plain = [item.value for item in axis.items]
    row = f"  {name}: {inline(plain)}"
    bare = not any(isinstance(value, Mapping) for value in plain)
    if bare and not any(item.off or item.remark for item in axis.items) and len(row) <= _WIDTH:
        return [*lines, row]
    lines.append(f"  # {name}:" if axis.off else f"  {name}:")
    for item in axis.items:
        lines += _item(item)
    return lines


def _item(item: Item) -> list[str]:
    start = "    # - " if item.off else "    - "
    row = start + inline(item.value)
    if not isinstance(item.value, Mapping) or len(row) <= _WIDTH:
        return [_remarked(row, item.remark)]
    members = [f"{_text(name)}: {inline(member)}" for name, member in item.value.items()]
    rest = "    #   " if item.off else "      "
    return [_remarked(start + members[0], item.remark), *(rest + member for member in members[1:])]


def _remarked(line: str, remark: str) -> str:
    return f"{line}  # {one_line(remark)}" if remark else line


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and isinstance(core_scalar(text), str):
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    """Write a text in double quotes. JSON's escapes are YAML's; what YAML does not print is escaped too."""
    written = json.dumps(text, ensure_ascii=False)
    return "".join(sign if _harmless(sign) else _escape(sign) for sign in written)


def _escape(sign: str) -> str:
    code = ord(sign)
    if 0xD800 <= code <= 0xDFFF:  # half of a character: no UTF-8 file can hold it
        return "\\uFFFD"
    return f"\\U{code:08X}" if code > 0xFFFF else f"\\u{code:04X}"


def _harmless(sign: str) -> bool:
    return sign == " " or (sign.isprintable() and sign not in _BREAKS)


def _fits_a_block(text: str) -> bool:
    """Tell whether a text of several lines may stand as it is, indented: nothing that YAML would drop or read."""
    lines = text.split("\n")
    return (
        len(lines) > 1
        and _BLOCK.fullmatch(text) is not None
        and all(_harmless(sign) for line in lines for sign in line)
        and not any(line.endswith(" ") for line in lines)
    )


def _wrapped(text: str) -> Iterator[str]:
    """Part a remark into lines; a word that is longer than a line stays whole."""
    line = ""
    for word in one_line(text).split(" "):
        if line and len(line) + 1 + len(word) > _WIDTH - 4:
            yield line
            line = f"  {word}"
        else:
            line = f"{line} {word}" if line else word
    yield line
