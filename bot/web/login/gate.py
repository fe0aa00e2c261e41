"""Nobody gets below ``/staff`` without having logged in, by whatever way."""

from http import HTTPStatus
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import prompts
from bot.staff import Member
from bot.web.failures import failure
from bot.web.login.access import SESSION_COOKIE, Access, Visit, session_cookie
from bot.web.login.paths import LOGIN, LOGOUT, is_staff
from bot.web.pages import page

_VISIT: Final = "mso.staff.visit"
_SAFE: Final = {"GET", "HEAD"}
_OPEN: Final = {LOGIN: {"GET", "HEAD", "POST"}, LOGOUT: {"POST"}}
_BY_ITSELF: Final = "/heartbeat/"
"""An open page sends these without anybody there."""
_REFUSED_SOCKET: Final = 1008


def member_of(request: HTTPConnection | Scope | None) -> Member | None:
    """Who sent a request below ``/staff``. Takes a request or its scope; None where nobody is logged in."""
    visit = visit_of(request)
    return visit.member if visit else None


def visit_of(request: HTTPConnection | Scope | None) -> Visit | None:
    """The visit that the gate found a request to belong to."""
    scope = request.scope if isinstance(request, HTTPConnection) else request
    found = scope.get(_VISIT) if scope else None
    return found if isinstance(found, Visit) else None


class StaffGate:
    """ASGI middleware around everything: in front of the console, the routes of Gradio below it, and its API."""

    def __init__(self, app: ASGIApp, *, access: Access) -> None:
        self.app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request of somebody who is logged in on, and refuse the others."""
        if scope["type"] not in {"http", "websocket"} or not is_staff(scope):
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        visit = await to_thread.run_sync(self._access.visit, scope, connection.cookies.get(SESSION_COOKIE, ""))
        refusal = _refusal(scope, connection.headers, visit)
        if refusal is None:
            await self.app({**scope, _VISIT: visit}, receive, self._renewing(scope, visit, send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _REFUSED_SOCKET})
        else:
            await refusal(scope, receive, send)

    def _renewing(self, scope: Scope, visit: Visit | None, send: Send) -> Send:
        """The response says that the session was used; unless the page did that by itself, or is the logout."""
        session = visit.session if visit else None
        if session is None or _BY_ITSELF in scope["path"] or scope["path"] in _OPEN:
            return send
        renewed = self._access.sessions.renewed(session)

        async def send_with_cookie(message: Message) -> None:
            if renewed and message["type"] == "http.response.start":
                cookie = session_cookie(renewed, is_secure=scope.get("scheme") == "https")
                MutableHeaders(scope=message).append("Set-Cookie", cookie)
            await send(message)

        return send_with_cookie


def _refusal(scope: Scope, headers: Headers, visit: Visit | None) -> Response | None:
    method = scope.get("method", "")  # a websocket has none, and may change things
    if method not in _SAFE and not _is_from_here(headers):
        return failure(HTTPStatus.FORBIDDEN, "origin_not_allowed", prompts.STAFF_FROM_ELSEWHERE)
    if visit is not None or method in _OPEN.get(scope["path"], ()):
        return None
    if method in _SAFE and "text/html" in headers.get("accept", "").lower():
        login = f"{LOGIN}?{urlencode({'next': _asked_for(scope)})}"
        if headers.get("sec-fetch-site") == "cross-site":
            return page("staff_again.html", status=HTTPStatus.UNAUTHORIZED, login=login)
        return RedirectResponse(login, HTTPStatus.SEE_OTHER)
    return failure(HTTPStatus.UNAUTHORIZED, "not_logged_in", prompts.STAFF_ONLY)


def _asked_for(scope: Scope) -> str:
    query = scope.get("query_string", b"").decode("latin-1")
    return quote(scope["path"], safe="/") + (f"?{query}" if query else "")


def _is_from_here(headers: Headers) -> bool:
    """Stricter than for the rest of the app: sites that may embed the chat may send nothing to the console."""
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = headers.get("origin")
    is_told = headers.get("sec-fetch-site") == "same-origin"
    return origin is None or is_told or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
