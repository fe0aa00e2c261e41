"""Review items: questions that staff should look at, and what they decided."""

from collections.abc import Mapping, Sequence
from typing import cast

from sqlalchemy import delete, select, update

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

    def open(
        self, question: str, why: str, *, reply_id: str | None = None, actor: str = "", note: str | None = None
    ) -> int:
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
            note=self._kept(note),
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
            row.note = self._kept(note) or row.note
            audited(session, self._clock, actor, "decide", item_id, state=state)

    def settle(
        self,
        asked: Mapping[str, tuple[str, str]],
        items: Sequence[int],
        state: ReviewState,
        *,
        actor: str,
        note: str | None = None,
    ) -> None:
        """Decide at once about questions by the ids of their replies, each with why it was looked at, and about items.

        Raises:
            NotKeptError: nothing of the decision was kept.
        """
        at, kept = self._clock(), self._kept(note)
        told = {"state": state, "decided_by": actor, "decided_at": at} | ({"note": kept} if kept else {})
        rows = [
            ReviewRow(reply_id=reply_id, question=storable(self._redactor(question)), why=why, opened_at=at, **told)
            for reply_id, (question, why) in asked.items()
        ]
        with self._database.writing() as session:
            session.add_all(rows)
            session.execute(update(ReviewRow).where(ReviewRow.id.in_(items)).values(**told))
            session.flush()
            first = min((*items, *(row.id for row in rows)), default=None)
            audited(session, self._clock, actor, "decide", first, state=state, questions=len(rows) + len(items))

    def take_back(self, items: Sequence[int], *, actor: str) -> None:
        """Undo decisions: what somebody had flagged is open again, what only kept a decision is gone.

        Raises:
            NotKeptError: the decisions still stand.
        """
        chosen = ReviewRow.id.in_(items)
        with self._database.writing() as session:
            session.execute(delete(ReviewRow).where(chosen, ReviewRow.opened_by.is_(None)))
            session.execute(update(ReviewRow).where(chosen).values(state="open", decided_by=None, decided_at=None))
            audited(session, self._clock, actor, "reopen", min(items, default=None), questions=len(items))

    def decided(self, most: int) -> tuple[ReviewItem, ...]:
        """The newest decisions about questions, item by item, the newest first."""
        wanted = select(ReviewRow).where(ReviewRow.state != "open", ReviewRow.answer_id.is_(None))
        newest = wanted.order_by(ReviewRow.decided_at.desc(), ReviewRow.id).limit(most)
        with self._database.reading() as session:
            return tuple(_item(row) for row in session.scalars(newest))

    def items(self, state: ReviewState | None = None) -> tuple[ReviewItem, ...]:
        """All items, or those in one state, oldest first."""
        wanted = select(ReviewRow).order_by(ReviewRow.id)
        with self._database.reading() as session:
            rows = session.scalars(wanted.where(ReviewRow.state == state) if state else wanted)
            return tuple(_item(row) for row in rows)

    def _kept(self, note: str | None) -> str | None:
        return storable(self._redactor(note)) if note else None


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
        answer_id=row.answer_id,
    )
