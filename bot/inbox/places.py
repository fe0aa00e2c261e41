"""The place in the documents that a question comes nearest to."""

from dataclasses import dataclass

from bot.corpus import plain
from bot.index import Index
from bot.types import Passage, Vector


@dataclass(frozen=True, slots=True)
class Near:
    """The place in the documents that lies nearest to a question; it may well not answer it."""

    passage_id: str
    document_id: str
    title: str
    section: str
    similarity: float
    """Cosine."""
    quote: str
    """The nearest sentence of the passage, exactly as it stands."""
    url: str


def near(index: Index, vector: Vector) -> Near | None:
    """The passage nearest to a vector of the encoder, and its nearest sentence; None in an empty corpus."""
    if not index.passages:
        return None
    similarity = index.vectors.of([p.embedded_text for p in index.passages]) @ vector
    best = int(similarity.argmax())
    return near_of(index, index.passages[best], vector, float(similarity[best]))


def near_of(index: Index, passage: Passage, vector: Vector, similarity: float) -> Near:
    """A passage with its sentence nearest to a vector."""
    document = index.document_of(passage)
    sentences = [document.sentences[n] for n in passage.sentences]
    closest = sentences[int((index.vectors.of([plain(s.text) for s in sentences]) @ vector).argmax())]
    url = f"/sources/{document.id}#c{closest.span.start}-{closest.span.end}"
    return Near(passage.id, document.id, passage.title, passage.heading, similarity, closest.text, url)
