"""What was paid for stays paid for: the identity of a cell never changes by accident.

`golden_digests.json` has, for each recipe of the gallery and each good example, the digests of its cells by the
first version that had them. An entry is added with TESTSTRIP_REWRITE=1, which never changes one that is there.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from teststrip.cli.loaded import load
from teststrip.cli.stages import check_file

ROOT = Path(__file__).parents[3]
GOLDEN = Path(__file__).with_name("golden_digests.json")
RECIPES = sorted([*ROOT.glob("recipes/*.yaml"), *ROOT.glob("tests/cases/good/*/recipe.yaml")])
KEPT = 400  # digests written down for each recipe; the others follow from the same code


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", RECIPES, ids=name_of)
def test_cells_keep_the_identity_under_which_they_were_paid_for(path: Path) -> None:
    plan, problems, _ = check_file(path, load())
    assert plan is not None, problems
    digests = [cell.digest for cell in plan.cells][:KEPT]
    golden: dict[str, list[str]] = json.loads(GOLDEN.read_text("utf-8"))
    if os.environ.get("TESTSTRIP_REWRITE") and name_of(path) not in golden:
        golden[name_of(path)] = digests
        GOLDEN.write_text(json.dumps(golden, indent=1, sort_keys=True) + "\n", "utf-8")
    assert golden[name_of(path)] == digests
