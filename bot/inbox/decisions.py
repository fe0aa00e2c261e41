"""What staff decide about groups of questions, and what they flag."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.history import History, ReviewItem
from bot.history.records import ReviewState
from bot.inbox.asks import Ask

_FLAG: Final = "flagged"
_MOST: Final = 20_000
"""Decided turns that are remembered when the inbox is made; those before are older than what is looked at."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What one person decided about some questions at once."""

    state: ReviewState
    actor: str
    at: dt.datetime
    note: str | None
    questions: tuple[str, ...]
    """Each once."""
    reply_ids: tuple[str, ...]
    items: tuple[int, ...]
    """Ids of the review items that keep it."""


def settle(history: History, asks: Sequence[Ask], state: ReviewState, *, actor: str, note: str | None = None) -> None:
    """Decide about asks; they leave the inbox, and only what comes after this moment brings their question back.

    Raises:
        NotKeptError: the decision was not kept.
    """
    asked = {a.reply_id: (a.question, a.why[0].value) for a in asks if a.reply_id and not a.items}
    history.reviews.settle(asked, [i for a in asks for i in a.items], state, actor=actor, note=note)


def flag(history: History, question: str, *, actor: str, reply_id: str | None = None, note: str | None = None) -> int:
    """Put a question into the inbox by hand; the id of the review item.

    Raises:
        NotKeptError: it was not kept.
    """
    return history.reviews.open(question, _FLAG, reply_id=reply_id, actor=actor, note=note)


def decisions(history: History, state: ReviewState | None = None, *, most: int = 200) -> tuple[Decision, ...]:
    """The newest decisions, the newest first; with a ``state`` those alone (``gap``: what documents are wanted for)."""
    found = _together(history.reviews.decided(_MOST))
    return tuple(d for d in found if state in {None, d.state})[:most]


def reopen(history: History, decision: Decision, *, actor: str) -> None:
    """Take a decision back: its questions return to the inbox.

    Raises:
        NotKeptError: it still stands.
    """
    history.reviews.take_back(decision.items, actor=actor)


def standing_decisions(history: History) -> dict[str, Decision]:
    """The newest decision about each reply."""
    found: dict[str, Decision] = {}
    for decision in _together(history.reviews.decided(_MOST)):
        for reply_id in decision.reply_ids:
            found.setdefault(reply_id, decision)
    return found


def _together(items: Iterable[ReviewItem]) -> list[Decision]:
    """Items that were decided in one step are one decision; in the order of the items."""
    steps: dict[tuple[object, ...], list[ReviewItem]] = {}
    for item in items:
        steps.setdefault((item.decided_at, item.decided_by, item.state), []).append(item)
    return [_decision(step) for step in steps.values()]


def _decision(items: Sequence[ReviewItem]) -> Decision:
    first = items[0]
    return Decision(
        first.state,
        first.decided_by or "",
        first.decided_at or first.opened_at,
        next((i.note for i in sorted(items, key=lambda i: i.opened_by is not None) if i.note), None),
        tuple(dict.fromkeys(i.question for i in items)),
        tuple(dict.fromkeys(i.reply_id for i in items if i.reply_id)),
        tuple(i.id for i in items),
    )
