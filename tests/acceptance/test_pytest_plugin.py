"""Recipes as tests, in a pytest of their own: collected, recorded, played, compared; by several workers too."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from PIL import Image
from test_emulate_command import emulating
from test_no_key_anywhere import PAGE
from test_record_and_replay import OFFLINE

import warm

RECIPE = """\
teststrip: 1
title: Night
model: gptproto/nai-diffusion-4-5-full
params: {prompt: 1girl, seed: 7, size: 64x64}
axes: {sampler: [k_euler, ddim_v3], steps: [1, 2]}
assert:
  - not_blank: true
"""
TESTS = """\
import pytest

pytestmark = pytest.mark.recipe("night.recipe.yaml")


def test_more_steps_make_another_picture(run):
    one, two = (run.cell(sampler="k_euler", steps=steps) for steps in (1, 2))
    assert one.done and two.done and one.failures == ()
    assert one.image().size == (64, 64)
    assert one.paths[0].read_bytes() != two.paths[0].read_bytes()
    assert [str(cell) for cell in run.cells][0] == "sampler=k_euler,steps=1"
    with pytest.raises(LookupError, match="2 cells of Night have steps=1"):
        run.cell(steps=1)


def test_it_looks_as_it_did(run, golden):
    golden(run.cell(sampler="k_euler", steps=2), within="exact")


@pytest.mark.block_network
async def test_a_coroutine_has_it_too(run):
    assert sum(cell.done for cell in run.cells) == 4
"""
# Where teststrip is installed as it is here, pytest finds the plugin by itself.
OWN = any(point.name == "teststrip" for point in entry_points(group="pytest11"))
PLUGIN = () if OWN else ("-p", "teststrip.testing.plugin")
PYTEST = OFFLINE.replace(
    "from teststrip.__main__ import main\nmain()", "import pytest\nsys.exit(pytest.main(sys.argv[1:]))"
)


def give(
    cwd: Path,
    *arguments: str,
    online: bool = False,
    remembers: bool = False,
    cold: bool = False,
    environ: Mapping[str, str] = {},
) -> subprocess.CompletedProcess[str]:
    """Run a pytest in a folder; unless `online`, without any network. It `remembers` what failed, if told so.

    A `cold` one is no copy of a process that has the program loaded.
    """
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GPTPROTO_", "PYTEST_"))}
    started = ["-m", "pytest"] if online else ["-c", PYTEST]
    forgetful = () if remembers else ("-p", "no:cacheprovider")
    command = [sys.executable, *started, *PLUGIN, "-o", "asyncio_mode=auto", *forgetful, "-ra", *arguments]
    seed = {"PYTHONHASHSEED": "7"} if cold else {}  # read by Python at its start, so that no copy will do
    return warm.run(command, cwd=cwd, env={**clean, **environ, **seed})


def outcomes(told: subprocess.CompletedProcess[str]) -> dict[str, int]:
    """Count what pytest says in its last line."""
    return {
        word: int(count)
        for count, word in re.findall(r"(\d+) (passed|failed|error)", told.stdout.splitlines()[-1])
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "night.recipe.yaml").write_text(RECIPE)
    (tmp_path / "other.yaml").write_text(RECIPE.replace("Night", "Other"))
    return tmp_path


def test_a_recipe_is_recorded_played_and_compared(folder: Path) -> None:
    told = give(folder)
    assert outcomes(told) == {"failed": 4}
    assert "cassettes/night holds no cassette: run pytest once with --teststrip-record" in told.stdout
    assert "Traceback" not in told.stdout

    told = give(folder, "--teststrip-record", online=True, cold=True)
    assert outcomes(told) == {"passed": 4}, told.stdout
    assert (folder / "cassettes" / "night" / "cassette.jsonl").is_file()

    (folder / "test_night.py").write_text(TESTS)
    told = give(folder, "--teststrip-update", cold=True)
    assert outcomes(told) == {"passed": 7}, told.stdout
    goldens = folder / "goldens" / "night"
    assert sorted(path.name for path in goldens.iterdir()) == [
        f"sampler-{sampler}+steps-{steps}.png" for sampler in ("ddim_v3", "k_euler") for steps in (1, 2)
    ]
    told = give(folder, "-v", "night.recipe.yaml::cell[sampler-k_euler+steps-2]")
    assert "night.recipe.yaml::cell[sampler-k_euler+steps-2] PASSED" in told.stdout

    (goldens / "sampler-ddim_v3+steps-1.png").unlink()
    with Image.open(goldens / "sampler-k_euler+steps-2.png") as picture:
        picture.load()
    picture.paste((250, 0, 0), (10, 10, 50, 50))
    picture.save(goldens / "sampler-k_euler+steps-2.png")
    told = give(folder, "--junit-xml=report.xml")
    assert outcomes(told) == {"failed": 3, "passed": 4}, told.stdout
    assert (
        "sampler-ddim_v3+steps-1.png: there is no golden picture; make it with --teststrip-update" in told.stdout
    )
    assert re.search(
        r"k_euler\+steps-2.png: \d+\.\d% of the pixels differ, SSIM 0\.\d+, hash \d+ of 64", told.stdout
    )
    beside = folder / ".teststrip-failures" / "night" / "sampler-k_euler+steps-2.png"
    assert f"side by side: {beside}" in told.stdout
    with Image.open(beside) as picture:
        assert picture.size == (3 * 64 + 4 * 8, 64 + 2 * 8)
        assert picture.getpixel((8 + 30, 8 + 30)) == (250, 0, 0)
    assert f'<property name="teststrip_side_by_side" value="{beside}"' in (folder / "report.xml").read_text()

    (goldens / "within.yaml").write_text("default: exact\nsampler=k_euler,steps=2: 64\n")
    told = give(folder, "night.recipe.yaml")
    assert outcomes(told) == {"failed": 1, "passed": 3}, told.stdout


def test_several_workers_play_and_record_one_recording(folder: Path) -> None:
    (folder / "test_night.py").write_text(TESTS.replace("def test_it_looks", "def no_test"))
    told = give(folder, "-n", "2", "--teststrip-record", "--teststrip", "other.yaml", ".", online=True)
    assert outcomes(told) == {"passed": 10}, told.stdout
    assert sorted(path.name for path in (folder / "cassettes").iterdir()) == ["night", "other.yaml"]
    told = give(folder, "-n", "2", "--teststrip", "other.yaml", ".", online=True)
    assert outcomes(told) == {"passed": 10}, told.stdout


def test_what_is_demanded_and_what_is_wrong_are_told_as_such(folder: Path) -> None:
    strict = RECIPE + "  - size: 64x96\n    cells: {steps: 2}\n    because: it is printed so\n"
    (folder / "night.recipe.yaml").write_text(strict)
    told = give(folder, "--teststrip-record", online=True)
    assert outcomes(told) == {"failed": 2, "passed": 2}, told.stdout
    assert "assert: the size is 64x64, and not 64x96; it is printed so" in told.stdout
    (folder / "night.recipe.yaml").write_text(strict.replace("steps: [1, 2]", "steps: [1, 2, 3]"))
    told = give(folder)
    assert outcomes(told) == {"failed": 4, "passed": 2}, told.stdout
    assert "differs in steps (" in told.stdout
    wrong = strict.replace("ddim_v3", "ddim_v4").replace("size: 64x96", "sizes: 1")
    (folder / "night.recipe.yaml").write_text(wrong)
    (folder / "test_none.py").write_text("def test_without_a_mark(run): ...\n")
    told = give(folder)
    assert outcomes(told) == {"error": 1}, told.stdout
    assert re.search(r"night\.recipe\.yaml:5:\d+ +axes\.sampler\[1\]", told.stdout)
    assert "assert[1].sizes  nothing here has this name" in told.stdout
    told = give(folder, "test_none.py")
    assert 'the fixture `run` needs @pytest.mark.recipe("x.recipe.yaml")' in told.stdout


ODD = """\
teststrip: 1
title: Odd
model: gptproto/nai-diffusion-4-5-full
params: {prompt: 1girl, seed: 7, size: 64x64}
axes:
  steps:
    - 1
    - {title: "1 and 2", value: 2}
    - {title: "a::b", value: 3}
    - {title: "[x] y]", value: 4}
    - {title: "two\\nlines\\e[31m", value: 5}
    - {title: "水彩 → é", value: 6}
    - {title: "LONG", value: 7}
    - {title: "not same", value: 8}
    - {title: "Not Same", value: 9}
    - {title: "1", value: 10}
assert:
  - size: 64x96
    cells: {steps: ["a::b", "水彩 → é"]}
""".replace("LONG", "a long label of many words " * 40)


def test_every_id_is_good_for_choosing_tests_whatever_labels_say(tmp_path: Path) -> None:
    (tmp_path / "odd.recipe.yaml").write_text(ODD, "utf-8")
    told = give(tmp_path, "--teststrip-record", "-v", online=True)
    assert outcomes(told) == {"passed": 8, "failed": 2}, told.stdout
    ids = re.findall(r"^(odd\.recipe\.yaml::\S+) (?:PASSED|FAILED)", told.stdout, re.MULTILINE)
    assert len(set(ids)) == 10
    assert "\x1b" not in told.stdout

    told = give(tmp_path, "-n", "2", "-v", online=True, remembers=True)
    assert outcomes(told) == {"passed": 8, "failed": 2}, told.stdout
    assert sorted(re.findall(r"(?:PASSED|FAILED) (odd\S+) *$", told.stdout, re.MULTILINE)) == sorted(ids)
    told = give(tmp_path, "--lf", remembers=True)
    assert outcomes(told) == {"failed": 2}, told.stdout

    names = [one.partition("::")[2] for one in ids]
    ways = [[[one], ["-k", name], ["--deselect", one]] for one, name in zip(ids, names, strict=True)]
    chosen = collected(tmp_path, [*(options for way in ways for options in way), ["-k", " or ".join(names[2:5])]])
    for number, one in enumerate(ids):
        rest = [other for other in ids if other != one]
        assert chosen[3 * number : 3 * number + 3] == [[one], [one], rest]
    assert chosen[-1] == ids[2:5]


PAIRS = """\
teststrip: 1
title: Pairs
model: gptproto/nai-diffusion-4-5-full
params: {prompt: 1girl, seed: 7, size: 64x64, steps: 1, n: 2}
axes: {style: [{title: x, set: {sampler: k_euler}}, {title: x-2, set: {sampler: ddim_v3}}]}
"""


def test_two_recipes_of_a_folder_and_two_pictures_of_a_cell_are_kept_apart(tmp_path: Path) -> None:
    for name in ("night.recipe.yaml", "night.yaml"):  # of one plan, too
        (tmp_path / name).write_text(PAIRS)
    told = give(
        tmp_path, "--teststrip-record", "--teststrip-update", "--teststrip", "night.yaml", ".", online=True
    )
    assert outcomes(told) == {"passed": 4}, told.stdout
    assert sorted(path.name for path in (tmp_path / "cassettes").iterdir()) == ["night", "night.yaml"]
    for name in ("night", "night.yaml"):
        files = sorted(path.name for path in (tmp_path / "goldens" / name).iterdir())
        assert files == ["style-x+p2.png", "style-x-2+p2.png", "style-x-2.png", "style-x.png"]

    (tmp_path / "goldens" / "night" / "within.yaml").write_text("style-x: 3\nstyle=x-2: exact\n")
    (tmp_path / "cassettes" / "night.yaml" / "cassette.jsonl").unlink()
    told = give(tmp_path, "--teststrip", "night.yaml", ".")
    assert outcomes(told) == {"passed": 2, "failed": 2}, told.stdout
    assert f"{Path('cassettes', 'night.yaml')} holds no cassette: run pytest once with" in told.stdout
    (tmp_path / "goldens" / "night" / "within.yaml").write_text("style-x-3: 3\n")
    told = give(tmp_path)
    assert outcomes(told) == {"failed": 2}, told.stdout
    assert "within.yaml: no cell is called 'style-x-3'; did you mean style-x-2?" in told.stdout


COLLECTING = """
import contextlib, io, json, pytest, sys
for options in json.loads(sys.argv[1]):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        pytest.main(["--collect-only", "-q", *sys.argv[2:], *options])
    print(json.dumps([line for line in said.getvalue().splitlines() if "::" in line]))
"""


def collected(folder: Path, choices: list[list[str]]) -> list[list[str]]:
    """Return what pytest would run with each of these options."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-c", COLLECTING, json.dumps(choices), *PLUGIN, "-p", "no:cacheprovider"]
    told = warm.run(command, cwd=folder, env=clean)
    assert told.returncode == 0, told.stderr
    return [json.loads(line) for line in told.stdout.splitlines()]


def test_the_plugin_costs_nothing_where_no_recipe_is_and_goes_with_recording(folder: Path) -> None:
    (folder / "test_plain.py").write_text(
        "import sys\n\n\ndef test_nothing_is_imported():\n"
        "    names = [name for name in sys.modules if name.startswith('teststrip.')]\n"
        "    assert [name for name in names if 'testing' not in name] == []\n"
    )
    told = give(folder, "test_plain.py", "--block-network", "--record-mode=none", cold=True)
    assert outcomes(told) == {"passed": 1}, told.stdout
    assert "--teststrip-record" in give(folder, "--help").stdout


BOTH = """\
import httpx
import pytest

pytestmark = [pytest.mark.vcr, pytest.mark.recipe("test_both.recipe.yaml")]


def test_one_of_each(run):
    assert all(cell.done for cell in run.cells)
    told = httpx.get("URL/api/v3/predictions/none/result", headers={"X-Own": "1"})
    assert told.status_code == 401


@pytest.mark.default_cassette("mine.yaml")
async def test_again(run):
    async with httpx.AsyncClient() as client:
        assert (await client.get("URL/api/v3/predictions/nobody/result")).status_code == 401
    assert sum(cell.done for cell in run.cells) == 4
"""


def test_pytest_recording_and_this_in_one_suite_keep_out_of_each_others_way(tmp_path: Path) -> None:
    def kept() -> dict[str, bytes]:
        """What lies in the one folder that both keep cassettes in, for the module and the recipe of one name."""
        folder = tmp_path / "cassettes" / "test_both"
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def theirs(files: dict[str, bytes]) -> dict[str, bytes]:
        return {name: data for name, data in files.items() if name.endswith(".yaml")}

    (tmp_path / "test_both.recipe.yaml").write_text(RECIPE)
    with emulating(tmp_path) as (url, _):
        (tmp_path / "test_both.py").write_text(BOTH.replace("URL", url))
        first = ("test_both.py", "test_both.recipe.yaml")  # so that ours is recorded while theirs records
        ours = ("--teststrip-record", "--teststrip-target", url)
        told = give(tmp_path, *first, "--record-mode=once", *ours, online=True)
        assert outcomes(told) == {"passed": 6}, told.stdout
        recorded = kept()
        assert set(theirs(recorded)) == {"test_one_of_each.yaml", "mine.yaml"}
        for data in theirs(recorded).values():
            assert data.count(b"- request:") == 1
            assert b"predictions/no" in data
        text = recorded["cassette.jsonl"].decode()
        assert (text.count('"method":"POST"'), "predictions/no" in text) == (4, False)

        told = give(tmp_path, *first, "--record-mode=rewrite", online=True)  # theirs alone
        assert outcomes(told) == {"passed": 6}, told.stdout
        assert {name: data for name, data in kept().items() if name not in theirs(recorded)} == {
            name: data for name, data in recorded.items() if name not in theirs(recorded)
        }
        rewritten = theirs(kept())
        assert set(rewritten) == set(theirs(recorded))
        told = give(tmp_path, *first, "--record-mode=none", "-n", "2", *ours, online=True)  # ours alone
        assert outcomes(told) == {"passed": 6}, told.stdout
        assert theirs(kept()) == rewritten
    before = kept()
    for options in (("--block-network",), ("--block-network", "--record-mode=none"), ("--disable-recording",)):
        chosen = first if "--disable-recording" not in options else first[1:]
        told = give(tmp_path, *chosen, *options)  # the server is gone, and no socket opens
        assert outcomes(told) == {"passed": 6 if len(chosen) == 2 else 4}, told.stdout
    assert kept() == before
    told = give(tmp_path, *first, "--block-network", "--teststrip-record", online=True)  # from the darkroom
    assert outcomes(told) == {"passed": 6}, told.stdout
    assert theirs(kept()) == rewritten
    assert kept()["cassette.jsonl"] != before["cassette.jsonl"]


def test_two_recipes_of_one_name_and_odd_labels_are_kept_apart_and_safe(tmp_path: Path) -> None:
    odd = RECIPE.replace("steps: [1, 2]", r'steps: [1, {title: "two\n\e[31m", value: 2}]')
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "night.recipe.yaml").write_text(odd + '    because: "\\e[7m"\n')
    told = give(tmp_path, "--teststrip-record", "--teststrip-update", "-v", online=True)
    assert outcomes(told) == {"passed": 8}, told.stdout
    assert "\x1b" not in told.stdout
    name = r"^b/night.recipe.yaml::cell\[sampler-k_euler\+steps-two_31m\+[0-9a-f]{8}\] PASSED"
    assert re.search(name, told.stdout, re.MULTILINE)
    for name in ("a", "b"):
        assert (tmp_path / name / "cassettes" / "night" / "cassette.jsonl").is_file()
        for path in (tmp_path / name / "goldens" / "night").glob("*.png"):
            Image.new("RGB", (64, 64), "red").save(path)
    told = give(tmp_path)
    assert outcomes(told) == {"failed": 8}, told.stdout
    assert "\x1b" not in told.stdout
    beside = {
        re.sub(r"^side by side: ", "", line) for line in told.stdout.splitlines() if "side by side: " in line
    }
    assert len(beside) == 8
    assert all(Path(path).is_file() for path in beside)


def test_a_paid_recording_that_was_cut_off_is_gone_on_with_and_nothing_is_paid_twice(folder: Path) -> None:
    recipe = RECIPE.replace("steps: [1, 2]", "steps: [1, 2, 3, 4]")
    (folder / "night.recipe.yaml").write_text(recipe)
    charges = folder / "charges.jsonl"
    with emulating(folder, "--charges", charges.name) as (url, _):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        live = clean | {"GPTPROTO_API_BASE_URL": url, "GPTPROTO_API_KEY": "sk-mine-0123456789"}
        options = ["-p", "no:cacheprovider", "--teststrip-record", "--teststrip-live", "night.recipe.yaml"]
        options += ["--teststrip-budget", "none"]
        started = [sys.executable, "-m", "pytest", *PLUGIN, *options]
        first = warm.start(started, cwd=folder, env=live, stdout=subprocess.PIPE)
        while first.poll() is None and not (charges.is_file() and charges.read_text()):
            time.sleep(0.05)
        first.send_signal(signal.SIGINT)
        said, _ = first.communicate(timeout=120)
        assert "KeyboardInterrupt" in said
        paid = len(charges.read_text().splitlines())
        assert 1 <= paid < 8
        assert not (folder / "cassettes" / "night").exists()
        told = warm.run(started, cwd=folder, env=live)
        assert outcomes(told) == {"passed": 8}, told.stdout
        assert len(charges.read_text().splitlines()) == 8
    assert [path.name for path in (folder / "cassettes").iterdir()] == ["night"]
    assert sorted(path.name for path in (folder / "cassettes" / "night").iterdir()) == ["blobs", "cassette.jsonl"]
    assert outcomes(give(folder, "night.recipe.yaml")) == {"passed": 8}


def quick_page(folder: Path) -> None:
    """Put the page beside, at another pace."""
    page = PAGE.read_text("utf-8").replace("interval: 1.5", "interval: 0.1")
    (folder / "providers").mkdir()
    (folder / "providers" / "page.md").write_text(page.replace("per_minute: 20", "per_minute: 6000"), "utf-8")


def recorded_live(folder: Path, url: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Record what lies in a folder, at a server that bills."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    started = [sys.executable, "-m", "pytest", *PLUGIN, "-p", "no:cacheprovider", "--teststrip-record"]
    live = clean | {"GPTPROTO_API_BASE_URL": url, "GPTPROTO_API_KEY": "sk-mine-0123456789"}
    return warm.run([*started, "--teststrip-live", *options], cwd=folder, env=live)


def test_nothing_is_paid_for_without_a_bound_and_no_more_than_it_in_a_session(folder: Path) -> None:
    """Each request costs 2 by the page; the two recipes have four each, and other cells."""
    (folder / "other.yaml").rename(folder / "other.recipe.yaml")
    other = (folder / "other.recipe.yaml").read_text().replace("seed: 7", "seed: 8")
    (folder / "other.recipe.yaml").write_text(other)
    quick_page(folder)
    charges = folder / "charges.jsonl"

    def paid() -> int:
        return len(charges.read_text().splitlines()) if charges.exists() else 0

    with emulating(folder, "--charges", charges.name) as (url, _):
        told = recorded_live(folder, url)
        assert (told.returncode, paid()) == (2, 0), told.stdout
        words = " ".join(told.stdout.split())
        assert "recording night.recipe.yaml costs money, and nothing says how much it may" in words
        assert "give --teststrip-budget N (Anlas, for all recipes of the session together)" in words
        told = recorded_live(folder, url, "--teststrip-budget", "much")
        assert (told.returncode, "--teststrip-budget: 'much' is no amount" in told.stderr) == (4, True), (
            told.stderr
        )

        told = recorded_live(folder, url, "--teststrip-budget", "12")
        assert outcomes(told) == {"failed": 4, "passed": 4}, told.stdout
        assert paid() == 6
        assert "it was not recorded: the budget of 4 Anlas is reached" in told.stdout
        assert "--teststrip-budget N allows more; what was paid for lies in" in told.stdout
        assert (folder / "cassettes" / "night" / "cassette.jsonl").is_file()
        assert not (folder / "cassettes" / "other").exists()

        # Gone on with, what was paid for before is no part of what this session may spend.
        (folder / "pytest.ini").write_text("[pytest]\nteststrip_budget = 4\n")
        told = recorded_live(folder, url, "other.recipe.yaml")
        assert outcomes(told) == {"passed": 4}, told.stdout
        assert paid() == 8
    assert sorted(path.name for path in (folder / "cassettes").iterdir()) == ["night", "other"]
    assert outcomes(give(folder)) == {"passed": 8}


def test_what_is_paid_for_and_not_on_the_cassette_is_never_thrown_away(folder: Path) -> None:
    """As a full disk or a kill between the ledger and the cassette leaves it."""
    quick_page(folder)
    charges = folder / "charges.jsonl"
    with emulating(folder, "--charges", charges.name) as (url, _):
        told = recorded_live(folder, url, "night.recipe.yaml", "--teststrip-budget", "4")
        assert outcomes(told) == {"failed": 4}, told.stdout
        (fresh,) = (folder / "cassettes").iterdir()
        tape = fresh / "cassette.jsonl"
        tape.write_text("".join(tape.read_text().splitlines(keepends=True)[:1]))
        for _ in range(2):
            told = recorded_live(folder, url, "night.recipe.yaml", "--teststrip-budget", "8")
            assert outcomes(told) == {"failed": 4}, told.stdout
            assert len(charges.read_text().splitlines()) == 4
            assert "2 of 4 requests that are paid for are not on the cassette" in told.stdout
            assert "to record anew, and to pay for all of it again" in told.stdout
            assert list((folder / "cassettes").iterdir()) == [fresh]
            assert len(list((fresh / "runs" / "store").rglob("*.png"))) >= 1
        shutil.rmtree(fresh)
        told = recorded_live(folder, url, "night.recipe.yaml", "--teststrip-budget", "8")
        assert outcomes(told) == {"passed": 4}, told.stdout
    assert [path.name for path in (folder / "cassettes").iterdir()] == ["night"]


def test_a_pytest_that_a_worker_of_another_started_records_in_every_session(folder: Path) -> None:
    for _ in range(2):
        told = give(
            folder, "--teststrip-record", "night.recipe.yaml", online=True, environ={"PYTEST_XDIST_WORKER": "gw0"}
        )
        assert outcomes(told) == {"passed": 4}, told.stdout
        shutil.rmtree(folder / "cassettes")


def test_a_recording_that_fails_leaves_the_old_cassette_as_it_was(folder: Path) -> None:
    quick_page(folder)
    with emulating(folder) as (url, _):
        assert outcomes(recorded_live(folder, url, "night.recipe.yaml", "--teststrip-budget", "8")) == {
            "passed": 4
        }
        tape = folder / "cassettes" / "night" / "cassette.jsonl"
        before = tape.read_bytes()
        told = recorded_live(folder, url, "night.recipe.yaml", "--teststrip-budget", "2")
        assert outcomes(told) == {"failed": 4}, told.stdout
    assert tape.read_bytes() == before
    assert outcomes(give(folder, "night.recipe.yaml")) == {"passed": 4}
