"""An answer stands while its passages stand, and is withdrawn with a diff when they change."""

import datetime as dt
from pathlib import Path

import pytest

from bot.approved import ApprovedAnswers, standing, withdraw_changed_at
from bot.cli import main
from bot.corpus import load_corpus
from bot.embed import Encoder
from bot.errors import InputError
from bot.history import History
from bot.history.records import now
from bot.index import ingest
from bot.pipeline import Bot
from bot.settings import Settings
from bot.types import Corpus, Span
from tests.approved.conftest import CARD, CHILD, FINE, QUESTION, SEASON, approve, edit, open_bot


def changed(settings: Settings, history: History, number: int) -> list[str]:
    corpus: Corpus = load_corpus(settings.corpus_dir)
    return [c.why for c in standing(corpus, history.approvals.get(number))]


def test_nothing_has_changed_at_first(river: Bot, history: History, settings: Settings):
    assert changed(settings, history, approve(river, history)) == []


def test_an_edited_passage_is_withdrawn_at_the_next_ingest_with_a_diff_and_a_review_item(
    river: Bot, history: History, settings: Settings, encoder: Encoder
):
    number = approve(river, history)
    assert river.ask(QUESTION).engine == "approved"
    edit(settings, "1 March to 30 April", "1 February to 30 April")
    _, corpus = ingest(settings, encoder)
    assert [a.id for a in withdraw_changed_at(settings, corpus)] == [number]
    stale = history.approvals.get(number)
    assert (stale.state, stale.why) == ("stale", "a passage of 'Rules of the river' has changed")
    (change,) = standing(corpus, stale)
    assert f"-{SEASON}" in change.diff
    assert f"+{SEASON.replace('1 March', '1 February')}" in change.diff
    assert f" {FINE}" in change.diff
    (item,) = history.reviews.items("open")
    assert (item.why, item.answer_id, item.question) == ("stale", number, QUESTION)
    assert [(e.actor, e.action) for e in history.audit.latest(1)] == [("ingest", "stale")]
    assert withdraw_changed_at(settings, corpus) == ()
    again = open_bot(settings)
    assert again.ask(QUESTION).engine == "extractive"
    again.close()


def test_the_command_withdraws_and_names_them(
    river: Bot,
    history: History,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    number = approve(river, history)
    monkeypatch.setenv("MSO_CORPUS_DIR", str(settings.corpus_dir))
    monkeypatch.setenv("MSO_DATA_DIR", str(settings.data_dir))
    edit(settings, "300 crowns", "500 crowns")
    with pytest.raises(SystemExit) as ended:
        main(["ingest"])
    assert ended.value.code in {0, None}
    assert f"approved answer {number} was withdrawn" in " ".join(capsys.readouterr().err.split())
    assert history.approvals.get(number).state == "stale"


def test_opening_withdraws_what_has_changed(river: Bot, history: History, settings: Settings):
    number = approve(river, history)
    edit(settings, SEASON, "The season is closed all year (River Act § 14).")
    said: list[str] = []
    Bot.open(settings, notify=said.append).close()
    assert any(f"answer {number} was withdrawn" in line for line in said)
    assert history.approvals.get(number).state == "stale"


def test_a_passage_that_only_moved_stands_and_is_cited_where_it_is_now(
    river: Bot, history: History, settings: Settings
):
    number = approve(river, history)
    edit(settings, "# Rules of the river\n", "# Rules of the river\n\nThe river has rules, and they are old.\n")
    assert changed(settings, history, number) == []
    again = open_bot(settings)
    reply = again.ask(QUESTION)
    assert reply.engine == "approved"
    (citation,) = reply.citations
    assert citation.quote == SEASON
    assert again.corpus.document("rivers").text[citation.start : citation.end] == SEASON
    assert citation.start != history.approvals.get(number).approval.quotes[0].start
    again.close()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"{SEASON} {FINE}", f"{FINE} {SEASON}"),
        (SEASON, f"{SEASON[:-1]}, more or less."),
        (f"{SEASON} {FINE}", f"{SEASON} This was new in 2020. {FINE}"),
        (FINE, FINE.replace("300", "400")),
        ("## When is the season closed?", "## Notice"),
    ],
)
def test_other_text_in_its_passage_or_a_place_among_boilerplate_is_a_change(
    river: Bot, history: History, settings: Settings, old: str, new: str
):
    number = approve(river, history)
    edit(settings, old, new)
    assert len(changed(settings, history, number)) == 1


def test_another_passage_of_the_document_may_change(river: Bot, history: History, settings: Settings):
    number = approve(river, history)
    edit(settings, "less than 60 cm", "less than 50 cm")
    assert changed(settings, history, number) == []


def test_a_new_exception_behind_the_passage_is_a_change(river: Bot, history: History, settings: Settings):
    number = approve(river, history)
    edit(settings, FINE, f"{FINE} However, the lake is open all year.")
    assert changed(settings, history, number) == ["an exception now follows a passage of 'Rules of the river'"]


def test_an_exception_that_stood_there_before_is_none(river: Bot, history: History, settings: Settings):
    number = approve(river, history, questions=("who may fish",), wording=f"{CARD} {CHILD}", quotes=(CARD, CHILD))
    assert changed(settings, history, number) == []
    edit(settings, CHILD, "")
    assert len(changed(settings, history, number)) == 2


def test_a_document_that_is_gone_is_named(river: Bot, history: History, settings: Settings):
    number = approve(river, history)
    (settings.corpus_dir / "rivers.md").unlink()
    assert changed(settings, history, number) == ["the document 'rivers' is gone"]
    (change,) = standing(load_corpus(settings.corpus_dir), history.approvals.get(number))
    assert f"-{SEASON}" in change.diff
    assert change.now == ""


def test_an_answer_is_approved_again_over_what_stands_now(river: Bot, history: History, settings: Settings):
    old = approve(river, history)
    edit(settings, "1 March to 30 April", "1 February to 30 April")
    again = open_bot(settings)
    new_season = SEASON.replace("1 March", "1 February")
    document = again.corpus.document("rivers").text
    place = Span("rivers", document.index(new_season), document.index(new_season) + len(new_season))
    approval = again.approver.checked([QUESTION], new_season, [place], author="Berta")
    new = history.approvals.replace(old, approval)
    again.approved.refresh()
    assert again.ask(QUESTION).answer.startswith(new_season)
    assert (history.approvals.get(old).state, history.approvals.get(old).why) == ("withdrawn", f"replaced by {new}")
    assert [i.state for i in history.reviews.items()] == ["answered"]
    again.close()


def test_an_expired_answer_is_due_until_it_is_renewed(river: Bot, history: History, settings: Settings):
    days = [0]
    tomorrow = now() + dt.timedelta(days=1)
    river.approved.close()
    river.approved = ApprovedAnswers(river.index, settings, clock=lambda: now() + dt.timedelta(days=days[0]))
    number = approve(river, history, expires_at=tomorrow)
    assert river.ask(QUESTION).engine == "approved"
    days[0] = 1
    assert river.ask(QUESTION).engine == "extractive"
    assert [a.id for a in history.approvals.due(tomorrow)] == [number]
    with pytest.raises(InputError, match="past"):
        history.approvals.renew(number, now(), actor="Anna")
    history.approvals.renew(number, None, actor="Anna")
    river.approved.refresh()
    assert river.ask(QUESTION).engine == "approved"
    assert history.approvals.due(tomorrow) == ()


def test_the_passages_text_is_kept(river: Bot, history: History, tmp_path: Path):
    number = approve(river, history)
    (quote,) = history.approvals.get(number).approval.quotes
    assert quote.passage == f"{SEASON} {FINE}"
    assert quote.quote == quote.passage[: len(SEASON)]
