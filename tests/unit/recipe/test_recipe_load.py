from __future__ import annotations

import os
from pathlib import Path

import pytest

from teststrip.errors import RecipeError
from teststrip.recipe.changes import Changes
from teststrip.recipe.load import load_recipe, read_text

HEAD = "teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\n"


def test_variables_may_use_those_above_and_are_overridden_from_outside() -> None:
    text = HEAD + 'vars: {who: girl, all: "1${{ who }}, ${{ n }}", n: 3}\n'
    reading = read_text(text, "r.yaml", Changes(variables=("n=7",)))
    assert reading.problems == ()
    assert reading.recipe is not None
    assert reading.recipe.variables == {"n": "7", "who": "girl", "all": "1girl, 7"}
    below = read_text(text, "r.yaml")
    assert "'n' is no variable here" in below.problems[0].message


def test_the_digest_is_that_of_the_text_and_of_what_is_given_from_outside() -> None:
    one, two = read_text(HEAD, "a.yaml").recipe, read_text(HEAD, "b.yaml").recipe
    other = read_text(HEAD, "a.yaml", Changes(sets=("x-1=1",))).recipe
    assert one is not None
    assert two is not None
    assert other is not None
    assert one.digest == two.digest != other.digest


def test_a_title_is_made_from_the_name_of_the_file() -> None:
    reading = read_text(HEAD, "some/night-portrait_2.recipe.yaml")
    assert reading.recipe is not None
    assert reading.recipe.title == "night portrait 2"


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"\xff\xfe\x00", "not UTF-8"), (None, "cannot be read"), (b"", "empty")],
)
def test_a_file_that_is_no_text_is_a_located_error(content: bytes | None, words: str, tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RecipeError, match=words) as caught:
        load_recipe(path)
    assert str(caught.value.problems[0].where) == f"{path}:1:1"


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_bytes(
        b"\xef\xbb\xbf" + (HEAD + "params:\n  prompt: |\n    a\n    b\n").replace("\n", "\r\n").encode()
    )
    assert load_recipe(path).params == {"prompt": "a\nb\n"}


def test_a_folder_is_no_recipe(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="cannot be read"):
        load_recipe(tmp_path)


def test_a_file_name_that_is_not_utf8_is_shown_by_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"b\xfcchse.yaml")
    path.write_text(HEAD)
    recipe = load_recipe(path)
    assert Path(recipe.file).name == "b\\xfcchse.yaml"
    assert recipe.title.encode() == b"b\\xfcchse"


def test_titles_are_rendered_from_the_variables() -> None:
    text = 'vars: {who: me}\ntitle: "${{ who }}, twice"\nsheets: [{title: "only ${{ who }}"}]\n'
    reading = read_text(HEAD + text, "r.yaml")
    assert reading.recipe is not None
    assert (reading.recipe.title, reading.recipe.sheets[0].title) == ("me, twice", "only me")
