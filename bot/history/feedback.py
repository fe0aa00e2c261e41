"""What visitors say of replies. Each call returns when what it keeps is on the disk."""

from typing import Final

from sqlalchemy import func, select

from bot.history.database import Database
from bot.history.records import Clock, Thumbs, Verdict, conversation_hash
from bot.history.redact import Redactor, storable
from bot.history.tables import FeedbackRow, HandoffRow

MAX_COMMENT_CHARS: Final = 1_000


class Feedback:
    """Verdicts and hand-offs. Nothing is overwritten: of several verdicts on one reply the last one holds."""

    def __init__(self, database: Database, redactor: Redactor, clock: Clock) -> None:
        self._database = database
        self._redactor = redactor
        self._clock = clock

    def thumbs(
        self, reply_id: str, thumbs: Thumbs, comment: str | None = None, *, conversation_id: str | None = None
    ) -> None:
        """Keep a verdict on a reply; a comment is redacted and cut at ``MAX_COMMENT_CHARS``.

        Raises:
            NotKeptError: it was not kept.
        """
        row = FeedbackRow(
            reply_id=storable(reply_id),
            conversation_id=_hashed(conversation_id),
            thumbs=thumbs,
            comment=kept_comment(comment, self._redactor),
            at=self._clock(),
        )
        with self._database.writing() as session:
            session.add(row)

    def handoff(self, reply_id: str | None, *, conversation_id: str | None = None) -> None:
        """Note that somebody went on to a human, after this reply where it is known.

        Raises:
            NotKeptError: it was not kept.
        """
        with self._database.writing() as session:
            session.add(HandoffRow(reply_id=reply_id, conversation_id=_hashed(conversation_id), at=self._clock()))

    def by_reply(self) -> dict[str, Verdict]:
        """The verdict that holds for each reply."""
        latest = select(func.max(FeedbackRow.id)).group_by(FeedbackRow.reply_id)
        with self._database.reading() as session:
            rows = session.scalars(select(FeedbackRow).where(FeedbackRow.id.in_(latest)).order_by(FeedbackRow.id))
            return {row.reply_id: Verdict(row.reply_id, _thumbs(row.thumbs), row.comment, row.at) for row in rows}

    def handoffs(self) -> tuple[str | None, ...]:
        """The replies after which somebody went on to a human, oldest first."""
        with self._database.reading() as session:
            return tuple(session.scalars(select(HandoffRow.reply_id).order_by(HandoffRow.id)))


def kept_comment(comment: str | None, redactor: Redactor) -> str | None:
    """A comment as it is kept; redacted before it is cut, so that no half of a number is left at the end."""
    return storable(redactor((comment or "").strip()))[:MAX_COMMENT_CHARS] or None


def _hashed(conversation_id: str | None) -> str | None:
    return conversation_hash(conversation_id) if conversation_id else None


def _thumbs(value: str) -> Thumbs:
    return "up" if value == "up" else "down"
