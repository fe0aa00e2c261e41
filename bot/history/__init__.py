"""What is remembered: conversations that go on, in this process, and the record of all of them, in a database."""

from collections.abc import Callable
from typing import Final, Self

from bot.history.approvals import Approvals
from bot.history.audit import Audit
from bot.history.conversations import Conversations
from bot.history.database import PATIENCE, Database
from bot.history.feedback import MAX_COMMENT_CHARS, Feedback
from bot.history.feedback_file import import_feedback
from bot.history.reading import Reading
from bot.history.recorder import CAPACITY, Recorder
from bot.history.records import (
    Approval,
    ApprovedAnswer,
    ApprovedQuote,
    AuditEntry,
    Channel,
    Clock,
    Removed,
    ReviewItem,
    Turn,
    Verdict,
    conversation_hash,
    now,
)  # fmt: skip
from bot.history.redact import as_it_is, redact
from bot.history.retention import Retention
from bot.history.reviews import Reviews
from bot.history.turns import Turns
from bot.settings import Settings
from bot.types import Reply

__all__ = [
    "MAX_COMMENT_CHARS",
    "Approval",
    "ApprovedAnswer",
    "ApprovedQuote",
    "AuditEntry",
    "Channel",
    "Conversations",
    "Database",
    "History",
    "Removed",
    "ReviewItem",
    "Verdict",
    "open_database",
]

_GRACE: Final = 5.0
"""Seconds in which the last turns are written when the server ends."""


def _nobody_counts(_: int) -> None:
    return


def open_database(settings: Settings, *, patience: float = PATIENCE, clock: Clock = now) -> Database:
    """The database of the record with today's tables, and the feedback of an earlier version in them.

    Raises:
        HistoryError: it cannot be opened; the message says what to do.
    """
    database = Database.open(settings, patience=patience)
    try:
        import_feedback(settings.data_dir, database, redact if settings.redact else as_it_is, clock)
    except BaseException:
        database.close()
        raise
    return database


class History:
    """The record of a running server. Safe to use from several threads.

    Turns wait in memory and are written by a thread of their own; everything else is on the disk when its call
    returns.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        clock: Clock = now,
        on_drop: Callable[[int], None] = _nobody_counts,
        capacity: int = CAPACITY,
    ) -> None:
        redactor = redact if settings.redact else as_it_is
        self.database = database
        self.feedback = Feedback(database, redactor, clock)
        self.approvals = Approvals(database, redactor, clock)
        self.reviews = Reviews(database, redactor, clock)
        self.audit = Audit(database, clock)
        self.reading = Reading(database)
        self.retention = Retention(database, clock)
        self._clock = clock
        self._days = settings.retention_days
        writer = Turns(database, redactor)
        self._recorder = Recorder(writer.write, daily=self._purge, on_drop=on_drop, capacity=capacity)

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        clock: Clock = now,
        on_drop: Callable[[int], None] = _nobody_counts,
        patience: float = PATIENCE,
    ) -> Self:
        """Open the database, and begin to remove what is older than the settings allow. ``on_drop`` is told how many
        turns could not be kept.

        Raises:
            HistoryError: the database cannot be opened; the message says what to do.
        """
        database = open_database(settings, patience=patience, clock=clock)
        history = cls(database, settings, clock=clock, on_drop=on_drop)
        history._recorder.start()
        return history

    def record(self, conversation_id: str, reply: Reply, channel: Channel) -> None:
        """Keep a turn, soon. Returns at once and never fails."""
        self._recorder.add(Turn(conversation_hash(conversation_id), reply, channel, self._clock()))

    def flush(self, timeout: float = _GRACE) -> bool:
        """Wait until the turns so far are written; False when they are not within ``timeout`` seconds."""
        return self._recorder.flush(timeout)

    def close(self) -> None:
        """Write what waits and let go of the database. What is used afterwards opens it again."""
        self._recorder.close(_GRACE)
        self.database.close()

    def _purge(self) -> None:
        if self._days:
            self.retention.purge(self._days)
