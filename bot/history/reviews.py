"""Review items: questions that staff should look at, and what they decided."""

from typing import cast

from sqlalchemy import select

from bot.errors import InputError
from bot.history.audit import audited
from bot.history.database import Database
from bot.history.records import Clock, ReviewItem, ReviewState
from bot.history.redact import Redactor, storable
from bot.history.tables import ReviewRow


class Reviews:
    """Each change returns when it, and its entry in the audit log, are on the disk."""

    def __init__(self, database: Database, redactor: Redactor, clock: Clock) -> None:
        self._database = database
        self._redactor = redactor
        self._clock = clock

    def open(self, question: str, why: str, *, reply_id: str | None = None, actor: str = "") -> int:
        """Ask staff to look at a question; the id of the item. ``actor`` is empty where nobody did it by hand.

        Raises:
            NotKeptError: it was not kept.
        """
        row = ReviewRow(
            reply_id=reply_id,
            question=storable(self._redactor(question)),
            why=why,
            state="open",
            opened_by=actor or None,
            opened_at=self._clock(),
        )
        with self._database.writing() as session:
            session.add(row)
            session.flush()
            if actor:
                audited(session, self._clock, actor, "flag", row.id, why=why)
            return row.id

    def decide(self, item_id: int, state: ReviewState, *, actor: str, note: str | None = None) -> None:
        """Say what becomes of an item; ``open`` takes an earlier decision back.

        Raises:
            InputError: there is no such item.
            NotKeptError: the decision was not kept.
        """
        with self._database.writing() as session:
            row = session.get(ReviewRow, item_id, with_for_update=True)
            if row is None:
                raise InputError(f"There is no review item {item_id}.")
            row.state, row.decided_by, row.decided_at = state, actor, self._clock()
            row.note = storable(self._redactor(note)) if note else row.note
            audited(session, self._clock, actor, "decide", item_id, state=state)

    def items(self, state: ReviewState | None = None) -> tuple[ReviewItem, ...]:
        """All items, or those in one state, oldest first."""
        wanted = select(ReviewRow).order_by(ReviewRow.id)
        with self._database.reading() as session:
            rows = session.scalars(wanted.where(ReviewRow.state == state) if state else wanted)
            return tuple(_item(row) for row in rows)


def _item(row: ReviewRow) -> ReviewItem:
    return ReviewItem(
        id=row.id,
        question=row.question,
        why=row.why,
        state=cast("ReviewState", row.state),
        opened_at=row.opened_at,
        reply_id=row.reply_id,
        note=row.note,
        opened_by=row.opened_by,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )
