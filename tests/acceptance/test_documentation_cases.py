"""Every folder of tests/cases/docs is a page of documentation: adopting it says what its expected.json says.

The pages are invented, one for each way in which documentation is written. `expected.json` is all that
`teststrip provider adopt PAGE --json` prints. After a wanted change:
TESTSTRIP_REWRITE=1 pytest tests/acceptance/test_documentation_cases.py, and read the difference.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from teststrip.cli.provider_adopt import command

CASES = Path(__file__).parent.parent / "cases" / "docs"
NAMES = sorted(path.name for path in CASES.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_documentation_is_read_as_it_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = CASES / name
    monkeypatch.chdir(folder)
    (page,) = folder.glob("page.*")
    result = CliRunner().invoke(command, [page.name, "--json"])
    found = json.loads(result.stdout)
    if os.environ.get("TESTSTRIP_REWRITE"):
        text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
        (folder / "expected.json").write_text(text, "utf-8")
    assert found == json.loads((folder / "expected.json").read_text("utf-8"))
    assert result.stderr == ""
    assert result.exit_code == (1 if found["flags"] else 0)
