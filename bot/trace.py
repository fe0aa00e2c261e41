"""How a reply came about: for staff and evaluation, never for visitors."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from bot.compose import Answer
from bot.models import Usage
from bot.rewrite import Rewriting
from bot.types import Reply
from bot.verify import Flaw


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

    @classmethod
    def of(cls, reply: Reply, rewriting: Rewriting | None, written: Answer) -> "Trace":
        """Of a reply, what a model made of the question, and the answer that it wrote."""
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
        )

    def __str__(self) -> str:
        failure = f", the model failed: {self.failure}" if self.failure else ""
        return (
            f"reply {self.reply_id}: {self.status} by {self.engine} in {self.latency_ms} ms, "
            f"{self.usage.input_tokens} + {self.usage.output_tokens} tokens, cost {self.usage.cost:.6f}, "
            f"{len(self.rejected)} of {self.proposed} sentences rejected{failure}"
        )


Observer: TypeAlias = Callable[[Trace], None]
"""Told of each reply, just before it is given."""


def unobserved(trace: Trace) -> None:
    """Nobody wants to know."""
