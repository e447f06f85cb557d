"""Two request schemas held against each other, keyword by keyword; and back, where the severity is mirrored."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.base.where import Where
from teststrip.provider.model import Constraint, Parameter
from teststrip.schema.diff.compare import compare
from teststrip.schema.digits import size_pattern
from teststrip.schema.rules import clashes, constraints_of

Node = dict[str, Any]
SIZE = {"minimum": [64, 64], "maximum": [512, 512], "separator": "x"}
SIDE = "[1-9][0-9]{0,8}"


def sized(separator: str = "x", **other: Any) -> Node:
    size = SIZE | {"separator": separator} | other
    mark = "\\*" if separator == "*" else separator
    return {"type": "string", "pattern": f"^{SIDE}{mark}{SIDE}$", "x-teststrip-size": size}


def request(node: Node | None, **other: Any) -> Node:
    properties = {} if node is None else {"p": node}
    return {"type": "object", "properties": properties, "additionalProperties": False, **other}


def told(old: Node, new: Node) -> list[tuple[str, str, str]]:
    return [(change.severity, change.kind, change.path) for change in compare(old, new, "m")]


INT: Node = {"type": "integer"}
NUM: Node = {"type": "number"}
TEXT: Node = {"type": "string"}
LIST: Node = {"type": "array"}
HERE = Where("page.md", 1, 1)
SEED_AND_P = [Parameter(name, name, "integer", HERE) for name in ("seed", "p")]
TOGETHER = Constraint("together", ("seed", "p"), HERE)

# old, new, the kind of what breaks, and the kind that is told the other way round
NARROWER: list[tuple[Node, Node, str, str]] = [
    (NUM, INT, "type-narrowed", "type-widened"),
    ({"type": ["integer", "null"]}, INT, "type-narrowed", "type-widened"),
    ({}, INT, "bound", "freed"),
    (INT, INT | {"minimum": 1}, "minimum-narrower", "minimum-wider"),
    (NUM | {"maximum": 2}, NUM | {"maximum": 1.5}, "maximum-narrower", "maximum-wider"),
    (NUM | {"minimum": 0}, NUM | {"exclusiveMinimum": 0}, "minimum-narrower", "minimum-wider"),
    (NUM | {"maximum": 9}, NUM | {"exclusiveMaximum": 9}, "maximum-narrower", "maximum-wider"),
    (INT | {"minimum": 1, "maximum": 9}, INT | {"minimum": 2, "maximum": 8}, "range-narrower", "range-wider"),
    (INT, INT | {"multipleOf": 8}, "multipleOf-narrower", "multipleOf-wider"),
    (INT | {"multipleOf": 8}, INT | {"multipleOf": 64}, "multipleOf-narrower", "multipleOf-wider"),
    (TEXT, TEXT | {"maxLength": 100}, "maxLength-narrower", "maxLength-wider"),
    (TEXT | {"minLength": 1}, TEXT | {"minLength": 2}, "minLength-narrower", "minLength-wider"),
    (LIST | {"maxItems": 4}, LIST | {"maxItems": 3}, "maxItems-narrower", "maxItems-wider"),
    (LIST, LIST | {"uniqueItems": True}, "uniqueItems-narrower", "uniqueItems-wider"),
    (LIST, LIST | {"items": INT}, "bound", "freed"),
    (TEXT, TEXT | {"pattern": "^a"}, "pattern-narrower", "pattern-wider"),
    (TEXT, sized(), "size-narrower", "size-wider"),
    (sized(), sized(maximum=[512, 256]), "size-narrower", "size-wider"),
    (TEXT, TEXT | {"enum": ["a", "b"]}, "listed", "unlisted"),
    (INT | {"enum": [1, 2]}, INT | {"enum": [1]}, "values-lost", "values-gained"),
    (INT | {"enum": [1, 2]}, INT | {"const": 1}, "values-lost", "values-gained"),
    (INT | {"minimum": 1, "maximum": 3}, INT | {"enum": [1, 2]}, "values-lost", "values-gained"),
    ({"type": "boolean"}, {"type": "boolean", "enum": [True]}, "values-lost", "values-gained"),
    (TEXT, TEXT | {"format": "uri"}, "rule", "rule-gone"),
    (TEXT, TEXT | {"not": {"const": "x"}}, "rule", "rule-gone"),
    (TEXT, TEXT | {"allOf": [{"maxLength": 3}]}, "rule", "rule-gone"),
    ({"anyOf": [INT, TEXT]}, {"anyOf": [TEXT]}, "kind-lost", "kind-gained"),
    ({"type": ["integer", "string"]}, {"anyOf": [INT, TEXT | {"enum": ["a"]}]}, "listed", "unlisted"),
    ({"anyOf": [INT, TEXT | {"enum": ["a"]}]}, {"anyOf": [INT | {"minimum": 1}, TEXT | {"enum": ["a"]}]},
     "minimum-narrower", "minimum-wider"),
    ({"anyOf": [INT, TEXT | {"enum": ["a", "b"]}]}, {"type": ["integer", "string"], "enum": [1, "a", "b"]},
     "listed", "unlisted"),
    ({"type": "object"}, {"type": "object", "properties": {"a": INT}, "additionalProperties": False},
     "members-bound", "members-freed"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "kind", "back"), NARROWER, ids=[f"{c[2]}-{i}" for i, c in enumerate(NARROWER)]
)
def test_what_is_narrower_breaks_and_the_other_way_round_widens(
    old: Node, new: Node, kind: str, back: str
) -> None:
    there, again = told(request(old), request(new)), told(request(new), request(old))
    assert [(severity, one) for severity, one, _ in there] == [("breaks", kind)]
    assert [(severity, one) for severity, one, _ in again] == [("widens", back)]


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (TEXT, INT, "retyped"),
        (INT | {"multipleOf": 3}, INT | {"multipleOf": 2}, "multipleOf-changed"),
        (TEXT | {"pattern": "^a"}, TEXT | {"pattern": "^b"}, "pattern-changed"),
        (sized(), sized("*"), "size-changed"),
        (sized(), sized(minimum=[1, 64], maximum=[512, 256]), "size-changed"),
        (TEXT | {"format": "uri"}, TEXT | {"format": "uuid"}, "rule-changed"),
        ({"anyOf": [INT, NUM]}, {"anyOf": [INT | {"minimum": 1}, NUM]}, "rule-changed"),
        (INT | {"x-unheard-of": 1}, INT | {"x-unheard-of": 2}, "rule-changed"),
    ],
)
def test_what_cannot_be_compared_breaks_both_ways(old: Node, new: Node, kind: str) -> None:
    for pair in ((old, new), (new, old)):
        assert told(*map(request, pair)) == [("breaks", kind, "p")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (INT | {"minimum": 1}, INT | {"exclusiveMinimum": 0}),  # of whole numbers the same
        (INT | {"enum": [1, 2]}, INT | {"enum": [1.0, 2]}),
        (INT, INT | {"multipleOf": 1}),
        (INT | {"minimum": 1, "maximum": 3}, INT | {"enum": [1, 2, 3]}),
        (TEXT | {"minLength": 0}, TEXT),
        (TEXT, TEXT | {"x-teststrip-expects": "a word"}),
        ({"anyOf": [TEXT, INT | {"minimum": 1}]}, {"type": ["integer", "string"], "minimum": 1}),
        (
            {"type": ["string", "integer"], "enum": ["a", 1]},
            {"anyOf": [INT | {"enum": [1]}, TEXT | {"enum": ["a"]}]},
        ),
        (
            sized(),
            sized() | {"pattern": size_pattern([64, 64], [512, 512], "x"), "patternErrorMessage": "Write it."},
        ),
        (
            TEXT | {"enum": ["a"], "markdownDescription": "- `a`: An \\* a"},
            TEXT | {"enum": ["a"], "markdownEnumDescriptions": ["An \\* a"]},
        ),
    ],
)
def test_what_means_the_same_is_no_change(old: Node, new: Node) -> None:
    assert told(request(old), request(new)) == []


def test_true_is_not_1() -> None:
    assert told(request({"enum": [1]}), request({"enum": [True]})) == [
        ("breaks", "values-lost", "p"),
        ("widens", "values-gained", "p"),
    ]


def test_a_limit_of_what_cannot_stand_there_is_mere_words() -> None:
    assert told(request(TEXT), request(TEXT | {"minimum": 3})) == [("words", "minimum-narrower", "p")]


def test_members_come_go_and_become_required() -> None:
    other = request(INT | {"description": "x"}, required=["p"])
    assert told(request(None), request(INT)) == [("widens", "added", "p")]
    assert told(request(None), other) == [("breaks", "added-required", "p")]
    assert told(request(INT), request(None)) == [("breaks", "removed", "p")]
    assert told(request(INT), request(INT, required=["p"])) == [("breaks", "required", "p")]
    assert told(request(INT, required=["p"]), request(INT)) == [("widens", "optional", "p")]


def test_a_schema_that_opens_takes_more() -> None:
    opened = request(INT) | {"additionalProperties": True}
    assert told(request(INT), opened) == [("widens", "opened", "*")]
    assert told(opened, request(INT)) == [("breaks", "closed", "*")]
    assert told(request(INT) | {"additionalProperties": NUM}, request(INT) | {"additionalProperties": INT}) == [
        ("breaks", "type-narrowed", "*")
    ]


def test_what_lies_inside_is_told_by_its_full_name() -> None:
    def deep(most: float) -> Node:
        center = {"type": "object", "properties": {"x": NUM | {"maximum": most}}}
        return request({"type": "array", "items": {"type": "object", "properties": {"center": center}}})

    assert told(deep(1), deep(0.9)) == [("breaks", "maximum-narrower", "p[].center.x")]
    items = [request(LIST | {"items": NUM | {"maximum": most}}) for most in (2, 1)]
    assert told(items[0], items[1]) == [("breaks", "maximum-narrower", "p[]")]


@pytest.mark.parametrize(
    ("old", "new", "renamed"),
    [
        ("steps", "num_steps", True),
        ("guidanceScale", "guidance_scale", True),
        ("steps", "sampler", False),
    ],
)
def test_a_likely_rename_is_named(old: str, new: str, renamed: bool) -> None:  # noqa: FBT001  a column of the table
    pair = [{"type": "object", "properties": {name: INT}, "additionalProperties": False} for name in (old, new)]
    found = compare(pair[0], pair[1], "m")
    assert [change.kind for change in found] == (["renamed"] if renamed else ["removed", "added"])
    if renamed:
        assert found[0].sentence == f"is gone; it seems to have become {new}"


def test_one_of_another_shape_is_no_rename_and_the_same_description_is_one() -> None:
    def named(name: str, node: Node) -> Node:
        return {"type": "object", "properties": {name: node}, "additionalProperties": False}

    assert [c.kind for c in compare(named("steps", INT), named("num_steps", TEXT), "m")] == ["removed", "added"]
    words = INT | {"description": "How many steps to take"}
    assert compare(named("steps", words), named("iterations", words | {"maximum": 9}), "m")[0].kind == "renamed"
    assert [c.path for c in compare(named("steps", words), named("iterations", words | {"maximum": 9}), "m")] == [
        "steps",
        "iterations",
    ]


def test_conditions_are_read() -> None:
    condition = {
        "if": {"properties": {"action": {"const": "edit"}}, "required": ["action"]},
        "then": {"required": ["p"], "x-teststrip-because": "because action is edit"},
    }
    inner = condition | {"then": {"properties": {"q": {"items": {"required": ["r"]}}}}}
    changes = compare(request(INT), request(INT, allOf=[condition, inner]), "m")
    assert [(one.severity, one.kind, one.path) for one in changes] == [
        ("breaks", "condition", "p"),
        ("breaks", "condition", "q[].r"),
    ]
    assert changes[0].sentence == "is needed now when action is edit"
    assert told(request(INT, allOf=[condition, inner]), request(INT, allOf=[inner, condition])) == []
    assert told(request(INT, allOf=[condition]), request(INT)) == [("widens", "condition-gone", "p")]


SEED: Node = {"properties": {"seed": {"not": {"type": "null"}}}, "required": ["seed"]}
EDIT: Node = {"properties": {"action": {"const": "edit"}}, "required": ["action"]}
WHY: Node = {
    "x-teststrip-because": "because action is edit",
    "errorMessage": "p is needed because action is edit.",
}


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"if": EDIT, "then": {"required": ["p"]}}, "is needed now when action is edit"),
        ({"if": EDIT, "then": {"required": ["p"]} | WHY}, "is needed now when action is edit"),
        ({"if": {"not": EDIT}, "else": {"required": ["p"]} | WHY}, "is needed now when action is edit"),
        ({"if": SEED, "then": {"required": ["p"]}}, "is needed now when seed is given"),
        ({"if": {"not": SEED}, "then": {"required": ["p"]}}, "is needed now when seed is not given"),
        (*constraints_of(SEED_AND_P, [TOGETHER])[:1], "is needed now when seed is given"),
    ],
)
def test_every_form_of_a_condition_is_told_in_words(rule: Node, words: str) -> None:
    (change,) = compare(request(INT), request(INT, allOf=[rule]), "m")
    assert (change.severity, change.path, change.sentence) == ("breaks", "p", words)
    (back,) = compare(request(INT, allOf=[rule]), request(INT), "m")
    assert (back.severity, back.path, back.sentence) == (
        "widens",
        "p",
        words.replace("needed now", "no longer needed"),
    )


def test_a_condition_in_another_form_is_no_change() -> None:
    rules = [
        {"if": EDIT, "then": {"required": ["p"]}},
        {"if": {"not": EDIT}, "else": {"required": ["p"]} | WHY},
        {
            "if": {"properties": {"action": {"const": "edit", "description": "x"}}} | EDIT,
            "then": {"required": ["p"]},
        },
    ]
    assert all(
        told(request(INT, allOf=[one]), request(INT, allOf=[other])) == [] for one in rules for other in rules
    )
    # A member may be called like a word of a schema.
    named = [
        {"if": {"required": [name]}, "then": {"properties": {"title": {"const": name}}}} for name in ("a", "b")
    ]
    assert told(request(INT, allOf=named[:1]), request(INT, allOf=named[1:])) != []


def test_a_condition_that_follows_a_default_is_told_once() -> None:
    left_out = {"properties": EDIT["properties"]}
    old, new = (request(INT, allOf=[{"if": test, "then": {"required": ["p"]}}]) for test in (EDIT, left_out))
    (there,), (back,) = compare(old, new, "m"), compare(new, old, "m")
    assert (there.severity, there.sentence) == (
        "breaks",
        "is needed now also when action is left out, not only when action is edit",
    )
    assert (back.severity, back.sentence) == (
        "widens",
        "is no longer needed when action is left out, only when action is edit",
    )


def test_a_constraint_is_told_in_its_own_words() -> None:
    (rule,) = clashes(["p", "q"])
    (change,) = compare(request(INT), request(INT, allOf=[rule]), "m")
    assert change.sentence == "has a new rule, p and q do not go together: give one of them"
    turned = {"not": {"allOf": rule["not"]["allOf"][::-1]}}
    assert told(request(INT, allOf=[rule]), request(INT, allOf=[turned])) == []


def test_labels_of_a_way_of_a_union_are_told() -> None:
    old, new = (
        request({"anyOf": [INT, TEXT | {"enum": ["a"], "markdownEnumDescriptions": [label]}]}) for label in "xy"
    )
    assert [change.sentence for change in compare(old, new, "m")] == ['a means "y" now; it was "x"']


def test_references_are_followed() -> None:
    def by(node: Node) -> Node:
        return request({"$ref": "#/$defs/one"}) | {"$defs": {"one": node}}

    assert told(by(NUM), by(INT)) == [("breaks", "type-narrowed", "p")]
    assert told(by(INT), request(INT)) == []
    loop = {"type": "array", "items": {"$ref": "#/$defs/one"}}
    assert told(by(loop), by(loop | {"maxItems": 3}))[0][0] == "breaks"


def test_words_are_words_and_defaults_are_changes() -> None:
    old = TEXT | {"title": "a", "description": "a", "examples": ["a"], "default": "a"}
    new = TEXT | {"title": "b", "description": "b", "examples": ["b"], "default": "b", "deprecated": True}
    assert {(severity, kind) for severity, kind, _ in told(request(old), request(new))} == {
        ("changes", "default"),
        ("words", "description"),
        ("words", "title"),
        ("words", "examples"),
        ("words", "deprecated"),
    }
