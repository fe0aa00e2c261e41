"""Which turns somebody should look at, and why."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.history import ReviewItem
from bot.history.reading import KeptTurn
from bot.types import Reason, Status

_EVEN_CHANCE: Final = 0.5
_ABOVE_THRESHOLD: Final = 0.1


class Why(StrEnum):
    """What makes a question one to look at."""

    FLAGGED = "flagged"
    THUMBS_DOWN = "thumbs_down"
    NOT_IN_SOURCES = "not_in_sources"
    UNAVAILABLE = "unavailable"
    PARTIAL = "partial"
    UNCLEAR = "unclear"
    LOW_CONFIDENCE = "low_confidence"
    ADVICE = "advice"
    STALE = "stale"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        """For people."""
        return _LABELS[self]

    @property
    def weight(self) -> float:
        """How much a question counts for this reason; a plain decline is 1."""
        return _WEIGHTS.get(self, 1.0)


_LABELS: Final[Mapping[Why, str]] = {
    Why.FLAGGED: "Flagged by staff",
    Why.THUMBS_DOWN: "Thumbs down",
    Why.NOT_IN_SOURCES: "Not in the documents",
    Why.UNAVAILABLE: "Something failed",
    Why.PARTIAL: "Answered in part",
    Why.UNCLEAR: "Not understood",
    Why.LOW_CONFIDENCE: "Low confidence",
    Why.ADVICE: "Asked for advice",
    Why.STALE: "Approved answer is stale",
    Why.EXPIRED: "Approved answer has expired",
}
_WEIGHTS: Final[Mapping[Why, float]] = {
    Why.FLAGGED: 4.0,
    Why.THUMBS_DOWN: 3.0,
    Why.UNCLEAR: 0.5,
    Why.LOW_CONFIDENCE: 0.5,
    Why.ADVICE: 0.25,
}


@dataclass(frozen=True, slots=True)
class Ask:
    """A question that was put once, with what came of it."""

    question: str
    at: dt.datetime
    why: tuple[Why, ...]
    """The weightiest first; never empty."""
    reply_id: str | None = None
    answer: str = ""
    status: str = ""
    """Empty where the question was flagged and its turn is not in the record."""
    reason: str | None = None
    confidence: float = 0.0
    engine: str = ""
    channel: str = ""
    conversation: str = ""
    comment: str | None = None
    """What the visitor wrote beside a thumbs-down, redacted."""
    note: str | None = None
    """What staff wrote when they flagged it."""
    moment: dt.datetime | None = None
    """When the newest of the reasons arose; a decision before it does not count."""
    items: tuple[int, ...] = ()
    """Open review items about it."""

    @property
    def weight(self) -> float:
        """Of its weightiest reason."""
        return max(why.weight for why in self.why)

    @property
    def newest(self) -> dt.datetime:
        """When it last gave a reason to look."""
        return self.moment or self.at


def low_confidence(threshold: float) -> float:
    """Answers with less confidence than this are looked at: more likely wrong than right, or just above the threshold.

    Confidence is a calibrated probability, so below an even chance the bot itself expects to be wrong; where the
    calibration's ``threshold`` is at or near an even chance, the bound lies a tenth above it.
    """
    return max(_EVEN_CHANCE, min(1.0, threshold + _ABOVE_THRESHOLD))


def asks_of(turns: Sequence[KeptTurn], flags: Sequence[ReviewItem], *, low: float) -> tuple[Ask, ...]:
    """Turns and open flags as asks, the newest first; a flag on a turn that is not among them is an ask of its own."""
    by_reply: dict[str | None, list[ReviewItem]] = {}
    for flag in flags:
        by_reply.setdefault(flag.reply_id, []).append(flag)
    found = [ask for turn in turns if (ask := _of_turn(turn, by_reply.pop(turn.id, []), low))]
    found += [_of_flag(flag) for left in by_reply.values() for flag in left]
    return tuple(sorted(found, key=lambda a: (a.at, a.reply_id or ""), reverse=True))


def _of_turn(turn: KeptTurn, flags: Sequence[ReviewItem], low: float) -> Ask | None:
    why = sorted({*_reasons(turn, low), *([Why.FLAGGED] if flags else [])}, key=list(Why).index)
    is_down = turn.thumbs == "down"
    moments = [turn.at, *(f.opened_at for f in flags), *([turn.judged_at] if is_down and turn.judged_at else [])]
    if not why:
        return None
    return Ask(
        question=turn.question,
        at=turn.at,
        why=tuple(why),
        reply_id=turn.id,
        answer=turn.answer,
        status=turn.status,
        reason=turn.reason,
        confidence=turn.confidence,
        engine=turn.engine,
        channel=turn.channel,
        conversation=turn.conversation,
        comment=turn.comment if is_down else None,
        note=_notes(flags),
        moment=max(moments),
        items=tuple(f.id for f in flags),
    )


def _reasons(turn: KeptTurn, low: float) -> Iterator[Why]:
    if turn.thumbs == "down":
        yield Why.THUMBS_DOWN
    if turn.status == Status.PARTIAL:
        yield Why.ADVICE if turn.reason == Reason.ADVICE else Why.PARTIAL
    elif turn.status == Status.DECLINED and (why := _OF_REASON.get(turn.reason or "")):
        yield why
    elif turn.status == Status.ANSWERED and turn.confidence < low and turn.engine != "approved":
        yield Why.LOW_CONFIDENCE


_OF_REASON: Final[Mapping[str, Why]] = {
    Reason.NOT_IN_SOURCES: Why.NOT_IN_SOURCES,
    Reason.UNCLEAR: Why.UNCLEAR,
    Reason.UNAVAILABLE: Why.UNAVAILABLE,
}


def _of_flag(flag: ReviewItem) -> Ask:
    return Ask(flag.question, flag.opened_at, (Why.FLAGGED,), flag.reply_id, note=flag.note, items=(flag.id,))


def _notes(flags: Sequence[ReviewItem]) -> str | None:
    return "\n".join(f.note for f in flags if f.note) or None
