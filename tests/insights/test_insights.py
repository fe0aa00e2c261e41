"""Counts over days, on both databases."""

import datetime as dt
from collections import Counter

import pytest

from bot.errors import InputError
from bot.history import History
from bot.insights import insights, tables
from bot.pipeline import Bot
from tests.history.conftest import Clock
from tests.insights.conftest import Recorder
from tests.traffic import traffic

ANSWERED = {"status": "answered", "reason": None}
TODAY = dt.date(2026, 11, 25)


def test_a_day_is_a_day_of_utc_and_every_day_of_the_span_is_listed(history: History, record: Recorder, river_bot: Bot):
    record("2026-11-23T23:59:59+00:00", by="a", **ANSWERED)
    record("2026-11-24T00:00:00+00:00", by="a", **ANSWERED)
    record("2026-11-24T22:30:00-05:00", by="b", reason="not_in_sources")
    record("2026-11-26T00:00:00+00:00", by="b")
    found = insights(history, river_bot.corpus, until=TODAY, days=3)
    assert (found.since, found.until) == (dt.date(2026, 11, 23), TODAY)
    assert [(d.date.day, d.totals.questions) for d in found.days] == [(23, 1), (24, 1), (25, 1)]
    assert (found.totals.questions, found.totals.conversations) == (3, 2)
    assert (found.hours[23], found.hours[0], found.hours[3], sum(found.hours)) == (1, 1, 1, 3)
    assert found.weekdays == (1, 1, 1, 0, 0, 0, 0)


def test_the_unanswered_share_is_of_the_questions_that_the_bot_is_for(
    history: History, record: Recorder, river_bot: Bot
):
    for changes in (
        ANSWERED, ANSWERED, {"status": "partial", "reason": "advice"},
        {"status": "partial", "reason": "not_in_sources"}, {"reason": "not_in_sources"}, {"reason": "unclear"},
        {"reason": "unavailable"}, {"reason": "advice"}, {"reason": "out_of_scope"}, {"status": "chat", "reason": None},
    ):  # fmt: skip
        record("2026-11-25T09:00:00+00:00", **changes)
    found = insights(history, river_bot.corpus, until=TODAY, days=1)
    total = found.totals
    assert (total.answered, total.partial, total.declined, total.chat) == (2, 2, 5, 1)
    assert (total.answerable, total.unanswered) == (7, 4)
    assert total.unanswered_share == pytest.approx(4 / 7)
    assert [(c.name, c.count) for c in found.outcomes][:1] == [("answered", 2)]
    assert sum(c.share for c in found.outcomes) == pytest.approx(1)
    assert {c.name for c in found.outcomes} >= {"partial: advice", "declined: unclear", "chat"}


def test_thumbs_and_hand_offs_count_on_their_day_and_the_last_verdict_holds(
    history: History, record: Recorder, river_bot: Bot, clock: Clock
):
    first, second = (record("2026-11-24T09:00:00+00:00", **ANSWERED) for _ in range(2))
    history.feedback.thumbs(first.id, "up")
    clock.go(days=1)
    history.feedback.thumbs(first.id, "down")
    history.feedback.thumbs(second.id, "up")
    history.feedback.handoff(second.id)
    found = insights(history, river_bot.corpus, until=TODAY, days=2)
    assert [(d.totals.up, d.totals.down, d.totals.handoffs) for d in found.days] == [(0, 0, 0), (1, 1, 1)]
    assert (found.totals.up, found.totals.down, found.totals.handoffs) == (1, 1, 1)


def test_latency_is_told_by_the_half_and_by_the_slowest_twentieth(history: History, record: Recorder, river_bot: Bot):
    for n in range(101):
        record(f"2026-11-{24 + n % 2}T09:00:00+00:00", latency_ms=float(n))
    found = insights(history, river_bot.corpus, until=TODAY, days=3)
    assert (found.totals.p50_ms, found.totals.p95_ms) == (50, 95)
    assert [d.totals.p50_ms for d in found.days] == [None, 50, 50]


def test_a_reply_counts_once_for_a_document_and_for_a_section_however_often_it_cites_them(
    history: History, river_bot: Bot, clock: Clock
):
    asked = ["when is the season closed"] * 3 + ["who may fish in the river"]
    replies = [river_bot.ask(question) for question in asked]
    for given in replies:
        history.record("c", given, "chat")
    assert history.flush(10)
    found = insights(history, river_bot.corpus, until=TODAY, days=1)
    wanted = Counter(section for r in replies for section in {c.section for c in r.citations})
    assert {s.section: s.replies for s in found.sections} == dict(wanted)
    assert found.sections[0].section == "When is the season closed?"
    assert found.sections[0].last == clock.time
    assert found.sections[0].url.startswith("/sources/rivers#s")
    documents = {d.document_id: d.replies for d in found.documents}
    assert documents["rivers"] == 4
    assert set(documents) == {"rivers", "boats"}


def test_documents_that_nobody_cites_and_documents_that_are_gone_are_named(
    history: History, record: Recorder, river_bot: Bot
):
    gone = {
        "number": 1, "document_id": "gone", "title": "Gone", "section": "S", "quote": "Words.", "start": 0, "end": 6,
        "url": "/", "kind": "faq", "authorities": [], "last_reviewed": None,
    }  # fmt: skip
    told = {"text": "Words.", "citations": [1], "support": "quoted"}
    record("2026-11-25T09:00:00+00:00", **ANSWERED, citations=[gone], sentences=[told])
    found = insights(history, river_bot.corpus, until=TODAY, days=1)
    assert [(d.document_id, d.replies, d.url) for d in found.documents] == [
        ("gone", 1, ""), ("boats", 0, "/sources/boats"), ("rivers", 0, "/sources/rivers"),
    ]  # fmt: skip
    assert {d.document_id for d in found.never_cited} == {"boats", "rivers"}


def test_what_staff_ask_is_not_counted(history: History, record: Recorder, river_bot: Bot):
    record("2026-11-25T09:00:00+00:00", channel="staff", **ANSWERED)
    found = insights(history, river_bot.corpus, until=TODAY, days=1)
    assert (found.totals.questions, found.totals.conversations, found.totals.p50_ms) == (0, 0, None)
    assert (found.days[0].totals.conversations, found.sections, found.channels) == (0, (), ())


def test_an_empty_record_has_numbers_too(history: History, river_bot: Bot):
    found = insights(history, river_bot.corpus, until=TODAY, days=30)
    assert len(found.days) == 30
    assert found.totals.unanswered_share is None
    assert all(table.columns for table in tables(found).values())


@pytest.mark.parametrize(("until", "days"), [(TODAY, 0), (TODAY, 3661), (dt.date.max, 1), (dt.date.min, 2)])
def test_a_span_that_cannot_be_is_refused_with_a_remedy(history: History, river_bot: Bot, until: dt.date, days: int):
    with pytest.raises(InputError, match="choose"):
        insights(history, river_bot.corpus, until=until, days=days)


def test_the_days_of_weeks_of_traffic_add_up_to_its_totals(history: History, river_bot: Bot, clock: Clock):
    replies = traffic(history, river_bot, clock, days=20, per_day=6, seed=2)
    found = insights(history, river_bot.corpus, until=clock.time.date(), days=25)
    assert found.totals.questions == len(replies) == sum(found.hours) == sum(found.weekdays)
    for name in ("questions", "answered", "partial", "declined", "chat", "answerable", "unanswered", "up", "handoffs"):
        assert sum(getattr(d.totals, name) for d in found.days) == getattr(found.totals, name), name
    assert Counter(r.status.value for r in replies)["answered"] == found.totals.answered
    assert sum(c.count for c in found.engines) == sum(c.count for c in found.channels) == len(replies)
    listed = tables(found)
    assert {len(row) for table in listed.values() for row in table.rows if len(row) != len(table.columns)} == set()
    assert len(listed["days"].rows) == 25


def test_traffic_is_the_same_for_the_same_seed(history: History, river_bot: Bot, clock: Clock):
    first = traffic(history, river_bot, clock, days=3, per_day=3, seed=9)
    again = traffic(history, river_bot, clock, days=3, per_day=3, seed=9)
    assert [r.model_dump() for r in first] == [r.model_dump() for r in again]
