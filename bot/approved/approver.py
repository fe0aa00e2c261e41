"""The rules of an approval: every sentence of the wording is borne by the chosen quotes."""

import datetime as dt
import textwrap
from collections.abc import Callable, Sequence
from typing import Final

from bot.approved.closeness import Closeness
from bot.approved.judge import Judge, Judged
from bot.approved.standing import passage_hash, passage_of
from bot.corpus import exception_after, plain, whole_sentences
from bot.errors import InputError
from bot.history import Approval, ApprovedQuote
from bot.index import Index
from bot.types import Document, Span

MOST_QUOTES: Final = 8
MOST_QUESTIONS: Final = 40
_DIFFERENCES: Final = {
    "numbers": "it has other numbers",
    "negation": "one of them says “not”, the other does not",
    "modality": "“may”, “must” and the like differ",
    "kind": "it asks for something else (who, when, how much, yes or no)",
    "terms": "it is about other terms of the glossary",
    "pronouns": "somebody else does it",
    "relations": "small words such as “without” or “before” differ",
    "words": "it has other words that matter",
    "order": "who does what to whom differs",
}


class Approver:
    """Checks approvals for one index. ``serves`` tells for people why a question never gets an approved answer; its
    answer is empty for one that may.
    """

    def __init__(self, index: Index, judge: Judge, closeness: Closeness, serves: Callable[[str], str]) -> None:
        self._index = index
        self._corpus = index.corpus
        self._judge = judge
        self._closeness = closeness
        self._serves = serves

    def checked(
        self,
        questions: Sequence[str],
        wording: str,
        quotes: Sequence[Span],
        *,
        author: str,
        expires_at: dt.datetime | None = None,
    ) -> Approval:
        """An approval that may be kept. ``quotes`` are slices of documents, made whole sentences.

        Raises:
            InputError: it breaks a rule; the message names the sentence, quote or question, and what is wrong.
        """
        asked = tuple(dict.fromkeys(" ".join(q.split()) for q in questions if q.strip()))
        self._check_questions(asked)
        if expires_at is not None and expires_at <= dt.datetime.now(dt.UTC):
            raise InputError("The approved answer would expire in the past. Choose a later day, or none.")
        if not author.strip():
            raise InputError("An approved answer needs its author's name.")
        kept = self.quotes(quotes)
        judged = self._judge.judged(wording, [Span(q.document_id, q.start, q.end) for q in kept])
        wrong = next((j for j in judged if j.problem), None)
        if wrong:
            raise InputError(
                f"The sentence “{wrong.text}” cannot be approved: {wrong.problem}. Change it, or the quotes."
            )
        self.check_use(quotes, judged)
        return Approval(asked, wording.strip(), kept, author.strip(), expires_at)

    def why_never(self, question: str) -> str:
        """Why a question never gets an approved answer, for people; empty when it may.

        Raises:
            InputError: it cannot be read.
        """
        return self._serves(" ".join(question.split()))

    def judged(self, wording: str, quotes: Sequence[Span]) -> tuple[Judged, ...]:
        """Each sentence of a wording with the quotes that bear it, or with what is wrong.

        Raises:
            InputError: there is no sentence, or a quote cannot be used.
        """
        return self._judge.judged(wording, [Span(q.document_id, q.start, q.end) for q in self.quotes(quotes)])

    def check_use(self, quotes: Sequence[Span], judged: Sequence[Judged]) -> None:
        """No quote is idle, and none stands without the exception behind it.

        Raises:
            InputError: one is, or does; the message says which, and what to do.
        """
        used = {span for j in judged for span in j.spans}
        for quote in self.quotes(quotes):
            span = Span(quote.document_id, quote.start, quote.end)
            told = f"the quote “{_short(quote.quote)}”"
            if span not in used:
                raise InputError(f"No sentence of the wording needs {told}. Leave it out, or say what it says.")
            document = self._document(span)
            exception = exception_after(document, span)
            if exception and exception not in used:
                raise InputError(
                    f"Behind {told} the document goes on: “{_short(document.quote(exception))}”. "
                    "Choose that sentence too, and say what it says."
                )

    def quotes(self, spans: Sequence[Span]) -> tuple[ApprovedQuote, ...]:
        """The whole sentences that slices of documents touch, each with the passage that it stands in.

        Raises:
            InputError: there is none, one cannot be cited, or there are too many.
        """
        found = dict.fromkeys(s for span in spans for s in self._sentences(span))
        if not 0 < len(found) <= MOST_QUOTES:
            raise InputError(
                f"An approved answer rests on 1 to {MOST_QUOTES} sentences of the documents, not {len(found)}."
            )
        return tuple(self._kept(span) for span in found)

    def tried(self, questions: Sequence[str], question: str) -> tuple[bool, str]:
        """Whether a question would get an answer that is approved for ``questions``, and a sentence on why.

        Raises:
            InputError: there is no question to compare with, or it cannot be read.
        """
        if not questions:
            raise InputError("Write at least one question that gets the answer.")
        text, close = " ".join(question.split()), self._closeness.close
        if why := self.why_never(text):
            return False, f"{why}."
        near = max(questions, key=lambda asked: close(text, asked))
        if measured := close(text, near):
            return True, f"It asks the same as “{near}” (closeness {measured:.2f})."
        told = [_DIFFERENCES[d] for asked in questions if (d := self._closeness.difference(text, asked))]
        if len(told) < len(questions):
            return False, "it is not close enough in meaning."
        return False, f"{'; '.join(dict.fromkeys(told))}."

    def _sentences(self, span: Span) -> tuple[Span, ...]:
        document = self._corpus.document(span.document_id)
        if document is None:
            raise InputError(f"There is no document {span.document_id!r}.")
        whole = whole_sentences(document, span)
        if not whole or not 0 <= span.start < span.end <= len(document.text):
            raise InputError(f"No sentence of {document.title!r} stands at {span.start} to {span.end}.")
        if any(document.section_at(s.start).boilerplate for s in whole):
            raise InputError(
                f"“{_short(document.quote(whole[0]))}” is not a statement of {document.title!r}; choose another quote."
            )
        return whole

    def _kept(self, span: Span) -> ApprovedQuote:
        document = self._document(span)
        passage = passage_of(self._index, span)
        text = document.quote(passage)
        return ApprovedQuote(
            span.document_id, span.start, span.end, document.quote(span), passage_hash(text), text, passage.start
        )

    def _document(self, span: Span) -> Document:
        document = self._corpus.document(span.document_id)
        if document is None:
            raise InputError(f"There is no document {span.document_id!r}.")
        return document

    def _check_questions(self, asked: Sequence[str]) -> None:
        if not 0 < len(asked) <= MOST_QUESTIONS:
            raise InputError(f"An approved answer is for 1 to {MOST_QUESTIONS} questions, not {len(asked)}.")
        for question in asked:
            if why := self.why_never(question):
                raise InputError(f"The question “{_short(question)}” would never get this answer: {why}.")


def _short(text: str) -> str:
    return textwrap.shorten(plain(text), 80, placeholder=" …")
