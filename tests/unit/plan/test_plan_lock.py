from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teststrip import __version__
from teststrip.base.json import Json, sha256
from teststrip.errors import LockError, UsageError
from teststrip.plan.identity import cell_digest, plan_digest
from teststrip.plan.lock import dump_lock, is_lock, keep_lock, seal_of, write_lock, write_lock_over
from teststrip.plan.lock_cells import RowDigests
from teststrip.plan.lock_read import load_lock, parse_lock
from teststrip.plan.make import make_plan
from teststrip.plan.model import Axis, AxisValue, Cell, Plan, Reason
from teststrip.plan.portable import portable
from teststrip.provider.catalogue import find_provider
from teststrip.recipe.load import load_recipe
from teststrip.recipe.model import SheetSpec
from teststrip.run.files import DiskFiles

GOOD = Path(__file__).parent.parent.parent / "cases" / "good"
SHEET: dict[str, Json] = {"rows": [], "cols": [], "pages": [], "formats": ["png"]}
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=300),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=4,
)


def planned(name: str) -> Plan:
    provider = find_provider("gptproto")
    assert provider is not None
    file = GOOD / name / "recipe.yaml"
    return make_plan(load_recipe(file), provider, "darkroom/1", DiskFiles(file))


@pytest.mark.parametrize("name", sorted(path.name for path in GOOD.iterdir()))
def test_a_lock_is_the_whole_plan(name: str, tmp_path: Path) -> None:
    plan = planned(name)
    write_lock(tmp_path / "plan.lock.json", plan)
    loaded = load_lock(tmp_path / "plan.lock.json")
    assert loaded.cells == plan.cells
    assert loaded.axes == plan.axes
    assert (loaded.budget, loaded.rate, loaded.concurrency) == (plan.budget, plan.rate, plan.concurrency)
    assert loaded.sheets == plan.sheets
    assert (loaded.digest, loaded.title, loaded.target) == (plan.digest, plan.title, plan.target)
    assert dump_lock(loaded) == dump_lock(plan)


def test_a_lock_has_what_few_sheets_ask_for(tmp_path: Path) -> None:
    plan = planned("every-kind-of-axis")
    name = plan.axes[0].name
    wishes = SheetSpec(
        super_rows=(name,), author="A", notes=("b", "c"), theme="dark", cell_width=99, formats=("pdf", "csv")
    )
    other = SheetSpec(animate=name, width=900, formats=("webp",))
    file = tmp_path / "plan.lock.json"
    write_lock(file, replace(plan, sheets=(wishes, other, SheetSpec())))
    assert load_lock(file).sheets == (wishes, other, SheetSpec())


def test_a_big_lock_that_is_there_is_left_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("teststrip.plan.lock._WORTH_LOOKING", 1)
    file = tmp_path / "plan.lock.json"
    plan = planned("every-kind-of-axis")
    keep_lock(file, plan)
    before = file.stat().st_mtime_ns, file.stat().st_ino
    keep_lock(file, plan)
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == before
    text = file.read_text()
    for other in (text[:-20], text.replace('"title": "', '"title": "x'), "{}", ""):
        file.write_text(other)
        keep_lock(file, plan)
        assert file.read_text() == text
    keep_lock(file, replace(plan, title="Another"))
    assert load_lock(file).title == "Another"


def test_a_lock_does_not_depend_on_where_the_recipe_lies(tmp_path: Path) -> None:
    copy = tmp_path / "recipe.yaml"
    copy.write_bytes((GOOD / "one-cell" / "recipe.yaml").read_bytes())
    provider = find_provider("gptproto")
    assert provider is not None
    assert dump_lock(make_plan(load_recipe(copy), provider, "darkroom/1")) == dump_lock(planned("one-cell"))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"steps": 12', '"steps": 13', "edited"),
        ('"at": [0, 0, 0, 0, 0, 0, 1]', '"at": [0, 0, 0, 0, 0, 0, 0]', "moved"),
        ('"teststrip_lock": 2', '"teststrip_lock": 3', "format"),
        ('"cells"', '"sells"', "edited"),
        ("{", "", "no lock"),
    ],
)
def test_an_edited_or_broken_lock_is_refused(old: str, new: str, words: str) -> None:
    text = dump_lock(planned("every-kind-of-axis"))
    assert old in text
    with pytest.raises(LockError, match=words):
        parse_lock(text.replace(old, new, 1), "plan.lock.json")


def test_a_lock_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LockError, match="cannot be read"):
        load_lock(tmp_path / "plan.lock.json")


def test_a_lock_says_once_what_all_requests_share() -> None:
    body = json.loads(dump_lock(planned("typed-by-the-page")))
    assert body["request"]["steps"] == 28
    assert [set(cell["request"]) for cell in body["cells"]] == [{"negative_prompt"}] * 3


def test_a_lock_has_what_it_was_made_from() -> None:
    body = json.loads(dump_lock(planned("every-kind-of-axis")))
    text = (GOOD / "every-kind-of-axis" / "recipe.yaml").read_text("utf-8")
    (source,) = body["recipe"]["files"]
    assert (source["file"], source["text"], source["digest"]) == ("recipe.yaml", text, sha256(text.encode()))
    assert body["page"]["file"] == "gptproto-novelai.md"
    assert body["page"]["request"]["properties"]["steps"]["maximum"] == 50
    assert body["versions"] == {"teststrip": __version__, "renderer": "1"}


def test_a_lock_has_what_sheets_say_of_places_without_cells_and_of_values() -> None:
    plan = planned("typed-by-the-page")
    values = (
        replace(plan.axes[0].values[0], skip=True, note="why"),
        replace(plan.axes[0].values[1], hide=True),
        *plan.axes[0].values[2:],
    )
    odd = AxisValue("odd", replace={"girl": "boy"}, replace_in="prompt", sets={"steps": 3})
    axes = (replace(plan.axes[0], values=values), Axis("more", (odd,), parameter=False, union=True))
    cells = tuple(Cell((*cell.coordinates, 0), cell.request, cell.digest) for cell in plan.cells)
    plan = replace(
        plan,
        axes=axes,
        cells=cells,
        digest=plan_digest(plan.provider, plan.model, plan.target, axes, cells),
        reasons=(Reason("skip", "not yet", 1), Reason("where", "steps > 3", 7)),
        excluded={(0, 0): 1, (1, 0): 0},
        zips=((axes[0].name, "more"),),
    )
    found = parse_lock(dump_lock(plan), "x")
    for name in ("axes", "reasons", "excluded", "zips", "cells"):
        assert getattr(found, name) == getattr(plan, name)
    assert dump_lock(found) == dump_lock(plan)


def test_seeds_are_locked_as_they_were_drawn() -> None:
    plan = planned("typed-by-the-page")
    seeds = {cell.request["seed"] for cell in plan.cells}
    assert {cell.request["seed"] for cell in parse_lock(dump_lock(plan), "x").cells} == seeds
    assert json.loads(dump_lock(plan))["request"]["seed"] in seeds


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("recipes/night.yaml", "recipes/night.yaml"),
        ("/home/ada/recipes/night.yaml", "night.yaml"),
        ("../night.yaml", "night.yaml"),
        ("a/../../night.yaml", "night.yaml"),
    ],
)
def test_a_lock_names_no_folder_of_this_machine(given: str, kept: str) -> None:
    assert portable(given) == kept
    plan = replace(planned("one-cell"), recipe_file=given)
    assert json.loads(dump_lock(plan))["recipe"]["file"] == kept


def test_white_space_may_change_and_nothing_else() -> None:
    plan = planned("every-kind-of-axis")
    text = dump_lock(plan)
    for other in (
        json.dumps(json.loads(text)),
        json.dumps(json.loads(text), indent=4),
        text.replace("\n", "\r\n"),
    ):
        assert parse_lock(other, "x").cells == plan.cells


@pytest.mark.parametrize("format_number", [1, 0, -1])
def test_an_earlier_format_is_refused_with_what_to_do(format_number: int) -> None:
    text = dump_lock(planned("one-cell")).replace('"teststrip_lock": 2', f'"teststrip_lock": {format_number}')
    with pytest.raises(LockError, match=r"earlier format.*plan the recipe again"):
        parse_lock(text, "plan.lock.json")


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{}", '{"teststrip_lock": true}', '{"name": "x"}', "[" * 100_000]
)
def test_what_is_no_lock_is_told_so(text: str) -> None:
    with pytest.raises(LockError) as caught:
        parse_lock(text, "plan.lock.json")
    assert str(caught.value.problems[0].where).startswith("plan.lock.json:1:")


def test_a_lock_that_was_cut_short_says_where() -> None:
    text = dump_lock(planned("typed-by-the-page"))
    with pytest.raises(LockError, match="cut short") as caught:
        parse_lock(text[: text.index('"digest"', text.index('"cells"')) + 20], "plan.lock.json")
    assert caught.value.problems[0].where.line == text.count("\n", 0, text.index('"cells"')) + 2


def test_an_edited_cell_is_named_at_its_line() -> None:
    text = dump_lock(planned("every-kind-of-axis"))
    head, cells, rest = text.partition('"cells"')
    edited = head + cells + rest.replace('"steps": 12', '"steps": 13', 1)
    with pytest.raises(LockError) as caught:
        parse_lock(edited, "plan.lock.json")
    (problem,) = caught.value.problems
    assert problem.path.startswith("cells[")
    assert problem.where.line == edited.count("\n", 0, edited.index('"steps": 13')) + 1


def _crafted(**members: object) -> str:
    """A lock with other members, sealed as one that was written would be."""
    body = json.loads(dump_lock(planned("typed-by-the-page"))) | members
    body["seal"] = seal_of(body)
    return json.dumps(body)


@pytest.mark.parametrize(
    ("members", "path"),
    [
        ({"title": 3}, "title"),
        ({"recipe": []}, "recipe"),
        ({"recipe": {"file": "r.yaml", "digest": "", "files": ["../x"]}}, "recipe.files[0]"),
        ({"page": {"file": "p.md", "digest": ""}}, "page.request"),
        ({"concurrency": 1000}, "concurrency"),
        ({"concurrency": True}, "concurrency"),
        ({"budget": 9}, "budget"),
        ({"budget": "-9"}, "budget"),
        ({"rate": "fast"}, "rate"),
        ({"axes": [{"name": "x", "values": [{"label": 1}], "parameter": True}]}, "axes[0].values[0].label"),
        ({"axes": []}, "cells[0].at"),
        ({"cells": [None]}, "cells[0]"),
        ({"cells": [{"at": [0], "request": {}}]}, "cells[0].digest"),
        ({"cells": [{"at": ["0"], "digest": "", "request": {}}]}, "cells[0].at"),
        ({"cells": [{"at": [10**9], "digest": "", "request": {}}]}, "cells[0].at"),
        ({"cells": []}, "cells"),
        ({"sheets": [{"rows": ["x"], "cols": [], "pages": [], "formats": []}]}, "sheets[0]"),
        ({"sheets": [{"rows": [], "cols": [], "pages": [], "formats": [3]}]}, "sheets[0].formats"),
        ({"sheets": [{"rows": [], "cols": [], "pages": [], "formats": ["../x"]}]}, "sheets[0].formats"),
        ({"sheets": [{"rows": [], "cols": [], "pages": [], "formats": ["png", "png"]}]}, "sheets[0].formats"),
        ({"sheets": [{"rows": [], "cols": [], "pages": [], "formats": ["png"], "title": 3}]}, "sheets[0].title"),
        ({"sheets": [{"rows": [], "cols": [], "pages": [], "formats": ["png"]}] * 101}, "sheets"),
        ({"sheets": [{**SHEET, "cell_width": 9}]}, "sheets[0].cell_width"),
        ({"sheets": [{**SHEET, "width": 2**40}]}, "sheets[0].width"),
        ({"sheets": [{**SHEET, "theme": "<b>"}]}, "sheets[0].theme"),
        ({"sheets": [{**SHEET, "notes": ["a", 3]}]}, "sheets[0].notes[1]"),
        ({"sheets": [{**SHEET, "super_rows": ["x"]}]}, "sheets[0]"),
        ({"sheets": [{**SHEET, "animate": "x"}]}, "sheets[0]"),
        ({"digest": "../../etc"}, "cells"),
        ({"zips": [["x"]]}, "zips[0]"),
        ({"zips": [3]}, "zips[0]"),
        ({"reasons": [{"kind": "other", "text": "", "places": 1}]}, "reasons[0].kind"),
        ({"reasons": [{"kind": "skip", "text": "", "places": -1}]}, "reasons[0].places"),
        ({"excluded": [[0, 0]]}, "excluded[0]"),
        ({"excluded": [[]]}, "excluded[0]"),
        ({"target": "live https://elsewhere.example"}, "cells[0]"),
        ({"versions": {}}, "versions.teststrip"),
    ],
)
def test_a_crafted_lock_is_refused_at_the_member_that_is_wrong(members: dict[str, object], path: str) -> None:
    with pytest.raises(LockError) as caught:
        parse_lock(_crafted(**members), "plan.lock.json")
    assert caught.value.problems[0].path == path


@given(st.data())
def test_whatever_is_done_to_a_lock_it_is_refused_or_means_the_same(data: st.DataObject) -> None:
    plan = planned("typed-by-the-page")
    text = dump_lock(plan)
    start = data.draw(st.integers(0, len(text)))
    stop = data.draw(st.integers(start, min(len(text), start + 40)))
    other = text[:start] + data.draw(st.text(max_size=10)) + text[stop:]
    try:
        found = parse_lock(other, "x")
    except LockError:
        return
    assert dump_lock(found) == text


@given(
    st.dictionaries(st.text(max_size=3), VALUES, max_size=5),
    st.lists(st.dictionaries(st.text(max_size=3), VALUES, max_size=5), max_size=4),
    st.text(max_size=5),
)
def test_digests_from_fragments_are_those_of_the_whole(
    shared: dict[str, Json], rows: list[dict[str, Json]], target: str
) -> None:
    digest_of = RowDigests("p%s", "m", target, shared)
    for row in rows:
        assert digest_of(row) == cell_digest("p%s", "m", target, {**shared, **row})


def test_only_a_lock_is_written_over(tmp_path: Path) -> None:
    plan, other = planned("one-cell"), planned("typed-by-the-page")
    path = tmp_path / "new" / "plan.lock.json"
    write_lock_over(path, plan)
    write_lock_over(path, other)
    assert load_lock(path).digest == other.digest
    for name, text in (("recipe.yaml", "teststrip: 1"), ("package.lock.json", '{"name": "x"}'), ("empty.txt", "")):
        (tmp_path / name).write_text(text)
        with pytest.raises(UsageError, match="is no lock"):
            write_lock_over(tmp_path / name, plan)
        assert (tmp_path / name).read_text() == text
    with pytest.raises(UsageError, match="folder"):
        write_lock_over(tmp_path, plan)


def test_a_lock_is_known_by_what_is_in_it(tmp_path: Path) -> None:
    write_lock(tmp_path / "anything", planned("one-cell"))
    (tmp_path / "indented").write_text(json.dumps(json.loads((tmp_path / "anything").read_text()), indent=8))
    (tmp_path / "recipe.yaml").write_text('{"teststrip": 1, "model": "teststrip_lock"}')
    assert is_lock(tmp_path / "anything")
    assert is_lock(tmp_path / "indented")
    assert is_lock(tmp_path / "not-there.lock.json")
    assert not is_lock(tmp_path / "recipe.yaml")
    assert not is_lock(tmp_path)
    assert not is_lock(tmp_path / "not-there.yaml")


def test_many_cells_are_written_and_read_in_seconds_and_without_their_requests() -> None:
    values = tuple(AxisValue(str(number), number) for number in range(100))
    axes = tuple(Axis(name, values[:count], parameter=True) for name, count in (("seed", 100), ("steps", 100)))
    base: dict[str, Json] = {"prompt": "1girl, silver hair", "size": "832x1216", "scale": 6.0, "n": 1}
    cells = tuple(
        Cell((seed, steps), request, cell_digest("p", "m", "t", request))
        for seed in range(100)
        for steps in range(100)
        for request in [{**base, "seed": seed, "steps": steps}]
    )
    digest = plan_digest("p", "m", "t", axes, cells)
    plan = Plan("x", "r.yaml", "", "p", "m", "t", "", axes, cells, (), None, digest)
    text = dump_lock(plan)
    assert len(text) < 150 * len(cells)
    tracemalloc.start()
    found = parse_lock(text, "x")
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.cells == cells
    assert kept < 700 * len(cells)
    assert peak < 1700 * len(cells)


@given(st.lists(st.dictionaries(st.sampled_from("abcde"), VALUES, max_size=5), max_size=6))
def test_requests_may_differ_in_which_members_they_have(requests: list[dict[str, Json]]) -> None:
    axes = (Axis("x", tuple(AxisValue(str(at), at) for at in range(len(requests))), parameter=True),)
    cells = tuple(Cell((at,), one, cell_digest("p", "m", "t", one)) for at, one in enumerate(requests))
    plan = Plan("x", "", "", "p", "m", "t", "", axes, cells, (), None, plan_digest("p", "m", "t", axes, cells))
    found = parse_lock(dump_lock(plan), "x")
    assert found.cells == cells
    assert dump_lock(found) == dump_lock(plan)
