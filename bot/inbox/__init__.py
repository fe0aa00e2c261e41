"""The inbox: what visitors asked that somebody should look at, grouped by meaning, the most worthwhile first."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.errors import InputError
from bot.history import ApprovedAnswer, History
from bot.history.records import ReviewState
from bot.inbox.asks import Ask, Why, asks_of, low_confidence
from bot.inbox.clusters import Cluster, Trend, clusters
from bot.inbox.decisions import Decision, decisions, flag, reopen, settle, standing_decisions
from bot.inbox.grouping import Vectors, normalised
from bot.inbox.places import Near, near, near_of
from bot.index import Index

__all__ = [
    "MOST", "Ask", "Cluster", "Decision", "Inbox", "Lapsed", "Near", "Trend", "Vectors", "Why", "decide", "decisions",
    "flag", "inbox", "lapsed", "low_confidence", "near", "near_of", "normalised", "reopen",
]  # fmt: skip

MOST: Final = 3_000
"""Turns that are looked at: the newest."""


@dataclass(frozen=True, slots=True)
class Lapsed:
    """An approved answer that is no longer served, until it is approved anew or withdrawn."""

    answer: ApprovedAnswer
    why: Why
    """``STALE`` or ``EXPIRED``."""
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class Inbox:
    """All that waits for somebody."""

    clusters: tuple[Cluster, ...]
    """The most worthwhile first."""
    lapsed: tuple[Lapsed, ...]
    """The newest first."""
    looked_at: int
    """Turns that were looked at, decided ones too."""
    cut: bool
    """True when there were more turns than are looked at."""

    def cluster(self, cluster_id: str) -> Cluster:
        """The cluster with this id.

        Raises:
            InputError: there is none any more.
        """
        found = next((c for c in self.clusters if c.id == cluster_id), None)
        if found is None:
            raise InputError("This group of questions is no longer in the inbox; load the inbox again.")
        return found


def inbox(
    history: History,
    index: Index,
    vectors: Vectors,
    *,
    now: dt.datetime,
    most: int = MOST,
) -> Inbox:
    """The inbox as it is ``now``. Questions that ``vectors`` does not know are encoded first, some 100 a second.

    Raises:
        NotKeptError: the record cannot be read.
    """
    low = low_confidence(index.calibration.threshold)
    turns = history.reading.needing_a_look(low=low, most=most + 1)
    flags = [item for item in history.reviews.items("open") if item.answer_id is None]
    asks = asks_of(turns[:most], flags, low=low)
    found = clusters(asks, standing_decisions(history), index, vectors, now)
    return Inbox(found, lapsed(history.approvals.all(), now), len(turns[:most]), len(turns) > most)


def decide(history: History, cluster: Cluster, state: ReviewState, *, actor: str, note: str | None = None) -> None:
    """Decide about a cluster as it was seen; only what comes after this moment brings it back.

    Raises:
        NotKeptError: the decision was not kept.
    """
    settle(history, cluster.asks, state, actor=actor, note=note)


def lapsed(answers: Sequence[ApprovedAnswer], now: dt.datetime) -> tuple[Lapsed, ...]:
    """The stale and the expired ones, the newest first."""
    found = [Lapsed(a, Why.STALE, a.state_at) for a in answers if a.state == "stale"]
    ends = ((a, a.approval.expires_at) for a in answers if a.state == "active")
    found += [Lapsed(a, Why.EXPIRED, end) for a, end in ends if end and end <= now]
    return tuple(sorted(found, key=lambda one: one.since, reverse=True))
