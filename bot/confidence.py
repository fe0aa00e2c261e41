"""How probable it is that what was found answers the question.

A logistic model over a few signals, each of which can be explained to a reader of the report. These first numbers were
set by hand; a corpus may bring fitted ones.
"""

import math
from dataclasses import dataclass

from bot.types import Evidence


@dataclass(frozen=True, slots=True)
class Signals:
    """What retrieval says of its best find, each in [0, 1]."""

    similarity: float
    """Cosine of the question and the nearest wording of a known question, or the best sentence where there is none."""
    coverage: float
    """Share of the question's words, weighted by rarity, that the find contains."""
    known_words: float
    """1 when every content word of the question stands somewhere in the documents or known questions, less for each
    that does not."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The numbers that turn signals into confidence, and the confidence from which the bot answers."""

    intercept: float = -7.6
    similarity: float = 8.0
    coverage: float = 4.0
    known_words: float = 1.0
    threshold: float = 0.5

    def confidence(self, evidence: Evidence) -> float:
        """Estimated probability in [0, 1] that the best find answers the question."""
        s = signals(evidence)
        z = (
            self.intercept
            + self.similarity * s.similarity
            + self.coverage * s.coverage
            + self.known_words * s.known_words
        )
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))


def signals(evidence: Evidence) -> Signals:
    """The signals of the best find; all 0 when nothing was found."""
    unknown = 1.0 / (1 + len(evidence.unknown_words))
    sentence = evidence.sentences[0] if evidence.sentences else None
    known = evidence.known[0] if evidence.known else None
    if known and (sentence is None or known.similarity + known.coverage >= sentence.similarity + sentence.coverage):
        return Signals(max(0.0, known.similarity), known.coverage, unknown)
    if sentence:
        return Signals(max(0.0, sentence.similarity), sentence.coverage, unknown)
    return Signals(0.0, 0.0, 0.0)
