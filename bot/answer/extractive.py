"""The extractive engine: evidence to a draft made of the documents' own sentences.

A known question that is close gives its sentences; otherwise the best sentence leads and others join while they add
something. Sentences of one document keep its order; an exception that follows a chosen sentence comes along.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.answer.conflicts import conflicts_touched, missing_sides
from bot.corpus import exception_after, plain
from bot.tokens import tokens
from bot.types import Corpus, Document, Draft, DraftSentence, Evidence, KnownHit, Quote, SentenceHit, Span

ENGINE = "extractive"
MAX_WORDS = 120
MAX_SENTENCES = 8
_NEARLY = 0.5
_JOINS = 0.86
"""A further sentence joins when its score is at least this share of the best one's."""


@dataclass(frozen=True, slots=True)
class Extractive:
    """Composes drafts from one corpus."""

    corpus: Corpus

    def draft(self, parts: Sequence[Evidence]) -> Draft:
        """The sentences that answer each part, in the order of the parts; without any, an empty draft."""
        spans: list[Span] = []
        for evidence in parts:
            room = MAX_WORDS // len(parts) if len(parts) > 1 else MAX_WORDS
            spans += [s for s in self._answer(evidence, room) if s not in spans]
        conflicts = conflicts_touched(spans, self.corpus)
        spans += missing_sides(spans, conflicts)
        return Draft(tuple(self._sentence(s) for s in spans), ENGINE, conflicts)

    def _answer(self, evidence: Evidence, room: int) -> list[Span]:
        lead = evidence.known[0] if evidence.known else None
        if lead and lead.score >= self.corpus.calibration.threshold / 2:
            return self._with_exceptions(self._joined(evidence, room), room)
        return self._with_exceptions(self._composed(evidence.sentences, room), room)

    def _joined(self, evidence: Evidence, room: int) -> list[Span]:
        """The likeliest known answer, and the next where it is likely too, says something else and has room."""
        lead = evidence.known[0]
        spans = self._shortened(lead, evidence, room)
        for other in evidence.known[1:2]:
            said = {t for span in spans for t in tokens(self._document(span).quote(span))}
            new = [s for s in other.known.answer if s not in spans and self._adds(s, said)]
            if other.score >= _NEARLY * lead.score and new and self._length([*spans, *new]) <= room:
                spans += new
        return spans

    def _shortened(self, hit: KnownHit, evidence: Evidence, room: int) -> list[Span]:
        """A known answer; of a long one what says most about the question, with the line that introduces a list."""
        answer = list(hit.known.answer)
        if self._length(answer) <= room:
            return answer
        score = {h.sentence.span: h.score for h in evidence.sentences}
        intro = [s for s in answer if self._introduces(s)]
        ranked = [*intro, *sorted((s for s in answer if s not in intro), key=lambda s: -score.get(s, 0.0))]
        if not score.keys() & set(answer):
            ranked = answer
        kept = _while_room(ranked, room, self._length)
        return [s for s in answer if s in kept]

    def _composed(self, hits: Sequence[SentenceHit], room: int) -> list[Span]:
        """The best sentence, and those of its section that are nearly as good and say something else."""
        if not hits:
            return []
        best, chosen = hits[0], [hits[0]]
        said = set(tokens(best.sentence.text))
        for hit in hits[1:]:
            same_place = hit.sentence.span.document_id == best.sentence.span.document_id
            if not same_place or hit.sentence.section != best.sentence.section or hit.score < _JOINS * best.score:
                continue
            new = set(tokens(hit.sentence.text)) - said
            if len(new) * 2 >= len(set(tokens(hit.sentence.text))):
                chosen.append(hit)
                said |= new
        kept = _while_room([h.sentence.span for h in chosen], room, self._length)
        return sorted(kept, key=lambda s: s.start)

    def _with_exceptions(self, spans: Sequence[Span], room: int) -> list[Span]:
        """The sentence behind a chosen one comes along when it takes something back, even beyond the usual length."""
        found: list[Span] = []
        for span in spans:
            found.append(span)
            exception = exception_after(self._document(span), span)
            if exception and exception not in spans:
                found.append(exception)
        return list(dict.fromkeys(found))[:MAX_SENTENCES] if room else found

    def _adds(self, span: Span, said: set[str]) -> bool:
        """True when at least half of a sentence's words have not been said yet."""
        found = set(tokens(self._document(span).quote(span)))
        return len(found - said) * 2 >= len(found)

    def _introduces(self, span: Span) -> bool:
        return any(s.span == span and s.introduces_list for s in self._document(span).sentences)

    def _document(self, span: Span) -> Document:
        document = self.corpus.document(span.document_id)
        if document is None:
            raise KeyError(span.document_id)
        return document

    def _length(self, spans: Iterable[Span]) -> int:
        return sum(len(self._document(s).quote(s).split()) for s in spans)

    def _sentence(self, span: Span) -> DraftSentence:
        quote = self._document(span).quote(span)
        return DraftSentence(plain(quote), (Quote(span, quote),))


def _while_room(spans: Sequence[Span], room: int, length: Callable[[Iterable[Span]], int]) -> list[Span]:
    """As many as fit, at least one; one that does not fit is left out, a shorter one behind it may still come."""
    kept: list[Span] = []
    for span in spans:
        if not kept or length([*kept, span]) <= room:
            kept.append(span)
    return kept
