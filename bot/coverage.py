"""The coverage map: for every passage whether cases test it, replies cite it, and visitors ask beside it in vain."""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from bot.corpus import find_quote, plain
from bot.history import History
from bot.history.reading import CitedTogether
from bot.inbox import Cluster, Inbox, Why
from bot.index import Index
from bot.tables import Table, minute
from bot.types import Passage

_RUN: Final = "run.json"
_EXCERPT: Final = 160
_UNCOVERED: Final = {Why.NOT_IN_SOURCES, Why.PARTIAL}


@dataclass(frozen=True, slots=True)
class Gold:
    """Exact words of a document that a case wants cited, and whether its reply was right; None where nobody can say."""

    case: str
    document_id: str
    quote: str
    right: bool | None


@dataclass(frozen=True, slots=True)
class Measured:
    """The newest run of the evaluation on one split."""

    split: str
    started: str
    """ISO 8601."""
    corpus_version: str
    cases: int
    gold: tuple[Gold, ...]


@dataclass(frozen=True, slots=True)
class PassageCoverage:
    """One passage."""

    passage_id: str
    document_id: str
    title: str
    section: str
    start: int
    end: int
    excerpt: str
    url: str
    cases: int | None
    """Cases of the evaluation that want it cited; None: not measured yet."""
    wrong: int | None
    """Those of them whose reply was not right."""
    cited: int
    """Replies to visitors that cite it."""
    last_cited: dt.datetime | None
    known_questions: int
    """Groups of known questions that it answers."""
    uncovered: tuple[Cluster, ...]
    """Questions in the inbox without an answer to which it is the nearest passage."""

    @property
    def asked(self) -> int:
        """How often those were asked."""
        return sum(c.count for c in self.uncovered)


@dataclass(frozen=True, slots=True)
class DocumentCoverage:
    """Counts of the passages of one document."""

    document_id: str
    title: str
    passages: int
    never_tested: int | None
    """None: not measured yet."""
    never_cited: int
    asked: int
    """How often something was asked in vain to which one of its passages is the nearest."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """All passages, in the order of the documents."""

    passages: tuple[PassageCoverage, ...]
    documents: tuple[DocumentCoverage, ...]
    runs: tuple[Measured, ...]
    """Empty: not measured yet."""
    is_current: bool
    """True when the runs were made with the documents as they are now."""

    @property
    def never_tested(self) -> tuple[PassageCoverage, ...]:
        """Passages that no case wants cited; empty while nothing is measured."""
        return tuple(p for p in self.passages if p.cases == 0)

    @property
    def never_cited(self) -> tuple[PassageCoverage, ...]:
        """Passages that no reply to a visitor cites."""
        return tuple(p for p in self.passages if not p.cited)

    @property
    def uncovered(self) -> tuple[PassageCoverage, ...]:
        """Passages beside which visitors ask in vain, most often first."""
        return tuple(sorted((p for p in self.passages if p.uncovered), key=lambda p: -p.asked))

    @property
    def table(self) -> Table:
        """For a spreadsheet."""
        columns = (
            "document", "section", "start", "end", "excerpt", "cases", "wrong", "cited", "last_cited",
            "known_questions", "asked_but_uncovered",
        )  # fmt: skip
        rows = (
            (
                p.document_id, p.section, p.start, p.end, p.excerpt, p.cases, p.wrong, p.cited,
                minute(p.last_cited), p.known_questions, p.asked,
            )
            for p in self.passages
        )  # fmt: skip
        return Table(columns, tuple(rows))


def measured(data_dir: Path) -> tuple[Measured, ...]:
    """The runs of the evaluation that the data folder holds, the newest first; what cannot be read is left out."""
    found = (_read(path) for path in sorted((data_dir / "eval").glob(f"*/{_RUN}")))
    return tuple(sorted((run for run in found if run), key=lambda run: run.started, reverse=True))


def coverage(history: History, index: Index, inbox: Inbox, *, runs: Sequence[Measured]) -> Coverage:
    """The map of today's documents. Citations of words that stand nowhere any more are left out.

    Raises:
        NotKeptError: the record cannot be read.
    """
    cases = _cases(index, runs) if runs else None
    cited = _cited(index, history.reading.cited())
    known = _known(index)
    uncovered = _uncovered(inbox)
    passages = tuple(
        _passage(
            passage,
            cases=None if cases is None else cases.get(position, {}),
            cited=cited.get(position, (0, None)),
            known=known.get(position, 0),
            uncovered=uncovered.get(passage.id, ()),
        )
        for position, passage in enumerate(index.passages)
    )
    is_current = bool(runs) and all(run.corpus_version == index.corpus.version for run in runs)
    return Coverage(passages, _documents(passages), tuple(runs), is_current)


def _passage(
    passage: Passage,
    *,
    cases: Mapping[str, bool | None] | None,
    cited: tuple[int, dt.datetime | None],
    known: int,
    uncovered: tuple[Cluster, ...],
) -> PassageCoverage:
    span, text = passage.span, " ".join(plain(passage.text).split())
    return PassageCoverage(
        passage_id=passage.id,
        document_id=span.document_id,
        title=passage.title,
        section=passage.heading,
        start=span.start,
        end=span.end,
        excerpt=text if len(text) <= _EXCERPT else text[: _EXCERPT - 1].rstrip() + "…",
        url=f"/sources/{span.document_id}#c{span.start}-{span.end}",
        cases=None if cases is None else len(cases),
        wrong=None if cases is None else sum(right is False for right in cases.values()),
        cited=cited[0],
        last_cited=cited[1],
        known_questions=known,
        uncovered=uncovered,
    )


def _read(path: Path) -> Measured | None:
    try:
        run = json.loads(path.read_text(encoding="utf-8"))
        gold = tuple(g for result in run["results"] for g in _gold(result))
        origin = run["origin"]
        return Measured(
            str(origin["split"]), str(origin["started"]), str(run["corpus_version"]), len(run["results"]), gold
        )
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
        return None


def _gold(result: dict[str, Any]) -> Iterator[Gold]:
    case, scores = result["case"], result["scores"].get("right")
    right = bool(scores[0]) if scores and scores[0] is not None else None
    for need in case["gold"]:
        for quote in need:
            yield Gold(str(case["id"]), str(quote["document_id"]), str(quote["quote"]), right)


def _cases(index: Index, runs: Sequence[Measured]) -> dict[int, dict[str, bool | None]]:
    """Of each passage, by position, the cases that want it; of a case in several runs the newest counts."""
    found: dict[int, dict[str, bool | None]] = {}
    locate = _locator(index)
    for run in runs:
        for gold in run.gold:
            for position in locate(gold.document_id, gold.quote, None):
                found.setdefault(position, {}).setdefault(gold.case, gold.right)
    return found


def _cited(index: Index, cited: Sequence[CitedTogether]) -> dict[int, tuple[int, dt.datetime | None]]:
    """Of each passage, by position, the replies that cite words of it, each once, and when one last did."""
    found: dict[int, tuple[int, dt.datetime | None]] = {}
    locate = _locator(index)
    for together in cited:
        for position in {at for p in together.places for at in locate(p.document_id, p.quote, p.section)}:
            replies, last = found.get(position, (0, None))
            found[position] = replies + together.replies, max(last or together.last, together.last)
    return found


def _locator(index: Index) -> Callable[[str, str, str | None], tuple[int, ...]]:
    """Finds the positions of the passages that hold a quote of a document (below a heading, where it stands twice) as
    it is today; none where it is gone.
    """

    @cache
    def locate(document_id: str, quote: str, section: str | None) -> tuple[int, ...]:
        document = index.corpus.document(document_id)
        spans = find_quote(document, quote, section=section) if document else ()
        return tuple(dict.fromkeys(i for span in spans for i in index.passages_at(span)))

    return locate


def _known(index: Index) -> dict[int, int]:
    found: dict[int, int] = {}
    for known in index.corpus.known_questions:
        for position in {i for span in known.answer for i in index.passages_at(span)}:
            found[position] = found.get(position, 0) + 1
    return found


def _uncovered(inbox: Inbox) -> dict[str, tuple[Cluster, ...]]:
    found: dict[str, list[Cluster]] = {}
    for cluster in inbox.clusters:
        if cluster.near and _UNCOVERED & {why for why, _ in cluster.reasons}:
            found.setdefault(cluster.near.passage_id, []).append(cluster)
    return {passage_id: tuple(clusters) for passage_id, clusters in found.items()}


def _documents(passages: Sequence[PassageCoverage]) -> tuple[DocumentCoverage, ...]:
    by_document: dict[str, list[PassageCoverage]] = {}
    for passage in passages:
        by_document.setdefault(passage.document_id, []).append(passage)
    return tuple(
        DocumentCoverage(
            document_id,
            own[0].title,
            len(own),
            None if own[0].cases is None else sum(p.cases == 0 for p in own),
            sum(not p.cited for p in own),
            sum(p.asked for p in own),
        )
        for document_id, own in by_document.items()
    )
