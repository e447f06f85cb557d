"""The plugin manager finds, checks and names plugins; nothing of it is global."""

from __future__ import annotations

import textwrap
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pluggy
import pytest

from teststrip import hookspecs
from teststrip.errors import UsageError
from teststrip.hookspecs import hookimpl
from teststrip.plugins.manager import plugin_manager, provider_pages, renderers, tell


def install(folder: Path, name: str, source: str) -> None:
    """Put a distribution with one plugin into a folder, as an installer would."""
    module = f"plugin_{name}_in_{folder.name}"  # a module is imported once in a process: each test has its own
    (folder / f"{module}.py").write_text(textwrap.dedent(source), encoding="utf-8")
    info = folder / f"{module}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[teststrip]\n{name} = {module}\n", encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def hook_names() -> list[str]:
    return [name for name in vars(hookspecs) if name.startswith("teststrip_")]


def test_there_are_six_hooks_and_the_manager_knows_each() -> None:
    manager = plugin_manager(load=False)
    assert len(hook_names()) == 6
    for name in hook_names():
        assert getattr(manager.hook, name).spec is not None


@pytest.mark.parametrize("name", hook_names())
def test_every_hook_has_a_heading_and_its_signature_in_the_docs(name: str) -> None:
    docs = (Path(__file__).parents[3] / "docs" / "plugins.md").read_text("utf-8")
    assert f"\n### {name}\n\n`{name}(" in docs


def test_the_docs_have_no_heading_for_a_hook_that_does_not_exist() -> None:
    docs = (Path(__file__).parents[3] / "docs" / "plugins.md").read_text("utf-8")
    headings = [line.removeprefix("### ") for line in docs.splitlines() if line.startswith("### ")]
    assert headings == hook_names()


def test_two_managers_share_nothing() -> None:
    first, second = plugin_manager(load=False), plugin_manager(load=False)
    first.register(SimpleNamespace(), "only-here")
    assert second.get_plugin("only-here") is None


def test_an_installed_plugin_is_loaded_and_heard(site: Path) -> None:
    install(
        site,
        "pages",
        """
        from teststrip.hookspecs import hookimpl

        @hookimpl
        def teststrip_provider_pages():
            return [("mine.md", "text")]
        """,
    )
    manager = plugin_manager()
    assert manager.has_plugin("pages")
    assert provider_pages(manager) == (("pages", ("mine.md", "text")),)


def test_without_load_installed_plugins_are_left_alone(site: Path) -> None:
    install(site, "quiet", "raise RuntimeError('imported')")
    assert not plugin_manager(load=False).has_plugin("quiet")


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("raise RuntimeError('no such device')", "no such device"),
        ("import a_module_that_nobody_has", "a_module_that_nobody_has"),
        (
            """
            from teststrip.hookspecs import hookimpl

            @hookimpl
            def teststrip_run_finished(run): ...
            """,
            "teststrip_run_finished",
        ),
        (
            """
            from teststrip.hookspecs import hookimpl

            @hookimpl
            def teststrip_run_done(runs): ...
            """,
            "runs",
        ),
    ],
    ids=["raises", "missing import", "unknown hook", "unknown argument"],
)
def test_a_plugin_that_cannot_be_used_is_a_usage_error_naming_it(site: Path, source: str, word: str) -> None:
    install(site, "broken", source)
    with pytest.raises(UsageError, match="plugin 'broken' cannot be used") as caught:
        plugin_manager()
    assert word in str(caught.value)
    assert caught.value.exit_code == 2


class Pages:
    def __init__(self, *pages: Path | tuple[str, str]) -> None:
        self.pages = pages

    @hookimpl
    def teststrip_provider_pages(self) -> tuple[Path | tuple[str, str], ...]:
        return self.pages


def manager_with(**plugins: object) -> pluggy.PluginManager:
    manager = plugin_manager(load=False)
    for name, plugin in plugins.items():
        manager.register(plugin, name)
    return manager


def test_pages_come_with_their_plugin_in_the_order_of_registering(tmp_path: Path) -> None:
    manager = manager_with(one=Pages(tmp_path / "a.md"), two=Pages(("b.md", "# b")))
    assert provider_pages(manager) == (("one", tmp_path / "a.md"), ("two", ("b.md", "# b")))


@pytest.mark.parametrize("page", ["a.md", ("a.md",), ("a.md", b"# a"), 7])
def test_a_plugin_that_brings_no_page_is_named(page: Any) -> None:
    with pytest.raises(UsageError, match=r"plugin 'odd' .* neither a path nor"):
        provider_pages(manager_with(odd=Pages(page)))


def test_a_hook_that_raises_while_registering_names_the_plugin() -> None:
    class Faulty:
        @hookimpl
        def teststrip_renderers(self) -> None:
            raise LookupError("no driver")

    with pytest.raises(UsageError, match="'faulty' failed in teststrip_renderers: LookupError: no driver"):
        renderers(manager_with(faulty=Faulty()))


class Renderers:
    def __init__(self, *names: str) -> None:
        self.names = names

    @hookimpl
    def teststrip_renderers(self) -> dict[str, type[object]]:
        return dict.fromkeys(self.names, object)


def test_renderers_of_all_plugins_are_gathered_by_name() -> None:
    assert list(renderers(manager_with(a=Renderers("x", "y"), b=Renderers("z")))) == ["x", "y", "z"]


def test_two_renderers_of_one_name_are_a_usage_error() -> None:
    with pytest.raises(UsageError, match="'b' brings a renderer 'x'"):
        renderers(manager_with(a=Renderers("x"), b=Renderers("x")))


def test_a_plugin_that_registers_nothing_is_passed_over() -> None:
    class Nothing:
        @hookimpl
        def teststrip_renderers(self) -> None: ...

    assert renderers(manager_with(nothing=Nothing())) == {}


def test_telling_reaches_every_listener_though_one_fails() -> None:
    heard: list[Path] = []

    class Listener:
        @hookimpl
        def teststrip_sheet_written(self, path: Path) -> None:
            heard.append(path)

    class Faulty:
        @hookimpl
        def teststrip_sheet_written(self) -> None:
            raise OSError("disk full")

    manager = manager_with(one=Listener(), faulty=Faulty(), two=Listener())
    complaints = tell(manager.hook.teststrip_sheet_written, path=Path("sheet.png"))
    assert heard == [Path("sheet.png"), Path("sheet.png")]
    assert complaints == ("the plugin 'faulty' failed in teststrip_sheet_written: OSError: disk full",)
