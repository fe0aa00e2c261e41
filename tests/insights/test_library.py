"""The documents, what is due, and what has changed."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.embed import Encoder
from bot.errors import InputError
from bot.history import History
from bot.index import ingest
from bot.library import Library, library, text_diff
from bot.pipeline import Bot
from bot.settings import Settings
from bot.types import Kind

TODAY = dt.date(2026, 11, 25)
Reader = Callable[..., Library]


@pytest.fixture
def own_bot(settings: Settings) -> Iterator[Bot]:
    """A bot on a copy of the small corpus, which a test may change."""
    bot = Bot.open(settings, notify=lambda _: None)
    yield bot
    bot.close()


@pytest.fixture
def read(history: History, own_bot: Bot) -> Reader:
    def reading(today: dt.date = TODAY, **changes: int) -> Library:
        assert history.flush(10)
        return library(history, own_bot.index, own_bot.settings.model_copy(update=changes), today=today)

    return reading


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_every_document_is_listed_with_what_its_keeper_wants_to_know(history: History, own_bot: Bot, read: Reader):
    for question in ("when is the season closed", "who may fish in the river"):
        history.record("c", own_bot.ask(question), "chat")
    found = read()
    assert [d.id for d in found.documents] == ["rivers", "boats"]
    rivers = found.documents[0]
    assert (rivers.kind, rivers.url, rivers.last_reviewed) == (
        Kind.REGULATION_SUMMARY, "/sources/rivers", dt.date(2026, 1, 31),
    )  # fmt: skip
    assert [a.citation for a in rivers.authorities] == ["River Act § 12-b", "River Act § 14"]
    assert (rivers.passages, rivers.known_questions) == (3, 2)
    assert [c.id for c in rivers.conflicts] == [c.id for c in found.documents[1].conflicts] == ["who-may-fish"]
    assert rivers.cited == 2
    assert dict(rivers.cited_sections)["When is the season closed?"] == 1
    assert rivers.last_cited
    assert found.since_ingest.nothing
    assert found.since_start.nothing
    assert {len(row) for row in found.table.rows} == {len(found.table.columns)}


@pytest.mark.parametrize(
    ("today", "months", "overdue"),
    [
        (dt.date(2027, 1, 31), 12, []),
        (dt.date(2027, 2, 1), 12, ["rivers"]),
        (dt.date(2027, 2, 2), 12, ["rivers", "boats"]),
        (dt.date(2026, 2, 28), 1, []),
        (dt.date(2026, 3, 1), 1, ["rivers"]),
        (dt.date(2099, 1, 1), 0, []),
        (dt.date(2099, 1, 1), 1200, []),
    ],
)
def test_a_document_is_overdue_from_the_day_after_its_months_are_over(
    read: Reader, today: dt.date, months: int, overdue: list[str]
):
    found = read(today, review_months=months)
    assert [d.id for d in found.overdue] == overdue


def test_what_changed_is_told_against_the_index_and_against_what_the_server_answers_from(
    pack: Path, own_bot: Bot, read: Reader, encoder: Encoder
):
    replace(pack / "rivers.md", "1 March to 30 April", "1 March to 15 May")
    (pack / "lakes.md").write_text(
        "---\ntitle: Lakes\n---\n\n# Lakes\n\nThe lake is open all year.\n", encoding="utf-8"
    )
    (pack / "boats.md").unlink()
    found = read()
    assert found.since_ingest == found.since_start
    assert found.since_start.lines == ("added: lakes", "changed: rivers", "removed: boats")
    assert any("boats" in problem for problem in found.problems)
    assert [d.id for d in found.documents] == ["rivers", "boats"]
    diff = text_diff(own_bot.index, own_bot.settings, "rivers")
    assert "\n-The season is closed from 1 March to 30 April (River Act § 14)." in diff
    assert "\n+The season is closed from 1 March to 15 May (River Act § 14)." in diff
    assert "+The lake is open all year." in text_diff(own_bot.index, own_bot.settings, "lakes")
    ingest(own_bot.settings, encoder)
    found = read()
    assert found.since_ingest.nothing
    assert not found.since_start.nothing


def test_a_change_of_the_pack_alone_is_told_too(pack: Path, own_bot: Bot, read: Reader):
    replace(pack / "glossary.yaml", "angling licence", "angling license")
    assert read().since_start.lines == ("changed: questions, glossary, conflicts, scope or calibration",)
    assert text_diff(own_bot.index, own_bot.settings, "rivers") == ""
    with pytest.raises(InputError, match="no document 'sea'"):
        text_diff(own_bot.index, own_bot.settings, "sea")


def test_a_document_without_a_date_of_review_is_overdue_where_reviews_are_due(
    settings: Settings, pack: Path, history: History
):
    replace(pack / "boats.md", "last_reviewed: 2026-02-01\n", "")
    bot = Bot.open(settings, notify=lambda _: None)
    for months, overdue in ((12, ["boats"]), (0, [])):
        found = library(history, bot.index, settings.model_copy(update={"review_months": months}), today=TODAY)
        assert [d.id for d in found.overdue] == overdue
    bot.close()
