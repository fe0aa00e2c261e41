"""How a reply came about: for staff and evaluation, never for visitors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from bot.compose import Answer
from bot.models import Usage
from bot.rewrite import Rewriting
from bot.types import Hit, KnownHit, Part, Reply, SentenceHit, Verdict
from bot.verify import Flaw

_NOT_SEARCHED: Final = Verdict("question", "nothing was searched")


@dataclass(frozen=True, slots=True)
class Weighed:
    """A passage that was found for one part of a question, and what became of it."""

    hit: Hit
    known: KnownHit | None
    """The likeliest known question whose answer stands in it."""
    sentence: SentenceHit | None
    """Its best sentence, where it is among the best of all."""
    cited: tuple[int, ...]
    """Numbers of the reply's citations that stand in it."""
    why: str
    """Why it was chosen or not."""


class Stages:
    """Notes how long each stage took. The ``clock`` counts seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = clock()
        self._noted: list[tuple[str, float]] = []

    def done(self, stage: str) -> None:
        """What was done since the last call was this stage."""
        at = self._clock()
        self._noted.append((stage, (at - self._last) * 1000))
        self._last = at

    @property
    def noted(self) -> tuple[tuple[str, float], ...]:
        """Name and milliseconds of each stage, in order."""
        return tuple(self._noted)


@dataclass(frozen=True, slots=True)
class Way:
    """What the stages before the answer found."""

    verdict: Verdict = _NOT_SEARCHED
    parts: tuple[Part, ...] = ()
    answered: tuple[Part, ...] = ()
    """Those for which enough was found."""
    threshold: float = 0.0
    """Confidence from which on a part is answered."""
    stages: tuple[tuple[str, float], ...] = ()
    """Name and milliseconds of each stage, in order."""
    approved: str = ""
    """The approved question that the question is close to, where its answer was given."""
    closeness: float = 0.0
    """How close, as a cosine."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What a Reply does not tell. As text, for the log, it holds nothing that was typed."""

    reply_id: str
    status: str
    engine: str
    latency_ms: float
    usage: Usage
    """Of all calls of the model for this reply."""
    proposed: int
    """Sentences that the model wrote."""
    rejected: tuple[Flaw, ...]
    """Why each of those that did not pass was not shown."""
    failure: str
    """Why a call of the model ended early, in one word."""
    rewritten: str
    """The question as it was searched for, where a model put a follow-up anew."""
    refused: tuple[str, ...] = ()
    """What the sentences said that did not pass, in the order of ``rejected``."""
    way: Way = field(default_factory=Way)

    @classmethod
    def of(cls, reply: Reply, rewriting: Rewriting | None, written: Answer, way: Way | None = None) -> "Trace":
        """Of a reply, what a model made of the question, the answer that it wrote, and what was found before."""
        return cls(
            reply.id,
            reply.status.value,
            reply.engine,
            reply.latency_ms,
            written.usage + (rewriting.usage if rewriting else Usage()),
            written.proposed,
            written.rejected,
            written.failure or (rewriting.failure if rewriting else ""),
            rewriting.text if rewriting else "",
            written.refused,
            way or Way(),
        )

    def __str__(self) -> str:
        failure = f", the model failed: {self.failure}" if self.failure else ""
        return (
            f"reply {self.reply_id}: {self.status} by {self.engine} in {self.latency_ms} ms, "
            f"{self.usage.input_tokens} + {self.usage.output_tokens} tokens, cost {self.usage.cost:.6f}, "
            f"{len(self.rejected)} of {self.proposed} sentences rejected{failure}"
        )

    def __repr__(self) -> str:
        return f"Trace({self})"


Observer: TypeAlias = Callable[[Trace], None]
"""Told of each reply, just before it is given."""


def unobserved(trace: Trace) -> None:
    """Nobody wants to know."""


def weighed(part: Part, reply: Reply, way: Way) -> tuple[Weighed, ...]:
    """The passages that were found for one part, best first, each with why it was chosen or not."""
    return tuple(_weighed(hit, part, reply, way) for hit in part.evidence.hits)


def _weighed(hit: Hit, part: Part, reply: Reply, way: Way) -> Weighed:
    span = hit.passage.span
    known = next((k for k in part.evidence.known if any(span.overlaps(s) for s in k.known.answer)), None)
    sentence = next((s for s in part.evidence.sentences if span.overlaps(s.sentence.span)), None)
    inside = [
        c for c in reply.citations if c.document_id == span.document_id and c.start < span.end and span.start < c.end
    ]
    cited = tuple(c.number for c in inside)
    if not cited:
        return Weighed(hit, known, sentence, (), _why_not(sentence, part, reply, way))
    places = {(c.start, c.end) for c in inside}
    answers = bool(known and any((s.start, s.end) in places for s in known.known.answer))
    return Weighed(hit, known, sentence, cited, _why(known if answers else None, sentence, cited, reply))


def _why(known: KnownHit | None, sentence: SentenceHit | None, cited: Sequence[int], reply: Reply) -> str:
    if reply.engine not in {"extractive", "approved"}:
        return "Chosen: the model's verified sentences rest on it."
    if reply.engine == "approved":
        return "Chosen: the approved answer rests on it."
    if known:
        return f"Chosen: it holds the answer to the known question “{known.wording}” ({known.score:.2f})."
    if reply.conflict and set(cited) & set(reply.conflict.citations):
        return "Chosen: it is one side of a disagreement between the documents."
    if sentence:
        return f"Chosen: its best sentence is among those that fit best ({sentence.score:.2f})."
    return "Chosen: it stands beside a chosen sentence, as its exception or its other side."


def _why_not(sentence: SentenceHit | None, part: Part, reply: Reply, way: Way) -> str:
    if way.approved:
        return "Not chosen: the approved answer does not rest on it."
    if part in way.answered and reply.citations:
        if sentence is None:
            return "Not chosen: none of its sentences is among the best."
        return f"Not chosen: {_instead(part, reply)} (its best sentence: {sentence.score:.2f})."
    if part.verdict.kind not in {"question", "advice"}:
        return f"Not chosen: the guard takes the question for “{part.verdict.kind}”."
    if part not in way.answered:
        return f"Not chosen: the confidence is {part.confidence:.2f}, too low to answer."
    return "Not chosen: the question is declined as a whole."


def _instead(part: Part, reply: Reply) -> str:
    """What was chosen for this part."""
    places = {(c.document_id, c.start, c.end) for c in reply.citations}
    known = part.evidence.known[:1]
    if any((s.document_id, s.start, s.end) in places for k in known for s in k.known.answer):
        return f"the answer to the known question “{known[0].wording}” goes first"
    return "other sentences fit better"
