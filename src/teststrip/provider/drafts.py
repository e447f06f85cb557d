"""The front matter of a provider page as records, before it is held against the page's tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from teststrip.base import where
    from teststrip.base.json import Scalar
    from teststrip.base.yaml import Marks
    from teststrip.provider.model import Auth, Idempotency, Model, Pace, Poll, Reply
    from teststrip.provider.wire import Body, Facts, Price, Roles


@dataclass(frozen=True, slots=True)
class ScenarioDraft:
    """A scenario whose conditions are not yet held against the parameters."""

    name: str
    when: Mapping[str, Scalar]
    path: where.Path
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorDraft:
    """What the front matter says of a status; the error table may add the name and the meaning."""

    status: int
    code: str
    kind: str
    name: str | None
    meaning: str | None
    may_have_cost: bool
    words: tuple[str, ...]
    advice: str


@dataclass(frozen=True, slots=True)
class Front:
    """The front matter, well-formed; `marks` knows the places.

    `body_places` and `roles_told` are as they are written, for those who hold them against the parameters.
    """

    name: str
    title: str
    base_url: str
    base_url_env: str
    auth: Auth
    submit_method: str
    submit_path: str
    headers: Mapping[str, str]
    submit_headers: Mapping[str, str]
    idempotency: Idempotency | None
    body: Body
    body_places: Mapping[str, list[str]]
    scenarios: tuple[ScenarioDraft, ...]
    poll: Poll
    reply: Reply
    errors: tuple[ErrorDraft, ...]
    models: tuple[Model, ...]
    pace: Pace
    roles: Roles
    roles_told: Mapping[str, Any]
    facts: Facts
    price: Price | None
    marks: Marks
