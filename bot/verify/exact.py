"""The documents' own wording: each quote is exactly the text at its place, each sentence exactly its quotes."""

from bot.corpus import plain
from bot.errors import VerificationError
from bot.types import Corpus, Draft, DraftSentence, Quote, Span, VerifiedSentence


def verify(draft: Draft, corpus: Corpus) -> tuple[VerifiedSentence, ...]:
    """The sentences of a draft that are bound to the documents.

    A sentence passes when each of its quotes is exactly the text at its place, in a section that may be cited, and the
    sentence is the quotes' own wording, Markdown marks aside. Nothing else passes.

    Raises:
        VerificationError: a sentence does not pass; the extractive engine only proposes sentences that do.
    """
    return tuple(_verified(sentence, corpus) for sentence in draft.sentences)


def quoted(span: Span, corpus: Corpus) -> VerifiedSentence:
    """A document sentence in its own words.

    Raises:
        VerificationError: it may not be cited.
    """
    document = corpus.document(span.document_id)
    text = document.quote(span) if document else ""
    return _verified(DraftSentence(plain(text), (Quote(span, text),)), corpus)


def _verified(sentence: DraftSentence, corpus: Corpus) -> VerifiedSentence:
    if not sentence.quotes:
        raise VerificationError(f"no quote supports the sentence {sentence.text!r}")
    for quote in sentence.quotes:
        document = corpus.document(quote.span.document_id)
        if document is None:
            raise VerificationError(f"there is no document {quote.span.document_id!r}")
        if not quote.text.strip() or document.quote(quote.span) != quote.text:
            raise VerificationError(f"the quote {quote.text!r} does not stand at {quote.span}")
        if document.section_at(quote.span.start).boilerplate:
            raise VerificationError(f"the quote {quote.text!r} is boilerplate of {document.id}")
    if sentence.text != " ".join(plain(q.text) for q in sentence.quotes):
        raise VerificationError(f"the sentence {sentence.text!r} is not the wording of its quotes")
    return VerifiedSentence(sentence.text, tuple(q.span for q in sentence.quotes), "quoted")
