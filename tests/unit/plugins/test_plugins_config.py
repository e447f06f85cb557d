"""teststrip.toml: found like provider pages, confined to its folder, and wrong at a line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from teststrip.errors import ConfigError
from teststrip.plugins.config import MOST_BYTES, find_config, read_config

NOWHERE = Path("/nowhere")


def written(folder: Path, text: str | bytes) -> Path:
    file = folder / "teststrip.toml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def plugin(folder: Path, name: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("", "utf-8")
    return file


def problems(file: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read_config(file)
    assert caught.value.exit_code == 2
    return [str(problem).removeprefix(f"{file}:") for problem in caught.value.problems]


def test_plugins_come_in_the_order_in_which_they_are_listed(tmp_path: Path) -> None:
    files = [plugin(tmp_path, "plugins/b.py"), plugin(tmp_path, "a.py")]
    file = written(tmp_path, "plugins = [\n  'plugins/b.py', # first\n  \"a.py\",\n]\n")
    assert read_config(file).plugins == tuple(files)
    assert read_config(written(tmp_path, "")).plugins == ()


def test_it_is_met_in_the_current_folder_and_in_those_above_it_inside_a_repository(tmp_path: Path) -> None:
    inner = tmp_path / "project" / "a" / "b"
    inner.mkdir(parents=True)
    file = written(tmp_path / "project", "")
    assert find_config(inner, NOWHERE) is None  # no repository: only the current folder
    assert find_config(tmp_path / "project", NOWHERE) is not None
    (tmp_path / "project" / ".git").mkdir()
    found = find_config(inner, NOWHERE)
    assert found is not None
    assert found.file == file
    assert find_config(inner, tmp_path / "project" / "a") is None  # never above the home folder
    nearer = written(tmp_path / "project" / "a", "")
    found = find_config(inner, NOWHERE)
    assert found is not None
    assert found.file == nearer


@pytest.mark.parametrize(
    "item",
    ["../evil.py", "/etc/evil.py", "plugins/../../evil.py", "a\\\\b.py", "http://x/evil.py", "a\\u0000.py"],
)
def test_a_path_that_leads_out_of_the_project_is_refused(tmp_path: Path, item: str) -> None:
    plugin(tmp_path, "evil.py")
    (tmp_path / "project").mkdir()
    (said,) = problems(written(tmp_path / "project", f'plugins = [\n  "{item}"]\n'))
    assert said.startswith(("2:3", "1:1"))
    assert "a plugin is named by its path from here" in said


@pytest.mark.parametrize("item", ["plugins", "mine.txt", "not-a-name.py", ".py", ""])
def test_what_is_no_python_file_by_its_name_is_refused(tmp_path: Path, item: str) -> None:
    (said,) = problems(written(tmp_path, f'plugins = ["{item}"]'))
    assert "a plugin is a Python file" in said


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links here")
def test_a_link_that_leads_out_is_followed_and_refused(tmp_path: Path) -> None:
    plugin(tmp_path, "evil.py")
    project = tmp_path / "project"
    project.mkdir()
    (project / "mine.py").symlink_to(tmp_path / "evil.py")
    (project / "round.py").symlink_to(project / "round.py")
    (project / "folder.py").mkdir()
    found = problems(written(project, 'plugins = ["mine.py",\n"round.py",\n"folder.py",\n"gone.py"]'))
    assert [said.split("  ")[0] for said in found] == ["1:12", "2:1", "3:1", "4:1"]
    for said, words in zip(
        found, ("outside of this folder", "read", "no ordinary file", "No such file"), strict=True
    ):
        assert words in said


def test_two_files_of_one_name_and_other_settings_are_told_at_their_lines(tmp_path: Path) -> None:
    plugin(tmp_path, "a/mine.py")
    plugin(tmp_path, "b/mine.py")
    text = "# a project\nplugin = 1\nplugins = [\n  'a/mine.py',\n  'b/mine.py',\n]\n\n[limits]\nbudget = 5\n"
    assert problems(written(tmp_path, text)) == [
        "2:1  plugin  a project has no such setting; there is: plugins; did you mean 'plugins'?",
        "5:3  plugins  a plugin is called as its file is, and a/mine.py has this name",
        "8:1  limits  a project has no such setting; there is: plugins",
    ]


@pytest.mark.parametrize("value", ["'a.py'", "3", "[1]", "[['a.py']]", "{a = 1}", "true"])
def test_plugins_are_a_list_of_texts(tmp_path: Path, value: str) -> None:
    (said,) = problems(written(tmp_path, f"\nplugins = {value}\n"))
    assert said.startswith("2:1  plugins  plugins is a list of files")


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("plugins = [\n'a.py'\n'b.py']", "3:1  this is not TOML"),
        ("plugins = [", "1:1"),
        (b"plugins = '\xff'", "1:1  the file is not UTF-8 text (byte 11)"),
        ("x" * (MOST_BYTES + 1), "1:1  the file is larger than 1 MiB"),
    ],
    ids=["mistake", "no end", "bytes", "large"],
)
def test_a_file_that_is_no_configuration_is_told_at_its_place(
    tmp_path: Path, text: str | bytes, start: str
) -> None:
    (said,) = problems(written(tmp_path, text))
    assert said.startswith(start)
