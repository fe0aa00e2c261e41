"""The tables, as they are after the newest migration."""

import datetime as dt
from typing import Any, Final

from sqlalchemy import JSON, CheckConstraint, DateTime, Dialect, ForeignKey, MetaData, String, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

_NAMES: Final = {
    "ix": "ix_%(column_0_label)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[dt.datetime]):
    """A moment with its time zone; in SQLite, which has none, as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """To UTC; a time without a zone is refused."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a time zone cannot be stored")
        return value.astimezone(dt.UTC) if value else None

    def process_result_value(self, value: Any | None, dialect: Dialect) -> dt.datetime | None:
        """Always in UTC."""
        if value is None:
            return None
        moment: dt.datetime = value  # SQLAlchemy declares it as Any
        return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


class Table(DeclarativeBase):
    """The base of all tables."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        dt.datetime: UtcDateTime(),
        str: Text(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
    }


class ConversationRow(Table):
    """A conversation that at least one turn was kept of; ``id`` is a hash of the id that is used."""

    __tablename__ = "conversations"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    started_at: Mapped[dt.datetime] = mapped_column(index=True)


class TurnRow(Table):
    """A question, redacted, and its whole Reply; ``id`` is the reply's."""

    __tablename__ = "turns"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str] = mapped_column(String(16))
    question: Mapped[str]
    reply: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(16), index=True)
    reason: Mapped[str | None] = mapped_column(String(32))
    confidence: Mapped[float]
    engine: Mapped[str]
    latency_ms: Mapped[float]
    corpus_version: Mapped[str]
    at: Mapped[dt.datetime] = mapped_column(index=True)


class FeedbackRow(Table):
    """A verdict on a reply; the last one about a reply holds. Its turn may be missing, or still to come."""

    __tablename__ = "feedback"
    __table_args__ = (CheckConstraint("thumbs IN ('up', 'down')", name="thumbs"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[str] = mapped_column(index=True)
    conversation_id: Mapped[str | None] = mapped_column(String(64), index=True)
    thumbs: Mapped[str] = mapped_column(String(4))
    comment: Mapped[str | None]
    at: Mapped[dt.datetime] = mapped_column(index=True)


class HandoffRow(Table):
    """Somebody went on to a human, after this reply where it is known."""

    __tablename__ = "handoffs"
    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[str | None] = mapped_column(index=True)
    conversation_id: Mapped[str | None] = mapped_column(String(64), index=True)
    at: Mapped[dt.datetime] = mapped_column(index=True)


class ReviewRow(Table):
    """A question that staff should look at, and what they decided."""

    __tablename__ = "review_items"
    __table_args__ = (CheckConstraint("state IN ('open', 'answered', 'covered', 'out_of_scope', 'gap')", name="state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[str | None] = mapped_column(index=True)
    answer_id: Mapped[int | None] = mapped_column(index=True)
    question: Mapped[str]
    why: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16), index=True)
    note: Mapped[str | None]
    opened_by: Mapped[str | None]
    opened_at: Mapped[dt.datetime] = mapped_column(index=True)
    decided_by: Mapped[str | None]
    decided_at: Mapped[dt.datetime | None]


class ApprovedRow(Table):
    """Wording that an attorney approved over chosen quotes."""

    __tablename__ = "approved_answers"
    __table_args__ = (CheckConstraint("state IN ('active', 'withdrawn', 'stale')", name="state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    questions: Mapped[list[str]]
    wording: Mapped[str]
    author: Mapped[str]
    approved_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime | None]
    state: Mapped[str] = mapped_column(String(16), index=True)
    why: Mapped[str | None]
    state_at: Mapped[dt.datetime]
    quotes: Mapped[list["ApprovedQuoteRow"]] = relationship(
        order_by="ApprovedQuoteRow.position", cascade="all, delete-orphan", lazy="selectin"
    )


class ApprovedQuoteRow(Table):
    """A quote that an approved answer rests on, with the passage that it stood in and its hash."""

    __tablename__ = "approved_quotes"
    answer_id: Mapped[int] = mapped_column(ForeignKey("approved_answers.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(index=True)
    start: Mapped[int]
    end: Mapped[int]
    quote: Mapped[str]
    passage_hash: Mapped[str]
    passage: Mapped[str | None]
    passage_start: Mapped[int | None]


class AuditRow(Table):
    """Something that a member of staff, or a command, did."""

    __tablename__ = "audit_log"
    id: Mapped[int] = mapped_column(primary_key=True)
    actor: Mapped[str]
    action: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str | None]
    detail: Mapped[dict[str, Any]]
    at: Mapped[dt.datetime] = mapped_column(index=True)
