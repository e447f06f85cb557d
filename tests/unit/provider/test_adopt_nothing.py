"""What is told of a page on which no parameter is read: where it was looked, and what stands there instead."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from teststrip.cli.provider_adopt import command
from teststrip.provider.adopt.nothing import why_nothing
from teststrip.provider.adopt.page import adopt

TABLES = """\
# Streams

## Events

| Event | Meaning |
|---|---|
| `done` | It is done |

## Errors

| Code | Meaning |
|---|---|
| 404 | Not there |
"""
POINTER = """\
---
title: Hear
openapi: 'POST /hear'
---

## Example

```json
{"sound": "https://a.example/b.wav", "language": "nl"}
```
"""


def told(text: str) -> tuple[str, ...]:
    adoption = adopt(text, "page.md")
    assert not adoption.reading.entries
    return why_nothing(text, adoption.reading)


def test_each_table_is_told_with_what_it_was_taken_for() -> None:
    assert told(TABLES) == (
        'page.md:5:1: a table "Event | Meaning" under "Events", taken for values',
        'page.md:11:1: a table "Code | Meaning" under "Errors", taken for errors',
    )


def test_a_page_that_shows_an_openapi_document_is_told_with_its_operation_and_its_example() -> None:
    assert told(POINTER) == (
        'page.md:3:1: the parameters of "POST /hear" are in an OpenAPI document, not on this page',
        "page.md:8:1: an example has sound, language; examples tell neither types nor what is required",
        "page.md: no table, component or list with names of parameters (headings: 1, blocks of code: 1)",
    )


@pytest.mark.parametrize("line", ['{% openapi src="a.yaml" path="/hear" %}', '<OpenAPI src="a.yaml" />'])
def test_a_component_that_shows_an_openapi_document_is_told_with_its_line(line: str) -> None:
    said = told(f"---\ntitle: Hear\n---\n\n# Hear\n\n{line}\n")
    assert said[0] == "page.md:7:1: the parameters are in an OpenAPI document that a component here shows"


def test_an_empty_page_is_told() -> None:
    assert told("") == ("page.md: no table, component or list with names of parameters",)


def test_of_many_tables_the_first_are_told() -> None:
    said = told("\n".join(f"## E{n}\n\n| Event | Meaning |\n|---|---|\n| `a{n}` | b |\n" for n in range(30)))
    assert said[-1] == "page.md: 18 more tables or lists, none of parameters"
    assert len(said) == 13


@pytest.mark.parametrize(("options", "lines"), [((), 0), (("--json",), 1)])
def test_it_goes_to_stderr_with_exit_code_2(options: tuple[str, ...], lines: int, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(TABLES, "utf-8")
    result = CliRunner().invoke(command, [str(page), *options])
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == f"{page}: no parameter is read; give the page that lists them"
    assert f"{page}:11:1: a table" in result.stderr
    assert len(result.stdout.splitlines()) == lines
