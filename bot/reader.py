"""The reader: a tuned copy of the encoder that tells which known answer a question asks for, or what else it is.

Its last layers, and a prototype for each known answer and several for each other kind of question, come with the
corpus (``corpus/reader.safetensors``, made by ``mso-bot eval train``). Prototypes are compared by cosine, as in
prototypical networks (Snell et al. 2017, arXiv:1703.05175). A corpus without that file is read by the plain encoder.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.embed import Encoder
from bot.types import KnownQuestion, Matrix, ReaderWeights, Vector

_NOTHING: Mapping[str, float] = {}
ADVICE = "advice"
"""The kind of question that asks for a known answer as well: for what holds in general."""
_LEAST = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What the reader makes of one question."""

    known: npt.NDArray[np.float32]
    """Probability of each known question's answer, shape (n known questions,), whether or not advice is asked for."""
    kinds: Mapping[str, float]
    """Probability of each other kind of question; empty when there is no trained reader."""


class Reader:
    """Reads questions for the known questions of one corpus. Make one with ``Reader.of``."""

    def __init__(self, encoder: Encoder, weights: ReaderWeights | None, known: Sequence[KnownQuestion]) -> None:
        self._encoder = encoder
        self._weights = weights
        rows = {key: i for i, key in enumerate(weights.answers)} if weights else {}
        self._row_of_known = np.array([rows.get(k.key, -1) for k in known], dtype=np.int64)

    @classmethod
    def of(cls, encoder: Encoder, weights: ReaderWeights | None, known: Sequence[KnownQuestion]) -> "Reader":
        """A reader with ``weights``; a plain one without, or when they were trained for another encoder."""
        if weights is None or weights.fingerprint != encoder.fingerprint:
            return cls(encoder, None, known)
        return cls(encoder.tuned(weights.layers), weights, known)

    @property
    def trained(self) -> bool:
        """False when questions are read by the plain encoder."""
        return self._weights is not None

    @property
    def encoder(self) -> Encoder:
        """Turns questions into the vectors that ``read`` takes."""
        return self._encoder

    def read(self, vector: Vector) -> Reading:
        """The reading of a question by its vector, of shape (d,) and length 1."""
        weights = self._weights
        if weights is None:
            return Reading(np.zeros(len(self._row_of_known), dtype=np.float32), _NOTHING)
        answers = weights.scale * (weights.answer_prototypes @ vector)
        names, logits = _kinds(weights, vector)
        everything = np.concatenate([answers, logits])
        chances = np.exp(everything - everything.max())
        chances /= chances.sum()
        kinds = dict(zip(names, chances[len(answers) :].tolist(), strict=True))
        chances /= max(1.0 - kinds.get(ADVICE, 0.0), _LEAST)
        known = np.where(self._row_of_known >= 0, chances[self._row_of_known], 0.0).astype(np.float32)
        return Reading(known, kinds)


def _kinds(weights: ReaderWeights, vector: Vector) -> tuple[tuple[str, ...], Matrix]:
    """The kinds, and the logit of each: log of the sum over its prototypes."""
    scores = np.exp(weights.scale * (weights.kind_prototypes @ vector - 1.0))
    names = tuple(dict.fromkeys(weights.kinds))
    owner = np.array([names.index(k) for k in weights.kinds], dtype=np.int64)
    sums = np.bincount(owner, weights=scores, minlength=len(names))
    return names, np.asarray(np.log(sums) + weights.scale, dtype=np.float32)
