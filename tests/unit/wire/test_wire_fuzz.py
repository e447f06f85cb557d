"""Whatever page can be read can be emulated, and its answers are ones that its own reader understands."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from wire_bench import QUEUE, Painter

from teststrip.base.json import Json
from teststrip.emulator.answers import Answer, prediction_document
from teststrip.emulator.app import create_app
from teststrip.emulator.refusals import error_document, meaning_of
from teststrip.errors import PageError
from teststrip.provider.body import flat_request, wire_body
from teststrip.provider.model import Provider
from teststrip.provider.page import read_page
from teststrip.provider.price import price
from teststrip.provider.request import poll_url, result_url, submit_url
from teststrip.run.reply import Url, error_parts, read_reply

_, HEAD, TABLES = QUEUE.split("---\n", 2)
FRONT = yaml.safe_load(HEAD)
LINKS = ("https://cdn.example/1.png", "https://cdn.example/2.png")

PATHS = st.sampled_from(["/{id}", "/a/{id}/b", "/get?id={id}", "/{model}/of/{id}", "/x?a=1&k={id}", "/{id}.json"])
NAMES = st.sampled_from(["text", "number", "wide", "high", "as"])
REST = st.sampled_from(["x", "x.y", "z"])
PUT = st.dictionaries(st.sampled_from(["a", "a.b", "x", "f"]), st.lists(NAMES, min_size=1, max_size=2), max_size=2)
CHANGES: dict[str, st.SearchStrategy[Any]] = {
    "poll.path": PATHS,
    "poll.result": PATHS | st.none(),
    "poll.not_yet": st.lists(st.sampled_from([202, 404, 425]), min_size=1) | st.none(),
    "reply.ids": st.sampled_from([["job.id"], ["id"], ["task"]]),
    "reply.statuses": st.sampled_from([["job.state"], ["state"], ["job.is.now"]]),
    "reply.outputs": st.sampled_from([["job.files"], ["job.files[].at.url"], ["out[].url"], ["out"]]),
    "reply.errors": st.sampled_from([["job.trouble"], ["wrong"]]),
    "reply.forms": st.none(),
    "submit.path": st.sampled_from(["/{model}", "/make", "/by/{model}/{scenario}"]),
    "submit.body": st.none() | st.fixed_dictionaries({}, optional={"rest": REST, "places": PUT}),
    "roles": st.dictionaries(st.sampled_from(["prompt", "seed", "count", "width", "size"]), NAMES),
    "price": st.none() | st.builds(lambda name: {"unit": "u", "expression": f"{name} * 2 + len(text)"}, NAMES),
}


def changed(changes: dict[str, Any]) -> str:
    front = copy.deepcopy(FRONT)
    for path, value in changes.items():
        *holders, name = path.split(".")
        holder = front
        for part in holders:
            holder = holder[part]
        holder.pop(name, None)
        if value is not None:
            holder[name] = value
    return f"---\n{yaml.safe_dump(front, sort_keys=False)}---\n{TABLES}"


def answer(page: Provider, outputs: tuple[str, ...]) -> Answer:
    """Answer as the emulator does at a fixed moment."""
    base, created = "https://h", datetime(2026, 1, 2, tzinfo=UTC)
    asked, there = poll_url(page, base, "id1", "maker/one"), result_url(page, base, "id1", "maker/one")
    return Answer("id1", "maker/one", "done", created, asked, outputs, "", 1.0, there)


@settings(max_examples=150)
@given(st.fixed_dictionaries({}, optional=CHANGES))
def test_a_page_that_can_be_read_can_be_emulated_and_its_answers_be_read(changes: dict[str, Any]) -> None:
    try:
        page = read_page(changed(changes), "page.md")
    except PageError:
        return
    create_app(page, Painter())
    read = read_reply(page, prediction_document(page.reply, answer(page, LINKS), "submit"))
    assert (read.id, read.phase) == ("id1", "done")
    if "result" not in page.reply.forms:
        assert read.outputs == tuple(Url(link) for link in LINKS)
    error = error_document(meaning_of(page, "invalid"), "too dark", page.reply)
    assert "too dark" in error_parts(page.reply, error)[1]
    request: dict[str, Json] = {"text": "x", "number": 1, "wide": 64}
    assert flat_request(page, wire_body(page, "maker/one", request)).request == request
    assert submit_url(page, "https://h", "maker/one", request).startswith("https://h/")
    price(page, "maker/one", request)
