"""The fast walk against the plain one, cell by cell, over pages and recipes that hypothesis makes up."""

from __future__ import annotations

import dataclasses
import itertools
import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from teststrip.base.json import Json
from teststrip.base.where import Problem, Where
from teststrip.plan.draft import Draft
from teststrip.plan.faults import report_faults
from teststrip.plan.identity import cell_digest
from teststrip.plan.make import draft_sweeps
from teststrip.plan.sweep import Sweep
from teststrip.provider.catalogue import find_provider
from teststrip.provider.model import (
    Bounds,
    Choice,
    Condition,
    Constraint,
    Parameter,
    Provider,
    Scenario,
)
from teststrip.recipe.load import read_text
from teststrip.recipe.templates import TemplateFault, render

HERE = Where("page.md", 1, 1)
MODEL = "nai-diffusion-4-5-full"
CHOICES = tuple(Choice(value) for value in ("a", "b", "c"))

# --- pages ---

PLAIN: dict[str, dict[str, Any]] = {
    "alpha": {"kind": "string", "choices": CHOICES, "default": "a"},
    "beta": {"kind": "string", "choices": CHOICES},
    "gamma": {"kind": "integer", "bounds": Bounds(Decimal(1), Decimal(9)), "default": 4},
    "delta": {"kind": "number", "bounds": Bounds(Decimal(0), Decimal(5), exclusive_maximum=True)},
    "eta": {"kind": "boolean", "default": False},
    "theta": {"kind": "string", "nullable": True, "default": None},
    "kappa": {"kind": "integer", "random_default": True, "bounds": Bounds(Decimal(0), Decimal(99_999))},
}
KNOWN = [*PLAIN, "omega", "refs"]


@st.composite
def conditions(draw: st.DrawFn, name: str) -> Condition | None:
    if draw(st.integers(0, 2)):
        return None
    other = draw(st.sampled_from([known for known in (*PLAIN, "omega") if known != name]))
    if other in ("alpha", "beta") and draw(st.booleans()):
        return Condition(other, tuple(draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=2, unique=True))))
    if other == "eta" and draw(st.booleans()):
        return Condition(other, (True,))
    return Condition(other, given=draw(st.booleans()))


@st.composite
def pages(draw: st.DrawFn) -> Provider:
    known = find_provider("gptproto")
    assert known is not None
    members = [
        Parameter(
            name,
            name,
            where=HERE,
            applies_when=draw(conditions(name)),
            required_when=draw(conditions(name)),
            **row,
        )
        for name, row in PLAIN.items()
    ]
    inner = Parameter("refs[].weight", "weight", "number", HERE, required_when=Condition("alpha", ("b",)))
    text = Parameter("refs[].text", "text", "string", HERE, required=True)
    members.append(Parameter("omega", "omega", "string", HERE, required=draw(st.booleans())))
    members.append(Parameter("refs", "refs", "array", HERE, children=(text, inner)))
    kinds: st.SearchStrategy[Any] = st.sampled_from(["exclusive", "any", "one", "together"])
    names = st.lists(st.sampled_from(KNOWN), min_size=2, max_size=3, unique=True)
    rules = draw(st.lists(st.tuples(kinds, names), max_size=2))
    scenarios = draw(
        st.sampled_from(
            [
                (),
                (Scenario("one", (Condition("alpha", ("b",)),)), Scenario("two")),
                (Scenario("one", (Condition("eta", (True,)), Condition("beta", ("c",)))), Scenario("two")),
            ]
        )
    )
    return dataclasses.replace(
        known,
        parameters=tuple(members),
        constraints=tuple(Constraint(kind, tuple(rule), HERE) for kind, rule in rules),
        submit=dataclasses.replace(known.submit, scenarios=scenarios),
        roles=dataclasses.replace(known.roles, prompt="omega"),
        common_sizes=(),
    )


# --- recipes ---

TEXTS = [
    "x", "", "ü\u2028", "${{ zest }}", "cat ${{ zest }} ${{ gamma }}", "${{ ['p', 'q']|random }}",
    "cat ${{ ['p', 'q']|random(per='zest') }}", "${{ theta }}", "${{ own }}", "${{ nowhere }}", "a cat",
]  # fmt: skip
VALUES: dict[str, Sequence[Json]] = {
    "alpha": ["a", "b", "c", "z", "${{ zest }}"],
    "beta": ["a", "b", "c", "${{ alpha }}"],
    "gamma": [1, 4, 9, 10, "${{ kappa }}", 2.0],
    "delta": [0, 0.5, 4.75, 5, -1],
    "eta": [True, False, "${{ own }}", 1],
    "theta": [*TEXTS, None],
    "kappa": [0, 1, 7, "x"],
    "omega": TEXTS,
    "refs": [[], [{"text": "${{ zest }}"}], [{"text": "t", "weight": 1}], [{"weight": 2}], "no"],
}
WHERE = [
    "gamma != 4", "alpha != 'b'", "not (zest == 'a' and gamma > 3)", "delta == none or delta < 3",
    "label.zest != 'Two'", "theta == none or 'x' not in theta", "kappa != 7", "eta or alpha in ['a', 'c']", "true",
]  # fmt: skip


@st.composite
def sets(draw: st.DrawFn) -> dict[str, Json]:
    names = draw(st.lists(st.sampled_from(KNOWN), max_size=2, unique=True))
    return {name: draw(st.sampled_from(VALUES[name])) for name in names}


@st.composite
def titled(draw: st.DrawFn, name: str, number: int) -> Any:
    entry: dict[str, Any] = {"title": f"T{number}"}
    what = draw(st.integers(0, 3))
    if what & 1 or name in PLAIN:
        entry["value"] = draw(st.sampled_from(VALUES.get(name, ["a", "b", "ink"])))
    if what & 2:
        entry["set"] = {key: value for key, value in draw(sets()).items() if key != name}
    for flag in ("skip", "hide"):
        if not draw(st.integers(0, 5)):
            entry[flag] = True
    return entry


@st.composite
def axes(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from([*PLAIN, "omega", "zest", "look"]), max_size=4, unique=True))
    made: dict[str, Any] = {}
    for name in names:
        if name == "omega" and draw(st.booleans()):
            made[name] = {"replace": "cat", "with": ["dog", "${{ own }}"]}
        elif name == "look":
            made[name] = [draw(titled(name, number)) for number in range(draw(st.integers(1, 3)))]
        else:
            pool = VALUES.get(name, ["a", "b", "Two"])
            plain: list[Any] = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=4, unique_by=repr))
            made[name] = [*plain, draw(titled(name, 9))] if draw(st.booleans()) else plain
    return made


@st.composite
def swept(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from(KNOWN), max_size=5, unique=True))
    made = draw(axes())
    body: dict[str, Any] = {
        "params": {name: draw(st.sampled_from(VALUES[name])) for name in names if name not in made},
        "axes": made,
    }
    long = [name for name, values in made.items() if isinstance(values, list)]
    pairs = [list(pair) for pair in itertools.combinations(long, 2) if len(made[pair[0]]) == len(made[pair[1]])]
    zips = bool(draw(st.booleans()))
    if pairs and zips:
        body["zip"] = [draw(st.sampled_from(pairs))]
    body["where"] = draw(st.lists(st.sampled_from(WHERE), max_size=2, unique=True))
    if not draw(st.integers(0, 3)):
        body["sample"] = {
            "count": draw(st.integers(1, 6)),
            "method": draw(st.sampled_from(["random", "lhs", "halton"])),
        }
    return body


@st.composite
def recipes(draw: st.DrawFn) -> dict[str, Any]:
    body = draw(swept())
    body["vars"] = {"own": draw(st.sampled_from(["true", "o"])), "zest": "from vars"}
    if not draw(st.integers(0, 3)):
        body["grids"] = draw(st.lists(swept(), min_size=1, max_size=2))
    return body


# --- the two ways ---


def prepared(page: Provider, body: Mapping[str, Any]) -> tuple[list[Sweep], Draft]:
    text = f"teststrip: 1\nmodel: gptproto/{MODEL}\n" + "".join(
        f"{key}: {json.dumps(value)}\n" for key, value in body.items()
    )
    reading = read_text(text, "r.yaml")
    assume(reading.recipe is not None and not reading.problems)
    assert reading.recipe is not None
    found, draft = draft_sweeps(reading.recipe, page)
    assume(None not in found)
    return [sweep for sweep in found if sweep is not None], draft


def told(problems: Sequence[Problem]) -> set[tuple[str, str]]:
    return {(problem.path, problem.message) for problem in problems}


class Plainly:
    """Every place by itself: what it sends, what is wrong with it, and whether it is a cell."""

    def __init__(self, sweep: Sweep) -> None:
        self.sweep, self.assembler = sweep, sweep.pieces.assembler
        self.space = sweep.pieces.space

    def request(self, place: int) -> tuple[dict[str, Json], set[tuple[str, str]]]:
        draft = self.assembler.draft
        self.assembler.draft = draft.scratch()
        try:
            made = self.assembler.request(self.sweep.coordinates(place))
            return made, told(self.assembler.draft.problems)
        finally:
            self.assembler.draft = draft

    def keeps(self, place: int) -> bool:
        at = self.sweep.coordinates(place)
        values = [placed.axis.values[index] for placed, index in zip(self.sweep.axes, at, strict=True)]
        if any(value.skip for value in values):
            return False
        names = [placed.axis.name for placed in self.sweep.axes]
        seen: dict[str, Json] = dict(self.sweep.draft.recipe.variables)
        seen |= dict.fromkeys(self.assembler.parameters) | self.request(place)[0]
        for name, placed, index in zip(names, self.sweep.axes, at, strict=True):
            if not placed.axis.parameter:
                seen[name] = self.assembler.filler.own[names.index(name)][index]
        seen["label"] = {name: value.label for name, value in zip(names, values, strict=True)}
        return all(_holds(keep.expression, seen) for keep in self.sweep.grid.keeps)


def _holds(condition: str, seen: Mapping[str, Json]) -> bool:
    try:
        return render(f"${{{{ {condition} }}}}", seen) != "false"
    except TemplateFault:  # told elsewhere, and nothing is left out for it
        return True


def hold_requests(sweep: Sweep, plain: Plainly, page: Provider) -> dict[tuple[str, str], int]:
    """Compare each cell, and return in how many of them each thing is wrong."""
    wrong: dict[tuple[str, str], int] = {}
    for place, digest in sweep.cells():
        request, faults = plain.request(place)
        for fault in faults:
            wrong[fault] = wrong.get(fault, 0) + 1
        if not faults:
            assert list(sweep.request(place).items()) == list(request.items())
            assert cell_digest(page.name, MODEL, "t", request) == digest.hex()
    return wrong


def hold_places(sweep: Sweep, plain: Plainly) -> None:
    kept = [place for place in range(plain.space.count) if plain.keeps(place)]
    if sweep.grid.sample is None:
        assert list(sweep.places) == kept
    else:
        assert len(sweep.places) == min(sweep.grid.sample.count, len(kept))
        assert set(sweep.places) <= set(kept)


def hold_against_each_other(page: Provider, body: Mapping[str, Any]) -> None:
    fast, draft = prepared(page, body)
    slow, _ = prepared(page, body)
    before = len(draft.problems)
    for sweep in fast:
        sweep.walk("t")
    # A condition that cannot be answered, and a sample of more than there is, are told without any cell.
    if any("where" in problem.path or problem.path.endswith("count") for problem in draft.problems):
        return
    report_faults(draft, fast)
    found = draft.problems[before:]
    wrong: dict[tuple[str, str], int] = {}
    for sweep, plain in zip(fast, map(Plainly, slow), strict=True):
        hold_places(sweep, plain)
        for fault, count in hold_requests(sweep, plain, page).items():
            wrong[fault] = wrong.get(fault, 0) + count
    total = sum(len(sweep.places) for sweep in fast)
    if total:
        assert told(found) == wrong.keys() - told(draft.problems[:before])
        for problem in found:
            counts = re.match(r"([\d,]+) of ([\d,]+) cell", problem.concerns)
            said = tuple(int(part.replace(",", "")) for part in counts.groups()) if counts else (total, total)
            assert said == (wrong[problem.path, problem.message], total)


@given(pages(), recipes())
@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_every_cell_of_a_made_up_page_is_what_the_plain_way_makes_of_it(
    page: Provider, body: dict[str, Any]
) -> None:
    hold_against_each_other(page, body)
