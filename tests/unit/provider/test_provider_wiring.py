"""Bodies, roles, forms and prices in the front matter: what is read, what is wrong, where it is told."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teststrip.base.json import Json
from teststrip.errors import PageError
from teststrip.provider.body import Flat, flat_request, wire_body, wrong_member
from teststrip.provider.catalogue import bundled_pages, find_provider
from teststrip.provider.model import Idempotency, Provider
from teststrip.provider.page import read_page
from teststrip.provider.request import poll_url, result_url
from teststrip.provider.wire import Body, Facts, Price, RateFacts, Roles, SizeFacts, Switch

FRONT = """\
---
page: 1
provider: toy
title: A toy
base_url: https://toy.example
base_url_env: TOY_URL
auth: {header: X-Key, form: "{key}", env: TOY_KEY}
submit: {path: /v1/make}
poll: {path: "/v1/jobs/{id}"}
reply:
  ids: [job]
  statuses: [state]
  outputs: [files]
  words: {queued: [waiting], running: [busy], done: [ready], failed: [broken]}
models: [{id: toy-1}]
pace: {concurrency: 2, per_minute: 60}
---

| Parameter | Type | Required | Default | Range | Description |
|---|---|---|---|---|---|
| prompt | string | yes | - | - | - |
| n | integer | no | 1 | 1 - 4 | - |
| seed | integer | no | - | - | - |
| wait | boolean | no | false | - | - |
| form | string | no | link | `link`, `text` | - |
"""
BODY = "submit: {path: /v1/make, body: %s}"


def front(old: str, new: str) -> str:
    assert old in FRONT
    return FRONT.replace(old, new)


def add(lines: str) -> str:
    return front("models:", f"{lines}\nmodels:")


def with_body(body: str) -> str:
    return front("submit: {path: /v1/make}", BODY % body)


def once(idempotency: str) -> str:
    return front("submit: {path: /v1/make}", f"submit: {{path: /v1/make, idempotency: {idempotency}}}")


def read(text: str) -> Provider:
    return read_page(text, "toy.md")


def problems(text: str) -> list[str]:
    with pytest.raises(PageError) as caught:
        read(text)
    return [str(problem).removeprefix("toy.md:") for problem in caught.value.problems]


def test_a_page_that_says_nothing_has_flat_bodies_and_no_roles() -> None:
    toy = read(FRONT)
    assert (toy.body, toy.roles, toy.facts, toy.price, dict(toy.headers)) == (Body(), Roles(), Facts(), None, {})
    assert wire_body(toy, "toy-1", {"prompt": "x", "n": 2}) == {"prompt": "x", "n": 2}
    assert flat_request(toy, {"prompt": "x", "n": 2}) == Flat(None, {"prompt": "x", "n": 2})
    assert result_url(toy, "https://h", "a") == ""


def test_everything_is_read_as_it_is_written() -> None:
    toy = read(
        add(
            "headers: {X-Version: '2'}\n"
            "roles: {prompt: prompt, count: n, seed: seed, sync: wait, base64: {form: text}}\n"
            "facts: {rate: {per_minute: 9}, sizes: {multiple_of: 8}, links: 60}\n"
            "price: {unit: coin, assume: {rebate: 0.5, gold: true}, terms: {each: 2 - rebate}, "
            "expression: each * n}"
        )
    )
    assert toy.headers == {"X-Version": "2"}
    assert toy.roles == Roles(
        prompt="prompt", count="n", seed="seed", sync=Switch("wait"), base64=Switch("form", "text")
    )
    assert toy.roles.switches == {"wait", "form"}
    assert toy.facts == Facts(RateFacts(per_minute=9), SizeFacts(multiple_of=8), 60)
    assumed: dict[str, bool | Decimal] = {"rebate": Decimal("0.5"), "gold": True}
    assert toy.price == Price("coin", "each * n", terms=(("each", "2 - rebate"),), assume=assumed)


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ("{header: Idempotency-Key}", Idempotency("Idempotency-Key", 24.0)),
        ("{header: X-Once, hours: 0.5}", Idempotency("X-Once", 0.5)),
    ],
)
def test_a_page_says_which_header_makes_a_submit_unique(told: str, known: Idempotency) -> None:
    assert read(once(told)).submit.idempotency == known
    assert read(FRONT).submit.idempotency is None


def test_no_bundled_page_claims_what_its_documentation_does_not() -> None:
    assert [page.read().name for page in bundled_pages() if page.read().submit.idempotency] == []


def test_a_seed_by_its_role_is_drawn_when_nobody_chooses_one() -> None:
    drawn = {p.name for p in read(add("roles: {seed: seed}")).parameters if p.random_default}
    assert drawn == {"seed"}
    assert not any(p.random_default for p in read(FRONT).parameters)


@pytest.mark.parametrize(
    ("switch", "request_", "on"),
    [
        (Switch("wait"), {"wait": True}, True),
        (Switch("wait"), {"wait": 1}, False),
        (Switch("wait"), {}, False),
        (Switch("form", "text"), {"form": "text"}, True),
        (Switch("form", "text"), {"form": "link"}, False),
    ],
)
def test_a_switch_is_on_at_its_own_value_only(switch: Switch, request_: dict[str, Json], on: bool) -> None:  # noqa: FBT001  a table's column
    assert switch.on(request_) == on


NESTED = (
    "{fixed: {model: '{model}', options.version: 3}, places: {input: [prompt], input.more: [form]}, rest: options}"
)


def test_parameters_travel_where_the_page_puts_them() -> None:
    toy = read(with_body(NESTED))
    request: dict[str, Json] = {"prompt": "x", "n": 2, "form": "text"}
    body = wire_body(toy, "toy-1", request)
    assert body == {
        "model": "toy-1",
        "input": {"prompt": "x", "more": {"form": "text"}},
        "options": {"version": 3, "n": 2},
    }
    assert flat_request(toy, body) == Flat("toy-1", request)
    assert wrong_member(toy, body) is None


def test_a_scenario_may_be_told_in_the_body() -> None:
    fixed = "{fixed: {mode: '{scenario}'}}, scenarios: [{name: wordy, when: {form: text}}, {name: plain}]"
    toy = read(with_body(fixed))
    assert wire_body(toy, "toy-1", {"form": "text"}) == {"mode": "wordy", "form": "text"}
    assert wire_body(toy, "toy-1", {"n": 2}) == {"mode": "plain", "n": 2}
    assert flat_request(toy, {"mode": "plain", "n": 2}).request == {"n": 2}


@pytest.mark.parametrize("version", [2, True, "3", None])
def test_a_fixed_member_must_be_what_the_page_says(version: Json) -> None:
    body: dict[str, Json] = {"model": "toy-1", "input": {"prompt": "x"}, "options": {"version": version}}
    assert wrong_member(read(with_body(NESTED)), body) == "options.version must be 3"


def test_what_lies_in_no_place_is_told_by_its_path() -> None:
    body: dict[str, Json] = {"prompt": "x", "input": {"other": 1}, "options": {"stray": 2, "version": 3}}
    toy = read(with_body(NESTED))
    assert flat_request(toy, body) == Flat(None, {"stray": 2}, ("prompt", "input.other"))
    assert flat_request(toy, {"input.prompt": "x"}) == Flat(None, {}, ('"input.prompt"',))


@given(
    st.dictionaries(
        st.sampled_from(["prompt", "n", "seed", "wait", "form"]),
        st.integers() | st.text() | st.lists(st.integers()),
    )
)
def test_a_request_comes_out_of_its_body_as_it_went_in(request: dict[str, Json]) -> None:
    for body in (
        NESTED,
        "{rest: a.b}",
        "{places: {x: [n, seed]}}",
        "{fixed: {model: '{model}', s: 1}}",
    ):
        toy = read(with_body(body))
        assert flat_request(toy, wire_body(toy, "toy-1", request)).request == request


def test_an_id_may_stand_in_the_query_and_a_model_in_the_path() -> None:
    text = front(
        'poll: {path: "/v1/jobs/{id}"}', 'poll: {path: "/v1/{model}/get?id={id}&v=1", result: "/v1/out/{id}"}'
    )
    toy = read(text)
    assert poll_url(toy, "https://h", "a&b/{model}", "m/1") == "https://h/v1/m%2F1/get?id=a%26b%2F%7Bmodel%7D&v=1"
    assert result_url(toy, "https://h", "a", "m") == "https://h/v1/out/a"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            with_body("{places: {input: [promt]}}"),
            "8:50  submit.body.places.input[0]  \"promt\" is no parameter of this page; did you mean 'prompt'?",
        ),
        (
            with_body("{places: {a: [n], b: [n]}}"),
            "8:54  submit.body.places.b[0]  n has a place already",
        ),
        (
            with_body("{fixed: {a.n: 1}, places: {a: [n]}}"),
            "8:63  submit.body.places.a[0]  a.n is a fixed member",
        ),
        (
            with_body("{places: {n: [prompt]}}"),
            "8:32  submit.body  n cannot hold a value, for n.prompt lies in it",
        ),
        (
            with_body("{fixed: {a b: 1}}"),
            "8:41  submit.body.fixed.a b  'a b' is not the place of a member; write names with dots between",
        ),
        (
            front("path: /v1/make", "path: '/v1/{modle}'"),
            "8:16  submit.path  {modle} is filled by nothing; there are {model} and {scenario}; did",
        ),
        (front("jobs/{id}", "{id}/{id}"), "9:14  poll.path  {id} stands here twice"),
        (front("jobs/{id}", "jobs/{id:int}/{id}"), "9:14  poll.path  {id:int} is filled by nothing; there are"),
        (front("jobs/{id}", "jobs/}{id}"), "9:14  poll.path  } is filled by nothing; there are {id} and {model}"),
        (front("jobs/{id}", "jobs?{id}"), "9:14  poll.path  an id in the query is the whole of a value"),
        (add("roles: {count: m}"), '15:16  roles.count  "m" is no parameter of this page'),
        (add("roles: {cuont: n}"), "15:9  roles.cuont  nothing here has this name; did you mean 'count'?"),
        (
            add("roles: {sync: {wiat: true}}"),
            "15:16  roles.sync.wiat  \"wiat\" is no parameter of this page; did you mean 'wait'?",
        ),
        (
            add("roles: {sync: {wait: true, n: 1}}"),
            "15:15  roles.sync  name one parameter, and the value that turns it on",
        ),
        (add("headers: {x-key: a}"), "15:11  headers.x-key  x-key is sent anyway, and may not be given here"),
        (add("headers: {Host: a}"), "15:11  headers.Host  Host is sent anyway, and may not be given here"),
        (add("headers: {a b: c}"), "15:11  headers.a b  'a b' is not the name of a header"),
        (add('headers: {a: "b\\n"}'), "15:14  headers.a  a header holds printable ASCII only"),
        (
            add("price: {unit: c, expression: n * stpes}"),
            '15:30  price.expression  "stpes" is no parameter of this page',
        ),
        (
            add("price: {unit: c, expression: sqr(n)}"),
            "15:30  price.expression  there is no function sqr; there are min, max, ceil, floor,",
        ),
        (add("price: {unit: c, expression: n *}"), "15:30  price.expression  this is not an expression ("),
        (add("price: {unit: c, expression: n.real}"), "15:30  price.expression  Attribute is not part of this"),
        (add("price: {unit: c, terms: {n: 1}, expression: n}"), "15:26  price.terms.n  n means something already"),
        (
            add("price: {unit: c, terms: {a: b, b: 1}, expression: a}"),
            '15:29  price.terms.a  "b" is no parameter of this page',
        ),
        (
            add("price: {unit: c, assume: {null: 1}, expression: n}"),
            "15:27  price.assume.null  'null' is not a name",
        ),
        (add("price: {unit: c, assume: {if: 1}, expression: n}"), "15:27  price.assume.if  'if' is not a name"),
        (add("price: {unit: c, assume: {a-b: 1}, expression: n}"), "15:27  price.assume.a-b  'a-b' is not a name"),
        (
            front("  words:", "  forms: {submit: {a: '{job}'}}\n  words:"),
            "14:23  reply.forms.submit.a  {job} is filled by nothing; there are id, model, status,",
        ),
        (
            front("  words:", "  forms: {poll: {a: '{status}'}}\n  words:"),
            "14:11  reply.forms.poll  a client would look in vain for {outputs} here; it looks at files",
        ),
        (
            front("  words:", "  forms: {submit: {a: '{id}'}}\n  words:"),
            "14:11  reply.forms.submit  a client would look in vain for {id} here; it looks at job",
        ),
        (
            front("failed: [broken]", "failed: [broken], moderated: [busy]"),
            "14:92  reply.words.moderated[0]  busy already means running",
        ),
        (
            front('{id}"}', "{id}\", origins: ['http://x.example']}"),
            '9:41  poll.origins[0]  "http://x.example" does not have',
        ),
        (
            once("{header: a b}"),
            "8:48  submit.idempotency.header  'a b' is not the name of a header",
        ),
        (
            once("{header: x-key}"),
            "8:48  submit.idempotency.header  x-key has the account's key; a request's own needs another header",
        ),
        (
            once("{header: Content-Type}"),
            "8:48  submit.idempotency.header  Content-Type is sent with a value of its own",
        ),
        (
            once("{header: X-MODE}, headers: {X-Mode: a}"),
            "8:48  submit.idempotency.header  X-MODE is sent with a value of its own",
        ),
        (once("{hours: 3}"), "8:39  submit.idempotency  header is missing"),
        (once("{header: K, hours: 0}"), "8:58  submit.idempotency.hours  0 is below the minimum 0.01"),
        (once("{header: K, hours: .inf}"), "8:58  submit.idempotency.hours"),
        (once("{header: K, hours: .nan}"), "8:58  submit.idempotency.hours"),
        (once("{header: K, hour: 3}"), "8:51  submit.idempotency.hour  nothing here has this name; did you mean"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, told: str) -> None:
    assert any(problem.startswith(told) for problem in problems(text)), problems(text)


def test_everything_wrong_is_told_at_once_and_with_what_is_wrong_in_the_tables() -> None:
    text = with_body("{places: {input: [promt]}}").replace(
        "models:", "roles: {count: m}\nprice: {unit: c, expression: nn + 1}\nmodels:"
    )
    told = problems(text.replace("| 1 - 4 |", "| 4 - 1 |"))
    assert [problem.split("  ")[1] for problem in told] == [
        "submit.body.places.input[0]",
        "roles.count",
        "price.expression",
        "n",
    ]


def test_the_first_page_has_its_roles_and_the_body_that_it_always_had() -> None:
    first = find_provider("gptproto")
    assert first is not None
    assert (first.body, first.submit.headers) == (Body(), {})
    assert (first.roles.count, first.roles.seed, first.roles.guidance) == ("n", "seed", "scale")
    assert first.roles.switches == {"enable_sync_mode", "enable_base64_output"}
