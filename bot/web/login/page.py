"""The login page: an ordinary form that works without JavaScript."""

import logging
import secrets
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Final

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot import prompts
from bot.errors import NotKeptError, StaffError
from bot.staff import MAX_PASSWORD_CHARS, Account
from bot.web.failures import log_places
from bot.web.limits import words
from bot.web.login.access import Access, session_cookie
from bot.web.login.attempts import Attempt
from bot.web.login.gate import visit_of
from bot.web.login.paths import CONSOLE, LOGIN, LOGOUT, safe_target
from bot.web.pages import page

logger = logging.getLogger(__name__)

_FORM_COOKIE: Final = "mso_staff_form"
_BROWSER_COOKIE: Final = "mso_staff_browser"
_FORM_SECONDS: Final = 12 * 60 * 60
_BROWSER_SECONDS: Final = 180 * 24 * 60 * 60
_AT_ONCE: Final = 2
"""Passwords that are looked at at the same time: each takes 64 MiB."""
_MAX_NONCE_CHARS: Final = 64
_MAX_NAME_CHARS: Final = 64


@dataclass(frozen=True, slots=True)
class Sent:
    """What the form sent."""

    name: str
    password: str
    token: str
    target: str


def login_router(access: Access) -> APIRouter:
    """``/staff/login``, ``/staff/logout``, and ``/staff`` without its stroke."""
    router = APIRouter(include_in_schema=False)
    desk, turnstile = LoginPage(access), CapacityLimiter(_AT_ONCE)

    @router.api_route(CONSOLE.rstrip("/"), methods=["GET", "HEAD"])
    def enter() -> Response:
        return RedirectResponse(CONSOLE, HTTPStatus.TEMPORARY_REDIRECT)

    @router.api_route(LOGIN, methods=["GET", "HEAD"])
    def show_form(request: Request) -> Response:
        target = safe_target(request.query_params.get("next", ""))
        if visit_of(request):
            return RedirectResponse(target, HTTPStatus.SEE_OTHER)
        return desk.shown(request, target, notice=prompts.LOGGED_OUT if "ended" in request.query_params else "")

    @router.post(LOGIN)
    async def log_in(
        request: Request,
        name: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
        token: Annotated[str, Form()] = "",
        next: Annotated[str, Form()] = "",
    ) -> Response:
        sent = Sent(name.strip().lower(), password, token, safe_target(next))
        return await to_thread.run_sync(desk.answered, request, sent, limiter=turnstile)

    @router.post(LOGOUT)
    async def log_out(request: Request) -> Response:
        return await run_in_threadpool(desk.left, request)

    return router


class LoginPage:
    """What the page answers. Used from several threads."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def shown(
        self, request: Request, target: str, *, name: str = "", notice: str = "", status: int = HTTPStatus.OK
    ) -> HTMLResponse:
        """The form; or, with single sign-on, the word that there is none here."""
        if self._access.directory:
            return page(
                "login.html", status=HTTPStatus.FORBIDDEN, form=None, notice=prompts.SINGLE_SIGN_ON, is_error=True
            )
        nonce = request.cookies.get(_FORM_COOKIE, "")[:_MAX_NONCE_CHARS] or secrets.token_urlsafe(18)
        token = self._access.form_signer.sign([nonce, int(time.time())])
        form = {"token": token, "target": target, "name": name, "most": MAX_PASSWORD_CHARS}
        response = page(
            "login.html", status=status, form=form, notice=notice, is_error=status >= HTTPStatus.BAD_REQUEST
        )
        response.set_cookie(_FORM_COOKIE, nonce, **_kept(request, LOGIN), max_age=_FORM_SECONDS)
        return response

    def answered(self, request: Request, sent: Sent) -> Response:
        """Into the console, or the form with what was wrong. What was typed as a password is never shown again."""
        if self._access.directory:
            return self.shown(request, sent.target)
        if not self._is_our_form(request, sent.token):
            return self._refused(request, sent, prompts.FORM_TOO_OLD, HTTPStatus.FORBIDDEN)
        if not (sent.name and sent.password):
            return self._refused(request, sent, prompts.LOGIN_INCOMPLETE, HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            return self._tried(request, sent)
        except (StaffError, NotKeptError) as error:
            log_places(logger, "nobody can log in", error)
            return self._refused(request, sent, prompts.LOGIN_UNAVAILABLE, HTTPStatus.SERVICE_UNAVAILABLE)

    def left(self, request: Request) -> Response:
        """The session is over, here and for every copy of its cookie."""
        visit = visit_of(request)
        if visit and visit.session:
            self._access.sessions.end(visit.session)
            self._access.journal.logged_out(visit.member.name)
        response = RedirectResponse(f"{LOGIN}?ended=1", HTTPStatus.SEE_OTHER)
        response.headers.append("Set-Cookie", session_cookie("", is_secure=_is_secure(request)))
        return response

    def _tried(self, request: Request, sent: Sent) -> Response:
        access = self._access
        attempt = Attempt(sent.name, request.client.host if request.client else "", self._browser(request, sent.name))
        if wait := access.attempts.begin(attempt):
            message = prompts.LOGIN_LOCKED.format(wait=words(wait))
            response = self._refused(request, sent, message, HTTPStatus.TOO_MANY_REQUESTS)
            response.headers["Retry-After"] = str(wait)
            return response
        account = access.staff.authenticate(sent.name, sent.password)
        if account is None:
            access.journal.failed(attempt)
            access.attempts.failed(attempt)
            return self._refused(request, sent, prompts.LOGIN_WRONG, HTTPStatus.FORBIDDEN)
        access.attempts.succeeded(attempt)
        access.journal.logged_in(attempt)
        return self._let_in(request, sent, account, attempt.browser)

    def _let_in(self, request: Request, sent: Sent, account: Account, browser: str) -> Response:
        response = RedirectResponse(sent.target, HTTPStatus.SEE_OTHER)
        cookie = session_cookie(self._access.sessions.begin(account), is_secure=_is_secure(request))
        response.headers.append("Set-Cookie", cookie)
        known = self._access.browser_signer.sign([account.name, browser or secrets.token_urlsafe(12)])
        response.set_cookie(_BROWSER_COOKIE, known, **_kept(request, LOGIN), max_age=_BROWSER_SECONDS)
        response.delete_cookie(_FORM_COOKIE, **_kept(request, LOGIN))
        return response

    def _refused(self, request: Request, sent: Sent, error: str, status: int) -> HTMLResponse:
        return self.shown(request, sent.target, name=sent.name[:_MAX_NAME_CHARS], notice=error, status=status)

    def _is_our_form(self, request: Request, token: str) -> bool:
        """Its token and its cookie are a pair that was made here, not too long ago."""
        signed = self._access.form_signer.read(token)
        nonce = request.cookies.get(_FORM_COOKIE, "")
        if not (nonce and isinstance(signed, list) and len(signed) == 2):  # noqa: PLR2004 - a pair
            return False
        made_for, at = signed
        is_fresh = isinstance(at, int) and time.time() - _FORM_SECONDS < at
        return is_fresh and secrets.compare_digest(str(made_for).encode(), nonce.encode())

    def _browser(self, request: Request, name: str) -> str:
        """The browser's id, when this name has logged in from it before."""
        signed = self._access.browser_signer.read(request.cookies.get(_BROWSER_COOKIE, ""))
        match signed:
            case [str(known), str(browser)] if known == name:
                return browser
        return ""


def _kept(request: Request, path: str) -> dict[str, Any]:
    return {"path": path, "httponly": True, "samesite": "strict", "secure": _is_secure(request)}


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"
