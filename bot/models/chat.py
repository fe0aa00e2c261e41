"""Calling a chat model within bounds: time, a breaker, a daily budget; and what it all used."""

import logging
import time
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from threading import Lock
from typing import Any, Final

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage, HumanMessage, SystemMessage

from bot.errors import ModelUnavailable
from bot.models.attempts import Attempts, Bounds
from bot.models.breaker import Breaker
from bot.models.budget import DailyBudget
from bot.models.failures import Trouble
from bot.models.usage import Prices, Usage, estimated_tokens

log = logging.getLogger(__name__)

FAILURES_BEFORE_REST: Final = 3
REST_SECONDS: Final = 60.0


class ChatModel:
    """A chat model. Make one with ``chat_model``; it may be used from several threads.

    ``name`` is as it was configured, for example ``openai:gpt-5-mini``; of a local file only the file's own name.
    """

    def __init__(self, name: str, chat: BaseChatModel, *, bounds: Bounds, prices: Prices, budget: DailyBudget) -> None:
        self.name = name
        self._prices = prices
        self._budget = budget
        self._attempts = Attempts(name, chat, bounds, clock=time.monotonic)
        self._breaker = Breaker(most=FAILURES_BEFORE_REST, rest=REST_SECONDS, clock=time.monotonic)
        self._lock = Lock()
        self._used = Usage()
        self._troubles: Counter[str] = Counter()

    @property
    def used(self) -> Usage:
        """What all calls since the start used."""
        return self._used

    @property
    def troubles(self) -> Mapping[str, int]:
        """How many calls gave no whole answer since the start, by ``Trouble``."""
        with self._lock:
            return dict(self._troubles)

    def call(self, system: str, user: str, schema: Mapping[str, Any] | None = None) -> "Call":
        """One question to the model; it is asked when the call is iterated.

        ``schema`` is a JSON schema with a ``title``. The answer is constrained to it where the provider can; elsewhere
        it is as if none were given, so the text says the form as well.
        """
        return Call(self, (SystemMessage(system), HumanMessage(user)), schema)

    def _answer(
        self, messages: tuple[BaseMessage, ...], schema: Mapping[str, Any] | None
    ) -> Generator[AIMessageChunk, None, None]:
        try:
            if self._budget.is_spent():
                raise ModelUnavailable(f"{self.name} has used up today's tokens.", reason=Trouble.BUDGET)
            if not self._breaker.admits():
                raise ModelUnavailable(f"{self.name} rests after several failures.", reason=Trouble.RESTING)
            yield from self._watched(messages, schema)
        except ModelUnavailable as error:
            log.warning("%s", error)
            with self._lock:
                self._troubles[error.reason] += 1
            raise

    def _watched(self, messages: tuple[BaseMessage, ...], schema: Mapping[str, Any] | None) -> Iterator[AIMessageChunk]:
        """The answer's pieces; how it ended is told to the breaker."""
        said = False
        try:
            feed = self._attempts.open(messages, schema)
            with closing(feed):
                for chunk in feed:
                    said = said or bool(chunk.text.strip())
                    yield chunk
            if not said:
                raise ModelUnavailable(f"{self.name} gave an empty answer.", reason=Trouble.EMPTY)
        except ModelUnavailable:
            self._breaker.failed()
            raise
        except GeneratorExit:  # nobody listens any more, which is not the model's fault
            self._breaker.succeeded()
            raise
        self._breaker.succeeded()

    def _spent(self, input_tokens: int, output_tokens: int) -> Usage:
        """Count what a call used."""
        usage = self._prices.usage(input_tokens, output_tokens)
        with self._lock:
            self._used += usage
        self._budget.spend(usage.tokens)
        return usage


class Call:
    """One question to a model. Iterate it once for the answer's text, in pieces as they come.

    Iterating raises ``ModelUnavailable``, at its beginning or after some pieces; these then are all that there is.
    """

    def __init__(self, model: ChatModel, messages: tuple[BaseMessage, ...], schema: Mapping[str, Any] | None) -> None:
        self._model = model
        self._messages = messages
        self._schema = schema
        self._text = ""
        self._counted = (0, 0)
        self._usage = Usage()

    @property
    def usage(self) -> Usage:
        """What it used; known when the iteration has ended, however it ended."""
        return self._usage

    def __iter__(self) -> Iterator[str]:
        try:
            with closing(self._model._answer(self._messages, self._schema)) as chunks:
                for chunk in chunks:
                    self._take(chunk)
                    if chunk.text:
                        yield chunk.text
        finally:
            self._usage = self._model._spent(*self._tokens())

    def _take(self, chunk: AIMessageChunk) -> None:
        self._text += chunk.text
        if chunk.usage_metadata:
            read, written = self._counted
            counted = chunk.usage_metadata
            self._counted = read + counted["input_tokens"], written + counted["output_tokens"]

    def _tokens(self) -> tuple[int, int]:
        """As the provider counted; of an answer that it did not count, an estimate."""
        read, written = self._counted
        if self._text:
            read = read or sum(estimated_tokens(m.text) for m in self._messages)
            written = written or estimated_tokens(self._text)
        return read, written
