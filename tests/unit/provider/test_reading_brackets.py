"""What brackets behind a parameter's name say besides a type: values, a default with words, a need."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report
from teststrip.provider.reading.forms.bracket_words import Said, said_of
from teststrip.provider.reading.forms.bullet_items import parts_of


def read(text: str) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    found: dict[str, Any] = report(adopt(text, "page.md").reading)
    return {one["path"]: one for one in found["parameters"]}, found["flags"]


@pytest.mark.parametrize(
    ("said", "codes", "wanted"),
    [
        ("string matte|gloss, default gloss", (), Said("string", "", "gloss", ("matte", "gloss"))),
        ("string: matte | gloss", (), Said("string", "", "", ("matte", "gloss"))),
        ("string 'matte' or 'gloss'", (), Said("string", "", "", ("matte", "gloss"))),
        ("int 1/2/4, optional", (), Said("int 1/2/4", "optional")),
        ("string one of matte, gloss", (), Said("string one of matte, gloss")),
        ("A4|Letter, default A4", ("A4", "Letter"), Said("", "", "A4", ("A4", "Letter"))),
        ("slow|fast", (), Said("slow|fast")),
        ("required: poster or book", (), Said("", "required", "", ("poster", "book"))),
        ("Required - string", (), Said("string", "Required")),
        ("optional: only in the shop", (), Said("", "optional", "", (), "only in the shop")),
        ("number, default 3 on every side", (), Said("number", "", "3", (), "on every side")),
        ("number, default 3 mm", (), Said("number", "", "3 mm")),
        ("bool, default false (as before)", (), Said("bool", "", "false", (), "(as before)")),
        ("bool, default false; books only take it", (), Said("bool", "", "false", (), "books only take it")),
        ("object, if job is book", (), Said("object", "", "", (), "if job is book")),
        # What stays as it was: types, and what nobody knows.
        ("integer, optional", (), Said("integer", "optional")),
        ("string | null", (), Said("string | null")),
        ("PosterRef|BookRef", (), Said("PosterRef|BookRef")),
        ("string, glorp", (), Said("string, glorp")),
        ("a fine colour", (), Said("a fine colour")),
    ],
)  # fmt: skip
def test_the_parts_of_brackets(said: str, codes: tuple[str, ...], wanted: Said) -> None:
    assert said_of(parts_of(said), codes) == wanted


PRINTS = """\
# POST /v1/prints

## Request
JSON body:
- `job` (required: `poster` or `book`)
- `ink` (string matte|gloss, default gloss) - of the pages
- `paper` (`A4`|`Letter`, default `A4`)
- `bleed` (number mm, default 3 on every side)
- `folded` (bool, default false; only books can be)
- Book options when `job=book`:
  - `pages` (int, optional, default 32)
  - `cover` ("soft" | "hard", default "soft")
"""


def test_items_with_values_in_their_brackets_are_parameters() -> None:
    found, _ = read(PRINTS)
    assert list(found) == ["job", "ink", "paper", "bleed", "folded", "pages", "cover"]
    assert (found["job"]["required"], found["job"]["enum"]) == (True, ["poster", "book"])
    assert (found["ink"]["type"], found["ink"]["enum"]) == ("string", ["matte", "gloss"])
    assert (found["paper"]["enum"], found["paper"]["default"]) == (["A4", "Letter"], "A4")
    assert (found["bleed"]["type"], found["bleed"]["default"]) == ("number", 3)
    assert (found["folded"]["type"], found["folded"]["default"]) == ("boolean", False)
    assert found["cover"]["enum"] == ["soft", "hard"]


def test_words_over_some_parameters_say_when_these_count() -> None:
    found, _ = read(PRINTS)
    book = {"properties": {"job": {"const": "book"}}}
    assert [name for name, one in found.items() if one.get("applies") == book] == ["pages", "cover"]


@pytest.mark.parametrize("label", ["Only for books:", "**Only for books:**", "For the owners of a shop:"])
def test_what_is_below_words_is_no_member_of_the_parameter_before(label: str) -> None:
    found, _ = read(
        "## Request body\n\n- `job` (string, required): what to print\n- `folded` (boolean): in two\n"
        f"- {label}\n  - `pages` (integer): how many\n  - turn it, where it has to be\n"
    )
    assert "pages" in found
    assert "properties" not in found["folded"]


def test_words_in_brackets_that_list_no_values_announce_nothing() -> None:
    found, flags = read("## Colours\n\n- Red (warm or hot)\n- Blue (cold, in most rooms)\n- Green (rather new)\n")
    assert not found
    assert not flags
