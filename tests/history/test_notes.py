"""Feedback, hand-offs, review items, approved answers and the audit log: on the disk when their call returns."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from bot.errors import InputError
from bot.history import Approval, ApprovedQuote, History, conversation_hash
from bot.history.export import rows
from bot.history.feedback_file import FILE, IMPORTED
from bot.settings import Settings
from tests.history.conftest import Clock

QUOTE = ApprovedQuote("rivers", 10, 20, "ten chars.", "sha256:1")
EARLIER = "2026-01-02T03:04:05+00:00"
APPROVAL = Approval(("Is it open?", "May I fish, my name is Ann Lee?"), "It is open. [1]", (QUOTE,), "attorney")


def test_of_several_verdicts_the_last_one_holds_and_none_is_overwritten(history: History) -> None:
    history.feedback.thumbs("a", "up")
    history.feedback.thumbs("a", "down", " Too short.\u2028Really. 너무 짧아요 ", conversation_id="c")
    held = history.feedback.by_reply()["a"]
    assert (held.thumbs, held.comment) == ("down", "Too short.\u2028Really. 너무 짧아요")
    kept = list(rows(history.database, "feedback"))
    assert [k["thumbs"] for k in kept] == ["up", "down"]
    assert kept[1]["conversation_id"] == conversation_hash("c")


def test_a_comment_is_redacted_before_it_is_cut(history: History) -> None:
    history.feedback.thumbs("a", "down", "x" * 990 + " 212-555-0187")
    assert "212" not in str(history.feedback.by_reply()["a"].comment)
    assert len(str(history.feedback.by_reply()["a"].comment)) <= 1_000


def test_many_threads_lose_no_verdict(history: History) -> None:
    threads = [
        Thread(target=lambda n=n: [history.feedback.thumbs(f"{n}-{i}", "up") for i in range(10)]) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(history.feedback.by_reply()) == 80


def test_an_approved_answer_comes_back_as_it_was_but_for_personal_data(history: History, clock: Clock) -> None:
    number = history.approvals.approve(APPROVAL)
    (kept,) = history.approvals.active()
    assert (kept.id, kept.state, kept.approved_at, kept.why) == (number, "active", clock.time, None)
    assert kept.approval.questions == ("Is it open?", "May I fish, my name is [name]?")
    assert (kept.approval.wording, kept.approval.quotes) == (APPROVAL.wording, (QUOTE,))


def test_an_approved_answer_is_not_served_once_it_expired_is_stale_or_was_withdrawn(
    history: History, clock: Clock
) -> None:
    soon = clock.time + dt.timedelta(days=1)
    expiring = Approval(("q",), "w", (QUOTE,), "attorney", expires_at=soon)
    first, second, third = (history.approvals.approve(expiring) for _ in range(3))
    assert len(history.approvals.active()) == 3
    history.approvals.mark_stale(first, why="the passage changed", actor="ingest")
    history.approvals.withdraw(second, why="the law changed", actor="attorney")
    assert [a.id for a in history.approvals.active()] == [third]
    clock.go(days=1)
    assert history.approvals.active() == ()
    told = [(a.state, a.why) for a in history.approvals.all()]
    assert told == [("stale", "the passage changed"), ("withdrawn", "the law changed"), ("active", None)]
    history.approvals.withdraw(first, why="rewritten", actor="attorney")
    for answer_id, problem in ((first, "is withdrawn already"), (99, "no approved answer 99")):
        with pytest.raises(InputError, match=problem):
            history.approvals.mark_stale(answer_id, why="again", actor="ingest")


@pytest.mark.parametrize("missing", [{"questions": ()}, {"wording": " "}, {"quotes": ()}, {"author": ""}])
def test_an_approval_without_one_of_its_parts_cannot_be_made(missing: dict[str, object]) -> None:
    whole = {"questions": ("q",), "wording": "w", "quotes": (QUOTE,), "author": "a"}
    with pytest.raises(ValueError, match="an approved answer needs"):
        Approval(**(whole | missing))  # type: ignore[arg-type]  # wrong on purpose


def test_review_items_are_opened_and_decided(history: History, clock: Clock) -> None:
    number = history.reviews.open("Where is it? Mail me at a@b.example", "declined", reply_id="r")
    flagged = history.reviews.open("And this?", "flagged", actor="staff")
    clock.go(days=1)
    history.reviews.decide(number, "gap", actor="staff", note="no document says so")
    (kept,) = history.reviews.items("gap")
    assert (kept.id, kept.question, kept.why, kept.reply_id) == (
        number,
        "Where is it? Mail me at [email]",
        "declined",
        "r",
    )
    assert (kept.decided_by, kept.decided_at, kept.note) == ("staff", clock.time, "no document says so")
    assert [item.id for item in history.reviews.items("open")] == [flagged]
    with pytest.raises(InputError, match="no review item 99"):
        history.reviews.decide(99, "gap", actor="staff")


def test_what_staff_do_is_in_the_audit_log(history: History) -> None:
    number = history.approvals.approve(APPROVAL)
    history.approvals.withdraw(number, why="old", actor="attorney")
    item = history.reviews.open("q", "flagged", actor="staff")
    history.reviews.decide(item, "covered", actor="staff")
    history.audit.note("staff", "login", address="none")
    told = [(e.actor, e.action, e.subject) for e in history.audit.latest()]
    assert told == [
        ("staff", "login", None), ("staff", "decide", str(item)), ("staff", "flag", str(item)),
        ("attorney", "withdrawn", str(number)), ("attorney", "approve", str(number)),
    ]  # fmt: skip
    assert len(history.audit.latest(2)) == 2


def test_the_feedback_of_an_earlier_version_is_taken_over_once(
    kept_in: Settings, open_history: Callable[..., History], caplog: pytest.LogCaptureFixture
) -> None:
    lines = [
        {"kind": "thumbs", "reply_id": "a", "thumbs": "down", "comment": "call 212-555-0187", "at": EARLIER},
        {"kind": "handoff", "reply_id": None, "at": EARLIER},
        {"kind": "thumbs", "reply_id": "b", "thumbs": "up", "comment": None, "at": EARLIER},
    ]  # fmt: skip
    kept_in.data_dir.mkdir()
    content = "\n".join([*map(json.dumps, lines), '{"kind": "thumbs", "reply_', "[]", ""])
    (kept_in.data_dir / FILE).write_text(content, encoding="utf-8")
    for _ in range(2):
        history = open_history()
        verdicts = history.feedback.by_reply()
        assert {k: (v.thumbs, v.comment) for k, v in verdicts.items()} == {
            "a": ("down", "call [phone]"),
            "b": ("up", None),
        }
        assert verdicts["a"].at == dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
        assert history.feedback.handoffs() == (None,)
        assert len(list(rows(history.database, "feedback"))) == 2
        assert not (kept_in.data_dir / FILE).exists()
        assert (kept_in.data_dir / IMPORTED).exists()
    (kept_in.data_dir / FILE).write_text(content, encoding="utf-8")  # as if a crash had come before the renaming
    assert len(list(rows(open_history().database, "feedback"))) == 2
    assert "reply_" not in caplog.text


def test_a_folder_without_old_feedback_is_left_alone(history: History, kept_in: Settings) -> None:
    assert [p.name for p in Path(kept_in.data_dir).glob("feedback*")] == []
    assert history.feedback.by_reply() == {}
