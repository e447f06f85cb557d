"""Steps on pictures: what they are given, what is kept of what they make, what is not made again."""

from __future__ import annotations

import asyncio
import io
import os
import re
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image

from teststrip.base.json import Json
from teststrip.errors import StepError, StorageError, UsageError
from teststrip.finish.perform import finish_run
from teststrip.finish.ready import ready_steps
from teststrip.finish.work import Hands
from teststrip.plan.make import make_plan
from teststrip.plugins.extensions import Extensions
from teststrip.provider.catalogue import find_provider
from teststrip.recipe.load import read_text
from teststrip.run.events import Event, StepFinished, StepStarted
from teststrip.run.finished import FINISH_NAME, Finish, Finished, read_finish, write_finish
from teststrip.run.model import Outcome, Run
from teststrip.run.results import RESULTS_NAME, lineage, open_results
from teststrip.run.state import State
from teststrip.run.store import Store
from teststrip.steps.model import AfterStep, Made, Score, Work

PROVIDER = find_provider("gptproto")
HEAD = "teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\n"
TEXT = "params: {prompt: cat}\naxes: {sampler: [k_euler, ddim_v3], seed: [1, 2, 3]}\n"


def png(shade: int, side: int = 4) -> bytes:
    out = io.BytesIO()
    Image.new("L", (side, side), shade).save(out, "PNG")
    return out.getvalue()


def shade_of(data: bytes) -> int:
    with Image.open(io.BytesIO(data)) as picture:
        shade = picture.getpixel((0, 0))
    return int(str(shade))


def schema(**properties: Json) -> dict[str, Json]:
    return {"type": "object", "properties": properties}


def brighten(work: Work) -> Made:
    """Add to the shade of each picture: a step of a module, so that it runs in any process."""
    by = work.options["by"]
    assert isinstance(by, int)
    return Made(tuple(png(min(shade_of(shot.data) + by, 255)) for shot in work.shots))


def measure(work: Work) -> Made:
    shade = shade_of(work.shots[0].data)
    return Made(scores={"shade": shade}, badges=("bright",) if shade > 100 else ())


def dying(_work: Work) -> Made:
    os._exit(3)


def process_name(_work: Work) -> Made:
    return Made(scores={"pid": os.getpid()})


BY: Json = {"type": "integer", "default": 10}
SCORES = {"shade": Score("Shade", 0)}


@dataclass
class Scene:
    """A runs folder with a done run, and what its steps did."""

    folder: Path
    after: Mapping[str, AfterStep]
    text: str = TEXT
    events: list[Event] = field(default_factory=list)
    calls: list[Work] = field(default_factory=list)
    allowed: frozenset[str] = frozenset()
    limit: float | None = None

    @property
    def store(self) -> Store:
        return Store(self.folder / "store")

    def run(self, steps: str, missing: Sequence[int] = ()) -> Run:
        reading = read_text(f"{HEAD}{self.text}after: {steps}\n", "r.yaml")
        assert reading.recipe is not None
        assert reading.problems == ()
        assert PROVIDER is not None
        extensions = Extensions(after=self.after, allowed=self.allowed)
        plan = make_plan(reading.recipe, PROVIDER, "t", extensions=extensions)
        outcomes: dict[str, Outcome] = {}
        for number, cell in enumerate(plan.cells):
            state = State.FAILED if number in missing else State.DONE
            pictures = () if number in missing else (self.store.put(png(10 * number)),)
            outcomes.setdefault(cell.digest, Outcome(cell.digest, state, pictures))
        return Run(self.folder, plan, outcomes, sent=0)

    def finish(
        self,
        steps: str,
        *,
        executing: bool = True,
        missing: Sequence[int] = (),
        processes: Callable[[], Executor] | None = None,
    ) -> Finish:
        run = self.run(steps, missing)
        ready = ready_steps(run.plan, Extensions(after=self.after, allowed=self.allowed), self.store)

        async def perform() -> Finish:
            with open_results(self.folder / RESULTS_NAME) as results, Hands(processes, self.limit) as hands:
                return await finish_run(
                    run,
                    ready,
                    results=results,
                    store=self.store,
                    hands=hands,
                    on_event=self.events.append,
                    executing=executing,
                )

        return asyncio.run(perform())

    def shades(self, finish: Finish) -> list[int]:
        return [shade_of(one.artifacts[0].path.read_bytes()) for one in finish.cells.values()]


def named(*steps: AfterStep) -> dict[str, AfterStep]:
    return {step.name: step for step in steps}


BRIGHTEN = AfterStep("brighten", brighten, options=schema(by=BY))
MEASURE = AfterStep("measure", measure, scores=SCORES)


@pytest.fixture
def scene(tmp_path: Path) -> Callable[..., Scene]:
    return lambda *steps, **more: Scene(tmp_path, named(*steps), **more)


def test_steps_run_in_order_on_what_the_one_before_made(scene: Callable[..., Scene]) -> None:
    finish = scene(BRIGHTEN, MEASURE).finish("[{use: brighten, by: 5}, measure, brighten]")
    assert [one.scores for one in finish.cells.values()] == [{"shade": 10 * n + 5} for n in range(6)]
    assert scene(BRIGHTEN).shades(finish) == [10 * n + 15 for n in range(6)]
    assert (finish.executed, finish.reused) == (18, 0)
    assert finish.scores == SCORES


def test_a_changed_option_runs_that_step_and_those_after_it(scene: Callable[..., Scene]) -> None:
    stage = scene(BRIGHTEN, MEASURE)
    stage.finish("[brighten, measure, {use: brighten, by: 1}]")
    again = stage.finish("[brighten, measure, {use: brighten, by: 1}]")
    assert (again.executed, again.reused) == (0, 18)
    changed = stage.finish("[brighten, measure, {use: brighten, by: 2}]")
    assert (changed.executed, changed.reused) == (6, 12)
    first = stage.finish("[{use: brighten, by: 3}, measure, {use: brighten, by: 2}]")
    assert first.executed == 18


def test_another_version_of_a_step_makes_everything_anew(scene: Callable[..., Scene]) -> None:
    scene(BRIGHTEN).finish("[brighten]")
    newer = AfterStep("brighten", brighten, options=schema(by=BY), version="2")
    assert scene(newer).finish("[brighten]").executed == 6


def test_a_step_that_is_not_pure_works_each_time_but_not_for_a_sheet(scene: Callable[..., Scene]) -> None:
    stage = scene(AfterStep("brighten", brighten, options=schema(by=BY), pure=False))
    stage.finish("[brighten]")
    assert stage.finish("[brighten]").executed == 6
    shown = stage.finish("[brighten]", executing=False)
    assert (shown.executed, shown.reused, shown.count("done")) == (0, 6, 6)


def test_sweeping_an_option_makes_each_result_once(scene: Callable[..., Scene]) -> None:
    stage = scene(BRIGHTEN, text="params: {prompt: cat}\naxes:\n  seed: [1, 2]\n  by: [1, 2]\n")
    finish = stage.finish("[{use: brighten, by: 7}, {use: brighten, by: '${{ by }}'}]")
    assert len(finish.cells) == 4
    assert stage.shades(finish) == [8, 9, 28, 29]
    assert finish.executed == 6  # two pictures brightened by 7, and each of these by 1 and by 2


def test_options_see_the_cell_and_the_scores_before(scene: Callable[..., Scene]) -> None:
    seen: list[Mapping[str, Json]] = []

    def look(work: Work) -> Made:
        seen.append(work.options)
        return Made()

    looking = AfterStep("look", look, options=schema(text={"type": "string"}, n={"type": "integer"}))
    stage = scene(MEASURE, looking, text="vars: {who: me}\nparams: {prompt: cat}\naxes: {seed: [7]}\n")
    step = "{use: look, text: '${{ who }} ${{ prompt }} ${{ label.seed }} ${{ scores.shade }}', n: '${{ seed }}'}"
    stage.finish(f"[measure, {step}]")
    assert seen == [{"text": "me cat 7 0", "n": 7}]


def test_an_option_that_does_not_fit_once_it_is_rendered_stops_its_cell(scene: Callable[..., Scene]) -> None:
    most: Json = {"type": "integer", "maximum": 2}
    stage = scene(AfterStep("brighten", brighten, options=schema(by=most)), text=TEXT)
    finish = stage.finish("[{use: brighten, by: '${{ seed }}'}]")
    assert [one.standing for one in finish.cells.values()] == ["done", "done", "failed"] * 2
    reasons = {one.reason for one in finish.cells.values() if one.reason}
    assert len(reasons) == 1
    assert reasons.pop().startswith("brighten (step 1): by: ")


def test_a_step_that_fails_stops_its_cell_which_keeps_its_picture(
    scene: Callable[..., Scene],
) -> None:
    broken = {20}

    def picky(work: Work) -> Made:
        shade = shade_of(work.shots[0].data)
        if shade in broken:
            raise StepError("too dull")
        if shade == 40:
            sys.exit("bye")
        return Made((png(200),))

    stage = scene(AfterStep("picky", picky), MEASURE)
    finish = stage.finish("[picky, measure]")
    assert [one.standing for one in finish.cells.values()] == ["done", "done", "failed", "done", "failed", "done"]
    assert stage.shades(finish) == [200, 200, 20, 200, 40, 200]
    told = [one for one in finish.cells.values() if one.standing == "failed"]
    assert [one.reason for one in told] == [
        "picky (step 1): too dull",
        "picky (step 1): it ends the program (SystemExit: bye)",
    ]
    assert [one.scores for one in told] == [{}, {}]
    broken.clear()
    again = stage.finish("[picky, measure]")
    assert [one.standing for one in again.cells.values()].count("failed") == 1
    assert again.executed == 2  # the picture that was dull, and the one that still leaves; its measure was known


def test_cells_without_pictures_are_left_out(scene: Callable[..., Scene]) -> None:
    finish = scene(MEASURE).finish("[measure]", missing=(1, 3))
    assert list(finish.cells) == [(0, 0), (0, 2), (1, 1), (1, 2)]


def test_a_step_compares_with_another_cell_as_the_steps_before_left_it(scene: Callable[..., Scene]) -> None:
    def against(work: Work) -> Made:
        own, other = (shade_of(shots[0].data) for shots in (work.shots, work.against))
        return Made((png(0),), scores={"off": own - other})

    compare = AfterStep("compare", against, scores={"off": Score("Off")}, reference=True)
    stage = scene(BRIGHTEN, compare)
    finish = stage.finish("[brighten, {use: compare, against: {sampler: k_euler}}]")
    assert [one.scores["off"] for one in finish.cells.values()] == [0, 0, 0, 30, 30, 30]


def test_a_cell_to_compare_with_that_has_no_picture_is_named(scene: Callable[..., Scene]) -> None:
    compare = AfterStep("compare", measure, scores=SCORES, reference=True)
    finish = scene(compare).finish("[{use: compare, against: {sampler: ddim_v3}}]", missing=(4,))
    assert finish.cells[0, 1].reason == (
        "compare (step 1): the cell to compare with (sampler ddim_v3) has no picture"
    )
    assert finish.cells[0, 0].standing == "done"


def test_a_step_among_cells_gets_all_of_them_in_order_and_once(scene: Callable[..., Scene]) -> None:
    calls: list[int] = []

    def rank(works: Sequence[Work]) -> list[Made]:
        calls.append(len(works))
        shades = [shade_of(work.shots[0].data) for work in works]
        return [Made(scores={"rank": sorted(shades).index(shade)}) for shade in shades]

    stage = scene(AfterStep("rank", rank, scores={"rank": Score("Rank")}, among=True))
    finish = stage.finish("[rank]")
    assert [one.scores["rank"] for one in finish.cells.values()] == list(range(6))
    assert stage.finish("[rank]").executed == 0
    assert stage.finish("[rank]", missing=(0,)).executed == 5
    assert calls == [6, 5]


def test_scores_of_a_step_that_is_used_twice_go_by_their_own_names(scene: Callable[..., Scene]) -> None:
    finish = scene(BRIGHTEN, MEASURE).finish("[measure, brighten, {use: measure, as: late}]")
    assert list(finish.scores) == ["shade", "late_shade"]
    assert finish.cells[0, 1].scores == {"shade": 10, "late_shade": 20}


def test_a_process_step_runs_elsewhere(scene: Callable[..., Scene]) -> None:
    stage = scene(AfterStep("pid", process_name, scores={"pid": Score("Process")}, where="process"), text=TEXT)
    pids = {one.scores["pid"] for one in stage.finish("[pid]").cells.values()}
    assert pids
    assert os.getpid() not in pids


def test_a_process_that_dies_costs_its_own_cell_only(scene: Callable[..., Scene]) -> None:
    stage = scene(AfterStep("dying", dying, where="process"), MEASURE, text="params: {prompt: cat}\n")
    finish = stage.finish("[dying, measure]")
    assert finish.cells[()].reason == "dying (step 1): the process that it ran in came to an end"


def test_a_function_that_cannot_be_sent_to_a_process_is_told(scene: Callable[..., Scene]) -> None:
    stage = scene(AfterStep("local", lambda work: measure(work), where="process"), text="params: {prompt: cat}\n")  # noqa: PLW0108  it must not be a module's function
    reason = stage.finish("[local]").cells[()].reason
    assert "it cannot run in a process of its own" in reason


def test_another_executor_takes_what_runs_in_processes(scene: Callable[..., Scene]) -> None:
    stage = scene(AfterStep("pid", process_name, scores={"pid": Score("Process")}, where="process"), text=TEXT)
    finish = stage.finish("[pid]", processes=lambda: ThreadPoolExecutor(1))
    assert {one.scores["pid"] for one in finish.cells.values()} == {os.getpid()}


def test_an_executor_that_cannot_be_had_is_told(scene: Callable[..., Scene]) -> None:
    def none() -> Executor:
        raise OSError("no cluster")

    stage = scene(AfterStep("pid", process_name, where="process"), text="params: {prompt: cat}\n")
    reason = stage.finish("[pid]", processes=none).cells[()].reason
    assert reason == "pid (step 1): its processes cannot be had: OSError: no cluster"


def test_a_coroutine_step_waits_for_others(scene: Callable[..., Scene]) -> None:
    barrier = asyncio.Barrier(6)

    async def together(_work: Work) -> Made:
        await barrier.wait()  # would hang if one waited for another
        return Made(scores={"shade": 1})

    finish = scene(AfterStep("together", together, scores=SCORES, where="async")).finish("[together]")
    assert finish.count("done") == 6


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "it returned nothing, and a step returns a Made"),
        (b"png", "it returned a bytes, and a step returns a Made"),
        (Made((b"text",)), "this is no picture"),
        (Made(()), "it made 0 pictures"),
        (Made("abc"), "its pictures are no list of bytes"),  # type: ignore[arg-type] # what plugins do
        (Made(scores={"other": 1}), "it gave the score other, of which it did not tell"),
        (Made(scores={"shade": float("nan")}), "its score shade is neither a finite number nor a text"),
        (Made(scores={"shade": [1]}), "its score shade is neither"),  # type: ignore[dict-item] # as above
        (Made(scores={"shade": "x" * 2001}), "its score shade is longer than 2,000 characters"),
        (Made(badges=("x" * 41,)), "a cell has at most 8 badges of 40 characters"),
        (Made(badges=(1,)), "its badges are no list of texts"),  # type: ignore[arg-type] # as above
    ],
)
def test_what_a_step_hands_back_is_not_believed(scene: Callable[..., Scene], answer: Made, said: str) -> None:
    finish = scene(AfterStep("odd", lambda _work: answer, scores=SCORES)).finish("[odd]")
    assert {one.standing for one in finish.cells.values()} == {"failed"}
    assert said in finish.cells[0, 0].reason


def test_events_tell_how_far_it_is(scene: Callable[..., Scene]) -> None:
    stage = scene(MEASURE)
    stage.finish("[measure]")
    assert stage.events[0] == StepStarted("measure", 1, 1, 6, 0)
    finished = [event for event in stage.events if isinstance(event, StepFinished)]
    assert sorted(event.cell for event in finished) == list(range(6))
    assert [event.left for event in finished] == [5, 4, 3, 2, 1, 0]
    stage.events.clear()
    stage.finish("[measure]")
    assert stage.events == [StepStarted("measure", 1, 1, 6, 6)]


def test_when_it_is_cancelled_what_was_made_is_kept(scene: Callable[..., Scene]) -> None:
    async def slow(work: Work) -> Made:
        shade = shade_of(work.shots[0].data)
        if shade >= 30:
            await asyncio.sleep(3600)
        return Made(scores={"shade": shade})

    stage = scene(AfterStep("slow", slow, scores=SCORES, where="async"))
    run = stage.run("[slow]")
    ready = ready_steps(run.plan, Extensions(after=stage.after), stage.store)

    three = asyncio.Event()

    def hear(event: Event) -> None:
        if isinstance(event, StepFinished) and event.left == 3:
            three.set()

    async def perform() -> Finish:
        with open_results(stage.folder / RESULTS_NAME) as results, Hands() as hands:
            doing = finish_run(run, ready, results=results, store=stage.store, hands=hands, on_event=hear)
            task = asyncio.create_task(doing)
            await three.wait()
            task.cancel()
            return await task

    finish = asyncio.run(perform())
    assert [one.standing for one in finish.cells.values()] == ["done"] * 3 + ["waiting"] * 3
    shown = stage.finish("[slow]", executing=False)
    assert (shown.reused, shown.count("waiting")) == (3, 3)


def test_a_store_that_cannot_be_written_is_told_as_it_is(scene: Callable[..., Scene], tmp_path: Path) -> None:
    def spoiling(_work: Work) -> Made:
        shutil.rmtree(tmp_path / "store", ignore_errors=True)
        (tmp_path / "store").write_text("a file where the folder was")
        return Made((png(77),))

    with pytest.raises(StorageError, match="the picture cannot be written"):
        scene(AfterStep("spoiling", spoiling)).finish("[spoiling]")


def test_a_damaged_memory_says_that_it_may_be_removed(scene: Callable[..., Scene], tmp_path: Path) -> None:
    (tmp_path / RESULTS_NAME).write_bytes(b"no database" * 100)
    with pytest.raises(StorageError, match="remove the file"):
        scene(MEASURE).finish("[measure]")


def test_a_picture_that_is_gone_from_the_store_is_made_again(scene: Callable[..., Scene]) -> None:
    stage = scene(BRIGHTEN)
    stage.finish("[{use: brighten, by: 5}]").cells[0, 0].artifacts[0].path.unlink()
    again = stage.finish("[{use: brighten, by: 5}]")
    assert (again.executed, again.reused) == (1, 5)
    assert all(one.artifacts[0].path.exists() for one in again.cells.values())


def test_the_lineage_of_a_picture_leads_back_to_the_servers(scene: Callable[..., Scene]) -> None:
    stage = scene(BRIGHTEN)
    finish = stage.finish("[{use: brighten, by: 101}, {use: brighten, by: 57}]")
    cell = finish.cells[0, 0]
    told = lineage(stage.folder / RESULTS_NAME, cell.keys)
    original = stage.store.put(png(0)).sha256
    assert [(one.step, one.options) for one in told] == [("brighten", {"by": 101}), ("brighten", {"by": 57})]
    assert told[0].pictures == (original,)
    assert told[0].made == told[1].pictures
    assert told[1].made == (cell.artifacts[0].sha256,)
    assert lineage(stage.folder / "none", cell.keys) == []


def test_a_step_that_nothing_brings_any_more_is_a_usage_error(scene: Callable[..., Scene]) -> None:
    stage = scene(BRIGHTEN)
    run = stage.run("[brighten]")
    with pytest.raises(UsageError, match="has the step brighten, which nothing brings here"):
        ready_steps(run.plan, Extensions(after={}), stage.store)
    stricter = AfterStep("brighten", brighten, options=schema(by={"type": "integer", "maximum": 5}))
    with pytest.raises(UsageError, match=r"changed since it was planned: after\[0\].by"):
        ready_steps(run.plan, Extensions(after={"brighten": stricter}), stage.store)
    guarded = AfterStep("brighten", brighten, options=schema(by=BY), permission="exec")
    with pytest.raises(UsageError, match="--allow exec"):
        ready_steps(run.plan, Extensions(after={"brighten": guarded}), stage.store)


def test_what_steps_made_survives_as_a_file(scene: Callable[..., Scene]) -> None:
    stage = scene(BRIGHTEN, MEASURE)
    run = stage.run("[brighten, measure]")
    finish = stage.finish("[brighten, measure]")
    path = stage.folder / FINISH_NAME
    write_finish(path, run.plan, finish)
    read = read_finish(path, run.plan, stage.store).finish
    assert read is not None
    assert dict(read.cells) == dict(finish.cells)
    assert read.scores == finish.scores
    other = stage.run("[{use: brighten, by: 11}, measure]")
    assert read_finish(path, other.plan, stage.store) == (None, ())
    assert read_finish(stage.folder / "none", run.plan, stage.store) == (None, ())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"standing": "done"', '"standing": "fine"'),
        ('"at": [0, 0]', '"at": [0, 9]'),
        ('"at": [0, 0]', '"at": [0]'),
        ("image/png", "image/../../x"),
        ('"scores": {"shade": 10}', '"scores": {"other": 10}'),
        ('"badges": []', '"badges": [1]'),
        ('{"at"', "{at"),
    ],
)
def test_a_damaged_line_is_told_with_its_place_and_costs_its_own_cell_alone(
    scene: Callable[..., Scene], old: str, new: str
) -> None:
    stage = scene(BRIGHTEN, MEASURE)
    run = stage.run("[brighten, measure]")
    path = stage.folder / FINISH_NAME
    write_finish(path, run.plan, stage.finish("[brighten, measure]"))
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    line = text[: text.index(old)].count("\n") + 1
    found, damage = read_finish(path, run.plan, stage.store)
    assert [re.search(rf"finish\.jsonl:{line}:1 .*damaged", str(one)) is not None for one in damage] == [True]
    assert found is not None
    assert len(found.cells) == 5  # of six: the others are as they were


def test_a_record_of_a_cell_is_frozen() -> None:
    finished = Finished(())
    with pytest.raises(AttributeError):
        finished.reason = "x"  # type: ignore[misc] # that it is refused is the point
