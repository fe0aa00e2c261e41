"""A query to evidence: passages, sentences, known questions and examples, each ranked.

Passages are ranked by a weighted sum of the encoder's cosine, BM25 relative to the best passage, and the probability of
the best known question that they answer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from bot.embed import Encoder
from bot.index import Index, LexicalIndex
from bot.reader import Reading
from bot.sections import Sought
from bot.tokens import quantities_asked, tokens
from bot.types import SIGNALS, Evidence, ExampleHit, Hit, KnownHit, Logistic, Query, SentenceHit, Vector

Scores = npt.NDArray[np.float32]

_WORDS, _KNOWN_LIFT = 0.25, 0.25
"""Weights beside the cosine, chosen on the development halves of the public sets; they beat reciprocal rank fusion."""
_CANDIDATES = 100
_HITS = 30
_KNOWN = 10
_SENTENCES = 30

_CANDIDATES_KNOWN = 15
_LONG = 20
_LEAST = 1e-3
_CITES = 50.0
"""What an answer that cites a section which the question names gains among the candidates."""
_OF_SUBJECT = 0.7
"""Weight of a follow-up read with its subject beside the follow-up alone."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One query in every form in which it is compared."""

    asked: str
    expanded: str
    own: Vector
    in_documents_words: Vector
    read: Vector
    """By the reader's encoder."""

    @property
    def mean(self) -> Vector:
        """Both vectors averaged: its products are the mean of both cosines."""
        return np.asarray((self.own + self.in_documents_words) / 2, dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """The likeliest known questions and what is measured of them."""

    positions: list[int]
    signals: Scores
    """Shape (n candidates, len(SIGNALS))."""
    nearest: list[int]
    """Of each candidate, the row of its nearest wording."""
    sections: Sought | None
    """Where the question names sections of law: how well each known answer fits them."""


@dataclass(frozen=True)
class Retriever:
    """Searches one index. ``retrieve`` is the stage of the pipeline."""

    index: Index

    def retrieve(self, query: Query) -> Evidence:
        """Everything found for a query, best first; deterministic for the same index and query."""
        probe = self.probe(query)
        asked, expanded = tokens(probe.asked), tokens(probe.expanded)
        words = list(dict.fromkeys([*asked, *expanded]))
        reading = self.index.reader.read(probe.read)
        examples = self._examples(probe)
        known, answerable = self._known(probe, reading, examples)
        hits, fused = self._passages(probe.mean, words, known)
        return Evidence(
            query,
            hits[:_HITS],
            known,
            examples,
            self._sentences(probe.mean, expanded, fused),
            answerable,
            reading.kinds,
            tuple(
                w for w in dict.fromkeys(asked) if w not in self.index.known_words and w not in self.index.passage_words
            ),
        )

    def probe(self, query: Query) -> Probe:
        """A question with its vectors, in right spelling, as it stands and in the documents' words.

        With what it inherits from earlier turns a question lies near those turns; so its vectors are then the mean of
        the vectors with and without.
        """
        spelt = self.index.spelling.corrected
        query = replace(query, text=spelt(query.text), subject=spelt(query.subject), rewritten=spelt(query.rewritten))
        whole = query.whole
        expanded = self.index.glossary.expand(whole)
        own, encode, read = self._vector, self.index.encoder, self.index.reader.encoder
        as_asked = own(whole, query, encode)
        in_documents_words = as_asked if expanded == whole else own(expanded, query, encode)
        return Probe(
            whole, expanded, as_asked, in_documents_words, own(whole, query, read) if read is not encode else as_asked
        )

    def _vector(self, whole: str, query: Query, encoder: Encoder) -> Vector:
        vector = encoder.encode_question(whole)
        if not query.subject:
            return vector
        both = _OF_SUBJECT * vector + (1 - _OF_SUBJECT) * encoder.encode_question(query.text)
        return np.asarray(both / np.linalg.norm(both), dtype=np.float32)

    def _known(
        self, probe: Probe, reading: Reading, examples: Sequence[ExampleHit]
    ) -> tuple[tuple[KnownHit, ...], float]:
        """The likeliest known questions, and the probability that one of them is answered by the documents."""
        groups = self.index.corpus.known_questions
        if not groups:
            return (), 0.0
        found = self.candidates(probe, reading, near_miss=_near_miss(examples))
        likely = probabilities(self.index.calibration.rank, found.signals)
        if found.sections:
            likely = found.sections.likelihood(likely, found.positions)
        order = _order(likely)
        answerable = float(probabilities(self.index.calibration.answerable, found.signals[order[:1]])[0])
        if found.sections:
            answerable = found.sections.answerable(answerable, found.positions[order[0]])
        known = tuple(
            KnownHit(
                groups[found.positions[i]],
                float(likely[i]),
                self.index.wordings[found.nearest[i]][1],
                float(found.signals[i, SIGNALS.index("wording")]),
                float(found.signals[i, SIGNALS.index("coverage")]),
            )
            for i in order[:_KNOWN]
        )
        return known, answerable

    def candidates(self, probe: Probe, reading: Reading, *, near_miss: float) -> Candidates:
        """The likeliest known questions, and what is measured of each.

        wording: cosine with the nearest wording. sentence: cosine with the nearest answering sentence. words: BM25,
        relative to the best. coverage: share of the question's words, weighted by rarity. length: tokens of the
        question in tens, at most 2. no_number: 1 when the question asks for a quantity and the answer states none such.
        reader: log-odds that its answer, or one that says the same, is asked for. Of the question alone: nearest, the
        cosine with the nearest wording of all; near_miss, with the nearest question known to be unanswered;
        in_sources, the reader's log-odds that any known answer is asked for.
        """
        index = self.index
        asked = tokens(probe.asked)
        words = list(dict.fromkeys([*asked, *tokens(probe.expanded)]))
        similarity = index.wording_vectors @ probe.read
        wording = np.maximum.reduceat(similarity, index.first_wordings[:-1])
        rows, firsts = index.answer_rows
        sentence = np.maximum.reduceat(index.sentence_vectors[rows] @ probe.mean, firsts)
        relative = _relative(index.known_words.scores(words))
        coverage = self.coverage(asked, index.known_words)
        reader = _log_odds(index.same_answer @ reading.known)
        sections = index.sections.sought(probe.asked)
        first = reader + 5 * wording + sentence + relative + (_CITES * sections.share if sections else 0)
        chosen = _order(first)[:_CANDIDATES_KNOWN]
        wanted = quantities_asked(probe.asked)
        lacks = np.array([bool(wanted) and not wanted & index.stated[i] for i in chosen], dtype=np.float32)
        length = min(len(dict.fromkeys(asked)), _LONG) / 10
        of_question = (float(wording.max()), near_miss, float(_log_odds(reading.known.sum())))
        columns = [
            wording[chosen], sentence[chosen], relative[chosen], coverage[chosen], np.full(len(chosen), length), lacks,
            reader[chosen], *(np.full(len(chosen), value) for value in of_question),
        ]  # fmt: skip
        spans = ((index.first_wordings[i], index.first_wordings[i + 1]) for i in chosen)
        nearest = [int(a + similarity[a:b].argmax()) for a, b in spans]
        return Candidates(chosen, np.stack(columns, axis=1).astype(np.float32), nearest, sections)

    def near_miss(self, probe: Probe) -> float:
        """Cosine with the nearest question that is known to be unanswered; 0 where there is none."""
        return _near_miss(self._examples(probe))

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
        similarity = self.index.example_vectors @ probe.read
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


def probabilities(model: Logistic, signals: Scores) -> Scores:
    """A logistic model over signals of shape (n, len(SIGNALS)); shape (n,), in [0, 1]."""
    z = signals @ np.array(model.weights, dtype=np.float32) + model.intercept
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(z, -30, 30))), dtype=np.float32)


def _near_miss(examples: Sequence[ExampleHit]) -> float:
    """Cosine with the nearest question that is known to be unanswered; 0 where there is none."""
    return next((e.similarity for e in examples if e.kind == "not_in_sources"), 0.0)


def _log_odds(probability: npt.ArrayLike) -> Scores:
    """Natural log-odds of probabilities, bounded by adding a thousandth to both sides; 0 stands for no reading."""
    p = np.asarray(probability, dtype=np.float64)
    return np.asarray(np.log((p + _LEAST) / (np.maximum(1 - p, 0) + _LEAST)), dtype=np.float32)
