"""Where requests go, under which identity, and with which key."""

from __future__ import annotations

import pytest
from run_bench import provider

from teststrip.errors import UsageError
from teststrip.run.target import darkroom_target, is_loopback, live_key, live_target, url_target

PAGE = provider(base_url="https://gptproto.com")


def test_the_darkroom_is_free_offline_and_known_by_its_version() -> None:
    target = darkroom_target("3")
    assert (target.identity, target.paid, target.lasting) == ("darkroom/3", False, False)
    assert target.base_url.endswith(".invalid")


@pytest.mark.parametrize(
    ("url", "identity", "base_url"),
    [
        ("http://127.0.0.1:8765", "emulator http://127.0.0.1:8765", "http://127.0.0.1:8765"),
        ("http://127.0.0.1:8765/", "emulator http://127.0.0.1:8765", "http://127.0.0.1:8765"),
        ("HTTP://LocalHost:80/proxy/", "emulator http://localhost/proxy", "http://localhost/proxy"),
        ("https://x.example:443", "emulator https://x.example", "https://x.example"),
        ("http://[::1]:9", "emulator http://[::1]:9", "http://[::1]:9"),
    ],
)
def test_an_address_is_known_by_its_origin_and_prefix(url: str, identity: str, base_url: str) -> None:
    target = url_target(url)
    assert (target.name, target.identity, target.base_url, target.paid) == ("url", identity, base_url, False)


@pytest.mark.parametrize(
    "url",
    [
        "", "darkroo", "localhost:80", "ftp://x", "http://", "http://u:p@x", "http://x?key=1", "http://x#y",
        "http://x:99999", "http://x:0", "http://[::1", "http://x/\na",
    ],
)  # fmt: skip
def test_anything_else_is_refused_as_an_address(url: str) -> None:
    with pytest.raises(UsageError):
        url_target(url)


def test_the_paid_api_is_no_emulator() -> None:
    with pytest.raises(UsageError, match="--live"):
        url_target("https://GPTPROTO.com/", PAGE)
    assert url_target("https://other.example", PAGE).base_url == "https://other.example"


def test_the_live_address_is_the_pages_or_the_environments() -> None:
    target = live_target(PAGE, {})
    assert (target.identity, target.base_url, target.paid) == (
        "live https://gptproto.com",
        "https://gptproto.com",
        True,
    )
    other = live_target(PAGE, {"GPTPROTO_API_BASE_URL": "https://eu.gptproto.com/"})
    assert other.identity == "live https://eu.gptproto.com"
    local = live_target(PAGE, {"GPTPROTO_API_BASE_URL": "http://localhost:1"})
    assert local.base_url == "http://localhost:1"


def test_a_key_does_not_travel_in_the_open() -> None:
    with pytest.raises(UsageError, match="not https"):
        live_target(PAGE, {"GPTPROTO_API_BASE_URL": "http://gptproto.com"})


def test_a_proof_never_passes_for_a_print() -> None:
    targets = [
        darkroom_target("1"),
        darkroom_target("2"),
        url_target("https://gptproto.com"),
        live_target(PAGE, {}),
    ]
    assert len({target.identity for target in targets}) == 4


def test_a_missing_or_impossible_key_is_told_by_its_variable_and_not_repeated() -> None:
    assert live_key(PAGE, {"GPTPROTO_API_KEY": " sk-1\n"}) == "sk-1"
    for environ in ({}, {"GPTPROTO_API_KEY": "  "}):
        with pytest.raises(UsageError, match="GPTPROTO_API_KEY is not set"):
            live_key(PAGE, environ)
    for key in ("sk-1\r\nX-Evil: 1", "sk-ü", "sk 1"):
        with pytest.raises(UsageError, match="GPTPROTO_API_KEY") as caught:
            live_key(PAGE, {"GPTPROTO_API_KEY": key})
        assert key not in str(caught.value)


def test_loopback_is_this_machine() -> None:
    assert is_loopback("http://127.0.0.1:1/x")
    assert is_loopback("http://[::1]")
    assert not is_loopback("https://localhost.example")


@pytest.mark.parametrize(
    "value", ["sk-a-key", "https://x.example/?key=sk-a-key", "https://[sk-a-key", "https://u:sk-a-key@x"]
)
def test_a_key_in_the_variable_of_the_address_is_not_repeated(value: str) -> None:
    with pytest.raises(UsageError, match="GPTPROTO_API_BASE_URL") as caught:
        live_target(PAGE, {"GPTPROTO_API_BASE_URL": value})
    assert "sk-a-key" not in str(caught.value)
