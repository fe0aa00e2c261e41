"""What is kept, as values: what the parts of this package take and give."""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.types import Reply

Clock: TypeAlias = Callable[[], dt.datetime]
"""The time, with a time zone."""
Channel: TypeAlias = Literal["api", "stream", "form", "chat", "staff"]
"""The way by which a question came."""
Thumbs: TypeAlias = Literal["up", "down"]
ReviewState: TypeAlias = Literal["open", "answered", "covered", "out_of_scope", "gap"]
ApprovalState: TypeAlias = Literal["active", "withdrawn", "stale"]


def now() -> dt.datetime:
    """The time in UTC."""
    return dt.datetime.now(dt.UTC)


def conversation_hash(conversation_id: str) -> str:
    """What stands for a conversation in the database: its id has 192 random bits, so that none can be found from it."""
    return hashlib.sha256(f"conversation:{conversation_id}".encode(errors="replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its reply, as they were; redacted when they are written."""

    conversation: str
    """Hash of the conversation's id."""
    reply: Reply
    channel: Channel
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a visitor says of a reply."""

    reply_id: str
    thumbs: Thumbs
    comment: str | None
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A question that staff should look at."""

    id: int
    question: str
    why: str
    state: ReviewState
    opened_at: dt.datetime
    reply_id: str | None = None
    note: str | None = None
    opened_by: str | None = None
    decided_by: str | None = None
    decided_at: dt.datetime | None = None
    answer_id: int | None = None
    """The approved answer that it is about, where it is about one."""


@dataclass(frozen=True, slots=True)
class ApprovedQuote:
    """An exact slice of a document, and the hash of the passage that it stood in when it was approved."""

    document_id: str
    start: int
    end: int
    quote: str
    passage_hash: str
    passage: str = ""
    """The text of that passage."""
    passage_start: int = 0
    """Where in its document the passage began."""


@dataclass(frozen=True, slots=True)
class Approval:
    """Wording over quotes, for questions that ask for the same.

    Raises ValueError without a question, wording, quote or author: each of them is what makes it one.
    """

    questions: tuple[str, ...]
    wording: str
    quotes: tuple[ApprovedQuote, ...]
    author: str
    expires_at: dt.datetime | None = None

    def __post_init__(self) -> None:
        if not (self.questions and all(q.strip() for q in self.questions) and self.wording.strip()):
            raise ValueError("an approved answer needs a question and wording")
        if not (self.quotes and self.author.strip()):
            raise ValueError("an approved answer needs a quote that it rests on, and an author")


@dataclass(frozen=True, slots=True)
class ApprovedAnswer:
    """An approval that was kept, and what became of it."""

    id: int
    approval: Approval
    approved_at: dt.datetime
    state: ApprovalState
    state_at: dt.datetime
    why: str | None = None

    def is_expired(self, at: dt.datetime) -> bool:
        """True from the moment of its expiry on."""
        return self.approval.expires_at is not None and self.approval.expires_at <= at


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Something that was done, by whom and when."""

    actor: str
    action: str
    subject: str | None
    detail: dict[str, object]
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Removed:
    """How much was, or would be, removed."""

    turns: int = 0
    feedback: int = 0
    handoffs: int = 0
    reviews: int = 0

    def __bool__(self) -> bool:
        return bool(self.turns or self.feedback or self.handoffs or self.reviews)

    def __str__(self) -> str:
        return (
            f"{self.turns} turns, {self.feedback} verdicts, {self.handoffs} hand-offs and {self.reviews} review items"
        )
