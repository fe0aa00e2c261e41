"""What another thread receives, with a deadline: a provider that stalls cannot hold up whoever waits for it."""

from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Final

from langchain_core.messages import AIMessageChunk, BaseMessage
from langsmith import tracing_context

from bot.models.failures import ProviderFailure, Trouble, failure

_END: Final = object()


class Feed:
    """The pieces of one answer, received by a thread of its own until the end, the deadline or ``close``.

    The thread outlives a deadline by at most the client's own time-out, and by nothing that it could pass on.
    """

    def __init__(
        self,
        name: str,
        source: Callable[[], Iterator[BaseMessage]],
        *,
        deadline: float,
        clock: Callable[[], float],
    ) -> None:
        self._name = name
        self._source = source
        self._deadline = deadline
        self._clock = clock
        self._queue: SimpleQueue[object] = SimpleQueue()
        self._closed = Event()
        self._first: object = None
        self._begun = False
        Thread(target=self._receive, name="chat-model", daemon=True).start()

    def wait_for_first(self) -> None:
        """Return when the first piece (or the end) is there.

        Raises:
            ProviderFailure: there will be none, or not in time.
            NotImplementedError: the model cannot be asked in this way.
        """
        self._first = self._next()

    def __iter__(self) -> Iterator[AIMessageChunk]:
        item, self._begun = self._first, True
        while item is not _END:
            if isinstance(item, AIMessageChunk):
                yield item
            item = self._next()

    def close(self) -> None:
        """Receive no more."""
        self._closed.set()

    def _next(self) -> object:
        try:
            item = self._queue.get(timeout=max(0.0, self._deadline - self._clock()))
        except Empty:
            self.close()
            raise ProviderFailure(f"{self._name} took too long.", Trouble.SLOW) from None
        if isinstance(item, NotImplementedError):
            raise item
        if isinstance(item, Exception):
            raise failure(self._name, item, begun=self._begun) from None
        return item

    def _receive(self) -> None:
        """Runs in the thread. Tracing stays off, whatever the environment says: a trace would hold what was typed."""
        try:
            with tracing_context(enabled=False):
                for piece in (pieces := self._source()):
                    self._queue.put(piece)
                    if self._closed.is_set():
                        break
                pieces.close()  # type: ignore[attr-defined]  # of a generator, as which every chat model streams
        except Exception as error:
            self._queue.put(error)
        self._queue.put(_END)
