"""Purging and forgetting leave nothing behind but what is meant to stay."""

import pytest

from bot.errors import InputError
from bot.history import Approval, ApprovedQuote, History, Removed, conversation_hash
from bot.history.export import TABLES, rows
from bot.settings import Settings
from tests.history.conftest import Clock, reply
from tests.history.test_recording import everything_in

APPROVAL = Approval(("q",), "w", (ApprovedQuote("d", 0, 1, "q", "h"),), "attorney")


def filled(history: History, conversation: str, word: str) -> str:
    """One of everything for a conversation; the id of its reply."""
    given = reply(f"Is the {word} open?")
    history.record(conversation, given, "api")
    history.feedback.thumbs(given.id, "down", f"No {word}.", conversation_id=conversation)
    history.feedback.handoff(given.id, conversation_id=conversation)
    history.reviews.open(f"About the {word}", "declined", reply_id=given.id)
    assert history.flush(10)
    return given.id


def counts(history: History) -> dict[str, int]:
    return {name: len(list(rows(history.database, name))) for name in TABLES}


def test_purging_removes_what_is_older_and_keeps_approved_answers_and_the_audit_log(
    history: History, clock: Clock
) -> None:
    filled(history, "old", "lake")
    history.approvals.approve(APPROVAL)
    clock.go(days=10)
    filled(history, "new", "river")
    assert history.retention.old(9) == Removed(1, 1, 1, 1)
    assert history.retention.old(11) == Removed()
    assert not history.retention.purge(11)
    assert history.retention.purge(9, actor="staff") == Removed(1, 1, 1, 1)
    assert counts(history) == {
        "turns": 1, "feedback": 1, "handoffs": 1, "reviews": 1, "approved": 1, "quotes": 1, "audit": 2,
    }  # fmt: skip
    assert next(rows(history.database, "turns"))["question"] == "Is the river open?"
    assert history.audit.latest(1)[0].action == "purge"


@pytest.mark.parametrize("by", ["reply", "conversation", "hash"])
def test_forgetting_removes_a_whole_conversation_and_no_other(history: History, kept_in: Settings, by: str) -> None:
    first, other = filled(history, "the-first-one", "lake"), filled(history, "another", "river")
    second = reply("And the lake tomorrow?")
    history.record("the-first-one", second, "api")
    assert history.flush(10)
    name = {"reply": second.id, "conversation": "the-first-one", "hash": conversation_hash("the-first-one")}[by]
    assert history.retention.forget(name) == Removed(2, 1, 1, 1)
    kept = everything_in(kept_in)
    for gone in ("lake", first, second.id, conversation_hash("the-first-one")):
        assert gone not in kept, gone
    assert other in kept
    assert history.audit.latest(1)[0].action == "forget"


def test_feedback_is_forgotten_even_where_its_turn_was_never_recorded(history: History) -> None:
    history.feedback.thumbs("a reply", "up", conversation_id="c")
    history.feedback.thumbs("another", "up", conversation_id="c")
    assert history.retention.forget("a reply") == Removed(feedback=2)


def test_what_nobody_knows_cannot_be_forgotten(history: History) -> None:
    filled(history, "c", "lake")
    with pytest.raises(InputError, match="Nothing was kept under 'somebody'"):
        history.retention.forget("somebody")
    assert counts(history)["turns"] == 1
    assert counts(history)["audit"] == 0


def test_more_days_than_there_are_is_an_input_error(history: History) -> None:
    with pytest.raises(InputError, match="fewer days"):
        history.retention.old(10_000_000)
