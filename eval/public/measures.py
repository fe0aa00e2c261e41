"""Metrics, each a pure function. A question that a metric does not apply to gives no score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ir_measures
import numpy as np
import numpy.typing as npt
from ir_measures import Qrel, R, ScoredDoc, nDCG

from bot.types import Span

CITED = 3
"""So many sentences count as cited: the number of the benchmark's own baselines."""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Means over questions."""

    recall_at_5: float
    ndcg_at_10: float


@dataclass(frozen=True, slots=True)
class Prf:
    """Precision, recall and F1."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """Refusing is the positive class. Balanced accuracy is the mean of recall and the share of answerables answered."""

    precision: float
    recall: float
    f1: float
    balanced_accuracy: float
    threshold: float


def retrieval(gold: Mapping[str, Sequence[str]], ranked: Mapping[str, Sequence[str]]) -> Retrieval:
    """Recall@5 and binary nDCG@10 (Järvelin and Kekäläinen 2002), as ir-measures has them, by question id."""
    qrels = [Qrel(q, item, 1) for q, items in gold.items() for item in items]
    run = [ScoredDoc(q, item, -float(rank)) for q in gold for rank, item in enumerate(ranked[q])]
    found = ir_measures.calc_aggregate([R @ 5, nDCG @ 10], qrels, run)
    return Retrieval(float(found[R @ 5]), float(found[nDCG @ 10]))


def marked(sentence: Span, gold: Sequence[Span]) -> bool:
    """True when at least half of the sentence, or half of a shorter marked span, is what people marked."""
    return any(
        sentence.overlaps(g)
        and 2 * (min(sentence.end, g.end) - max(sentence.start, g.start))
        >= min(sentence.end - sentence.start, g.end - g.start)
        for g in gold
    )


def citation(gold: Mapping[str, Sequence[str]], cited: Mapping[str, Sequence[str]]) -> Prf:
    """Of the first ``CITED`` sentences: precision and recall against the marked ones, means over questions."""
    shares = [
        (len(set(items) & set(cited[q][:CITED])), len(set(cited[q][:CITED])), len(set(items)))
        for q, items in gold.items()
    ]
    precision = float(np.mean([hit / max(said, 1) for hit, said, _ in shares]))
    recall = float(np.mean([hit / wanted for hit, _, wanted in shares]))
    f1 = float(np.mean([2 * hit / (said + wanted) for hit, said, wanted in shares]))
    return Prf(precision, recall, f1)


def best_threshold(scores: npt.NDArray[np.float64], answerable: npt.NDArray[np.bool_]) -> float:
    """The score from which to answer: the one with the highest balanced accuracy, the middle of a gap."""
    order = np.unique(scores)
    cuts = np.concatenate([[order[0] - 1.0], (order[1:] + order[:-1]) / 2, [order[-1] + 1.0]])
    answered = np.array([(scores[answerable] >= c).mean() for c in cuts])
    refused = np.array([(scores[~answerable] < c).mean() for c in cuts])
    return float(cuts[int(np.argmax(answered + refused))])


def refusal(scores: npt.NDArray[np.float64], answerable: npt.NDArray[np.bool_], threshold: float) -> Refusal:
    """What comes of refusing every question whose score is below the threshold."""
    refused = scores < threshold
    right = int((refused & ~answerable).sum())
    precision, recall = right / max(int(refused.sum()), 1), right / int((~answerable).sum())
    f1 = 2 * right / (int(refused.sum()) + int((~answerable).sum()))
    answered = float((~refused)[answerable].mean())
    return Refusal(precision, recall, f1, (recall + answered) / 2, threshold)
