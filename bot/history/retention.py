"""Removing what was kept: what is old, and what belongs to one conversation."""

import datetime as dt

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from bot.errors import InputError
from bot.history.audit import audited
from bot.history.database import Database
from bot.history.records import Clock, Removed, conversation_hash
from bot.history.tables import ConversationRow, FeedbackRow, HandoffRow, ReviewRow, Table, TurnRow

_ACTOR = "command line"


class Retention:
    """Approved answers and the audit log are kept, whatever is removed."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def old(self, days: int) -> Removed:
        """How much is older than so many days."""
        with self._database.reading() as session:
            return _counted(session, self._older_than(days))

    def purge(self, days: int, *, actor: str = "") -> Removed:
        """Remove what is older than so many days. Where an ``actor`` did it by hand, the audit log tells.

        Raises:
            NotKeptError: nothing was removed.
        """
        chosen = self._older_than(days)
        with self._database.writing() as session:
            removed = _removed(session, chosen)
            if actor:
                audited(session, self._clock, actor, "purge", None, days=days, removed=str(removed))
        if removed:
            self._database.forget_pages()
        return removed

    def forget(self, name: str, *, actor: str = _ACTOR) -> Removed:
        """Remove a whole conversation, by its id, the hash of its id, or the id of one of its replies.

        Raises:
            InputError: nothing was kept under that name.
            NotKeptError: nothing was removed.
        """
        with self._database.writing() as session:
            removed = _removed(session, _of_conversation(session, name))
            if not removed:
                raise InputError(
                    f"Nothing was kept under {name!r}. Name a conversation id, or the id of a reply "
                    "(mso-bot history export shows both), or it was forgotten or purged already."
                )
            audited(session, self._clock, actor, "forget", None, removed=str(removed))
        self._database.forget_pages()
        return removed

    def _older_than(self, days: int) -> dict[type[Table], ColumnElement[bool]]:
        try:
            cutoff = self._clock() - dt.timedelta(days=days)
        except OverflowError:
            raise InputError(f"{days} days ago there was no calendar yet. Name fewer days.") from None
        return {
            TurnRow: TurnRow.at < cutoff,
            FeedbackRow: FeedbackRow.at < cutoff,
            HandoffRow: HandoffRow.at < cutoff,
            ReviewRow: ReviewRow.opened_at < cutoff,
        }


def _of_conversation(session: Session, name: str) -> dict[type[Table], ColumnElement[bool]]:
    of_reply = select(TurnRow.conversation_id).where(TurnRow.id == name)
    of_verdict = select(FeedbackRow.conversation_id).where(FeedbackRow.reply_id == name)
    by_reply = session.scalars(of_reply.union(of_verdict)).all()
    conversations = [c for c in (name, conversation_hash(name), *by_reply) if c]
    turns = TurnRow.conversation_id.in_(conversations)
    replies = [name, *session.scalars(select(TurnRow.id).where(turns))]
    return {
        TurnRow: turns,
        FeedbackRow: or_(FeedbackRow.conversation_id.in_(conversations), FeedbackRow.reply_id.in_(replies)),
        HandoffRow: or_(HandoffRow.conversation_id.in_(conversations), HandoffRow.reply_id.in_(replies)),
        ReviewRow: ReviewRow.reply_id.in_(replies),
    }


def _counted(session: Session, chosen: dict[type[Table], ColumnElement[bool]]) -> Removed:
    counts = (session.scalar(select(func.count()).select_from(table).where(of)) or 0 for table, of in chosen.items())
    return Removed(*counts)


def _removed(session: Session, chosen: dict[type[Table], ColumnElement[bool]]) -> Removed:
    counted = _counted(session, chosen)
    for table, of in chosen.items():
        session.execute(delete(table).where(of).execution_options(synchronize_session=False))
    has_turns = select(TurnRow.id).where(TurnRow.conversation_id == ConversationRow.id).exists()
    session.execute(delete(ConversationRow).where(~has_turns).execution_options(synchronize_session=False))
    return counted
