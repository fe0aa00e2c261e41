"""Every question of a set to every system, and what the measures say of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bot.embed import Encoder
from bot.index import Index
from bot.index.build import Builder
from bot.index.vectors import TextVectors
from bot.reader import Reader
from bot.settings import Settings
from bot.types import Progress, Span
from eval.public.data import BenchQuestion, BenchSet, ambiguous
from eval.public.measures import best_threshold, citation, marked, refusal, retrieval
from eval.public.systems import Found, Remembering, System, systems, wordings

DOCUMENTS, SENTENCES, CITATIONS, REFUSAL = "documents", "sentences in scope", "three sentences cited", "refusal"
FEWEST = 10
"""A threshold chosen or scored on fewer questions of a kind, answerable or not, says nothing."""


@dataclass(frozen=True, slots=True)
class Row:
    """One measured thing: the numbers of each system over the same questions."""

    set: str
    file: str
    task: str
    questions: int
    systems: dict[str, dict[str, float]]
    """System to measure to value."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with what each system found in its scope, and in the whole collection where that makes sense."""

    question: BenchQuestion
    in_scope: Mapping[str, Found]
    anywhere: Mapping[str, Found]


Systems = Callable[[Index], Sequence[System]]


def run(
    bench: BenchSet,
    encoder: Encoder,
    folder: Path,
    *,
    made: Systems = systems,
    progress: Progress | None = None,
) -> tuple[Row, ...]:
    """The rows of one set. ``folder`` keeps the vectors, so that the next run need not encode again."""
    every = [q for _, questions in bench.files for q in questions]
    remembering = Remembering(encoder, _question_vectors(folder, wordings(every), encoder, progress))
    settings = Settings.model_validate({"corpus_dir": folder, "data_dir": folder})
    index = Builder(
        settings, bench.corpus, remembering, Reader.of(remembering, None, ()), "a benchmark is run", progress=progress
    ).build()[1]
    compared = made(index)
    unclear = ambiguous(every)
    rows: list[Row] = []
    asked: list[Asked] = []
    for file, questions in bench.files:
        here: list[Asked] = []
        for q in questions:
            here.append(ask(q, compared, clear=q.question not in unclear))
            if progress:
                progress(len(asked) + len(here), len(every))
        rows += measured(here, index, bench.name, file)
        asked += here
    index.close()
    if len(bench.files) > 1:
        rows += _refusals(asked, bench.name, "all questions")
    return tuple(rows)


def ask(question: BenchQuestion, compared: Iterable[System], *, clear: bool) -> Asked:
    """One question to all systems; anywhere only when its wording is ``clear`` without its scope and has an answer."""
    scope = question.scope_doc_ids
    in_scope = {s.name: s.find(question, scope) for s in compared}
    if not scope:
        return Asked(question, in_scope, in_scope)
    wanted = clear and bool(question.gold_doc_ids)
    return Asked(question, in_scope, {s.name: s.find(question, ()) for s in compared} if wanted else {})


def measured(asked: Sequence[Asked], index: Index, name: str, file: str) -> list[Row]:
    """Every row that the questions of one file give."""
    return [
        *_documents(asked, name, file),
        *_sentences(asked, index, name, file),
        *_refusals(asked, name, file),
    ]


def _documents(asked: Sequence[Asked], name: str, file: str) -> list[Row]:
    """Which documents are found, over questions that have gold and are clear without a scope."""
    gold = {a.question.id: a.question.gold_doc_ids for a in asked if a.question.gold_doc_ids and a.anywhere}
    if not gold:
        return []
    ranked = {
        system: {a.question.id: a.anywhere[system].documents for a in asked if a.question.id in gold}
        for system in asked[0].in_scope
    }
    scores = {system: asdict(retrieval(gold, found)) for system, found in ranked.items()}
    return [Row(name, file, DOCUMENTS, len(gold), scores)]


def _sentences(asked: Sequence[Asked], index: Index, name: str, file: str) -> list[Row]:
    """Which sentences of the scope are found and cited, over questions that have a scope and marked passages."""
    of_document: dict[str, list[Span]] = {}
    for _, sentence in index.sentences:
        of_document.setdefault(sentence.span.document_id, []).append(sentence.span)
    scoped = [a for a in asked if a.question.scope_doc_ids and a.question.gold_spans]
    gold = {a.question.id: _marked(a.question, of_document) for a in scoped}
    gold = {q: spans for q, spans in gold.items() if spans}
    if not gold:
        return []
    ranked = {
        system: {a.question.id: [_name(s) for s in a.in_scope[system].sentences] for a in scoped}
        for system in asked[0].in_scope
    }
    found = {system: asdict(retrieval(gold, r)) for system, r in ranked.items()}
    cited = {system: asdict(citation(gold, r)) for system, r in ranked.items()}
    return [Row(name, file, SENTENCES, len(gold), found), Row(name, file, CITATIONS, len(gold), cited)]


def _refusals(asked: Sequence[Asked], name: str, file: str) -> list[Row]:
    """Refusals on the test half at the threshold of the development half; none where a half has too few of a kind."""
    judged = [a for a in asked if a.question.answerable is not None]
    answerable = np.array([a.question.answerable for a in judged], dtype=bool)
    test = np.array([a.question.held_out for a in judged], dtype=bool)
    if min(int((half & kind).sum()) for half in (test, ~test) for kind in (answerable, ~answerable)) < FEWEST:
        return []
    found = {}
    for system in judged[0].in_scope:
        scores = np.array([a.in_scope[system].score for a in judged], dtype=np.float64)
        threshold = best_threshold(scores[~test], answerable[~test])
        found[system] = asdict(refusal(scores[test], answerable[test], threshold))
    return [Row(name, file, REFUSAL, int(test.sum()), found)]


def _marked(question: BenchQuestion, of_document: Mapping[str, Sequence[Span]]) -> list[str]:
    return [_name(s) for d in question.scope_doc_ids for s in of_document.get(d, ()) if marked(s, question.gold)]


def _name(span: Span) -> str:
    return f"{span.document_id}:{span.start}"


def _question_vectors(folder: Path, texts: Sequence[str], encoder: Encoder, progress: Progress | None) -> TextVectors:
    """Vectors of all questions; the bundled encoder treats questions and documents alike."""
    home = folder / "questions" / f"{encoder.fingerprint.replace(':', '-')[:24]}.npz"
    home.parent.mkdir(parents=True, exist_ok=True)
    vectors = TextVectors.encode(texts, encoder, known=TextVectors.load(home), progress=progress)
    vectors.save(home)
    return vectors
