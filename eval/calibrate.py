"""Fitting a corpus's calibration: ``corpus/calibration.json`` and ``corpus/calibration-map.npy``.

Two things are fitted, both by holding out a third of the known questions and near misses at a time, so that no
question is ever judged by itself:

* a linear map of question vectors that brings the wordings of one answer together and others apart (an adapter on a
  frozen encoder; the loss is InfoNCE, van den Oord et al. 2018, over the answers of the corpus), and
* a logistic regression of seven signals (``bot.types.SIGNALS``) that gives the probability that an answer is right,
  on the questions of the groups' ``asked`` lists and the near misses.
"""

import dataclasses
import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from sklearn.linear_model import LogisticRegression

from bot.contextualise import contextualise
from bot.index import Index
from bot.retrieve import Probe, Retriever, probabilities
from bot.types import SIGNALS, Calibration, Corpus, KnownQuestion, Matrix, Question, Span
from eval.cases import CASES, load_cases, split_of

FOLDS = 3
STEPS = 120
SEEDS = 4
BATCH = 256
TEMPERATURE = 20.0
DECAY = 1e-3
SAME_ANSWER = 0.88
"""Answers of this cosine state the same fact, as two documents often do."""
BESIDE_THE_POINT = 3.0
Say = Callable[[str], None]
Floats = npt.NDArray[np.float32]


def calibrate(index: Index, *, threshold: float, say: Say = print) -> Calibration:
    """The fitted calibration of an index's corpus; deterministic for the same corpus, encoder and libraries."""
    samples: list[tuple[Floats, npt.NDArray[np.bool_]]] = []
    for fold in range(FOLDS):
        rest = _without(index.corpus, fold)
        fitted = dataclasses.replace(
            Calibration(), map=fit_map(_plain(index, rest)), fingerprint=index.encoder.fingerprint
        )
        held = dataclasses.replace(index, corpus=dataclasses.replace(rest, calibration=fitted))
        samples += _samples(index, held, fold)
        say(f"fold {fold + 1} of {FOLDS}: {len(samples)} questions so far")
    signals, right = np.concatenate([s for s, _ in samples]), np.concatenate([r for _, r in samples])
    model = LogisticRegression(max_iter=2000).fit(signals, right)
    weights = tuple(round(float(w), 4) for w in model.coef_[0])
    say(f"{len(samples)} held-out questions, {len(signals)} candidates, {right.mean():.1%} right")
    return Calibration(
        weights,
        round(float(model.intercept_[0]), 4),
        threshold,
        fit_map(_plain(index, index.corpus)),
        index.encoder.fingerprint,
    )


def write(calibration: Calibration, folder: Path) -> None:
    """Put a calibration into a corpus folder."""
    content = {
        "fingerprint": calibration.fingerprint,
        "weights": dict(zip(SIGNALS, calibration.weights, strict=True)),
        "intercept": calibration.intercept,
        "threshold": calibration.threshold,
    }
    (folder / "calibration.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    if calibration.map is not None:
        np.save(folder / "calibration-map.npy", calibration.map.astype(np.float16))


def fit_map(index: Index) -> Matrix:
    """A map of shape (d, d) for the wordings of an index that has none yet: the mean of ``SEEDS`` fits."""
    return np.asarray(np.mean([_fit_once(index, seed) for seed in range(SEEDS)], axis=0), dtype=np.float32)


def _fit_once(index: Index, seed: int) -> Matrix:
    torch.manual_seed(seed)
    forms = [torch.tensor(form) for form in index.wording_vectors]
    groups = torch.tensor(index.group_of_wording)
    same = torch.tensor(_same_answer(index))
    identity = torch.eye(forms[0].shape[1])
    fitted = torch.nn.Parameter(identity.clone())
    optimiser = torch.optim.Adam([fitted], lr=1e-3)
    for step in range(STEPS):
        form = forms[step % 2]
        chosen = torch.randint(0, len(form), (min(BATCH, len(form)),))
        scores = _unit(form[chosen] @ fitted) @ _unit(form @ fitted).T * TEMPERATURE
        scores[torch.arange(len(chosen)), chosen] = -1e4
        best = torch.full((len(chosen), len(same)), -1e4)
        best = best.scatter_reduce(1, groups.expand(len(chosen), -1), scores, "amax")
        mine = torch.logsumexp(torch.where(same[groups[chosen]], best, torch.tensor(-1e4)), 1)
        usable = mine > -1e3  # noqa: PLR2004 - a group of one wording has nothing left to be near to
        loss = (torch.logsumexp(best, 1) - mine)[usable].mean() + DECAY * ((fitted - identity) ** 2).sum()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        optimiser.step()
    return np.asarray(fitted.detach().numpy(), dtype=np.float32)


def _samples(index: Index, held: Index, fold: int) -> list[tuple[Floats, npt.NDArray[np.bool_]]]:
    """Signals of the likeliest answers, and which of them are right, for each question that ``held`` does not know."""
    retriever, glossary = Retriever(held), index.glossary
    same = _same_answer(held)
    position = {k.id: i for i, k in enumerate(held.corpus.known_questions)}
    found = []
    for known in (k for k in index.corpus.known_questions if k.id in position):
        for wording in (w for w in known.questions if w in known.asked and _fold(w) == fold):
            probe = Probe(wording, glossary.expand(wording), *index.vectors.of([wording, glossary.expand(wording)]))
            chosen, signals = retriever.signals(probe, retriever.wording_similarity(probe))
            found.append((signals, same[position[known.id]][chosen]))
    for question in (q for q in index.corpus.near_misses if _fold(q) == fold):
        probe = Probe(question, glossary.expand(question), *index.vectors.of([question, glossary.expand(question)]))
        chosen, signals = retriever.signals(probe, retriever.wording_similarity(probe))
        found.append((signals, np.zeros(len(chosen), dtype=np.bool_)))
    return found


def _without(corpus: Corpus, fold: int) -> Corpus:
    """The corpus without the wordings and near misses of one fold."""
    kept = (
        dataclasses.replace(k, questions=tuple(w for w in k.questions if _fold(w) != fold))
        for k in corpus.known_questions
    )
    return dataclasses.replace(
        corpus,
        known_questions=tuple(k for k in kept if k.questions),
        near_misses=tuple(q for q in corpus.near_misses if _fold(q) != fold),
    )


def _plain(index: Index, corpus: Corpus) -> Index:
    """The index over a corpus whose vectors are not mapped yet."""
    return dataclasses.replace(index, corpus=dataclasses.replace(corpus, calibration=Calibration()))


def _same_answer(index: Index) -> npt.NDArray[np.bool_]:
    """Which known questions share a sentence of their answers, or answer in nearly the same words; shape (n, n)."""
    known: Sequence[KnownQuestion] = index.corpus.known_questions
    rows, owners = index.answer_rows
    means = np.zeros((len(known), index.sentence_vectors.shape[1]), dtype=np.float32)
    np.add.at(means, owners, index.sentence_vectors[rows])
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    same = np.asarray(means @ means.T > SAME_ANSWER)
    by_span: dict[Span, list[int]] = {}
    for i, k in enumerate(known):
        for span in k.answer:
            by_span.setdefault(span, []).append(i)
    for sharing in by_span.values():
        same[np.ix_(sharing, sharing)] = True
    return same


def _fold(text: str) -> int:
    return hashlib.blake2b(text.encode(), digest_size=4).digest()[0] % FOLDS


def _unit(vectors: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.normalize(vectors, dim=1)


def threshold_on_dev(index: Index, fitted: Calibration) -> Calibration:
    """The calibration with the threshold that costs least on the development cases.

    Cases that the documents answer and near misses count; one beside the point costs ``BESIDE_THE_POINT``
    needless declines.
    """
    tuned = dataclasses.replace(index, corpus=dataclasses.replace(index.corpus, calibration=fitted))
    retriever = Retriever(tuned)
    best: dict[bool, list[float]] = {True: [], False: []}
    for case in load_cases(CASES):
        if split_of(case, index.corpus) != "dev" or not (case.gold or case.category == "not_in_sources"):
            continue
        query = contextualise(Question(case.question, tuple(case.history)))
        probe = retriever.probe(f"{query.subject} {query.text}".strip())
        _, signals = retriever.signals(probe, retriever.wording_similarity(probe))
        best[bool(case.gold)].append(float(probabilities(fitted, signals).max()))
    grid = [round(0.05 + 0.01 * i, 2) for i in range(60)]
    answered, missed = (np.array(best[kind]) for kind in (True, False))
    chosen = max(grid, key=lambda t: _worth(answered, missed, t))
    return dataclasses.replace(fitted, threshold=chosen)


def _worth(answered: npt.NDArray[np.float64], missed: npt.NDArray[np.float64], threshold: float) -> float:
    return float((answered >= threshold).sum() + BESIDE_THE_POINT * (missed < threshold).sum())
