"""What a provider page says, as frozen records: parameters, endpoints, replies, errors, models."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal

from teststrip.base.json import ABSENT, Absent, Json, Scalar
from teststrip.provider.wire import Body, Ceiling, Facts, Price, Roles

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from teststrip.base.where import Where
    from teststrip.errors import FaultKind
    from teststrip.provider.wire import FormName, OutputForm

Kind = Literal["string", "integer", "number", "boolean", "array", "object", "file"]
Phase = Literal["queued", "running", "done", "failed", "moderated", "cancelled"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of an enumeration, with the words that the page has for it."""

    value: Scalar
    label: str = ""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The values that a number may take; None is no bound."""

    minimum: Decimal | None = None
    maximum: Decimal | None = None
    exclusive_minimum: bool = False
    exclusive_maximum: bool = False


@dataclass(frozen=True, slots=True)
class SizeBounds:
    """The values that a WIDTHxHEIGHT string may take: bounds in pixels, each (width, height)."""

    minimum: tuple[int, int]
    maximum: tuple[int, int]
    separator: str = "x"


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds for a request in which `parameter` (default resolved) is one of `values`.

    Without values it holds when the parameter is given at all (any value but null), or, with `given` false, when
    it is not.
    """

    parameter: str
    values: tuple[Scalar, ...] = ()
    given: bool = True

    def met(self, value: Json | Absent) -> bool:
        """Tell whether the parameter's value meets the condition."""
        if not self.values:
            return (value is not ABSENT and value is not None) == self.given
        # true is not 1 in a request, though Python has them equal.
        return any(value == one and isinstance(value, bool) == isinstance(one, bool) for one in self.values)

    def __str__(self) -> str:
        if not self.values:
            return f"{self.parameter} is {'given' if self.given else 'not given'}"
        return f"{self.parameter} is {' or '.join(map(str, self.values))}"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One row of a parameter table.

    `path` is the full name (`character_prompts[].center.x`), `name` its last part. An array of objects has its
    objects' properties as `children`; an array of scalars has `items`. `default` is ABSENT where the page gives
    none; `random_default` says that the page lets the server draw the value (a seed). `required` holds inside
    the parent when there is one; `required_when` and `applies_when` are the conditional forms. `models` is
    empty when every model takes the parameter. `or_kinds` are further kinds that a value may have (a union).
    `length` bounds the characters of a text or the items of an array, `step` is what a number is a multiple of.
    """

    path: str
    name: str
    kind: Kind
    where: Where
    description: str = ""
    or_kinds: tuple[Kind, ...] = ()
    nullable: bool = False
    required: bool = False
    required_when: Condition | None = None
    applies_when: Condition | None = None
    default: Json | Absent = ABSENT
    random_default: bool = False
    choices: tuple[Choice, ...] = ()
    bounds: Bounds | None = None
    length: Bounds | None = None
    step: Decimal | None = None
    size: SizeBounds | None = None
    examples: tuple[Json, ...] = ()
    media: bool = False  # holds a picture, as base64 or as a URL
    models: tuple[str, ...] = ()
    section: str = ""
    items: Parameter | None = None
    children: tuple[Parameter, ...] = ()


@dataclass(frozen=True, slots=True)
class Constraint:
    """What the page says of several parameters at once.

    `exclusive`: at most one of them may be given; `any`: at least one; `one`: exactly one; `together`: all or
    none.
    """

    kind: Literal["exclusive", "any", "one", "together"]
    parameters: tuple[str, ...]
    where: Where


@dataclass(frozen=True, slots=True)
class CommonSize:
    """A size that the page recommends."""

    value: str
    aspect: str = ""
    use: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """A model that the page offers; `aliases` are other names people write for it."""

    id: str
    title: str = ""
    aliases: tuple[str, ...] = ()
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Auth:
    """How the key travels: `header: form` with {key} replaced; a server may take any of `accepted` forms.

    `encoding` says how {key} is written: as it is, or in base64, as HTTP's Basic has `user:password` (RFC 7617).
    `optional` says that a server may ask for no key; then none is sent where none is set.
    """

    header: str
    form: str
    accepted: tuple[str, ...]
    env: str
    optional: bool = False
    encoding: Literal["plain", "base64"] = "plain"

    def value(self, key: str) -> str:
        """Return what the header holds for a key."""
        written = base64.b64encode(key.encode()).decode("ascii") if self.encoding == "base64" else key
        return self.form.replace("{key}", written)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A submit path segment, used by the first scenario all of whose `when` the request meets."""

    name: str
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Idempotency:
    """The header whose value makes a submit unique, and for how many hours the API remembers such a key.

    Within that time the same request under the same key is the same prediction, and is charged for once.
    """

    header: str
    hours: float = 24.0  # what is common, where the page does not say


@dataclass(frozen=True, slots=True)
class Submit:
    """Where a prediction is asked for: `path` may have {model} and {scenario}; `headers` go with nothing else.

    `idempotency` is None where the API takes no such key, or nobody knows.
    """

    method: str
    path: str
    scenarios: tuple[Scenario, ...]
    headers: Mapping[str, str] = field(default_factory=dict)
    idempotency: Idempotency | None = None


@dataclass(frozen=True, slots=True)
class Poll:
    """Where a prediction's state is read: `path`, with its query, has {id} and may have {model}; times in seconds.

    Where the API answers at once `path` is "", and `deadline` is how long such an answer may take.

    `result_path`, where there is one, is asked for the outputs once the state says done. The HTTP statuses
    `not_yet` mean that the prediction is under way. `origins` are further ones that may be polled, with the key.
    """

    method: str
    path: str
    interval: float
    max_interval: float
    growth: float
    deadline: float
    result_path: str = ""
    not_yet: tuple[int, ...] = ()
    origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """Where things may lie in an answer.

    Each tuple lists dotted paths, tried in order; a list met on the way stands for its first element, and after
    `[]` for all of them. `output_url_keys` and `output_base64_keys` name the members of an output that is an
    object, and `form` is how an output comes if the request says nothing of it. `words` maps every status word
    (lower case) to a phase, `spelled` each phase to its first word as it is written. `codes` say that an exchange
    failed, `error_codes` only what an error is called. `forms` are whole answers, for the emulator.
    """

    ids: tuple[str, ...]
    statuses: tuple[str, ...]
    outputs: tuple[str, ...]
    poll_urls: tuple[str, ...]
    errors: tuple[str, ...]
    codes: tuple[str, ...]
    ok_codes: tuple[int, ...]
    output_url_keys: tuple[str, ...]
    output_base64_keys: tuple[str, ...]
    words: Mapping[str, Phase]
    result_urls: tuple[str, ...] = ()
    error_codes: tuple[str, ...] = ()
    spelled: Mapping[Phase, str] = field(default_factory=dict)
    forms: Mapping[FormName, Json] = field(default_factory=dict)
    form: OutputForm = "url"


@dataclass(frozen=True, slots=True)
class ErrorMeaning:
    """What an HTTP status means here.

    `code` is what the documentation calls it and the body may repeat; `words`, lower case, tell meanings that
    share a status apart: a meaning with words holds only if the message has one of them or the body the code.
    """

    status: int
    code: str
    name: str
    meaning: str
    kind: FaultKind
    may_have_cost: bool
    words: tuple[str, ...] = ()
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a paid target is used when nobody says otherwise: predictions at once, requests a minute."""

    concurrency: int
    per_minute: int


@dataclass(frozen=True, slots=True)
class Provider:
    """Everything known of one API; made by `read_page`, from one file."""

    name: str
    title: str
    file: str
    base_url: str
    base_url_env: str
    auth: Auth
    models: tuple[Model, ...]
    parameters: tuple[Parameter, ...]
    common_sizes: tuple[CommonSize, ...]
    submit: Submit
    poll: Poll
    reply: Reply
    errors: tuple[ErrorMeaning, ...]
    pace: Pace
    notes: tuple[str, ...]
    digest: str  # SHA-256 of the page's text
    constraints: tuple[Constraint, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)  # of every exchange with the API
    body: Body = field(default_factory=Body)
    roles: Roles = field(default_factory=Roles)
    facts: Facts = field(default_factory=Facts)
    price: Price | None = None
    ceiling: Ceiling | None = None  # of the target that is planned for; see `cli.largest`

    @property
    def at_once(self) -> bool:
        """Whether a submit is answered with the pictures themselves, and nothing can be asked for later."""
        return not self.poll.path

    @property
    def page(self) -> str:
        """The page's own file name, without its folder: the same on every machine, so that schemas are too."""
        return PurePath(self.file).name

    def model(self, name: str) -> Model | None:
        """Find a model by its id or an alias."""
        return next((model for model in self.models if name == model.id or name in model.aliases), None)

    def parameters_of(self, model: str) -> tuple[Parameter, ...]:
        """Return the top-level parameters that a model (by id) takes, in page order."""
        return tuple(p for p in self.parameters if not p.models or model in p.models)
