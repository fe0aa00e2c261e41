"""Making an index: beside the old one, then swapped whole."""

import os
import shutil
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from bot.corpus import MAX_PASSAGE_TOKENS, passages, plain
from bot.embed import Encoder
from bot.errors import IndexingError, IngestRunningError
from bot.index.manifest import LAYOUT, Manifest
from bot.index.search import Index
from bot.index.store import PassageStore
from bot.index.vectors import TextVectors
from bot.reader import Reader
from bot.settings import Settings
from bot.types import Corpus, Passage, Progress

VECTORS, QUESTIONS = "vectors.npz", "questions.npz"


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did."""

    build: str
    reason: str
    """Why it was needed; empty when the index was up to date."""
    encoded: int
    reused: int
    passages: int
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Builder:
    """Makes one index for documents as they are now."""

    settings: Settings
    corpus: Corpus
    encoder: Encoder
    reader: Reader
    reason: str
    rebuild: bool = False
    """True: encode everything again."""
    progress: Progress | None = None

    def build(self) -> tuple[IngestReport, Index]:
        """The new index, which counts from now on.

        Raises:
            IngestRunningError: another process is building.
            IndexingError: it could not be built; the index that was there stays.
        """
        folder = index_folder(self.settings)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with FileLock(folder / "LOCK", timeout=0):
                return self._build_beside()
        except Timeout:
            raise IngestRunningError(
                "Another process is building this index right now; wait for it and try again."
            ) from None
        except Exception as error:
            if self.settings.chroma_url and isinstance(error, IndexingError):
                raise
            cause = error.__cause__ or error
            detail = getattr(cause, "strerror", None) or str(cause) or cause.__class__.__name__
            raise IndexingError(
                f"The index could not be built in {str(folder)!r} ({detail}); the index that was there stays. "
                "Check that the disk has room and that the folder may be written to, then run  mso-bot ingest."
            ) from error

    def _build_beside(self) -> tuple[IngestReport, Index]:
        folder, current = index_folder(self.settings), current_build(self.settings)
        self._remove_leftovers(keep=current)
        previous = Manifest.read(current)
        known, questions = self._reusable(current, previous)
        build = folder / uuid.uuid4().hex[:12]
        build.mkdir()
        try:
            index, manifest = self._write(build, known, questions)
            _swap(folder, build.name)
        except BaseException:
            shutil.rmtree(build, ignore_errors=True)
            raise
        reused = sum(
            len(now.rows.keys() & before.rows.keys())
            for now, before in ((index.vectors, known), (index.questions, questions))
            if before
        )
        return self._report(manifest, previous, build.name, reused), index

    def _reusable(self, current: Path, previous: Manifest | None) -> tuple[TextVectors | None, TextVectors | None]:
        """The vectors of texts and of questions that the same encoder and the same reader made."""
        if previous is None or self.rebuild:
            return None, None
        return (
            TextVectors.load(current / VECTORS) if previous.fingerprint == self.encoder.fingerprint else None,
            TextVectors.load(current / QUESTIONS) if previous.reader == self.reader.encoder.fingerprint else None,
        )

    def _write(
        self, build: Path, known: TextVectors | None, known_questions: TextVectors | None
    ) -> tuple[Index, Manifest]:
        chosen = all_passages(self.corpus, self.encoder)
        texts, wordings = _texts(self.corpus, chosen), _questions(self.corpus)
        done = _Both(self.progress, TextVectors.missing(texts, known), TextVectors.missing(wordings, known_questions))
        vectors = TextVectors.encode(texts, self.encoder, known=known, progress=done.first)
        questions = TextVectors.encode(wordings, self.reader.encoder, known=known_questions, progress=done.second)
        store = PassageStore.open(build, url=self.settings.chroma_url)
        store.add(chosen, vectors.of([p.embedded_text for p in chosen]))
        vectors.save(build / VECTORS)
        questions.save(build / QUESTIONS)
        manifest = expected_manifest(self.corpus, self.encoder, self.reader).model_copy(
            update={"passages": len(chosen), "texts": len(vectors.rows) + len(questions.rows)}
        )
        manifest.write(build)
        return Index(self.corpus, self.encoder, chosen, store, vectors, self.reader, questions), manifest

    def _remove_leftovers(self, *, keep: Path) -> None:
        """Builds that do not count. The one before the current stays until now, for servers that still read it."""
        for build in index_folder(self.settings).iterdir():
            if build.is_dir() and build != keep:
                if self.settings.chroma_url:
                    store = PassageStore.open(build, url=self.settings.chroma_url)
                    store.drop()
                    store.close()
                shutil.rmtree(build, ignore_errors=True)

    def _report(self, now: Manifest, before: Manifest | None, build: str, reused: int) -> IngestReport:
        old = before.documents if before else {}
        return IngestReport(
            build,
            self.reason,
            now.texts - reused,
            reused,
            now.passages,
            added=tuple(d for d in now.documents if d not in old),
            changed=tuple(d for d, h in now.documents.items() if d in old and old[d] != h),
            removed=tuple(d for d in old if d not in now.documents),
        )


def index_folder(settings: Settings) -> Path:
    """Where builds stand."""
    return settings.data_dir / "index"


def current_build(settings: Settings) -> Path:
    """The folder of the build that counts; one that does not exist when there is none."""
    folder = index_folder(settings)
    try:
        return folder / ((folder / "CURRENT").read_text(encoding="utf-8").strip() or "none")
    except (OSError, UnicodeDecodeError):
        return folder / "none"


def expected_manifest(corpus: Corpus, encoder: Encoder, reader: Reader) -> Manifest:
    """What the manifest of an up-to-date index says, apart from its counts."""
    return Manifest(
        layout=LAYOUT,
        model=encoder.name,
        fingerprint=encoder.fingerprint,
        reader=reader.encoder.fingerprint,
        corpus_version=corpus.version,
        passage_tokens=MAX_PASSAGE_TOKENS,
        documents={d.id: d.content_hash for d in corpus.documents},
        passages=0,
        known_questions=len(corpus.known_questions),
        texts=0,
    )


def all_passages(corpus: Corpus, encoder: Encoder) -> tuple[Passage, ...]:
    """Every passage; each, and each sentence, is asserted to be a slice of its document."""
    found: list[Passage] = []
    for document in corpus.documents:
        for passage in passages(document, encoder.count_tokens):
            if document.quote(passage.span) != passage.text:
                raise IndexingError(f"{document.id}: a passage is not a slice of its document at {passage.span}.")
            found.append(passage)
        if any(document.quote(s.span) != s.text for s in document.sentences):
            raise IndexingError(f"{document.id}: a sentence is not a slice of its document.")
    return tuple(found)


def _texts(corpus: Corpus, chosen: Sequence[Passage]) -> list[str]:
    """Every text of the documents that gets a vector."""
    texts = [*(p.embedded_text for p in chosen), *(plain(s.text) for d in corpus.documents for s in d.sentences)]
    return list(dict.fromkeys(texts))


def _questions(corpus: Corpus) -> list[str]:
    """Every question that gets a vector."""
    questions = [*(w for k in corpus.known_questions for w in k.questions), *(w for _, w in corpus.examples)]
    return list(dict.fromkeys(questions))


@dataclass(frozen=True, slots=True)
class _Both:
    """One progress for two encodings, one after the other, with the number of texts that each has to do."""

    report: Progress | None
    texts: int
    questions: int

    def first(self, done: int, _: int) -> None:
        """Of the documents' texts."""
        if self.report:
            self.report(done, self.texts + self.questions)

    def second(self, done: int, _: int) -> None:
        """Of the questions."""
        if self.report:
            self.report(self.texts + done, self.texts + self.questions)


def _swap(folder: Path, name: str) -> None:
    """Let ``name`` count from now on, in one step that survives a crash."""
    pending = folder / "CURRENT.new"
    with pending.open("w", encoding="utf-8") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(pending, folder / "CURRENT")
