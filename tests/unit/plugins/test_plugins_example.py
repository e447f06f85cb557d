"""The example package works as it stands: its entry point, its module, its hook."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path

PLUGIN = Path(__file__).parents[3] / "plugins" / "teststrip-plugin-example"
PROGRAM = """
from pathlib import Path
from teststrip.plan.model import Cell, Plan
from teststrip.plugins.manager import load_plugins
from teststrip.plugins.telling import Listeners
from teststrip.run.model import Outcome, Run
from teststrip.run.state import State

cells = [Cell((0,), {}, "a"), Cell((1,), {}, "b")]
plan = Plan("Night", "r.yaml", "", "p", "m", "t", "", (), cells, (), None, "d")
outcomes = {"a": Outcome("a", State.DONE), "b": Outcome("b", State.FAILED)}
manager = load_plugins().manager
complaints = []
with Listeners(manager, complaints.append) as listeners:
    listeners.tell("teststrip_run_done", run=Run(Path.cwd(), plan, outcomes, 2))
print(manager.has_plugin("example"), complaints)
"""


def test_the_example_plugin_is_found_by_its_entry_point_and_hears_a_run(tmp_path: Path) -> None:
    points = tomllib.loads((PLUGIN / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]["teststrip"]
    info = tmp_path / "site" / "teststrip_plugin_example-0.1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: teststrip-plugin-example\nVersion: 0.1.0\n")
    lines = "".join(f"{name} = {module}\n" for name, module in points.items())
    (info / "entry_points.txt").write_text(f"[teststrip]\n{lines}")
    paths = f"import sys; sys.path[:0] = {[str(info.parent), str(PLUGIN)]!r}\n"
    done = subprocess.run(
        [sys.executable, "-c", paths + textwrap.dedent(PROGRAM)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    assert done.stdout.strip() == "True []"
    assert (tmp_path / "notes.txt").read_text("utf-8") == "Night: 1 of 2 cells done\n"
