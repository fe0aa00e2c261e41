"""The three systems that are compared. Each is asked the same question of the same documents and gives a ``Found``."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bot.confidence import confidence
from bot.embed import Encoder
from bot.index import Index, LexicalIndex
from bot.index.store import PassageStore
from bot.index.vectors import TextVectors
from bot.retrieve import Retriever
from bot.tokens import tokens
from bot.types import Matrix, Passage, Span, Vector
from eval.public.data import BenchQuestion

DEPTH = 30
"""How many sentences a system may name."""
Scores = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Found:
    """What one system says to one question, best first."""

    documents: tuple[str, ...]
    sentences: tuple[Span, ...]
    score: float
    """The higher, the surer that the documents hold an answer; comparable within one system only."""


class System(Protocol):
    """One way to search."""

    @property
    def name(self) -> str:
        """Heads its column."""

    def find(self, question: BenchQuestion, scope: tuple[str, ...]) -> Found:
        """Search the documents of ``scope`` alone, or all of them where it is empty."""


@dataclass(frozen=True)
class Bm25:
    """BM25 over whole documents with their titles, and over sentences; weights of words from the whole collection."""

    index: Index
    name: str = "BM25 alone"

    def find(self, question: BenchQuestion, scope: tuple[str, ...]) -> Found:
        """Asked as typed: the question without its history."""
        words = tokens(question.question)
        documents = _within(self._documents.scores(words), self._ids, scope)
        sentences = _within(self._sentences.scores(words), _homes(self.index), scope)
        return _found(documents, self._ids, sentences, self.index)

    @cached_property
    def _ids(self) -> tuple[str, ...]:
        return tuple(d.id for d in self.index.corpus.documents)

    @cached_property
    def _documents(self) -> LexicalIndex:
        return LexicalIndex([f"{d.title}\n{d.text}" for d in self.index.corpus.documents])

    @cached_property
    def _sentences(self) -> LexicalIndex:
        return LexicalIndex([s.text for _, s in self.index.sentences])


@dataclass(frozen=True)
class Dense:
    """The encoder's cosine: a document has the score of its best passage."""

    index: Index
    name: str = "dense alone"

    def find(self, question: BenchQuestion, scope: tuple[str, ...]) -> Found:
        """Asked as typed: the question without its history."""
        vector = self.index.encoder.encode_question(question.question)
        passages = _within(self._passages @ vector, self._ids, scope)
        sentences = _within(self.index.sentence_vectors @ vector, _homes(self.index), scope)
        return _found(passages, self._ids, sentences, self.index)

    @cached_property
    def _ids(self) -> tuple[str, ...]:
        return tuple(p.span.document_id for p in self.index.passages)

    @cached_property
    def _passages(self) -> Matrix:
        return self.index.vectors.of([p.embedded_text for p in self.index.passages])


@dataclass(frozen=True)
class Ours:
    """The bot's own search; its confidence is the score. A scope is an index of its own."""

    index: Index
    name: str = "ours"
    _scopes: dict[tuple[str, ...], Retriever] = field(default_factory=dict)

    def find(self, question: BenchQuestion, scope: tuple[str, ...]) -> Found:
        """Asked with what the question inherits from its history."""
        if scope not in self._scopes:
            self._scopes[scope] = Retriever(narrowed(self.index, scope) if scope else self.index)
        evidence = self._scopes[scope].retrieve(question.query)
        return Found(
            tuple(dict.fromkeys(hit.passage.span.document_id for hit in evidence.hits)),
            tuple(hit.sentence.span for hit in evidence.sentences[:DEPTH]),
            confidence(evidence, frozenset()),
        )


def systems(index: Index) -> tuple[System, ...]:
    """The two baselines and ours, over one index."""
    return Bm25(index), Dense(index), Ours(index)


def narrowed(index: Index, scope: tuple[str, ...]) -> Index:
    """The index of some of the documents, with the vectors that are there."""
    wanted = frozenset(scope)
    passages = tuple(p for p in index.passages if p.span.document_id in wanted)
    corpus = replace(index.corpus, documents=tuple(d for d in index.corpus.documents if d.id in wanted))
    return replace(index, corpus=corpus, passages=passages, store=_Nearest(passages, index.vectors))


class _Nearest(PassageStore):
    """Stands for a collection of its own in Chroma: exact cosine over the few passages of a scope."""

    def __init__(self, passages: tuple[Passage, ...], vectors: TextVectors) -> None:
        self._ids = [p.id for p in passages]
        self._matrix = vectors.of([p.embedded_text for p in passages])

    def nearest(self, vector: Vector, *, limit: int) -> dict[str, float]:
        cosine = self._matrix @ vector
        return {self._ids[i]: float(cosine[i]) for i in np.argsort(-cosine, kind="stable")[:limit]}


class Remembering(Encoder):
    """The encoder with questions encoded in advance, many at a time."""

    def __init__(self, encoder: Encoder, questions: TextVectors) -> None:
        super().__init__(encoder._model, name=encoder.name, fingerprint=encoder.fingerprint)
        self._questions = questions

    def encode_question(self, text: str) -> Vector:
        """As ever; a text that was not expected is encoded now."""
        try:
            return np.asarray(self._questions.of([text])[0], dtype=np.float32)
        except KeyError:
            return super().encode_question(text)


def wordings(questions: Iterable[BenchQuestion]) -> list[str]:
    """Every text that some system encodes as a question, without the ones that differ by marks only."""
    found: dict[str, None] = {}
    for q in questions:
        found |= dict.fromkeys((q.question, f"{q.query.subject} {q.query.text}".strip()))
    return list(found)


def _homes(index: Index) -> tuple[str, ...]:
    return tuple(s.span.document_id for _, s in index.sentences)


def _within(scores: Scores, documents: tuple[str, ...], scope: tuple[str, ...]) -> Scores:
    """The scores, with those outside of the scope below every other."""
    if not scope:
        return scores
    inside = np.isin(np.array(documents), scope)
    return np.where(inside, scores, -np.inf).astype(np.float32)


def _found(places: Scores, documents: tuple[str, ...], sentences: Scores, index: Index) -> Found:
    ranked = (documents[i] for i in np.argsort(-places, kind="stable") if np.isfinite(places[i]))
    best = (i for i in np.argsort(-sentences, kind="stable")[:DEPTH] if np.isfinite(sentences[i]))
    return Found(
        tuple(dict.fromkeys(ranked))[:DEPTH],
        tuple(index.sentences[i][1].span for i in best),
        float(places.max()),
    )
