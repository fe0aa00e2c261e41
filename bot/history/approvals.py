"""Approved answers: wording that an attorney put over quotes, until what it rests on changes."""

import datetime as dt
from collections.abc import Callable
from typing import Final, TypeAlias, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import InputError
from bot.history.audit import audited
from bot.history.database import Database
from bot.history.records import Approval, ApprovalState, ApprovedAnswer, ApprovedQuote, Clock, ReviewState
from bot.history.redact import Redactor, storable
from bot.history.tables import ApprovedQuoteRow, ApprovedRow, ReviewRow

STALE: Final = "stale"
"""The reason of the review items that ``mark_stale`` opens."""

Version: TypeAlias = tuple[tuple[int, str, dt.datetime, dt.datetime | None], ...]
"""Changes with everything that decides which answers are served."""


class Approvals:
    """Each change returns when it, and its entry in the audit log, are on the disk. None is ever deleted."""

    def __init__(self, database: Database, redactor: Redactor, clock: Clock) -> None:
        self._database = database
        self._redactor = redactor
        self._clock = clock

    def approve(self, approval: Approval) -> int:
        """Keep an approval; its id. A question may be a visitor's, and is redacted.

        Raises:
            NotKeptError: it was not kept.
        """
        with self._database.writing() as session:
            return self._added(session, approval)

    def replace(self, answer_id: int, approval: Approval) -> int:
        """Approve other wording, or the same over changed passages, in place of an answer; the id of the new version.

        The old one is withdrawn in the same transaction, and its open review items are answered.

        Raises:
            InputError: there is no such answer, or it was withdrawn before.
            NotKeptError: nothing was kept.
        """
        with self._database.writing() as session:
            old = _found(session, answer_id, {"active", "stale"})
            number = self._added(session, approval, replaces=answer_id)
            self._set(session, old, "withdrawn", f"replaced by {number}", approval.author)
            self._close_items(session, answer_id, "answered", approval.author)
            return number

    def renew(self, answer_id: int, expires_at: dt.datetime | None, *, actor: str) -> None:
        """Let an answer that is active, expired or not, be served until another day (None: until it is withdrawn).

        Raises:
            InputError: there is no such answer, it is not active, or the day is past.
            NotKeptError: the change was not kept.
        """
        at = self._clock()
        if expires_at is not None and expires_at <= at:
            raise InputError("An approved answer cannot expire in the past. Choose a later day, or withdraw it.")
        with self._database.writing() as session:
            row = _found(session, answer_id, {"active"})
            row.expires_at, row.state_at = expires_at, at
            until = expires_at.isoformat() if expires_at else None
            audited(session, self._clock, actor, "renew", answer_id, expires_at=until)

    def withdraw(self, answer_id: int, *, why: str, actor: str) -> None:
        """Stop serving an answer, by somebody's decision. Its open review items are closed: nothing waits any more.

        Raises:
            InputError: there is no such answer, or it was withdrawn before.
            NotKeptError: the change was not kept.
        """
        with self._database.writing() as session:
            self._set(session, _found(session, answer_id, {"active", "stale"}), "withdrawn", why, actor)
            self._close_items(session, answer_id, "covered", actor)

    def mark_stale(self, answer_id: int, *, why: str, actor: str) -> None:
        """Stop serving an answer because a passage behind it has changed, and ask staff to look at it.

        Raises:
            InputError: there is no such answer, or it is not served anyway.
            NotKeptError: the change was not kept.
        """
        with self._database.writing() as session:
            row = _found(session, answer_id, {"active"})
            self._set(session, row, "stale", why, actor)
            session.add(
                ReviewRow(
                    answer_id=answer_id,
                    question=row.questions[0],
                    why=STALE,
                    state="open",
                    note=storable(why),
                    opened_at=self._clock(),
                )
            )

    def active(self, at: dt.datetime | None = None) -> tuple[ApprovedAnswer, ...]:
        """Those that may be served: neither withdrawn nor stale nor expired."""
        moment = at or self._clock()
        return self._chosen(lambda a: a.state == "active" and not a.is_expired(moment))

    def due(self, at: dt.datetime | None = None) -> tuple[ApprovedAnswer, ...]:
        """Those that are no longer served because they have expired: somebody has to renew or withdraw them."""
        moment = at or self._clock()
        return self._chosen(lambda a: a.state == "active" and a.is_expired(moment))

    def get(self, answer_id: int) -> ApprovedAnswer:
        """One answer, whatever its state.

        Raises:
            InputError: there is no such answer.
        """
        with self._database.reading() as session:
            row = session.get(ApprovedRow, answer_id)
            if row is None:
                raise InputError(_NO_SUCH.format(answer_id))
            return _answer_of(row)

    def all(self) -> tuple[ApprovedAnswer, ...]:
        """Every one that there ever was, oldest first."""
        with self._database.reading() as session:
            return tuple(_answer_of(row) for row in session.scalars(select(ApprovedRow).order_by(ApprovedRow.id)))

    def version(self) -> Version:
        """The same as long as the same answers are active with the same expiry: cheap to ask every few seconds."""
        columns = (ApprovedRow.id, ApprovedRow.state, ApprovedRow.state_at, ApprovedRow.expires_at)
        with self._database.reading() as session:
            rows = session.execute(select(*columns).where(ApprovedRow.state == "active").order_by(ApprovedRow.id))
            return tuple((row.id, row.state, row.state_at, row.expires_at) for row in rows)

    def _chosen(self, is_wanted: Callable[[ApprovedAnswer], bool]) -> tuple[ApprovedAnswer, ...]:
        return tuple(a for a in self.all() if is_wanted(a))

    def _added(self, session: Session, approval: Approval, **detail: object) -> int:
        at = self._clock()
        row = ApprovedRow(
            questions=[storable(self._redactor(q)) for q in approval.questions],
            wording=storable(approval.wording),
            author=approval.author,
            approved_at=at,
            expires_at=approval.expires_at,
            state="active",
            state_at=at,
            quotes=[_row_of(quote, position) for position, quote in enumerate(approval.quotes)],
        )
        session.add(row)
        session.flush()
        audited(session, self._clock, approval.author, "approve", row.id, **detail)
        return row.id

    def _set(self, session: Session, row: ApprovedRow, state: ApprovalState, why: str, actor: str) -> None:
        row.state, row.why, row.state_at = state, storable(why), self._clock()
        audited(session, self._clock, actor, state, row.id, why=storable(why))

    def _close_items(self, session: Session, answer_id: int, state: ReviewState, actor: str) -> None:
        opened = select(ReviewRow).where(ReviewRow.answer_id == answer_id, ReviewRow.state == "open")
        for item in session.scalars(opened.with_for_update()):
            item.state, item.decided_by, item.decided_at = state, actor, self._clock()
            audited(session, self._clock, actor, "decide", item.id, state=state)


_NO_SUCH: Final = "There is no approved answer {}."


def _found(session: Session, answer_id: int, allowed: set[str]) -> ApprovedRow:
    row = session.get(ApprovedRow, answer_id, with_for_update=True)
    if row is None:
        raise InputError(_NO_SUCH.format(answer_id))
    if row.state not in allowed:
        raise InputError(f"The approved answer {answer_id} is {row.state} already.")
    return row


def _row_of(quote: ApprovedQuote, position: int) -> ApprovedQuoteRow:
    return ApprovedQuoteRow(
        position=position,
        document_id=quote.document_id,
        start=quote.start,
        end=quote.end,
        quote=quote.quote,
        passage_hash=quote.passage_hash,
        passage=quote.passage,
        passage_start=quote.passage_start,
    )


def _answer_of(row: ApprovedRow) -> ApprovedAnswer:
    quotes = tuple(
        ApprovedQuote(q.document_id, q.start, q.end, q.quote, q.passage_hash, q.passage or "", q.passage_start or 0)
        for q in row.quotes
    )
    approval = Approval(tuple(row.questions), row.wording, quotes, row.author, row.expires_at)
    return ApprovedAnswer(row.id, approval, row.approved_at, cast("ApprovalState", row.state), row.state_at, row.why)
