"""Vectors by text: what has been encoded once is not encoded again."""

import hashlib
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from bot.embed import Encoder
from bot.types import Matrix, Progress


@dataclass(frozen=True, slots=True)
class TextVectors:
    """Unit-length vectors, shape (n, d), of n distinct texts known by their hashes."""

    rows: dict[str, int]
    matrix: Matrix

    def of(self, texts: Sequence[str]) -> Matrix:
        """The vectors of texts, in their order; KeyError for a text that was not encoded."""
        return self.matrix[np.array([self.rows[_key(text)] for text in texts], dtype=np.int64)]

    @staticmethod
    def missing(texts: Sequence[str], known: "TextVectors | None") -> int:
        """How many distinct texts have no vector in ``known``."""
        keys = {_key(text) for text in texts}
        return len(keys - known.rows.keys()) if known else len(keys)

    @classmethod
    def encode(cls, texts: Sequence[str], encoder: Encoder, *, known: Self | None, progress: Progress | None) -> Self:
        """Vectors of all ``texts``; those in ``known`` (made by the same model) are taken from there."""
        distinct = list(dict.fromkeys(texts))
        keys = [_key(text) for text in distinct]
        have = known.rows if known else {}
        fresh = [i for i, key in enumerate(keys) if key not in have]
        matrix = np.zeros((len(distinct), encoder.dimension), dtype=np.float32)
        if known:
            old = [i for i, key in enumerate(keys) if key in have]
            matrix[old] = known.matrix[[have[keys[i]] for i in old]]
        if fresh:
            matrix[fresh] = encoder.encode([distinct[i] for i in fresh], progress=progress)
        return cls({key: i for i, key in enumerate(keys)}, matrix)

    def save(self, path: Path) -> None:
        """Write them into a ``.npz`` file."""
        np.savez(path, keys=np.array(list(self.rows), dtype="U32"), matrix=self.matrix)

    @classmethod
    def load(cls, path: Path) -> Self | None:
        """None where there are none, or they cannot be read."""
        try:
            with np.load(path, allow_pickle=False) as file:
                return cls({str(key): i for i, key in enumerate(file["keys"])}, file["matrix"])
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):
            return None


def _key(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
