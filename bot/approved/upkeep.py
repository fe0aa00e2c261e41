"""Withdrawing approved answers under which the documents have changed."""

from contextlib import closing, suppress
from typing import Final

from bot.approved.standing import standing
from bot.errors import InputError
from bot.history import ApprovedAnswer
from bot.history.approvals import Approvals
from bot.history.existing import KeptApprovals
from bot.settings import Settings
from bot.types import Corpus

ACTOR: Final = "ingest"


def withdraw_changed(kept: Approvals, corpus: Corpus) -> tuple[ApprovedAnswer, ...]:
    """Mark the answers as stale that no longer stand, expired ones too, and return them as they were.

    Raises:
        NotKeptError: the database cannot be read or written.
    """
    found = [(a, changes) for a in kept.all() if a.state == "active" and (changes := standing(corpus, a))]
    for answer, changes in found:
        with suppress(InputError):  # another process was first
            kept.mark_stale(answer.id, why="; ".join(dict.fromkeys(c.why for c in changes)), actor=ACTOR)
    return tuple(answer for answer, _ in found)


def withdraw_changed_at(settings: Settings, corpus: Corpus) -> tuple[ApprovedAnswer, ...]:
    """The same in the database of the settings, where there is one.

    Raises:
        HistoryError: it cannot be used.
    """
    kept = KeptApprovals.open(settings)
    if kept is None:
        return ()
    with closing(kept):
        return withdraw_changed(kept, corpus)
