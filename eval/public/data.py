"""A folder of benchmarks to typed sets: one subfolder a set, with ``docs.jsonl`` and ``questions*.jsonl``."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from bot.contextualise import contextualise
from bot.corpus.markdown import parse_plain
from bot.errors import InputError
from bot.types import Corpus, Document, Kind, Query, Question, Span

_Row = TypeVar("_Row", bound=BaseModel)


class BenchDocument(BaseModel):
    """One line of ``docs.jsonl``."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    title: str = ""
    text: str


class BenchQuestion(BaseModel):
    """One line of a question file."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    question: str
    history: tuple[str, ...] = ()
    """The earlier questions, oldest first; of turns with roles, those of the user."""
    scope_doc_ids: tuple[str, ...] = ()
    gold_doc_ids: tuple[str, ...] = ()
    gold_spans: tuple[tuple[str, int, int], ...] = ()
    answerable: bool | None = None

    @field_validator("history", mode="before")
    @classmethod
    def _questions_only(cls, turns: list[str | dict[str, str]] | None) -> tuple[str, ...]:
        named = [{"role": "user", "text": t} if isinstance(t, str) else t for t in turns or ()]
        return tuple(t["text"] for t in named if t["role"] == "user")

    @field_validator("scope_doc_ids", mode="before")
    @classmethod
    def _without_order(cls, ids: list[str] | None) -> tuple[str, ...]:
        return tuple(sorted(ids or ()))

    @property
    def query(self) -> Query:
        """What our search is asked: the question with what it inherits from the earlier ones."""
        return contextualise(Question(self.question, self.history))

    @property
    def gold(self) -> tuple[Span, ...]:
        """The passages that people marked."""
        return tuple(Span(d, start, end) for d, start, end in self.gold_spans)

    @property
    def held_out(self) -> bool:
        """True for the test half; the other half chooses thresholds. By a hash of the id, so never by position."""
        return hashlib.sha256(self.id.encode()).digest()[0] % 2 == 1


@dataclass(frozen=True, slots=True)
class BenchSet:
    """One collection and the files of questions about it."""

    name: str
    corpus: Corpus
    files: tuple[tuple[str, tuple[BenchQuestion, ...]], ...]


def read_sets(folder: Path, *, only: Sequence[str] = (), limit: int | None = None) -> tuple[BenchSet, ...]:
    """Every set below a folder, in the order of the names; of each file at most ``limit`` questions.

    Raises:
        InputError: there is no set, or a line is not in the form; file and line are named.
    """
    homes = sorted(p.parent for p in folder.glob("*/docs.jsonl") if not only or p.parent.name in only)
    if not homes:
        raise InputError(f"{folder}: there is no set; each is a subfolder with docs.jsonl and questions*.jsonl.")
    return tuple(_read_set(home, limit) for home in homes)


def _read_set(home: Path, limit: int | None) -> BenchSet:
    files = tuple(
        (path.stem, spread(_rows(path, BenchQuestion), limit)) for path in sorted(home.glob("questions*.jsonl"))
    )
    return BenchSet(home.name, corpus_of(_rows(home / "docs.jsonl", BenchDocument), home.name), files)


def spread(questions: tuple[BenchQuestion, ...], limit: int | None) -> tuple[BenchQuestion, ...]:
    """At most ``limit`` of them, evenly over the file: the questions of one document stand together there."""
    if limit is None or len(questions) <= limit:
        return questions
    return tuple(questions[i * len(questions) // limit] for i in range(limit))


def corpus_of(documents: Sequence[BenchDocument], version: str = "") -> Corpus:
    """A corpus in memory, of plain text and without any pack file."""
    return Corpus(tuple(_document(d) for d in documents), version=version)


def _document(given: BenchDocument) -> Document:
    title = given.title or given.id
    sections, sentences = parse_plain(given.text, given.id, title=title)
    digest = hashlib.sha256(f"{title}\0{given.text}".encode()).hexdigest()
    return Document(given.id, title, Kind.DOCUMENT, given.text, sections, sentences, content_hash=digest)


def ambiguous(questions: Sequence[BenchQuestion]) -> frozenset[str]:
    """Wordings asked of several documents: without their scope nobody could know which one is meant."""
    gold: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for q in questions:
        gold[q.question].add(q.scope_doc_ids)
    return frozenset(wording for wording, scopes in gold.items() if len(scopes) > 1)


def _rows(path: Path, form: type[_Row]) -> tuple[_Row, ...]:
    found: list[_Row] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        try:
            found += [form.model_validate(json.loads(line))] if line.strip() else []
        except (json.JSONDecodeError, ValidationError, KeyError) as error:
            raise InputError(f"{path}, line {number}: not in the benchmark's form ({error}); correct it.") from None
    return tuple(found)
