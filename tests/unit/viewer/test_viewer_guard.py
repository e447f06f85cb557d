from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from teststrip.viewer.guard import Guard


def client(token: str | None = "secret", base: str = "http://127.0.0.1:8000") -> httpx.AsyncClient:  # noqa: S107  no secret but its name
    def page(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"the page {request.url.path} {request.url.query}")

    app = Guard(Starlette(routes=[Route("/{path:path}", page)]), 8000, token)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=base)


async def test_the_token_becomes_a_cookie_and_leaves_the_address() -> None:
    async with client() as caller:
        answer = await caller.get("/run/a/?x=1&token=secret&y=%26")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/run/a/?x=1&y=%26"
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert (await caller.get("/run/a/?x=1")).text == "the page /run/a/ x=1"


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("//evil.example/", "/evil.example/"),
        ("////evil.example/%2e%2e/", "/evil.example/../"),
        ("/%5Cevil.example/", "/%5Cevil.example/"),
        ("/run/what%3F%23/", "/run/what%3F%23/"),
        ("/run/%0d%0aSet-Cookie:%20a=b/", "/run/%0D%0ASet-Cookie%3A%20a%3Db/"),
    ],
)
async def test_the_token_leads_to_no_other_machine(path: str, there: str) -> None:
    async with client() as caller:
        answer = await caller.send(httpx.Request("GET", httpx.URL(f"http://127.0.0.1:8000{path}?token=secret")))
        assert answer.status_code == 303
        assert answer.headers["location"] == there


@pytest.mark.parametrize("path", ["/", "/?token=", "/?token=secre", "/?token=secret%00", "/?TOKEN=secret"])
async def test_without_the_token_nothing_is_told(path: str) -> None:
    async with client() as caller:
        answer = await caller.get(path)
        assert answer.status_code == 403
        assert "the page" not in answer.text


async def test_a_wrong_cookie_is_no_token() -> None:
    async with client() as caller:
        for cookie in ("teststrip_8000=wrong", "teststrip_9000=secret", "teststrip_8000", "a=b; ;=;\x01"):
            assert (await caller.get("/", headers={"Cookie": cookie})).status_code == 403


@pytest.mark.parametrize(
    "base", ["http://evil.example:8000", "http://127.0.0.1:9000", "http://127.0.0.1.evil:8000"]
)
async def test_another_name_leads_nowhere_even_with_the_token(base: str) -> None:
    async with client(base=base) as caller:
        assert (await caller.get("/?token=secret")).status_code == 421
    async with client(None, base) as caller:
        assert (await caller.get("/")).status_code == 421


async def test_what_another_site_asks_for_is_refused() -> None:
    async with client(None) as caller:
        assert (await caller.get("/", headers={"Origin": "http://evil.example"})).status_code == 421
        assert (await caller.get("/", headers={"Origin": "null"})).status_code == 421
        assert (await caller.get("/", headers={"Origin": "http://localhost:8000"})).status_code == 200


async def test_without_a_token_this_machine_is_let_in() -> None:
    async with client(None) as caller:
        assert (await caller.get("/x")).text == "the page /x "
