"""What a request has to pass before any work is done for it: whose page sent it, and how often its address asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from bot import prompts
from bot.web.failures import failure, too_many
from bot.web.limits import Limits, Refusal
from bot.web.metrics import Metrics

_REFUSED: Final = "mso.refused"
_SAFE: Final = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class Counted:
    """An address that is counted. One that ``explains`` is let through with the refusal, which it shows on its page."""

    kind: str
    explains: bool = False


_COUNTED: Final = {
    "/api/ask": Counted("questions"),
    "/ask": Counted("questions", explains=True),
    "/gradio_api/queue/join": Counted("questions", explains=True),
    "/api/feedback": Counted("notes"),
    "/api/handoff": Counted("notes"),
    "/api/end": Counted("notes"),
}


def refused(scope: Scope) -> Refusal | None:
    """The refusal that a page should show instead of an answer."""
    found = scope.get(_REFUSED)
    return found if isinstance(found, Refusal) else None


class RequestLimits:
    """ASGI middleware: counts the requests that make the bot work, by client address."""

    def __init__(self, app: ASGIApp, *, limits: Limits, metrics: Metrics) -> None:
        self.app = app
        self._limits = limits
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 429, or pass the request on."""
        counted = _COUNTED.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if counted is None:
            await self.app(scope, receive, send)
            return
        address = scope["client"][0] if scope.get("client") else ""
        refusal = await to_thread.run_sync(self._limits.of_address, address, counted.kind)
        if refusal:
            self._metrics.limited(refusal.limit)
            explained = counted.explains and not await to_thread.run_sync(self._limits.of_address, address, "explained")
            if not explained:
                await too_many(refusal.message, refusal.retry_after)(scope, receive, send)
                return
            scope[_REFUSED] = refusal
        await self.app(scope, receive, send)


class Origins:
    """ASGI middleware: pages of other sites may send something only when their site is ``allowed``.

    Scripts send no Origin, and pages of our own are known by what the browser says of them, or by the host's name.
    """

    def __init__(self, app: ASGIApp, *, allowed: Sequence[str]) -> None:
        self.app = app
        self._allowed = frozenset(allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403, or pass the request on."""
        if scope["type"] == "http" and scope["method"] not in _SAFE and not self._passes(Headers(scope=scope)):
            refusal = failure(HTTPStatus.FORBIDDEN, "origin_not_allowed", prompts.ORIGIN_NOT_ALLOWED)
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _passes(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        if origin is None or origin.lower() in self._allowed or headers.get("sec-fetch-site") == "same-origin":
            return True
        return "://" in origin and urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
