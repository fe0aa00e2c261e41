"""What a question asks, in parts that can be compared, and how two questions differ.

Two questions are of one kind when nothing that could turn the answer differs: numbers, money, percentages, dates and
sections; negation; may, must and their like; what is asked for; who is named, and in which order; and every other
content word. Words that a glossary, or English, takes for the same count as the same.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Final

from bot.approved.words import (
    ASKED,
    EITHER,
    FRAMES,
    HOW_OFTEN,
    MODALITY,
    NEGATION,
    OBJECTS,
    SAME,
    SAME_AS_WHO,
    SUBJECTS,
    WEIGHTY,
    WHAT,
    YES_OR_NO,
)  # fmt: skip
from bot.tokens import FUNCTION_WORDS, numbers, pieces, stem, words
from bot.types import Corpus
from bot.verify import NUMBER_WORD, Terms, quantities

_ASKED: Final = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in ASKED.items()}
DIFFERENCES: Final = (
    "numbers", "negation", "modality", "kind", "terms", "pronouns", "relations", "words", "order",
)  # fmt: skip
"""In the order in which they are looked for."""
_MANY: Final = 50
_NEARLY_ALL: Final = 0.8
_NOT_A_WORD: Final = frozenset("s t d ll re ve w u r".split())


@dataclass(frozen=True, slots=True)
class Asking:
    """One question, as far as it is compared."""

    text: str
    words: tuple[str, ...]
    """Content words in order, one form for all that ask the same."""
    quantities: frozenset[tuple[str, str, int]]
    """Value, bound and how often of each number."""
    sections: frozenset[str]
    """Numbers with more than digits, such as ``12-b``."""
    modalities: frozenset[str]
    negations: int
    asked: frozenset[tuple[str, int]]
    """What is asked for, and how often."""
    form: str
    """``yes or no``, ``what`` (which asks for something by itself), or empty: it can be taken for either."""
    weighty: frozenset[str]
    pronouns: frozenset[str]
    terms: frozenset[str]
    """Of the glossary."""


class Asked:
    """Takes questions about one corpus apart.

    The place that all documents speak of, what a question is wrapped in, and words that stand in nearly every passage
    do not count: a question may add them or leave them out.
    """

    def __init__(self, corpus: Corpus, passages: Sequence[str] = ()) -> None:
        self._terms = Terms.of(corpus)
        self._place = _place(corpus.scope.jurisdiction)
        self._needless = FRAMES
        if len(passages) >= _MANY:
            counted = Counter(w for text in passages for w in set(self._content(self._terms.expand(text))))
            parties = {w for t in self._terms.parties for w in self._content(t)}
            self._needless |= {w for w, n in counted.items() if n >= _NEARLY_ALL * len(passages)} - parties
        self.read = lru_cache(maxsize=4096)(self._read)

    def _read(self, text: str) -> Asking:
        as_terms = self._terms.expand(text)
        said = Counter((q.value, q.bound) for q in quantities(as_terms))
        small = words(text)
        return Asking(
            text,
            tuple(self._content(as_terms)),
            frozenset((value, bound, n) for (value, bound), n in said.items()),
            frozenset(n for n in numbers(text) if not n.isdigit()),
            frozenset(str(m.lastgroup) for m in MODALITY.finditer(text)),
            len(NEGATION.findall(EITHER.sub(" ", text))),
            frozenset((kind, n) for kind, pattern in _ASKED.items() if (n := len(pattern.findall(text)))),
            self._form(text),
            frozenset(w for w in small if w in WEIGHTY),
            frozenset(
                {SUBJECTS[w] for w in small if w in SUBJECTS} | {OBJECTS[w] + "!" for w in small if w in OBJECTS}
            ),
            frozenset(term for term, _, _ in self._terms.mentions(text)),
        )

    def _form(self, text: str) -> str:
        if WHAT.search(SAME_AS_WHO.sub(" ", text)):
            return "what"
        return "yes or no" if YES_OR_NO.search(text) else ""

    def _content(self, text: str) -> Iterator[str]:
        bare = text
        for pattern in (self._place, SAME_AS_WHO, HOW_OFTEN, MODALITY, NEGATION, NUMBER_WORD):
            bare = pattern.sub(" ", bare)
        for piece in pieces(bare):
            word = piece.removesuffix("'s")
            if word[0].isdigit() or word in FUNCTION_WORDS or word in _NOT_A_WORD:
                continue
            root = stem(word)
            if root not in self._needless:
                yield SAME.get(root, root)


def difference(asked: Asking, approved: Asking) -> str:
    """In one word, why a question is not of the same kind as an approved one; empty when it is."""
    checks = (
        asked.quantities != approved.quantities or asked.sections != approved.sections,
        asked.negations != approved.negations,
        asked.modalities != approved.modalities,
        asked.asked != approved.asked or _other_form(asked, approved),
        asked.terms != approved.terms,
        asked.pronouns != approved.pronouns,
        asked.weighty != approved.weighty,
        Counter(asked.words) != Counter(approved.words) or not asked.words,
        _turned(asked.words, approved.words),
    )
    return next((name for name, differs in zip(DIFFERENCES, checks, strict=True) if differs), "")


def _other_form(asked: Asking, approved: Asking) -> bool:
    """True when one is answered by yes or no and the other by something else; a few bare words may be either."""
    if asked.form == approved.form:
        return False
    return "" not in {asked.form, approved.form} or not _is_clear(asked)


def _is_clear(asked: Asking) -> bool:
    """True when what is asked for shows without a verb or question word in front."""
    return bool(asked.modalities) != bool(asked.asked)


def _place(name: str) -> re.Pattern[str]:
    """A place under its name or its initials."""
    initials = "".join(w[0] for w in name.split())
    known = [re.escape(n) for n in (name, initials, f"{initials}s") if len(n) > 1]
    return re.compile(rf"\b(?:{'|'.join(known) or '(?!)'})(?:\s+state)?(?:['’]s)?\b", re.IGNORECASE)


def _turned(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """True when some two words have changed sides of a third one that stands between them."""
    places = {w: i for i, w in enumerate(other) if other.count(w) == 1}
    shared = [places[w] for w in one if w in places and one.count(w) == 1]
    return any(a > b > c for a, b, c in combinations(shared, 3))
