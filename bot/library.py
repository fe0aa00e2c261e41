"""The documents as their keepers see them: what is due for review, what disagrees, what is cited, what has changed."""

import calendar
import datetime as dt
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.corpus import load_corpus
from bot.errors import InputError
from bot.history import History
from bot.history.reading import CitedTogether
from bot.index import Index, current_manifest
from bot.settings import Settings
from bot.tables import Table, minute
from bot.types import Authority, Conflict, Corpus, Document, Kind

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Changes:
    """What is different between two states of the documents, by their ids."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    pack: bool = False
    """True when no document is, but the questions, the glossary, the conflicts, the scope or the calibration are."""

    @property
    def nothing(self) -> bool:
        """True when both are the same."""
        return not (self.added or self.changed or self.removed or self.pack)

    @property
    def lines(self) -> tuple[str, ...]:
        """One line a change."""
        found = [f"added: {i}" for i in self.added]
        found += [f"changed: {i}" for i in self.changed]
        found += [f"removed: {i}" for i in self.removed]
        return (*found, *(["changed: questions, glossary, conflicts, scope or calibration"] if self.pack else []))


@dataclass(frozen=True, slots=True)
class Entry:
    """One document."""

    id: str
    title: str
    kind: Kind
    last_reviewed: dt.date | None
    due: dt.date | None
    """When it is to be reviewed again; None without a date of review, and where reviews are never due."""
    overdue: bool
    """True also for a document that says nothing of a review, where reviews are due."""
    authorities: tuple[Authority, ...]
    passages: int
    sections: int
    known_questions: int
    """Groups of them."""
    conflicts: tuple[Conflict, ...]
    """The points on which it disagrees with others."""
    cited: int
    """Replies to visitors that cite it."""
    cited_sections: tuple[tuple[str, int], ...]
    """Its sections by the replies that cite them, the most cited first."""
    last_cited: dt.datetime | None
    url: str


@dataclass(frozen=True, slots=True)
class Library:
    """All documents that the running bot answers from, and what has changed in the folder."""

    documents: tuple[Entry, ...]
    """By kind, then by title."""
    since_ingest: Changes
    """The folder against the index that was built last."""
    since_start: Changes
    """The folder against the documents that this server answers from."""
    problems: tuple[str, ...]
    """What in the folder cannot be used."""

    @property
    def overdue(self) -> tuple[Entry, ...]:
        """Documents that are to be reviewed."""
        return tuple(d for d in self.documents if d.overdue)

    @property
    def table(self) -> Table:
        """For a spreadsheet."""
        columns = (
            "document", "title", "kind", "last_reviewed", "due", "overdue", "authorities", "passages", "sections",
            "known_questions", "conflicts", "cited", "last_cited",
        )  # fmt: skip
        return Table(columns, tuple(_row(d) for d in self.documents))


def library(history: History, index: Index, settings: Settings, *, today: dt.date) -> Library:
    """The documents as they stand ``today``.

    Raises:
        EmptyCorpusError: the folder of the documents is gone, or holds none.
        NotKeptError: the record cannot be read.
    """
    on_disk, manifest = load_corpus(settings.corpus_dir), current_manifest(settings)
    ingested = (manifest.documents, manifest.corpus_version) if manifest else ({}, "")
    cited = history.reading.cited()
    entries = [_entry(d, index, cited, settings.review_months, today) for d in index.corpus.documents]
    return Library(
        tuple(sorted(entries, key=lambda e: (e.kind.rank, e.title, e.id))),
        changes(on_disk, *ingested),
        changes(on_disk, _hashes(index.corpus), index.corpus.version),
        on_disk.problems,
    )


def changes(now: Corpus, before: Mapping[str, str], version: str) -> Changes:
    """What is different in a corpus from one of which the documents' hashes by id, and the version, are known."""
    hashes = _hashes(now)
    added = tuple(i for i in hashes if i not in before)
    changed = tuple(i for i in hashes if i in before and before[i] != hashes[i])
    removed = tuple(i for i in before if i not in hashes)
    return Changes(added, changed, removed, pack=not (added or changed or removed) and now.version != version)


def text_diff(index: Index, settings: Settings, document_id: str) -> str:
    """A unified diff from the text that this server answers from to that in the folder; empty where both are the same.

    Raises:
        InputError: neither knows the document.
        EmptyCorpusError: the folder of the documents is gone, or holds none.
    """
    before, now = index.corpus.document(document_id), load_corpus(settings.corpus_dir).document(document_id)
    if before is None and now is None:
        raise InputError(f"There is no document {document_id!r}.")
    old, new = ((d.text if d else "").splitlines() for d in (before, now))
    return "\n".join(difflib.unified_diff(old, new, "answered from", "in the folder", lineterm=""))


def _hashes(corpus: Corpus) -> dict[str, str]:
    return {d.id: d.content_hash for d in corpus.documents}


def _entry(document: Document, index: Index, cited: Sequence[CitedTogether], months: int, today: dt.date) -> Entry:
    due = _later(document.last_reviewed, months) if document.last_reviewed and months else None
    citing = [c for c in cited if any(p.document_id == document.id for p in c.places)]
    return Entry(
        id=document.id,
        title=document.title,
        kind=document.kind,
        last_reviewed=document.last_reviewed,
        due=due,
        overdue=bool(months) and (due is None or due < today),
        authorities=document.authorities,
        passages=sum(p.span.document_id == document.id for p in index.passages),
        sections=sum(not s.boilerplate for s in document.sections),
        known_questions=sum(k.document_id == document.id for k in index.corpus.known_questions),
        conflicts=tuple(c for c in index.corpus.conflicts if _takes_part(document, c)),
        cited=sum(c.replies for c in citing),
        cited_sections=_cited_sections(document, citing),
        last_cited=max((c.last for c in citing), default=None),
        url=f"/sources/{document.id}",
    )


def _takes_part(document: Document, conflict: Conflict) -> bool:
    return any(span.document_id == document.id for side in conflict.sides for span in side.spans)


def _cited_sections(document: Document, citing: Sequence[CitedTogether]) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = {}
    for together in citing:
        for section in {p.section for p in together.places if p.document_id == document.id}:
            counts[section] = counts.get(section, 0) + together.replies
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _later(date: dt.date, months: int) -> dt.date:
    """So many months later; the last day of a month that is shorter."""
    year, month = divmod(date.year * _MONTHS + date.month - 1 + months, _MONTHS)
    if year > dt.MAXYEAR:
        return dt.date.max
    return dt.date(year, month + 1, min(date.day, calendar.monthrange(year, month + 1)[1]))


def _row(entry: Entry) -> tuple[str | int | bool | None, ...]:
    return (
        entry.id,
        entry.title,
        entry.kind.value,
        str(entry.last_reviewed) if entry.last_reviewed else None,
        str(entry.due) if entry.due else None,
        entry.overdue,
        "; ".join(a.citation for a in entry.authorities),
        entry.passages,
        entry.sections,
        entry.known_questions,
        "; ".join(c.id for c in entry.conflicts),
        entry.cited,
        minute(entry.last_cited),
    )
