"""What a refusal means here: HTTP status, code and words held against the page; no answer keeps the key. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from teststrip.base.secret import holds_secret, without_secret
from teststrip.errors import ExchangeError, FaultKind
from teststrip.provider.model import ErrorMeaning, Provider
from teststrip.run.reply import Prediction

LONGEST_WORDS: Final = 300
_MOST_WORDS: Final = (
    2**18
)  # characters that are looked at: a key that the cut goes through is far from what is told
_MARKUP: Final = re.compile(r"\s*<(!doctype|html|head|body|\?xml)", re.IGNORECASE)

# What HTTP itself says of a status that the page does not explain: kind, may it have cost, and its name.
_PLAIN: Final[dict[int, tuple[FaultKind, bool, str]]] = {
    401: ("auth", False, "unauthorized"),
    402: ("balance", False, "payment required"),
    403: ("auth", False, "forbidden"),
    404: ("not_found", False, "not found"),
    407: ("auth", False, "the proxy asks for a user name and a password"),
    408: ("network", True, "request timeout"),
    410: ("not_found", False, "gone"),
    429: ("rate_limited", False, "too many requests"),
}


def meaning_of(provider: Provider, status: int, code: str, words: str) -> ErrorMeaning:
    """Say what a failure means: the page's own word for it, else what HTTP says.

    `status` is the HTTP status, or the body's code where the HTTP status was 200; `code` and `words` are the
    body's. A meaning that has words of its own is taken only when one of them, or its code, is there; with both
    it is taken whatever the status.
    """
    told_apart = (m for m in provider.errors if m.words)
    for meaning in told_apart:
        if meaning.status == status and (_has_words(meaning, words) or meaning.code == code):
            return meaning
        if meaning.code in {code, str(status)} and _has_words(meaning, words):
            return meaning
    for meaning in provider.errors:
        if meaning.status == status and not meaning.words:
            return meaning
    return _plain_meaning(status)


def refused_for_content(provider: Provider, words: str) -> bool:
    """Tell whether a failed prediction's words are those of a content refusal."""
    return any(meaning.kind == "moderated" and _has_words(meaning, words) for meaning in provider.errors)


def refusal(provider: Provider, status: int, code: str, words: str, retry_after: float | None) -> ExchangeError:
    """Make the error of an answer that refuses, from its HTTP status, the body's code and the server's words.

    An HTTP success whose body holds a failing code is taken at its code's word. A code that is no HTTP status
    tells nothing about cost, so it may have cost.
    """
    if status < 300:
        if not (code.isdigit() and len(code) == 3 and 300 <= int(code) < 600):
            return ExchangeError(
                f'the server answered with code {code}; it says "{words}"',
                kind="server",
                status=status,
                may_have_cost=True,
                retry_after=retry_after,
            )
        status = int(code)
    meaning = meaning_of(provider, status, code, words)
    return ExchangeError(
        _sentence(status, meaning, words),
        kind=meaning.kind,
        status=status,
        may_have_cost=meaning.may_have_cost,
        retry_after=retry_after,
    )


def server_words(text: str, secret: str | None) -> str:
    """Make a server's own words fit to print and keep: one line, bounded, no control characters, no key."""
    if _MARKUP.match(text):
        return "an HTML page instead of an answer"
    text = without_secret(text[:_MOST_WORDS], secret)
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text[: 4 * LONGEST_WORDS]).split())
    return line if len(line) <= LONGEST_WORDS else line[: LONGEST_WORDS - 1] + "…"


def _sentence(status: int, meaning: ErrorMeaning, words: str) -> str:
    """Say it shortly enough for a box on a sheet: the server's own words, else the page's; then what to do."""
    said = _without_name(words, meaning.name) or meaning.meaning.rstrip(". ") or meaning.name
    advice = f"; {meaning.advice[0].lower()}{meaning.advice[1:].rstrip('. ')}" if meaning.advice else ""
    return f"{said} (HTTP {status}, {meaning.name}){advice}"


def _without_name(words: str, name: str) -> str:
    """Drop the documented name that some servers begin with: it is printed anyway."""
    if not words.lower().startswith(name.lower()):
        return words
    return re.sub(r"^ *(\([^)]*\))?[:.,; -]*", "", words[len(name) :]) or words


def _has_words(meaning: ErrorMeaning, words: str) -> bool:
    lowered = words.lower()
    return any(word in lowered for word in meaning.words)


def _plain_meaning(status: int) -> ErrorMeaning:
    kind, may_have_cost, name = _PLAIN.get(status) or _by_class(status)
    return ErrorMeaning(
        status=status, code=str(status), name=name, meaning="", kind=kind, may_have_cost=may_have_cost
    )


def _by_class(status: int) -> tuple[FaultKind, bool, str]:
    if status >= 500:
        return "server", True, "the server failed"
    if status >= 400:
        return "invalid", False, "the request was refused"
    # 307 and 308 ask for the same request elsewhere, so it was not taken; 301 to 303 may follow an acceptance.
    name = "not an answer" if status < 300 else "a redirect, which is not followed"
    return "protocol", status not in {307, 308}, name


def unechoed(prediction: Prediction, key: str | None) -> Prediction:
    """Keep a server that echoes the key from having it written down."""
    told = (prediction.id, prediction.poll_url, prediction.result_url)
    echoed = [text for text in told if text and holds_secret(text, key)]
    return replace(
        prediction,
        error=server_words(prediction.error, key),
        id=None if prediction.id in echoed else prediction.id,
        poll_url=None if prediction.poll_url in echoed else prediction.poll_url,
        result_url=None if prediction.result_url in echoed else prediction.result_url,
    )
