"""A model's sentence against the document sentences that it cites: every check has to pass."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.corpus import locate, plain, whole_sentences
from bot.types import Corpus, DraftSentence, Span, VerifiedSentence
from bot.verify.claim import Claim, Flaw, Terms
from bot.verify.facts import names, numbers, parties, persons
from bot.verify.meaning import LEAST_COSINE, Encodes, cosine, sources, wording
from bot.verify.modality import conditions, extent, modals, negation, roles

MOST_CITED: Final = 3
"""Document sentences behind one sentence: with more, its words could be gathered from anywhere."""
MOST_WORDS: Final = 80
_NOT_PROSE: Final = re.compile(r"[<>{}\[\]|\\`*#\n]|(?i:https?:|www\.)|\w@\w|\?\s*$|\s[.,;:]|^[^A-Z0-9§$\"“]")
_CHECKS: Final[tuple[Callable[[Claim], Flaw | None], ...]] = (
    numbers, names, parties, persons, negation, modals, conditions, extent, roles, wording, sources,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a sentence is not shown, and the document sentences that it cites, so far as they were found."""

    flaw: Flaw
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Verifier:
    """Verifies what a model writes about one corpus."""

    corpus: Corpus
    encoder: Encodes
    terms: Terms

    @classmethod
    def of(cls, corpus: Corpus, encoder: Encodes) -> "Verifier":
        """With the corpus's glossary."""
        return cls(corpus, encoder, Terms.of(corpus))

    def verify(self, sentence: DraftSentence, question: str = "") -> VerifiedSentence | Rejection:
        """The sentence, bound to the whole document sentences that its quotes touch, or why it is not shown.

        Each ``Quote`` of it names a place (a passage) and words that are said to stand there. ``question`` is what was
        asked: its words are not new.
        """
        found = [self._cited(quote.span, quote.text) for quote in sentence.quotes]
        spans = tuple(dict.fromkeys(span for cited in found for span in cited))
        if not all(found) or not 0 < len(spans) <= MOST_CITED:
            return Rejection(Flaw.QUOTE, spans if len(spans) <= MOST_CITED else ())
        if _NOT_PROSE.search(sentence.text) or not 0 < len(sentence.text.split()) <= MOST_WORDS:
            return Rejection(Flaw.FORM, spans)
        claim = self._claim(sentence.text, spans, question)
        flaw = next((flaw for check in _CHECKS if (flaw := check(claim))), None)
        if flaw is None and cosine(claim, self.encoder) < LEAST_COSINE:
            flaw = Flaw.MEANING
        return Rejection(flaw, spans) if flaw else VerifiedSentence(sentence.text, spans, "verified")

    def _cited(self, place: Span, quote: str) -> tuple[Span, ...]:
        """The whole sentences that a quote touches; none when it does not stand there or may not be cited."""
        document = self.corpus.document(place.document_id)
        at = locate(quote, place, document) if document else None
        if document is None or at is None or document.section_at(at.start).boilerplate:
            return ()
        return whole_sentences(document, at)

    def _claim(self, text: str, spans: tuple[Span, ...], question: str) -> Claim:
        documents = [d for s in spans if (d := self.corpus.document(s.document_id))]
        placed = list(zip(documents, spans, strict=True))
        around = dict.fromkeys(t for d, s in placed for t in (d.section_at(s.start).heading, d.title))
        quotes = [plain(d.quote(s)) for d, s in placed]
        return Claim.of(text, quotes, around="\n".join(around), question=question, terms=self.terms)
