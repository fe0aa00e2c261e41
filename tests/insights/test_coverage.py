"""Passages × cases × visitors' questions."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.coverage import Coverage, coverage, measured
from bot.embed import Encoder
from bot.history import History
from bot.inbox import Vectors, inbox
from bot.pipeline import Bot
from eval.cases import load_cases
from eval.run import InProcess, Run, origin_of, run_cases, write_run
from tests.eval.conftest import RIVER_CASES
from tests.history.conftest import Clock, reply

SEASON, GEAR = "When is the season closed?", "What gear is allowed?"


@pytest.fixture(scope="module")
def run(river_bot: Bot) -> Run:
    target = InProcess(river_bot)
    origin = origin_of(target, split="test", source="river.jsonl", now=Clock().time)
    return run_cases(load_cases(RIVER_CASES), target, origin=origin)


Mapper = Callable[[], Coverage]


@pytest.fixture
def mapped(history: History, river_bot: Bot, encoder: Encoder, clock: Clock, tmp_path: Path) -> Mapper:
    """The map with the runs that the folder ``eval`` of the test holds."""
    vectors = Vectors(encoder)

    def made() -> Coverage:
        assert history.flush(10)
        found = inbox(history, river_bot.index, vectors, now=clock.time)
        return coverage(history, river_bot.index, found, runs=measured(tmp_path))

    return made


def test_without_a_run_nothing_is_said_of_tests(mapped: Mapper, river_bot: Bot):
    found = mapped()
    assert (found.runs, found.is_current, found.never_tested) == ((), False, ())
    assert {p.cases for p in found.passages} == {None}
    assert {d.never_tested for d in found.documents} == {None}
    assert len(found.passages) == len(river_bot.index.passages)


def test_the_newest_runs_tell_which_passages_are_tested_and_which_were_wrong(
    mapped: Mapper, river_bot: Bot, tmp_path: Path, run: Run
):
    write_run(run, tmp_path / "eval" / "test")
    found = mapped()
    assert [(r.split, r.cases, r.started) for r in found.runs] == [("test", 5, Clock().time.isoformat())]
    assert found.is_current
    tested = {p.section: p.cases for p in found.passages}
    assert tested[SEASON]
    wanted = {q.quote for r in run.results for need in r.case.gold for q in need}
    for passage in found.passages:
        document = river_bot.corpus.document(passage.document_id)
        assert document
        holds = any(q in document.text[passage.start : passage.end] for q in wanted)
        assert bool(passage.cases) == holds
    assert sum(p.wrong or 0 for p in found.passages) <= sum(p.cases or 0 for p in found.passages)
    assert {p.section for p in found.never_tested} == {s for s, n in tested.items() if not n}


def test_a_run_that_is_damaged_or_of_another_form_is_left_out(tmp_path: Path, run: Run):
    for name, text in (("a", "{"), ("b", "[]"), ("c", '{"results": 3}'), ("d", json.dumps({"results": [{"case": 1}]}))):
        (tmp_path / "eval" / name).mkdir(parents=True)
        (tmp_path / "eval" / name / "run.json").write_text(text, encoding="utf-8")
    write_run(run, tmp_path / "eval" / "good")
    assert [m.cases for m in measured(tmp_path)] == [5]


def test_a_run_on_other_documents_is_told_to_be_old(mapped: Mapper, tmp_path: Path, run: Run):
    write_run(run.model_copy(update={"corpus_version": "sha256:before"}), tmp_path / "eval" / "test")
    found = mapped()
    assert found.runs
    assert not found.is_current


def test_citations_count_at_the_passage_where_their_words_stand_today(
    mapped: Mapper, history: History, river_bot: Bot, clock: Clock
):
    given = river_bot.ask("when is the season closed")
    for number in range(3):
        moved = given.citations[0].model_copy(update={"start": 9_000 + number, "end": 9_001 + number})
        changes = {"id": f"reply {number}", "citations": (moved, *given.citations[1:])}
        history.record("c", given.model_copy(update=changes), "chat")
    gone = given.citations[0].model_copy(update={"quote": "It stood there once."})
    history.record("c", given.model_copy(update={"id": "old", "citations": (gone, *given.citations[1:])}), "chat")
    found = mapped()
    season = next(p for p in found.passages if p.section == SEASON)
    assert season.cited in {3, 4}
    assert season.last_cited == clock.time
    assert SEASON not in {p.section for p in found.never_cited}
    assert GEAR in {p.section for p in found.never_cited}
    assert season.known_questions == 1


def test_what_was_asked_in_vain_stands_at_the_nearest_passage(mapped: Mapper, history: History):
    for number in range(4):
        history.record(f"c{number}", reply("is a net with a very long handle allowed as gear"), "chat")
    history.record("c", reply("gear gear", reason="unclear"), "chat")
    found = mapped()
    (beside,) = found.uncovered
    assert (beside.section, beside.asked) == (GEAR, 4)
    documents = {d.document_id: d for d in found.documents}
    assert (documents["rivers"].asked, documents["boats"].asked) == (4, 0)
    table = found.table
    assert len(table.rows) == len(found.passages)
    assert {len(row) for row in table.rows} == {len(table.columns)}
