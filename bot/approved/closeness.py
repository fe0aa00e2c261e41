"""How close in meaning a question is to an approved one of the same kind."""

import math
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Final

import numpy as np

from bot.approved.asking import Asked, difference
from bot.index import Index
from bot.types import Vector

LEAST: Final = 0.75
"""Cosine by the reader's encoder from which on two questions of the same kind ask for the same. Chosen with ``mso-bot
eval approved`` on its development half."""
LEAST_PLAIN: Final = 0.5
"""The same by the encoder as published, which knows more words than the reader was trained on; a floor."""
READ: Final = 0.2
"""From this probability of the reader on a known answer counts as the one that is asked for."""
_SLOPE: Final = 12.0
_INTERCEPT: Final = -6.5
"""A logistic model of whether both ask for the same, by their cosine."""
_MOST_KEPT: Final = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class _Meaning:
    """A question by both encoders, and the known answer that the reader takes it to ask for (-1: none)."""

    own: Vector
    read: Vector
    answer: int


@dataclass(frozen=True, slots=True)
class Measured:
    """How near two questions of one kind are."""

    cosine: float
    """By the reader's encoder."""
    plain: float
    """By the encoder as published, in the documents' words."""
    reads_alike: bool
    """True when the reader takes both to ask for the same known answer, or both for none."""

    @property
    def is_close(self) -> bool:
        """True when they ask for the same."""
        return self.reads_alike and self.cosine >= LEAST and self.plain >= LEAST_PLAIN


class Closeness:
    """Compares questions about one index. Safe to use from several threads."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._asked = Asked(index.corpus, [p.embedded_text for p in index.passages])
        self._kept: OrderedDict[str, _Meaning] = OrderedDict()
        self._lock = Lock()

    def difference(self, question: str, approved: str) -> str:
        """In one word, why two questions are not of one kind; empty when they are. Needs no encoder."""
        return difference(self._asked.read(question), self._asked.read(approved))

    def close(self, question: str, approved: str) -> float:
        """Cosine of two questions of the same kind, in [0, 1]; 0 when they do not ask for the same."""
        if self.difference(question, approved):
            return 0.0
        if " ".join(question.lower().split()) == " ".join(approved.lower().split()):
            return 1.0
        measured = self.measured(question, approved)
        return min(1.0, measured.cosine) if measured.is_close else 0.0

    def measured(self, question: str, approved: str) -> Measured:
        """How near two questions are in meaning, whatever their kinds."""
        one, other = self._meaning(question), self._meaning(approved)
        return Measured(float(one.read @ other.read), float(one.own @ other.own), one.answer == other.answer)

    def _meaning(self, text: str) -> _Meaning:
        with self._lock:
            known = self._kept.get(text)
        if known is None:
            known = self._encoded(text)
            with self._lock:
                self._kept[text] = known
                while len(self._kept) > _MOST_KEPT:
                    self._kept.popitem(last=False)
        return known

    def _encoded(self, text: str) -> _Meaning:
        index = self._index
        own = index.encoder.encode_question(index.glossary.expand(text))
        if not index.reader.trained:
            return _Meaning(own, own, -1)
        read = index.reader.encoder.encode_question(text)
        known = index.reader.read(read).known
        answer = int(np.argmax(known)) if known.max(initial=0.0) >= READ else -1
        return _Meaning(own, read, answer)


def confidence(closeness: float) -> float:
    """Estimated probability in [0, 1] that a question of this closeness asks for the same."""
    return 1.0 if closeness >= 1.0 else 1.0 / (1.0 + math.exp(-(_SLOPE * closeness + _INTERCEPT)))
