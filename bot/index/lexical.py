"""BM25 over tokens that keep legal citations whole. The one owner of bm25s."""

import logging
import math
from collections.abc import Iterable, Sequence

import bm25s
import numpy as np
import numpy.typing as npt

from bot.tokens import tokens

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG

K1, B = 0.9, 0.4
"""Anserini's defaults, tuned on TREC collections (Lin et al. 2021, Pyserini)."""


class LexicalIndex:
    """BM25 (Lucene's form) over texts. It takes milliseconds to build and so is never stored."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._documents = [tokens(t) for t in texts]
        self._bm25 = None
        if any(self._documents):
            self._bm25 = bm25s.BM25(method="lucene", k1=K1, b=B)
            self._bm25.index(self._documents, show_progress=False)
        self._postings: dict[str, list[int]] = {}
        for i, document in enumerate(self._documents):
            for token in dict.fromkeys(document):
                self._postings.setdefault(token, []).append(i)

    def scores(self, query: Iterable[str]) -> npt.NDArray[np.float32]:
        """BM25 scores of every text for query tokens, shape (n,)."""
        wanted = [t for t in dict.fromkeys(query) if t in self._postings]
        if self._bm25 is None or not wanted:
            return np.zeros(len(self._documents), dtype=np.float32)
        return np.asarray(self._bm25.get_scores(wanted), dtype=np.float32)

    def weight(self, token: str) -> float:
        """Inverse document frequency of a token, at least 0; the highest for a token that no text has."""
        n, df = len(self._documents), len(self._postings.get(token, ()))
        return math.log(1 + (n - df + 0.5) / (df + 0.5))

    def texts_with(self, token: str) -> npt.NDArray[np.bool_]:
        """Which texts have a token, shape (n,)."""
        found = np.zeros(len(self._documents), dtype=np.bool_)
        found[self._postings.get(token, [])] = True
        return found

    def __len__(self) -> int:
        return len(self._documents)

    def __contains__(self, token: str) -> bool:
        return token in self._postings
