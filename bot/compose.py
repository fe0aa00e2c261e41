"""From a model's draft to an answer: what is verified is released at once, what is not is replaced or dropped.

The answer is the documents' as much as the model's: exceptions behind what was said and the other sides of a
disagreement are added by code, in the documents' own words.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field

from bot.answer import Generative, conflicts_touched, missing_sides
from bot.corpus import exception_after
from bot.errors import AnswerStopped
from bot.index import Index
from bot.models import ChatModel, Usage
from bot.types import Conflict, Corpus, Evidence, Span, VerifiedSentence
from bot.verify import Flaw, Rejection, Verifier, quoted

_ENOUGH = 0.5
"""Share of the model's sentences that must have passed for its answer to be taken."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Verified sentences, and how they came about."""

    engine: str
    sentences: tuple[VerifiedSentence, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    usage: Usage = field(default_factory=Usage)
    proposed: int = 0
    """Sentences that a model wrote."""
    rejected: tuple[Flaw, ...] = ()
    """Why each of those that did not pass is not shown."""
    refused: tuple[str, ...] = ()
    """What those sentences said."""
    failure: str = ""
    """Why the model's answer ended early, in one word."""
    says_nothing_found: bool = False
    """True when the model has said that what was found does not answer."""
    is_enough: bool = False
    """True for a model's answer that can be shown: at least half of what it wrote is true to the documents, and no part
    of the question is passed over."""


@dataclass(frozen=True, slots=True)
class Composer:
    """Lets one model write and the verifier judge."""

    engine: Generative
    verifier: Verifier

    @classmethod
    def of(cls, index: Index, model: ChatModel) -> "Composer":
        """For one corpus and one model."""
        return cls(Generative(index, model), Verifier.of(index.corpus, index.encoder))

    def compose(
        self, parts: Sequence[Evidence], stopped: Callable[[], bool]
    ) -> Generator[VerifiedSentence, None, Answer]:
        """An answer to the parts of a question: each sentence as soon as it may be shown; returns the whole answer.

        After sentences that did not pass, the next ones wait until enough of them have.

        Raises:
            AnswerStopped: ``stopped`` tells that nobody listens any more.
        """
        question = "\n".join(evidence.query.whole for evidence in parts)
        writing, page = self.engine.write(question, parts), _Page(self.verifier.corpus)
        released = 0
        for sentence in writing:
            if stopped():
                raise AnswerStopped
            page.take(self.verifier.verify(sentence, question), sentence.text)
            if page.is_enough:
                yield from page.sentences[released:]
                released = len(page.sentences)
        conflicts = conflicts_touched(page.cited, self.verifier.corpus)
        page.quote(missing_sides(page.quoted, conflicts))
        return Answer(
            self.engine.name,
            tuple(page.sentences),
            conflicts,
            usage=writing.usage,
            proposed=page.proposed,
            rejected=tuple(page.rejected),
            refused=tuple(page.refused),
            failure=writing.failure,
            says_nothing_found=writing.says_nothing_found,
            is_enough=page.is_enough and not writing.says_nothing_found and self._speaks_to_all(parts, page.cited),
        )

    def _speaks_to_all(self, parts: Sequence[Evidence], cited: Sequence[Span]) -> bool:
        """True when something is cited of the best passage for each part of a double question."""
        best = [passage.span for evidence in parts for passage in self.engine.passages([evidence])[:1]]
        return len(parts) == 1 or all(any(span.overlaps(place) for span in cited) for place in best)


class _Page:
    """An answer in the making: what was said so far, and what it rests on."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self.sentences: list[VerifiedSentence] = []
        self.proposed = 0
        self.rejected: list[Flaw] = []
        self.refused: list[str] = []

    @property
    def cited(self) -> list[Span]:
        """Every document sentence that is said, quoted or in the model's words."""
        return [span for s in self.sentences for span in s.spans]

    @property
    def quoted(self) -> list[Span]:
        """Those that are said in the document's own words."""
        return [span for s in self.sentences if s.support == "quoted" for span in s.spans]

    @property
    def is_enough(self) -> bool:
        """True when at least half of what the model wrote so far is true to the documents."""
        passed = self.proposed - len(self.rejected)
        return passed > 0 and passed >= _ENOUGH * self.proposed

    def take(self, judged: VerifiedSentence | Rejection, said: str) -> None:
        """A sentence of the model, unless it repeats; for one that did not pass, what it cites in the document's words.

        An exception that stands behind what is said comes along.
        """
        self.proposed += 1
        if isinstance(judged, Rejection):
            self.rejected.append(judged.flaw)
            self.refused.append(said)
            self.quote(s for s in judged.spans if s not in self.cited)
        elif not set(judged.spans) <= set(self.quoted):
            self.sentences.append(judged)
            self._add_exceptions(judged.spans)

    def quote(self, spans: Iterable[Span]) -> None:
        """Document sentences in their own words, each with the exception behind it."""
        for span in spans:
            self.sentences.append(quoted(span, self._corpus))
            self._add_exceptions((span,))

    def _add_exceptions(self, spans: Iterable[Span]) -> None:
        behind = ((self._corpus.document(span.document_id), span) for span in spans)
        found = (exception_after(document, span) for document, span in behind if document)
        self.quote(e for e in found if e and e not in self.cited)
