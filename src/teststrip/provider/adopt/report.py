"""What a page says of its parameters, as JSON in JSON Schema's words, with the line of each parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from teststrip.base.json import Absent, Json
from teststrip.provider.reading.entries import walk

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from teststrip.provider.model import Bounds, Condition, Constraint
    from teststrip.provider.reading.entries import Entry
    from teststrip.provider.reading.flags import Flag
    from teststrip.provider.reading.read import Reading

_TYPED: Final = ("string", "integer", "number", "boolean", "array", "object", "file")


def report(reading: Reading) -> dict[str, Json]:
    """Return the whole report: parameters, rules between them, flags, what the other tables were taken for."""
    lines: dict[str, list[int]] = {}
    for entry in walk(reading.entries):
        lines.setdefault(entry.path, []).append(entry.row.where.line)
        lines.setdefault(entry.row.path, []).append(entry.row.where.line)
    return {
        "parameters": [parameter_json(entry) for entry in reading.entries],
        "constraints": [constraint_json(constraint) for constraint in reading.constraints],
        "flags": [flag_json(flag, lines.get(flag.path, ())) for flag in reading.flags],
        "tables": [
            {"line": group.where.line, "role": role, "title": group.title}
            for group, role in reading.roles
            if role != "parameters"
        ],
    }


def constraint_json(constraint: Constraint) -> dict[str, Json]:
    """Return a rule between parameters, by their full names."""
    return {"kind": constraint.kind, "parameters": list(constraint.parameters), "line": constraint.where.line}


def flag_json(flag: Flag, lines: Sequence[int] = ()) -> dict[str, Json]:
    """Return a flag with its cell and the readings it could have.

    `line` is that of the parameter's row, by which the two are joined (`lines` are those of the rows of its name);
    `at` is the place of the cell itself, which may be further down.
    """
    above = [line for line in lines if line <= flag.where.line]
    return {
        "line": max(above, default=flag.where.line),
        "at": [flag.where.line, flag.where.column],
        "parameter": flag.path,
        "cell": flag.cell,
        "problem": flag.problem,
        "candidates": list(flag.candidates),
    }


def parameter_json(entry: Entry) -> dict[str, Json]:
    """Return one parameter; a member that the page says nothing of is left out."""
    found: dict[str, Json] = {"name": entry.name, "path": entry.path}
    if entry.implied:
        found["implied"] = True
    if not entry.untyped:
        found["type"] = _type(entry)
    found["required"] = entry.required
    default = entry.facts.default
    if not isinstance(default.value, Absent):
        found["default"] = default.value
    array = entry.kind.kind == "array"
    if array:
        items = _items(entry)
        found |= {"items": items} if items else {}
    else:
        found |= _limits(entry)
        if "array" in entry.kind.or_kinds and entry.kind.item is not None:
            found["items"] = {"type": entry.kind.item}
        if entry.children:
            found["properties"] = _properties(entry.children)
    found |= _length(entry.facts.length, "Items" if array else "Length")
    return found | _about(entry) | {"line": entry.row.where.line}


def _about(entry: Entry) -> dict[str, Json]:
    """Return what is said besides the value: conditions, models, examples, the description."""
    found: dict[str, Json] = {}
    if entry.required_when is not None:
        found["condition"] = condition_json(entry.required_when, entry.name)
    if entry.applies_when is not None:
        found["applies"] = _if(entry.applies_when)
    optional: dict[str, Json] = {
        "models": list(entry.models),
        "random": entry.facts.default.random,
        "examples": list(entry.facts.examples),
        "partedBy": list(entry.facts.sources),
        "description": entry.row.cell("description").text,
    }
    return found | {name: value for name, value in optional.items() if value}


def condition_json(condition: Condition, name: str) -> dict[str, Json]:
    """Return a condition as JSON Schema says it: if ..., then the parameter is required."""
    return {"if": _if(condition), "then": {"required": [name]}}


def _if(condition: Condition) -> dict[str, Json]:
    if not condition.values:
        given: dict[str, Json] = {"required": [condition.parameter]}
        return given if condition.given else {"not": given}
    one: dict[str, Json] = (
        {"const": condition.values[0]} if len(condition.values) == 1 else {"enum": list(condition.values)}
    )
    return {"properties": {condition.parameter: one}}


def _type(entry: Entry) -> Json:
    kinds = [kind for kind in (entry.kind.kind, *entry.kind.or_kinds) if kind is not None]
    names: list[Json] = [kind for kind in _TYPED if kind in kinds]
    if entry.kind.nullable or entry.facts.default.value is None:
        names.append("null")
    return names[0] if len(names) == 1 else names


def _items(entry: Entry) -> dict[str, Json]:
    item = entry.facts.item or entry.kind.item or ("object" if entry.children else None)
    found: dict[str, Json] = {"type": item} if item else {}
    found |= _limits(entry) | _length(entry.facts.item_length, "Length")
    return found | ({"properties": _properties(entry.children)} if entry.children else {})


def _properties(children: Sequence[Entry]) -> dict[str, Json]:
    return {child.name: parameter_json(child) for child in children}


def _limits(entry: Entry) -> dict[str, Json]:
    facts = entry.facts
    found: dict[str, Json] = {}
    if facts.choices:
        found["enum"] = [choice.value for choice in facts.choices]
        if any(choice.label for choice in facts.choices):
            found["labels"] = [choice.label for choice in facts.choices]
    if facts.bounds is not None:
        found |= _bounds(facts.bounds)
    if facts.step is not None:
        found["multipleOf"] = _number(facts.step)
    if facts.size is not None:
        found["size"] = {
            "minimum": list(facts.size.minimum),
            "maximum": list(facts.size.maximum),
            "separator": facts.size.separator,
        }
    return found


def _bounds(bounds: Bounds) -> dict[str, Json]:
    found: dict[str, Json] = {}
    if bounds.minimum is not None:
        found["exclusiveMinimum" if bounds.exclusive_minimum else "minimum"] = _number(bounds.minimum)
    if bounds.maximum is not None:
        found["exclusiveMaximum" if bounds.exclusive_maximum else "maximum"] = _number(bounds.maximum)
    return found


def _length(bounds: Bounds | None, what: str) -> dict[str, Json]:
    if bounds is None:
        return {}
    ends = {f"min{what}": bounds.minimum, f"max{what}": bounds.maximum}
    return {name: _number(end) for name, end in ends.items() if end is not None}


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
