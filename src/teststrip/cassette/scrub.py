"""What is taken out of exchanges before they are kept: keys, cookies, signatures of links, and balances.

Of headers only those stay that a client acts on, so cookies and accounts go with the rest. A signature becomes
`signed-1`, `signed-2` and so on, the same one for the same value, in answers and in the addresses that are then
asked for: what was one link stays one link, and two stay two.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final
from urllib.parse import unquote

from teststrip.base.picture import kind_of
from teststrip.base.secret import HIDDEN, holds_secret, without_beginning, without_secret
from teststrip.cassette.balances import without_balances
from teststrip.cassette.elsewhere import Elsewhere
from teststrip.cassette.model import Withheld
from teststrip.cassette.signatures import COOKIE, MEMBER, PASSWORD, PATTERNS, WORDS
from teststrip.cassette.within import TooMuchError, texts_within

SIGNED: Final = re.compile(r"signed-([0-9]{1,9})")
_ASKED: Final = frozenset({"accept", "content-type"})  # beside those that the provider's page asks for
_UNTOLD: Final = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "host",
        "proxy-authorization",
        "transfer-encoding",
        "user-agent",
    }
)
_PRIVATE: Final = re.compile("auth|cookie|key|token|secret|signature|session", re.IGNORECASE)
_ANSWERED: Final = ("content-type", "location", "retry-after")
_MAY_BE_SIGNED: Final = re.compile(
    r"[?=]|signed-|/s--|eyJ|/(?:x-)?(?:sig|hmac|auth|jwt|[a-z_-]*token|[a-z_-]*key)", re.IGNORECASE
)
_LONGEST_HEADER: Final = 2000  # characters
_LONGEST_ENDING: Final = 16 * 1024  # bytes; longer than any key in any spelling
_LONG: Final = 20  # characters; a shorter signature may stand anywhere
_TOKEN: Final = 12  # of what is said to be one
_SHORT: Final = 8
_ADDRESS: Final = re.compile(r"https?:", re.IGNORECASE)
_ESCAPES: Final = (
    ("\\/", "/"),
    ("\\u0026", "&"),
    ("\\u003d", "="),
    ("\\u003D", "="),
    ("\\u002b", "+"),
    ("\\u002B", "+"),
)
_GONE: Final = frozenset({HIDDEN, "[hidden]", ""})


def neutral(text: str) -> str:
    """Return a text in which no signature differs from another."""
    return SIGNED.sub("signed", text)


def neutral_address(url: str) -> str:
    """Return an address without its signatures."""
    return neutral(Scrubber().text(url)) if _MAY_BE_SIGNED.search(url) else url


class Scrubber:
    """Takes secrets out of what is to be kept. Safe to use from several threads.

    `secrets` are keys, of which no spelling stays. `signed` is how many signatures a cassette has already. What
    was met once, a cookie's value or a long signature, is taken out from then on wherever it stands.
    """

    def __init__(self, secrets: Sequence[str] = (), signed: int = 0) -> None:
        self._secrets = tuple(secret for secret in secrets if secret)
        self._first = signed
        self._numbers: dict[str, int] = {}
        self._tokens: dict[str, str] = {}
        self._elsewhere = Elsewhere()
        self._lock = threading.RLock()

    def meet(self, asked: Mapping[str, str], answered: Mapping[str, str]) -> None:
        """Hear the headers of an exchange: cookies, and what an answer has of its kind, stay nowhere."""
        with self._lock:
            for headers, cookies in ((asked, "cookie"), (answered, "set-cookie")):
                for name, value in headers.items():
                    if name.lower() == cookies:
                        for found in COOKIE.finditer(value):
                            self._name(unquote(found[2]), _TOKEN)
                    elif headers is answered and _PRIVATE.search(name):
                        self._name(value.strip())

    def text(self, text: str) -> str:
        """Return a text without keys and signatures."""
        for secret in self._secrets:
            text = without_secret(text, secret)
        text = PASSWORD.sub("user:hidden", text)
        with self._lock:
            for pattern, quoted in PATTERNS:
                text = pattern.sub(partial(self._named, quoted), text)
            return self._elsewhere.text(text)

    def address(self, text: str) -> str:
        """Return an address without keys and signatures; a part of its path that was told as a token goes too."""
        path, mark, query = self.text(text).partition("?")
        with self._lock:
            parts = [self._tokens.get(unquote(part), part) for part in path.split("/")] if self._tokens else [path]
        return "/".join(parts) + mark + query

    def asked_headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return the headers of a request that matter, names in small letters."""
        told = {}
        for name, value in headers.items():
            name = name.lower()  # noqa: PLW2901  one name in two spellings
            if name in _UNTOLD or (name not in _ASKED and _PRIVATE.search(name)) or self.holds(value):
                continue
            told[name] = self.text(value)[:_LONGEST_HEADER]
        return told

    def answer_headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return the headers of an answer that a client acts on; `headers` has names in small letters."""
        told = {name: headers[name] for name in _ANSWERED if name in headers}
        wait = told.get("retry-after", "").strip()
        if wait and not wait.isdigit() and "date" in headers:
            told["date"] = headers["date"]  # by which a date to wait for is read
        if "," in headers.get("content-encoding", ""):
            told["content-encoding"] = headers["content-encoding"]  # for which it is refused unread
        # Cut last: half a key is none that could be found.
        return {name: self.text(value)[:_LONGEST_HEADER] for name, value in told.items()}

    def body(self, data: bytes, *, answer: bool) -> bytes | Withheld:
        """Return a body without secrets. Takes time linear in the body, and in what is packed in it.

        A picture is as it came, but for signatures in its metadata, or not kept. Balances and tokens that have
        names of their own are taken out of answers only: a request has to stay the one that is matched.
        """
        if kind_of(data) is None:
            data = self._plain(data, answer=answer)
            with self._lock:
                data = self._elsewhere.text(data.decode("latin-1")).encode("latin-1")
        else:
            with self._lock:
                data = self._elsewhere.picture(data)
        try:
            held = any(self.holds(text) for text in texts_within(data))
        except TooMuchError:
            return Withheld("more is packed in it than can be looked through", len(data))
        return Withheld("it holds the key", len(data)) if held else data

    def cut_off(self, data: bytes) -> bytes:
        """Return a body that broke off without the part of a key that it may end with."""
        text = data[-_LONGEST_ENDING:].decode("latin-1")
        left = len(text)
        for secret in self._secrets:
            left = min(left, len(without_beginning(text, secret)))
        return data[: len(data) - len(text) + left]

    def asked_body(self, data: bytes) -> bytes:
        """Return a request's body as it is matched: signatures are all alike in it, as they are never the same."""
        if kind_of(data) is not None:
            return data
        # By what the body itself says alone, or it would not be found again.
        alone = Scrubber(self._secrets)._plain(data, answer=False)  # noqa: SLF001  it is one
        return neutral(alone.decode("latin-1")).encode("latin-1")

    def holds(self, text: str) -> bool:
        """Tell whether a text has a key in it, in any spelling."""
        return any(holds_secret(text, secret) for secret in self._secrets)

    def leaks(self, data: bytes) -> bool:
        """Tell whether something that is kept has a key in it, or what this scrubber has met as a secret."""
        try:
            if any(self.holds(text) for text in texts_within(data)):
                return True
        except TooMuchError:
            return True
        text = data.decode("latin-1")
        with self._lock:
            return self._elsewhere.text(text) != text

    def _plain(self, data: bytes, *, answer: bool) -> bytes:
        try:
            text, code = data.decode("utf-8"), "utf-8"
        except UnicodeDecodeError:
            text, code = data.decode("latin-1"), "latin-1"
        if answer:
            with self._lock:  # first: what a member names as a token may stand in an address too
                text = MEMBER.sub(self._member, text)
        text = self.text(text)
        return (without_balances(text) if answer else text).encode(code)

    def _member(self, found: re.Match[str]) -> str:
        value = found["value"]
        readable = found["name"].lower() in WORDS and (len(value) < _SHORT or " " in value)
        if readable or self.holds(value) or HIDDEN in value or _ADDRESS.match(value):
            return found[0]
        for escape, sign in _ESCAPES:
            value = value.replace(escape, sign)
        name = self._name(value, _TOKEN)
        if len(value) >= _SHORT and name != value:
            self._tokens[value] = name
        return f"{found['lead']}{found['name']}{found['is']}{name}"

    def _named(self, quoted: int, found: re.Match[str]) -> str:
        value = found["value"]
        for _ in range(quoted):
            value = unquote(value)
        return f"{found['lead']}{found['name']}{found['is']}{self._name(value)}"

    def _name(self, value: str, least: int = _LONG) -> str:
        """Name a secret; from `least` characters on it is looked for everywhere."""
        if SIGNED.fullmatch(value) or value in _GONE:
            return value
        number = self._numbers.setdefault(value, self._first + len(self._numbers) + 1)
        self._elsewhere.meet(value, f"signed-{number}", least)
        return f"signed-{number}"
