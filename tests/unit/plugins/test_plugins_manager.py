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
from teststrip.plugins.gathering import extensions_of, provider_pages
from teststrip.plugins.manager import bare_manager, load_plugins


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


def test_the_manager_knows_every_hook() -> None:
    manager = bare_manager()
    assert hook_names()
    for name in hook_names():
        assert getattr(manager.hook, name).spec is not None


def test_two_managers_share_nothing() -> None:
    first, second = bare_manager(), bare_manager()
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
    manager = load_plugins().manager
    assert manager.has_plugin("pages")
    assert provider_pages(manager) == (("pages", ("mine.md", "text")),)


def test_a_bare_manager_leaves_installed_plugins_alone(site: Path) -> None:
    install(site, "quiet", "raise RuntimeError('imported')")
    assert not bare_manager().has_plugin("quiet")


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
        load_plugins()
    assert word in str(caught.value)
    assert caught.value.exit_code == 2


class Pages:
    def __init__(self, *pages: Path | tuple[str, str]) -> None:
        self.pages = pages

    @hookimpl
    def teststrip_provider_pages(self) -> tuple[Path | tuple[str, str], ...]:
        return self.pages


def manager_with(**plugins: object) -> pluggy.PluginManager:
    manager = bare_manager()
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
        extensions_of(manager_with(faulty=Faulty()))


class Drawn:
    def __init__(self, provider: object) -> None:
        self.provider = provider


class Renderers:
    def __init__(self, *names: str, make: type[object] = Drawn) -> None:
        self.names = names
        self.make = make

    @hookimpl
    def teststrip_renderers(self) -> dict[str, type[object]]:
        return dict.fromkeys(self.names, self.make)


def test_renderers_of_all_plugins_are_gathered_by_name() -> None:
    assert list(extensions_of(manager_with(a=Renderers("x", "y"), b=Renderers("z"))).renderers) == ["x", "y", "z"]


def test_a_renderer_that_takes_no_provider_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="to be called with one argument, the provider"):
        extensions_of(manager_with(a=Renderers("x", make=object)))


def test_two_renderers_of_one_name_are_a_usage_error() -> None:
    with pytest.raises(UsageError, match="'a' brings the renderer 'x', and so does the plugin 'b'"):
        extensions_of(manager_with(a=Renderers("x"), b=Renderers("x")))


def test_a_plugin_that_registers_nothing_is_passed_over() -> None:
    class Nothing:
        @hookimpl
        def teststrip_renderers(self) -> None: ...

    assert extensions_of(manager_with(nothing=Nothing())).renderers == {}
