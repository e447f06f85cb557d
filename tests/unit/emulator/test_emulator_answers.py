"""The shape of answers: the first path of each list, the first word of each phase."""

from __future__ import annotations

from datetime import UTC, datetime

import hypothesis.strategies as st
import pytest
from emulator_bench import gptproto, other_provider
from hypothesis import given

from teststrip.base.json import Json
from teststrip.emulator.answers import Answer, prediction_document, with_path, word_of

CREATED = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("document", "path", "expected"),
    [
        ({}, "id", {"id": 1}),
        ({}, "data.urls.get", {"data": {"urls": {"get": 1}}}),
        ({"data": {"id": "x"}}, "data.status", {"data": {"id": "x", "status": 1}}),
        ({"data": [{"id": "x"}, 7]}, "data.status", {"data": [{"id": "x", "status": 1}, 7]}),
        ({"data": []}, "data.status", {"data": [{"status": 1}]}),
        ({"data": "text"}, "data.status", {"data": {"status": 1}}),
        ({"id": 0}, "id", {"id": 1}),
    ],
)
def test_a_value_is_put_at_a_dotted_path(document: dict[str, Json], path: str, expected: Json) -> None:
    assert with_path(document, path, 1) == expected


def test_setting_a_path_leaves_the_given_document_as_it_was() -> None:
    document: dict[str, Json] = {"data": {"id": "x"}}
    with_path(document, "data.id", "y")
    assert document == {"data": {"id": "x"}}


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=5), st.integers())
def test_what_was_put_at_a_path_is_found_there(names: list[str], value: int) -> None:
    found: Json = with_path({"a": {"b": [{"c": 0}]}}, ".".join(names), value)
    for name in names:
        if isinstance(found, list):
            found = found[0]
        assert isinstance(found, dict)
        found = found[name]
    assert found == value


def test_a_submit_is_answered_in_the_documented_main_form() -> None:
    answer = Answer("abc", "model-x", "queued", CREATED, "http://h/poll/abc")
    assert prediction_document(gptproto().reply, answer, "submit") == {
        "data": {
            "id": "abc",
            "model": "model-x",
            "outputs": [],
            "urls": {"get": "http://h/poll/abc"},
            "hasNsfwContents": [],
            "status": "created",
            "createdAt": "2026-01-02T03:04:05.678Z",
            "error": "",
            "executionTime": 0,
            "timings": {"inference": 0},
        },
        "message": "success",
        "code": 200,
    }


def test_a_result_spells_two_members_the_other_way_and_tells_the_time_taken() -> None:
    answer = Answer("abc", "model-x", "done", CREATED, "http://h/poll/abc", outputs=("u", "v"), seconds=1.25)
    data = prediction_document(gptproto().reply, answer, "poll")["data"]
    assert isinstance(data, dict)
    assert data["has_nsfw_contents"] == [False, False]
    assert data["created_at"] == "2026-01-02T03:04:05.678Z"
    assert not {"hasNsfwContents", "createdAt"} & set(data)
    assert data["executionTime"] == 1250
    assert data["timings"] == {"inference": 1250}
    assert data["outputs"] == ["u", "v"]


def test_another_page_gets_its_own_paths_words_and_code() -> None:
    answer = Answer("abc", "m", "failed", CREATED, "http://h/j", error="no paint")
    document = prediction_document(other_provider().reply, answer, "poll")
    assert document["result"] == {"status": 0}
    job = document["job"]
    assert isinstance(job, dict)
    assert (job["key"], job["state"], job["trouble"]) == ("abc", {"word": "broken"}, "no paint")
    assert (job["images"], job["links"]) == ([], {"self": "http://h/j"})
    assert set(document) == {"job", "result"}


def test_the_words_are_the_first_of_each_phase_in_page_order() -> None:
    reply = gptproto().reply
    words = [word_of(reply, phase) for phase in ("queued", "running", "done", "failed")]
    assert words == ["created", "processing", "completed", "failed"]
