"""Abbreviations and lay words."""

import re
from collections.abc import Sequence

from bot.types import GlossaryTerm


class Glossary:
    """Abbreviations and lay words to the documents' own wording."""

    def __init__(self, terms: Sequence[GlossaryTerm]) -> None:
        self._terms = {also.lower(): t.term for t in terms for also in t.also}
        longest_first = sorted(self._terms, key=len, reverse=True)
        alternatives = "|".join(re.escape(also) for also in longest_first) or r"(?!)"
        self._pattern = re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w-])", re.IGNORECASE)

    def expand(self, text: str) -> str:
        """The text in the documents' words."""
        return self._pattern.sub(lambda m: self._terms[m.group().lower()], text)
