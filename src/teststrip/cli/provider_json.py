"""What a provider page says, as JSON for scripts.

The names are those of JSON Schema where it has one. What a page does not say of a parameter's values is left out,
since null is a default of its own; everything else is always there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from teststrip.base.json import Absent, Json
from teststrip.provider.model import Bounds, Condition, Model, Parameter, Provider
from teststrip.provider.wire import Price


def provider_json(provider: Provider, models: Sequence[Model], environ: Mapping[str, str]) -> dict[str, Json]:
    """Return the whole of a page, as it is for some of its models; of the key only whether it is set."""
    chosen = {model.id for model in models}
    return {
        "name": provider.name,
        "title": provider.title,
        "file": provider.file,
        "digest": provider.digest,
        "base_url": provider.base_url,
        "base_url_env": {"name": provider.base_url_env, "set": bool(environ.get(provider.base_url_env))},
        "auth": {
            "header": provider.auth.header,
            "form": provider.auth.form,
            "accepted": list(provider.auth.accepted),
            "optional": provider.auth.optional,
            "encoding": provider.auth.encoding,
            "env": {"name": provider.auth.env, "set": bool(environ.get(provider.auth.env))},
        },
        "submit": {
            "method": provider.submit.method,
            "path": provider.submit.path,
            "scenarios": [
                {"name": scenario.name, "when": [_condition(condition) for condition in scenario.when]}
                for scenario in provider.submit.scenarios
            ],
            "idempotency": asdict(provider.submit.idempotency) if provider.submit.idempotency else None,
        },
        "poll": None if provider.at_once else asdict(provider.poll),
        "deadline": provider.poll.deadline,
        "pace": asdict(provider.pace),
        "facts": asdict(provider.facts),
        "price": _price(provider.price),
        "models": [asdict(model) for model in models],
        "parameters": [
            document
            for parameter in provider.parameters
            if not parameter.models or chosen & set(parameter.models)
            for document in _parameters(parameter, provider)
        ],
        "constraints": [
            {"kind": one.kind, "parameters": list(one.parameters), "line": one.where.line}
            for one in provider.constraints
        ],
        "sizes": [asdict(size) for size in provider.common_sizes],
        "errors": [asdict(meaning) for meaning in provider.errors],
        "notes": list(provider.notes),
    }


def _parameters(parameter: Parameter, provider: Provider) -> list[Json]:
    """Return a parameter and, after it, all that lie inside it, by their full names."""
    kinds: list[Json] = [parameter.kind, *parameter.or_kinds, *(["null"] if parameter.nullable else [])]
    document: dict[str, Json] = {
        "name": parameter.path,
        "type": kinds[0] if len(kinds) == 1 else kinds,
        "required": parameter.required,
        "models": list(parameter.models or [model.id for model in provider.models]),
        "section": parameter.section,
        "description": parameter.description,
        "line": parameter.where.line,
        **_facts(parameter),
    }
    return [document, *(inner for child in parameter.children for inner in _parameters(child, provider))]


def _facts(parameter: Parameter) -> dict[str, Json]:
    """Return what the page says of the values, and of when they count."""
    size, choices, items = parameter.size, parameter.choices, parameter.items
    facts: dict[str, Any] = {
        "media": parameter.media or None,
        "required_when": _condition(parameter.required_when),
        "applies_when": _condition(parameter.applies_when),
        "random_default": parameter.random_default or None,
        "enum": [choice.value for choice in choices] or None,
        "labels": [choice.label for choice in choices] if any(choice.label for choice in choices) else None,
        **_bounds(parameter.bounds, "imum"),
        **_bounds(parameter.length, "Items" if parameter.kind == "array" else "Length"),
        "multipleOf": _number(parameter.step),
        "size": {"minimum": size.minimum, "maximum": size.maximum, "separator": size.separator} if size else None,
        "examples": list(parameter.examples) or None,
        "items": {"type": items.kind, **_facts(items)} if items is not None else None,
    }
    said: dict[str, Json] = {name: fact for name, fact in facts.items() if fact is not None}
    if not isinstance(parameter.default, Absent):
        said["default"] = parameter.default
    return said


def _bounds(bounds: Bounds | None, what: str) -> dict[str, Json]:
    facts: dict[str, Json] = {}
    if bounds is None:
        return facts
    for name, number, exclusive in (
        ("min", bounds.minimum, bounds.exclusive_minimum),
        ("max", bounds.maximum, bounds.exclusive_maximum),
    ):
        if number is not None:
            key = f"{name}{what}"
            facts[f"exclusive{key[0].upper()}{key[1:]}" if exclusive else key] = _number(number)
    return facts


def _price(price: Price | None) -> Json:
    if price is None:
        return None
    return {
        "unit": price.unit,
        "estimate": price.estimate,
        "note": price.note,
        "expression": price.expression,
        "terms": dict(price.terms),
        "assume": {name: told if isinstance(told, bool) else str(told) for name, told in price.assume.items()},
    }


def _condition(condition: Condition | None) -> Json:
    if condition is None:
        return None
    return {"parameter": condition.parameter, "values": list(condition.values), "given": condition.given}


def _number(number: Decimal | None) -> Json:
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)
