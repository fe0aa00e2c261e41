"""A query to evidence: passages, sentences, known questions and examples, each ranked.

Dense (cosine of the encoder), lexical (BM25) and known-question rankings are fused by reciprocal rank
(Cormack, Clarke and Büttcher, SIGIR 2009).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from bot.index import Index
from bot.tokens import tokens
from bot.types import Evidence, ExampleHit, GlossaryTerm, Hit, KnownHit, Query, SentenceHit, Vector

Scores = npt.NDArray[np.float32]

RRF_K = 60
"""The constant of reciprocal rank fusion, as in the paper."""
_CANDIDATES = 100
_HITS = 10
_KNOWN = 10
_SENTENCES = 30

# Weights of the signals that rank known questions, in the order of KnownSignals.
_KNOWN_WEIGHTS = (0.5, 0.5, 0.2, 0.15, 0.15)


class Glossary:
    """Abbreviations and lay words to the documents' own wording."""

    def __init__(self, terms: Sequence[GlossaryTerm]) -> None:
        self._terms = {also.lower(): t.term for t in terms for also in t.also}
        longest_first = sorted(self._terms, key=len, reverse=True)
        alternatives = "|".join(re.escape(also) for also in longest_first) or r"(?!)"
        self._pattern = re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w-])", re.IGNORECASE)

    def expand(self, text: str) -> str:
        """The text in the documents' words."""
        return self._pattern.sub(lambda m: self._terms[m.group().lower()], text)


@dataclass(frozen=True)
class Retriever:
    """Searches one index. ``retrieve`` is the stage of the pipeline."""

    index: Index

    @cached_property
    def glossary(self) -> Glossary:
        """The glossary of the index's corpus."""
        return Glossary(self.index.corpus.glossary)

    def retrieve(self, query: Query) -> Evidence:
        """Everything found for a query, best first; deterministic for the same index and query."""
        asked = f"{query.subject} {query.text}".strip()
        expanded = self.glossary.expand(asked)
        own = self.index.encoder.encode_question(asked)
        vectors = [own] if expanded == asked else [own, self.index.encoder.encode_question(expanded)]
        words = list(dict.fromkeys([*tokens(asked), *tokens(expanded)]))
        known = self._known(vectors, words, tokens(asked))
        hits, fused = self._passages(vectors, words, known)
        return Evidence(
            query,
            hits[:_HITS],
            known[:_KNOWN],
            self._examples(own),
            self._sentences(vectors, tokens(expanded), fused),
            tuple(
                w
                for w in dict.fromkeys(tokens(asked))
                if w not in self.index.known_words and w not in self.index.passage_words
            ),
        )

    def _known(self, vectors: Sequence[Vector], words: Sequence[str], asked: Sequence[str]) -> tuple[KnownHit, ...]:
        groups = self.index.corpus.known_questions
        if not groups:
            return ()
        of_wording = self.index.group_of_wording
        similarity = np.mean([self.index.wording_vectors @ v for v in vectors], axis=0)
        nearest, three_nearest = _best_of_groups(similarity, of_wording, len(groups))
        answer = np.mean([self.index.answer_vectors @ v for v in vectors], axis=0)
        lexical = self.index.known_words.scores(words)
        coverage = self.coverage(asked, self.index.known_words.texts_with)
        signals = (nearest, three_nearest, answer, lexical / max(float(lexical.max()), 1e-6), coverage)
        score = sum((w * s for w, s in zip(_KNOWN_WEIGHTS, signals, strict=True)), np.zeros(len(groups)))
        best_wording = _argmax_of_groups(similarity, of_wording, len(groups))
        return tuple(
            KnownHit(
                groups[g],
                float(score[g]),
                self.index.wordings[best_wording[g]][1],
                float(nearest[g]),
                float(coverage[g]),
            )
            for g in _order(score)[:_CANDIDATES]
        )

    def _passages(
        self, vectors: Sequence[Vector], words: Sequence[str], known: Sequence[KnownHit]
    ) -> tuple[tuple[Hit, ...], Scores]:
        passages = self.index.passages
        dense = np.zeros(len(passages), dtype=np.float32)
        position = self.index.position_of
        for vector in vectors:
            for passage_id, cosine in self.index.store.nearest(vector, limit=min(len(passages), _CANDIDATES)).items():
                dense[position[passage_id]] += cosine / len(vectors)
        lexical = self.index.passage_words.scores(words)
        by_known = self._lifted(known)
        fused = reciprocal_rank_fusion([dense, lexical, by_known])
        hits = tuple(
            Hit(passages[i], float(fused[i]), float(dense[i]), float(lexical[i])) for i in _order(fused) if fused[i] > 0
        )
        return hits, fused

    def _lifted(self, known: Sequence[KnownHit]) -> Scores:
        """A passage has the score of the best known question that it answers."""
        lift = np.zeros(len(self.index.passages), dtype=np.float32)
        for hit in known[:_KNOWN]:
            for span in hit.known.answer:
                for i in self.index.passages_at(span):
                    lift[i] = max(lift[i], hit.score)
        return lift

    def _sentences(self, vectors: Sequence[Vector], words: Sequence[str], fused: Scores) -> tuple[SentenceHit, ...]:
        sentences = self.index.sentences
        if not sentences:
            return ()
        meaning = np.mean([self.index.sentence_vectors @ v for v in vectors], axis=0)
        coverage = self.coverage(words, self.index.sentence_words.texts_with)
        place = np.array([fused[p] for p, _ in sentences]) / max(float(fused.max()), 1e-6)
        score = 0.55 * meaning + 0.25 * coverage + 0.2 * place
        return tuple(
            SentenceHit(sentences[i][1], float(score[i]), float(meaning[i]), float(coverage[i]))
            for i in _order(score)[:_SENTENCES]
        )

    def _examples(self, vector: Vector) -> tuple[ExampleHit, ...]:
        """The nearest example of each kind, the nearest kind first."""
        examples = self.index.examples
        if not examples:
            return ()
        similarity = self.index.example_vectors @ vector
        best: dict[str, ExampleHit] = {}
        for i in _order(similarity):
            kind, wording = examples[i]
            best.setdefault(kind, ExampleHit(kind, float(similarity[i]), wording))
        return tuple(best.values())

    def coverage(self, words: Iterable[str], texts_with: Callable[[str], npt.NDArray[np.bool_]]) -> Scores:
        """Share of the weight of the query's tokens that each text has, in [0, 1]; rare tokens weigh more."""
        distinct = list(dict.fromkeys(words))
        weights = [self.index.known_words.weight(w) + self.index.passage_words.weight(w) for w in distinct]
        total = sum((texts_with(w) * weight for w, weight in zip(distinct, weights, strict=True)), np.zeros(1))
        return np.asarray(total / max(sum(weights), 1e-6), dtype=np.float32)


class PassageRetriever(BaseRetriever):
    """The same search as a LangChain retriever: passages with document, section, offsets and scores as metadata."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    retriever: Retriever = Field(exclude=True)
    k: int = Field(ge=1)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        return [
            LangChainDocument(
                page_content=hit.passage.text,
                id=hit.passage.id,
                metadata={
                    "document_id": hit.passage.span.document_id,
                    "title": hit.passage.title,
                    "section": hit.passage.heading,
                    "kind": hit.passage.kind.value,
                    "start": hit.passage.span.start,
                    "end": hit.passage.span.end,
                    "score": hit.score,
                },
            )
            for hit in self.retriever.retrieve(Query(query)).hits[: self.k]
        ]


def reciprocal_rank_fusion(rankings: Sequence[Scores], *, k: int = RRF_K) -> Scores:
    """Sum of ``1 / (k + rank)`` over rankings given as scores of shape (n,); one of 0 or less has no rank."""
    fused = np.zeros_like(rankings[0], dtype=np.float32)
    for scores in rankings:
        order = [i for i in _order(scores) if scores[i] > 0]
        fused[order] += 1.0 / (k + 1 + np.arange(len(order), dtype=np.float32))
    return fused


def _order(scores: npt.NDArray[np.floating]) -> list[int]:
    """Positions from the highest score to the lowest; equal scores keep their order."""
    return [int(i) for i in np.argsort(-scores, kind="stable")]


def _best_of_groups(similarity: Scores, groups: npt.NDArray[np.int64], n: int) -> tuple[Scores, Scores]:
    """Of each group: its highest similarity, and the mean of its three highest (fewer where it has fewer)."""
    order = np.lexsort((-similarity, groups))
    starts = np.searchsorted(groups[order], np.arange(n))
    ends = np.searchsorted(groups[order], np.arange(n), side="right")
    ranked = similarity[order]
    return (
        np.array([ranked[s] for s in starts], dtype=np.float32),
        np.array([ranked[s : min(e, s + 3)].mean() for s, e in zip(starts, ends, strict=True)], dtype=np.float32),
    )


def _argmax_of_groups(similarity: Scores, groups: npt.NDArray[np.int64], n: int) -> list[int]:
    order = np.lexsort((-similarity, groups))
    return [int(order[i]) for i in np.searchsorted(groups[order], np.arange(n))]
