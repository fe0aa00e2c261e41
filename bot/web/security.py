"""What every request has to keep to, and what every response tells the browser."""

from collections.abc import Sequence
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.failures import too_large

MAX_BODY_BYTES: Final = 64_000

_OWN_PAGES: Final = ("/sources", "/site/", "/api/", "/docs", "/openapi.json", "/healthz", "/readyz")
_STRICT: Final = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'"
_DOCS: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'"
)
_CHAT: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'"
)
"""Gradio's page has inline scripts; even so it may load nothing from another host."""


class BodyLimit:
    """ASGI middleware: a body of more than ``most`` bytes is refused, declared or not, before it is held in memory."""

    def __init__(self, app: ASGIApp, *, most: int) -> None:
        self.app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse by the declared length, else count while the body is read."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared) > self._most:
            await too_large()(scope, receive, send)
            return
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._most:
                raise HTTPException(413)
            return message

        await self.app(scope, receive_counted, send)


class SecurityHeaders:
    """ASGI middleware. Pages of the chat may also be framed by ``embedders``, the sites that embed it."""

    def __init__(self, app: ASGIApp, *, embedders: Sequence[str] = ()) -> None:
        self.app = app
        self._embedders = tuple(embedders)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the head of the response."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = content_security_policy(scope["path"], self._embedders)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
                headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
            await send(message)

        await self.app(scope, receive, send_with_headers)


def content_security_policy(path: str, embedders: Sequence[str] = ()) -> str:
    """The policy for one path: strict for our own pages, the least that works for Gradio's."""
    shared = "base-uri 'self'; form-action 'self'"
    if not path.startswith(_OWN_PAGES):
        return "; ".join([_CHAT, shared, " ".join(["frame-ancestors", "'self'", *embedders])])
    policy = _DOCS if path.startswith("/docs") else _STRICT
    return f"{policy}; {shared}; frame-ancestors 'self'"
