"""What is searched, in memory: passages, sentences, known questions and examples with their vectors and words."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from bot.corpus import plain
from bot.embed import Encoder
from bot.errors import IndexingError
from bot.index.glossary import Glossary
from bot.index.lexical import LexicalIndex
from bot.index.store import PassageStore
from bot.index.vectors import TextVectors
from bot.reader import Reader
from bot.sections import Sections
from bot.spelling import Spelling
from bot.tokens import quantities_stated
from bot.types import Calibration, Corpus, Document, KnownQuestion, Matrix, Passage, Sentence, Span

_SAME_ANSWER = 0.88
"""Answers of this cosine state the same fact, as two documents often do."""


@dataclass(frozen=True)
class Index:
    """Everything that is searched. Rows of the matrices follow the order of the tuples beside them."""

    corpus: Corpus
    encoder: Encoder
    passages: tuple[Passage, ...]
    store: PassageStore
    vectors: TextVectors
    """Of passages and sentences, by the encoder."""
    reader: Reader
    questions: TextVectors
    """Of known questions and examples, by the reader's encoder."""

    @cached_property
    def passage_words(self) -> LexicalIndex:
        """BM25 over passages with their titles and headings."""
        return LexicalIndex([p.embedded_text for p in self.passages])

    @cached_property
    def sentences(self) -> tuple[tuple[int, Sentence], ...]:
        """Each citable sentence with the position of the first passage that holds it."""
        found: dict[Sentence, int] = {}
        for position, passage in enumerate(self.passages):
            document = self.document_of(passage)
            for number in passage.sentences:
                found.setdefault(document.sentences[number], position)
        return tuple((position, sentence) for sentence, position in found.items())

    @cached_property
    def sentence_vectors(self) -> Matrix:
        """Shape (len(sentences), d)."""
        return self.vectors.of([plain(s.text) for _, s in self.sentences])

    @cached_property
    def sentence_words(self) -> LexicalIndex:
        """BM25 over sentences with the headings above them."""
        return LexicalIndex([f"{self.passages[p].heading}\n{s.text}" for p, s in self.sentences])

    @cached_property
    def position_of(self) -> dict[str, int]:
        """Position of each passage by its id."""
        return {p.id: i for i, p in enumerate(self.passages)}

    @cached_property
    def answer_rows(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Rows of ``sentence_vectors`` that answer known questions, and where those of each question begin."""
        row = {s.span: i for i, (_, s) in enumerate(self.sentences)}
        answers = [[row[s] for s in k.answer] for k in self.corpus.known_questions]
        return np.array([r for a in answers for r in a], dtype=np.int64), _starts(len(a) for a in answers)[:-1]

    @cached_property
    def answer_means(self) -> Matrix:
        """Of each known question the mean of its answering sentences' vectors, of length 1."""
        rows, firsts = self.answer_rows
        if not len(rows):
            return np.zeros((0, self.encoder.dimension), dtype=np.float32)
        means = np.add.reduceat(self.sentence_vectors[rows], firsts)
        return np.asarray(means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9), dtype=np.float32)

    @cached_property
    def stated(self) -> tuple[frozenset[str], ...]:
        """The kinds of quantity that the answer of each known question states."""
        return tuple(quantities_stated(self._answer_text(k)) for k in self.corpus.known_questions)

    @cached_property
    def sections(self) -> Sections:
        """The sections of law that the answers of known questions cite."""
        return Sections([self._answer_sentences(k) for k in self.corpus.known_questions], self.answer_means)

    def passages_at(self, span: Span) -> list[int]:
        """Positions of the passages that share text with a span."""
        return [i for i in self._passages_of.get(span.document_id, ()) if self.passages[i].span.overlaps(span)]

    @cached_property
    def _passages_of(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for i, passage in enumerate(self.passages):
            found.setdefault(passage.span.document_id, []).append(i)
        return found

    @cached_property
    def wordings(self) -> tuple[tuple[int, str], ...]:
        """Each wording of each known question with the position of its group."""
        return tuple((i, w) for i, known in enumerate(self.corpus.known_questions) for w in known.questions)

    @cached_property
    def spelling(self) -> Spelling:
        """Puts misspelt words of a question right."""
        documents = (document.text for document in self.corpus.documents)
        return Spelling(documents, (wording for _, wording in self.wordings), self.encoder.is_word)

    @cached_property
    def glossary(self) -> Glossary:
        """The corpus's glossary."""
        return Glossary(self.corpus.glossary)

    @cached_property
    def wording_vectors(self) -> Matrix:
        """Shape (len(wordings), d)."""
        return self.questions.of([w for _, w in self.wordings])

    @property
    def calibration(self) -> Calibration:
        """The corpus's; the defaults where its reader rests, for which it was fitted."""
        return self.corpus.calibration if self.reader.trained or self.corpus.reader is None else Calibration()

    @cached_property
    def same_answer(self) -> npt.NDArray[np.bool_]:
        """Which known questions share a sentence of their answers, or answer in nearly the same words; shape (n, n)."""
        known = self.corpus.known_questions
        same = np.asarray(self.answer_means @ self.answer_means.T > _SAME_ANSWER)
        by_span: dict[Span, list[int]] = {}
        for i, k in enumerate(known):
            for span in k.answer:
                by_span.setdefault(span, []).append(i)
        for sharing in by_span.values():
            same[np.ix_(sharing, sharing)] = True
        return same

    @cached_property
    def known_words(self) -> LexicalIndex:
        """BM25 over known questions: all wordings of a group with its section and its answer."""
        return LexicalIndex([self._known_text(k) for k in self.corpus.known_questions])

    @cached_property
    def examples(self) -> tuple[tuple[str, str], ...]:
        """Kind and wording of each example question in the scope file."""
        return self.corpus.examples

    @cached_property
    def example_vectors(self) -> Matrix:
        """Shape (len(examples), d)."""
        return self.questions.of([w for _, w in self.examples])

    @cached_property
    def first_wordings(self) -> npt.NDArray[np.int64]:
        """Where the wordings of each known question begin, and at last their number; shape (n known questions + 1,)."""
        return _starts(len(k.questions) for k in self.corpus.known_questions)

    def document_of(self, passage: Passage) -> Document:
        """The document that holds a passage."""
        document = self.corpus.document(passage.span.document_id)
        if document is None:
            raise IndexingError(
                f"The index knows a document {passage.span.document_id!r} that is gone; run  mso-bot ingest."
            )
        return document

    def warm(self) -> "Index":
        """Compute everything that is computed on first use, so that the first question is as fast as the next."""
        _ = (self.passage_words, self.sentence_vectors, self.wording_vectors, self.known_words, self.example_vectors)
        _ = (self.first_wordings, self.position_of, self.answer_rows, self.stated, self.same_answer, self.spelling)
        _ = (self.sections, self.sentence_words)
        self.encoder.encode_question("warm up")
        self.reader.encoder.encode_question("warm up")
        return self

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def _known_text(self, known: KnownQuestion) -> str:
        return "\n".join([known.section, *known.questions, self._answer_text(known)])

    def _answer_text(self, known: KnownQuestion) -> str:
        return " ".join(self._answer_sentences(known))

    def _answer_sentences(self, known: KnownQuestion) -> list[str]:
        document = self.corpus.document(known.document_id)
        return [plain(document.quote(s)) for s in known.answer] if document else []


def _starts(sizes: Iterable[int]) -> npt.NDArray[np.int64]:
    """Where each of several runs begins, and where the last one ends."""
    return np.cumsum([0, *sizes], dtype=np.int64)
