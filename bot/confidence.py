"""How probable it is that what was found answers the question."""

import math

from bot.types import Corpus, Evidence, SentenceHit

_INTERCEPT, _SIMILARITY, _COVERAGE, _UNKNOWN = -7.6, 8.0, 4.0, -0.5
"""A logistic model by hand for sentences of documents that no known question points to."""


def confidence(evidence: Evidence, corpus: Corpus) -> float:
    """Estimated probability in [0, 1] that the best find answers the question.

    A known question brings its calibrated probability. A sentence counts by itself only where no known question points
    to it, so that a document can be used before anybody wrote questions for it.
    """
    known = evidence.known[0].score if evidence.known else 0.0
    pointed_to = {span for k in corpus.known_questions for span in k.answer}
    best = next(iter(evidence.sentences), None)
    if best is None or best.sentence.span in pointed_to:
        return known
    return max(known, of_sentence(best, unknown=len(evidence.unknown_words)))


def of_sentence(hit: SentenceHit, *, unknown: int) -> float:
    """The same for one sentence; each ``unknown`` word of the question takes away from it."""
    z = _INTERCEPT + _SIMILARITY * max(0.0, hit.similarity) + _COVERAGE * hit.coverage + _UNKNOWN * unknown
    return 1.0 / (1.0 + math.exp(-z))
