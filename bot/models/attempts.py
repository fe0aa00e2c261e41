"""Getting a model to begin its answer: with a schema where it takes one, and again after a passing failure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from langchain_core.runnables import RunnableSequence
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, stop_before_delay
from tenacity.wait import wait_exponential_jitter

from bot.models.failures import ProviderFailure
from bot.models.feed import Feed

_BACKOFF: Final = wait_exponential_jitter(initial=0.5, max=4, jitter=0.5)
_SCHEMA_REFUSED: Final = frozenset({400, 404, 422})
"""What servers answer to a response format that they do not know."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long and how often a call may try."""

    seconds: float
    """Of the whole call, with its retries and the waits between them."""
    retries: int


class Attempts:
    """Opens answers of one model. Once an answer has begun it is not tried again: its pieces are already in use."""

    def __init__(self, name: str, chat: BaseChatModel, bounds: Bounds, *, clock: Callable[[], float]) -> None:
        self._name = name
        self._chat = chat
        self._bounds = bounds
        self._clock = clock
        self._takes_schema = True

    def open(self, messages: Sequence[BaseMessage], schema: Mapping[str, Any] | None) -> Feed:
        """An answer that has begun.

        Raises:
            ProviderFailure: none has, in all the attempts that there was time for.
        """
        deadline = self._clock() + self._bounds.seconds
        attempts = Retrying(
            stop=stop_after_attempt(self._bounds.retries + 1) | stop_before_delay(self._bounds.seconds),
            wait=_pause,
            retry=retry_if_exception(lambda error: isinstance(error, ProviderFailure) and error.transient),
            reraise=True,
        )
        return attempts(self._attempt, list(messages), schema, deadline)

    def _attempt(self, messages: list[BaseMessage], schema: Mapping[str, Any] | None, deadline: float) -> Feed:
        """Without the schema where the provider turns out not to take one, and from then on."""
        if schema is not None and self._takes_schema:
            try:
                return self._begun(lambda: _constrained(self._chat, messages, schema), deadline)
            except NotImplementedError:
                self._takes_schema = False
            except ProviderFailure as error:
                if error.status not in _SCHEMA_REFUSED:
                    raise
                feed = self._begun(lambda: self._chat.stream(messages), deadline)
                self._takes_schema = False
                return feed
        return self._begun(lambda: self._chat.stream(messages), deadline)

    def _begun(self, source: Callable[[], Iterator[BaseMessage]], deadline: float) -> Feed:
        feed = Feed(self._name, source, deadline=deadline, clock=self._clock)
        feed.wait_for_first()
        return feed


def _constrained(chat: BaseChatModel, messages: list[BaseMessage], schema: Mapping[str, Any]) -> Iterator[BaseMessage]:
    """The pieces of an answer that follows the schema.

    Of LangChain's "model, then parser" only the model is run: the parser would hold back all pieces until the last.
    """
    structured = chat.with_structured_output(dict(schema), method="json_schema")
    if not isinstance(structured, RunnableSequence):
        raise NotImplementedError
    return structured.first.stream(messages)


def _pause(attempt: RetryCallState) -> float:
    """Seconds until the next attempt: the backoff, or longer where the provider says so."""
    error = attempt.outcome.exception() if attempt.outcome else None
    asked = error.retry_after if isinstance(error, ProviderFailure) else 0.0
    return max(asked, _BACKOFF(attempt))
