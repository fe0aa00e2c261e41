"""Decisions stay decided until somebody asks again; flags put a question in by hand."""

from collections.abc import Callable

from bot.history import History
from bot.inbox import Why, decide, decisions, flag, reopen
from bot.types import Reply
from tests.history.conftest import Clock
from tests.inbox.conftest import Opener

Asker = Callable[..., Reply]
CARD = "what does a fishing card cost"


def test_a_decided_cluster_is_gone_until_somebody_asks_again(look: Opener, ask: Asker, history: History):
    ask(CARD)
    ask("are dogs allowed on boats")
    card = next(c for c in look().clusters if c.question == CARD)
    decide(history, card, "gap", actor="ann", note="Ask the river office at 212-555-0187.")
    assert [c.question for c in look().clusters] == ["are dogs allowed on boats"]
    ask("how much does a fishing card cost")
    back = next(c for c in look().clusters if "card" in c.question)
    assert (back.count, back.id) == (1, card.id)
    assert back.earlier
    assert (back.earlier.state, back.earlier.actor) == ("gap", "ann")
    assert back.earlier.note == "Ask the river office at [phone]."


def test_what_came_while_somebody_decided_is_not_decided(look: Opener, ask: Asker, history: History):
    ask(CARD)
    (seen,) = look().clusters
    late = ask(CARD)
    decide(history, seen, "covered", actor="ann")
    (left,) = look().clusters
    assert [a.reply_id for a in left.asks] == [late.id]


def test_a_thumbs_down_after_the_decision_brings_the_reply_back(
    look: Opener, ask: Asker, history: History, clock: Clock
):
    given = ask(CARD)
    decide(history, look().clusters[0], "out_of_scope", actor="ann")
    assert look().clusters == ()
    clock.go(days=1)
    history.feedback.thumbs(given.id, "down", "I need it.")
    assert look().clusters[0].asks[0].why == (Why.THUMBS_DOWN, Why.NOT_IN_SOURCES)


def test_decisions_are_listed_by_what_was_decided_and_can_be_taken_back(
    look: Opener, ask: Asker, history: History, clock: Clock
):
    for question in (CARD, CARD, "how much does a fishing card cost", "are dogs allowed on boats"):
        ask(question)
    cards, dogs = look().clusters
    decide(history, cards, "gap", actor="ann", note="write it")
    clock.go(days=1)
    decide(history, dogs, "covered", actor="bob")
    assert [d.state for d in decisions(history)] == ["covered", "gap"]
    (gap,) = decisions(history, "gap")
    assert (gap.actor, gap.note, len(gap.reply_ids), len(gap.questions)) == ("ann", "write it", 3, 2)
    reopen(history, gap, actor="bob")
    (again,) = look().clusters
    assert (again.count, again.earlier, again.reasons) == (3, None, ((Why.NOT_IN_SOURCES, 3),))
    assert decisions(history, "gap") == ()
    assert [(e.actor, e.action) for e in history.audit.latest()] == [
        ("bob", "reopen"), ("bob", "decide"), ("ann", "decide"),
    ]  # fmt: skip


def test_of_two_decisions_the_later_one_counts(look: Opener, ask: Asker, history: History, clock: Clock):
    ask(CARD)
    decide(history, look().clusters[0], "gap", actor="ann")
    clock.go(days=1)
    ask(CARD)
    decide(history, look().clusters[0], "covered", actor="bob")
    clock.go(days=1)
    ask(CARD)
    earlier = look().clusters[0].earlier
    assert earlier
    assert earlier.state == "covered"


def test_staff_flag_a_reply_or_a_question_that_is_not_recorded(
    look: Opener, ask: Asker, history: History, clock: Clock
):
    given = ask("who may fish", status="answered", reason=None, confidence=0.9)
    flag(history, given.question, actor="bob", reply_id=given.id, note="Guide or card?")
    flag(history, "Are dogs allowed on boats?", actor="bob")
    found = {c.question: c.asks[0] for c in look().clusters}
    assert found["who may fish"].why == (Why.FLAGGED,)
    assert (found["who may fish"].note, found["who may fish"].reply_id) == ("Guide or card?", given.id)
    assert found["Are dogs allowed on boats?"].status == ""
    for cluster in look().clusters:
        decide(history, cluster, "answered", actor="ann")
    assert look().clusters == ()
    clock.go(days=1)
    flag(history, given.question, actor="bob", reply_id=given.id)
    assert [c.question for c in look().clusters] == ["who may fish"]


def test_a_flag_that_was_decided_keeps_its_note_and_comes_back_as_a_flag(look: Opener, history: History):
    flag(history, "May I fish from a bridge?", actor="bob", note="A caller asked.")
    decide(history, look().clusters[0], "gap", actor="ann")
    (decision,) = decisions(history)
    reopen(history, decision, actor="ann")
    ask = look().clusters[0].asks[0]
    assert (ask.why, ask.note) == ((Why.FLAGGED,), "A caller asked.")


def test_a_decision_is_forgotten_with_its_conversation(look: Opener, ask: Asker, history: History):
    ask(CARD, by="the-conversation")
    decide(history, look().clusters[0], "gap", actor="ann")
    history.retention.forget("the-conversation")
    assert decisions(history) == ()
