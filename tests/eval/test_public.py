import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bot.embed import Encoder
from bot.errors import InputError
from bot.types import Span
from eval.public.data import BenchQuestion, BenchSet, ambiguous, read_sets
from eval.public.measures import best_threshold, citation, marked, refusal, retrieval
from eval.public.run import CITATIONS, DOCUMENTS, REFUSAL, SENTENCES, Row, run
from eval.public.systems import System, systems
from eval.public.table import behind, lines, markdown
from tests.conftest import ROOT

DOCS = {
    "ferry": "The ferry leaves every hour. The last ferry leaves at nine in the evening. Bicycles travel free.",
    "museum": "The museum is closed on Mondays. Children under six enter without a ticket. Photographs are allowed.",
    "bakery": "Bread is baked at four in the morning. The bakery sells cakes on Sundays. Rye bread costs three crowns.",
}
ASKED = [
    ("When does the last ferry leave?", "ferry", "The last ferry leaves at nine in the evening."),
    ("Do bicycles cost extra on the ferry?", "ferry", "Bicycles travel free."),
    ("On which day is the museum closed?", "museum", "The museum is closed on Mondays."),
    ("May I take photographs in the museum?", "museum", "Photographs are allowed."),
    ("How much is rye bread?", "bakery", "Rye bread costs three crowns."),
    ("When is bread baked?", "bakery", "Bread is baked at four in the morning."),
]
UNKNOWN = [
    "Who won the chess tournament?",
    "How deep is the lake?",
    "Which train goes to the airport?",
    "Is there wifi?",
]


def question(number: int, text: str, document: str = "", sentence: str = "", **more: object) -> dict[str, object]:
    start = DOCS[document].index(sentence) if document else 0
    gold = {"gold_doc_ids": [document], "gold_spans": [[document, start, start + len(sentence)]]} if document else {}
    return {"id": str(number), "question": text, "answerable": bool(document), "gold_doc_ids": [], **gold, **more}


def write(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "bench"
    docs = [{"id": i, "title": i.capitalize(), "text": t, "unused": 1} for i, t in DOCS.items()]
    for name in ("open", "scoped"):
        write(home / name / "docs.jsonl", docs)
    known = [question(n, *a) for n, a in enumerate(ASKED * 6)]
    everything = [*known, *(question(n + 100, u) for n, u in enumerate(UNKNOWN * 9))]
    write(home / "open" / "questions.jsonl", everything)
    write(home / "scoped" / "questions.jsonl", [question(n, *a, scope_doc_ids=[a[1]]) for n, a in enumerate(ASKED)])
    return home


def rows_of(folder: Path, name: str, encoder: Encoder, tmp_path: Path) -> dict[str, Row]:
    bench = read_sets(folder, only=[name])[0]
    return {row.task: row for row in run(bench, encoder, tmp_path / "cache" / name)}


def test_every_system_finds_documents_and_declines_in_the_same_run(folder, encoder, tmp_path):
    rows = rows_of(folder, "open", encoder, tmp_path)
    assert set(rows) == {DOCUMENTS, REFUSAL}
    assert list(rows[DOCUMENTS].systems) == ["BM25 alone", "dense alone", "ours"]
    assert rows[DOCUMENTS].questions == 6 * len(ASKED)
    assert rows[DOCUMENTS].systems["ours"]["recall_at_5"] == 1.0


def test_a_question_with_a_scope_ranks_the_sentences_of_its_document(folder, encoder, tmp_path):
    rows = rows_of(folder, "scoped", encoder, tmp_path)
    assert set(rows) == {DOCUMENTS, SENTENCES, CITATIONS}
    assert rows[SENTENCES].systems["ours"]["recall_at_5"] == 1.0
    assert rows[CITATIONS].systems["ours"]["recall"] == 1.0


def test_a_set_without_unanswerable_questions_gives_no_refusal_numbers(folder, encoder, tmp_path):
    assert REFUSAL not in rows_of(folder, "scoped", encoder, tmp_path)


def test_a_threshold_from_a_handful_of_questions_is_not_reported(folder, encoder, tmp_path):
    bench = read_sets(folder, only=["open"], limit=12)[0]
    assert REFUSAL not in {row.task for row in run(bench, encoder, tmp_path / "few")}


def test_no_system_looks_outside_of_the_scope(folder, encoder, tmp_path):
    seen: list[str] = []

    def watched(index) -> tuple[System, ...]:
        made = systems(index)
        for system in made:
            found = system.find(BenchQuestion(id="1", question="bread and ferry"), ("museum",))
            seen.extend([*found.documents, *(s.document_id for s in found.sentences)])
        return made

    run(read_sets(folder, only=["scoped"])[0], encoder, tmp_path / "cache", made=watched)
    assert set(seen) == {"museum"}


def test_vectors_are_kept_for_the_next_run(folder, encoder, tmp_path):
    first = rows_of(folder, "open", encoder, tmp_path)
    before = {p: p.stat().st_size for p in (tmp_path / "cache").rglob("*vectors.npz")}
    assert len(before) == 1
    assert len(list((tmp_path / "cache").rglob("questions/*.npz"))) == 1
    assert rows_of(folder, "open", encoder, tmp_path) == first


def test_follow_ups_inherit_and_answers_of_the_history_are_left_out():
    turns = [{"role": "user", "text": "When does the ferry leave?"}, {"role": "assistant", "text": "Every hour."}]
    asked = BenchQuestion.model_validate({"id": "1", "question": "and the last one?", "history": turns})
    assert asked.history == ("When does the ferry leave?",)
    assert asked.query.subject == "When does the ferry leave?"


def test_the_halves_depend_on_the_id_alone():
    halves = [BenchQuestion(id=str(i), question="?").held_out for i in range(200)]
    assert halves == [BenchQuestion(id=str(i), question="!").held_out for i in range(200)]
    assert 70 < sum(halves) < 130


def test_a_wording_asked_of_several_documents_is_ambiguous_without_its_scope():
    one = BenchQuestion(id="1", question="Who signs?", scope_doc_ids=("a",))
    other = BenchQuestion(id="2", question="Who signs?", scope_doc_ids=("b",))
    assert ambiguous([one, other, BenchQuestion(id="3", question="Who pays?")]) == {"Who signs?"}


def test_a_line_of_another_form_is_named(folder):
    (folder / "open" / "questions.jsonl").write_text('{"id": "1"}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"questions\.jsonl, line 1"):
        read_sets(folder)


def test_a_folder_without_sets_says_what_a_set_is(tmp_path):
    with pytest.raises(InputError, match=r"docs\.jsonl"):
        read_sets(tmp_path)


def test_a_limit_spreads_over_the_file(folder):
    bench: BenchSet = read_sets(folder, only=["open"], limit=5)[0]
    assert [q.id for q in bench.files[0][1]] == ["0", "14", "28", "107", "121"]


def test_recall_and_ndcg_follow_their_formulas():
    found = retrieval({"q": ["a", "b"]}, {"q": ["x", "a", *"cdefgh", "b"]})
    assert found.recall_at_5 == 0.5
    assert found.ndcg_at_10 == pytest.approx((1 / np.log2(3) + 1 / np.log2(10)) / (1 + 1 / np.log2(3)))


def test_a_question_for_which_nothing_is_found_counts_as_missed():
    assert retrieval({"q": ["a"], "r": ["a"]}, {"q": ["a"], "r": []}).recall_at_5 == 0.5


def test_a_sentence_is_marked_when_half_of_it_or_of_a_shorter_span_is():
    assert marked(Span("d", 0, 100), [Span("d", 40, 46)])
    assert marked(Span("d", 0, 100), [Span("d", 50, 300)])
    assert not marked(Span("d", 0, 100), [Span("d", 90, 300)])
    assert not marked(Span("d", 0, 100), [Span("e", 0, 100)])


def test_only_the_first_three_sentences_count_as_cited():
    found = citation({"q": ["a", "d"]}, {"q": ["a", "b", "c", "d"]})
    assert (found.precision, found.recall, found.f1) == pytest.approx((1 / 3, 1 / 2, 2 / 5))


def test_the_threshold_parts_the_answerable_from_the_rest():
    scores, answerable = np.array([0.9, 0.8, 0.3, 0.1]), np.array([True, True, False, False])
    found = refusal(scores, answerable, best_threshold(scores, answerable))
    assert (found.precision, found.recall, found.f1, found.balanced_accuracy) == (1, 1, 1, 1)


def test_the_table_marks_the_best_and_names_where_ours_is_not():
    values = {"BM25 alone": 0.5, "dense alone": 0.7, "ours": 0.6}
    row = Row("set", "questions", DOCUMENTS, 3, {s: {"recall_at_5": v} for s, v in values.items()})
    assert lines([row])[0] == ("set", DOCUMENTS, "3", "recall@5", "0.500", "**0.700**", "0.600")
    assert "| set | what |" in markdown([row])
    assert behind([row]) == ["set, documents, questions: recall@5 0.600, best baseline 0.700"]


def test_the_command_prints_a_table_and_writes_every_number(folder, tmp_path):
    out = tmp_path / "numbers.json"
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "eval.public",
            str(folder),
            "--set",
            "open",
            "--limit",
            "60",
            "--markdown",
            "--out",
            out,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "| open | documents |" in ran.stdout
    assert "development" in ran.stdout
    assert json.loads(out.read_text(encoding="utf-8"))["rows"][0]["set"] == "open"


def test_the_command_refuses_a_folder_without_sets_in_one_line(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "eval.public", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr
