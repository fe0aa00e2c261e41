"""A model's sentence beside what it has to be supported by."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from bot.tokens import tokens
from bot.types import Corpus, GlossaryTerm
from bot.verify.quantities import NUMBER_WORD

_SHORT_NOT: Final = re.compile(r"\b(?:can(?:no|['’])t|(\w+)n['’]t)\b", re.IGNORECASE)
_HEADING_NUMBER: Final = re.compile(r"(?:^|\n)\s*\d+\.\s")
IN_BRACKETS: Final = re.compile(r"\([^()]*(?:\([^()]*\)[^()]*)*\)")
_OPENING: Final = re.compile(r"((?:under|in|for|by|according to)\s[^,;:]+),", re.IGNORECASE)
_ACTS: Final = r"(?:may|must|can|cannot|shall|should|will|owns?|has|have)\b"


class Flaw(StrEnum):
    """Why a model's sentence is not shown."""

    FORM = "form"
    QUOTE = "quote"
    NUMBER = "number"
    NAME = "name"
    PARTY = "party"
    NEGATION = "negation"
    MODAL = "modal"
    CONDITION = "condition"
    EXTENT = "extent"
    ROLES = "roles"
    MIXED = "mixed"
    WORDS = "words"
    MEANING = "meaning"


@dataclass(frozen=True)
class Terms:
    """The glossary's terms, found in a text under any of their names."""

    glossary: tuple[GlossaryTerm, ...]
    parties: frozenset[str] = frozenset()
    """The terms that act in the documents: somebody of that name may, must, owns or has something."""

    @classmethod
    def of(cls, corpus: Corpus) -> "Terms":
        """The terms of a corpus."""
        text = "\n".join(s.text for d in corpus.documents for s in d.sentences)
        acting = {
            t.term
            for t in corpus.glossary
            if re.search(rf"(?<![\w-])(?:{_alternatives((t.term, *t.also))})(?:e?s)?\s+{_ACTS}", text, re.IGNORECASE)
        }
        return cls(corpus.glossary, frozenset(acting))

    def mentions(self, text: str) -> list[tuple[str, int, int]]:
        """The terms that a text mentions, each with the offsets of its name; the longest name counts."""
        return [(self._term_of[m[1].lower()], *m.span()) for m in self._pattern.finditer(text)]

    def expand(self, text: str) -> str:
        """The text with each name as its term."""
        return self._pattern.sub(lambda m: self._term_of[m[1].lower()] + m[2], text)

    @cached_property
    def _term_of(self) -> Mapping[str, str]:
        return {name.lower(): t.term for t in self.glossary for name in (*t.also, t.term)}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(rf"(?<![\w-])({_alternatives(self._term_of)})(['’]s|e?s|)(?![\w-])", re.IGNORECASE)


@dataclass(frozen=True)
class Claim:
    """A sentence, the document sentences that it cites, and what stands around them; all as plain text.

    ``not`` is spelt out everywhere. What ends in ``_in_terms`` has each name of the glossary as its term.
    """

    text: str
    quotes: tuple[str, ...]
    around: str
    """Section headings and document titles."""
    question: str
    terms: Terms

    @classmethod
    def of(cls, text: str, quotes: Sequence[str], *, around: str = "", question: str = "", terms: Terms) -> "Claim":
        """A claim from texts as they stand."""
        return cls(_spelt_out(text), tuple(map(_spelt_out, quotes)), around, question, terms)

    @cached_property
    def quoted(self) -> str:
        """All quotes."""
        return " ".join(self.quotes)

    @cached_property
    def text_in_terms(self) -> str:
        """The sentence."""
        return self.terms.expand(self.text)

    @cached_property
    def quoted_in_terms(self) -> str:
        """All quotes."""
        return self.terms.expand(self.quoted)

    @cached_property
    def around_in_terms(self) -> str:
        """Headings and titles; their own numbers in front are left out."""
        return self.terms.expand(_HEADING_NUMBER.sub("\n", self.around))

    def without_openings(self, text: str) -> str:
        """A text without the openings of the quotes (``Under this law, …``), which may stand anywhere in a sentence."""
        openings = [re.escape(m[1]) for q in self.quotes if (m := _OPENING.match(q))]
        return re.sub("|".join(openings), " ", text, flags=re.IGNORECASE) if openings else text


def content(text: str) -> list[str]:
    """Content words of a text in order, stemmed; numbers left out, in digits and in words."""
    return [t for t in tokens(NUMBER_WORD.sub(" ", text)) if not t[0].isdigit()]


def without_brackets(text: str) -> str:
    """A text without what it has in brackets, such as its citations."""
    return IN_BRACKETS.sub(" ", text)


def _spelt_out(text: str) -> str:
    """``cannot``, ``can't`` and ``isn't`` as two words."""
    return _SHORT_NOT.sub(lambda m: f"{m[1] or 'can'} not", text)


def _alternatives(names: Iterable[str]) -> str:
    return "|".join(re.escape(n) for n in sorted(names, key=len, reverse=True)) or r"(?!)"
