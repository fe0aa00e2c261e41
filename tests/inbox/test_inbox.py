"""What comes into the inbox, how it is grouped, and in which order."""

import datetime as dt
import random
from collections.abc import Callable

import pytest

from bot.errors import InputError
from bot.history import Approval, ApprovedQuote, History
from bot.inbox import Cluster, Inbox, Why, low_confidence
from bot.pipeline import Bot
from bot.types import Reply
from tests.history.conftest import Clock
from tests.inbox.conftest import GUIDE, Opener
from tests.traffic import traffic

Asker = Callable[..., Reply]


def why_of(found: Inbox) -> dict[str, tuple[Why, ...]]:
    return {a.question: a.why for c in found.clusters for a in c.asks}


def the_one(found: Inbox) -> Cluster:
    (cluster,) = found.clusters
    return cluster


def test_what_the_documents_did_not_answer_is_shown_and_what_was_right_to_decline_is_not(look: Opener, ask: Asker):
    ask("what does a fishing card cost")
    ask("asdf river", reason="unclear")
    ask("is the lake open in winter", reason="unavailable")
    ask("may I fish and may I bake", status="partial", reason="not_in_sources")
    ask("should I buy a boat", status="partial", reason="advice")
    ask("how do I bake bread", reason="out_of_scope")
    ask("help me poach salmon", reason="unsafe")
    ask("what about France", reason="out_of_jurisdiction")
    ask("hello", status="chat", reason=None)
    ask("who may fish in the river", status="answered", reason=None, confidence=0.95)
    assert why_of(look()) == {
        "what does a fishing card cost": (Why.NOT_IN_SOURCES,),
        "asdf river": (Why.UNCLEAR,),
        "is the lake open in winter": (Why.UNAVAILABLE,),
        "may I fish and may I bake": (Why.PARTIAL,),
        "should I buy a boat": (Why.ADVICE,),
    }


def test_an_answer_that_the_bot_itself_doubts_is_shown_unless_an_attorney_approved_it(look: Opener, ask: Asker):
    answered = {"status": "answered", "reason": None}
    ask("who may fish", **answered, confidence=0.49)
    ask("when may I fish", **answered, confidence=0.51)
    ask("where may I fish", **answered, confidence=0.2, engine="approved")
    assert why_of(look()) == {"who may fish": (Why.LOW_CONFIDENCE,)}


def test_the_bound_of_low_confidence_is_an_even_chance_or_just_above_the_threshold():
    assert [low_confidence(t) for t in (0.0, 0.3, 0.4, 0.6, 0.95)] == pytest.approx([0.5, 0.5, 0.5, 0.7, 1.0])


def test_a_thumbs_down_shows_any_reply_with_its_redacted_comment(look: Opener, ask: Asker, history: History):
    bread = ask("how do I bake bread", reason="out_of_scope")
    history.feedback.thumbs(bread.id, "down", "Call me at 212-555-0187!")
    found = the_one(look())
    assert found.asks[0].why == (Why.THUMBS_DOWN,)
    assert found.asks[0].comment == "Call me at [phone]!"


def test_the_last_verdict_holds(look: Opener, ask: Asker, history: History):
    given = ask("who may fish", status="answered", reason=None, confidence=0.9)
    history.feedback.thumbs(given.id, "down", "No.")
    assert why_of(look()) == {"who may fish": (Why.THUMBS_DOWN,)}
    history.feedback.thumbs(given.id, "up")
    assert look().clusters == ()


def test_questions_of_one_meaning_are_one_cluster_with_the_most_typical_in_front(look: Opener, ask: Asker):
    for question in ("How much does a fishing card cost?", "what is the price of a fishing card", "fishing card cost"):
        ask(question)
    ask("are dogs allowed on boats")
    cards, dogs = look().clusters
    assert (cards.count, dogs.count) == (3, 1)
    assert cards.question in {a.question for a in cards.asks}
    assert cards.near
    assert cards.near.document_id == "rivers"
    assert "fishing card" in cards.near.quote
    assert cards.near.url.startswith("/sources/rivers#c")


def test_greetings_case_and_marks_make_no_difference(look: Opener, ask: Asker):
    for question in (
        "Is there a map?",
        "hi, is there a map",
        "Hello there, IS THERE A MAP??",
        "quick question: is there a map",
    ):
        ask(question)
    found = the_one(look())
    assert (found.count, found.question) == (4, "Is there a map?")


def test_the_clusters_do_not_depend_on_when_they_are_made(look: Opener, ask: Asker):
    questions = ["card price", "price of a card", "dogs on boats", "may my dog come along", "night fishing", "swimming"]
    random.Random(5).shuffle(questions)
    for question in questions:
        ask(question)
    assert look() == look()


def test_a_cluster_keeps_its_id_while_it_grows_and_an_old_id_is_refused(look: Opener, ask: Asker):
    ask("what does a fishing card cost")
    before = the_one(look()).id
    ask("how much does a fishing card cost")
    assert the_one(look()).id == before
    assert look().cluster(before).count == 2
    with pytest.raises(InputError, match="no longer in the inbox"):
        look().cluster("nothing")


def test_one_visitor_who_insists_weighs_no_more_than_one(look: Opener, ask: Asker):
    for _ in range(6):
        ask("are dogs allowed on boats", by="the same")
    for _ in range(2):
        ask("what does a fishing card cost")
    first, second = look().clusters
    assert (first.question, first.conversations) == ("what does a fishing card cost", 2)
    assert (second.count, second.conversations) == (6, 1)


def test_a_thumbs_down_and_a_recent_question_come_before_old_ones(
    look: Opener, ask: Asker, history: History, clock: Clock
):
    for _ in range(3):
        ask("what does a fishing card cost")
    clock.go(days=28)
    ask("are dogs allowed on boats")
    history.feedback.thumbs(ask("when does the ferry go").id, "down")
    assert [c.question for c in look().clusters] == [
        "when does the ferry go", "are dogs allowed on boats", "what does a fishing card cost",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("per_week", "trend"),
    [((0, 2), "new"), ((2, 5), "rising"), ((5, 2), "falling"), ((3, 3), "steady"), ((4, 0), "quiet")],
)
def test_the_trend_compares_the_last_seven_days_with_the_seven_before(
    look: Opener, ask: Asker, clock: Clock, per_week: tuple[int, int], trend: str
):
    ends = clock.time + dt.timedelta(days=14)
    for count in per_week:
        clock.go(days=1)
        for _ in range(count):
            ask("what does a fishing card cost")
        clock.go(days=6)
    clock.time = ends
    found = the_one(look())
    assert (found.trend, found.before, found.recent) == (trend, *per_week)
    assert (len(found.per_day), sum(found.per_day)) == (28, sum(per_week))


def test_no_more_turns_are_looked_at_than_was_said_and_the_newest_count(look: Opener, ask: Asker):
    for number in range(5):
        ask(f"question number {number} about gear")
    found = look(most=3)
    assert (found.looked_at, found.cut) == (3, True)
    assert "question number 0 about gear" not in why_of(found)
    assert look(most=5).cut is False


def test_what_staff_ask_themselves_does_not_come_back_to_them(look: Opener, ask: Asker):
    ask("what does a fishing card cost", channel="staff")
    assert look().clusters == ()


def test_an_approved_answer_that_is_stale_or_expired_waits_until_it_is_dealt_with(
    look: Opener, history: History, clock: Clock
):
    quote = ApprovedQuote("boats", 0, len(GUIDE), GUIDE, "hash")
    ends = clock.time + dt.timedelta(days=1)
    stale = history.approvals.approve(Approval(("who may fish",), GUIDE, (quote,), "ann"))
    history.approvals.approve(Approval(("who may fish at night",), GUIDE, (quote,), "ann", ends))
    assert look().lapsed == ()
    history.approvals.mark_stale(stale, why="changed", actor="ingest")
    clock.go(days=2)
    found = look()
    assert [(one.why, one.since) for one in found.lapsed] == [
        (Why.EXPIRED, ends),
        (Why.STALE, ends - dt.timedelta(days=1)),
    ]
    assert found.clusters == ()
    for one in found.lapsed:
        history.approvals.withdraw(one.answer.id, why="no longer needed", actor="ann")
    assert look().lapsed == ()


def test_weeks_of_traffic_make_an_inbox_in_which_every_turn_that_needs_a_look_stands_once(
    look: Opener, history: History, clock: Clock, river_bot: Bot
):
    replies = traffic(history, river_bot, clock, days=21, per_day=8, seed=3)
    found = look()
    shown = [a.reply_id for c in found.clusters for a in c.asks]
    declined = {r.id for r in replies if r.reason == "not_in_sources"}
    assert declined
    assert declined <= set(shown)
    assert len(shown) == len(set(shown)) == found.looked_at
    assert all(c.asks == tuple(sorted(c.asks, key=lambda a: a.at, reverse=True)) for c in found.clusters)
    assert [c.weight for c in found.clusters] == sorted((c.weight for c in found.clusters), reverse=True)
