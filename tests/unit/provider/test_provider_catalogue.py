"""Where provider pages are found, which of a name wins, and what a broken one does to the others."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from teststrip.errors import PageError
from teststrip.provider import places
from teststrip.provider.catalogue import Catalogue, bundled_pages, gather, page_at, problems_of
from teststrip.provider.places import MOST_BYTES, page_files, project_folder, user_folder

DOCS = (Path(__file__).parents[3] / "docs" / "provider-pages.md").read_text("utf-8")
PAGE = re.findall(r"^````markdown\n(.*?)^````$", DOCS, re.MULTILINE | re.DOTALL)[0]


def toy(title: str = "A toy", name: str = "toy") -> str:
    return str(PAGE).replace("title: A toy", f"title: {title}").replace("provider: toy ", f"provider: {name} ")


def write(folder: Path, name: str, text: str | bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder / name


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def found(
    project: Path, home: Path | None = None, brought: Iterable[tuple[str, Path | tuple[str, str]]] = ()
) -> Catalogue:
    return gather(brought, project, {"TESTSTRIP_HOME": str(home or project.parent / "no-home")})


def test_the_first_of_a_name_wins_project_person_plugin_bundled(project: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    write(project / "providers", "b.md", toy("Project's"))
    write(project / "providers", "c.md", toy("Project's second"))
    write(home / "providers", "toy.md", toy("Person's"))
    write(home / "providers", "gptproto.md", toy("Person's gateway", "gptproto"))
    brought = [("gallery", ("mine.md", toy("Plugin's"))), ("gallery", ("other.md", toy("Only here", "other")))]
    catalogue = found(project, home, brought)
    assert [(page.whose, page.name) for page in catalogue.pages[:6]] == [
        ("project", "toy"),
        ("project", "toy"),
        ("user", "gptproto"),
        ("user", "toy"),
        ("plugin gallery", "toy"),
        ("plugin gallery", "other"),
    ]
    titles = {provider.name: provider.title for provider in catalogue.providers()}
    assert titles["toy"] == "Project's"
    assert titles["gptproto"] == "Person's gateway"
    assert titles["other"] == "Only here"
    first, second = catalogue.pages[:2]
    assert catalogue.winner(first) is None
    assert catalogue.winner(second) is first
    assert catalogue.winner(catalogue.pages[-1]) is not None  # the bundled gptproto


def test_a_broken_page_harms_no_other_and_holds_its_name(project: Path) -> None:
    write(project / "providers", "bad.md", toy(name="gptproto").replace("| 1 - 50 |", "| 1 - |"))
    catalogue = found(project)
    with pytest.raises(PageError, match=r"bad\.md:35"):
        catalogue.find("gptproto")
    assert catalogue.find("nobody") is None
    assert "gptproto" not in [provider.name for provider in catalogue.providers()]
    assert catalogue.problems()


@pytest.mark.parametrize(
    "spelt", ["provider: 'toy'", '"provider": toy', "provider: toy # mine", "provider:\n  toy"]
)
def test_the_name_is_made_out_however_it_is_written(tmp_path: Path, spelt: str) -> None:
    text = re.sub(r"^provider: toy .*$", spelt, toy(), count=1, flags=re.MULTILINE)
    for ends in ("\n", "\r\n"):
        page = page_at(write(tmp_path, "a.md", "\ufeff" + text.replace("\n", ends)))
        assert page.name == "toy"
        assert page.read().name == "toy"


def test_the_project_is_looked_for_up_to_the_repositorys_top_and_not_beyond(project: Path) -> None:
    inner = project / "a" / "b"
    inner.mkdir(parents=True)
    outside = project.parent / "providers"
    outside.mkdir()
    (project / "providers").mkdir()
    assert project_folder(inner, Path("/nowhere")) is None  # no repository: only the current folder
    assert project_folder(project, Path("/nowhere")) == project / "providers"
    (project / ".git").mkdir()
    assert project_folder(inner, Path("/nowhere")) == project / "providers"
    assert project_folder(inner, project / "a") is None  # never above the home folder
    (project / "providers").rmdir()
    assert project_folder(inner, Path("/nowhere")) is None


def test_pages_of_the_project_are_named_as_a_person_would_type_them(project: Path) -> None:
    write(project / "providers", "toy.md", toy())
    (project / ".git").mkdir()
    inner = project / "recipes"
    inner.mkdir()
    page = found(inner).pages[0]
    assert page.file == str(Path("..", "providers", "toy.md"))
    assert page.read().page == "toy.md"


def test_hidden_files_readmes_and_other_files_are_no_pages(tmp_path: Path) -> None:
    for name in ("b.md", "a.MD", ".hidden.md", "README.md", "notes.txt"):
        write(tmp_path, name, "")
    assert [path.name for path in page_files(tmp_path)] == ["a.MD", "b.md"]
    assert page_files(tmp_path / "missing") == []
    assert page_files(tmp_path / "b.md") == []


def test_the_user_folder_is_the_variables_or_the_systems(tmp_path: Path) -> None:
    assert user_folder({"TESTSTRIP_HOME": str(tmp_path)}) == tmp_path / "providers"
    systems = user_folder({"TESTSTRIP_HOME": ""})
    assert systems.parts[-2:] == ("teststrip", "providers")
    assert systems.is_absolute()


def test_one_folder_that_is_both_is_looked_into_once(project: Path) -> None:
    write(project / "providers", "toy.md", toy())
    assert len(found(project, project).pages) == 1 + len(bundled_pages())


def test_files_that_cannot_be_read_are_pages_with_problems(project: Path) -> None:
    folder = project / "providers"
    write(folder, "bytes.md", b"---\n# \xff\n")
    write(folder, "huge.md", b" " * (MOST_BYTES + 1))
    (folder / "folder.md").mkdir()
    (folder / "gone.md").symlink_to(folder / "nothing")
    (folder / "loop.md").symlink_to(folder / "loop.md")
    os.mkfifo(folder / "pipe.md")
    told = {Path(page.file).name: str(problems_of(page)[0]) for page in found(project).pages[:-1] if page.problems}
    assert list(told) == ["bytes.md", "folder.md", "gone.md", "huge.md", "loop.md", "pipe.md"]
    assert "bytes.md:2:3  the file is not UTF-8 text" in told["bytes.md"]
    assert "this is a folder" in told["folder.md"]
    assert "No such file" in told["gone.md"]
    assert "a provider page has at most 8,388,608" in told["huge.md"]
    assert "cannot be read" in told["loop.md"]
    assert "no ordinary file" in told["pipe.md"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_looked_into_is_told(project: Path) -> None:
    folder = project / "providers"
    folder.mkdir(mode=0)
    page = found(project).pages[0]
    folder.chmod(0o700)
    assert "cannot be looked into" in str(page.problems[0])


def test_nothing_is_read_beyond_the_limit_that_the_docs_name() -> None:
    assert f"{places.MOST_BYTES // 2**20} MiB" in DOCS
