"""The sentences of a wording, each bound to the quotes that bear it or refused with the reason in plain words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

from bot.corpus import plain, sentences_of
from bot.errors import InputError
from bot.index import Index
from bot.types import DraftSentence, Quote, Span, VerifiedSentence
from bot.verify import MOST_CITED, Flaw, Rejection, Verifier, quoted

MOST_SENTENCES: Final = 12
MOST_WORDING_CHARS: Final = 4_000
_REASONS: Final = {
    Flaw.FORM: "it is not one plain sentence (no lists, links or marks, not a question, at most 80 words)",
    Flaw.QUOTE: "it rests on no quote that can be found",
    Flaw.NUMBER: "a number, date, amount or section in it does not stand in the quotes like that",
    Flaw.NAME: "it names something that the quotes do not name",
    Flaw.PARTY: "it speaks of somebody whom the quotes do not name, to the reader, or leans on another sentence",
    Flaw.NEGATION: "a “not” is added, lost or moved",
    Flaw.MODAL: "“may”, “must”, “should” or “will” is not used as in the quotes",
    Flaw.CONDITION: "a condition such as “unless”, “only” or “if” is added or lost",
    Flaw.EXTENT: "it says more, or less, than the quotes: “all”, “usually”, “before” and the like are the quotes' own",
    Flaw.ROLES: "who does what to whom is not as in the quotes",
    Flaw.MIXED: "it joins parts of several quotes to something that none of them says",
    Flaw.WORDS: "it has words that do not stand in the quotes",
    Flaw.MEANING: "it does not mean what the quotes say",
}
_ORDER: Final = tuple(Flaw)
"""The order in which verification looks: a later flaw means that more was in order."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One sentence of a wording."""

    text: str
    spans: tuple[Span, ...] = ()
    """The quotes that it is bound to; none when it is not borne by them."""
    support: Literal["quoted", "verified", ""] = ""
    problem: str = ""
    """Why it may not be shown, for people; empty when it may."""

    @property
    def verified(self) -> VerifiedSentence:
        """The sentence as a reply takes it.

        Raises:
            ValueError: it may not be shown.
        """
        if not self.support:
            raise ValueError(f"not borne by its quotes: {self.text!r}")
        return VerifiedSentence(self.text, self.spans, self.support)


class Judge:
    """Verifies wordings against sentences of the documents."""

    def __init__(self, index: Index) -> None:
        self._corpus = index.corpus
        self._verifier = Verifier.of(index.corpus, index.encoder)

    def judged(self, wording: str, quotes: Sequence[Span]) -> tuple[Judged, ...]:
        """Each sentence of a wording with the quotes that bear it, or with what is wrong.

        Raises:
            InputError: there is no sentence, or too much is written.
        """
        if len(wording) > MOST_WORDING_CHARS:
            raise InputError(
                f"The wording has {len(wording):,} characters; at most {MOST_WORDING_CHARS:,} are allowed."
            )
        texts = sentences_of(wording) if wording.strip() else []
        if not 0 < len(texts) <= MOST_SENTENCES:
            raise InputError(f"The wording has to have 1 to {MOST_SENTENCES} sentences, not {len(texts)}.")
        return tuple(self._sentence(text, quotes) for text in texts)

    def _sentence(self, text: str, quotes: Sequence[Span]) -> Judged:
        own = [s for s in quotes if plain(self._text(s)) == text]
        if own:
            return Judged(text, tuple(own[:1]), quoted(own[0], self._corpus).support)
        best: Flaw = Flaw.FORM
        for chosen in _choices(quotes):
            found = self._verifier.verify(self._draft(text, chosen))
            if not isinstance(found, Rejection):
                return Judged(text, self._also(text, found.spans, quotes), "verified")
            best = max(best, found.flaw, key=_ORDER.index)
        return Judged(text, problem=_REASONS[best])

    def _also(self, text: str, bound: tuple[Span, ...], quotes: Sequence[Span]) -> tuple[Span, ...]:
        """The quotes that bear a sentence, with others that bear it alone just as well."""
        others = (s for s in quotes if s not in bound)
        more = [s for s in others if not isinstance(self._verifier.verify(self._draft(text, (s,))), Rejection)]
        return (*bound, *more)[:MOST_CITED]

    def _draft(self, text: str, spans: Sequence[Span]) -> DraftSentence:
        return DraftSentence(text, tuple(Quote(s, self._text(s)) for s in spans))

    def _text(self, span: Span) -> str:
        document = self._corpus.document(span.document_id)
        return document.quote(span) if document else ""


def _choices(quotes: Sequence[Span]) -> Iterator[tuple[Span, ...]]:
    """Each quote alone, then as many together as one sentence may rest on."""
    for size in range(1, min(MOST_CITED, len(quotes)) + 1):
        yield from combinations(quotes, size)
