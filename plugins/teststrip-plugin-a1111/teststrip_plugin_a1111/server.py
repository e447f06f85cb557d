"""What a running server says that it has: text from elsewhere, checked here, and never more than text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from teststrip.errors import ExchangeError
from teststrip.provider.model import Auth
from teststrip.run.http import NOT_JSON, Http, Timeouts, Transport, read_body, read_json
from teststrip.run.meaning import server_words
from teststrip.run.target import is_loopback

_MOST_BYTES: Final = 8 * 2**20
_MOST_NAMES: Final = 2000
_LONGEST: Final = 200  # characters of a name
_UNFIT: Final = "`|\\<>"  # what a name in a table's code span may not have
_TIMEOUTS: Final = Timeouts(connect=5, read=30, write=10, pool=10, total=60)


@dataclass(frozen=True, slots=True)
class Offer:
    """What one server has to choose from, by the names that its API takes.

    `kind` is the page's model for it. `left_out` has, for each list, how many names no page can hold. `checkpoint`
    is the one that is loaded, "" when it does not say.
    """

    kind: str
    samplers: tuple[str, ...]
    schedulers: tuple[str, ...]
    checkpoints: tuple[str, ...]
    vaes: tuple[str, ...]
    checkpoint: str = ""
    left_out: Mapping[str, int] = field(default_factory=dict)


async def ask(base_url: str, key: str | None, auth: Auth, transport: Transport | None = None) -> Offer:
    """Ask a server for what it has. Raises ExchangeError; a list that it does not know is empty."""
    headers = {} if key is None else {auth.header: auth.value(key)}
    base = base_url.rstrip("/")

    def words(text: str) -> str:
        return server_words(text, key)

    async with Http(_TIMEOUTS, words=words, trust_env=not is_loopback(base), transport=transport) as http:
        answers = {
            name: await _get(http, f"{base}/sdapi/v1/{name}", headers, words)
            for name in ("samplers", "schedulers", "sd-models", "sd-modules", "sd-vae", "options")
        }
    if answers["samplers"] is None:
        message = f"{base} knows no /sdapi/v1/samplers: is it a web UI, and was it started with --api?"
        raise ExchangeError(message, kind="not_found")
    return offer_of(answers)


def offer_of(answers: Mapping[str, object]) -> Offer:
    """Read a server's answers, by the ends of their paths; None is one that it has no answer for."""
    left_out: dict[str, int] = {}

    def names(what: str, path: str, member: str) -> tuple[str, ...]:
        found, unfit = _names(answers.get(path), member)
        if unfit:
            left_out[what] = unfit
        return found

    checkpoints = names("checkpoints", "sd-models", "title")
    options = answers.get("options")
    loaded = options.get("sd_model_checkpoint") if isinstance(options, Mapping) else None
    return Offer(
        kind=_kind(answers),
        samplers=names("samplers", "samplers", "name"),
        schedulers=names("schedulers", "schedulers", "label"),  # SD.Next's are samplers once more, without labels
        checkpoints=checkpoints,
        vaes=names("VAEs", "sd-vae", "model_name"),
        checkpoint=loaded if isinstance(loaded, str) and loaded in checkpoints else "",
        left_out=left_out,
    )


def _kind(answers: Mapping[str, object]) -> str:
    schedulers = answers.get("schedulers")
    if isinstance(schedulers, Sequence) and any(isinstance(one, Mapping) and "cls" in one for one in schedulers):
        return "sdnext"
    return "forge" if answers.get("sd-modules") is not None else "a1111"


def _names(answer: object, member: str) -> tuple[tuple[str, ...], int]:
    """Return the names in a list of objects, each once and in the server's order, and how many are unfit."""
    if not isinstance(answer, Sequence) or isinstance(answer, str):
        return (), 0
    told = [one.get(member) for one in answer if isinstance(one, Mapping) and member in one]
    fit = dict.fromkeys(name for name in told if isinstance(name, str) and _is_fit(name))
    kept = tuple(fit)[:_MOST_NAMES]
    return kept, len({repr(name) for name in told}) - len(kept)


def _is_fit(name: str) -> bool:
    plain = name == name.strip() and name.isprintable() and not any(sign in name for sign in _UNFIT)
    return plain and 0 < len(name) <= _LONGEST


async def _get(http: Http, url: str, headers: Mapping[str, str], words: Callable[[str], str]) -> object:
    """Return an answer's JSON; None where the server has no such path."""
    async with http.exchange("GET", http.address(url), headers=headers) as answer:
        data = await read_body(answer, _MOST_BYTES)
        if answer.status_code in {404, 405}:
            return None
        if answer.status_code in {401, 403}:
            raise ExchangeError(
                "the server asks for a user and a password, or for others", kind="auth", status=401
            )
        if not answer.is_success:
            said = words(data.decode("utf-8", "replace"))
            raise ExchangeError(f"HTTP {answer.status_code}: {said}", kind="server", status=answer.status_code)
    document = read_json(data)
    if document is NOT_JSON:
        raise ExchangeError(f"{url} answers, but not with JSON that can be read", kind="protocol")
    return document
