"""A query to evidence: passages, sentences, known questions and examples, each ranked.

Passages are ranked by a weighted sum of the encoder's cosine, BM25 relative to the best passage, and the probability of
the best known question that they answer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from bot.index import Index, LexicalIndex
from bot.tokens import asks_for_number, tokens
from bot.types import SIGNALS, Calibration, Evidence, ExampleHit, Hit, KnownHit, Query, SentenceHit, Vector

Scores = npt.NDArray[np.float32]

_WORDS, _KNOWN_LIFT = 0.25, 0.25
"""Weights beside the cosine, chosen on the development halves of the public sets; they beat reciprocal rank fusion."""
_CANDIDATES = 100
_HITS = 30
_KNOWN = 10
_SENTENCES = 30

_CANDIDATES_KNOWN = 15
_LONG = 20


@dataclass(frozen=True, slots=True)
class Probe:
    """One query in every form in which it is compared."""

    asked: str
    expanded: str
    own: Vector
    in_documents_words: Vector

    @property
    def mean(self) -> Vector:
        """Both vectors averaged: its products are the mean of both cosines."""
        return np.asarray((self.own + self.in_documents_words) / 2, dtype=np.float32)


@dataclass(frozen=True)
class Retriever:
    """Searches one index. ``retrieve`` is the stage of the pipeline."""

    index: Index

    def retrieve(self, query: Query) -> Evidence:
        """Everything found for a query, best first; deterministic for the same index and query."""
        probe = self.probe(f"{query.subject} {query.text}".strip())
        asked, expanded = tokens(probe.asked), tokens(probe.expanded)
        words = list(dict.fromkeys([*asked, *expanded]))
        known = self._known(probe)
        hits, fused = self._passages(probe.mean, words, known)
        return Evidence(
            query,
            hits[:_HITS],
            known,
            self._examples(probe),
            self._sentences(probe.mean, expanded, fused),
            tuple(
                w for w in dict.fromkeys(asked) if w not in self.index.known_words and w not in self.index.passage_words
            ),
        )

    def probe(self, asked: str) -> Probe:
        """A question with its vectors, as it stands and in the documents' words."""
        expanded = self.index.glossary.expand(asked)
        own = self.index.encoder.encode_question(asked)
        return Probe(asked, expanded, own, own if expanded == asked else self.index.encoder.encode_question(expanded))

    def _known(self, probe: Probe) -> tuple[KnownHit, ...]:
        groups = self.index.corpus.known_questions
        if not groups:
            return ()
        similarity = self.wording_similarity(probe)
        positions, signals = self.signals(probe, similarity)
        probability = probabilities(self.index.corpus.calibration, signals)
        nearest = _argmax_of_groups(similarity, self.index.group_of_wording, len(groups))
        return tuple(
            KnownHit(
                groups[positions[i]],
                float(probability[i]),
                self.index.wordings[nearest[positions[i]]][1],
                float(signals[i, SIGNALS.index("wording")]),
                float(signals[i, SIGNALS.index("coverage")]),
            )
            for i in _order(probability)[:_KNOWN]
        )

    def wording_similarity(self, probe: Probe) -> Scores:
        """Mapped cosine of a question with every wording, averaged over both forms; shape (len(wordings),)."""
        as_they_stand, in_documents_words = self.index.wording_vectors
        own, expanded = self.index.mapped(np.stack([probe.own, probe.in_documents_words]))
        return np.asarray((as_they_stand @ own + in_documents_words @ expanded) / 2, dtype=np.float32)

    def signals(self, probe: Probe, similarity: Scores) -> tuple[list[int], Scores]:
        """Positions of the likeliest known questions, and what is measured of each, shape (n, len(SIGNALS)).

        wording: cosine with the nearest wording. sentence: cosine with the nearest answering sentence. words: BM25,
        relative to the best. coverage: share of the question's words, weighted by rarity. length: tokens of the
        question in tens, at most 2. near_miss: cosine with the nearest question known to be unanswered. no_number: 1
        when the question asks for a number and the answer states none.
        """
        n = len(self.index.corpus.known_questions)
        asked = tokens(probe.asked)
        words = list(dict.fromkeys([*asked, *tokens(probe.expanded)]))
        wording = _max_of_groups(similarity, self.index.group_of_wording, n)
        rows, owners = self.index.answer_rows
        sentence = _max_of_groups(self.index.sentence_vectors[rows] @ probe.mean, owners, n)
        lexical = self.index.known_words.scores(words)
        relative = _relative(lexical)
        coverage = self.coverage(asked, self.index.known_words)
        chosen = _order(wording + 0.2 * sentence + 0.15 * relative + 0.15 * coverage)[:_CANDIDATES_KNOWN]
        lacks = ~self.index.answers_with_number[chosen] if asks_for_number(probe.asked) else np.zeros(len(chosen))
        same = np.ones(len(chosen), dtype=np.float32)
        length = min(len(dict.fromkeys(asked)), _LONG) / 10
        columns = (wording[chosen], sentence[chosen], relative[chosen], coverage[chosen], length * same)
        return chosen, np.stack([*columns, self._near_miss(probe) * same, lacks.astype(np.float32)], axis=1)

    def _near_miss(self, probe: Probe) -> float:
        """Cosine with the nearest question that is known to be unanswered; 0 where there is none."""
        return next((e.similarity for e in self._examples(probe) if e.kind == "not_in_sources"), 0.0)

    def _passages(
        self, vector: Vector, words: Sequence[str], known: Sequence[KnownHit]
    ) -> tuple[tuple[Hit, ...], Scores]:
        passages = self.index.passages
        dense = np.zeros(len(passages), dtype=np.float32)
        position = self.index.position_of
        for passage_id, cosine in self.index.store.nearest(vector, limit=min(len(passages), _CANDIDATES)).items():
            dense[position[passage_id]] = cosine
        lexical = self.index.passage_words.scores(words)
        fused = dense + _WORDS * _relative(lexical) + _KNOWN_LIFT * self._lifted(known)
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

    def _sentences(self, vector: Vector, words: Sequence[str], fused: Scores) -> tuple[SentenceHit, ...]:
        sentences = self.index.sentences
        if not sentences:
            return ()
        meaning = self.index.sentence_vectors @ vector
        coverage = self.coverage(words, self.index.sentence_words)
        place = np.array([fused[p] for p, _ in sentences]) / max(float(fused.max()), 1e-6)
        score = 0.55 * meaning + 0.25 * coverage + 0.2 * place
        return tuple(
            SentenceHit(sentences[i][1], float(score[i]), float(meaning[i]), float(coverage[i]))
            for i in _order(score)[:_SENTENCES]
        )

    def _examples(self, probe: Probe) -> tuple[ExampleHit, ...]:
        """The nearest example of each kind, the nearest kind first."""
        examples = self.index.examples
        if not examples:
            return ()
        own, expanded = self.index.mapped(np.stack([probe.own, probe.in_documents_words]))
        similarity = self.index.example_vectors @ ((own + expanded) / 2)
        best: dict[str, ExampleHit] = {}
        for i in _order(similarity):
            kind, wording = examples[i]
            best.setdefault(kind, ExampleHit(kind, float(similarity[i]), wording))
        return tuple(best.values())

    def coverage(self, words: Iterable[str], texts: LexicalIndex) -> Scores:
        """Share of the weight of the query's tokens that each text has, in [0, 1]; rare tokens weigh more."""
        distinct = list(dict.fromkeys(words))
        weights = [texts.weight(w) for w in distinct]
        total = sum(
            (texts.texts_with(w) * weight for w, weight in zip(distinct, weights, strict=True)), np.zeros(len(texts))
        )
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


def _relative(scores: Scores) -> Scores:
    """Scores relative to the best, in [0, 1]."""
    return np.asarray(scores / max(float(scores.max(initial=0.0)), 1e-6), dtype=np.float32)


def _order(scores: npt.NDArray[np.floating]) -> list[int]:
    """Positions from the highest score to the lowest; equal scores keep their order."""
    return [int(i) for i in np.argsort(-scores, kind="stable")]


def probabilities(calibration: Calibration, signals: Scores) -> Scores:
    """The logistic model of a calibration over signals of shape (n, len(SIGNALS)); shape (n,), in [0, 1]."""
    z = signals @ np.array(calibration.weights, dtype=np.float32) + calibration.intercept
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(z, -30, 30))), dtype=np.float32)


def _max_of_groups(values: Scores, groups: npt.NDArray[np.int64], n: int) -> Scores:
    best = np.full(n, -1.0, dtype=np.float32)
    np.maximum.at(best, groups, values)
    return best


def _argmax_of_groups(similarity: Scores, groups: npt.NDArray[np.int64], n: int) -> list[int]:
    order = np.lexsort((-similarity, groups))
    return [int(order[i]) for i in np.searchsorted(groups[order], np.arange(n))]
