"""Sections of law that a text names (``§ 6512``, ``section 6512``, ``8 NYCRR 29.1(b)(3)``, a bare ``6512``), and which
known answers a question about one of them asks for.
"""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.tokens import CITATION, tokens
from bot.types import Matrix

OTHER = 0.1
"""What is left of the likelihood of an answer that cites none of the sections that a question names."""
_LITTLE_ELSE = 1
_MARK = r"(?:§+|\b(?:sections?|sec\.?|nycrr|c\.?f\.?r\.?|u\.?s\.?c\.?|law)(?![a-z]))"
_NUMBERS = rf"{CITATION.pattern}(?:\s*(?:,|;|and|or|&)\s*(?:§+\s*)?{CITATION.pattern})*"
_MARKED = re.compile(rf"{_MARK}\s*(?:§+\s*|part\s+|no\.?\s+)?(?P<numbers>{_NUMBERS})", re.IGNORECASE)
_TELLING = re.compile(r"\d+\.\d+\(|\d+-[a-z]{1,2}$|\d\(|^(?!19|20)\d{4}$")
"""A number that looks like a section even where nothing marks it."""
_ABOUT = frozenset(tokens("explain summarize summary meaning mean state cover text content info forbid require"))
"""Words with which a question asks for a section as such."""


@dataclass(frozen=True, slots=True, eq=False)
class Sought:
    """What the sections that a question names say of each known answer."""

    share: npt.NDArray[np.float32]
    """How well each answer fits them, in [0, 1]; shape (n known questions,)."""
    alone: bool
    """True when the question says little else, so that this alone decides."""


def sections_cited(text: str) -> frozenset[str]:
    """The sections that stand behind a mark such as ``§``, each with the wider ones that hold it.

    ``8 NYCRR § 29.1(b)(4)`` gives ``29.1(b)(4)``, ``29.1(b)`` and ``29.1``.
    """
    return frozenset(t for t in tokens(" , ".join(m["numbers"] for m in _MARKED.finditer(text))) if t[0].isdigit())


def sections_named(question: str, known: AbstractSet[str]) -> frozenset[str]:
    """The sections that a question names: all that are marked, and bare numbers that look like ``known`` ones."""
    marked = (m["numbers"] for m in _MARKED.finditer(question))
    found = {n.lower() for numbers in marked for n in CITATION.findall(numbers)}
    return frozenset(found | {n for n in CITATION.findall(question.lower()) if n in known and _TELLING.search(n)})


def sought(question: str, cited: Sequence[Sequence[AbstractSet[str]]], answers: Matrix) -> Sought | None:
    """Which answers fit the sections that a question names; None when it names none.

    ``cited`` are the sections that each sentence of each known answer cites, ``answers`` the answers' vectors, shape
    (n, d). For a question that says little else the most typical of the answers fits best: the one whose sentences cite
    the section and little else, and that lies nearest to the mean of all that cite it.
    """
    together = [frozenset[str]().union(*sentences) for sentences in cited]
    named = sections_named(question, frozenset[str]().union(*together))
    if not named:
        return None
    cites = np.array([bool(named & sections) for sections in together], dtype=np.bool_)
    if not cites.any() or not _says_little_else(question):
        return Sought(np.where(cites, 1.0, OTHER).astype(np.float32), alone=False)
    typical = answers @ answers[cites].mean(axis=0)
    narrow = np.array([sum(bool(named & one) for one in sentences) / len(sentences) for sentences in cited])
    narrow /= [max(1, len(_outermost(sections))) for sections in together]
    return Sought(np.where(cites, np.clip(typical, 0, 1) * narrow, 0.0).astype(np.float32), alone=True)


def _says_little_else(question: str) -> bool:
    """True when apart from citations (and the name of the law before one) hardly a word is left."""
    rest = re.sub(rf"(?:\b[a-z][\w.]*\s+){{0,3}}{_MARKED.pattern}", " ", question, flags=re.IGNORECASE)
    return len({t for t in tokens(rest) if not t[0].isdigit()} - _ABOUT) <= _LITTLE_ELSE


def _outermost(sections: AbstractSet[str]) -> set[str]:
    """Sections by their number alone: ``29.1(b)`` and ``29.1(b)(4)`` are ``29.1``."""
    return {s.split("(")[0] for s in sections}
