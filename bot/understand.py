"""What is asked, and what the documents have on it: every part of a question, searched and judged."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from bot.confidence import confidence
from bot.contextualise import parts, readings
from bot.decide import overall
from bot.errors import AnswerStopped
from bot.guard import Guard, screen
from bot.models import ChatModel
from bot.retrieve import Retriever
from bot.rewrite import Rewriting, rewrite
from bot.types import Part, Query, Question, Span

_MOST_PARTS = 3
_BY_ITSELF = frozenset({"chat", "unsafe", "urgent", "language"})
"""Kinds that a message shows by its own words, whatever was said before."""
_CLEARLY = 0.1
"""By how much another reading of a question must be surer than the likelier one."""


@dataclass(frozen=True, slots=True)
class Understood:
    """The parts of a question; ``rewriting`` is what a model made of a follow-up, None where none was asked."""

    parts: tuple[Part, ...] = ()
    rewriting: Rewriting | None = None


@dataclass(frozen=True, slots=True)
class Understanding:
    """Searches and judges for one corpus; with a model it has follow-ups put anew."""

    retriever: Retriever
    guard: Guard
    pointed_to: AbstractSet[Span]
    """The answers of all known questions."""
    model: ChatModel | None = None

    def understand(self, question: Question, stopped: Callable[[], bool]) -> Understood:
        """The parts of a question in the reading under which the documents have clearly more to say, else the first.

        Raises:
            AnswerStopped: ``stopped`` tells that nobody listens any more.
        """
        ways, rewriting = self._readings(question)
        likely, *others = [tuple(self._judged(part, stopped) for part in parts(way)[:_MOST_PARTS]) for way in ways]
        for other in others:
            alone = min((likely, other), key=lambda found: len(found[0].evidence.query.subject))
            if overall(alone).kind in _BY_ITSELF:
                return Understood(alone, rewriting)
            if _sureness(other) > _sureness(likely) + _CLEARLY:
                likely = other
        return Understood(likely, rewriting)

    def _readings(self, question: Question) -> tuple[tuple[Query, ...], Rewriting | None]:
        """The ways in which a question can be meant: as a model put it, where it had to be put anew, else by rules.

        A double question stays with the rules: its parts are named in the visitor's own words.
        """
        by_rule = readings(question)
        if self.model is None or len(by_rule) == 1 or len(parts(by_rule[0])) > 1:
            return by_rule, None
        rewriting = rewrite(question, self.model)
        if not rewriting.text or screen(rewriting.text):
            return by_rule, rewriting
        return (Query(question.text, rewritten=rewriting.text),), rewriting

    def _judged(self, query: Query, stopped: Callable[[], bool]) -> Part:
        """What was found for one part of the question, what kind of question it is, and how sure the find is."""
        if stopped():
            raise AnswerStopped
        evidence = self.retriever.retrieve(query)
        verdict = self.guard.weigh(f"{query.text} {query.rewritten}".strip(), evidence)
        return Part(query.text, evidence, verdict, confidence(evidence, self.pointed_to))


def _sureness(found: Sequence[Part]) -> float:
    return min(p.confidence for p in found)
