"""The emulator: an ASGI app that answers as a provider page says that its API does.

A submit goes through the stages of `Emulator.submit`; each either passes it on or raises a `Refusal`, which
`handlers` turns into the page's own error. Drawing starts as a task of its own; polling reads the shelf.
Nothing here knows a particular API: paths, status words, error codes and parameters all come from the page.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from teststrip.base.clock import Clock, SystemClock
from teststrip.base.json import Json, digest
from teststrip.emulator import intake, links
from teststrip.emulator.acts import FATE, VARIANT
from teststrip.emulator.admin import admin_routes
from teststrip.emulator.answers import Answer, Moment, prediction_document
from teststrip.emulator.faults import FaultPlan
from teststrip.emulator.gate import RateLimit, is_allowed
from teststrip.emulator.handlers import exception_handlers
from teststrip.emulator.money import Account, request_digest
from teststrip.emulator.paths import TidyPaths
from teststrip.emulator.pictures import kind_of
from teststrip.emulator.predictions import Prediction
from teststrip.emulator.refusals import Refusal
from teststrip.emulator.renderer import Renderer
from teststrip.emulator.settings import EmulatorSettings
from teststrip.emulator.studio import Fate, Studio
from teststrip.emulator.trouble import SkewedClock, Trouble
from teststrip.emulator.variants import Variant, output_text, shown, varied
from teststrip.provider.body import flat_request
from teststrip.provider.model import Model, Provider
from teststrip.provider.request import poll_url, result_url
from teststrip.schema.check import find_faults
from teststrip.schema.request import request_schema


def create_app(
    provider: Provider,
    renderer: Renderer,
    settings: EmulatorSettings | None = None,
    clock: Clock | None = None,
) -> Starlette:
    """Make the app that answers like `provider`'s API, with pictures by `renderer`.

    The renderer stays the caller's: close it after the app has gone. Drawings that are still under way end with
    the app's lifespan. Raises InputError and StorageError for a file of charges that cannot be gone on with.
    """
    settings, clock = settings or EmulatorSettings(), clock or SystemClock()
    faults = settings.faults or FaultPlan()
    clock = SkewedClock(clock, faults.skew) if faults.skew else clock
    account = Account(provider, clock, balance=settings.balance, unpriced=settings.unpriced, file=settings.charges)
    emulator = Emulator(provider, renderer, settings, clock, account)
    poll, results = provider.poll, provider.poll.result_path
    routes = [
        Route(links.PICTURES, emulator.picture, methods=["GET"]),
        *([Route(_route(poll.path), emulator.poll, methods=[poll.method])] if poll.path else []),
        *([Route(_route(results), emulator.result, methods=["GET"])] if results else []),
        Route(_route(provider.submit.path), emulator.submit, methods=[provider.submit.method]),
    ]
    trouble = Middleware(
        Trouble, provider=provider, routes=routes, settings=settings, clock=clock, known=emulator.content_of
    )
    app = Starlette(
        routes=[*admin_routes(provider, renderer, account), *routes],
        middleware=[Middleware(TidyPaths), trouble],
        exception_handlers=exception_handlers(provider),
        lifespan=emulator.lifespan,
    )
    app.router.redirect_slashes = False  # an API that answered a POST with a redirect would surprise its clients
    return app


class Emulator:
    """The endpoints, and what they share: the account, the studio, the rate limit."""

    def __init__(
        self,
        provider: Provider,
        renderer: Renderer,
        settings: EmulatorSettings,
        clock: Clock,
        account: Account,
    ) -> None:
        self._provider = provider
        self._renderer = renderer
        self._settings = settings
        self._clock = clock
        self._account = account
        self._studio = Studio(renderer, settings, clock)
        self._rate = RateLimit(settings.rate, clock)
        self._schemas: dict[str, Mapping[str, Json]] = {}
        self._accepted = len(account.charges)

    @contextlib.asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Serve; at the end stop the drawings that are under way."""
        yield
        await self._studio.close()

    async def submit(self, request: Request) -> Response:
        """Take a request in: key, body, model, schema, scenario, renderer, content, rate, money; then draw.

        Only what is accepted is remembered under its idempotency key: what was refused may be sent again.
        """
        self._admit(request)
        intake.check_headers(self._provider.submit.headers, request.headers)
        data = await intake.read_body(request, self._settings.body_limit)
        body = intake.parse_submit(self._provider, request.headers.get("Content-Type", ""), data)
        flat = flat_request(self._provider, body)
        name = request.path_params.get("model", flat.model)
        model = intake.find_model(
            self._provider, name, lambda one: find_faults(dict(flat.request), self._schema(one))
        )
        intake.check_body(self._provider, body, flat.strays)
        resolved = intake.resolve(self._provider, model, self._schema(model), flat.request)
        intake.check_scenario(self._provider, request.path_params.get("scenario"), resolved)
        key = intake.idempotency_key(self._provider, request.headers)
        prediction = self._repeated(key, model, resolved)
        if prediction is None:
            self._check_drawable(model, resolved)
            fate = self._check_content(resolved) or request.scope.get(FATE)
            self._check_rate()
            prediction = self._accept(model, resolved, fate, key)
        sync = self._provider.roles.sync
        if self._provider.at_once or (sync is not None and sync.on(resolved)):
            prediction = await self._studio.wait(prediction)
        if self._provider.at_once and not self._provider.reply.statuses:
            _check_end(prediction)
        return self._answer(request, prediction, "submit")

    async def poll(self, request: Request) -> Response:
        """Tell how a prediction stands."""
        self._admit(request)
        prediction = self._find(_asked_for(self._provider.poll.path, request))
        if not prediction.finished and self._provider.poll.not_yet:
            status = self._provider.poll.not_yet[0]
            if status >= HTTPStatus.BAD_REQUEST:
                raise Refusal("not_found", "the prediction is not finished yet", status=status)
            return self._answer(request, prediction, "poll", status)
        return self._answer(request, prediction, "poll")

    async def result(self, request: Request) -> Response:
        """Hand out a finished prediction's answer, where the page has an address of its own for it."""
        self._admit(request)
        prediction = self._find(_asked_for(self._provider.poll.result_path, request))
        if not prediction.finished:
            raise Refusal("invalid", "the prediction is not finished yet")
        if prediction.phase in {"failed", "cancelled"}:
            raise Refusal("invalid", prediction.error)
        return self._answer(request, prediction, "result")

    async def picture(self, request: Request) -> Response:
        """Hand out one picture, byte for byte as the renderer gave it; the link itself is the permission."""
        prediction, name = self._find(request.path_params["id"]), request.path_params["name"]
        for k, picture in enumerate(prediction.pictures):
            if name == links.file_name(k, picture):
                lasting = self._provider.facts.links is None
                if lasting or links.is_open(prediction.id, name, request.query_params, self._clock.now()):
                    return Response(picture, media_type=kind_of(picture)[1])
                return links.expired()
        raise Refusal("not_found", "this prediction has no such picture")

    def content_of(self, request: Request) -> str:
        """Return the digest of what the prediction was asked for that a request is about; its id when unknown."""
        path = request.path_params
        named = path.get("id") or next((v for k, v in request.query_params.items() if self._studio.get(v)), "")
        prediction = self._studio.get(named)
        return f"{prediction.request if prediction is not None else named} {path.get('name', '')}"

    def _admit(self, request: Request) -> None:
        auth = self._provider.auth
        intake.check_headers(self._provider.headers, request.headers)
        given = request.headers.get(auth.header)
        free = auth.optional and given is None and self._settings.keys is None
        if not free and not is_allowed(auth, given, self._settings.keys):
            forms = " or ".join(f"'{auth.header}: {form}'" for form in auth.accepted)
            raise Refusal("auth", f"the key is missing or wrong; send {forms}")

    def _schema(self, model: Model) -> Mapping[str, Json]:
        if model.id not in self._schemas:
            self._schemas[model.id] = request_schema(self._provider, model.id)
        return self._schemas[model.id]

    def _check_drawable(self, model: Model, resolved: Mapping[str, Json]) -> None:
        reason = intake.wrong_size(self._provider, resolved) or self._renderer.check(model.id, resolved)
        if reason is not None:
            raise Refusal("invalid", reason)

    def _check_content(self, resolved: Mapping[str, Json]) -> Fate | None:
        """Refuse a content; where the page has a status word for that, return how the prediction will end."""
        tag = intake.refused_tag(resolved, self._settings.refused_tags)
        if tag is None:
            return None
        objection = f"the request holds {tag!r}, which this emulator refuses"
        if "moderated" not in self._provider.reply.words.values():
            raise Refusal("moderated", objection)
        return Fate("moderated", objection)

    def _check_rate(self) -> None:
        if self._studio.unfinished >= self._settings.keep:
            raise Refusal("rate_limited", "too many predictions are under way", headers={"Retry-After": "1"})
        wait = self._rate.take()
        if wait is not None:
            message = f"more than {self._settings.rate} submits in a minute; try again in {wait} s"
            raise Refusal("rate_limited", message, headers={"Retry-After": str(wait)})

    def _repeated(self, key: str, model: Model, resolved: Mapping[str, Json]) -> Prediction | None:
        """Return the prediction that a submit with this key made before; refuse another request under the key."""
        charge = self._account.earlier(key)
        if charge is None:
            return None
        if charge.request != request_digest(model.id, resolved):
            raise Refusal("invalid", "this key came with another request before; a new request needs a new one")
        # Of one that has left the shelf the first answer is given again, as an API does; asked for, it is gone.
        first = Prediction(charge.prediction, charge.model, datetime.fromisoformat(charge.time))
        return self._studio.get(charge.prediction) or first

    def _accept(self, model: Model, resolved: Mapping[str, Json], fate: Fate | None, key: str) -> Prediction:
        """Charge a request, and begin to draw it."""
        # The id names the request and its place in line: a restarted emulator can never give
        # one prediction's id to a different request.
        self._accepted += 1
        base64_output = self._provider.roles.base64
        prediction = Prediction(
            id=digest({"model": model.id, "request": resolved, "place": self._accepted})[:32],
            model=model.id,
            created=self._clock.now(),
            inline=base64_output is not None and base64_output.on(resolved),
            request=request_digest(model.id, resolved),
        )
        self._account.take(model.id, prediction.id, resolved, key)
        self._studio.start(prediction, resolved, fate)
        return prediction

    def _find(self, prediction_id: str) -> Prediction:
        prediction = self._studio.get(prediction_id)
        if prediction is None:
            kept = f"the last {self._settings.keep} predictions"
            raise Refusal("not_found", f"there is no such prediction; the emulator keeps {kept} while it runs")
        return prediction

    def _answer(
        self, request: Request, prediction: Prediction, moment: Moment, status: int = HTTPStatus.OK
    ) -> Response:
        base = str(request.base_url).rstrip("/")
        provider = self._provider
        # Where outputs have an address of their own, the state is told without them.
        apart = moment == "poll" and bool(provider.poll.result_path)
        variant: Variant = request.scope.get(VARIANT) or Variant()
        form = variant.outputs or ("base64" if prediction.inline else provider.reply.form)
        outputs = [
            output_text(form, provider.reply, self._link(base, prediction.id, k, picture), picture)
            for k, picture in enumerate(() if apart else prediction.pictures)
        ]
        answer = Answer(
            id=prediction.id,
            model=prediction.model,
            phase=prediction.phase,
            created=prediction.created,
            poll_url="" if provider.at_once else poll_url(provider, base, prediction.id, prediction.model),
            outputs=tuple(outputs),
            error=prediction.error,
            seconds=prediction.seconds,
            result_url=result_url(provider, base, prediction.id, prediction.model),
        )
        document = prediction_document(provider.reply, shown(answer, variant), moment)
        return JSONResponse(varied(document, provider.reply, answer, variant), status_code=status)

    def _link(self, base: str, prediction_id: str, k: int, picture: bytes) -> str:
        name = links.file_name(k, picture)
        return links.link(base, prediction_id, name, self._clock.now(), self._provider.facts.links)


def _check_end(prediction: Prediction) -> None:
    """Refuse in place of a prediction that ended badly, where an answer has no word for that."""
    if prediction.phase == "moderated":
        raise Refusal("moderated", prediction.error)
    if prediction.phase != "done":
        raise Refusal("server", prediction.error or "the prediction has no pictures")


def _route(path: str) -> str:
    """Turn a page's path into a route's. A model's id may hold a slash, which a server hands over unescaped."""
    return path.partition("?")[0].replace("{model}", "{model:path}")


def _asked_for(template: str, request: Request) -> str:
    """Return the id that a poll asks for, from its path or its query, as the page has it."""
    name = next((name for name, value in parse_qsl(template.partition("?")[2]) if value == "{id}"), None)
    return request.path_params["id"] if name is None else request.query_params.get(name, "")
