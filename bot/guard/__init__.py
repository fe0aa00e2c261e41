"""What kind of question it is: rules on its words, places it names, and the nearest examples of the scope file.

``screen`` runs before anything is searched; ``weigh`` afterwards, because the nearest known question speaks against
the nearest example.
"""

import re
from dataclasses import dataclass

from bot.errors import InputError
from bot.guard.places import Gazetteer, outside
from bot.guard.rules import screen
from bot.prompts import EMPTY_QUESTION, LONG_QUESTION, NO_WORDS
from bot.types import Corpus, Evidence, ExampleHit, Verdict

__all__ = ["Gazetteer", "Guard", "checked", "outside", "screen"]

_QUESTION = Verdict("question")
_BY_CALIBRATION = frozenset({"question", "not_in_sources"})
"""Kinds about which the calibrated probability decides; a near example of them speaks against the other kinds."""
_URGENT = 0.3
"""From this probability on an emergency is taken for one: to miss it would be worse than to mention it in vain."""
_ABBREVIATION = 2
_NEAR = 0.5
"""An example less similar than this says nothing."""
_MARGIN = {
    "not_in_sources": 0.0,
    "advice": -0.02,
    "out_of_scope": 0.02,
    "out_of_jurisdiction": 0.1,
    "unsafe": 0.0,
    "chat": 0.05,
    "urgent": 0.0,
}
"""By how much an example of a kind must be nearer than the nearest known question."""
_ADVICE = re.compile(
    r"\b(should|shall)\s+(i|we)\b|\bwhat\s+(should|do|would)\s+(i|we|you)\s+(do|say|tell)\b|\bwould\s+you\b|\badvi[sc]e\s+me\b"
    r"|\b(draft|write|prepare|review|negotiate|look\s+over|rewrite|check)\s+(me|my|our|a|an|this|the)\s+\w*\s*"
    r"(letter|contract|agreement|clause|msa|baa|lease|email|response|complaint|offer|plan)\b"
    r"|\b(will|would|could|can)\s+(i|we)\s+(win|lose|get\s+away)\b|\bdo\s+(i|we)\s+have\s+a\s+case\b|\bworth\s+(it|suing|reporting)\b"
    r"|\b(is|would)\s+it\s+(be\s+)?(smart|wise|better|worth|a\s+good\s+idea)\b|\bdo\s+you\s+think\b|\bi\s+should\s+(pick|choose|sign|take|hire)\b"
    r"|\b(my|our)\s+(best|next)\s+(move|step|option)\b|\bmy\s+chances\b|\bi\s+need\s+a\s+lawyer\b|\bis\s+it\s+(smart|wise|better)\b"
    r"|\bget(ting)?\s+(me|us)\s+in(to)?\s+trouble\b|\bam\s+i\s+(going\s+to|liable|in\s+trouble|breaking|at\s+risk)\b|\bwhat\s+would\s+you\b|\bin\s+my\s+(case|situation)\b",
    re.IGNORECASE,
)


def checked(text: str, *, limit: int) -> str:
    """The question without control characters and needless space.

    Raises:
        InputError: it is empty, longer than ``limit`` characters, or has no letter and no digit.
    """
    if len(text) > limit:
        raise InputError(LONG_QUESTION.format(length=f"{len(text):,}", limit=f"{limit:,}"))
    cleaned = " ".join("".join(c if c.isprintable() or c.isspace() else " " for c in text).split())
    if not cleaned:
        raise InputError(EMPTY_QUESTION)
    if not any(c.isalnum() for c in cleaned):
        raise InputError(NO_WORDS)
    return cleaned


@dataclass(frozen=True, slots=True)
class Guard:
    """Judges questions for one corpus."""

    corpus: Corpus
    gazetteer: Gazetteer

    @classmethod
    def of(cls, corpus: Corpus) -> "Guard":
        """A guard with the places outside the corpus's jurisdiction."""
        return cls(corpus, Gazetteer(corpus.scope.jurisdiction))

    def weigh(self, text: str, evidence: Evidence) -> Verdict:
        """The kind of a question that no rule decided, after the search."""
        if evidence.kinds.get("urgent", 0.0) >= _URGENT:
            return Verdict("urgent", "the reader")
        places = self.gazetteer.places(text)
        foreign = [p for p in outside(places) if not self._stands_in_answer(p, evidence)]
        if foreign:
            return Verdict("out_of_jurisdiction", foreign[0])
        if self.corpus.scope.examples and _ADVICE.search(text):
            return Verdict("advice", "asks what to do")
        return self._by_reading(evidence, names_places=bool(places)) if evidence.kinds else self._by_examples(evidence)

    def _by_reading(self, evidence: Evidence, *, names_places: bool) -> Verdict:
        """The likeliest other kind, when the trained reader is sure that it is one of them.

        Where places are named, they say themselves whether the question is about another one.
        """
        settled = {"out_of_jurisdiction"} if names_places else set()
        kinds = {k: p for k, p in evidence.kinds.items() if k not in _BY_CALIBRATION | settled}
        kind = max(kinds, key=kinds.__getitem__, default="question")
        if sum(kinds.values()) < self.corpus.calibration.kind:
            return _QUESTION
        return Verdict(kind, next((e.wording for e in evidence.examples if e.kind == kind), "the reader"))

    def _by_examples(self, evidence: Evidence) -> Verdict:
        """The kind of the nearest example, where no known question is as near."""
        known = max((k.similarity for k in evidence.known), default=0.0)
        for example in evidence.examples:
            if example.kind in _BY_CALIBRATION:
                known = max(known, example.similarity)
            elif example.similarity >= _NEAR and example.similarity >= known + _MARGIN.get(example.kind, 0.0):
                return self._by_example(example)
        return _QUESTION

    def _by_example(self, example: ExampleHit) -> Verdict:
        if example.kind == "out_of_jurisdiction" and not outside(self.gazetteer.places(example.wording)):
            return Verdict(example.kind, example.wording)
        return Verdict(example.kind, example.wording) if example.kind != "out_of_jurisdiction" else _QUESTION

    def _stands_in_answer(self, place: str, evidence: Evidence) -> bool:
        """A document may speak of a place elsewhere: then the question is about that document."""
        if len(place) <= _ABBREVIATION:
            return False
        name = re.compile(rf"\b{re.escape(place)}\b", re.IGNORECASE)
        spans = [s for hit in evidence.known[:3] for s in hit.known.answer]
        texts = [d.quote(s) for s in spans if (d := self.corpus.document(s.document_id))]
        texts += [hit.passage.text for hit in evidence.hits[:2]]
        return any(name.search(t) for t in texts)
