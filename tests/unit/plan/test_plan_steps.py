"""Steps in a plan: what those on requests make of it, and how those on pictures are checked and kept."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Mapping
from typing import Any

import pytest
from plan_files import FakeFiles

from teststrip.base.json import Json, sha256
from teststrip.errors import StepError
from teststrip.plan.identity import cell_digest
from teststrip.plan.lock import dump_lock
from teststrip.plan.lock_read import parse_lock
from teststrip.plan.make import draft_plan, sweep_recipe
from teststrip.plan.model import Against, Plan
from teststrip.plan.origins import tell_cell
from teststrip.plugins.extensions import Extensions
from teststrip.provider.catalogue import find_provider
from teststrip.recipe.load import read_text
from teststrip.steps.model import AfterStep, BeforeStep, Changed, Made, Options, Request, Score, Work

PROVIDER = find_provider("gptproto")
assert PROVIDER is not None
MODEL = "nai-diffusion-4-5-full"
HEAD = f"teststrip: 1\nmodel: gptproto/{MODEL}\n"


def schema(required: tuple[str, ...] = (), **properties: Json) -> dict[str, Json]:
    return {"type": "object", "properties": properties, "required": list(required)}


def prompt_only(_options: Options) -> tuple[str, ...]:
    return ("prompt",)


def suffix(request: Request, options: Options) -> Request:
    return {**request, "prompt": f"{request['prompt']}, {options['text']}"}


def half(request: Request, _options: Options) -> Changed:
    steps = request["steps"]
    assert isinstance(steps, int)
    return Changed({**request, "steps": steps // 2}, {"had": steps})


def raising(request: Request, options: Options) -> Request:
    if options.get("softly"):
        raise StepError(f"nothing to do with {request['prompt']}")
    raise LookupError("no such tag")


def mutating(request: Request, options: Options) -> Request:
    for given in (request, options):
        assert isinstance(given, dict)
        given.clear()  # what a careless author does
    return {"prompt": "mine"}


def returning(value: Any) -> BeforeStep:
    return BeforeStep("odd", lambda _request, _options: value, touches=prompt_only)


def made(_work: Work) -> Made:
    return Made()


BEFORE = {
    step.name: step
    for step in (
        BeforeStep("suffix", suffix, options=schema(("text",), text={"type": "string"}), touches=prompt_only),
        BeforeStep("half", half, touches=lambda _options: ("steps",), adds=("had",)),
        BeforeStep("whole", lambda request, _options: {**request, "scale": 5}),
        BeforeStep("raising", raising, options=schema(softly={"type": "boolean"}), touches=prompt_only),
        BeforeStep("mutating", mutating, touches=prompt_only),
    )
}
AFTER = {
    step.name: step
    for step in (
        AfterStep("grow", made, options=schema(("factor",), factor={"type": "integer", "minimum": 2})),
        AfterStep("score", made, scores={"sharp": Score("Sharpness")}),
        AfterStep("compare", made, scores={"ssim": Score("SSIM")}, reference=True),
        AfterStep("note", made, options=schema(text={"type": "string", "default": "hello"})),
        AfterStep("risky", made, permission="exec"),
    )
}
EXTENSIONS = Extensions(before=BEFORE, after=AFTER)


def draft(text: str, extensions: Extensions = EXTENSIONS) -> tuple[Plan | None, list[str]]:
    reading = read_text(HEAD + text, "r.yaml")
    assert reading.recipe is not None
    assert PROVIDER is not None
    found, problems = draft_plan(reading.recipe, PROVIDER, "t", FakeFiles({"ref.png": b"ref"}), extensions)
    return found, [str(problem) for problem in [*reading.problems, *problems]]


def plan(text: str, extensions: Extensions = EXTENSIONS) -> Plan:
    found, problems = draft(text, extensions)
    assert problems == []
    assert found is not None
    return found


def with_step(step: BeforeStep) -> Extensions:
    return Extensions(before={step.name: step})


def test_a_step_changes_the_request_and_so_the_identity_of_its_cell() -> None:
    stepped = plan("params: {prompt: cat}\nbefore: [{use: suffix, text: in ink}]\n").cells[0]
    written = plan("params: {prompt: 'cat, in ink'}\n").cells[0]
    assert stepped.request["prompt"] == "cat, in ink"
    assert stepped.digest == written.digest


def test_steps_run_in_the_order_of_the_recipe() -> None:
    text = "params: {prompt: a}\nbefore: [{use: suffix, text: b}, {use: suffix, text: c}]\n"
    assert plan(text).cells[0].request["prompt"] == "a, b, c"


def test_every_cell_has_the_digest_of_what_it_sends() -> None:
    text = (
        "params: {prompt: '${{ style }} cat'}\naxes:\n  style: [ink, oil]\n  steps: [10, 20]\n  scale: [4, 5]\n"
        "before: [{use: suffix, text: '${{ style }}!'}, half]\n"
    )
    cells = plan(text).cells
    assert [(cell.request["prompt"], cell.request["steps"]) for cell in cells] == [
        (f"{style} cat, {style}!", steps // 2) for style in ("ink", "oil") for steps in (10, 20) for _ in (4, 5)
    ]
    assert [cell.digest for cell in cells] == [cell_digest("gptproto", MODEL, "t", cell.request) for cell in cells]


def test_an_axis_that_only_a_step_mentions_is_no_idle_one() -> None:
    cells = plan("params: {prompt: cat}\naxes: {ink: [red, blue]}\nbefore: [{use: suffix, text: '${{ ink }}'}]\n")
    assert [cell.request["prompt"] for cell in cells.cells] == ["cat, red", "cat, blue"]


def test_a_step_is_asked_once_for_each_request_that_differs_for_it() -> None:
    calls: list[Request] = []

    def counted(request: Request, _options: Options) -> Request:
        calls.append(request)
        return request

    step = BeforeStep("counted", counted, touches=prompt_only)
    text = "params: {prompt: cat}\naxes:\n  seed: {count: 100, from: 1}\n  steps: [1, 2]\nbefore: [counted]\n"
    assert len(plan(text, with_step(step)).cells) == 200
    assert calls == [{"prompt": "cat"}]


def test_a_step_without_touches_sees_and_changes_the_whole_request() -> None:
    cells = plan("params: {prompt: cat}\naxes: {steps: [1, 2]}\nbefore: [whole]\n").cells
    assert [(cell.request["scale"], cell.request["steps"]) for cell in cells] == [(5, 1), (5, 2)]


def test_conditions_see_the_request_as_it_is_sent() -> None:
    text = "params: {prompt: cat}\naxes: {steps: [10, 20]}\nbefore: [half]\nwhere: [steps > 5]\n"
    assert [cell.request["steps"] for cell in plan(text).cells] == [10]


def test_added_variables_belong_to_the_cell_and_not_to_its_identity() -> None:
    text = (
        "params: {prompt: cat}\naxes: {steps: [10, 20]}\nbefore: [half]\nsheets: [{caption: 'had ${{ had }}'}]\n"
    )
    cells = plan(text).cells
    assert [cell.variables for cell in cells] == [{"had": 10}, {"had": 20}]
    plain = plan("params: {prompt: cat}\naxes: {steps: [5, 10]}\n").cells
    assert [cell.digest for cell in cells] == [cell.digest for cell in plain]


def test_a_lock_has_the_steps_on_pictures_and_the_added_variables() -> None:
    text = (
        "vars: {who: me, unused: 1}\nparams: {prompt: cat}\naxes: {steps: [10, 20]}\nbefore: [half]\n"
        "after:\n  - score\n  - {use: score, as: again}\n  - {use: note, text: '${{ who }} ${{ scores.sharp }}'}\n"
        "  - {use: compare, against: {steps: 20}}\n  - {use: compare, as: file, against: ref.png}\n"
    )
    before = plan(text)
    after = parse_lock(dump_lock(before), "plan.lock.json")
    assert after.after == before.after
    assert [use.against for use in after.after[-2:]] == [Against(axes=((0, 1),)), Against(sha256=sha256(b"ref"))]
    assert after.variables == {"who": "me"}
    assert [cell.variables for cell in after.cells] == [{"had": 10}, {"had": 20}]
    assert [cell.variables for cell in after.cells[1:]] == [{"had": 20}]
    assert [file.name for file in after.files] == ["ref.png"]
    assert dump_lock(after) == dump_lock(before)


def test_steps_on_pictures_are_no_part_of_any_identity() -> None:
    plain = plan("params: {prompt: cat}\n")
    stepped = plan("params: {prompt: cat}\nafter: [{use: grow, factor: 2}, score]\n")
    assert stepped.digest == plain.digest
    assert [use.use for use in stepped.after] == ["grow", "score"]


def test_sweeping_a_step_on_pictures_makes_cells_and_no_requests() -> None:
    text = "params: {prompt: cat}\naxes: {factor: [2, 3]}\nafter: [{use: grow, factor: '${{ factor }}'}]\n"
    cells = plan(text).cells
    assert [cell.coordinates for cell in cells] == [(0,), (1,)]
    assert len({cell.digest for cell in cells}) == 1


def test_defaults_of_options_are_filled_in() -> None:
    assert plan("params: {prompt: cat}\nafter: [note]\n").after[0].options == {"text": "hello"}


def test_a_default_may_be_a_template() -> None:
    plain: Json = {"type": "string", "default": "${{ style }}!"}
    step = BeforeStep("ending", lambda _request, options: {"prompt": options["text"]}, options=schema(text=plain))
    made_plan = plan("params: {prompt: cat}\naxes: {style: [ink, oil]}\nbefore: [ending]\n", with_step(step))
    assert [cell.request["prompt"] for cell in made_plan.cells] == ["ink!", "oil!"]


def test_a_plan_of_several_grids_finds_the_cell_to_compare_with() -> None:
    text = (
        "params: {prompt: cat}\ngrids:\n  - {axes: {steps: [1, 2]}}\n  - {axes: {steps: [3]}}\n"
        "after: [{use: compare, against: {steps: 3}}]\n"
    )
    made_plan = plan(text)
    (use,) = made_plan.after
    assert use.against is not None
    ((axis, at),) = use.against.axes
    assert made_plan.axes[axis].values[at].label == "3"


def test_explaining_a_cell_names_the_steps_that_changed_a_value() -> None:
    reading = read_text(
        HEAD + "params: {prompt: cat, steps: 1}\nbefore:\n  - {use: suffix, text: ink}\n", "r.yaml"
    )
    assert reading.recipe is not None
    assert PROVIDER is not None
    swept = sweep_recipe(reading.recipe, PROVIDER, "t", extensions=EXTENSIONS)
    members = {member.name: member for member in tell_cell(swept, 0).members}
    assert [(step.name, str(step.spot.where)) for step in members["prompt"].origin.steps] == [
        ("suffix", "r.yaml:5:5")
    ]
    assert members["steps"].origin.steps == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "before: [suffx]",
            "r.yaml:4:10  before[0]  no step of `before` is named 'suffx'; there are: suffix, half, ",
        ),
        ("before: [grow]", "r.yaml:4:10  before[0]  grow is a step of `after`; write it there"),
        ("before: [suffix]", "r.yaml:4:10  before[0]  text is missing"),
        ("before: [{use: suffix, txt: a}]", "r.yaml:4:24  before[0].txt  "),
        ("before: [{use: suffix, text: 7}]", "r.yaml:4:30  before[0].text  "),
        ("before: [{use: suffix, text: '${{ nobody }}'}]", "'nobody' is no variable here"),
        ("before: [{use: suffix, text: '${{ [1, 2]|random }}'}]", "a step's options draw nothing"),
        ("before: [{use: raising, softly: true}]", "r.yaml:4:10  before[0]  nothing to do with cat"),
        ("before: [raising]", "the step raising failed: LookupError: no such tag"),
        ("after: [{use: grow, factor: 1}]", "r.yaml:4:29  after[0].factor  "),
        ("after: [{use: grow, factor: '${{ nobody }}'}]", "'nobody' is no axis, parameter or variable"),
        ("after: [{use: note, text: '${{ scores.sharp }}'}]", "no step before this one gives scores"),
        ("after: [score, {use: note, text: '${{ scores.shrp }}'}]", "gives the score 'shrp'; there are: sharp"),
        ("after: [score, score]", "step 1 gives the score sharp too"),
        ("after: [{use: score, as: 'A b'}]", "r.yaml:4:26  after[0].as  a name for a step's scores"),
        ("after: [compare]", "compare compares with another cell or a file"),
        ("after: [{use: compare, against: {steps: 3}}]", "'steps' is no axis; there are: none"),
        ("after: [{use: compare, against: none.png}]", "r.yaml:4:33  after[0].against  no none.png"),
        ("after: [{use: score, against: ref.png}]", "score compares with nothing"),
        ("after: [risky]", "risky runs only where the command line allows it: teststrip --allow exec"),
    ],
)
def test_what_is_wrong_with_a_step_is_told_at_its_place(text: str, told: str) -> None:
    found, problems = draft("params: {prompt: cat}\n" + text + "\n")
    assert found is None
    assert any(told in problem for problem in problems), problems


def test_a_value_to_compare_with_is_suggested() -> None:
    text = "params: {prompt: cat}\naxes: {sampler: [k_euler, k_dpmpp_2m]}\nafter: [{use: compare, against: "
    _, problems = draft(text + "{sampler: k_euller}}]\n")
    said = "sampler has no such value; there are: k_euler, k_dpmpp_2m; did you mean 'k_euler'?"
    assert problems == [f"r.yaml:5:43  after[0].against.sampler  {said}"]


def test_a_permission_that_is_given_lets_a_step_pass() -> None:
    allowing = Extensions(before=BEFORE, after=AFTER, allowed=frozenset({"exec"}))
    assert [use.use for use in plan("params: {prompt: cat}\nafter: [risky]\n", allowing).after] == ["risky"]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "the step odd failed: "),
        (7, "the step odd failed: "),
        ({"prompt": object()}, "the step odd failed: "),
        ({"prompt": 7}, "what odd makes of prompt: "),
        ({"prompt": "cat", "steps": 3}, "the step odd changed steps, which it said it does not touch"),
        ({}, "prompt is required"),
        ({"prompt": "teststrip-file:sha256:" + 64 * "0"}, "the step odd put a picture into the request"),
        (Changed({"prompt": "cat"}, {"extra": 1}), "the step odd adds extra, of which it did not tell"),
    ],
)
def test_what_a_step_returns_is_held_to_the_page_and_to_its_word(value: Any, told: str) -> None:
    _, problems = draft("params: {prompt: cat}\nbefore: [odd]\n", with_step(returning(value)))
    assert len(problems) == 1, problems
    assert told in problems[0]


def test_a_fault_of_a_step_names_the_cells_that_it_concerns() -> None:
    def picky(request: Request, _options: Options) -> Request:
        if request["steps"] == 2:
            raise StepError("two steps are too few")
        return request

    step = BeforeStep("picky", picky, touches=lambda _options: ("steps",))
    _, problems = draft("params: {prompt: cat}\naxes: {steps: [1, 2, 3]}\nbefore: [picky]\n", with_step(step))
    assert problems == ["r.yaml:5:10  before[0]  two steps are too few (1 of 3 cells: steps 2)"]


def test_a_step_may_do_to_its_arguments_what_it_likes() -> None:
    text = "params: {prompt: cat}\naxes: {seed: [1, 2]}\nbefore: [mutating, mutating]\n"
    assert [cell.request["prompt"] for cell in plan(text).cells] == ["mine", "mine"]


def test_a_variable_may_not_have_the_name_of_something_else() -> None:
    step = BeforeStep("adding", lambda request, _options: request, touches=prompt_only, adds=("seed",))
    _, problems = draft("params: {prompt: cat}\nbefore: [adding]\n", with_step(step))
    assert problems == [
        "r.yaml:4:10  before[0]  adding adds the variable seed, which is something else in this recipe"
    ]


def edited(text: str, change: Mapping[str, str]) -> str:
    for old, new in change.items():
        assert old in text
        text = text.replace(old, new)
    return text


def test_a_lock_whose_steps_were_edited_is_refused() -> None:
    text = dump_lock(plan("params: {prompt: cat}\nafter: [{use: grow, factor: 2}]\n"))
    with pytest.raises(Exception, match="edited"):
        parse_lock(edited(text, {'"factor": 2': '"factor": 3'}), "plan.lock.json")


def test_a_plugins_step_that_leaves_or_gives_other_requests_each_time_is_told() -> None:
    count = itertools.count()

    def other(request: Request, _options: Options) -> Request:
        return {**request, "prompt": f"cat {next(count)}"}

    def leaving(_request: Request, _options: Options) -> Request:
        sys.exit(0)

    for change, said in ((other, "gives another request each time"), (leaving, "it ends the program")):
        steps = {"odd": BeforeStep("odd", change, touches=prompt_only)}
        extensions = Extensions(before=steps, owners={("teststrip_steps", "odd"): "mine"})
        plan, problems = draft("params: {prompt: cat}\nbefore: [odd]\n", extensions)
        assert plan is None
        assert said in problems[0]
