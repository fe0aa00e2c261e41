"""Who may pass: the parts that the gate and the login page share."""

import logging
import secrets
from dataclasses import dataclass
from functools import partial
from typing import Final, Self, cast

from starlette.types import Scope

from bot.errors import NotKeptError
from bot.history import History
from bot.settings import Settings
from bot.staff import Member, Role, StaffFile
from bot.web.limits import Limits, network
from bot.web.login.attempts import Attempt, Attempts, Lock
from bot.web.login.marks import Marks
from bot.web.login.proxy import Directory
from bot.web.login.sessions import Session, Sessions, Signer
from bot.web.metrics import Metrics

logger = logging.getLogger(__name__)

SESSION_COOKIE: Final = "mso_staff"
NOBODY: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of somebody who is logged in; with a session unless single sign-on says who it is."""

    member: Member
    session: Session | None = None


class Journal:
    """What happens at the login, in the audit log. Names are told only where somebody has that name."""

    def __init__(self, history: History, staff: StaffFile, metrics: Metrics) -> None:
        self._audit = history.audit
        self._staff = staff
        self._metrics = metrics

    def logged_in(self, attempt: Attempt) -> None:
        """Raises NotKeptError: nobody is let in unnoted."""
        self._audit.note(attempt.name, "login", address=network(attempt.address))

    def failed(self, attempt: Attempt) -> None:
        """A wrong name or password; neither is told unless the name exists."""
        self._note(self._actor(attempt), "login_failed", address=network(attempt.address))

    def locked(self, attempt: Attempt, lock: Lock) -> None:
        """A wait began."""
        self._metrics.limited("login")
        logger.warning("too many wrong passwords at the staff login: a %s waits %d s", lock.whom, lock.seconds)
        told = {"whom": lock.whom, "seconds": lock.seconds, "address": network(attempt.address)}
        self._note(self._actor(attempt), "login_locked", **told)

    def logged_out(self, name: str) -> None:
        """Somebody left."""
        self._note(name, "logout")

    def _actor(self, attempt: Attempt) -> str:
        return attempt.name if attempt.name in self._staff.accounts() else NOBODY

    def _note(self, actor: str, action: str, **detail: object) -> None:
        try:
            self._audit.note(actor, action, None, **detail)
        except NotKeptError:
            logger.error("the audit log does not take an entry (%s)", action)


@dataclass(frozen=True, slots=True)
class Access:
    """The staff, their sessions, and what slows down guessing. ``directory`` stands where single sign-on is used."""

    staff: StaffFile
    sessions: Sessions
    attempts: Attempts
    journal: Journal
    form_signer: Signer
    browser_signer: Signer
    directory: Directory | None = None

    @classmethod
    def open(cls, settings: Settings, limits: Limits, history: History, metrics: Metrics) -> Self:
        """As the settings say. Without ``MSO_SECRET_KEY`` no session outlives the process."""
        signer = partial(Signer, settings.secret_key.get_secret_value() or secrets.token_urlsafe(48))
        staff, marks = StaffFile(settings.staff_file), Marks(limits.storage)
        journal = Journal(history, staff, metrics)
        sessions = Sessions(staff, marks, settings, signer("session"))
        roles = cast("tuple[tuple[str, Role], ...]", settings.staff_proxy_roles)
        directory = Directory(roles) if settings.staff_proxy_header else None
        attempts = Attempts(marks, on_lock=journal.locked)
        return cls(staff, sessions, attempts, journal, signer("form"), signer("browser"), directory)

    def visit(self, scope: Scope, cookie: str) -> Visit | None:
        """Whose request it is. With single sign-on only the proxy's word counts, else only the cookie."""
        if self.directory:
            member = self.directory.member(scope)
            return Visit(member) if member else None
        found = self.sessions.find(cookie) if cookie else None
        return Visit(found[1], found[0]) if found else None


def session_cookie(value: str, *, is_secure: bool) -> str:
    """The header that sets it, for as long as the browser is open; with no value, the one that takes it away."""
    parts = [f"{SESSION_COOKIE}={value}", "Path=/staff", "HttpOnly", "SameSite=Strict"]
    return "; ".join([*parts, *(["Secure"] if is_secure else []), *([] if value else ["Max-Age=0"])])
