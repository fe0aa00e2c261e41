import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn

from bot.errors import InputError
from bot.models import chat_model
from bot.pipeline import Bot
from bot.settings import Settings
from bot.types import Status
from bot.web import create_app
from eval.cases import Case, load_cases
from eval.report import render_report
from eval.run import HttpTarget, InProcess, Run, choose, origin_of, read_run, run_cases, write_run
from tests.eval.conftest import RIVER_CASES
from tests.model_server import INPUT_TOKENS, MODEL, OUTPUT_TOKENS, ModelServer, draft

NOW = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def server(river_bot: Bot) -> Iterator[str]:
    running = uvicorn.Server(
        uvicorn.Config(create_app(river_bot), port=0, log_level="warning", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        thread.join(0.05)
    yield "http://{}:{}".format(*running.servers[0].sockets[0].getsockname()[:2])
    running.should_exit = True
    thread.join(10)


def test_a_run_holds_every_case_with_its_whole_reply_in_order(river_run: Run):
    assert [r.case.id for r in river_run.results] == ["closed", "who", "price", "wrong", "after"]
    closed = river_run.results[0]
    assert closed.right is True
    assert closed.needs_met == (True,)
    assert closed.reply.status is Status.ANSWERED
    assert river_run.metrics["right"].n == 5
    assert river_run.metrics["unsupported_sentences"].value == 0
    assert river_run.metrics["disclaimers"].value == 1


def test_a_run_says_where_it_comes_from(river_run: Run):
    origin = river_run.origin
    assert origin.engine == "extractive"
    assert (origin.started, origin.split, origin.cases) == ("2026-02-03T04:05:06+00:00", "all", "river.jsonl")
    assert set(origin.settings) == set(Settings.model_fields)
    assert river_run.corpus_version == river_run.results[0].reply.corpus_version != ""


def test_a_run_of_a_model_keeps_what_it_did_for_each_reply(river_bot: Bot, model_server: ModelServer, tmp_path: Path):
    values = {"data_dir": tmp_path, "model": MODEL, "model_base_url": model_server.url, "model_input_price": 1000}
    settings = Settings(**{**river_bot.settings.model_dump(), **values})
    target = InProcess(Bot(settings, river_bot._index, model=chat_model(settings)))
    said = "The season is closed from 1 March to 30 April (River Act § 14)."
    lie = said.replace("30", "31")
    model_server.plays("perfect", speech=lambda _: draft((said, [1], [said]), (lie, [1], [said])))
    origin = origin_of(target, split="all", source="-", now=NOW)
    cases = [Case(id="1", question="When is the season closed?"), Case(id="2", question="how do I bake bread")]
    done = run_cases(cases, target, origin=origin)
    work = done.results[0].work
    assert work is not None
    assert (work.input_tokens, work.output_tokens) == (INPUT_TOKENS, OUTPUT_TOKENS)
    assert (work.proposed, work.rejected, work.failure) == (2, ("number",), "")
    assert done.results[1].work is None
    assert done.origin.engine == f"generative:openai:{MODEL}"
    values_of = {name: estimate.value for name, estimate in done.metrics.items()}
    assert values_of["rejected_sentences"] == 0.5
    assert values_of["by_model"] == 1.0
    assert values_of["model_failures"] == 0.0
    assert values_of["model_tokens"] == INPUT_TOKENS + OUTPUT_TOKENS
    assert values_of["model_cost"] == pytest.approx(INPUT_TOKENS / 1000)
    assert "model tokens" in render_report(done)
    assert Run.model_validate_json(done.model_dump_json()) == done


def test_a_case_that_expects_otherwise_is_wrong_and_cites_no_evidence(river_run: Run):
    wrong = next(r for r in river_run.results if r.case.id == "wrong")
    assert wrong.right is False
    assert wrong.scores["evidence_cited"] == (0.0,)


def test_the_search_is_scored_for_cases_with_gold_alone(river_run: Run):
    assert river_run.metrics["recall_at_5"].n == 4
    assert river_run.results[0].scores["reciprocal_rank"] == (1.0,)
    assert river_run.results[2].scores["recall_at_5"] is None


def test_slices_are_by_category_and_by_document_of_the_gold(river_run: Run):
    assert {name: s.n for name, s in river_run.categories.items()} == {
        "conflict": 1, "fact": 2, "follow_up": 1, "not_in_sources": 1,
    }  # fmt: skip
    assert {name: s.n for name, s in river_run.documents.items()} == {"boats": 1, "rivers": 4}


def test_a_run_is_read_as_it_was_written(river_run: Run, tmp_path: Path):
    file = write_run(river_run, tmp_path / "new" / "folder")
    assert read_run(file) == read_run(tmp_path / "new" / "folder") == river_run


def test_what_is_no_run_says_what_to_do(tmp_path: Path):
    with pytest.raises(InputError, match="make a run with"):
        read_run(tmp_path)
    (tmp_path / "run.json").write_text('{"format": 2}', encoding="utf-8")
    with pytest.raises(InputError, match="is not a run"):
        read_run(tmp_path)


def test_a_running_server_is_scored_as_the_bot_in_process_is(river_run: Run, server: str):
    target = HttpTarget(server + "/")
    origin = origin_of(target, split="all", source="river.jsonl", now=NOW)
    done = run_cases(load_cases(RIVER_CASES), target, origin=origin)
    target.close()

    def judged(run: Run) -> list[object]:
        seen = ("right", "evidence_cited", "facts", "refusal", "confidence", "unsupported_sentences")
        return [(r.case.id, r.reply.answer, r.split, [r.scores[s] for s in seen]) for r in run.results]

    assert judged(done) == judged(river_run)
    assert "recall_at_5" not in done.metrics
    assert done.origin.settings == {"url": server}


def test_a_question_that_is_refused_counts_as_declined(river_bot: Bot, server: str):
    for target in (InProcess(river_bot), HttpTarget(server)):
        assert target.ask("   ", ()).status is Status.DECLINED
        assert target.ask("x" * 3000, ()).reason == "unclear"
        if isinstance(target, HttpTarget):
            target.close()


def test_a_server_that_is_not_there_says_so():
    with pytest.raises(InputError, match="is the server running"):
        HttpTarget("http://127.0.0.1:9")
    with pytest.raises(InputError, match="no address of a server"):
        HttpTarget("localhost:7860")


def test_passwords_stay_out_of_the_record(river_bot: Bot):
    changed = river_bot.settings.model_copy(update={"redis_url": "redis://me:secret@cache:6379/0"})
    target = InProcess(river_bot)
    target._bot = type("Seen", (), {"settings": changed})()
    assert target.settings["redis_url"] == "redis://***@cache:6379/0"


def test_a_split_holds_the_cases_whose_section_falls_into_it(river_bot: Bot):
    cases = load_cases(RIVER_CASES)
    dev, test = (choose(cases, s, river_bot.corpus) for s in ("dev", "test"))
    assert {c.id for c in dev} | {c.id for c in test} == {c.id for c in cases}
    assert {"closed", "after"} <= {c.id for c in test}  # one section
    assert choose(cases, "all", river_bot.corpus) == cases
    with pytest.raises(InputError, match="--split all"):
        choose([Case(id="n-1", question="?")], "dev", river_bot.corpus)


def test_cases_without_an_expected_outcome_are_asked_but_not_judged(river_bot: Bot):
    target = InProcess(river_bot)
    origin = origin_of(target, split="all", source="-", now=NOW)
    done = run_cases([Case(id="1", question="When is the season closed?")], target, origin=origin)
    assert done.results[0].right is None
    assert set(done.metrics) == {"unsupported_sentences", "disclaimers", "latency_p50", "latency_p95"}
