"""Which plugins a person asks for, by options and by the variable."""

from __future__ import annotations

import pytest

from teststrip.plugins.choice import FOUND, Choice, read_choice


def choice(options: str, variable: str = "", *, alone: bool = False) -> Choice:
    return read_choice(options.split(), {"TESTSTRIP_PLUGINS": variable}, alone=alone)


def test_nothing_said_means_what_is_found() -> None:
    assert read_choice((), {}) == FOUND
    assert choice("", " , ,") == FOUND


@pytest.mark.parametrize(
    ("options", "variable", "names", "blocked"),
    [
        ("a b", "", ("a", "b"), set()),
        ("", "a, no:c,b", ("a", "b"), {"c"}),
        ("no:a", "a,b", ("b",), {"a"}),  # an option goes before the variable
        ("a", "no:a", ("a",), set()),
        ("a no:a a", "", ("a",), set()),
        ("b", "a,b", ("a", "b"), set()),
        ("no:", "", (), set()),
    ],
)
def test_the_later_goes_before_the_earlier(
    options: str, variable: str, names: tuple[str, ...], blocked: set[str]
) -> None:
    found = choice(options, variable)
    assert (found.names, set(found.blocked), found.found) == (names, blocked, True)


def test_only_what_was_typed_has_to_exist() -> None:
    assert choice("no:a", "no:b").strict == {"a"}


def test_alone_leaves_the_variable_and_all_that_is_found() -> None:
    assert choice("a no:b", "c", alone=True) == Choice(("a",), frozenset("b"), frozenset("b"), found=False)
