"""The documentation, executed: recipes in it check, and console blocks print what they say they print."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

import warm
from teststrip.cli.loaded import Loaded
from teststrip.cli.stages import check_file
from teststrip.darkroom import RENDERER_VERSION
from teststrip.provider.catalogue import Catalogue, bundled_pages

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


GPTPROTO = (ROOT / "src" / "teststrip" / "provider" / "pages" / "gptproto-novelai.md").read_text("utf-8")

# What docs/importing.md looks into: a picture's text as AUTOMATIC1111 writes it.
INFOTEXT = """night sky, {{stars}}
Negative prompt: blurry
Steps: 20, Sampler: Euler a, CFG scale: 7.5, Seed: 965400086, Size: 832x1216"""


def changed_page() -> str:
    """Return the page as it might read after the vendor changed the API: what docs/schemas.md compares."""
    text = GPTPROTO
    for before, after in (
        ("| `28` | 1 - 50 |", "| `23` | 1 - 25 |"),
        ("| `ddim_v3` | DDIM |", "| `ddim_v4` | DDIM |"),
        ("| `karras` | `native`", "| `native` | `native`"),
        ("| `cfg_rescale` |", "| `guidance_rescale` |"),
    ):
        assert before in text
        text = text.replace(before, after)
    return text


def blocks(page: Path, language: str) -> list[str]:
    return [text for kind, text in BLOCK.findall(page.read_text("utf-8")) if kind == language]


RECIPES = [
    (page.name, text, kind)
    for page in PAGES
    for kind in ("yaml", "jinja")
    for text in blocks(page, kind)
    if "teststrip: 1" in text or "extends:" in text
]
CONSOLES = [(page.name, text) for page in PAGES for text in blocks(page, "console")]


@pytest.mark.parametrize(("page", "text", "kind"), RECIPES, ids=[page for page, *_ in RECIPES])
def test_every_recipe_in_the_docs_checks(page: str, text: str, kind: str, tmp_path: Path) -> None:
    for name in ("sketch.png", "moods/calm.jpg", "moods/wild.jpg", "poses/1.png"):  # those that the docs refer to
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.new("RGB", (8, 8)).save(tmp_path / name)
    shutil.copytree(ROOT / "recipes", tmp_path / "recipes")
    path = tmp_path / f"{page}.yaml{'.jinja' if kind == 'jinja' else ''}"
    path.write_text(text, "utf-8")
    plan, problems, _ = check_file(path, Loaded(Catalogue(bundled_pages())))
    assert problems == []
    assert plan is not None


def test_the_readme_shows_the_quickstart_itself() -> None:
    assert (ROOT / "recipes" / "quickstart.yaml").read_text("utf-8") in blocks(ROOT / "README.md", "yaml")


@pytest.mark.parametrize(("page", "text"), CONSOLES, ids=[page for page, _ in CONSOLES])
def test_every_console_block_prints_what_it_says(page: str, text: str, tmp_path: Path) -> None:  # noqa: ARG001  it names the test
    shutil.copytree(ROOT / "recipes", tmp_path / "recipes")
    shutil.copy(ROOT / "tests" / "cases" / "bad" / "readme" / "recipe.yaml", tmp_path / "broken.yaml")
    for name in ("github-table", "defects", "block-beside-table"):
        shutil.copy(ROOT / "tests" / "cases" / "docs" / name / "page.md", tmp_path / f"{name}.md")
    shutil.copy(ROOT / "tests" / "cases" / "import" / "docs" / "grid.yml", tmp_path / "grid.yml")
    picture = PngInfo()
    picture.add_text("parameters", INFOTEXT)
    Image.new("RGB", (8, 8)).save(tmp_path / "picture.png", pnginfo=picture)
    (tmp_path / "gptproto.md").write_text(GPTPROTO, "utf-8")
    (tmp_path / "gptproto-new.md").write_text(changed_page(), "utf-8")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GPTPROTO_")}
    for said in re.split(r"^(?=\$ )", text, flags=re.MULTILINE):
        if not said:
            continue
        command, _, expected = said.partition("\n")
        program, *arguments = shlex.split(command.removeprefix("$ "))
        assert program == "teststrip", "console blocks run teststrip; show other programs in sh blocks"
        result = warm.run(
            [sys.executable, "-m", "teststrip", *arguments],
            cwd=tmp_path,
            env=environ,
        )
        shown = re.escape(expected).replace(re.escape("...\n"), r"(?:.*\n)*?")
        assert re.fullmatch(shown, result.stdout + result.stderr), result.stdout + result.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_darkroom_has_its_present_version(page: Path) -> None:
    named = set(re.findall(r"darkroom/(\d+)\b", page.read_text("utf-8")))
    assert named <= {RENDERER_VERSION}


def headings(page: Path) -> set[str]:
    """Return the anchors that a forge gives to a page's headings."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    lines = (
        re.sub(r"[^\w\- ]", "", line.lower()).strip() for line in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    )
    return {line.replace(" ", "-") for line in lines}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_heading_leads_to_one(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    links = re.findall(r"\]\(([^)#\s]*)#([^)\s]+)\)", text)
    assert [
        f"{file}#{anchor}"
        for file, anchor in links
        if "://" not in file and anchor not in headings(page.parent / file if file else page)
    ] == []
