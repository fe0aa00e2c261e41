"""Passage vectors in Chroma, embedded or on a server. The one owner of chromadb."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import chromadb
from chromadb.api import ClientAPI
from chromadb.config import Settings as ChromaSettings

from bot.errors import IndexingError
from bot.types import Matrix, Passage, Vector

_BATCH = 1000
_FOLDER = "chroma"


class PassageStore:
    """The passages of one build, as one Chroma collection with cosine distance."""

    def __init__(self, client: ClientAPI, build: str) -> None:
        self._client = client
        self._collection = client.get_or_create_collection(
            f"passages-{build}", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )

    @classmethod
    def open(cls, build: Path, *, url: str = "") -> "PassageStore":
        """The collection of a build, made when it is missing.

        Raises:
            IndexingError: the Chroma server does not answer, or the stored files cannot be read.
        """
        quiet = ChromaSettings(anonymized_telemetry=False)
        try:
            if url:
                parts = urlsplit(url)
                port = parts.port or (443 if parts.scheme == "https" else 80)
                client = chromadb.HttpClient(parts.hostname or "", port, ssl=parts.scheme == "https", settings=quiet)
            else:
                client = chromadb.PersistentClient(str(build / _FOLDER), settings=quiet)
            return cls(client, build.name)
        except Exception as error:
            where = f"the Chroma server at {url}" if url else f"the Chroma files in {build}"
            remedy = "check MSO_CHROMA_URL and that it runs" if url else "run  mso-bot ingest --rebuild"
            raise IndexingError(f"Cannot open {where} ({error.__class__.__name__}); {remedy}.") from error

    def add(self, passages: Sequence[Passage], vectors: Matrix) -> None:
        """Store passages with their vectors, shape (len(passages), d)."""
        for start in range(0, len(passages), _BATCH):
            batch = passages[start : start + _BATCH]
            self._collection.add(
                ids=[p.id for p in batch],
                embeddings=vectors[start : start + _BATCH],
                documents=[p.text for p in batch],
                metadatas=[
                    {"document": p.span.document_id, "start": p.span.start, "end": p.span.end, "kind": p.kind.value}
                    for p in batch
                ],
            )

    def count(self) -> int:
        """How many passages are stored."""
        return int(self._collection.count())

    def nearest(self, vector: Vector, *, limit: int) -> dict[str, float]:
        """Passage ids with their cosine similarity, at most ``limit``, best first."""
        found = self._collection.query(query_embeddings=vector[None, :], n_results=limit, include=["distances"])
        distances = found["distances"] or [[]]
        return {i: 1.0 - float(d) for i, d in zip(found["ids"][0], distances[0], strict=True)}

    def drop(self) -> None:
        """Delete the collection."""
        self._client.delete_collection(self._collection.name)

    def close(self) -> None:
        """Let go of its files or connection."""
        self._client.close()  # type: ignore[attr-defined]  # on Client, missing in its interface
