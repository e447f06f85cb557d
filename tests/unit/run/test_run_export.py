"""An export: names that are safe, pictures as they were, and what is left out is told."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path, PurePosixPath

from hypothesis import given
from hypothesis import strategies as st
from run_bench import Bench, make_plan, png, requests

from teststrip.plan.model import Axis, AxisValue, Cell
from teststrip.run.export import Export, export_run, readable
from teststrip.run.model import Run
from teststrip.run.redact import redacted
from teststrip.run.store import Store

ALLOWED = set("._+-")


@given(st.lists(st.text(), max_size=4))
def test_every_label_gives_a_name_that_stays_where_it_is(labels: list[str]) -> None:
    name = readable(labels)
    assert len(name.encode()) <= 80
    assert all(sign.isalnum() or sign in ALLOWED for sign in name)
    assert not name.startswith((".", "-"))
    assert not name.endswith(".")
    assert PurePosixPath(f"0_{name}").parts == (f"0_{name}",)


async def exported(root: Path, labels: list[str], **options: bool) -> tuple[Run, Export]:
    values = tuple(AxisValue(label, seed) for seed, label in enumerate(labels, 1))
    plan = make_plan([{"prompt": "a secret boat", "seed": seed} for seed in range(1, len(labels) + 1)])
    plan = replace(plan, axes=(Axis("seed", values, parameter=True),))
    run = await Bench(root).run(plan)
    if options.get("redact"):
        run = redacted(run)
    return run, export_run(run, Store(root / "store"), {}, **options)


async def test_hostile_labels_are_unique_and_harmless(tmp_path: Path) -> None:
    labels = ["../../etc/passwd", "..", "CON", "a/b", "a\\b", "a:b", "\x1b[2J", "=cmd()", "A/B", ""]
    _, export = await exported(tmp_path, labels)
    names = [member.name for member in export.members]
    assert len({name.casefold() for name in names}) == len(names)
    assert "pictures/0_etc-passwd.png" in names
    assert not any(".." in name or "\\" in name or name.startswith("/") for name in names)
    table = next(member.data().decode() for member in export.members if member.name == "manifest.csv")
    assert "'=cmd()" in table
    assert "\x1b" not in table


async def test_several_pictures_of_a_cell_are_numbered_and_whole(tmp_path: Path) -> None:
    plan = make_plan([{"prompt": "a boat", "seed": 1, "n": 2}])
    run = await Bench(tmp_path).run(plan)
    export = export_run(run, Store(tmp_path / "store"), {})
    pictures = {member.name: member.data() for member in export.members if member.name.endswith(".png")}
    assert pictures == {"pictures/0_1.png": png(1), "pictures/0_2.png": png(1001)}


async def test_cells_that_share_a_request_share_its_file(tmp_path: Path) -> None:
    plan = make_plan(requests(1))
    cell = plan.cells[0]
    plan = replace(plan, cells=(cell, Cell((1,), cell.request, cell.digest)))
    run = await Bench(tmp_path).run(plan)
    export = export_run(run, Store(tmp_path / "store"), {})
    manifest = json.loads(next(one.data() for one in export.members if one.name == "manifest.json"))
    assert [cell["pictures"][0]["file"] for cell in manifest["cells"]] == ["pictures/0.png"] * 2


async def test_what_is_missing_or_damaged_is_told(tmp_path: Path) -> None:
    run, _ = await exported(tmp_path, ["1", "2", "3"])
    first, second, _ = (run.outcomes[cell.digest].artifacts[0].path for cell in run.plan.cells)
    first.unlink()
    second.write_bytes(second.read_bytes()[:-1] + b"x")
    export = export_run(run, Store(tmp_path / "store"), {})
    assert [note.split(" is left out")[0] for note in export.notes] == ["pictures/0_1.png", "pictures/1_2.png"]
    assert [one.name for one in export.members if one.name.startswith("pictures/")] == ["pictures/2_3.png"]


async def test_a_redacted_export_names_no_request_in_any_way(tmp_path: Path) -> None:
    run, export = await exported(tmp_path, ["1", "2"], redact=True)
    names = [member.name for member in export.members]
    assert names == ["manifest.csv", "manifest.json", "pictures/0_1.png", "pictures/1_2.png"]
    data = b"".join(member.data() for member in export.members)
    assert b"secret" not in data
    assert not any(cell.digest.encode() in data for cell in run.plan.cells)
    assert not any(cell.request for cell in run.plan.cells)


def test_labels_that_are_texts_are_hidden_and_others_stay() -> None:
    values = (
        AxisValue("k_euler", "k_euler"),
        AxisValue("832x1216", "832x1216"),
        AxisValue("7", 7),
        AxisValue("night sky, stars", "night sky, stars"),
        AxisValue("Stars", "night sky, stars", note="of the night sky"),
        AxisValue("Ink", "black brush"),
        AxisValue("cat", replace={"dog": "cat"}, replace_in="prompt"),
        AxisValue("Draft", sets={"steps": 4, "prompt": "a rough drafty sketch"}),
    )
    plan = replace(
        make_plan(requests(1)),
        axes=(Axis("style", values, parameter=False),),
        page_request={"properties": {"sampler": {"enum": ["k_euler"]}}},
    )
    bare = redacted(Run(Path("x"), plan, {}, 0)).plan
    assert [value.label for value in bare.axes[0].values] == [
        *("k_euler", "832x1216", "7", "value 4", "value 5", "Ink", "value 7", "value 8")
    ]
    assert not any(value.note or value.sets or value.replace for value in bare.axes[0].values)
