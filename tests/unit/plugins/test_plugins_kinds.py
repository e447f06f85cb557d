"""Axis kinds of plugins: checked like a recipe's own forms, pure, and expanded as if a recipe had listed them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from plugins_planned import planned_with

from teststrip.errors import UsageError
from teststrip.plan.model import Plan
from teststrip.plugins.extensions import Extensions
from teststrip.plugins.records import AxisKind

COUNT = {"type": "integer", "minimum": 1, "maximum": 9}
CLOCK = itertools.count()
Expand = Callable[[Any, Any], Any]


def kinds(expand: Expand, **members: Any) -> Extensions:
    kind = AxisKind(expand, {"squares": COUNT, **members})
    return Extensions(kinds={"squares": kind}, owners={("teststrip_axis_kinds", "squares"): "mine"})


def squares(spec: Any, _parameter: Any) -> list[int]:
    return [(spec.get("from", 1) + n) ** 2 for n in range(spec["squares"])]


def planned(axes: str, extensions: Extensions, more: str = "") -> tuple[Plan | None, list[str]]:
    body = f"params: {{prompt: x}}\naxes:\n  {axes}\n{more}"
    return planned_with(body, extensions)


def values(axes: str, extensions: Extensions, more: str = "") -> list[Any]:
    plan, problems = planned(axes, extensions, more)
    assert problems == []
    assert plan is not None
    return [value.value for value in plan.axes[0].values]


def test_a_kind_makes_the_values_of_a_parameter_or_a_variable() -> None:
    own = kinds(squares, **{"from": {"type": "integer"}})
    assert values("steps: {squares: 3}", own) == [1, 4, 9]
    assert values("steps: {squares: 2, from: 4}", own) == [16, 25]
    assert values("scale: {squares: 2}", own) == [1, 4]
    assert values('steps: {squares: "${{ n }}"}', own, "vars: {n: 2}") == [1, 4]


def test_it_knows_the_parameter_and_may_give_titles() -> None:
    def ends(_spec: Any, parameter: Any) -> Any:
        yield {"title": "Least", "value": int(parameter.bounds.minimum)}
        yield {"title": "More", "value": 7, "set": {"scale": 2.5}}

    plan, problems = planned("steps: {squares: 1}", kinds(ends))
    assert problems == []
    assert plan is not None
    assert [(one.label, one.value) for one in plan.axes[0].values] == [("Least", 1), ("More", 7)]
    assert plan.cells[1].request["scale"] == 2.5


@pytest.mark.parametrize(
    ("axes", "expected"),
    [
        ("steps: {squares: 10}", "r.yaml:5:20  axes.steps.squares  10 is above the maximum 9"),
        ("steps: {squares: two}", 'r.yaml:5:20  axes.steps.squares  "two" is text, not a whole number'),
        (
            "steps: {square: 2}",
            "r.yaml:5:11  axes.steps.square  nothing here has this name; did you mean 'squares'?",
        ),
        (
            "steps: {squares: 2, form: 1}",
            "r.yaml:5:23  axes.steps.form  nothing here has this name; it is one of squares",
        ),
        (
            'steps: {squares: "${{ n }}"}',
            "r.yaml:5:20  axes.steps.squares  'n' is no variable here; there are: none",
        ),
        (
            "steps: {squares: \"${{ 'a' }}\"}",
            'r.yaml:5:20  axes.steps.squares  of what the template makes: "a" is text, not a whole number',
        ),
    ],
)
def test_a_mistake_is_told_at_its_member(axes: str, expected: str) -> None:
    _, problems = planned(axes, kinds(squares))
    assert problems == [expected]


def raising(error: BaseException) -> Expand:
    def expand(_spec: Any, _parameter: Any) -> Any:
        raise error

    return expand


@pytest.mark.parametrize(
    ("expand", "words"),
    [
        (raising(ValueError("seven is too many")), "axes.steps.squares  squares: seven is too many"),
        (raising(KeyError("x")), "axes.steps  the plugin 'mine' failed at the axis kind 'squares': KeyError: 'x'"),
        (raising(SystemExit(1)), "it ends the program"),
        (lambda _s, _p: "text", "it gives a str, where a list of values belongs"),
        (lambda _s, _p: 7, "it gives a int, where a list of values belongs"),
        (lambda _s, _p: None, "it gives a NoneType"),
        (lambda _s, _p: [], "it makes no value at all"),
        (lambda _s, _p: itertools.count(), "it makes more than"),
        (lambda _s, _p: [object()], "is not JSON serializable"),
        (lambda _s, _p: [float("nan")], "squares: Out of range float values"),
        (lambda _s, _p: [1, 1], "1 stands twice on this axis"),
        (lambda _s, _p: [{"valu": 1}], "of what `squares` makes, [0].valu: nothing here has this name"),
        (lambda _s, _p: [999], "999 is above the maximum"),
        (lambda _s, _p: [next(CLOCK)], "the plugin 'mine' makes other values each time"),
    ],
)
def test_what_a_kind_does_wrong_is_told_in_the_recipe(expand: Expand, words: str) -> None:
    _, problems = planned("steps: {squares: 3}", kinds(expand))
    assert len(problems) == 1
    assert words in problems[0]
    assert problems[0].startswith("r.yaml:5:")


def test_what_a_kind_changes_is_its_own_and_what_it_makes_is_no_template() -> None:
    def spoil(spec: Any, _parameter: Any) -> list[str]:
        made = ["${{ n }}", str(spec.pop("squares"))]
        spec["more"] = 1
        return made

    assert values("negative_prompt: {squares: 3}", kinds(spoil), "vars: {n: 5}") == ["${{ n }}", "3"]


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "strnig"}, "'strnig' is not valid"),
        ({"$ref": "#/$defs/params"}, "it has a $ref, which leads nowhere here"),
        ({"const": object()}, "not JSON serializable"),
    ],
)
def test_a_kind_whose_schema_is_none_names_its_plugin(schema: Any, words: str) -> None:
    kind = AxisKind(squares, {"squares": schema})
    own = Extensions(kinds={"squares": kind}, owners={("teststrip_axis_kinds", "squares"): "mine"})
    with pytest.raises(
        UsageError, match="the plugin 'mine', axis kind 'squares': the schema of `squares` is none"
    ) as caught:
        planned("steps: {squares: 3}", own)
    assert words in str(caught.value)
