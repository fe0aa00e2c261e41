"""The way of a question, on one screen: ``Bot._way`` names the stages in order.

check → screen → contextualise → retrieve → weigh → draft → verify → decide → render
"""

import logging
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from typing import Self

from uuid_utils import uuid7

from bot.answer import ENGINE, Extractive
from bot.confidence import confidence
from bot.contextualise import parts, readings
from bot.decide import UNAVAILABLE, covered, decide, overall
from bot.embed import Encoder
from bot.errors import AnswerStopped, InputError
from bot.guard import Guard, checked, screen
from bot.index import Index, open_index
from bot.render import Stamp, reply
from bot.retrieve import PassageRetriever, Retriever
from bot.runnable import AnswerRunnable
from bot.settings import Settings
from bot.types import (
    CitedSentence,
    Corpus,
    Outcome,
    Part,
    Progress,
    Query,
    Question,
    Reason,
    Reply,
    Status,
    Verdict,
)  # fmt: skip
from bot.verify import verify

log = logging.getLogger(__name__)

_MOST_PARTS = 3
_PASSAGES = 8
_BY_ITSELF = frozenset({"chat", "unsafe", "urgent", "language"})
"""Kinds that a message shows by its own words, whatever was said before."""
_CLEARLY = 0.1
"""By how much another reading of a question must be surer than the likelier one."""


def _never() -> bool:
    return False


class Bot:
    """Answers questions from one corpus. Open one with ``Bot.open``; it may be used from several threads."""

    def __init__(self, settings: Settings, index: Index, *, clock: Callable[[], float] = time.perf_counter) -> None:
        self.settings = settings
        self._index = index
        self._clock = clock
        self._guard = Guard.of(index.corpus)
        self._retriever = Retriever(index)
        self._engine = Extractive(index.corpus)
        self._pointed_to = frozenset(span for k in index.corpus.known_questions for span in k.answer)

    @classmethod
    def open(
        cls,
        settings: Settings | None = None,
        *,
        progress: Progress | None = None,
        notify: Callable[[str], None] = print,
    ) -> Self:
        """A bot that is ready: model loaded, index built where it was missing or stale (``notify`` is told so).

        Raises:
            MsoBotError: the settings, the corpus, the model or the index cannot be used; the message says what to do.
        """
        chosen = settings or Settings.from_environment()
        for name in chosen.without_effect:
            notify(f"{name} is set, but nothing uses it yet.")
        encoder = Encoder.load(chosen.embedding_model)
        bot = cls(chosen, open_index(chosen, encoder, progress=progress, notify=notify).warm())
        bot._guard.gazetteer.places("warm up")  # reads its lists of places
        return bot

    @property
    def corpus(self) -> Corpus:
        """The documents that it answers from."""
        return self._index.corpus

    @property
    def retriever(self) -> PassageRetriever:
        """Its search as a LangChain retriever."""
        return PassageRetriever(retriever=self._retriever, k=_PASSAGES)

    def ask(self, question: str, history: Sequence[str] = ()) -> Reply:
        """One reply. ``history`` holds the earlier questions of the conversation, oldest first.

        Raises:
            InputError: the question is empty, too long or has nothing to read.
        """
        *_, last = self.stream(question, history)
        if not isinstance(last, Reply):
            raise TypeError("a stream ends with its Reply")
        return last

    def stream(
        self, question: str, history: Sequence[str] = (), *, stopped: Callable[[], bool] = _never
    ) -> Iterator[CitedSentence | Reply]:
        """The verified sentences of the answer one by one, then the whole Reply; a decline is the Reply alone.

        The question is checked by this call, the work is done by the iterator. It ends early once ``stopped`` tells
        that nobody listens any more: it is asked between the stages, from the thread that works.

        Raises:
            InputError: as for ``ask``.
        """
        started = self._clock()
        text = checked(question, limit=self.settings.max_question_chars)
        asked = Question(text, tuple(" ".join(h.split()) for h in history if h.strip()))
        return self._events(asked, started, stopped)

    def _events(
        self, question: Question, started: float, stopped: Callable[[], bool]
    ) -> Iterator[CitedSentence | Reply]:
        try:
            made = self._way(question, started, stopped)
        except AnswerStopped:
            return
        except Exception as error:
            where = "".join(traceback.format_tb(error.__traceback__))  # places only: a message may hold what was typed
            log.error("a stage failed with %s; the reply is declined as unavailable\n%s", type(error).__name__, where)
            made = reply(UNAVAILABLE, (), self.corpus, self._stamp(question.text, started))
        for sentence in made.cited_sentences():
            if stopped():
                return
            yield sentence
        yield made

    def _way(self, question: Question, started: float, stopped: Callable[[], bool]) -> Reply:
        verdict = screen(question.text, has_history=bool(question.history))
        found: tuple[Part, ...] = ()
        if verdict is None:
            found = self._understood(readings(question), stopped)
            verdict = overall(found)
        answered = covered(found, self.corpus.calibration.threshold)
        draft = self._engine.draft([p.evidence for p in answered])
        sentences = verify(draft, self.corpus)
        outcome = decide(verdict, found, answered, self.corpus)
        return reply(outcome, sentences, self.corpus, self._stamp(question.text, started), conflicts=draft.conflicts)

    def _understood(self, ways: Sequence[Query], stopped: Callable[[], bool]) -> tuple[Part, ...]:
        """The parts of a question in the reading under which the documents have clearly more to say, else the first."""
        likely, *others = [tuple(self._judged(part, stopped) for part in parts(way)[:_MOST_PARTS]) for way in ways]
        for other in others:
            alone = min((likely, other), key=lambda found: len(found[0].evidence.query.subject))
            if overall(alone).kind in _BY_ITSELF:
                return alone
            if _sureness(other) > _sureness(likely) + _CLEARLY:
                likely = other
        return likely

    def _judged(self, query: Query, stopped: Callable[[], bool]) -> Part:
        """What was found for one part of the question, what kind of question it is, and how sure the find is."""
        if stopped():
            raise AnswerStopped
        evidence = self._retriever.retrieve(query)
        verdict = self._guard.weigh(query.text, evidence)
        return Part(query.text, evidence, verdict, confidence(evidence, self._pointed_to))

    def _stamp(self, text: str, started: float) -> Stamp:
        return Stamp(
            id=str(uuid7()),
            question=text,
            latency_ms=(self._clock() - started) * 1000,
            engine=ENGINE,
            contact_url=self.settings.contact_url,
            contact_phone=self.settings.contact_phone,
        )

    def unusable(self, question: str, error: InputError) -> Reply:
        """A Reply for a question that ``ask`` refuses, for callers that need one reply a question."""
        outcome = Outcome(Status.DECLINED, Reason.UNCLEAR, Verdict("unclear", str(error)))
        return reply(outcome, (), self.corpus, self._stamp(question, self._clock()))

    def as_runnable(self) -> AnswerRunnable:
        """A LangChain Runnable: a question, or ``{"question": …, "history": […]}``, to a Reply.

        Its ``stream`` gives the same events as the bot's.
        """
        return AnswerRunnable(self.stream)

    def close(self) -> None:
        """Let go of the index."""
        self._index.close()


def _sureness(found: Sequence[Part]) -> float:
    return min(p.confidence for p in found)
