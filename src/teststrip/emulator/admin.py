"""What the emulator tells of itself, beside the API that it answers like: what it is, its account, its charges."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from teststrip import __version__
from teststrip.base.json import Json
from teststrip.emulator.money import Account
from teststrip.emulator.renderer import Renderer
from teststrip.provider.model import Provider

_Endpoint = Callable[[Request], Awaitable[Response]]


def admin_routes(provider: Provider, renderer: Renderer, account: Account) -> list[Route]:
    """Return the routes: `/` for everybody, `/teststrip/...` for this machine only."""

    async def front(_: Request) -> Response:
        return JSONResponse(_front(provider, renderer))

    async def state(_: Request) -> Response:
        return JSONResponse(_state(account))

    async def charges(_: Request) -> Response:
        return JSONResponse({"unit": account.unit, "charges": [charge.document() for charge in account.charges]})

    return [
        Route("/", front, methods=["GET"]),
        Route("/teststrip/account", _local(state), methods=["GET"]),
        Route("/teststrip/charges", _local(charges), methods=["GET"]),
    ]


def _front(provider: Provider, renderer: Renderer) -> dict[str, Json]:
    return {
        "service": f"teststrip emulator {__version__}",
        "answers_like": provider.title,
        "pictures_by": f"{renderer.name}/{renderer.version}",
        "submit": f"{provider.submit.method} {provider.submit.path}",
        "scenarios": list(dict.fromkeys(scenario.name for scenario in provider.submit.scenarios)),
        "idempotency": _idempotency(provider),
        "poll": None if provider.at_once else f"{provider.poll.method} {provider.poll.path}",
        "auth": {provider.auth.header: list(provider.auth.accepted)},
        "models": [model.id for model in provider.models],
        "account": "GET /teststrip/account and /teststrip/charges, from this machine",
        "note": "No picture from here was made, or paid for, at the API itself.",
    }


def _idempotency(provider: Provider) -> Json:
    told = provider.submit.idempotency
    return {"header": told.header, "hours": told.hours} if told is not None else None


def _state(account: Account) -> dict[str, Json]:
    left = account.left
    return {
        "unit": account.unit,
        "balance": None if left is None else str(left),
        "spent": str(account.spent),
        "charges": len(account.charges),
    }


def _local(endpoint: _Endpoint) -> _Endpoint:
    async def guarded(request: Request) -> Response:
        if request.client is None or not _is_loopback(request.client.host):
            return JSONResponse({"error": "only this machine itself may ask for that"}, status_code=403)
        return await endpoint(request)

    return guarded


def _is_loopback(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
