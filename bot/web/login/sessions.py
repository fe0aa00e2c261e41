"""Who is logged in: a signed cookie, and the staff file that it is held against each time."""

import hashlib
import math
import secrets
import time
from collections.abc import Callable
from typing import Any, Final, Literal

from itsdangerous import BadData, URLSafeSerializer
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import StaffError
from bot.settings import Settings
from bot.staff import Account, Member, StaffFile
from bot.web.login.marks import Marks

_MAX_CHARS: Final = 1000
_RENEW_SECONDS: Final = 60
_SKEW_SECONDS: Final = 60


class Session(BaseModel):
    """What the cookie holds; times in seconds since 1970. It holds no role: that stands in the staff file alone."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: str
    name: str
    stamp: str
    began: float
    used: float


class Signer:
    """Values that only this server can have written. Each purpose has a salt of its own."""

    def __init__(self, secret: str, salt: Literal["session", "form", "browser"]) -> None:
        options: dict[str, Any] = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
        self._serializer = URLSafeSerializer(secret, salt=f"staff-{salt}", signer_kwargs=options)

    def sign(self, value: object) -> str:
        """The value with its signature, for a cookie or a form."""
        return str(self._serializer.dumps(value))

    def read(self, signed: str) -> Any:
        """The value; None when it was not signed here."""
        try:
            return self._serializer.loads(signed) if len(signed) <= _MAX_CHARS else None
        except (BadData, ValueError):
            return None


class Sessions:
    """They end by themselves, with a logout, and whenever the account's line in the staff file changes."""

    def __init__(
        self,
        staff: StaffFile,
        marks: Marks,
        settings: Settings,
        signer: Signer,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._longest = settings.staff_session_hours * 3600
        self._idle = settings.staff_idle_minutes * 60
        self._staff = staff
        self._marks = marks
        self._signer = signer
        self._clock = clock

    def begin(self, account: Account) -> str:
        """The cookie of somebody who has just logged in."""
        now = self._clock()
        return self._signed(
            Session(id=secrets.token_urlsafe(12), name=account.name, stamp=account.stamp, began=now, used=now)
        )

    def find(self, cookie: str) -> tuple[Session, Member] | None:
        """Whose cookie it is; None when it is over, was not made here, or the staff file cannot be read."""
        try:
            session = Session.model_validate(self._signer.read(cookie))
        except ValidationError:
            return None
        now = self._clock()
        is_over = now >= session.began + self._longest or now >= session.used + self._idle
        if is_over or session.used > now + _SKEW_SECONDS or self._marks.has(_ended(session)):
            return None
        try:
            account = self._staff.accounts().get(session.name)
        except StaffError:  # nobody is let in on a list that cannot be read
            return None
        if account is None or not secrets.compare_digest(account.stamp, session.stamp):
            return None
        return session, account.member

    def renewed(self, session: Session) -> str:
        """A cookie that says it was used now; empty when the last one says so already."""
        now = self._clock()
        return self._signed(session.model_copy(update={"used": now})) if now - session.used >= _RENEW_SECONDS else ""

    def end(self, session: Session) -> None:
        """From now on its cookie, also a copy of it, is worth nothing."""
        self._marks.add(_ended(session), max(1, math.ceil(session.began + self._longest - self._clock())))

    def _signed(self, session: Session) -> str:
        return self._signer.sign(session.model_dump())


def _ended(session: Session) -> str:
    return f"staff/ended/{session.id}"
