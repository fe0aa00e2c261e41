"""Whether what an approved answer rests on still stands in the documents, and what has changed.

The passage of a quote is kept with the approval: the indexed passages that it stands in, and an exception right behind
them. The quote stands while the same text stands anywhere in the same document, outside of its boilerplate, and no new
exception follows: a passage that only moved, or one whose neighbours changed, has not changed. It is then cited where
it stands now.
"""

import difflib
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.corpus import exception_after, plain, sentences_of
from bot.history import ApprovedAnswer, ApprovedQuote
from bot.index import Index
from bot.types import Corpus, Document, Sentence, Span

_ALIKE: Final = 0.6
"""Share of a sentence that has to be the same for it to count as the old one, changed."""
_GONE: Final = "the document {!r} is gone"
_CHANGED: Final = "a passage of {!r} has changed"
_EXCEPTED: Final = "an exception now follows a passage of {!r}"
_UNKNOWN: Final = "what stood around a quote of {!r} was not kept, so nothing shows that it still stands"


@dataclass(frozen=True, slots=True)
class Change:
    """A quote that an approved answer can no longer rest on."""

    quote: ApprovedQuote
    why: str
    """What happened, for people."""
    before: str
    """The passage, one sentence a line."""
    now: str
    """What stands in its place, one sentence a line; empty when nothing does."""

    @property
    def diff(self) -> str:
        """A unified diff from the passage to what stands in its place."""
        lines = difflib.unified_diff(
            self.before.splitlines(), self.now.splitlines(), "as approved", "as it stands", lineterm="", n=100
        )
        return "\n".join(lines)


def passage_of(index: Index, span: Span) -> Span:
    """The passages that a span stands in, with the exceptions right behind them, as one slice.

    Raises:
        ValueError: it stands in none.
    """
    found = [index.passages[i].span for i in index.passages_at(span)]
    document = index.corpus.document(span.document_id)
    if not found or document is None:
        raise ValueError(f"{span} stands in no passage")
    whole = Span(span.document_id, min(p.start for p in found), max(p.end for p in found))
    while exception := _exception_behind(document, whole):
        whole = Span(whole.document_id, whole.start, exception.end)
    return whole


def passage_hash(text: str) -> str:
    """What stands for the text of a passage."""
    return f"sha256:{hashlib.sha256(text.encode(errors='replace')).hexdigest()}"


def place_of(corpus: Corpus, quote: ApprovedQuote) -> Span | None:
    """Where a quote stands now; None when its passage has changed."""
    return None if _why_not(corpus, quote) else _places(corpus, quote)[0]


def standing(corpus: Corpus, answer: ApprovedAnswer) -> tuple[Change, ...]:
    """What has changed under an approved answer; empty while it still stands."""
    return tuple(
        Change(q, why, _lines(q.passage), _now(corpus, q))
        for q in answer.approval.quotes
        if (why := _why_not(corpus, q))
    )


def _why_not(corpus: Corpus, quote: ApprovedQuote) -> str:
    """Why a quote does not stand any more; empty while it does."""
    document = corpus.document(quote.document_id)
    if document is None:
        return _GONE.format(quote.document_id)
    if not quote.passage or passage_hash(quote.passage) != quote.passage_hash:
        return _UNKNOWN.format(document.title)
    places = _places(corpus, quote)
    if not places:
        return _CHANGED.format(document.title)
    start = places[0].start - _offset(quote)
    if _exception_behind(document, Span(document.id, start, start + len(quote.passage))):
        return _EXCEPTED.format(document.title)
    return ""


def _offset(quote: ApprovedQuote) -> int:
    return quote.start - quote.passage_start


def _places(corpus: Corpus, quote: ApprovedQuote) -> list[Span]:
    """Where the quote stands in the same passage, the place nearest to the old one first."""
    document, offset = corpus.document(quote.document_id), _offset(quote)
    if document is None or quote.passage[offset : offset + len(quote.quote)] != quote.quote:
        return []
    starts = [s + offset for s in _occurrences(document.text, quote.passage)]
    spans = [Span(document.id, s, s + len(quote.quote)) for s in starts if not document.section_at(s).boilerplate]
    return sorted(spans, key=lambda span: (abs(span.start - quote.start), span.start))


def _occurrences(text: str, wanted: str) -> Iterator[int]:
    at = text.find(wanted)
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)


def _exception_behind(document: Document, span: Span) -> Span | None:
    """The sentence right behind a slice that takes back something of its last sentence."""
    last = max((s for s in document.sentences if s.span.overlaps(span)), key=lambda s: s.span.end, default=None)
    exception = exception_after(document, last.span) if last else None
    return exception if exception and exception.end > span.end else None


def _lines(passage: str) -> str:
    """A passage, one sentence a line, without Markdown marks."""
    return "\n".join(plain(s.lstrip("-*+> ")) for s in sentences_of(passage))


def _now(corpus: Corpus, quote: ApprovedQuote) -> str:
    """The sentences of today's document that are the passage's or like them, and those between them."""
    document = corpus.document(quote.document_id)
    old = _lines(quote.passage or quote.quote).splitlines()
    if document is None:
        return ""
    best: Sequence[Sentence] = ()
    for number in range(len(document.sections)):
        inside = [s for s in document.sentences if s.section == number]
        likely = [i for i, s in enumerate(inside) if _is_like(s.text, old)]
        if len(likely) > sum(_is_like(s.text, old) for s in best):
            best = inside[likely[0] : likely[-1] + 2]
    return "\n".join(plain(s.text) for s in best)


def _is_like(text: str, old: Sequence[str]) -> bool:
    return bool(difflib.get_close_matches(plain(text), old, n=1, cutoff=_ALIKE))
