"""Misspelt words of a question, put right by the words of the documents and of the questions about them."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.tokens import stem, words

_LETTERS: Final = re.compile(r"(?<![\w'’@./-])[A-Za-z]{6,}(?![\w'’@/-]|\.\w)")
_COMMON, _VERY_COMMON = 15, 100
"""Times that a word must be used for a misspelt one to become it: one that is known otherwise, and any other."""
_COMMONER: Final = 15
"""How many times as often: what is written differently that often may be another word, such as a name."""
_SHORTEST: Final = 5
_ENDINGS: Final = ("s", "es", "d", "ed", "r", "er", "ers", "or", "ing", "en", "ly", "al", "able", "ness")
_APART: Final = re.compile(
    r"(?:is|are|was|were|do|does|did|ca|wo|would|could|should|has|have|had|must)nt"
    r"|(?:they|there|that|what|who)(?:re|ve|ll|s|d)"
)
"""Contractions without their apostrophe: ``doesnt``, ``theyre``."""


class Spelling:
    """Knows the words of one corpus. ``is_word`` tells what is a word of the language besides."""

    def __init__(self, documents: Iterable[str], questions: Iterable[str], is_word: Callable[[str], bool]) -> None:
        self._stated = {word for text in documents for word in words(text)}
        used = Counter(word for text in questions for word in words(text))
        self._is_word = is_word
        self._common = sorted(
            word
            for word, times in used.items()
            if len(word) >= _SHORTEST and times >= (_COMMON if word in self._stated or is_word(word) else _VERY_COMMON)
        )
        self._used = used

    def corrected(self, text: str) -> str:
        """The text with each word of six or more letters that is none put right, if one letter makes it a common word.

        A letter left out, doubled or exchanged, or two that changed places (optimal string alignment distance 1).
        """
        return _LETTERS.sub(lambda found: self._right(found[0]), text)

    def _right(self, word: str) -> str:
        lower = word.lower()
        if self._may_stand(lower):
            return word
        near = process.extract(lower, self._common, scorer=OSA.distance, score_cutoff=1, limit=None)
        least = _COMMONER * self._used[lower]
        right = [
            other
            for other, _, _ in near
            if other[0] == lower[0] and self._used[other] >= least and stem(other) != stem(lower)
        ]
        return max(right, key=lambda other: (self._used[other], other), default=word)

    def _may_stand(self, word: str) -> bool:
        """True for a word that is one, or may be."""
        if word in self._stated or self._is_word(word) or self._used[word] >= _VERY_COMMON or _APART.fullmatch(word):
            return True
        return any(word.endswith(end) and self._is_word(word.removesuffix(end)) for end in _ENDINGS)
