"""The generative engine: evidence to sentences that a chat model writes, each with the words that it says support it.

Nothing that comes from here has been verified.
"""

import secrets
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Final

from bot.answer.drafting import MOST_SENTENCES, SCHEMA, AnswerReader, Proposed, prompt
from bot.corpus import locate
from bot.index import Index
from bot.models import ChatModel, ModelUnavailable, Usage
from bot.types import DraftSentence, Evidence, Passage, Quote

MOST_PASSAGES: Final = 8
_KNOWN: Final = 3
"""Known questions whose answers' passages are shown first."""


@dataclass(frozen=True, slots=True)
class Generative:
    """Asks one model about one corpus."""

    index: Index
    model: ChatModel

    @property
    def name(self) -> str:
        """As a Reply names the engine."""
        return f"generative:{self.model.name}"

    def write(self, question: str, parts: Sequence[Evidence]) -> "Writing":
        """An answer to a question from what was found for its parts; the model is asked when it is iterated."""
        return Writing(self, question, self.passages(parts))

    def passages(self, parts: Sequence[Evidence]) -> tuple[Passage, ...]:
        """What the model is shown: the best passages of each part in turn."""
        ranked = [list(self._ranked(evidence)) for evidence in parts]
        inturn = [p for row in zip_longest(*ranked) for p in row if p is not None]
        return tuple(dict.fromkeys(inturn))[:MOST_PASSAGES]

    def _ranked(self, evidence: Evidence) -> Iterator[Passage]:
        """The passages of the likeliest known answers, then what the search found."""
        likely = self.index.calibration.threshold / 2
        for hit in evidence.known[:_KNOWN]:
            if hit.score >= likely:
                yield from (self.index.passages[i] for span in hit.known.answer for i in self.index.passages_at(span))
        yield from (hit.passage for hit in evidence.hits)


class Writing:
    """An answer while a model writes it. Iterate it once for its sentences, each as soon as it is complete.

    The model's failure is the end of the iteration: what it had completed stands.
    """

    def __init__(self, engine: Generative, question: str, passages: tuple[Passage, ...]) -> None:
        self._corpus = engine.index.corpus
        self._passages = passages
        self._reader = AnswerReader()
        given = prompt(question, passages, token=secrets.token_hex(4))
        self._call = engine.model.call(given.system, given.user, SCHEMA)
        self.failure = ""
        """Why the answer ended early: one word for counting; empty when it did not."""

    @property
    def usage(self) -> Usage:
        """What it used; known when the iteration has ended."""
        return self._call.usage

    @property
    def says_nothing_found(self) -> bool:
        """True when the model has said that the passages do not answer."""
        return self._reader.says_nothing_found

    def __iter__(self) -> Iterator[DraftSentence]:
        with closing(self._proposed()) as proposed:
            yield from (self._draft(one) for one in islice(proposed, MOST_SENTENCES))

    def _proposed(self) -> Generator[Proposed, None, None]:
        try:
            for piece in self._call:
                yield from self._reader.feed(piece)
        except ModelUnavailable as error:
            self.failure = error.reason
        else:
            yield from self._reader.end()

    def _draft(self, proposed: Proposed) -> DraftSentence:
        """The sentence with each quote at the first of the passages it names that has it, else at the first named."""
        named = [self._passages[n - 1] for n in proposed.passages if 1 <= n <= len(self._passages)]
        if not named:
            return DraftSentence(proposed.text, ())
        quotes = (Quote(next((p for p in named if self._has(p, q)), named[0]).span, q) for q in proposed.quotes)
        return DraftSentence(proposed.text, tuple(quotes))

    def _has(self, passage: Passage, quote: str) -> bool:
        document = self._corpus.document(passage.span.document_id)
        return document is not None and locate(quote, passage.span, document) is not None
