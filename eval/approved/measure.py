"""Asking everything with all approvals at work, and counting which answers came."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.approved import ENGINE, ApprovedAnswers
from bot.approved.closeness import LEAST_PLAIN, Closeness
from bot.history import History
from bot.pipeline import Bot
from bot.types import Progress, Reply, Span
from eval.approved.alike import alike
from eval.approved.questions import Base, Probe, bare
from eval.cases import Case, gold_spans

GRID = (0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what came of it."""

    probe: Probe
    fired: Base | None
    """The approval whose answer came."""
    right: bool
    """True when that answer is the one of the question's own group, or says the same; True also where none came for a
    near miss."""
    nearness: float
    """The best cosine with an approved question of the same kind that the reader reads alike; 0 where there is none."""
    nearest_is_right: bool
    """Whether that question's answer would be right."""
    nearest: str = ""
    """That question."""
    judged_alike: bool = False
    """True where both were read and found to ask the same, although the corpus ties them to other sentences."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of the questions of one sort got an approved answer."""

    asked: int
    fired: int
    wrong: int


def counted(found: Iterable[Asked]) -> Counted:
    """The counts of some questions."""
    listed = list(found)
    fired = [a for a in listed if a.fired]
    return Counted(len(listed), len(fired), sum(not a.right for a in fired))


def would_fire(found: Iterable[Asked], least: float) -> Counted:
    """The same counts for another threshold, without the guard."""
    listed = list(found)
    fired = [a for a in listed if a.nearness >= least]
    return Counted(len(listed), len(fired), sum(not a.nearest_is_right for a in fired))


def measure(
    bot: Bot, bases: Sequence[Base], probes: Sequence[Probe], *, progress: Progress | None = None
) -> list[Asked]:
    """Ask every probe of a bot that has all the approvals. The bot's own database is left alone."""
    found: list[Asked] = []
    with _approved(bot, bases) as base_of:
        judge = _Judge(bot, bases)
        for done, probe in enumerate(probes, start=1):
            found.append(judge.asked(probe, base_of))
            if progress:
                progress(done, len(probes))
    return found


def misses(bot: Bot, bases: Sequence[Base], cases: Sequence[Case]) -> list[tuple[Case, Reply]]:
    """Cases that got an approved answer which cites nothing of what is needed, or is no answer that was expected."""
    found: list[tuple[Case, Reply]] = []
    with _approved(bot, bases):
        judge = _Judge(bot, bases)
        for case in (c for c in cases if judge.may_fire(c.question)):
            reply = bot.ask(case.question, case.history)
            if reply.engine == ENGINE and not _cites_gold(bot, case, reply):
                found.append((case, reply))
    return found


def _cites_gold(bot: Bot, case: Case, reply: Reply) -> bool:
    cited = [Span(c.document_id, c.start, c.end) for c in reply.citations]
    return any(g.overlaps(c) for need in gold_spans(case, bot.corpus) for g in need for c in cited)


class _Judge:
    def __init__(self, bot: Bot, bases: Sequence[Base]) -> None:
        self._bot = bot
        self._closeness = Closeness(bot.index)
        self._approved = [(q, base) for base in bases for q in base.approval.questions]

    def may_fire(self, question: str) -> bool:
        """False for a question that differs in kind from every approved one, so that asking it is needless."""
        return any(not self._closeness.difference(question, q) for q, _ in self._approved)

    def asked(self, probe: Probe, base_of: Callable[[str], Base]) -> Asked:
        """One question, asked as a visitor would ask it."""
        same_kind = [(q, b) for q, b in self._approved if not self._closeness.difference(probe.text, q)]
        if not same_kind:
            return Asked(probe, None, probe.sort != "same", 0.0, nearest_is_right=True)
        near = [(self._nearness(probe.text, q), q, b) for q, b in same_kind]
        nearness, question, nearest = max(near, key=lambda one: one[0])
        reply = self._bot.ask(probe.text)
        fired = base_of(reply.sentences[0].text) if reply.engine == ENGINE else None
        same = alike(bare(probe.text), bare(question))
        nearest_is_right = same or self._is_right(probe, nearest, question)
        right = (same or self._is_right(probe, fired, question)) if fired else probe.sort != "same"
        return Asked(probe, fired, right, nearness, nearest_is_right, question, judged_alike=same and bool(fired))

    def _nearness(self, question: str, approved: str) -> float:
        measured = self._closeness.measured(question, approved)
        return measured.cosine if measured.reads_alike and measured.plain >= LEAST_PLAIN else 0.0

    def _is_right(self, probe: Probe, fired: Base, question: str) -> bool:
        """Who asks word for word what is approved gets what is approved; a changed question may ask what another
        question of its approval asks.
        """
        if bare(probe.text) == bare(question):
            return True
        if probe.sort == "mutated":
            return fired == probe.base and question != probe.origin
        return probe.group >= 0 and bool(self._bot.index.same_answer[probe.group, fired.group])


@contextmanager
def _approved(bot: Bot, bases: Sequence[Base]) -> Iterator[Callable[[str], Base]]:
    """The bot with the approvals, in a database that is thrown away; gives the approval that a first sentence is of."""
    own = bot.approved
    with tempfile.TemporaryDirectory() as folder:
        settings = bot.settings.model_copy(update={"data_dir": Path(folder), "database_url": ""})
        with closing(History.open(settings)) as history:
            for base in bases:
                history.approvals.approve(base.approval)
            first = {_first(bot, base): base for base in reversed(bases)}
            bot.approved = ApprovedAnswers(bot.index, settings)
            try:
                bot.approved.refresh()
                yield lambda text: first[text]
            finally:
                bot.approved.close()
                bot.approved = own


def _first(bot: Bot, base: Base) -> str:
    """The first sentence of an approval as it is served."""
    quotes = [Span(q.document_id, q.start, q.end) for q in base.approval.quotes]
    return bot.approver.judged(base.approval.wording, quotes)[0].text
