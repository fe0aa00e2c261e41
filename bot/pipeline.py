"""The way of a question, on one screen: ``Bot._way`` names the stages in order.

check → screen → contextualise → retrieve → weigh → approved answer, else decide → draft → verify → render
"""

import logging
import time
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Self

from uuid_utils import uuid7

from bot.answer import ENGINE, Extractive
from bot.approved import ENGINE as APPROVED
from bot.approved import ApprovedAnswers, unfit
from bot.compose import Answer, Composer
from bot.decide import UNAVAILABLE, covered, decide, doubted, overall
from bot.embed import Encoder
from bot.errors import AnswerStopped, InputError
from bot.guard import Guard, checked, screen
from bot.index import Index, open_index
from bot.models import ChatModel, chat_model
from bot.render import Stamp, cited, reply
from bot.retrieve import PassageRetriever, Retriever
from bot.runnable import AnswerRunnable
from bot.settings import Settings
from bot.trace import Observer, Stages, Trace, Way, unobserved
from bot.types import (
    CitedSentence,
    Corpus,
    Evidence,
    Outcome,
    Progress,
    Question,
    Reason,
    Reply,
    Status,
    Verdict,
    VerifiedSentence,
)  # fmt: skip
from bot.understand import Understanding, Understood
from bot.verify import verify

log = logging.getLogger(__name__)

_PASSAGES = 8


def _never() -> bool:
    return False


class Bot:
    """Answers questions from one corpus. Open one with ``Bot.open``; it may be used from several threads."""

    def __init__(
        self,
        settings: Settings,
        index: Index,
        *,
        model: ChatModel | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.settings = settings
        self.model = model
        self._index = index
        self._clock = clock
        pointed_to = frozenset(span for k in index.corpus.known_questions for span in k.answer)
        self._understanding = Understanding(Retriever(index), Guard.of(index.corpus), pointed_to, model)
        self._extractive = Extractive(index.corpus)
        self._composer = Composer.of(index, model) if model else None
        self.approved = ApprovedAnswers(index, settings)
        self.approver = self.approved.approver(self._unfit)

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
            MsoBotError: the settings, the corpus, a model or the index cannot be used; the message says what to do.
        """
        chosen = settings or Settings.from_environment()
        model = chat_model(chosen)
        encoder = Encoder.load(chosen.embedding_model)
        bot = cls(chosen, open_index(chosen, encoder, progress=progress, notify=notify).warm(), model=model)
        bot._understanding.guard.gazetteer.places("warm up")  # reads its lists of places
        for answer in bot.approved.open():
            notify(f"The approved answer {answer.id} was withdrawn: the documents behind it have changed.")
        return bot

    @property
    def corpus(self) -> Corpus:
        """The documents that it answers from."""
        return self._index.corpus

    @property
    def index(self) -> Index:
        """What it searches."""
        return self._index

    @property
    def retriever(self) -> PassageRetriever:
        """Its search as a LangChain retriever."""
        return PassageRetriever(retriever=self._understanding.retriever, k=_PASSAGES)

    def ask(self, question: str, history: Sequence[str] = (), *, observe: Observer = unobserved) -> Reply:
        """One reply. ``history`` holds the earlier questions of the conversation, oldest first.

        ``observe`` is told how it came about.

        Raises:
            InputError: the question is empty, too long or has nothing to read.
        """
        *_, last = self.stream(question, history, observe=observe)
        if not isinstance(last, Reply):
            raise TypeError("a stream ends with its Reply")
        return last

    def stream(
        self,
        question: str,
        history: Sequence[str] = (),
        *,
        stopped: Callable[[], bool] = _never,
        observe: Observer = unobserved,
    ) -> Iterator[CitedSentence | Reply]:
        """The verified sentences of the answer one by one, then the whole Reply; a decline is the Reply alone.

        The Reply is what counts: where a model's answer turned out not to be enough it is the extractive engine's, and
        the sentences before it, true as they are, may not be among its own.

        The question is checked by this call, the work is done by the iterator. It ends early once ``stopped`` tells
        that nobody listens any more: it is asked between the stages, from the thread that works.

        Raises:
            InputError: as for ``ask``.
        """
        started = self._clock()
        text = checked(question, limit=self.settings.max_question_chars)
        asked = Question(text, tuple(" ".join(h.split()) for h in history if h.strip()))
        return self._events(asked, started, stopped, observe)

    def _events(
        self, question: Question, started: float, stopped: Callable[[], bool], observe: Observer
    ) -> Iterator[CitedSentence | Reply]:
        released: list[VerifiedSentence] = []
        given: tuple[CitedSentence, ...] = ()
        try:
            for event in self._way(question, started, stopped, observe):
                if isinstance(event, Reply):
                    made = event
                else:
                    released.append(event)
                    given = cited(released, self.corpus)
                    yield given[-1]
        except AnswerStopped:
            return
        except Exception as error:
            _log_failure("a stage failed with %s; the reply is declined as unavailable", error)
            made = reply(UNAVAILABLE, (), self.corpus, self._stamp(question.text, started))
        whole = made.cited_sentences()
        for sentence in whole[len(given) :] if whole[: len(given)] == given else ():
            if stopped():
                return
            yield sentence
        yield made

    def _way(
        self, question: Question, started: float, stopped: Callable[[], bool], observe: Observer
    ) -> Iterator[VerifiedSentence | Reply]:
        """The stages in order: sentences of a model as soon as they are verified, then the Reply."""
        stages, threshold = Stages(self._clock), self.corpus.calibration.threshold
        verdict = screen(question.text, has_history=bool(question.history))
        stages.done("screen")
        understood = Understood() if verdict else self._understanding.understand(question, stopped)
        found, verdict = understood.parts, verdict or overall(understood.parts)
        stages.done("search")
        answered = covered(found, threshold)
        approved = self.approved.match(question, found, verdict)
        outcome = approved.outcome(verdict) if approved else decide(verdict, found, answered, self.corpus)
        evidence = [p.evidence for p in answered] if outcome.states else []
        stages.done("decide")
        written = Answer(ENGINE) if approved else (yield from self._written(evidence, understood, stopped))
        stages.done("model")
        if written.says_nothing_found:
            outcome = doubted(outcome, found, self.corpus)
        if approved:
            answer = Answer(APPROVED, approved.sentences, approved.conflicts)
        elif written.is_enough or (written.says_nothing_found and not outcome.states):
            answer = written
        else:
            draft = self._extractive.draft(evidence)
            answer = Answer(ENGINE, verify(draft, self.corpus), draft.conflicts)
        stamp = self._stamp(question.text, started, engine=answer.engine)
        made = reply(outcome, answer.sentences, self.corpus, stamp, conflicts=answer.conflicts)
        stages.done("answer")
        near = (approved.question, approved.closeness) if approved else ("", 0.0)
        way = Way(verdict, found, answered, threshold, stages.noted, *near)
        trace = Trace.of(made, understood.rewriting, written, way)
        log.info("%s", trace)
        observe(trace)
        yield made

    def _written(
        self, evidence: Sequence[Evidence], understood: Understood, stopped: Callable[[], bool]
    ) -> Generator[VerifiedSentence, None, Answer]:
        """The model's answer; an empty one without a model, or where the model has just failed with the question."""
        if self._composer is None or not evidence or (understood.rewriting and understood.rewriting.failure):
            return Answer(ENGINE)
        try:
            return (yield from self._composer.compose(evidence, stopped))
        except AnswerStopped:
            raise
        except Exception as error:
            _log_failure("the generative engine failed with %s; the extractive one takes over", error)
            return Answer(ENGINE, failure="error")

    def _unfit(self, text: str) -> str:
        """Why a question never gets an approved answer, for people; empty when it may."""
        question = Question(checked(text, limit=self.settings.max_question_chars))
        verdict = screen(question.text)
        found = () if verdict else self._understanding.understand(question, _never).parts
        return unfit(question, found, verdict or overall(found))

    def _stamp(self, text: str, started: float, *, engine: str = ENGINE) -> Stamp:
        return Stamp(
            id=str(uuid7()),
            question=text,
            latency_ms=(self._clock() - started) * 1000,
            engine=engine,
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
        """Let go of the index, and of the database of approved answers."""
        self.approved.close()
        self._index.close()


def _log_failure(message: str, error: Exception) -> None:
    """Its kind and places only: its own message may hold what was typed."""
    log.error(f"{message}\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
