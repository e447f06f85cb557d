"""APIs that answer a submit with the pictures: pages without `poll`, keys that need not be, Basic."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from wire_bench import Painter, painted, run_at

from teststrip.base.json import sha256
from teststrip.emulator.app import create_app
from teststrip.emulator.faults import read_faults
from teststrip.emulator.gate import is_allowed
from teststrip.emulator.renderer import RenderError
from teststrip.emulator.serve import running_emulator
from teststrip.emulator.settings import EmulatorSettings
from teststrip.emulator.spoken import words_of
from teststrip.errors import ExchangeError, InputError, PageError, UsageError
from teststrip.provider.model import Provider
from teststrip.provider.page import read_page
from teststrip.provider.request import resolve_defaults, submit_url
from teststrip.run.client import Client
from teststrip.run.duration import duration_of
from teststrip.run.http import asgi_transport
from teststrip.run.state import State
from teststrip.run.target import live_key, live_target

EASEL = """\
---
page: 1
provider: easel
title: An easel
base_url: http://127.0.0.1:7000
base_url_env: EASEL_URL
auth: {header: Authorization, form: "Basic {key}", encoding: base64, env: EASEL_AUTH, optional: true}
submit:
  path: /draw/{scenario}
  deadline: 900
  scenarios: [{name: over, given: [start]}, {name: new}]
reply: {outputs: [images], form: base64, errors: [detail]}
roles:
  sampler: method
  noise_schedule: spread
  means: {sampler: {Euler a: k_euler_ancestral}, noise_schedule: {Karras: karras}}
models: [{id: one}, {id: two}]
pace: {concurrency: 1, per_minute: 60}
---

| Parameter | Type | Required | Default | Range | Description |
|---|---|---|---|---|---|
| prompt | string | yes | - | - | - |
| n | integer | no | 1 | 1 - 4 | - |
| method | string | no | Euler a | `Euler a`, `Heun` | - |
| start | string (Base64) | no | - | - | - |

### Only this (`two`)

| Parameter | Type | Required | Default | Range | Description |
|---|---|---|---|---|---|
| spread | string | yes | - | - | - |
"""
LINKS = EASEL.replace("form: base64, errors", "errors")
WORDS = EASEL.replace(
    "reply: {outputs: [images], form: base64, errors: [detail]}",
    "reply: {outputs: [images], form: data-uri, statuses: [state], errors: [detail], "
    "words: {queued: [q], running: [r], done: [d], failed: [f], moderated: [m]}}",
)


def page(text: str = EASEL) -> Provider:
    return read_page(text, "easel.md")


def asked(**request: Any) -> dict[str, Any]:
    return resolve_defaults(page(), "one", {"prompt": "a hill", **request})


@pytest.mark.parametrize("text", [EASEL, LINKS, WORDS])
async def test_pictures_come_with_the_answer_whatever_their_form(text: str, tmp_path: Path) -> None:
    painter = Painter()
    async with running_emulator(create_app(page(text), painter)) as url:
        run, _ = await run_at(url, page(text), tmp_path, asked(n=2), asked(prompt="a dale"))
    first, second = run.outcomes.values()
    assert (first.state, second.state) == (State.DONE, State.DONE)
    assert [one.sha256 for one in first.artifacts] == [sha256(painted("one", asked(n=2), k)) for k in range(2)]
    assert first.prediction is None
    assert len(painter.requests) == 2


@pytest.mark.parametrize(
    ("text", "refused"),
    [(EASEL, State.FAILED), (WORDS, State.MODERATED)],
)
async def test_what_is_refused_or_fails_is_told_at_once_too(text: str, refused: State, tmp_path: Path) -> None:
    class Broken(Painter):
        async def render(self, model: str, request: Any) -> tuple[bytes, ...]:
            if "dale" in request["prompt"]:
                raise RenderError("the easel fell over")
            return await super().render(model, request)

    requests = asked(prompt="teststrip:refuse"), asked(prompt="a dragon"), asked(prompt="a dale")
    async with running_emulator(create_app(page(text), Broken())) as url:
        run, _ = await run_at(url, page(text), tmp_path, *requests)
    moderated, invalid, failed = run.outcomes.values()
    assert (moderated.state, invalid.state) == (refused, State.FAILED)
    assert "no dragons" in invalid.reason
    assert failed.state is not State.DONE
    assert "the easel fell over" in failed.reason


async def test_nothing_is_asked_for_later() -> None:
    app = create_app(page(), Painter())
    async with Client(page(), base_url="http://e", key=None, transport=asgi_transport(app)) as client:
        prediction = await client.submit("one", asked())
        assert (prediction.id, prediction.phase) == (None, "done")
        assert not client.pollable(prediction)


async def test_no_key_opens_where_keys_are_optional_and_none_is_set() -> None:
    for keys, key, opens in (
        (None, None, True),
        (None, "ada:secret", True),
        (frozenset({"ada:secret"}), "ada:secret", True),
        (frozenset({"ada:secret"}), "ada:other", False),
        (frozenset({"ada:secret"}), None, False),
    ):
        app = create_app(page(), Painter(), EmulatorSettings(keys=keys))
        async with Client(page(), base_url="http://e", key=key, transport=asgi_transport(app)) as client:
            if opens:
                await client.submit("one", asked())
                continue
            with pytest.raises(ExchangeError) as caught:
                await client.submit("one", asked())
            assert caught.value.kind == "auth"


def test_basic_is_written_as_rfc_7617_has_it() -> None:
    auth = page().auth
    assert auth.value("Aladdin:open sesame") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    assert is_allowed(auth, "basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", frozenset({"Aladdin:open sesame"}))
    assert not is_allowed(auth, "Basic ???", None)
    assert not is_allowed(auth, "Basic " + base64.b64encode(b"\xff").decode(), None)


def test_a_scenario_may_ask_what_is_given() -> None:
    assert submit_url(page(), "http://e", "one", asked()) == "http://e/draw/new"
    assert submit_url(page(), "http://e", "one", asked(start="AAAA")) == "http://e/draw/over"


async def test_of_models_that_no_request_names_the_first_that_takes_it_answers() -> None:
    painter = Painter()
    app = create_app(page(), painter)
    async with Client(page(), base_url="http://e", key=None, transport=asgi_transport(app)) as client:
        (one,) = (await client.submit("one", asked())).outputs
        (two,) = (await client.submit("two", asked(spread="Karras"))).outputs
    expected = [painted("one", asked(), 0), painted("two", asked(spread="Karras"), 0)]
    assert [base64.b64decode(output.text) for output in (one, two)] == expected  # type: ignore[union-attr]


def test_values_are_read_by_what_they_mean() -> None:
    roles = page().roles
    said = words_of({"prompt": "a", "method": "Euler a", "spread": "Karras"}, roles)
    assert (said["sampler"], said["noise_schedule"]) == ("k_euler_ancestral", "karras")
    assert words_of({"method": "Heun"}, roles)["sampler"] == "Heun"


def test_keys_need_not_be_set_and_then_plain_http_may_be_used() -> None:
    assert live_key(page(), {}) is None
    assert live_key(page(), {"EASEL_AUTH": "ada:secret"}) == "ada:secret"
    environ = {"EASEL_URL": "http://192.168.7.7:7000"}
    assert live_target(page(), environ).base_url == "http://192.168.7.7:7000"
    with pytest.raises(UsageError, match="not https"):
        live_target(page(), {**environ, "EASEL_AUTH": "ada:secret"})


def test_nothing_is_known_of_how_long_it_takes_until_it_was_measured() -> None:
    target = live_target(page(), {})
    assert duration_of(5, page(), target, None, ()) is None
    measured = duration_of(5, page(), target, None, (2.0,))
    assert measured is not None
    assert measured.seconds == 10.0


def test_a_fault_at_a_poll_makes_no_sense() -> None:
    with pytest.raises(InputError, match="nothing to poll"):
        read_faults("rules: [{at: poll, fault: reset}]", "plan.yaml", page())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda text: text.replace("errors: [detail]", "errors: [detail], poll_urls: [where]"),
            "nothing is asked for later",
        ),
        (
            lambda text: text.replace("errors: [detail]", "forms: {poll: {images: '{outputs}'}}"),
            "nothing is asked for later",
        ),
        (lambda text: text.replace("errors: [detail]", "statuses: [state]"), "words is missing"),
        (
            lambda text: text.replace("  sampler: method\n", "  sampler: method\n  sync: n\n"),
            "nothing turns that on",
        ),
        (
            lambda text: text.replace("errors: [detail]", "forms: {submit: {info: '{id}'}}"),
            "in vain for {outputs}",
        ),
        (lambda text: text.replace("  sampler: method\n", ""), "no parameter has the role sampler"),
        (lambda text: text.replace("given: [start]", "given: [begin]"), 'speaks of "begin", which has no row'),
        (lambda text: text.replace(", {name: new}", ""), "give it no `given`"),
        (lambda text: text.replace("reply:", "poll: {path: '/p/{id}'}\nreply:"), "ids is missing"),
        (lambda text: text.replace("reply:", "poll: {path: '/p/{id}'}\nreply:"), "deadline under poll"),
    ],
)
def test_what_makes_no_sense_is_a_problem_of_the_page(change: Callable[[str], str], said: str) -> None:
    assert change(EASEL) != EASEL
    with pytest.raises(PageError) as caught:
        page(change(EASEL))
    assert any(said in str(problem) for problem in caught.value.problems), caught.value.problems
