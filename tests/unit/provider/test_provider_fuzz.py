"""Whatever a page holds, reading it ends in a Provider or in located problems."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from teststrip.errors import PageError
from teststrip.provider import catalogue
from teststrip.provider.front import front_schema
from teststrip.provider.page import read_page
from teststrip.provider.shape import misfits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from teststrip.base.json import Json

PAGES = Path(catalogue.__file__).with_name("pages")
TEXT = (PAGES / "gptproto-novelai.md").read_text("utf-8")
LINES = TEXT.split("\n")
FRONT = yaml.safe_load(TEXT.split("---\n")[1])
# Front matter as a document, and the tables that stand below it, of both bundled pages.
WHOLE = [
    (yaml.safe_load(front), body)
    for name in ("gptproto-novelai.md", "dashscope-wan.md")
    for _, front, body in [(PAGES / name).read_text("utf-8").split("---\n", 2)]
]
# What neither page says, for its documentation does not.
for _front in (FRONT, WHOLE[0][0]):
    _front["submit"]["idempotency"] = {"header": "Idempotency-Key", "hours": 24}
SCRAPS = st.sampled_from(
    [
        "|",
        "---",
        "`",
        "[",
        "{",
        ":",
        "- ",
        "# ",
        "&a ",
        "*a",
        "<br>",
        "\\",
        "x",
        "1 - 5",
        "64x64 - 1x1",
        "see X",
        "\t",
        "\n",
        "\x00",
        "\ud800",
        "9" * 40,
    ]
)


def outcome(text: str) -> None:
    try:
        read_page(text, "page.md")
    except PageError as error:
        assert error.problems  # noqa: PT017  either outcome is right, and only this one has something to look at
        lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
        for problem in error.problems:
            assert problem.message
            assert 1 <= problem.where.line <= lines
            assert problem.where.column >= 1


@settings(max_examples=120, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(LINES) - 1), st.integers(0, 60), SCRAPS | st.text(max_size=6)),
        min_size=1,
        max_size=6,
    )
)
def test_a_page_with_scraps_in_it_is_read_or_refused(edits: list[tuple[int, int, str]]) -> None:
    lines = list(LINES)
    for line, column, scrap in edits:
        lines[line] = lines[line][:column] + scrap + lines[line][column:]
    outcome("\n".join(lines))


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(0, len(LINES) - 1), min_size=1, max_size=20))
def test_a_page_with_lines_missing_is_read_or_refused(gone: set[int]) -> None:
    outcome("\n".join(line for index, line in enumerate(LINES) if index not in gone))


@settings(max_examples=60, deadline=None)
@given(st.lists(SCRAPS | st.text(max_size=8), max_size=40).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    outcome(text)
    outcome("---\n" + text + "\n---\n| Parameter | Type |\n|---|---|\n")
    outcome("---\npage: 1\n---\n| Parameter | Type | Default | Range |\n|---|---|---|---|\n| a | string | " + text)


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        yield from places(member, (*path, name))


def changed(path: tuple[str | int, ...], value: Json, name: str | None, front: Any = FRONT) -> Any:
    document = copy.deepcopy(front)
    holder = document
    for part in path[:-1]:
        holder = holder[part]
    if name is not None and isinstance(holder, dict):
        holder[name] = holder.pop(path[-1])
    else:
        holder[path[-1]] = value
    return document


VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-2, 700)
    | st.sampled_from(
        [0.5, -1.5, "", "x", "X_Y", "/a", "/{id}", "{key}", "a b", [], {}, ["x"], [""], [{}], {"a": 1}]
    )
)


@settings(max_examples=300, deadline=None)
@example(("roles", "adds", 0, "when"), {}, None)
@given(st.sampled_from(list(places(FRONT))), VALUES, st.none() | st.sampled_from(["x", "code"]))
def test_the_small_checker_agrees_with_the_real_validator(
    path: tuple[str | int, ...], value: Json, name: str | None
) -> None:
    document = changed(path, value, name)
    schema = front_schema()
    assert (misfits(cast("Json", document), schema) == []) == Draft202012Validator(schema).is_valid(document)


ODD = VALUES | st.sampled_from(
    [
        "prompt",
        "{id}",
        "{output}",
        "data.outputs[]",
        "n * width",
        "1 if n else",
        "/v1/{model}/{model}",
        "/v1?id={id}",
        {"prompt": ["n"]},
        {"n": "n + 1"},
        {"submit": {"id": "{id}"}},
        {"a.b": 1, "a": 2},
        [202, 404],
        float("inf"),
        "\n",
    ]
)


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_front_matter_with_something_else_in_it_is_read_or_refused(data: st.DataObject) -> None:
    front, body = data.draw(st.sampled_from(WHOLE))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(list(places(front))))
        front = changed(
            path, cast("Json", data.draw(ODD)), data.draw(st.none() | st.sampled_from(["x", "n", "a.b"])), front
        )
        if not list(places(front)):
            break
    outcome(f"---\n{yaml.safe_dump(front, sort_keys=False)}---\n{body}")


def test_the_schema_of_the_front_matter_is_one() -> None:
    Draft202012Validator.check_schema(front_schema())
