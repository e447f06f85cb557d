"""What is answered when there is no answer: a refusal, a path or method that is not here, a mistake of our own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from teststrip.emulator.refusals import Refusal, error_document, meaning_of
from teststrip.provider.model import Provider

Handler = Callable[[Request, Exception], Awaitable[Response]]


def exception_handlers(provider: Provider) -> dict[type[Exception], Handler]:
    """Return the handlers for everything that an endpoint may raise; all answer in the page's form of an error."""

    async def refused(_: Request, refusal: Exception) -> Response:
        assert isinstance(refusal, Refusal)  # noqa: S101  Starlette looks handlers up by this very class
        meaning = meaning_of(provider, refusal.kind)
        return JSONResponse(
            error_document(meaning, refusal.message, provider.reply),
            status_code=refusal.status or meaning.status,
            headers=refusal.headers,
        )

    async def lost(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101  as in `refused`
        status, headers = error.status_code, dict(error.headers or {})
        if "Allow" in headers:  # Starlette has the methods in a set
            headers["Allow"] = ", ".join(sorted({*headers["Allow"].split(", "), "OPTIONS"}))
            if request.method == "OPTIONS":  # to ask what may be done is no mistake (RFC 9110, 9.3.7)
                return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)
        refusal = Refusal(
            "not_found" if status == HTTPStatus.NOT_FOUND else "invalid",
            f"{request.method} {request.url.path} is not part of this API ({error.detail}); see GET /",
            status=status,
            headers=headers,
        )
        return await refused(request, refusal)

    async def broken(request: Request, error: Exception) -> Response:
        message = f"the emulator itself failed: {type(error).__name__}: {error}"
        return await refused(request, Refusal("server", message))

    return {Refusal: refused, HTTPException: lost, Exception: broken}
