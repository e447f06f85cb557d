"""Plugins that do everything wrong: each is named, and what it does reaches nobody else."""

from __future__ import annotations

import copy
import itertools
import textwrap
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pluggy
import pytest

from teststrip import hookspecs
from teststrip.errors import UsageError
from teststrip.hookspecs import hookimpl
from teststrip.plugins.choice import Choice
from teststrip.plugins.config import Config
from teststrip.plugins.extensions import BUILT_IN
from teststrip.plugins.gathering import HOOKS, commands_brought, extensions_of, provider_pages
from teststrip.plugins.manager import bare_manager, load_plugins
from teststrip.plugins.records import AxisKind, Importer
from teststrip.plugins.survey import survey
from teststrip.plugins.telling import EVENTS
from teststrip.steps.model import AfterStep, BeforeStep, Made, Work
from teststrip.steps.upscale import Upscaler

REGISTERING = [name for name in vars(hookspecs) if name.startswith("teststrip_") and name not in EVENTS]
ASKED = [name for name in REGISTERING if name != "teststrip_price"]


def plugin_with(hook: str, function: Any) -> SimpleNamespace:
    """Make a plugin of one hook, which takes no arguments."""
    return SimpleNamespace(**{hook: hookimpl(function)})


def manager_with(**plugins: object) -> pluggy.PluginManager:
    manager = bare_manager()
    for name, plugin in plugins.items():
        manager.register(plugin, name)
    return manager


def ask(manager: pluggy.PluginManager) -> None:
    extensions_of(manager)
    commands_brought(manager, {})
    provider_pages(manager)


def write(folder: Path, name: str, source: str) -> Path:
    file = folder / f"{name}.py"
    file.write_text(textwrap.dedent(source), "utf-8")
    return file


def load(*files: Path, blocked: tuple[str, ...] = ()) -> pluggy.PluginManager:
    return load_plugins(Choice(tuple(map(str, files)), frozenset(blocked), found=False)).manager


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("raise RuntimeError('no such device')", "RuntimeError: no such device"),
        ("import sys; sys.exit(3)", "it ends the program (SystemExit: 3)"),
        ("raise SystemExit", "it ends the program"),
        ("raise BaseException('odd')", "BaseException: odd"),
        ("def f(:", "SyntaxError"),
        ("from teststrip.hookspecs import hookimpl\n@hookimpl\ndef teststrip_step(): ...", "teststrip_step"),
        (
            "from teststrip.hookspecs import hookimpl\n@hookimpl\ndef teststrip_run_done(run, colour): ...",
            "colour",
        ),
        (
            "from teststrip.hookspecs import hookimpl\n@hookimpl\nasync def teststrip_run_done(run): ...",
            "teststrip_run_done is a coroutine function",
        ),
        (
            "from teststrip.hookspecs import hookimpl\n@hookimpl(wrapper=True)\ndef teststrip_steps(): yield",
            "teststrip_steps is a wrapper",
        ),
        (
            "from teststrip.hookspecs import hookimpl\n@hookimpl(hookwrapper=True)\ndef teststrip_steps(): yield",
            "teststrip_steps is a wrapper",
        ),
    ],
)
def test_a_plugin_that_cannot_be_loaded_is_named_and_leaves_nothing_behind(
    tmp_path: Path, source: str, words: str
) -> None:
    bad, good = write(tmp_path, "bad", source), write(tmp_path, "good", "")
    with pytest.raises(UsageError, match="the plugin 'bad' cannot be used") as caught:
        load(bad, good)
    assert words in str(caught.value)
    assert str(caught.value).endswith("-p no:bad leaves it out")
    host = load_plugins(Choice((str(bad), str(good)), found=False), forgiving=True)
    assert [(one.name, one.state) for one in host.plugins] == [("bad", "broken"), ("good", "loaded")]
    assert not host.manager.has_plugin("bad")
    host.manager.check_pending()


def test_what_is_left_out_is_not_imported(tmp_path: Path) -> None:
    bad = write(tmp_path, "bad", "raise RuntimeError('imported')")
    host = load_plugins(Choice((str(bad),), frozenset({"bad"}), found=False))
    assert [(one.name, one.state) for one in host.plugins] == [("bad", "blocked")]


def test_what_a_plugin_prints_when_it_is_loaded_or_asked_goes_to_stderr(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loud = write(
        tmp_path,
        "loud",
        """
        from teststrip.hookspecs import hookimpl
        print("imported")

        @hookimpl
        def teststrip_steps():
            print("asked")
            yield from ()
            print("iterated")
        """,
    )
    extensions_of(load(loud))
    assert tuple(capsys.readouterr()) == ("", "imported\nasked\niterated\n")


def test_two_plugins_of_one_name_are_an_error_naming_both(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = write(tmp_path / "a", "mine", "x = 1"), write(tmp_path / "b", "mine", "x = 2")
    with pytest.raises(UsageError, match="two plugins are called 'mine'") as caught:
        load_plugins(Choice((str(second),)), Config(tmp_path / "teststrip.toml", (first,)))
    assert str(second) in str(caught.value)


@pytest.mark.parametrize("name", ["../x", "a b", "", "a..b", "os;evil", "a/b"])
def test_p_takes_names_and_files_and_nothing_else(name: str) -> None:
    if not name:
        return
    with pytest.raises(UsageError, match="a plugin is an installed one's name, a module, a file"):
        load_plugins(Choice((name,), found=False))


def test_a_misspelt_name_to_leave_out_is_told_with_what_was_meant(tmp_path: Path) -> None:
    mine = write(tmp_path, "mine", "")
    with pytest.raises(
        UsageError, match="-p no:mien: no such plugin is found; there are: mine; did you mean 'mine'"
    ):
        load_plugins(Choice((str(mine),), frozenset({"mien"}), frozenset({"mien"}), found=False))


@pytest.mark.parametrize("hook", ASKED)
@pytest.mark.parametrize("error", [LookupError("no driver"), SystemExit(1), BaseException("odd")])
def test_a_hook_that_raises_names_the_plugin(hook: str, error: BaseException) -> None:
    def fails() -> None:
        raise error

    def fails_late() -> Any:
        yield from ()
        raise error

    for function in (fails, fails_late) if hook in {"teststrip_steps", "teststrip_commands"} else (fails,):
        with pytest.raises(UsageError, match=f"the plugin 'faulty' failed in {hook}: ") as caught:
            ask(manager_with(good=SimpleNamespace(), faulty=plugin_with(hook, function)))
        assert "-p no:faulty leaves it out" in str(caught.value)


@pytest.mark.parametrize("hook", ASKED)
@pytest.mark.parametrize("answer", [7, "text", b"bytes", object(), [7], {"x": 7}, {7: print}, [{}]])
def test_a_hook_that_brings_something_else_names_the_plugin(hook: str, answer: object) -> None:
    with pytest.raises(UsageError, match="the plugin 'odd' brings "):
        ask(manager_with(odd=plugin_with(hook, lambda: answer)))


@pytest.mark.parametrize("hook", ASKED)
def test_none_brings_nothing(hook: str) -> None:
    manager = manager_with(quiet=plugin_with(hook, lambda: None))
    brought = extensions_of(manager)
    assert (dict(brought.owners), provider_pages(manager), commands_brought(manager, {})) == ({}, (), {})
    assert (brought.before, brought.after) == (BUILT_IN.before, BUILT_IN.after)


def thing(hook: str, name: str) -> Any:
    """Return what a hook may bring under a name."""
    made: dict[str, Any] = {
        "teststrip_steps": [BeforeStep(name, lambda request, _options: request)],
        "teststrip_axis_kinds": {name: AxisKind(lambda _spec, _parameter: [1], {name: {}})},
        "teststrip_importers": {name: Importer(lambda _t, _f: None, lambda _t, _f: False)},  # type: ignore[arg-type, return-value]
        "teststrip_commands": [SimpleNamespace(name=name, main=print, get_short_help_str=print)],
        "teststrip_renderers": {name: lambda _provider: None},
        "teststrip_upscalers": {name: Upscaler(lambda image, _factor: image, "1")},
        "teststrip_executors": {name: object},
    }
    return made.get(hook, {name: lambda value: value})


@pytest.mark.parametrize("hook", sorted(HOOKS))
def test_two_plugins_that_bring_one_name_are_an_error_naming_both(hook: str) -> None:
    one, two = (plugin_with(hook, lambda: thing(hook, "same")) for _ in range(2))
    with pytest.raises(UsageError, match=r"the plugin 'one' brings .* 'same', and so does the plugin 'two'"):
        ask(manager_with(one=one, two=two))


@pytest.mark.parametrize("hook", sorted(HOOKS))
def test_a_name_that_the_program_has_itself_is_refused(hook: str) -> None:
    manager = manager_with(one=plugin_with(hook, lambda: thing(hook, "same")))
    taken = {hook: lambda: ["other", "same"]}
    with pytest.raises(UsageError, match=r"the plugin 'one' brings .* 'same', a name that teststrip has itself"):
        commands_brought(manager, taken) if hook == "teststrip_commands" else extensions_of(manager, taken)


@pytest.mark.parametrize("hook", sorted(HOOKS))
@pytest.mark.parametrize("name", ["", "../x", "A", "a b", "a.b", "1a.", "ü", "a" * 65, "-a", "a\n"])
def test_what_is_no_name_is_refused(hook: str, name: str) -> None:
    with pytest.raises(UsageError, match=r"the plugin 'one' brings .* which is no name"):
        ask(manager_with(one=plugin_with(hook, lambda: thing(hook, name))))


def test_a_function_may_not_be_called_as_another_that_conditions_know() -> None:
    one = plugin_with("teststrip_template_functions", lambda: {"even": lambda value: value})
    two = plugin_with("teststrip_where_functions", lambda: {"even": lambda value: value})
    with pytest.raises(UsageError, match="'one' brings the function 'even', and so does the plugin 'two'"):
        extensions_of(manager_with(one=one, two=two))


def run(_work: Work) -> Made:
    return Made()


async def wait(_work: Work) -> Made:
    return Made()


BAD: Any = 7


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (BeforeStep("x", BAD), "`change` is no function"),
        (BeforeStep("x", lambda r, _: r, options=BAD), "JSON Schema of an object"),
        (BeforeStep("x", lambda r, _: r, options={"type": "array"}), "JSON Schema of an object"),
        (BeforeStep("x", lambda r, _: r, touches=BAD), "`touches` is a function"),
        (AfterStep("x", BAD), "`run` is no function"),
        (AfterStep("x", run, where=BAD), "`where` is one of async, thread, process"),
        (AfterStep("x", wait), "coroutine function where `where` is 'async'"),
        (AfterStep("x", run, where="async"), "coroutine function where `where` is 'async'"),
        (AfterStep("x", lambda _: Made(), where="process"), "a function at the top of a module"),
        (AfterStep("x", run, scores={"a": BAD}), "`scores` has a Score for each name"),
        (AfterStep("x", run, scores=BAD), "`scores` has a Score for each name"),
    ],
)
def test_a_step_that_is_of_no_use_is_refused_with_the_reason(step: Any, words: str) -> None:
    with pytest.raises(UsageError, match="the plugin 'one' brings the step 'x' that is of no use") as caught:
        extensions_of(manager_with(one=plugin_with("teststrip_steps", lambda: [step])))
    assert words in str(caught.value)


def test_a_step_for_processes_is_a_function_that_they_can_import() -> None:
    step = AfterStep("x", run, where="process")
    assert extensions_of(manager_with(one=plugin_with("teststrip_steps", lambda: [step]))).after["x"] is step


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda *values: values, "has no place of its own"),
        (lambda value, *, colour: (value, colour), "has no place of its own"),
        (lambda **given: given, "has no place of its own"),
        (lambda: 1, "a filter takes the value before the"),
    ],
)
def test_a_filter_that_no_expression_could_call_is_refused(answer: Any, words: str) -> None:
    with pytest.raises(UsageError, match="brings the filter 'x' that is of no use") as caught:
        extensions_of(manager_with(one=plugin_with("teststrip_template_filters", lambda: {"x": answer})))
    assert words in str(caught.value)


class Price:
    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.seen: list[Any] = []

    @hookimpl
    def teststrip_price(self, request: Any) -> Any:
        self.seen.append(copy.deepcopy(dict(request)))
        request["prompt"] = "changed"
        request["list"].append(1)
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


PROVIDER: Any = SimpleNamespace(name="p")


@pytest.mark.parametrize(
    "answer",
    [True, 1.5, "1", Decimal("NaN"), Decimal("Infinity"), Decimal(-1), -1, [1], Decimal(10) ** 9 + 1],
)
def test_a_price_that_is_none_is_an_error_and_never_nothing(answer: Any) -> None:
    price = extensions_of(manager_with(odd=Price(answer))).price
    assert price is not None
    with pytest.raises(UsageError, match="the plugin 'odd' prices a request at"):
        price(PROVIDER, "m", {"prompt": "x", "list": []})


@pytest.mark.parametrize("error", [KeyError("prompt"), SystemExit(0)])
def test_a_price_that_raises_is_an_error(error: BaseException) -> None:
    price = extensions_of(manager_with(odd=Price(error))).price
    assert price is not None
    with pytest.raises(UsageError, match="the plugin 'odd' failed in teststrip_price"):
        price(PROVIDER, "m", {"prompt": "x", "list": []})


def test_the_first_that_knows_a_price_is_believed_and_each_gets_a_request_of_its_own() -> None:
    plugins = {"none": Price(None), "five": Price(5), "six": Price(Decimal(6))}
    price = extensions_of(manager_with(**plugins)).price
    assert price is not None
    request = {"prompt": "x", "list": []}
    assert price(PROVIDER, "m", request) == Decimal(5)
    assert request == {"prompt": "x", "list": []}
    assert plugins["none"].seen == plugins["five"].seen == [request] * 2
    assert plugins["six"].seen == []
    assert extensions_of(bare_manager()).price is None


def test_a_price_that_is_another_each_time_is_an_error() -> None:
    prices = itertools.count(1)
    price = extensions_of(manager_with(odd=plugin_with("teststrip_price", lambda: next(prices)))).price
    assert price is not None
    with pytest.raises(UsageError, match="the plugin 'odd' prices one request differently each time"):
        price(PROVIDER, "m", {"prompt": "x"})


def test_a_survey_tells_of_each_what_it_brings_and_of_the_broken_what_is_wrong(tmp_path: Path) -> None:
    start = "from teststrip.hookspecs import hookimpl\nfrom teststrip.steps.model import BeforeStep\n@hookimpl\n"
    good = write(
        tmp_path, "good", start + "def teststrip_steps(): return [BeforeStep('b', print), BeforeStep('a', print)]"
    )
    bad = write(tmp_path, "bad", start + "def teststrip_template_filters(): return 7")
    worse = write(tmp_path, "worse", "import nothing_of_that_name")
    files = tuple(map(str, (good, bad, worse)))
    entries = survey(load_plugins(Choice(files, frozenset(), found=False), forgiving=True), {})
    assert [(one.plugin.name, one.plugin.state, dict(one.names)) for one in entries] == [
        ("good", "loaded", {"teststrip_steps": ("b", "a")}),
        ("bad", "broken", {}),
        ("worse", "broken", {}),
    ]
    assert entries[1].hooks == ("teststrip_template_filters",)
    assert "where a mapping by name belongs" in entries[1].plugin.problem


def test_a_survey_tells_both_plugins_that_bring_one_name(tmp_path: Path) -> None:
    source = "from teststrip.hookspecs import hookimpl\n@hookimpl\ndef teststrip_assertions(): return {'x': print}"
    files = tuple(str(write(tmp_path, name, source)) for name in ("one", "two"))
    (tmp_path / "three.py").write_text("", "utf-8")
    host = load_plugins(Choice((*files, str(tmp_path / "three.py")), found=False))
    assert [one.plugin.state for one in survey(host, {})] == ["broken", "broken", "loaded"]
