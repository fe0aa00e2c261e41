"""How a failure looks to a caller: JSON for programs, a page for readers, never a stack trace."""

import logging
import traceback
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.errors import InputError, LimitError, NotAllowedError, NotKeptError, UnknownConversationError
from bot.web.pages import page

logger = logging.getLogger(__name__)

_BODY_FORM: Final = 'Send JSON such as {"question": "..."} with the header Content-Type: application/json.'
_NOT_JSON: Final = ("invalid_json", f"The body is not valid JSON. {_BODY_FORM}")
_MESSAGES: Final = {
    400: _NOT_JSON,
    404: ("not_found", "There is nothing at this address. The addresses are listed at /docs."),
    405: ("method_not_allowed", "This address does not take that method. The methods are listed at /docs."),
    413: ("body_too_large", "The request is too large; at most 64 kB are read. Shorten it and send it again."),
}
_OTHER: Final = ("bad_request", "The request cannot be used. Check it against /docs and send it again.")
_UNEXPECTED: Final = ("internal_error", "Something went wrong on our side. Please try again in a moment.")


class Problem(BaseModel):
    """A machine-readable code, and a sentence that says what to do."""

    code: str
    message: str


class Failure(BaseModel):
    """The body of every response that is not a success."""

    error: Problem


def failure(status: int, code: str, message: str) -> JSONResponse:
    """A JSON response in the one form that errors have."""
    return JSONResponse(Failure(error=Problem(code=code, message=message)).model_dump(), status)


def too_large() -> JSONResponse:
    """The response to a body that is over the limit."""
    return failure(413, *_MESSAGES[413])


def too_many(message: str, retry_after: int) -> JSONResponse:
    """The response to one request too many."""
    response = failure(429, "too_many_requests", message)
    response.headers["Retry-After"] = str(retry_after)
    return response


def install_failure_handlers(app: FastAPI) -> None:
    """Give every way in which a request can fail its response."""
    app.add_exception_handler(InputError, _unusable_input)
    app.add_exception_handler(LimitError, _over_limit)
    app.add_exception_handler(NotKeptError, _not_kept)
    app.add_exception_handler(NotAllowedError, _not_allowed)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)


async def _unusable_input(_: Request, error: Exception) -> Response:
    if isinstance(error, UnknownConversationError):
        return failure(404, "unknown_conversation", str(error))
    return failure(422, "unusable_question", str(error))


async def _over_limit(_: Request, error: Exception) -> Response:
    return too_many(str(error), error.retry_after if isinstance(error, LimitError) else 1)


async def _not_kept(_: Request, error: Exception) -> Response:
    logger.error("something that was sent could not be kept: the database of the record does not take it")
    return failure(503, "not_kept", str(error))


async def _not_allowed(_: Request, error: Exception) -> Response:
    return failure(403, "not_allowed", str(error))


async def _invalid_request(_: Request, error: Exception) -> Response:
    first: dict[str, Any] = error.errors()[0] if isinstance(error, RequestValidationError) else {}
    if first.get("type") == "json_invalid":
        return failure(400, *_NOT_JSON)
    field = ".".join(str(part) for part in first.get("loc", ())[1:])
    where = f"'{field}'" if field else "the body"
    return failure(422, "invalid_request", f"{where}: {first.get('msg', 'cannot be used')}. {_BODY_FORM}")


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    if status == HTTPStatus.NOT_FOUND and _wants_a_page(request):
        return page("not_found.html", status=404)
    return failure(status, *_MESSAGES.get(status, _OTHER))


def log_places(log: logging.Logger, what: str, error: Exception) -> None:
    """Log where something went wrong, without the error's message, which may hold what a visitor typed."""
    log.error("%s: %s\n%s", what, type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))


class Unbroken:
    """ASGI middleware: what nobody expected ends here, so that the response still gets its headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 500 where no response has begun."""
        begun = False

        async def send_noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, send_noted)
        except ClientDisconnect:
            return
        except Exception as error:
            if scope["type"] != "http" or begun:
                raise
            log_places(logger, f"{scope['method']} failed", error)
            await failure(500, *_UNEXPECTED)(scope, receive, send)


def _wants_a_page(request: Request) -> bool:
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "*/*text/html")
