"""Sections of law that a text names (``§ 6512``, ``section 6512``, ``8 NYCRR 29.1(b)(3)``, a bare ``6512``), and which
known answers a question about one of them asks for.
"""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import numpy as np
import numpy.typing as npt

from bot.tokens import CITATION, tokens
from bot.types import Matrix

Scores = npt.NDArray[np.float32]

OTHER = 0.1
"""What is left of the likelihood of an answer that cites none of the sections that a question names."""
ALONE = 0.9
"""Probability that the documents answer a question that names a section they cite and says little else. Both numbers
are set by hand: too few questions name a section to fit them."""
_LITTLE_ELSE = 1
_MARK = r"(?:§+|\b(?:sections?|sec\.?|nycrr|c\.?f\.?r\.?|u\.?s\.?c\.?)(?![a-z]))"
_NUMBERS = rf"{CITATION.pattern}(?:\s*(?:,|;|and|or|&)\s*(?:§+\s*)?{CITATION.pattern})*"
_MARKED = re.compile(rf"{_MARK}\s*(?:§+\s*|part\s+|no\.?\s+)?(?P<numbers>{_NUMBERS})", re.IGNORECASE)
_LAW = re.compile(r"((?:[A-Z][\w.&]*\s+){1,4})§")
"""The name of a law before its sections: ``Educ. Law §``."""
_TELLING = re.compile(r"\d+\.\d+\(|\d+-[a-z]{1,2}$|\d\(|^(?!19|20)\d{4}$")
"""A number that looks like a section even where nothing marks it."""
_ABOUT = frozenset(
    tokens(
        "section sec nycrr cfr usc explain summarize summary meaning mean state cover text content info forbid require"
    )
)
"""Words with which a question asks for a section as such."""


class Sections:
    """The sections that known answers cite.

    ``answers`` holds the sentences of each known answer, ``vectors`` the answers' vectors, shape (n, d).
    """

    def __init__(self, answers: Sequence[Sequence[str]], vectors: Matrix) -> None:
        self._cited = [[cited(sentence) for sentence in sentences] for sentences in answers]
        self._together = [frozenset[str]().union(*sentences) for sentences in self._cited]
        self._known = frozenset[str]().union(*self._together)
        names = (m[1] for sentences in answers for sentence in sentences for m in _LAW.finditer(sentence))
        self._said_of_any = _ABOUT | frozenset(t for name in names for t in tokens(name))
        self._vectors = vectors

    def sought(self, question: str) -> "Sought | None":
        """How well each answer fits the sections that a question names; None when it names none.

        For a question that says little else the most typical of the answers fits best: the one whose sentences cite the
        section and little else, and that lies nearest to the mean of all that cite it.
        """
        sections = named(question, self._known)
        if not sections:
            return None
        cites = np.array([bool(sections & one) for one in self._together], dtype=np.bool_)
        if not cites.any() or not self._says_little_else(question):
            return Sought(np.where(cites, 1.0, OTHER).astype(np.float32), alone=False)
        typical = np.clip(self._vectors @ self._vectors[cites].mean(axis=0), 0, 1)
        narrow = [
            sum(bool(sections & one) for one in sentences) / len(sentences) / max(1, len(_outermost(together)))
            for sentences, together in zip(self._cited, self._together, strict=True)
        ]
        return Sought(np.where(cites, typical * narrow, 0.0).astype(np.float32), alone=True)

    def _says_little_else(self, question: str) -> bool:
        return len({t for t in tokens(question) if not t[0].isdigit()} - self._said_of_any) <= _LITTLE_ELSE


class Sought:
    """What the sections that a question names say of each known answer.

    ``share``: how well each fits them, in [0, 1], shape (n known questions,). ``alone``: the question says little else,
    so that this alone decides.
    """

    def __init__(self, share: Scores, *, alone: bool) -> None:
        self.share = share
        self.alone = alone

    def likelihood(self, likely: Scores, positions: Sequence[int]) -> Scores:
        """Of the answers at ``positions``, given their likelihood by everything else."""
        share = self.share[list(positions)]
        return share if self.alone else share * likely

    def answerable(self, probability: float, lead: int) -> float:
        """Whether the answer at ``lead`` answers, given the probability by everything else."""
        return max(probability, ALONE) if self.alone else probability * float(self.share[lead])


def cited(text: str) -> frozenset[str]:
    """The sections that stand behind a mark such as ``§``, each with the wider ones that hold it.

    ``8 NYCRR § 29.1(b)(4)`` gives ``29.1(b)(4)``, ``29.1(b)`` and ``29.1``.
    """
    return frozenset(t for t in tokens(" , ".join(m["numbers"] for m in _MARKED.finditer(text))) if t[0].isdigit())


def named(question: str, known: AbstractSet[str]) -> frozenset[str]:
    """The sections that a question names: all that are marked, and bare numbers that look like ``known`` ones."""
    marked = {n for m in _MARKED.finditer(question.lower()) for n in CITATION.findall(m["numbers"])}
    bare = {n for n in CITATION.findall(question.lower()) if n in known and _TELLING.search(n)}
    return frozenset(marked | bare)


def _outermost(sections: AbstractSet[str]) -> set[str]:
    """Sections by their number alone: ``29.1(b)`` and ``29.1(b)(4)`` are ``29.1``."""
    return {s.split("(")[0] for s in sections}
