"""Every no that the emulator says, in the words of the page's error table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from teststrip.base.json import Json
from teststrip.emulator.answers import filled, with_path
from teststrip.errors import FaultKind
from teststrip.provider.model import ErrorMeaning, Provider, Reply

_LONGEST_MESSAGE: Final = 4000
# What a kind is answered with where the page's table has no row for it: status and name.
_PLAIN: Final[dict[FaultKind, tuple[int, str]]] = {
    "auth": (401, "Unauthorized"),
    "balance": (402, "Payment required"),
    "moderated": (400, "Content policy violation"),
    "invalid": (400, "Invalid request"),
    "not_found": (404, "Not found"),
    "rate_limited": (429, "Too many requests"),
    "server": (500, "Internal server error"),
}


class Refusal(Exception):  # noqa: N818  a refusal is an answer, not an error of ours
    """The request is answered with an error of this kind.

    `status` replaces the status that the page has for the kind; `headers` are added to the answer.
    """

    def __init__(
        self,
        kind: FaultKind,
        message: str,
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.kind: FaultKind = kind
        self.message = message
        self.status = status
        self.headers = dict(headers or {})


def meaning_of(provider: Provider, kind: FaultKind) -> ErrorMeaning:
    """Return the page's first row of this kind, or a plain one where it has none."""
    for meaning in provider.errors:
        if meaning.kind == kind:
            return meaning
    status, name = _PLAIN.get(kind, _PLAIN["server"])
    return ErrorMeaning(status=status, code=str(status), name=name, meaning="", kind=kind, may_have_cost=False)


def error_document(meaning: ErrorMeaning, message: str, reply: Reply) -> dict[str, Json]:
    """Write an error in the page's form, or without one as `{"message", "code"}` where the page looks for errors.

    The message begins with the documented name; of a meaning that is told apart by its words it has one of them,
    as the page promises.
    """
    named = f"{meaning.name}: {message}"
    if meaning.words and not any(word in named.lower() for word in meaning.words):
        named = f"{meaning.name} ({meaning.words[0]}): {message}"
    text = named if len(named) <= _LONGEST_MESSAGE else named[: _LONGEST_MESSAGE - 1] + "…"
    values: dict[str, Json] = {
        "message": text,
        "code": meaning.code,
        "name": meaning.name,
        "status": meaning.status,
    }
    place = reply.errors[0] if reply.errors else "error"
    form = reply.forms.get("error", with_path({}, place, {"message": "{message}", "code": "{code}"}))
    document = filled(form, values)
    return {**document} if isinstance(document, Mapping) else {}
