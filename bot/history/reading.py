"""What the record tells staff: turns that need a look, counts and sums. Nothing here changes anything."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, String, and_, case, cast, extract, func, literal_column, or_, select
from sqlalchemy.orm import Session, aliased

from bot.history.database import Database
from bot.history.tables import FeedbackRow, HandoffRow, ReviewRow, TurnRow
from bot.types import Reason, Status

UNSERVED = (Reason.NOT_IN_SOURCES, Reason.UNCLEAR, Reason.UNAVAILABLE)
"""Reasons of declined replies that somebody should look at; the others are right as they are."""
_STAFF = "staff"
"""The channel of staff's own questions, which are no visitor's."""
_SECONDS = 86_400
_EPOCH = dt.date(1970, 1, 1)
_EPOCH_JULIAN = 2_440_587.5


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A turn as it was kept, without the parts of its reply that only the visitor's page needs."""

    id: str
    """The reply's."""
    conversation: str
    channel: str
    question: str
    answer: str
    status: str
    reason: str | None
    confidence: float
    engine: str
    at: dt.datetime
    thumbs: str | None
    comment: str | None
    judged_at: dt.datetime | None
    """When the verdict that holds was given."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many turns of one day share these."""

    day: dt.date
    hour: int
    status: str
    reason: str | None
    engine: str
    channel: str
    count: int


@dataclass(frozen=True, slots=True)
class DayCounts:
    """What else there was on one day."""

    day: dt.date
    conversations: int = 0
    up: int = 0
    down: int = 0
    handoffs: int = 0


@dataclass(frozen=True, slots=True)
class Latencies:
    """Of each turn of a span the day and the milliseconds that its reply took; both of shape (n,)."""

    days: npt.NDArray[np.int64]
    """Counted from the first day of the span."""
    milliseconds: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, order=True)
class CitedPlace:
    """Words of a document, and where they stood when they were cited; the document may have changed since."""

    document_id: str
    section: str
    quote: str
    start: int


@dataclass(frozen=True, slots=True)
class CitedTogether:
    """What some replies have all cited."""

    places: tuple[CitedPlace, ...]
    replies: int
    last: dt.datetime


class Reading:
    """Questions to the record; days and hours are those of UTC. Counts are of visitors, not of staff who asked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def needing_a_look(self, *, low: float, most: int) -> tuple[KeptTurn, ...]:
        """The newest turns that were declined for want of an answer, are partial, have a thumbs-down, were flagged, or
        answered with a confidence below ``low`` by anything but approved wording; the newest first. What staff asked
        themselves counts only where it was flagged.

        Raises:
            NotKeptError: the database cannot be read.
        """
        status, reason = TurnRow.status, TurnRow.reason
        verdict, later = aliased(FeedbackRow), aliased(FeedbackRow)
        last = select(func.max(later.id)).where(later.reply_id == TurnRow.id).scalar_subquery()
        flagged = select(ReviewRow.reply_id).where(ReviewRow.state == "open", ReviewRow.reply_id.is_not(None))
        weak = or_(
            and_(status == Status.DECLINED, reason.in_(UNSERVED)),
            status == Status.PARTIAL,
            and_(status == Status.ANSWERED, TurnRow.confidence < low, TurnRow.engine != "approved"),
            verdict.thumbs == "down",
        )
        needs = or_(and_(weak, TurnRow.channel != _STAFF), TurnRow.id.in_(flagged))
        answer = TurnRow.reply["answer"].as_string()
        own = (
            TurnRow.id, TurnRow.conversation_id, TurnRow.channel, TurnRow.question, answer, TurnRow.status,
            TurnRow.reason, TurnRow.confidence, TurnRow.engine, TurnRow.at,
        )  # fmt: skip
        wanted = (
            select(*own, verdict.thumbs, verdict.comment, verdict.at)
            .join(verdict, and_(verdict.reply_id == TurnRow.id, verdict.id == last), isouter=True)
            .where(needs)
            .order_by(TurnRow.at.desc(), TurnRow.id.desc())
            .limit(most)
        )
        with self._database.reading() as session:
            return tuple(KeptTurn(*row) for row in session.execute(wanted))

    def tallies(self, since: dt.datetime, until: dt.datetime) -> tuple[Tally, ...]:
        """Turns from ``since`` on and before ``until``, counted by hour and by what became of them."""
        with self._database.reading() as session:
            hour = _hour(session, TurnRow.at)
            kinds = (TurnRow.status, TurnRow.reason, TurnRow.engine, TurnRow.channel)
            wanted = select(hour, *kinds, func.count()).where(*_asked_within(since, until))
            rows = session.execute(wanted.group_by(hour, *kinds).order_by(hour)).all()
        return tuple(Tally(_day(moment), int(moment[11:13]), *rest) for moment, rest in ((r[0], r[1:]) for r in rows))

    def days(self, since: dt.datetime, until: dt.datetime) -> tuple[DayCounts, ...]:
        """Conversations with a question on the day, verdicts that hold and were given on it, and hand-offs."""
        with self._database.reading() as session:
            visitors = case((TurnRow.channel != _STAFF, TurnRow.conversation_id))
            asked = _by_day(session, TurnRow.at, since, until, func.count(visitors.distinct()))
            verdict = _holding_verdicts()
            thumbs = [func.sum(case((verdict.c.thumbs == v, 1), else_=0)) for v in ("up", "down")]
            judged = _by_day(session, verdict.c.at, since, until, *thumbs)
            handed = _by_day(session, HandoffRow.at, since, until, func.count())
        return tuple(
            DayCounts(day, *asked.get(day, (0,)), *judged.get(day, (0, 0)), *handed.get(day, (0,)))
            for day in sorted({*asked, *judged, *handed})
        )

    def conversations(self, since: dt.datetime, until: dt.datetime) -> int:
        """How many conversations had a question in the span."""
        wanted = select(func.count(TurnRow.conversation_id.distinct())).where(*_asked_within(since, until))
        with self._database.reading() as session:
            return session.scalar(wanted) or 0

    def latencies(self, since: dt.datetime, until: dt.datetime) -> Latencies:
        """How long each reply took."""
        with self._database.reading() as session:
            day = _day_number(session, TurnRow.at)
            rows = session.execute(select(day, TurnRow.latency_ms).where(*_asked_within(since, until))).all()
        table = np.array([tuple(row) for row in rows], dtype=np.float64).reshape(-1, 2)
        first = (since.date() - _EPOCH).days
        return Latencies(table[:, 0].astype(np.int64) - first, table[:, 1])

    def cited(self, since: dt.datetime | None = None, until: dt.datetime | None = None) -> tuple[CitedTogether, ...]:
        """What replies have cited; those that cite the same are counted together, the most frequent first."""
        citations = TurnRow.reply["citations"].as_string()
        wanted = select(citations, func.count(), func.max(TurnRow.at)).where(
            TurnRow.status.in_((Status.ANSWERED, Status.PARTIAL)), TurnRow.channel != _STAFF
        )
        if since and until:
            wanted = wanted.where(*_within(TurnRow.at, since, until))
        with self._database.reading() as session:
            rows = session.execute(wanted.group_by(citations)).all()
        found = (CitedTogether(_places(listed), replies, last) for listed, replies, last in rows)
        return tuple(sorted(found, key=lambda c: (-c.replies, c.places)))


def _holding_verdicts() -> Any:
    """Of the verdicts on each reply the last."""
    last = select(func.max(FeedbackRow.id)).group_by(FeedbackRow.reply_id)
    columns = (FeedbackRow.reply_id, FeedbackRow.thumbs, FeedbackRow.comment, FeedbackRow.at)
    return select(*columns).where(FeedbackRow.id.in_(last)).subquery()


def _within(moment: Any, since: dt.datetime, until: dt.datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return moment >= since, moment < until


def _asked_within(since: dt.datetime, until: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    return *_within(TurnRow.at, since, until), TurnRow.channel != _STAFF


def _hour(session: Session, moment: Any) -> ColumnElement[str]:
    """Day and hour in UTC as ``2026-11-25 09``."""
    if session.get_bind().dialect.name == "sqlite":
        return func.substr(cast(moment, String), 1, 13)
    return func.to_char(func.timezone("UTC", moment), literal_column("'YYYY-MM-DD HH24'"))


def _day_number(session: Session, moment: Any) -> ColumnElement[float]:
    """Days since 1970 in UTC."""
    if session.get_bind().dialect.name == "sqlite":
        return func.floor(func.julianday(cast(moment, String)) - _EPOCH_JULIAN)
    return func.floor(extract("epoch", moment) / _SECONDS)


def _day(hour: str) -> dt.date:
    return dt.date.fromisoformat(hour[:10])


def _by_day(
    session: Session, moment: Any, since: dt.datetime, until: dt.datetime, *counts: ColumnElement[Any]
) -> dict[dt.date, tuple[int, ...]]:
    day = func.substr(_hour(session, moment), 1, 10)
    wanted = select(day, *counts).where(*_within(moment, since, until)).group_by(day)
    return {_day(d): tuple(int(n) for n in found) for d, *found in session.execute(wanted)}


def _places(listed: str) -> tuple[CitedPlace, ...]:
    return tuple(CitedPlace(c["document_id"], c["section"], c["quote"], c["start"]) for c in json.loads(listed))
