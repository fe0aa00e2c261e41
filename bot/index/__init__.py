"""Build, bring up to date and open what is searched: Chroma, BM25, sentence and question vectors, manifest.

On disk, below the data folder::

    index/CURRENT            the name of the build that counts; replaced in one step
    index/<build>/           chroma/, vectors.npz, questions.npz, manifest.json (written last)
    index/LOCK               held while a build is made

A build is made beside the current one, so a crash at any moment leaves a complete index.
"""

from collections.abc import Callable

from bot.corpus import load_corpus
from bot.embed import Encoder
from bot.errors import IndexingError
from bot.index.build import (
    QUESTIONS,
    VECTORS,
    Builder,
    IngestReport,
    all_passages,
    current_build,
    expected_manifest,
)  # fmt: skip
from bot.index.lexical import LexicalIndex
from bot.index.manifest import Manifest
from bot.index.search import Index
from bot.index.store import PassageStore
from bot.index.vectors import TextVectors
from bot.reader import Reader
from bot.settings import Settings
from bot.types import Corpus, Progress

__all__ = [
    "Index",
    "IngestReport",
    "LexicalIndex",
    "Manifest",
    "current_manifest",
    "expected_manifest",
    "ingest",
    "open_index",
]


def open_index(
    settings: Settings,
    encoder: Encoder,
    *,
    progress: Progress | None = None,
    notify: Callable[[str], None] = print,
) -> Index:
    """The index for the documents as they are now; a missing or stale one is built first, and ``notify`` told so.

    Raises:
        EmptyCorpusError, IngestRunningError, IndexingError
    """
    corpus = load_corpus(settings.corpus_dir)
    for problem in corpus.problems:
        notify(f"left out: {problem}")
    reader = Reader.of(encoder, corpus.reader, corpus.known_questions)
    if corpus.reader and not reader.trained:
        notify("The corpus's reader was trained for another embedding model and rests; run  mso-bot eval train.")
    ready = _open_current(settings, corpus, encoder, reader)
    if ready:
        return ready
    reason = _why_stale(settings, corpus, encoder, reader) or "its files cannot be read"
    notify(f"The index has to be built: {reason}. This takes a moment, once.")
    return Builder(settings, corpus, encoder, reader, reason, progress=progress).build()[1]


def ingest(
    settings: Settings, encoder: Encoder, *, rebuild: bool = False, progress: Progress | None = None
) -> tuple[IngestReport, Corpus]:
    """Bring the index in line with the documents. ``rebuild`` encodes everything again.

    Raises:
        EmptyCorpusError, IngestRunningError, IndexingError: the index that was there stays.
    """
    corpus = load_corpus(settings.corpus_dir)
    reader = Reader.of(encoder, corpus.reader, corpus.known_questions)
    reason = "a rebuild was asked for" if rebuild else _why_stale(settings, corpus, encoder, reader)
    ready = None if reason else _open_current(settings, corpus, encoder, reader)
    if ready:
        ready.close()
        name, kept = current_build(settings).name, len(ready.vectors.rows) + len(ready.questions.rows)
        return IngestReport(name, "", 0, kept, len(ready.passages)), corpus
    reason = reason or "its files cannot be read"
    report, index = Builder(settings, corpus, encoder, reader, reason, rebuild, progress).build()
    index.close()
    return report, corpus


def current_manifest(settings: Settings) -> Manifest | None:
    """The manifest of the build that counts, None where there is none."""
    return Manifest.read(current_build(settings))


def _why_stale(settings: Settings, corpus: Corpus, encoder: Encoder, reader: Reader) -> str:
    manifest = current_manifest(settings)
    return manifest.difference(expected_manifest(corpus, encoder, reader)) if manifest else "there is none yet"


def _open_current(settings: Settings, corpus: Corpus, encoder: Encoder, reader: Reader) -> Index | None:
    """The current build, None when it is missing, stale or damaged."""
    build = current_build(settings)
    manifest, vectors, questions = (
        Manifest.read(build),
        TextVectors.load(build / VECTORS),
        TextVectors.load(build / QUESTIONS),
    )
    if manifest is None or vectors is None or questions is None:
        return None
    if manifest.difference(expected_manifest(corpus, encoder, reader)):
        return None
    try:
        store = PassageStore.open(build, url=settings.chroma_url)
    except IndexingError:
        if settings.chroma_url:
            raise
        return None
    if store.count() != manifest.passages:
        store.close()
        return None
    return Index(corpus, encoder, all_passages(corpus, encoder), store, vectors, reader, questions)
