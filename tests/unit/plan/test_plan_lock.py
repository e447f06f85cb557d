from __future__ import annotations

import json
from pathlib import Path

import pytest

from teststrip.errors import LockError
from teststrip.plan.lock import dump_lock, load_lock, parse_lock, write_lock
from teststrip.plan.make import make_plan
from teststrip.plan.model import Plan
from teststrip.provider.catalogue import find_provider
from teststrip.recipe.load import load_recipe

GOOD = Path(__file__).parent.parent.parent / "cases" / "good"


def planned(name: str) -> Plan:
    provider = find_provider("gptproto")
    assert provider is not None
    return make_plan(load_recipe(GOOD / name / "recipe.yaml"), provider, "darkroom/1")


@pytest.mark.parametrize("name", sorted(path.name for path in GOOD.iterdir()))
def test_a_lock_is_the_whole_plan(name: str, tmp_path: Path) -> None:
    plan = planned(name)
    write_lock(tmp_path / "plan.lock.json", plan)
    loaded = load_lock(tmp_path / "plan.lock.json")
    assert loaded.cells == plan.cells
    assert loaded.axes == plan.axes
    assert loaded.sheets == plan.sheets
    assert (loaded.digest, loaded.title, loaded.target) == (plan.digest, plan.title, plan.target)
    assert dump_lock(loaded) == dump_lock(plan)


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
        ('"at": [0, 0, 0, 0, 0, 0, 1]', '"at": [0, 0, 0, 0, 0, 0, 0]', "edited"),
        ('"teststrip_lock": 2', '"teststrip_lock": 3', "format"),
        ('"cells"', '"sells"', "damaged"),
        ("{", "", "damaged"),
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
