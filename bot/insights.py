"""What visitors ask and what becomes of it, over a span of days: counts, never a question."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.errors import InputError
from bot.history import History
from bot.history.reading import UNSERVED, CitedPlace, CitedTogether, DayCounts, Latencies, Tally
from bot.tables import Table, minute
from bot.types import Corpus, Reason, Status

MAX_DAYS: Final = 3_660
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts of a span, or of one day."""

    questions: int
    conversations: int
    answered: int
    partial: int
    declined: int
    chat: int
    answerable: int
    """Questions that the bot is for: all but chat, and declines because of what was asked (advice, off topic, …)."""
    unanswered: int
    """Those of them to which it gave no answer, or an answer to a part of the question only."""
    up: int
    down: int
    handoffs: int
    p50_ms: float | None
    """Half of the replies took no longer; None without replies."""
    p95_ms: float | None

    @property
    def unanswered_share(self) -> float | None:
        """``unanswered`` of ``answerable``, in [0, 1]; None where there is none."""
        return self.unanswered / self.answerable if self.answerable else None


@dataclass(frozen=True, slots=True)
class Day:
    """One day (UTC)."""

    date: dt.date
    totals: Totals


@dataclass(frozen=True, slots=True)
class Count:
    """How many questions are of one sort."""

    name: str
    count: int
    share: float
    """Of all questions, in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A section, or (with an empty ``section``) a whole document, and the replies that cite it."""

    document_id: str
    title: str
    section: str
    replies: int
    last: dt.datetime | None
    """None where none does."""
    url: str
    """Empty where the document is gone."""


@dataclass(frozen=True, slots=True)
class Insights:
    """All numbers of a span of days, both ends included. The most frequent come first."""

    since: dt.date
    until: dt.date
    totals: Totals
    days: tuple[Day, ...]
    """Every day, also those on which nothing was asked."""
    outcomes: tuple[Count, ...]
    """``answered``, ``partial: advice``, ``declined: not_in_sources`` and so on."""
    engines: tuple[Count, ...]
    channels: tuple[Count, ...]
    sections: tuple[Cited, ...]
    """What visitors ask about: the sections that replies cite."""
    documents: tuple[Cited, ...]
    """Every document; at the end those that no reply cites."""
    hours: tuple[int, ...]
    """Questions in each of the 24 hours of a day (UTC)."""
    weekdays: tuple[int, ...]
    """Questions on each day of the week, Monday first."""

    @property
    def never_cited(self) -> tuple[Cited, ...]:
        """Documents that no reply of the span cites."""
        return tuple(d for d in self.documents if not d.replies)


def insights(history: History, corpus: Corpus, *, until: dt.date, days: int) -> Insights:
    """The numbers of the ``days`` that end with ``until``. What staff asked in the console does not count.

    Raises:
        InputError: ``days`` is not from 1 to 3660, or they begin before the calendar does.
        NotKeptError: the record cannot be read.
    """
    first = _first_day(until, days)
    start, end = _midnight(first), _midnight(until + _DAY)
    reading = history.reading
    tallies, others, latencies = reading.tallies(start, end), reading.days(start, end), reading.latencies(start, end)
    cited = reading.cited(start, end)
    noted = DayCounts(
        first,
        reading.conversations(start, end),
        sum(d.up for d in others),
        sum(d.down for d in others),
        sum(d.handoffs for d in others),
    )
    return Insights(
        since=first,
        until=until,
        totals=_totals(tallies, noted, latencies.milliseconds),
        days=_days(first, days, tallies, others, latencies),
        outcomes=_counts(tallies, lambda t: f"{t.status}: {t.reason}" if t.reason else t.status),
        engines=_counts(tallies, lambda t: t.engine),
        channels=_counts(tallies, lambda t: t.channel),
        sections=_sections(cited, corpus),
        documents=_documents(cited, corpus),
        hours=_spread(tallies, 24, lambda t: t.hour),
        weekdays=_spread(tallies, 7, lambda t: t.day.weekday()),
    )


def replies_citing(
    cited: Sequence[CitedTogether], key: Callable[[CitedPlace], str | tuple[str, str]]
) -> dict[str | tuple[str, str], tuple[int, dt.datetime]]:
    """How many replies cite each of what ``key`` makes of a place, and when one last did; a reply counts once."""
    found: dict[str | tuple[str, str], tuple[int, dt.datetime]] = {}
    for together in cited:
        for name in {key(place) for place in together.places}:
            replies, last = found.get(name, (0, together.last))
            found[name] = replies + together.replies, max(last, together.last)
    return found


def tables(found: Insights) -> dict[str, Table]:
    """Every part as a table for a spreadsheet, by the name of its file."""
    numbers = ("questions", "conversations", "answered", "partial", "declined", "chat", "answerable", "unanswered")
    more = ("unanswered_share", "up", "down", "handoffs", "p50_ms", "p95_ms")
    span = f"{found.since} to {found.until}"
    cells = [
        tuple(getattr(t, name) for name in numbers + more) for t in (found.totals, *(d.totals for d in found.days))
    ]
    dates = [str(day.date) for day in found.days]
    spread = [(f"{hour:02}:00", n) for hour, n in enumerate(found.hours)]
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    return {
        "totals": Table(("span", *numbers, *more), ((span, *cells[0]),)),
        "days": Table(
            ("date", *numbers, *more), tuple((date, *row) for date, row in zip(dates, cells[1:], strict=True))
        ),
        "outcomes": _count_table(found.outcomes),
        "engines": _count_table(found.engines),
        "channels": _count_table(found.channels),
        "sections": _cited_table(found.sections),
        "documents": _cited_table(found.documents),
        "hours": Table(("hour_utc", "questions"), tuple(spread)),
        "weekdays": Table(("weekday", "questions"), tuple(zip(names, found.weekdays, strict=True))),
    }


def _first_day(until: dt.date, days: int) -> dt.date:
    if not 1 <= days <= MAX_DAYS:
        raise InputError(f"{days} days cannot be shown; choose 1 to {MAX_DAYS}.")
    try:
        _ = until + _DAY
        return until - (days - 1) * _DAY
    except OverflowError:
        raise InputError(f"{until} is too far away; choose another day.") from None


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)


def _totals(tallies: Sequence[Tally], noted: DayCounts, milliseconds: npt.NDArray[np.float64]) -> Totals:
    by_status = Counter[str]()
    answerable = unanswered = 0
    for tally in tallies:
        by_status[tally.status] += tally.count
        is_unserved = tally.status == Status.DECLINED and tally.reason in UNSERVED
        lacks = is_unserved or (tally.status == Status.PARTIAL and tally.reason == Reason.NOT_IN_SOURCES)
        answerable += tally.count * (is_unserved or tally.status in {Status.ANSWERED, Status.PARTIAL})
        unanswered += tally.count * lacks
    p50, p95 = np.percentile(milliseconds, (50, 95)) if len(milliseconds) else (None, None)
    return Totals(
        questions=by_status.total(),
        conversations=noted.conversations,
        answered=by_status[Status.ANSWERED],
        partial=by_status[Status.PARTIAL],
        declined=by_status[Status.DECLINED],
        chat=by_status[Status.CHAT],
        answerable=answerable,
        unanswered=unanswered,
        up=noted.up,
        down=noted.down,
        handoffs=noted.handoffs,
        p50_ms=None if p50 is None else round(float(p50), 1),
        p95_ms=None if p95 is None else round(float(p95), 1),
    )


def _days(
    first: dt.date, days: int, tallies: Sequence[Tally], others: Sequence[DayCounts], latencies: Latencies
) -> tuple[Day, ...]:
    by_day: dict[dt.date, list[Tally]] = {}
    for tally in tallies:
        by_day.setdefault(tally.day, []).append(tally)
    noted = {d.day: d for d in others}
    order = np.argsort(latencies.days, kind="stable")
    edges = np.searchsorted(latencies.days[order], np.arange(days + 1))
    found = []
    for number in range(days):
        date = first + number * _DAY
        own = latencies.milliseconds[order[edges[number] : edges[number + 1]]]
        found.append(Day(date, _totals(by_day.get(date, ()), noted.get(date, DayCounts(date)), own)))
    return tuple(found)


def _counts(tallies: Sequence[Tally], name: Callable[[Tally], str]) -> tuple[Count, ...]:
    counts = Counter[str]()
    for tally in tallies:
        counts[name(tally)] += tally.count
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Count(n, count, count / counts.total()) for n, count in ordered)


def _spread(tallies: Sequence[Tally], size: int, place: Callable[[Tally], int]) -> tuple[int, ...]:
    counts = [0] * size
    for tally in tallies:
        counts[place(tally)] += tally.count
    return tuple(counts)


def _sections(cited: Sequence[CitedTogether], corpus: Corpus) -> tuple[Cited, ...]:
    found = replies_citing(cited, lambda place: (place.document_id, place.section))
    rows = [_cited(str(key[0]), str(key[1]), replies, last, corpus) for key, (replies, last) in found.items()]
    return tuple(sorted(rows, key=_most_cited))


def _documents(cited: Sequence[CitedTogether], corpus: Corpus) -> tuple[Cited, ...]:
    found = replies_citing(cited, lambda place: place.document_id)
    rows = [_cited(str(key), "", replies, last, corpus) for key, (replies, last) in found.items()]
    rows += [_cited(d.id, "", 0, None, corpus) for d in corpus.documents if d.id not in found]
    return tuple(sorted(rows, key=_most_cited))


def _cited(document_id: str, section: str, replies: int, last: dt.datetime | None, corpus: Corpus) -> Cited:
    document = corpus.document(document_id)
    if document is None:
        return Cited(document_id, document_id, section, replies, last, "")
    start = next((s.start for s in document.sections if section and s.heading == section), None)
    place = "" if start is None else f"#s{start}"
    return Cited(document_id, document.title, section, replies, last, f"/sources/{document_id}{place}")


def _most_cited(cited: Cited) -> tuple[int, str, str]:
    return -cited.replies, cited.document_id, cited.section


def _count_table(counts: Sequence[Count]) -> Table:
    return Table(("name", "questions", "share"), tuple((c.name, c.count, round(c.share, 4)) for c in counts))


def _cited_table(cited: Sequence[Cited]) -> Table:
    columns = ("document", "title", "section", "replies", "last_cited")
    return Table(
        columns,
        tuple((c.document_id, c.title, c.section, c.replies, minute(c.last)) for c in cited),
    )
