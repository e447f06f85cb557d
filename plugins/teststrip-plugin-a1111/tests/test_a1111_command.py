"""What a running server says that it has: shown, and written as a page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from a1111_fixtures import Run
from a1111_web_ui import CHECKPOINTS, SAMPLERS, WebUI
from test_a1111_runs import recipe

from teststrip.provider.page import read_page

plugin = pytest.importorskip("teststrip_plugin_a1111", reason="the package is not installed")
pages = pytest.importorskip("teststrip_plugin_a1111.page", reason="the package is not installed")
server = pytest.importorskip("teststrip_plugin_a1111.server", reason="the package is not installed")

HOSTILE = [
    "\x1b[31mred",
    "a | b",
    "tick`tock",
    "two\nlines",
    "\u202eesrever",
    "<script>alert(1)</script>",
    "x" * 300,
    "",
    " padded ",
    7,
    None,
]


def test_options_lists_what_there_is(teststrip: Run, web_ui: WebUI) -> None:
    told = teststrip("a1111", "options", "--url", web_ui.url)
    assert told.returncode == 0, told.stderr
    for name in (*SAMPLERS, "Karras", *CHECKPOINTS, "vae-ft-mse.safetensors"):
        assert f"  {name}" in told.stdout
    assert f"  {CHECKPOINTS[0]}  (loaded)" in told.stdout


def test_options_as_json(teststrip: Run, web_ui: WebUI) -> None:
    told = json.loads(teststrip("a1111", "options", "--json", env={"A1111_BASE_URL": web_ui.url}).stdout)
    assert (told["kind"], told["samplers"], told["checkpoint"]) == ("a1111", SAMPLERS, CHECKPOINTS[0])


def test_a_page_is_written_with_the_servers_own_values(teststrip: Run, tmp_path: Path, web_ui: WebUI) -> None:
    told = teststrip("a1111", "page", "--url", web_ui.url)
    assert told.returncode == 0, told.stderr
    assert "providers/a1111.md: a1111, 5 samplers, 3 schedules, 2 checkpoints" in told.stdout
    file = tmp_path / "providers" / "a1111.md"
    page = read_page(file.read_text("utf-8"), "a1111.md")
    chosen = {one.name: [choice.value for choice in one.choices] for one in page.parameters}
    assert chosen["sampler_name"] == SAMPLERS
    assert chosen["sd_model_checkpoint"] == CHECKPOINTS
    assert chosen["scheduler"] == ["Automatic", "Karras", "Exponential"]
    defaults = {one.name: one.default for one in page.parameters}
    assert (defaults["sd_model_checkpoint"], defaults["sampler_name"]) == (CHECKPOINTS[0], "Euler")
    assert [model.id for model in page.models] == ["a1111"]
    assert page.base_url == "http://127.0.0.1:7860"
    assert f"A1111_BASE_URL={web_ui.url}" in told.stdout
    assert "distilled_cfg_scale" not in defaults
    again = teststrip("a1111", "page", "--url", web_ui.url)
    assert again.returncode == 2
    assert "--force" in again.stderr


def test_a_recipe_sweeps_all_samplers_of_the_written_page(teststrip: Run, tmp_path: Path, web_ui: WebUI) -> None:
    assert teststrip("a1111", "page", "--url", web_ui.url).returncode == 0
    name = recipe(tmp_path)
    document = json.loads((tmp_path / name).read_text())
    document["axes"] = {"sampler_name": "all"}
    (tmp_path / name).write_text(json.dumps(document))
    told = teststrip("run", name, "--live", env={"A1111_BASE_URL": web_ui.url})
    assert told.returncode == 0, told.stderr
    assert [body["sampler_name"] for _, body in web_ui.requests] == SAMPLERS
    document["axes"] = {"sampler_name": ["Euler", "Eular a"]}
    (tmp_path / name).write_text(json.dumps(document))
    wrong = teststrip("check", name)
    assert wrong.returncode == 2
    assert "Euler a" in wrong.stdout + wrong.stderr


def test_hostile_names_reach_neither_terminal_nor_page(teststrip: Run, tmp_path: Path, web_ui: WebUI) -> None:
    web_ui.samplers += [{"name": name, "aliases": [], "options": {}} for name in HOSTILE]
    web_ui.checkpoints += [{"title": name, "model_name": "x"} for name in HOSTILE]
    told = teststrip("a1111", "page", "--url", web_ui.url)
    assert told.returncode == 0, told.stderr
    assert f"{len(HOSTILE)} of the samplers left out" in told.stdout
    text = (tmp_path / "providers" / "a1111.md").read_text("utf-8")
    page = read_page(text, "a1111.md")
    chosen = {one.name: [choice.value for choice in one.choices] for one in page.parameters}
    assert (chosen["sampler_name"], chosen["sd_model_checkpoint"]) == (SAMPLERS, CHECKPOINTS)
    listed = teststrip("a1111", "options", "--url", web_ui.url)
    for text_ in (text, listed.stdout):
        assert not any(sign in text_ for sign in ("\x1b", "\u202e", "<script", "tick`tock"))


def test_names_that_look_like_markdown_are_kept_as_they_are(teststrip: Run, tmp_path: Path, web_ui: WebUI) -> None:
    odd = [
        "[link](x)",
        "**bold**",
        "a - b",
        "0 - 7",
        "null",
        "true",
        "- item",
        "# head",
        "{{x}}",
        "${{ x }}",
        "漢字",
        "3",
    ]
    web_ui.samplers += [{"name": name, "aliases": [], "options": {}} for name in odd]
    told = teststrip("a1111", "page", "--url", web_ui.url)
    assert told.returncode == 0, told.stderr
    page = read_page((tmp_path / "providers" / "a1111.md").read_text("utf-8"), "a1111.md")
    assert [
        c.value for one in page.parameters if one.name == "sampler_name" for c in one.choices
    ] == SAMPLERS + odd


@pytest.mark.parametrize(
    ("answers", "kind", "schedules"),
    [
        ({"sd-modules": [], "schedulers": [{"name": "karras", "label": "Karras"}]}, "forge", ("Karras",)),
        ({"schedulers": [{"name": "Euler a", "cls": "X", "options": {}}]}, "sdnext", ()),
        ({"schedulers": None}, "a1111", ()),
        ({"schedulers": "nonsense", "sd-models": {"title": 3}, "options": [1]}, "a1111", ()),
    ],
)
def test_the_kind_of_server_is_known_by_its_answers(
    answers: dict[str, Any], kind: str, schedules: tuple[str, ...]
) -> None:
    offer = server.offer_of({"samplers": [{"name": "Euler"}], **answers})
    assert (offer.kind, offer.schedulers, offer.samplers) == (kind, schedules, ("Euler",))


@pytest.mark.parametrize("kind", ["a1111", "forge", "sdnext"])
def test_a_page_for_each_kind_of_server_is_sound(kind: str) -> None:
    offer = server.Offer(kind, ("Euler a", "UniPC"), ("Karras",), ("m",), ("v",), "m")
    page = read_page(pages.page_of(plugin.PAGE.read_text("utf-8"), offer), "page.md")
    names = {one.name for one in page.parameters}
    assert ("scheduler" in names) == (kind != "sdnext")
    assert ("distilled_cfg_scale" in names) == (kind == "forge")
    assert ("schedulers_sigma" in names) == (kind == "sdnext")
    assert [model.id for model in page.models] == [kind]


def test_a_server_that_wants_a_password_is_told_of(teststrip: Run, web_ui: WebUI) -> None:
    web_ui.users = {"ada": "lovelace-1843"}
    refused = teststrip("a1111", "options", "--url", web_ui.url)
    assert refused.returncode == 2
    assert "A1111_API_AUTH" in refused.stderr
    told = teststrip("a1111", "options", "--url", web_ui.url, env={"A1111_API_AUTH": "ada:lovelace-1843"})
    assert told.returncode == 0, told.stderr


def test_what_is_no_web_ui_is_a_mistake_with_words(teststrip: Run) -> None:
    told = teststrip("a1111", "options", "--url", "http://127.0.0.1:9")
    assert told.returncode == 2
    assert "cannot be reached" in told.stderr
    assert teststrip("a1111", "options", "--url", "ftp://x").returncode == 2
