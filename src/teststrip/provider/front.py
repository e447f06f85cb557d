"""The front matter of a provider page: the text between two `---` lines, checked, as a record."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from teststrip.base.where import Where, dotted
from teststrip.base.yaml import Marks, parse_yaml
from teststrip.provider.drafts import ErrorDraft, Front, ScenarioDraft
from teststrip.provider.model import Auth, Idempotency, Model, Pace, Poll, Reply
from teststrip.provider.shape import misfits
from teststrip.provider.wiring import read_body, read_facts, read_price, read_roles

if TYPE_CHECKING:
    from teststrip.base import where
    from teststrip.provider.findings import Findings
    from teststrip.provider.model import Phase

TODO: Final = "TODO"
"""What the draft of a page says where the documentation says nothing; no page may."""
_FENCE = "---"
_DEADLINE: Final = 600  # seconds, where a page says nothing


def front_schema() -> dict[str, Any]:
    """Return the JSON Schema of the front matter, for editors and tests; a fresh copy each time."""
    return cast("dict[str, Any]", json.loads(_schema_text()))


def split_page(text: str, file: str, findings: Findings) -> tuple[str, str, int]:
    """Cut a page into (front matter, body, the body's first line); an absent front matter is noted."""
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        findings.add(
            Where(file, 1, 1), "", "a provider page begins with its front matter, between two lines of ---"
        )
        return "", text, 1
    end = next((index for index, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE), None)
    if end is None:
        findings.add(Where(file, 1, 1), "", "the front matter has no second --- line to end it")
        return "", "", 1
    return "\n".join(lines[1:end]) + "\n", "\n".join(lines[end + 1 :]), end + 2


def read_front(text: str, file: str, findings: Findings) -> Front | None:
    """Read front matter that begins on line 2 of `file`; None, with all problems noted, when it is not sound."""
    # The empty line stands for the page's first ---, so that places are the page's own.
    document, problems = parse_yaml("\n" + text, file)
    for problem in problems:
        findings.add(problem.where, problem.path, problem.message, problem.suggestion)
    if document is None:
        return None
    marks = document.marks
    open_places = [path for path in marks.values if _at(document.value, path) == TODO]
    for path in open_places:
        findings.add(marks.value(path), dotted(path), f"{TODO} is still to be filled in")
    found = [misfit for misfit in misfits(document.value, front_schema()) if misfit.path not in open_places]
    for misfit in found:
        place = marks.key(misfit.path) if misfit.on_key else marks.value(misfit.path)
        findings.add(place, dotted(misfit.path), misfit.message, misfit.suggestion)
    if found or open_places:
        return None
    return _front(cast("dict[str, Any]", document.value), marks, findings)


def _at(value: object, path: where.Path) -> object:
    """Return what lies at a path that is there."""
    for part in path:
        value = value[part] if isinstance(value, dict | list) else None  # type: ignore[index]
    return value


def _front(front: dict[str, Any], marks: Marks, findings: Findings) -> Front:
    submit = front["submit"]
    return Front(
        name=front["provider"],
        title=front["title"],
        base_url=front["base_url"].rstrip("/"),
        base_url_env=front["base_url_env"],
        auth=_auth(front["auth"]),
        submit_method=submit.get("method", "POST"),
        submit_path=submit["path"],
        headers=front.get("headers", {}),
        submit_headers=submit.get("headers", {}),
        idempotency=_idempotency(submit.get("idempotency")),
        body=read_body(submit),
        body_places=submit.get("body", {}).get("places", {}),
        scenarios=tuple(
            ScenarioDraft(
                entry["name"],
                entry.get("when", {}),
                ("submit", "scenarios", index),
                tuple(entry.get("given", ())),
            )
            for index, entry in enumerate(submit.get("scenarios", ()))
        ),
        poll=_poll(front["poll"]) if "poll" in front else at_once(submit.get("deadline", _DEADLINE)),
        reply=_reply(front["reply"], marks, findings),
        errors=tuple(_error(entry) for entry in front.get("errors", ())),
        models=_models(front["models"], marks, findings),
        pace=Pace(**front["pace"]),
        roles=read_roles(front.get("roles", {})),
        roles_told=front.get("roles", {}),
        facts=read_facts(front.get("facts", {})),
        price=read_price(front.get("price")),
        marks=marks,
    )


def _auth(auth: dict[str, Any]) -> Auth:
    return Auth(
        auth["header"],
        auth["form"],
        tuple(auth.get("accepted", (auth["form"],))),
        auth["env"],
        optional=auth.get("optional", False),
        encoding=auth.get("encoding", "plain"),
    )


def _idempotency(told: dict[str, Any] | None) -> Idempotency | None:
    if told is None:
        return None
    return Idempotency(told["header"], float(told["hours"])) if "hours" in told else Idempotency(told["header"])


def _poll(poll: dict[str, Any]) -> Poll:
    interval = float(poll.get("interval", 2))
    return Poll(
        method=poll.get("method", "GET"),
        path=poll["path"],
        interval=interval,
        max_interval=max(interval, float(poll.get("max_interval", interval))),
        growth=float(poll.get("growth", 1)),
        deadline=float(poll.get("deadline", _DEADLINE)),
        result_path=poll.get("result", ""),
        not_yet=tuple(poll.get("not_yet", ())),
        origins=tuple(poll.get("origins", ())),
    )


def at_once(deadline: float) -> Poll:
    """Return how an API is asked after a prediction that answers a submit with the pictures: not at all."""
    return Poll("GET", "", 0.0, 0.0, 1.0, float(deadline))


def _reply(reply: dict[str, Any], marks: Marks, findings: Findings) -> Reply:
    words: dict[str, Phase] = {}
    for phase, listed in reply.get("words", {}).items():
        for index, word in enumerate(listed):
            if words.setdefault(word.lower(), phase) != phase:
                path = ("reply", "words", phase, index)
                message = f"{word} already means {words[word.lower()]}"
                findings.add(marks.value(path), dotted(path), message)
    return Reply(
        ids=tuple(reply.get("ids", ())),
        statuses=tuple(reply.get("statuses", ())),
        outputs=tuple(reply["outputs"]),
        poll_urls=tuple(reply.get("poll_urls", ())),
        errors=tuple(reply.get("errors", ())),
        codes=tuple(reply.get("codes", ())),
        ok_codes=tuple(reply.get("ok_codes", ())),
        output_url_keys=tuple(reply.get("output_url_keys", ())),
        output_base64_keys=tuple(reply.get("output_base64_keys", ())),
        words=words,
        result_urls=tuple(reply.get("result_urls", ())),
        error_codes=tuple(reply.get("error_codes", ())),
        spelled={phase: listed[0] for phase, listed in reply.get("words", {}).items()},
        forms=reply.get("forms", {}),
        form=reply.get("form", "url"),
    )


def _error(entry: dict[str, Any]) -> ErrorDraft:
    return ErrorDraft(
        status=entry["status"],
        code=entry.get("code", str(entry["status"])),
        kind=entry["kind"],
        name=entry.get("name"),
        meaning=entry.get("meaning"),
        may_have_cost=entry.get("may_have_cost", entry["kind"] == "server"),
        words=tuple(word.lower() for word in entry.get("words", ())),
        advice=entry.get("advice", ""),
    )


def _models(entries: list[dict[str, Any]], marks: Marks, findings: Findings) -> tuple[Model, ...]:
    taken: set[str] = set()
    models = []
    for index, entry in enumerate(entries):
        model = Model(entry["id"], entry.get("title", ""), tuple(entry.get("aliases", ())), entry.get("notes", ""))
        for name in (model.id, *model.aliases):
            if name in taken:
                path = ("models", index)
                findings.add(marks.value(path), dotted(path), f"two models are called {name}")
            taken.add(name)
        models.append(model)
    return tuple(models)


@functools.cache
def _schema_text() -> str:
    return Path(__file__).with_name("front.schema.json").read_text("utf-8")
