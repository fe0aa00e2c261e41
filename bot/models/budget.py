"""The tokens that may be used in a day, counted in the data folder, so that a restart does not forget them."""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock
from filelock import Timeout as LockTimeout

log = logging.getLogger(__name__)

_LOCK_SECONDS = 2.0


def utc_now() -> datetime:
    """The time; days end at midnight UTC."""
    return datetime.now(UTC)


class DailyBudget:
    """At most ``limit`` tokens a day, over all processes that share the file; 0 is no limit.

    It is looked at before a call, so the last call of a day may go a little beyond.
    """

    def __init__(self, path: Path, *, limit: int, now: Callable[[], datetime] = utc_now) -> None:
        self._path = path
        self._limit = limit
        self._now = now
        self._lock = FileLock(path.with_suffix(".lock"), timeout=_LOCK_SECONDS)

    def is_spent(self) -> bool:
        """True when today's tokens are used up."""
        return self._limit > 0 and self._used() >= self._limit

    def spend(self, tokens: int) -> None:
        """Count what a call used. Where it cannot be written the answer goes out all the same, and the log says so."""
        if not self._limit or not tokens:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock:
                counted = {"day": self._today(), "tokens": self._used() + tokens}
                self._path.write_text(json.dumps(counted), encoding="utf-8")
        except (OSError, LockTimeout) as error:
            log.warning(
                "the tokens of a call were not counted against MSO_MODEL_DAILY_TOKENS (%s)", type(error).__name__
            )

    def _used(self) -> int:
        try:
            counted = json.loads(self._path.read_text(encoding="utf-8"))
            return int(counted["tokens"]) if counted["day"] == self._today() else 0
        except FileNotFoundError:
            return 0
        except (OSError, ValueError, KeyError, TypeError):
            log.warning("%s cannot be read, so today's count of tokens starts again", self._path.name)
            return 0

    def _today(self) -> str:
        return self._now().date().isoformat()
