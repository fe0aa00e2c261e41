"""How often a password may be guessed: after a few wrong ones, only ever more slowly."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from bot.web.limits import network
from bot.web.login.marks import Marks

Whom: TypeAlias = Literal["name", "browser", "address"]

_WINDOW: Final = 24 * 60 * 60
_FREE: Final[dict[Whom, int]] = {"name": 5, "browser": 5, "address": 30}
"""Wrong passwords in a day before the waits begin. Offices share an address."""
_FIRST_WAIT: Final = 15
_LONGEST_WAIT: Final = 15 * 60


@dataclass(frozen=True, slots=True)
class Lock:
    """From now on, what is counted has to wait so many seconds."""

    whom: Whom
    seconds: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody tries a password. ``browser`` is empty unless this name logged in from it before."""

    name: str
    address: str
    browser: str = ""

    @property
    def counted(self) -> tuple[tuple[Whom, str], ...]:
        """What it counts against. A browser that is known counts by itself: strangers cannot lock it out."""
        if self.browser:
            return (("browser", self.browser),)
        return ("name", self.name), ("address", network(self.address))


class Attempts:
    """A try counts before its password is looked at, so that many at once are no way around the waits."""

    def __init__(self, marks: Marks, *, on_lock: Callable[[Attempt, Lock], None]) -> None:
        self._marks = marks
        self._on_lock = on_lock

    def begin(self, attempt: Attempt) -> int:
        """0 when the password may be looked at, else the seconds to wait."""
        if wait := max(self._marks.left(_key("lock", *by)) for by in attempt.counted):
            return wait
        return self._count(attempt, attempt.counted[0])

    def failed(self, attempt: Attempt) -> None:
        """The password was wrong: its address counts that too."""
        for by in attempt.counted[1:]:
            self._count(attempt, by)

    def succeeded(self, attempt: Attempt) -> None:
        """The name, or the browser, begins anew. The address does not: its owner may have an account to do so with."""
        by = attempt.counted[0]
        self._marks.clear(_key("tries", *by))
        self._marks.clear(_key("lock", *by))

    def _count(self, attempt: Attempt, by: tuple[Whom, str]) -> int:
        whom = by[0]
        over = self._marks.add(_key("tries", *by), _WINDOW) - _FREE[whom]
        if over < 1:
            return 0
        lock = Lock(whom, min(_FIRST_WAIT * 2 ** min(over - 1, 10), _LONGEST_WAIT))
        if self._marks.add(_key("lock", *by), lock.seconds) > 1:  # somebody else was first
            return lock.seconds
        self._on_lock(attempt, lock)
        return 0


def _key(kind: str, whom: Whom, value: str) -> str:
    digest = hashlib.sha256(value.encode(errors="surrogatepass")).hexdigest()[:32]
    return f"staff/{kind}/{whom}/{digest}"
