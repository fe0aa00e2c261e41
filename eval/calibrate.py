"""Fitting a corpus's calibration: ``corpus/calibration.json``.

Two logistic regressions over the signals of ``bot.types.SIGNALS``, on the questions that ``eval.train`` held out: which
known answer is asked for (``rank``), and whether any is (``answerable``). The questions are held out of everything else
as well: they are not among the wordings that a question is compared with while the models are fitted. The threshold is
then chosen on the development cases.
"""

import dataclasses
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from bot.contextualise import contextualise
from bot.index import Index
from bot.retrieve import Probe, Retriever, probabilities
from bot.types import SIGNALS, Calibration, Corpus, Logistic, Question
from eval.cases import CASES, load_cases, split_of
from eval.train import held_out

RANKED_BY = ("wording", "sentence", "words", "coverage", "no_number", "reader")
ANSWERABLE_BY = ("no_number", "reader", "nearest", "near_miss", "in_sources")
Say = Callable[[str], None]
Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]


def calibrate(index: Index, *, say: Say = print) -> Calibration:
    """The fitted calibration of an index's corpus; deterministic for the same corpus, reader and libraries."""
    judged = list(_judged(index, _without_held_out(index)))
    asked = [(s, r) for s, r in judged if r.any()]
    rank = _fit(np.concatenate([s for s, _ in asked]), np.concatenate([r for _, r in asked]), RANKED_BY)
    best = np.array([probabilities(rank, s).argmax() for s, _ in judged])
    leads = np.stack([s[i] for (s, _), i in zip(judged, best, strict=True)])
    answerable = _fit(leads, np.array([r.any() for _, r in judged]), ANSWERABLE_BY)
    first = np.mean([r[i] for (_, r), i in zip(judged, best, strict=True) if r.any()])
    say(f"{len(judged)} held-out questions, {len(asked)} with an answer; the first answer is right for {first:.1%}")
    return dataclasses.replace(index.corpus.calibration, rank=rank, answerable=answerable)


def write(calibration: Calibration, path: Path) -> None:
    """Put a calibration into a corpus folder."""
    content = {
        "rank": _written(calibration.rank),
        "answerable": _written(calibration.answerable),
        "threshold": calibration.threshold,
        "kind": calibration.kind,
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def with_threshold(index: Index, fitted: Calibration) -> Calibration:
    """The calibration with the threshold at which refusals are as precise as they are complete on development cases.

    Only plain questions count. The share of right replies is flat around there, so that it chooses badly; and neither a
    reply beside the point nor a needless decline is to be had for the other.
    """
    tuned = dataclasses.replace(index, corpus=dataclasses.replace(index.corpus, calibration=fitted))
    retriever = Retriever(tuned)
    found: dict[bool, list[float]] = {True: [], False: []}
    for case in load_cases(CASES):
        answered, declined = "answered" in case.expect, "declined:not_in_sources" in case.expect
        for_advice = any(e.endswith(":advice") for e in case.expect)
        if answered != declined and not for_advice and split_of(case, index.corpus) == "dev":
            evidence = retriever.retrieve(contextualise(Question(case.question, case.history)))
            found[answered].append(evidence.answerable)
    covered, missed = (np.array(found[kind]) for kind in (True, False))
    grid = [round(0.02 * i, 2) for i in range(2, 49)]
    return dataclasses.replace(fitted, threshold=min(grid, key=lambda t: _imbalance(covered, missed, t)))


def _imbalance(answered: npt.NDArray[np.float64], missed: npt.NDArray[np.float64], threshold: float) -> float:
    """How far precision and recall of refusals lie apart."""
    declined, rightly = (answered < threshold).sum() + (missed < threshold).sum(), (missed < threshold).sum()
    return abs(float(rightly / max(declined, 1) - rightly / max(len(missed), 1)))


def _fit(signals: Floats, right: Bools, names: Sequence[str]) -> Logistic:
    """A logistic regression over some of the signals, its weights for signals as they are measured."""
    columns = [SIGNALS.index(name) for name in names]
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000)).fit(signals[:, columns], right)
    scaler, regression = model[0], model[1]
    scaled = regression.coef_[0] / scaler.scale_
    weights = dict(zip(names, scaled, strict=True))
    intercept = float(regression.intercept_[0] - (scaled * scaler.mean_).sum())
    return Logistic(tuple(round(float(weights.get(name, 0.0)), 4) for name in SIGNALS), round(intercept, 4))


def _judged(index: Index, rest: Index) -> Iterator[tuple[Floats, Bools]]:
    """Signals of the likeliest answers in ``rest``, and which of them are right, for each held-out question."""
    retriever = Retriever(rest)
    position = {k.id: i for i, k in enumerate(rest.corpus.known_questions)}
    right: dict[str, Bools] = {}
    for known in (k for k in index.corpus.known_questions if k.id in position):
        for wording in (w for w in known.asked if held_out(w)):
            same = rest.same_answer[position[known.id]]
            right[wording] = same | right.get(wording, np.zeros(len(position), dtype=np.bool_))
    none = np.zeros(len(position), dtype=np.bool_)
    right |= {question: none for question in index.corpus.near_misses if held_out(question)}
    for answers, probe in zip(right.values(), _probes(retriever, list(right)), strict=True):
        reading = rest.reader.read(probe.read)
        found = retriever.candidates(probe, reading, near_miss=retriever.near_miss(probe))
        yield found.signals, answers[found.positions]


def _probes(retriever: Retriever, questions: Sequence[str]) -> Iterator[Probe]:
    """As ``Retriever.probe``, many at a time."""
    index = retriever.index
    expanded = [index.glossary.expand(q) for q in questions]
    forms = (index.encoder.encode(questions), index.encoder.encode(expanded), index.reader.encoder.encode(questions))
    return (Probe(q, e, *vectors) for q, e, *vectors in zip(questions, expanded, *forms, strict=True))


def _without_held_out(index: Index) -> Index:
    """The index as if nobody had ever put the held-out questions."""
    corpus = index.corpus
    kept = (
        dataclasses.replace(k, questions=tuple(w for w in k.questions if w not in k.asked or not held_out(w)))
        for k in corpus.known_questions
    )
    rest: Corpus = dataclasses.replace(
        corpus,
        known_questions=tuple(k for k in kept if k.questions),
        near_misses=tuple(q for q in corpus.near_misses if not held_out(q)),
    )
    return dataclasses.replace(
        index, corpus=rest, reader=index.reader.of(index.encoder, corpus.reader, rest.known_questions)
    )


def _written(model: Logistic) -> dict[str, object]:
    weights = {name: w for name, w in zip(SIGNALS, model.weights, strict=True) if w}
    return {"weights": weights, "intercept": model.intercept}
