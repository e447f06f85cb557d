from __future__ import annotations

import subprocess
import sys

import pytest

import teststrip


def test_every_public_name_is_there_and_there_are_at_most_twenty() -> None:
    assert len(teststrip.__all__) <= 20
    for name in teststrip.__all__:
        assert getattr(teststrip, name).__module__.startswith("teststrip") or name == "hookimpl"


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing_of_this_name"):
        getattr(teststrip, "nothing_of_this_name")  # noqa: B009  mypy would rightly refuse the plain form


@pytest.mark.parametrize(
    ("statement", "heavy"),
    [
        ("import teststrip", ("click", "yaml", "httpx", "numpy", "PIL")),
        ("import teststrip.cli.main", ("yaml", "httpx", "numpy", "PIL", "rich", "jsonschema", "starlette")),
        ("import teststrip.cli.check", ("httpx", "numpy", "PIL", "rich", "starlette")),
        ("import teststrip.cli.plan", ("numpy", "PIL", "starlette")),
    ],
)
def test_imports_are_late(statement: str, heavy: tuple[str, ...]) -> None:
    code = f"import sys; {statement}; print(sorted(set({heavy!r}) & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
