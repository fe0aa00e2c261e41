"""How probable it is that what was found answers the question."""

import math
from collections.abc import Set as AbstractSet

from bot.types import Evidence, SentenceHit, Span

_INTERCEPT, _SIMILARITY, _COVERAGE, _UNKNOWN = -7.6, 8.0, 4.0, -0.5
"""A logistic model by hand for sentences of documents that no known question points to."""


def confidence(evidence: Evidence, pointed_to: AbstractSet[Span]) -> float:
    """Estimated probability in [0, 1] that the best find answers the question.

    A known question brings its calibrated probability. A sentence counts by itself only when it is not in
    ``pointed_to``, the answers of all known questions: so a document can be used before anybody wrote questions for it.
    """
    known = evidence.answerable
    best = next(iter(evidence.sentences), None)
    if best is None or best.sentence.span in pointed_to:
        return known
    return max(known, of_sentence(best, unknown=len(evidence.unknown_words)))


def of_sentence(hit: SentenceHit, *, unknown: int) -> float:
    """The same for one sentence; each ``unknown`` word of the question takes away from it."""
    z = _INTERCEPT + _SIMILARITY * max(0.0, hit.similarity) + _COVERAGE * hit.coverage + _UNKNOWN * unknown
    return 1.0 / (1.0 + math.exp(-z))
