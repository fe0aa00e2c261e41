"""The bot as a LangChain Runnable, so that LangChain's tooling (batch, stream, tracing) works on it."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any, TypeAlias

from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import run_in_executor

from bot.types import CitedSentence, Reply

Asked: TypeAlias = str | dict[str, Any]
"""A question, or ``{"question": …, "history": […]}``."""
Event: TypeAlias = CitedSentence | Reply


class AnswerRunnable(Runnable[Asked, Reply]):
    """``invoke`` and ``batch`` give Replies; ``stream`` and ``astream`` give verified sentences, then the Reply."""

    name = "mso-bot"

    def __init__(self, stream: Callable[[str, Sequence[str]], Iterator[Event]]) -> None:
        self._stream = stream

    def invoke(self, input: Asked, config: RunnableConfig | None = None, **_: Any) -> Reply:
        """One Reply."""
        return self._call_with_config(self._last, input, config)

    def stream(self, input: Asked, config: RunnableConfig | None = None, **_: Any) -> Iterator[Any]:
        """Each verified sentence, then the Reply."""
        yield from self._transform_stream_with_config(iter([input]), self._transformed, config)

    async def astream(self, input: Asked, config: RunnableConfig | None = None, **_: Any) -> AsyncIterator[Any]:
        """The same, with the work in a thread."""
        events = self.stream(input, config)
        while (event := await run_in_executor(None, next, events, None)) is not None:
            yield event

    def _events(self, given: Asked) -> Iterator[Event]:
        if isinstance(given, str):
            return self._stream(given, ())
        return self._stream(str(given["question"]), tuple(given.get("history") or ()))

    def _last(self, given: Asked) -> Reply:
        *_, last = self._events(given)
        assert isinstance(last, Reply)
        return last

    def _transformed(self, given: Iterator[Asked]) -> Iterator[Any]:
        for asked in given:
            yield from self._events(asked)
