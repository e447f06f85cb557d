"""Every variant of an answer that was met in the wild, one row each."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from run_bench import png, provider

from teststrip.errors import ExchangeError
from teststrip.run.reply import Inline, Prediction, Unreadable, Url, decode, error_parts, read_reply

PAGE = provider()
TEXT = base64.b64encode(png(300) * 3).decode()
LINK = "https://cdn.example/a.png"
POLL = "https://api.example/api/v3/predictions/abc-1/result"
FULL = {
    "data": {
        "id": "abc-1",
        "model": "m",
        "outputs": [],
        "urls": {"get": POLL},
        "hasNsfwContents": [],
        "status": "created",
        "createdAt": "2026-01-02T03:04:05.12345678Z",
        "error": "",
        "executionTime": 0,
        "timings": {"inference": 0},
    },
    "message": "success",
    "code": 200,
}

READS: list[tuple[str, Any, Prediction]] = [
    ("the documented form", FULL, Prediction("abc-1", "queued", (), POLL)),
    ("data is an array", {"data": [FULL["data"]]}, Prediction("abc-1", "queued", (), POLL)),
    ("data is absent", FULL["data"], Prediction("abc-1", "queued", (), POLL)),
    ("id at the top", {"id": "x", "status": "queued"}, Prediction("x", "queued")),
    ("task_id", {"data": {"task_id": "x", "status": "pending"}}, Prediction("x", "queued")),
    ("taskId", {"taskId": "x", "status": "starting"}, Prediction("x", "queued")),
    ("result_id", {"data": {"result_id": "x"}}, Prediction("x", "unknown")),
    ("an id that is a number", {"data": {"id": 77, "status": "running"}}, Prediction("77", "running")),
    ("id only inside the URL", {"data": {"urls": {"get": POLL}}}, Prediction("abc-1", "unknown", (), POLL)),
    ("urls is a list", {"data": {"urls": [{"get": POLL}]}}, Prediction("abc-1", "unknown", (), POLL)),
    (
        "an id in the URL is unquoted",
        {"urls": {"get": "https://x/api/v3/predictions/a%2Fb/result"}},
        Prediction("a/b", "unknown", (), "https://x/api/v3/predictions/a%2Fb/result"),
    ),
    ("an URL of another shape", {"urls": {"get": "https://x/y"}}, Prediction(None, "unknown", (), "https://x/y")),
    (
        "outputs are links",
        {"id": "x", "status": "success", "outputs": [LINK]},
        Prediction("x", "done", (Url(LINK),)),
    ),
    (
        "outputs is one link",
        {"id": "x", "status": "success", "outputs": LINK},
        Prediction("x", "done", (Url(LINK),)),
    ),
    (
        "outputs are base64",
        {"data": {"id": "x", "status": "complete", "outputs": [TEXT]}},
        Prediction("x", "done", (Inline(TEXT),)),
    ),
    (
        "outputs are data URIs",
        {"data": {"id": "x", "status": "succeed", "outputs": [f"data:image/png;base64,{TEXT}"]}},
        Prediction("x", "done", (Inline(TEXT),)),
    ),
    (
        "outputs are objects with url",
        {"id": "x", "outputs": [{"url": LINK}]},
        Prediction("x", "done", (Url(LINK),)),
    ),
    (
        "outputs are objects with image_url or image",
        {"id": "x", "outputs": [{"image_url": LINK}, {"image": TEXT}]},
        Prediction("x", "done", (Url(LINK), Inline(TEXT))),
    ),
    (
        "outputs are objects within objects",
        {"id": "x", "outputs": [{"image_url": {"url": LINK}}]},
        Prediction("x", "done", (Url(LINK),)),
    ),
    (
        "outputs are objects with b64_json",
        {"outputs": [{"b64_json": TEXT}]},
        Prediction(None, "done", (Inline(TEXT),)),
    ),
    ("synchronous links", {"created": 1, "data": [{"url": LINK}]}, Prediction(None, "done", (Url(LINK),))),
    ("synchronous base64", {"data": [{"b64_json": TEXT}]}, Prediction(None, "done", (Inline(TEXT),))),
    ("outputs is null", {"data": {"id": "x", "status": "running", "outputs": None}}, Prediction("x", "running")),
    ("error is null", {"data": {"id": "x", "status": "created", "error": None}}, Prediction("x", "queued")),
    (
        "error is a string",
        {"data": {"id": "x", "status": "failed", "error": "no memory"}, "code": 200},
        Prediction("x", "failed", error="no memory"),
    ),
    (
        "error is an object",
        {"data": {"id": "x", "status": "failed", "error": {"message": "no memory", "code": "oom"}}},
        Prediction("x", "failed", error="no memory (oom)"),
    ),
    ("an error alone", {"error": "nothing works"}, Prediction(None, "failed", error="nothing works")),
    (
        "a failing code in a 200",
        {"code": 402, "message": "no credit", "data": None},
        Prediction(None, "failed", error="no credit", code="402"),
    ),
    (
        "a failing code as text, without a message",
        {"code": "E17"},
        Prediction(None, "failed", error="code E17", code="E17"),
    ),
    ("a code of success as text", {"code": "200", "data": {"id": "x"}}, Prediction("x", "unknown")),
    ("a status word nobody knows", {"id": "x", "status": "polishing"}, Prediction("x", "unknown")),
    ("a status word in capitals", {"id": "x", "status": " COMPLETED "}, Prediction("x", "done")),
    (
        "an unknown word beside outputs",
        {"id": "x", "status": "hm", "outputs": [LINK]},
        Prediction("x", "unknown", (Url(LINK),)),
    ),
    ("data is a word", {"id": "x", "status": "created", "data": "success"}, Prediction("x", "queued")),
    ("nothing at all", {}, Prediction(None, "unknown")),
]


@pytest.mark.parametrize(("body", "expected"), [row[1:] for row in READS], ids=[row[0] for row in READS])
def test_every_variant_is_read(body: object, expected: Prediction) -> None:
    assert read_reply(PAGE, body) == expected


@pytest.mark.parametrize(("word", "phase"), PAGE.reply.words.items())
def test_every_status_word_of_the_page_has_its_phase(word: str, phase: str) -> None:
    assert read_reply(PAGE, {"data": {"id": "x", "status": word}}).phase == phase


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (None, "null"),
        (7, "a number"),
        ("text", "a string"),
        (True, "true or false"),
    ],
)
def test_nonsense_is_a_protocol_error_that_says_what_it_is(body: object, said: str) -> None:
    with pytest.raises(ExchangeError, match=said) as caught:
        read_reply(PAGE, body)
    assert caught.value.kind == "protocol"


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (7, "a number"),
        ("ftp://x/y.png", "neither a link"),
        ("file:///etc/passwd", "neither a link"),
        ("data:text/html,<b>", "not base64"),
    ],
)
def test_an_output_of_nonsense_spoils_neither_the_id_nor_its_neighbours(output: object, said: str) -> None:
    read = read_reply(PAGE, {"id": "x", "status": "success", "outputs": [LINK, output]})
    assert (read.id, read.phase, read.outputs[0]) == ("x", "done", Url(LINK))
    assert isinstance(read.outputs[1], Unreadable)
    assert said in read.outputs[1].reason


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just(LINK),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["data", "id", "status", "outputs", "urls", "get", "error", "code", "message", "url", "image"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_no_json_raises_anything_else(body: object) -> None:
    try:
        read_reply(PAGE, body)
    except ExchangeError as error:
        assert error.kind == "protocol"  # noqa: PT017  most bodies read well
    error_parts(PAGE.reply, body)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"error": {"message": "no", "type": "401"}}, ("401", "no")),
        ({"error": {"message": "no", "type": "t", "code": "c"}}, ("c", "no")),
        ({"error": "no"}, ("", "no")),
        ({"code": 402, "message": "no"}, ("402", "no")),
        ({"detail": "no"}, ("", "no")),
        ([], ("", "")),
        ("text", ("", "")),
    ],
)
def test_an_errors_code_and_message_are_found(body: object, expected: tuple[str, str]) -> None:
    assert error_parts(PAGE.reply, body) == expected


def test_base64_is_decoded_in_every_spelling() -> None:
    data = bytes(range(256))
    plain = base64.b64encode(data).decode()
    for text in (plain, plain.rstrip("="), base64.urlsafe_b64encode(data).decode(), f"{plain[:50]}\n{plain[50:]}"):
        assert decode(Inline(text), 256) == data


@pytest.mark.parametrize(("text", "said"), [("a", "broken"), ("ab=c", "broken"), ("A" * 4000, "larger")])
def test_broken_or_huge_base64_is_a_protocol_error(text: str, said: str) -> None:
    with pytest.raises(ExchangeError, match=said) as caught:
        decode(Inline(text), 1000)
    assert caught.value.kind == "protocol"
