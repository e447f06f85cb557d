"""Random parameters, providers and requests for the tests of diff."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from teststrip.base.json import ABSENT
from teststrip.base.where import Where
from teststrip.provider.catalogue import find_provider
from teststrip.provider.model import Bounds, Choice, Condition, Constraint, Model, Parameter, Provider, SizeBounds
from teststrip.schema.diff.limits import kinds_of

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

    from teststrip.base.json import Scalar
    from teststrip.provider.model import Kind

NAMES = ("steps", "num_steps", "style", "size", "ref", "extra")
HERE = Where("page.md", 1, 1)
SCALARS: tuple[Scalar, ...] = ("", "a", "bb", "ccc", 0, 1, 2, 3, 7, 1.5, True, False)
NUMBERS = [Decimal(number) / 4 for number in range(-8, 41)]


def base_provider() -> Provider:
    found = find_provider("gptproto")
    assert found is not None
    return found


@st.composite
def bounds(draw: DrawFn, *, whole: bool = False) -> Bounds | None:
    number = st.sampled_from([one for one in NUMBERS if one >= 0 and one % 1 == 0] if whole else NUMBERS)
    least, most = draw(st.none() | number), draw(st.none() | number)
    if least is None and most is None:
        return None
    if whole:
        return Bounds(least, most)
    return Bounds(least, most, draw(st.booleans()), draw(st.booleans()))


@st.composite
def parameters(draw: DrawFn, name: str, prefix: str = "", deep: int = 1) -> Parameter:
    scalar: list[Kind] = ["string", "integer", "number", "boolean"]
    kinds: list[Kind] = [*scalar, "array", "object"] if deep else scalar
    kind = draw(st.sampled_from(kinds))
    path = prefix + name
    parameter = Parameter(path, name, kind, HERE, required=draw(st.booleans()), nullable=draw(st.booleans()))
    changes: dict[str, Any] = {"default": draw(st.sampled_from([ABSENT, *SCALARS]))}
    if kind in ("string", "integer", "number") and draw(st.booleans()):
        fitting = [
            one for one in SCALARS if isinstance(one, str) == (kind == "string") and not isinstance(one, bool)
        ]
        values = draw(st.lists(st.sampled_from(fitting), min_size=1, max_size=4, unique=True))
        changes["choices"] = tuple(Choice(value) for value in values)
        others: list[Kind] = [one for one in scalar if one != kind]
        changes["or_kinds"] = tuple(draw(st.lists(st.sampled_from(others), max_size=2, unique=True)))
    elif kind in ("integer", "number"):
        changes |= {
            "bounds": draw(bounds()),
            "step": draw(st.sampled_from([None, *map(Decimal, ("0.5", "1", "2"))])),
        }
        changes["or_kinds"] = draw(st.sampled_from([(), ("string",)]))
    elif kind == "string":
        sizes = st.builds(
            SizeBounds,
            st.tuples(*[st.integers(1, 4)] * 2),
            st.tuples(*[st.integers(4, 9)] * 2),
            st.sampled_from("x*"),
        )
        changes["size"] = draw(st.none() | sizes)
        changes["length"] = draw(bounds(whole=True))
    elif kind == "array":
        changes["length"] = draw(bounds(whole=True))
        if draw(st.booleans()):
            changes["items"] = draw(parameters("item", f"{path}[].", 0))
    if kind in ("array", "object") and changes.get("items") is None and draw(st.booleans()):
        inner = f"{path}[]." if kind == "array" else f"{path}."
        names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
        changes["children"] = tuple(draw(parameters(one, inner, deep - 1)) for one in names)
    return dataclasses.replace(parameter, **changes)


@st.composite
def pairs(draw: DrawFn) -> tuple[Provider, Provider]:
    """Draw an old provider, and a new one that has some of its parameters, some of them drawn anew."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
    old = [draw(parameters(name)) for name in names]
    new = []
    for parameter in old:
        fate = draw(st.sampled_from(["keep", "keep", "again", "nudge", "nudge", "drop"]))
        if fate == "again":
            new.append(draw(parameters(parameter.name)))
        elif fate != "drop":
            new.append(parameter if fate == "keep" else draw(nudged(parameter)))
    taken = {parameter.name for parameter in new}
    fresh = draw(st.lists(st.sampled_from([name for name in NAMES if name not in taken]), max_size=1))
    new += [draw(parameters(name)) for name in fresh]
    return _provider(draw, old), _provider(draw, new)


@st.composite
def nudged(draw: DrawFn, parameter: Parameter) -> Parameter:
    """Change one thing of a parameter, so that the new page is often a little wider or narrower."""
    change = draw(st.sampled_from(["required", "nullable", "bounds", "length", "choices", "children", "default"]))
    new: dict[str, Any] = {"default": draw(st.sampled_from([ABSENT, *SCALARS]))}
    if change == "bounds" and parameter.bounds is not None:
        new = {"bounds": draw(bounds())}
    elif change == "length" and parameter.length is not None:
        new = {"length": draw(bounds(whole=True))}
    elif change == "choices" and parameter.choices:
        more = () if parameter.kind != "string" else (Choice("dddd"),)
        new = {"choices": draw(st.sampled_from([parameter.choices[:1], parameter.choices + more]))}
    elif change == "children" and parameter.children:
        new = {"children": parameter.children[:-1]}
    elif change == "required":
        new = {"required": not parameter.required}
    elif change == "nullable":
        new = {"nullable": not parameter.nullable}
    return dataclasses.replace(parameter, **new)


def _provider(draw: DrawFn, own: list[Parameter]) -> Provider:
    names = [parameter.name for parameter in own]
    if draw(st.booleans()) and names:
        target = draw(st.sampled_from(range(len(own))))
        values = draw(st.lists(st.sampled_from(SCALARS), max_size=2, unique_by=repr))
        condition = Condition(draw(st.sampled_from(names)), tuple(values))
        own = [
            dataclasses.replace(parameter, required=False, required_when=condition)
            if index == target
            else parameter
            for index, parameter in enumerate(own)
        ]
    rules: list[Constraint] = []
    if len(names) > 1 and draw(st.booleans()):
        kind = draw(st.sampled_from(["exclusive", "any", "one", "together"]))
        rules = [Constraint(kind, tuple(names[:2]), HERE)]  # type: ignore[arg-type]
    return dataclasses.replace(
        base_provider(), parameters=tuple(own), models=(Model("m"),), common_sizes=(), constraints=tuple(rules)
    )


def values(node: dict[str, Any]) -> SearchStrategy[Any]:
    """Draw values that a schema is likely to take, many of them at its edges; not all are good."""
    if "anyOf" in node:
        return st.one_of([values(branch) for branch in node["anyOf"]])
    if "enum" in node:
        return st.sampled_from(node["enum"])
    kinds = kinds_of(node)
    edges = [node[word] for word in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum") if word in node]
    near = sorted({edge + off for edge in (*edges, 0, 1) for off in (-1, -0.25, 0, 0.25, 0.5, 1, 2)})
    some: list[SearchStrategy[Any]] = []
    if "number" in kinds:
        some.append(st.sampled_from(near) | st.sampled_from([float(one) for one in NUMBERS]))
    if "integer" in kinds:
        some.append(st.sampled_from(sorted({int(one) for one in near})) | st.integers(-3, 12))
    if "string" in kinds:
        side = st.integers(1, 9)
        separator = node.get("x-teststrip-size", {}).get("separator", "x")
        sizes = st.builds(lambda a, b: f"{a}{separator}{b}", side, side)
        some.append(sizes if "x-teststrip-size" in node else st.text("ab", max_size=11) | sizes)
    if "boolean" in kinds:
        some.append(st.booleans())
    if "null" in kinds:
        some.append(st.none())
    if "array" in kinds:
        some.append(st.lists(values(node.get("items", {"type": "integer"})), max_size=11))
    if "object" in kinds:
        some.append(objects(node))
    return st.one_of(some)


def objects(node: dict[str, Any]) -> SearchStrategy[dict[str, Any]]:
    members = {name: values(inner) for name, inner in node.get("properties", {}).items()}
    needed = set(node.get("required", ()))
    return st.fixed_dictionaries(
        {name: one for name, one in members.items() if name in needed},
        optional={name: one for name, one in members.items() if name not in needed},
    )
