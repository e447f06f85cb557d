"""A key is known in any spelling that a server may give it back in, and nothing else is taken for it."""

from __future__ import annotations

import base64
import html
import json
import subprocess
import sys
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teststrip.base.secret import holds_secret, without_secret
from teststrip.run.meaning import LONGEST_WORDS, server_words

KEY = "sk-Zq7Xw9Lm3Rt5.Yv1Kb8+Nd4"
KEYS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=12, max_size=80)
Spell = Callable[[str], str]

SPELLINGS: dict[str, Spell] = {
    "as it is": str,
    "in capitals": str.upper,
    "quoted": lambda text: quote(text, safe=""),
    "every sign quoted": lambda text: "".join(f"%{ord(sign):02x}" for sign in text),
    "quoted three times": lambda text: quote(quote(quote(text, safe=""))),
    "as HTML": html.escape,
    "as entities": lambda text: "".join(f"&#{ord(sign):03d};" for sign in text),
    "as entities in HTML": lambda text: html.escape("".join(f"&#x{ord(sign):x};" for sign in text)),
    "as JSON": lambda text: "".join(f"\\u{ord(sign):04X}" for sign in text),
    "within JSON": lambda text: json.dumps(text)[1:-1],
    "within JSON in JSON": lambda text: json.dumps(json.dumps(text))[1:-1],
    "within JSON of PHP": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "within JSON in an address": lambda text: quote(json.dumps(text)[1:-1], safe=""),
    "as Python says it": lambda text: repr(text)[1:-1],
    "as a literal": lambda text: "".join(f"\\x{ord(sign):02x}" for sign in text),
    "as mail": lambda text: "".join(f"={ord(sign):02X}" for sign in text),
    "in hexadecimal": lambda text: text.encode().hex(),
    "in base64": lambda text: base64.b64encode(text.encode()).decode(),
    "in base64 of addresses": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "in base64 after one sign": lambda text: base64.b64encode(f":{text}".encode()).decode(),
    "in base64 between others": lambda text: base64.b64encode(f"a:{text}@b".encode()).decode(),
}


def signs_left(told: str, spelled: str) -> str:
    """Return what is left of a spelling."""
    return told.replace("[key]", "").removeprefix("you sent ").removesuffix(", no") if spelled else told


@given(key=KEYS)
@settings(max_examples=200)
def test_a_key_is_cut_out_in_any_spelling(key: str) -> None:
    """All of one key together, since what finds a key takes long to be made."""
    for name, spell in SPELLINGS.items():
        text = f"you sent {spell(key)}, no"
        assert holds_secret(text, key), name
        told = without_secret(text, key)
        assert told.startswith("you sent "), name
        assert told.endswith(", no"), name
        assert "[key]" in told, name
        assert not holds_secret(told.replace("[key]", ""), key), name
        # Base64 of what stands beside it, and the end of its last sign.
        assert len(signs_left(told, text)) <= 12, name


@given(st.text(max_size=200))
def test_what_has_no_key_is_left_as_it_is(text: str) -> None:
    assert not holds_secret(text, KEY)
    assert without_secret(text, KEY) == text


@pytest.mark.parametrize("secret", [None, ""])
def test_without_a_key_nothing_is_looked_for(secret: str | None) -> None:
    assert not holds_secret("any", secret)
    assert without_secret("any", secret) == "any"


def test_a_very_short_key_is_known_as_it_is_alone() -> None:
    assert without_secret("a key is a KEY, %6b%65%79", "key") == "a [key] is a KEY, %6b%65%79"


def test_a_long_text_is_looked_through_in_no_time_and_told_shortly() -> None:
    for sign in ("s", "%", "%25", "&#", "\\", "=", "sk-", "A"):
        told = server_words(sign * 400_000 + KEY, KEY)
        assert len(told) <= LONGEST_WORDS
    assert server_words(f"{KEY} " * 20, KEY) == " ".join(["[key]"] * 20)


def test_a_key_is_cut_out_before_the_words_are_shortened() -> None:
    for before in range(LONGEST_WORDS - 40, LONGEST_WORDS + 5):
        assert KEY[:6] not in server_words("x" * before + KEY, KEY)


def test_most_of_a_key_again_and_again_takes_no_time() -> None:
    """In a process of its own: what takes for ever in a pattern cannot be stopped from within."""
    text = KEY[:-1] * 500
    code = (
        "from teststrip.base.secret import holds_secret, without_secret\n"
        f"assert not holds_secret({text!r}, {KEY!r}) and without_secret({text!r}, {KEY!r}) == {text!r}"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)
