"""Asks to clusters: how often a thing was asked, by how many, since when, and how it develops."""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from bot.inbox.asks import Ask, Why
from bot.inbox.decisions import Decision
from bot.inbox.grouping import Vectors, centre, groups, normalised
from bot.inbox.places import Near, near
from bot.index import Index
from bot.types import Matrix, Vector

Trend: TypeAlias = Literal["new", "rising", "steady", "falling", "quiet"]

_WEEK: Final = dt.timedelta(days=7)
DAYS: Final = 28
"""Length of ``Cluster.per_day``."""
_CHANGE: Final = 1.5
"""A week with so many times the questions of the week before, and at least two more, is a rise."""
_DECIDED_BEFORE: Final = 0.5
"""What a question weighs of which somebody has decided before."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Questions of one meaning that nobody has decided about yet. Made from at least one ask."""

    id: str
    """Stays while more questions of its meaning come."""
    question: str
    """The one nearest to the middle of all."""
    asks: tuple[Ask, ...]
    """The newest first."""
    reasons: tuple[tuple[Why, int], ...]
    """The most frequent first."""
    conversations: int
    recent: int
    """In the last seven days."""
    before: int
    """In the seven days before those."""
    trend: Trend
    per_day: tuple[int, ...]
    """Of the last 28 days (UTC), the oldest first."""
    near: Near | None
    earlier: Decision | None
    """What was decided when the same was asked before."""
    weight: float
    """How worthwhile it is: of each conversation the weightiest ask, halved with every week that has passed."""

    @property
    def count(self) -> int:
        """How often it was asked."""
        return len(self.asks)

    @property
    def first_seen(self) -> dt.datetime:
        """The oldest ask."""
        return self.asks[-1].at

    @property
    def last_seen(self) -> dt.datetime:
        """The newest ask."""
        return self.asks[0].at


def clusters(
    asks: Sequence[Ask],
    decided: Mapping[str, Decision],
    index: Index,
    vectors: Vectors,
    now: dt.datetime,
) -> tuple[Cluster, ...]:
    """Asks, the newest first, as clusters, the most worthwhile first.

    Asks that were decided about are grouped too, so that a cluster keeps its id and knows what was decided; they are
    not shown, and a cluster of nothing else is left out.
    """
    by_wording: dict[str, list[Ask]] = {}
    for ask in asks:
        by_wording.setdefault(normalised(ask.question), []).append(ask)
    wordings = sorted(by_wording, key=lambda w: (by_wording[w][-1].at, w))
    matrix = vectors.of(wordings)
    found = []
    for rows in groups(matrix):
        group = {wordings[row]: by_wording[wordings[row]] for row in rows}
        cluster = _cluster(group, matrix[rows], decided, index, now)
        found += [cluster] if cluster else []
    return tuple(sorted(found, key=lambda c: (-c.weight, -c.count, c.id)))


def _cluster(
    group: Mapping[str, Sequence[Ask]],
    vectors: Matrix,
    decided: Mapping[str, Decision],
    index: Index,
    now: dt.datetime,
) -> Cluster | None:
    members = sorted((a for asks in group.values() for a in asks), key=_order, reverse=True)
    waiting = tuple(a for a in members if _waits(a, decided))
    if not waiting:
        return None
    middle = centre(np.repeat(vectors, [len(asks) for asks in group.values()], axis=0))
    earlier = [d for a in members if (d := decided.get(a.reply_id or ""))]
    recent, before = _within(waiting, now, 0), _within(waiting, now, 1)
    weight = _weight(waiting, now) * (_DECIDED_BEFORE if earlier else 1)
    return Cluster(
        id=_id(members[-1]),
        question=_typical(group, waiting, vectors @ middle),
        asks=waiting,
        reasons=tuple(Counter(why for a in waiting for why in a.why).most_common()),
        conversations=len({a.conversation or a.items for a in waiting}),
        recent=recent,
        before=before,
        trend=_trend(recent, before, waiting[-1].at, now),
        per_day=_per_day(waiting, now),
        near=near(index, middle),
        earlier=max(earlier, key=lambda d: d.at, default=None),
        weight=weight,
    )


def _order(ask: Ask) -> tuple[dt.datetime, str]:
    return ask.at, ask.reply_id or ""


def _waits(ask: Ask, decided: Mapping[str, Decision]) -> bool:
    """True for what nobody has decided about since it last gave a reason to look."""
    decision = decided.get(ask.reply_id or "")
    return bool(ask.items) or decision is None or decision.at < ask.newest


def _typical(group: Mapping[str, Sequence[Ask]], waiting: Sequence[Ask], similarity: Vector) -> str:
    """Of the waiting wordings the one nearest to the middle, as it was put most briefly."""
    put: dict[str, list[str]] = {}
    for ask in waiting:
        put.setdefault(normalised(ask.question), []).append(" ".join(ask.question.split()))
    ranked = sorted(zip(group, similarity, strict=True), key=lambda pair: -float(pair[1]))
    return next(min(put[wording], key=len) for wording, _ in ranked if wording in put)


def _id(oldest: Ask) -> str:
    named = oldest.reply_id or f"{oldest.at.isoformat()} {oldest.question}"
    return hashlib.blake2b(named.encode(), digest_size=6).hexdigest()


def _within(asks: Sequence[Ask], now: dt.datetime, weeks_ago: int) -> int:
    end = now - weeks_ago * _WEEK
    return sum(end - _WEEK < a.at <= end for a in asks)


def _trend(recent: int, before: int, first: dt.datetime, now: dt.datetime) -> Trend:
    if not recent:
        return "quiet"
    if now - first < _WEEK:
        return "new"
    if recent >= max(_CHANGE * before, before + 2):
        return "rising"
    return "falling" if before >= max(_CHANGE * recent, recent + 2) else "steady"


def _per_day(asks: Sequence[Ask], now: dt.datetime) -> tuple[int, ...]:
    today = now.astimezone(dt.UTC).date()
    counts = Counter((today - a.at.astimezone(dt.UTC).date()).days for a in asks)
    return tuple(counts[back] for back in range(DAYS - 1, -1, -1))


def _weight(asks: Sequence[Ask], now: dt.datetime) -> float:
    best: dict[object, float] = {}
    for ask in asks:
        who = ask.conversation or ask.items
        best[who] = max(best.get(who, 0.0), ask.weight * 0.5 ** ((now - ask.newest) / _WEEK))
    return sum(best.values())
