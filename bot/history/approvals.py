"""Approved answers: wording that an attorney put over quotes, until what it rests on changes."""

import datetime as dt
from typing import cast

from sqlalchemy import select

from bot.errors import InputError
from bot.history.audit import audited
from bot.history.database import Database
from bot.history.records import Approval, ApprovalState, ApprovedAnswer, ApprovedQuote, Clock
from bot.history.redact import Redactor, storable
from bot.history.tables import ApprovedQuoteRow, ApprovedRow


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
        with self._database.writing() as session:
            session.add(row)
            session.flush()
            audited(session, self._clock, approval.author, "approve", row.id)
            return row.id

    def withdraw(self, answer_id: int, *, why: str, actor: str) -> None:
        """Stop serving an answer, by somebody's decision.

        Raises:
            InputError: there is no such answer, or it was withdrawn before.
            NotKeptError: the change was not kept.
        """
        self._change(answer_id, "withdrawn", why, actor, allowed={"active", "stale"})

    def mark_stale(self, answer_id: int, *, why: str, actor: str) -> None:
        """Stop serving an answer because a passage behind it has changed.

        Raises:
            InputError: there is no such answer, or it is not served anyway.
            NotKeptError: the change was not kept.
        """
        self._change(answer_id, "stale", why, actor, allowed={"active"})

    def active(self, at: dt.datetime | None = None) -> tuple[ApprovedAnswer, ...]:
        """Those that may be served: neither withdrawn nor stale nor expired."""
        moment = at or self._clock()
        return tuple(
            a
            for a in self.all()
            if a.state == "active" and (not a.approval.expires_at or a.approval.expires_at > moment)
        )

    def all(self) -> tuple[ApprovedAnswer, ...]:
        """Every one that there ever was, oldest first."""
        with self._database.reading() as session:
            return tuple(_answer_of(row) for row in session.scalars(select(ApprovedRow).order_by(ApprovedRow.id)))

    def _change(self, answer_id: int, state: ApprovalState, why: str, actor: str, *, allowed: set[str]) -> None:
        with self._database.writing() as session:
            row = session.get(ApprovedRow, answer_id, with_for_update=True)
            if row is None:
                raise InputError(f"There is no approved answer {answer_id}.")
            if row.state not in allowed:
                raise InputError(f"The approved answer {answer_id} is {row.state} already.")
            row.state, row.why, row.state_at = state, storable(why), self._clock()
            audited(session, self._clock, actor, state, answer_id, why=storable(why))


def _row_of(quote: ApprovedQuote, position: int) -> ApprovedQuoteRow:
    return ApprovedQuoteRow(
        position=position,
        document_id=quote.document_id,
        start=quote.start,
        end=quote.end,
        quote=quote.quote,
        passage_hash=quote.passage_hash,
    )


def _answer_of(row: ApprovedRow) -> ApprovedAnswer:
    quotes = tuple(ApprovedQuote(q.document_id, q.start, q.end, q.quote, q.passage_hash) for q in row.quotes)
    approval = Approval(tuple(row.questions), row.wording, quotes, row.author, row.expires_at)
    return ApprovedAnswer(row.id, approval, row.approved_at, cast("ApprovalState", row.state), row.state_at, row.why)
