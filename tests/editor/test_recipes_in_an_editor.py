"""What a person sees in an editor while writing a recipe: completion, hover text and red marks.

The server is yaml-language-server, as in VS Code's YAML extension. Documents are unsaved files in `recipes/`, and
name their schema as our recipes do.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from language_server import LanguageServer

from teststrip.base.json import Absent, Json
from teststrip.provider.catalogue import find_provider
from teststrip.provider.model import Parameter
from teststrip.schema.hover import escaped, markdown

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).parent / "node_modules/yaml-language-server/bin/yaml-language-server"
FULL = "nai-diffusion-4-5-full"
LINES = (
    f"# yaml-language-server: $schema=../schemas/gptproto/{FULL}.recipe.json",
    "teststrip: 1",
    f"model: gptproto/{FULL}",
)
HEAD = "".join(f"{line}\n" for line in LINES)
KEYS = {"title", "extends", "chance", "vars", "params", "axes", "sheets", "limits"}
KEYS |= {"zip", "where", "sample", "grids", "before", "after", "assert"}


def parameters() -> dict[str, Parameter]:
    provider = find_provider("gptproto")
    assert provider is not None
    return {parameter.name: parameter for parameter in provider.parameters_of(FULL)}


PARAMETERS = parameters()
SAMPLERS = {str(choice.value): choice.label for choice in PARAMETERS["sampler"].choices}


@pytest.fixture(scope="session")
def editor() -> Iterator[LanguageServer]:
    """Start the server with the recipes' folder open; skip where it is not installed, except in CI."""
    node = shutil.which("node")
    if node is None or not PROGRAM.is_file():
        lacks = "node 18 or newer with npm" if node is None else "the packages of tests/editor"
        reason = (
            f"{lacks} is not here; with node and npm on the search path, `scripts/setup.sh dev` installs the rest"
        )
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    server = LanguageServer([node, str(PROGRAM), "--stdio"], ROOT / "recipes")
    yield server
    server.close()


# --- completion -------------------------------------------------------------------------------------------------


def test_the_keys_of_a_recipe_are_offered_and_nothing_else(editor: LanguageServer) -> None:
    offered = editor.complete(HEAD + "‸")
    assert set(offered) == KEYS
    assert offered["params"]["insertText"].strip() == "params:"


def test_each_key_says_what_it_is_for(editor: LanguageServer) -> None:
    assert all(item["documentation"] for item in editor.complete(HEAD + "‸").values())


@pytest.mark.parametrize(
    "place", ["params:\n  ‸", "axes:\n  ‸", "axes:\n  look:\n    - title: x\n      set:\n        ‸"]
)
def test_the_parameters_of_the_model_are_offered_by_name(editor: LanguageServer, place: str) -> None:
    offered = editor.complete(HEAD + place)
    assert set(offered) == set(PARAMETERS)
    assert str(PARAMETERS["steps"].description) in str(offered["steps"]["documentation"])


@pytest.mark.parametrize(
    "place",
    [
        "axes:\n  sampler:\n    - ‸",
        "axes:\n  sampler:\n    - k_euler\n    - ‸",
        "axes:\n  sampler: [‸]",
        "axes:\n  sampler: [k_euler, ‸]",
        "params:\n  sampler: ‸",
        "axes:\n  sampler:\n    - title: x\n      value: ‸",
    ],
)
def test_the_samplers_are_offered_with_their_labels(editor: LanguageServer, place: str) -> None:
    offered = editor.complete(HEAD + place)
    words = {label: str(item.get("documentation")) for label, item in offered.items() if label in SAMPLERS}
    assert list(words) == list(SAMPLERS)
    assert [label for name, label in SAMPLERS.items() if label not in words[name]] == []


def test_a_titled_value_is_offered_beside_the_plain_ones(editor: LanguageServer) -> None:
    offered = set(editor.complete(HEAD + "axes:\n  sampler:\n    - ‸"))
    assert offered == {*SAMPLERS, "title", "note", "value", "set", "replace", "in", "skip", "hide"}


def test_all_is_offered_with_what_it_stands_for(editor: LanguageServer) -> None:
    offered = editor.complete(HEAD + "axes:\n  sampler: ‸")
    assert "k_dpmpp_sde" in str(offered["all"]["documentation"])


def test_common_sizes_and_numbered_values_are_offered(editor: LanguageServer) -> None:
    assert "832x1216" in editor.complete(HEAD + "params:\n  size: ‸")
    presets = editor.complete(HEAD + "params:\n  uc_preset: ‸")
    assert {label: item["documentation"]["value"] for label, item in presets.items()} == {
        str(choice.value): choice.label for choice in PARAMETERS["uc_preset"].choices
    }


MEMBERS = {
    *("from", "to", "step", "count", "spacing", "multiple_of"),
    *("width", "height", "min_pixels", "max_pixels", "replace", "with", "in"),
}


@pytest.mark.parametrize(
    ("place", "members"),
    [
        ("scale:\n    ‸", {"from", "to", "step", "count", "spacing", "multiple_of"}),
        ("size:\n    ‸", {"width", "height", "multiple_of", "min_pixels", "max_pixels"}),
        ("prompt:\n    ‸", {"replace", "with", "in"}),
    ],
)
def test_the_members_of_an_axis_are_those_that_fit_its_parameter(
    editor: LanguageServer, place: str, members: set[str]
) -> None:
    offered = {label for label in editor.complete(f"{HEAD}axes:\n  {place}") if label in MEMBERS}
    assert offered == members


def test_named_sizes_are_offered_on_the_axis_of_sizes(editor: LanguageServer) -> None:
    assert {"portrait", "9:13", "832x1216"} <= set(editor.complete(HEAD + "axes:\n  size:\n    - ‸"))


# --- hover ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("params:\n  scale: 4\n", "scale"),
        ("params:\n  scale: 4\n", "4\n"),
        ('params:\n  scale: "${{ x }}"\n', "scale"),
        ("axes:\n  scale: [4, 5]\n", "scale"),
        ("axes:\n  scale: [4, 5]\n", "4,"),
        ("axes:\n  scale: 4, 5, ..., 8\n", "scale"),
        ("axes:\n  scale: [4, 5, ..., 8]\n", "scale"),
        ("axes:\n  scale:\n    - {title: strong, value: 8}\n", "8"),
    ],
)
def test_hover_on_a_parameter_shows_the_words_of_the_page_and_the_range(
    editor: LanguageServer, body: str, word: str
) -> None:
    text = editor.hover(HEAD + body, word)
    assert text.startswith("#### scale\n")
    assert text.count(escaped(PARAMETERS["scale"].description)) == 1
    assert text.count("Range: 0 to 10.") == text.count("Default: `6.0`.") == 1


@pytest.mark.parametrize(
    "body", ["params:\n  sampler: k_euler\n", "axes:\n  sampler: [ddim_v3]\n", "axes:\n  sampler: all\n"]
)
def test_hover_on_an_enumeration_shows_each_value_with_its_label_once(editor: LanguageServer, body: str) -> None:
    text = editor.hover(HEAD + body, "sampler")
    for value, label in SAMPLERS.items():
        assert text.count(f"`{value}`: {escaped(label)}") == 1


@pytest.mark.parametrize(
    ("body", "words"), [("limits: {concurrency: 3}", "at once"), ("sheets: [{rows: scale}]", "down")]
)
def test_hover_on_a_key_of_the_recipe_says_what_it_is_for(editor: LanguageServer, body: str, words: str) -> None:
    word = "concurrency" if "limits" in body else "rows"
    text = editor.hover(f"{HEAD}{body}\n", word)
    assert text.startswith(f"#### {word}\n")
    assert words in text


@pytest.mark.parametrize("name", PARAMETERS)
def test_hover_on_any_parameter_shows_its_words_once(editor: LanguageServer, name: str) -> None:
    parameter = PARAMETERS[name]
    value = json.dumps(_example(parameter))
    for body in (f"params:\n  {name}: {value}\n", f"axes:\n  {name}: [{value}]\n"):
        text = editor.hover(HEAD + body, f"{name}:")
        assert text.startswith(f"#### {name.replace('_', ' ')}\n")
        assert text.count(markdown(parameter).partition("\n")[0]) == 1


def _example(parameter: Parameter) -> Json:
    """Make a value that the parameter takes."""
    if parameter.choices:
        return parameter.choices[0].value
    if parameter.kind in {"array", "object"}:
        members = {child.name: _example(child) for child in parameter.children if child.required}
        inner = _example(parameter.items) if parameter.items is not None else members
        return [inner] if parameter.kind == "array" else members
    if not isinstance(parameter.default, Absent) and parameter.default is not None:
        return parameter.default
    return 1 if parameter.kind in {"integer", "number"} else "words"


# --- red marks --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "marked", "words"),
    [
        ("params:\n  scale: 99\n", "99", "maximum of 10"),
        ("axes:\n  scale: [4, 99]\n", "99", "maximum of 10"),
        ("axes:\n  scale:\n    - {title: x, value: 99}\n", "99", "maximum of 10"),
        ("axes:\n  look:\n    - {title: x, set: {scale: 99}}\n", "99", "maximum of 10"),
        ("params:\n  sampler: k_eular\n", "k_eular", "k_euler"),
        ("axes:\n  sampler: [k_euler, k_eular]\n", "k_eular", "k_euler"),
        ("params:\n  stepz: 3\n", "stepz", "not allowed"),
        ("axs:\n  scale: [4]\n", "axs", "not allowed"),
        ("params:\n  steps: many\n", "many", "integer"),
        ("params:\n  size: 10x10\n", "10x10", "64x64 to 49152x49152"),
        ("params:\n  character_prompts:\n    - {prompt: a, promt: b}\n", "promt", "not allowed"),
        ("params:\n  action: img2img\n", "params", "because action is img2img"),
        ("axes:\n  size: [portait]\n", "portait", "64x64 to 49152x49152"),
        ("axes:\n  scale: {from: 1, to: 3, count: 3, spacin: log}\n", "spacin", "not allowed"),
        ("axes:\n  steps:\n    - {value: 3, skpi: true}\n", "skpi", "not allowed"),
    ],
)
def test_a_mistake_is_marked_where_it_stands(editor: LanguageServer, body: str, marked: str, words: str) -> None:
    (mark,) = editor.marks(HEAD + body)
    assert mark.text == marked
    assert words in mark.message
    assert marked in (HEAD + body).splitlines()[mark.line]


@pytest.mark.parametrize(
    "body",
    [
        'params:\n  scale: "${{ x }}"\n  sampler: "${{ s }}"\n  quality_toggle: "${{ q }}"\n',
        'params:\n  size: "${{ w }}x1024"\n  image: "${{ i }}"\n',
        'axes:\n  scale: [4, "${{ x }}"]\n',
        "axes:\n  steps: [1, 2, ..., 10]\n",
        "axes:\n  steps:\n    - 1\n    - ...\n    - 10\n",
        "axes:\n  scale: [4.0, 4.5, …, 6.0]\n",
        "axes:\n  scale: 4.0, 4.5, ..., 6.0\n  seed: {count: 4}\n  sampler: all\n",
        "params:\n  action: img2img\n  image: a.png\n",
        "params:\n  action: img2img\naxes:\n  image: [a.png, b.png]\n",
        "params:\n  action: img2img\naxes:\n  from:\n    - {title: A, set: {image: a.png}}\n",
        "params:\n  action: img2img\naxes:\n  action: [generate]\n",
        'params:\n  action: "${{ a }}"\n',
    ],
)
def test_what_check_takes_is_not_marked(editor: LanguageServer, body: str) -> None:
    assert editor.marks(HEAD + body) == []


RECIPES = [*sorted((ROOT / "recipes").glob("*.yaml")), *sorted((ROOT / "tests/cases/good").glob("*/recipe.yaml"))]


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_good_recipe_has_no_marks(editor: LanguageServer, path: Path) -> None:
    text = path.read_text("utf-8")
    assert editor.marks(text if "$schema=" in text else f"{_modeline(text)}\n{text}") == []


DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCKS = [
    (page.name, text)
    for page in DOCS
    for text in re.findall(r"^```yaml\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    if "$schema=../schemas" in text
]


@pytest.mark.parametrize(("page", "text"), BLOCKS, ids=[page for page, _ in BLOCKS])
def test_a_recipe_of_the_docs_has_no_marks(editor: LanguageServer, page: str, text: str) -> None:  # noqa: ARG001  it names the test
    assert editor.marks(text) == []


def _modeline(text: str) -> str:
    """Name the schema of a recipe's model, as a person would write it at the top; a base may name the model."""
    found = re.search(r"^model: *gptproto/(\S+)$|^extends:", text, re.MULTILINE)
    provider = find_provider("gptproto")
    assert found is not None
    assert provider is not None
    model = provider.model(found[1] or "nai-diffusion-4-5-full")
    assert model is not None
    return f"# yaml-language-server: $schema=../schemas/gptproto/{model.id}.recipe.json"


# --- the server -------------------------------------------------------------------------------------------------


def test_the_server_runs_on_the_node_of_debian_12_and_its_lock_names_no_other_registry() -> None:
    """Debian 12 has node 18; a `resolved` address would bind whoever installs to one registry."""
    lock = (ROOT / "tests/editor/package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock
    oldest = [tuple(map(int, found.split("."))) for found in re.findall(r'"node": ">= ?([0-9.]+)"', lock)]
    assert all(version < (18,) or version[0] == 18 for version in oldest)
