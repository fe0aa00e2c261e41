"""A folder of documents, with its optional pack files, to one ``Corpus``."""

import hashlib
import re
from pathlib import Path

from bot.corpus.exceptions import exception_after
from bot.corpus.front_matter import FrontMatter, split_front_matter
from bot.corpus.markdown import markdown_parser, parse, parse_plain, plain, sentences_of
from bot.corpus.pack import (
    find_quote,
    load_calibration,
    load_conflicts,
    load_glossary,
    load_questions,
    load_reader,
    load_scope,
)
from bot.corpus.passages import MAX_PASSAGE_TOKENS, passages
from bot.corpus.quotes import locate, whole_sentences
from bot.errors import CorpusError, EmptyCorpusError
from bot.types import Corpus, Document

__all__ = [
    "MAX_PASSAGE_TOKENS", "exception_after", "find_quote", "load_corpus", "load_document", "locate", "markdown_parser",
    "passages", "plain", "sentences_of", "whole_sentences",
]  # fmt: skip

_DOCUMENTS = (".md", ".markdown", ".txt")
_NOT_DOCUMENTS = ("readme", "license", "contributing")
_MAX_BYTES = 10_000_000


def load_corpus(folder: Path) -> Corpus:
    """Everything usable in ``folder``; what is not is named in ``Corpus.problems``.

    Raises:
        EmptyCorpusError: the folder is missing, or holds no usable document.
    """
    if not folder.is_dir():
        raise EmptyCorpusError(f"The corpus folder {str(folder)!r} does not exist; create it or set MSO_CORPUS_DIR.")
    documents: dict[str, Document] = {}
    problems: list[str] = []
    for path in _document_files(folder):
        try:
            document = load_document(path)
        except CorpusError as error:
            problems.append(str(error))
            continue
        if document.id in documents:
            problems.append(f"{path.name}: another document is already called {document.id!r}; rename the file.")
        else:
            documents[document.id] = document
    if not documents:
        reasons = " ".join(problems) or f"Put at least one {' or '.join(_DOCUMENTS)} file there."
        raise EmptyCorpusError(f"The corpus folder {str(folder)!r} holds no usable document. {reasons}")
    known, near_misses, known_problems = load_questions(folder / "questions", documents)
    glossary, glossary_problems = load_glossary(folder / "glossary.yaml")
    conflicts, conflict_problems = load_conflicts(folder / "conflicts.yaml", documents)
    scope, scope_problems = load_scope(folder / "scope.yaml")
    calibration, calibration_problems = load_calibration(folder)
    reader, reader_problems = load_reader(folder / "reader.safetensors")
    return Corpus(
        tuple(documents.values()),
        known,
        near_misses,
        glossary,
        conflicts,
        scope,
        calibration,
        reader,
        (
            *problems,
            *known_problems,
            *glossary_problems,
            *conflict_problems,
            *scope_problems,
            *calibration_problems,
            *reader_problems,
        ),
        _version(folder),
    )


def load_document(path: Path) -> Document:
    """One file. ``Document.text`` is what stands below the front matter, with Unix line ends.

    Raises:
        CorpusError: naming the file, the field and the remedy.
    """
    raw = _read_text(path)
    fields, text = split_front_matter(raw, path)
    if not text.strip():
        raise CorpusError(f"{path.name}: there is no text; write some or remove the file.")
    title = fields.title if fields else _title_without_front_matter(text, path)
    fields = fields or FrontMatter(title=title)
    document_id = path.stem
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", document_id):
        raise CorpusError(
            f"{path.name}: a file name is part of an address; use letters, digits, '.', '_' and '-' only."
        )
    if path.suffix.lower() == ".txt":
        sections, sentences = parse_plain(text, document_id, title=title)
    else:
        sections, sentences = parse(text, document_id, title=title, boilerplate=fields.boilerplate)
    missing = set(fields.boilerplate) - {s.heading for s in sections}
    if missing:
        raise CorpusError(f"{path.name}: boilerplate: there is no heading {sorted(missing)[0]!r}; correct the list.")
    return Document(
        document_id,
        title,
        fields.doc_type,
        text,
        sections,
        sentences,
        fields.jurisdiction,
        fields.sources,
        fields.last_reviewed,
        fields.summary,
        hashlib.sha256(raw.encode()).hexdigest(),
    )


def _read_text(path: Path) -> str:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise CorpusError(f"{path.name}: larger than {_MAX_BYTES // 1_000_000} MB; split it.")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise CorpusError(f"{path.name}: not UTF-8 text; save it as UTF-8.") from None
    except OSError as error:
        raise CorpusError(f"{path.name}: cannot be read ({error.strerror}); check its permissions.") from None


def _title_without_front_matter(text: str, path: Path) -> str:
    heading = re.search(r"^#\s+(.+)$", text, re.MULTILINE) if path.suffix.lower() != ".txt" else None
    return plain(heading[1]) if heading else re.sub(r"[-_]+", " ", path.stem).strip().capitalize()


def _document_files(folder: Path) -> list[Path]:
    return sorted(
        p
        for p in folder.iterdir()
        if p.is_file() and p.suffix.lower() in _DOCUMENTS and p.stem.lower() not in _NOT_DOCUMENTS
    )


def _version(folder: Path) -> str:
    """A hash of every file of the pack: the same for the same content, wherever the folder stands."""
    digest = hashlib.sha256()
    pack = [
        *folder.glob("questions/*.y*ml"),
        *folder.glob("*.y*ml"),
        folder / "calibration.json",
        folder / "reader.safetensors",
    ]
    for path in sorted(p for p in [*_document_files(folder), *pack] if p.is_file()):
        digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return f"sha256:{digest.hexdigest()}"
