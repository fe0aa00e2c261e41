"""What is searched, in memory: passages, sentences, known questions and examples with their vectors and words."""

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
from bot.tokens import has_number
from bot.types import Corpus, Document, KnownQuestion, Matrix, Passage, Sentence, Span


@dataclass(frozen=True)
class Index:
    """Everything that is searched. Rows of the matrices follow the order of the tuples beside them."""

    corpus: Corpus
    encoder: Encoder
    passages: tuple[Passage, ...]
    store: PassageStore
    vectors: TextVectors

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
        """Rows of ``sentence_vectors`` that answer known questions, and the position of the question of each."""
        row = {s.span: i for i, (_, s) in enumerate(self.sentences)}
        pairs = [(row[s], i) for i, k in enumerate(self.corpus.known_questions) for s in k.answer]
        return np.array([r for r, _ in pairs], dtype=np.int64), np.array([i for _, i in pairs], dtype=np.int64)

    @cached_property
    def answers_with_number(self) -> npt.NDArray[np.bool_]:
        """Which known questions have an answer that states a number, outside its citations."""
        return np.array([has_number(self._answer_text(k)) for k in self.corpus.known_questions], dtype=np.bool_)

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
    def glossary(self) -> Glossary:
        """The corpus's glossary."""
        return Glossary(self.corpus.glossary)

    @cached_property
    def wording_vectors(self) -> tuple[Matrix, Matrix]:
        """As they stand and in the documents' words, mapped; each of shape (len(wordings), d)."""
        texts = [w for _, w in self.wordings]
        return self.mapped(self.vectors.of(texts)), self.mapped(
            self.vectors.of([self.glossary.expand(t) for t in texts])
        )

    def mapped(self, vectors: Matrix) -> Matrix:
        """Question vectors, shape (n, d), through the map of the corpus's calibration, again of length 1."""
        fitted = self.corpus.calibration
        if fitted.map is None or fitted.fingerprint != self.encoder.fingerprint or not len(vectors):
            return vectors
        turned = vectors @ fitted.map
        return np.asarray(turned / np.linalg.norm(turned, axis=1, keepdims=True), dtype=np.float32)

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
        """Both forms averaged and mapped, shape (len(examples), d)."""
        texts = [w for _, w in self.examples]
        both = self.vectors.of(texts) + self.vectors.of([self.glossary.expand(t) for t in texts])
        return self.mapped(both / np.float32(2))

    @cached_property
    def group_of_wording(self) -> npt.NDArray[np.int64]:
        """Position of the group of each wording, shape (len(wordings),)."""
        return np.array([i for i, _ in self.wordings], dtype=np.int64)

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
        _ = (
            self.group_of_wording,
            self.position_of,
            self.answer_rows,
            self.answers_with_number,
        )
        _ = self.sentence_words
        self.encoder.encode_question("warm up")
        return self

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def _known_text(self, known: KnownQuestion) -> str:
        return "\n".join([known.section, *known.questions, self._answer_text(known)])

    def _answer_text(self, known: KnownQuestion) -> str:
        document = self.corpus.document(known.document_id)
        return " ".join(plain(document.quote(s)) for s in known.answer) if document else ""
