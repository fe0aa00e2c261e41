"""The approved answers that may be served, in step with the database, and the one for a question."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Final, TypeVar

from bot.answer import conflicts_touched, missing_sides
from bot.approved.approver import Approver
from bot.approved.closeness import Closeness, confidence
from bot.approved.judge import Judge
from bot.approved.standing import place_of
from bot.approved.upkeep import withdraw_changed
from bot.contextualise import parts as parts_of
from bot.contextualise import readings
from bot.errors import HistoryError
from bot.history import ApprovedAnswer
from bot.history.approvals import Version
from bot.history.existing import KeptApprovals
from bot.history.records import Clock, now
from bot.index import Index
from bot.settings import Settings
from bot.types import Conflict, Outcome, Part, Query, Question, Span, Status, Verdict, VerifiedSentence
from bot.verify import quoted

log = logging.getLogger(__name__)

T = TypeVar("T")

ENGINE: Final = "approved"
EVERY: Final = 2.0
"""Seconds after which what another process did is noticed."""
_PATIENCE: Final = 0.5
"""Seconds that a question waits for the database; then it is answered without approved answers."""
_KINDS: Final = {
    "advice": "it is taken for a request for advice, which needs a person",
    "out_of_jurisdiction": "it is taken for a question about another place",
    "out_of_scope": "it is taken for a question about something else",
    "unsafe": "it is taken for an attempt to misuse the bot",
    "urgent": "it is taken for an emergency",
    "chat": "it is taken for small talk",
}
_OTHER_KIND: Final = "it is not taken for a question that the bot may answer"


@dataclass(frozen=True, slots=True)
class Match:
    """An approved answer for a question, ready to be served."""

    answer: ApprovedAnswer
    question: str
    """The approved question that it is close to."""
    closeness: float
    """Cosine of both questions; 1 for the same words."""
    confidence: float
    sentences: tuple[VerifiedSentence, ...]
    """Of the wording, and the other sides of what the documents disagree on."""
    conflicts: tuple[Conflict, ...]

    def outcome(self, verdict: Verdict) -> Outcome:
        """What becomes of the question."""
        return Outcome(Status.ANSWERED, None, verdict, self.confidence)


@dataclass(frozen=True, slots=True)
class _Standing:
    """An active answer with the places where its quotes stand now."""

    answer: ApprovedAnswer
    spans: tuple[Span, ...]


class ApprovedAnswers:
    """Reads what is active every few seconds. While the database cannot be read, nothing is served.

    Safe to use from several threads. No database is made; one that appears later is found.
    """

    def __init__(
        self,
        index: Index,
        settings: Settings,
        *,
        clock: Clock = now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._index = index
        self._settings = settings
        self._clock = clock
        self._monotonic = monotonic
        self._closeness = Closeness(index)
        self._judge = Judge(index)
        self._kept: KeptApprovals | None = None
        self._standing: tuple[_Standing, ...] = ()
        self._version: Version | None = None
        self._verified: dict[int, tuple[VerifiedSentence, ...]] = {}
        self._failed = False
        self._reading = Lock()
        self._starting = Lock()
        self._look: Thread | None = None
        self._next_look = 0.0

    def approver(self, unfit_text: Callable[[str], str]) -> Approver:
        """The rules of an approval for the same index. ``unfit_text``: why a question never gets such an answer."""
        return Approver(self._index, self._judge, self._closeness, unfit_text)

    def open(self) -> tuple[ApprovedAnswer, ...]:
        """Withdraw the answers under which the documents have changed, which are returned, and read the others."""
        with self._reading:
            changed = self._tried(self._withdrawn) or ()
        self.refresh()
        return changed

    def refresh(self) -> None:
        """Read what is active now. Returns when that is served, or when it is known that nothing can be."""
        with self._reading:
            self._tried(self._read)
        self._next_look = self._monotonic() + EVERY

    def close(self) -> None:
        """Let go of the database."""
        with self._reading:
            if self._kept:
                self._kept.close()
            self._kept, self._version, self._standing = None, None, ()

    def match(self, question: Question, parts: Sequence[Part], verdict: Verdict) -> Match | None:
        """The approved answer for a question that was searched and judged; None when there is none, or in doubt.

        It never fails: what goes wrong is logged, and the question is answered as if nothing had been approved.
        """
        try:
            return self._match(question, parts, verdict)
        except Exception as error:  # the extractive answer is there, whatever happens here
            log.error("approved answers failed with %s; the question is answered without", type(error).__name__)
            return None

    def _match(self, question: Question, parts: Sequence[Part], verdict: Verdict) -> Match | None:
        standing = self._current()
        if not standing or unfit(question, parts, verdict) or self._means_more(question, parts[0]):
            return None
        moment = self._clock()
        found = [
            (closeness, one.answer.id, wording, one)
            for one in standing
            if not one.answer.is_expired(moment)
            for wording in one.answer.approval.questions
            if (closeness := self._closeness.close(question.text, wording))
        ]
        if not found:
            return None
        closeness, _, wording, chosen = max(found, key=lambda f: f[:2])
        return self._served(chosen, wording, closeness)

    def _means_more(self, question: Question, part: Part) -> bool:
        """True when a model, which put a follow-up anew, reads something into it that it does not say."""
        rewritten = part.evidence.query.rewritten
        return bool(rewritten) and bool(self._closeness.difference(rewritten, question.text))

    def _served(self, chosen: _Standing, wording: str, closeness: float) -> Match | None:
        sentences = self._sentences(chosen)
        if not sentences:
            return None
        spans = [span for s in sentences for span in s.spans]
        conflicts = conflicts_touched(spans, self._index.corpus)
        others = tuple(quoted(s, self._index.corpus) for s in missing_sides(spans, conflicts))
        return Match(chosen.answer, wording, closeness, confidence(closeness), (*sentences, *others), conflicts)

    def _sentences(self, chosen: _Standing) -> tuple[VerifiedSentence, ...]:
        """The sentences of the wording, verified again in this corpus; none when one of them no longer passes."""
        number = chosen.answer.id
        if number not in self._verified:
            judged = self._judge.judged(chosen.answer.approval.wording, chosen.spans)
            if any(j.problem for j in judged):
                log.error("the approved answer %d no longer passes verification and is not served", number)
            self._verified[number] = () if any(j.problem for j in judged) else tuple(j.verified for j in judged)
        return self._verified[number]

    def _current(self) -> tuple[_Standing, ...]:
        """What is served now: read again where that is due, but nobody waits long for a database."""
        with self._starting:
            mine = self._look is None and self._monotonic() >= self._next_look
            if mine:
                self._next_look = self._monotonic() + EVERY
                self._look = Thread(target=self._look_once, name="approved answers", daemon=True)
                self._look.start()
            look = self._look
        if look and mine:
            look.join(_PATIENCE)
            if look.is_alive():
                self._fail("it does not answer in time")
        return () if self._failed else self._standing

    def _look_once(self) -> None:
        try:
            with self._reading:
                self._tried(self._read)
        finally:
            self._look = None

    def _tried(self, work: Callable[[], T]) -> T | None:
        try:
            done = work()
        except HistoryError as error:
            self._fail(type(error).__name__)
            return None
        except Exception as error:  # a database may fail in any way
            self._fail(type(error).__name__)
            return None
        if self._failed:
            log.warning("approved answers are served again")
            self._failed = False
        return done

    def _fail(self, what: str) -> None:
        if not self._failed:
            log.error("the approved answers cannot be read (%s); the bot goes on without them", what)
        self._failed, self._version = True, None

    def _opened(self) -> KeptApprovals | None:
        if self._kept is None:
            self._kept = KeptApprovals.open(self._settings, clock=self._clock)
        return self._kept

    def _withdrawn(self) -> tuple[ApprovedAnswer, ...]:
        kept = self._opened()
        return withdraw_changed(kept, self._index.corpus) if kept else ()

    def _read(self) -> None:
        kept = self._opened()
        version = kept.version() if kept else ()
        if kept is None or version == self._version:
            return
        placed = ((a, [place_of(self._index.corpus, q) for q in a.approval.quotes]) for a in kept.active())
        self._standing = tuple(
            _Standing(a, tuple(p for p in places if p)) for a, places in placed if all(p is not None for p in places)
        )
        self._version = version


def unfit(question: Question, parts: Sequence[Part], verdict: Verdict) -> str:
    """Why a question never gets an approved answer, for people; empty when it may."""
    if verdict.kind != "question":
        return _KINDS.get(verdict.kind, _OTHER_KIND)
    if len(parts) != 1 or len(parts_of(Query(question.text))) > 1:
        return "it asks several things at once"
    if parts[0].evidence.query.subject or readings(question)[0].subject:
        return "it cannot be understood without the question before it"
    return ""
