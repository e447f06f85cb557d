"""The shape of a prediction's answer: the page's own form of it, or one built from where a client may look.

A page may show whole answers (`reply.forms`), which are filled in here. Without one each thing is put at the first
path that the page lists for it, so an answer is always one that the page's own reader understands.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from teststrip.base.json import Json
from teststrip.provider.model import Phase, Reply

Moment = Literal["submit", "poll", "result"]

_SLOT: Final = re.compile(r"\{([a-z0-9_]+)(\??)\}")


class _Nothing(enum.Enum):
    NOTHING = "nothing"  # the type of a member that is left out


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer tells of a prediction; `seconds` is how long the drawing took."""

    id: str
    model: str
    phase: Phase
    created: datetime
    poll_url: str
    outputs: tuple[str, ...] = ()
    error: str = ""
    seconds: float = 0.0
    result_url: str = ""


def filled(form: Json, values: Mapping[str, Json]) -> Json:
    """Fill in a form: a text that is exactly `{name}` becomes that value.

    Written `{name?}`, its member is left out when the value is empty. A list of one item with `{output}` in it has
    one such item for each output, and with `{output?}` is left out when there is none; elsewhere `{output}` is the
    first of them.
    """
    found = _filled(form, values)
    return None if isinstance(found, _Nothing) else found


def with_path(document: Mapping[str, Json], path: str, value: Json) -> dict[str, Json]:
    """Return the document with `value` at a dotted path.

    Members that are missing on the way are made; a list on the way stands for its first item, and after `[]` each
    item of the value gets an item of its own.
    """
    name, _, rest = path.partition(".")
    if name.endswith("[]"):
        items = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        return {**document, name.removesuffix("[]"): [with_path({}, rest, one) if rest else one for one in items]}
    if not rest:
        return {**document, name: value}
    inner = document.get(name)
    if isinstance(inner, Sequence) and not isinstance(inner, str):
        return {**document, name: [with_path(_members(inner[0] if inner else None), rest, value), *inner[1:]]}
    return {**document, name: with_path(_members(inner), rest, value)}


def created_text(created: datetime) -> str:
    """Write the moment at which a prediction was created as answers have it: to the millisecond, in UTC."""
    return created.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def word_of(reply: Reply, phase: Phase) -> str:
    """Return the first word that the page lists for a phase, or the phase's own name."""
    listed = next((word for word, meant in reply.words.items() if meant == phase), phase)
    return reply.spelled.get(phase, listed)


def prediction_document(reply: Reply, answer: Answer, moment: Moment) -> dict[str, Json]:
    """Write the answer to a submit, to a poll, or to the question for a finished prediction's outputs."""
    form = reply.forms.get(moment)
    if form is not None:
        return {**_members(filled(form, _values(reply, answer)))}
    parent, dot, _ = (reply.ids[0] if reply.ids else "").rpartition(".")
    members: list[tuple[str, Json]] = [
        *((path, answer.id) for path in reply.ids[:1]),
        (f"{parent}{dot}model", answer.model),
        (reply.outputs[0], list(answer.outputs)),
        *((path, answer.poll_url) for path in reply.poll_urls[:1]),
        *((path, answer.result_url) for path in reply.result_urls[:1]),
        *((path, word_of(reply, answer.phase)) for path in reply.statuses[:1]),
        *((path, answer.error) for path in reply.errors[:1]),
        *((path, reply.ok_codes[0]) for path in reply.codes[:1] if reply.ok_codes),
    ]
    document: dict[str, Json] = {}
    for path, value in members:
        document = with_path(document, path, value)
    return document


def _values(reply: Reply, answer: Answer) -> dict[str, Json]:
    return {
        "id": answer.id,
        "model": answer.model,
        "status": word_of(reply, answer.phase),
        "outputs": list(answer.outputs),
        "output": answer.outputs[0] if answer.outputs else "",
        "flags": [False] * len(answer.outputs),
        "created": created_text(answer.created),
        "milliseconds": round(answer.seconds * 1000),
        "error": answer.error,
        "poll_url": answer.poll_url,
        "result_url": answer.result_url,
    }


def _filled(form: Json, values: Mapping[str, Json]) -> Json | _Nothing:
    if isinstance(form, str):
        found = _SLOT.fullmatch(form)
        if found is None or found[1] not in values:
            return form
        value = values[found[1]]
        return _Nothing.NOTHING if found[2] and value in ("", [], None) else value
    if isinstance(form, Mapping):
        members = {name: _filled(member, values) for name, member in form.items()}
        return {name: member for name, member in members.items() if not isinstance(member, _Nothing)}
    if isinstance(form, Sequence):
        outputs = values.get("outputs")
        if len(form) == 1 and _has_output(form[0]) and isinstance(outputs, list):
            if not outputs and _has_output(form[0], optional=True):
                return _Nothing.NOTHING
            each = [_filled(form[0], {**values, "output": output}) for output in outputs]
        else:
            each = [_filled(item, values) for item in form]
        return [item for item in each if not isinstance(item, _Nothing)]
    return form


def _has_output(form: Json, *, optional: bool = False) -> bool:
    if isinstance(form, str):
        return form == "{output?}" or (form == "{output}" and not optional)
    members = form.values() if isinstance(form, Mapping) else form if isinstance(form, Sequence) else ()
    return any(_has_output(member, optional=optional) for member in members)


def _members(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}
