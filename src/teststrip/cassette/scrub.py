"""What is taken out of exchanges before they are kept: keys, cookies, signatures of links, and balances.

Of headers only those stay that a client acts on, so cookies and accounts go with the rest. A signature becomes
`signed-1`, `signed-2` and so on, the same one for the same value, in answers and in the addresses that are then
asked for: what was one link stays one link, and two stay two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import unquote

from teststrip.base.picture import kind_of
from teststrip.base.secret import holds_secret, without_secret
from teststrip.cassette.model import Withheld
from teststrip.cassette.within import texts_within

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
_LONGEST_HEADER: Final = 2000  # characters

# Parameters of an address that prove something: of S3 and its kin, Google, Azure, Aliyun, Tencent, CloudFront; and
# what many call their own.
_NAMES: Final = (
    "x-(?:amz|goog|oss|cos|tos|obs|bce)-[a-z0-9-]+|q-[a-z-]+|(?:x-)?signature|sign|sig|upsig|hmac|hdnts|hdnea|"
    "policy|key-pair-id|(?:x-)?expires?|expir(?:y|es_?in)|ossaccesskeyid|awsaccesskeyid|googleaccessid|"
    "accesskeyid|(?:x-)?(?:security|access|auth|session|download|refresh|id)[-_]?(?:token|key)|_{0,2}token_{0,2}|auth|"
    "authorization|bearer|jwt|credentials?|session[-_]?(?:id)?|sid|(?:x-)?api[-_]?key|key|"
    "(?:client[-_]?|ws)?secret|wstime|password|passwd|st|se|sp|sv|sr|spr|sks|ske|skt|skv|skoid|sktid|verify"
)
_PLAIN: Final = re.compile(
    rf"(?P<lead>[?&;#]|\\{{1,4}}u00(?:26|3f)|&amp;)(?P<name>{_NAMES})(?P<is>=|\\{{1,4}}u003d)"
    rf"(?P<value>(?:(?!&amp;)[^&\s\"'<>\\#])+)",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(  # an address within another's query
    rf"(?P<lead>%(?:25){{0,3}}(?:3F|26|23))(?P<name>{_NAMES})(?P<is>%(?:25){{0,3}}3D)"
    rf"(?P<value>(?:(?!%(?:25){{0,3}}(?:26|23))[^&\s\"'<>\\#])+)",
    re.IGNORECASE,
)
_PASSWORD: Final = re.compile(r"(?<=://)[^/\s\"'<>@:]*:[^/\s\"'<>@]+(?=@)")
_MONEY: Final = "credits?|quota|points|tokens|anlas|funds"
_QUOTE: Final = r"\\{0,7}\""  # also of JSON within JSON
_GAP: Final = r"\s{0,64}"  # bounded, and never two in a row: the time is linear
_BALANCE: Final = re.compile(
    rf"(?P<name>{_QUOTE}(?:[a-z0-9_-]*(?:balance|wallet)[a-z0-9_-]*|(?:remaining|left|available|total|user|account|"
    rf"free)[_-]?(?:{_MONEY})|(?:{_MONEY})[_-]?(?:remaining|left|available|total)|credits?|quota|funds){_QUOTE})"
    rf"(?P<is>{_GAP}:{_GAP}(?:\[{_GAP}|\{{{_GAP}{_QUOTE}[a-z_]{{1,30}}{_QUOTE}{_GAP}:{_GAP})?(?:{_QUOTE})?"
    rf"(?:[$€£¥]{_GAP})?)-?[0-9]+(?:[.,][0-9]+)*(?:[eE][+-]?[0-9]+)?",
    re.IGNORECASE,
)
_SAID: Final = re.compile(
    r"((?:\b(?:balance|wallet)\b|余额|\\u4f59\\u989d)[^0-9\n\"]{0,24})[0-9]+(?:[.,][0-9]+)*", re.IGNORECASE
)
_LEFT: Final = re.compile(
    rf"(?<![0-9.,])[0-9]+(?:[.,][0-9]+)*(?=\s{{1,3}}(?:{_MONEY})\s{{1,3}}(?:left|remain|available))", re.IGNORECASE
)


def neutral(text: str) -> str:
    """Return a text in which no signature differs from another."""
    return SIGNED.sub("signed", text)


class Scrubber:
    """Takes secrets out of what is to be kept.

    `secrets` are keys, of which no spelling stays. `signed` is how many signatures a cassette has already.
    """

    def __init__(self, secrets: Sequence[str] = (), signed: int = 0) -> None:
        self._secrets = tuple(secret for secret in secrets if secret)
        self._first = signed
        self._numbers: dict[str, int] = {}

    def text(self, text: str) -> str:
        """Return a text without keys and signatures."""
        for secret in self._secrets:
            text = without_secret(text, secret)
        text = _PASSWORD.sub("user:hidden", text)
        text = _QUOTED.sub(lambda found: self._named(found, 2), text)
        return _PLAIN.sub(lambda found: self._named(found, 1), text)

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
        """Return a body without secrets; a picture is as it came, or not kept. Takes time linear in the body.

        Balances are taken out of answers only: a request has to stay the one that is matched.
        """
        if kind_of(data) is None:
            data = self._plain(data, answer=answer)
        if any(self.holds(text) for text in texts_within(data)):
            return Withheld("it holds the key", len(data))
        return data

    def asked_body(self, data: bytes) -> bytes:
        """Return a request's body as it is matched: signatures are all alike in it, as they are never the same."""
        return (
            data
            if kind_of(data) is not None
            else neutral(self._plain(data, answer=False).decode("latin-1")).encode("latin-1")
        )

    def holds(self, text: str) -> bool:
        """Tell whether a text has a key in it, in any spelling."""
        return any(holds_secret(text, secret) for secret in self._secrets)

    def leaks(self, data: bytes) -> bool:
        """Tell whether something that is kept has a key in it, or a signature that this scrubber has met."""
        if any(self.holds(text) for text in texts_within(data)):
            return True
        return any(value.encode() in data for value in self._long_values())

    def _long_values(self) -> Iterator[str]:
        return (value for value in self._numbers if len(value) >= 20)  # a shorter one may stand anywhere

    def _plain(self, data: bytes, *, answer: bool) -> bytes:
        try:
            text, code = data.decode("utf-8"), "utf-8"
        except UnicodeDecodeError:
            text, code = data.decode("latin-1"), "latin-1"
        text = self.text(text)
        if answer:
            text = _LEFT.sub("[hidden]", text)
            text = _SAID.sub(r"\1[hidden]", _BALANCE.sub(r"\g<name>\g<is>0", text))
        return text.encode(code)

    def _named(self, found: re.Match[str], quoted: int) -> str:
        return f"{found['lead']}{found['name']}{found['is']}{self._name(found['value'], quoted)}"

    def _name(self, value: str, quoted: int) -> str:
        for _ in range(quoted):
            value = unquote(value)
        if SIGNED.fullmatch(value):
            return value
        return f"signed-{self._numbers.setdefault(value, self._first + len(self._numbers) + 1)}"
