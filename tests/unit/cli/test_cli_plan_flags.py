from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from teststrip.cli.plan import command

CASE = Path(__file__).parent.parent.parent / "cases" / "good" / "axes-by-rule" / "recipe.yaml"


def test_a_plan_marks_the_values_that_are_skipped_and_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(command, [str(CASE)])
    assert result.exit_code == 0
    assert "0, 0.5 (skipped), Much (hidden)" in result.stdout
