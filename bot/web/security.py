"""What every request has to keep to, and what every response tells the browser."""

from collections.abc import Sequence
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.failures import too_large
from bot.web.login.paths import is_page, is_staff_path

MAX_BODY_BYTES: Final = 64_000

_FOR_OTHERS: Final = {"/widget.js"}
"""What pages of any site may load."""
_GRADIO: Final = ("/gradio_api/", "/assets/", "/static/", "/theme.css")
_STAFF_FILES: Final = ("/staff/assets/", "/staff/static/")
"""Gradio's own files, which are the same for everybody."""
_FRAMED: Final = ("/", "/ask")
"""Pages that the sites of ``MSO_ALLOWED_ORIGINS`` may frame."""
_STRICT: Final = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'"
_DOCS: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'"
)
_CHAT: Final = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'"
)
"""Gradio's page starts from inline scripts and styles, and its HTML component compiles its template with ``eval``:
without 'unsafe-eval' no answer is shown. Even so the page may load nothing from another host."""
_HSTS: Final = "max-age=31536000"
_SAME: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


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
        added = security_headers(scope["path"], self._embedders, is_secure=scope.get("scheme") == "https")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in added.items():
                    headers[name] = value
            await send(message)

        await self.app(scope, receive, send_with_headers)


def security_headers(path: str, embedders: Sequence[str] = (), *, is_secure: bool) -> dict[str, str]:
    """What the response for one path tells the browser to keep to."""
    is_framed = path in _FRAMED and bool(embedders)
    headers = {
        **_SAME,
        "Content-Security-Policy": content_security_policy(path, embedders),
        "Cross-Origin-Resource-Policy": "cross-origin" if path in _FOR_OTHERS else "same-origin",
    }
    if not is_framed:
        headers["X-Frame-Options"] = "DENY" if is_staff_path(path) else "SAMEORIGIN"
    if is_staff_path(path) and not path.startswith(_STAFF_FILES):
        headers["Cache-Control"] = "no-store"
    if path == "/":  # Gradio writes the host that it was called by into its page
        headers["Cache-Control"] = "private, no-cache"
    if is_secure:
        headers["Strict-Transport-Security"] = _HSTS
    return headers


def content_security_policy(path: str, embedders: Sequence[str] = ()) -> str:
    """The policy for one path: strict for our own pages, the least that works for Gradio's."""
    is_staff = is_staff_path(path)
    if path == "/" or path.startswith(_GRADIO) or (is_staff and not is_page(path)):
        policy = f"{_CHAT}; base-uri 'self'"
    else:
        policy = f"{_DOCS if path.startswith('/docs') else _STRICT}; base-uri 'none'"
    framed_by = "'none'" if is_staff else " ".join(["'self'", *(embedders if path in _FRAMED else ())])
    return f"{policy}; form-action 'self'; frame-ancestors {framed_by}"
