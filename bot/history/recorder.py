"""A queue in memory and one thread that empties it, so that keeping something never delays what it belongs to."""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from threading import Condition, Thread
from typing import Final, Generic, TypeVar

from bot.errors import NotKeptError

logger = logging.getLogger(__name__)

Item = TypeVar("Item")

CAPACITY: Final = 5_000
_BATCH: Final = 100
_DAY: Final = 24 * 3600.0
_FIRST_PAUSE: Final = 0.25
_LONGEST_PAUSE: Final = 30.0


class Recorder(Generic[Item]):
    """Items go to ``write`` in batches and in order. ``write`` is tried again while its failure may pass.

    ``daily`` runs in the thread at the start and every day. What is thrown away, because more came than was written
    or because it can never be written, goes to ``on_drop`` as a count.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Item]], None],
        *,
        daily: Callable[[], None],
        on_drop: Callable[[int], None],
        capacity: int = CAPACITY,
    ) -> None:
        self._write = write
        self._daily = daily
        self._on_drop = on_drop
        self._capacity = capacity
        self._waiting: deque[Item] = deque()
        self._changed = Condition()
        self._thread: Thread | None = None
        self._closing = False
        self._writing = False
        self._overflowed = False
        self._failing = False
        self._next_daily = 0.0

    def start(self) -> None:
        """Begin to write, and to do what is done daily. Needless before ``add``, which does it too."""
        with self._changed:
            self._run_if_needed()

    def add(self, item: Item) -> None:
        """Keep an item soon. Returns at once and never fails; with too many waiting the oldest is dropped."""
        with self._changed:
            self._waiting.append(item)
            self._drop_what_is_too_much()
            self._run_if_needed()
            self._changed.notify_all()

    def flush(self, timeout: float) -> bool:
        """Wait until everything is written. False when ``timeout`` seconds were not enough."""
        with self._changed:
            return self._changed.wait_for(lambda: not (self._waiting or self._writing), timeout)

    def close(self, timeout: float) -> None:
        """Write what is waiting, for at most so many seconds, and end the thread."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(timeout)
        with self._changed:
            if self._waiting or self._writing:
                logger.error("the record was closed with %d turns that could not be written", len(self._waiting))

    def _run_if_needed(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._closing = False
            self._thread = Thread(target=self._run, name="record", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while (batch := self._next_batch()) is not None:
            was_the_last_try = self._closing
            if self._written(batch):
                pause = _FIRST_PAUSE
            elif was_the_last_try:
                break
            else:
                with self._changed:
                    self._changed.wait_for(lambda: self._closing, pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            self._do_daily_work()
        with self._changed:
            self._thread = None

    def _next_batch(self) -> list[Item] | None:
        """What is to be written, maybe nothing yet; None at the end."""
        with self._changed:
            due = max(0.0, self._next_daily - time.monotonic())
            self._changed.wait_for(lambda: self._waiting or self._closing, due)
            if self._closing and not self._waiting:
                self._thread = None
                return None
            batch = [self._waiting.popleft() for _ in range(min(_BATCH, len(self._waiting)))]
            self._writing = bool(batch)
            return batch

    def _written(self, batch: list[Item]) -> bool:
        """False when the batch waits again, in front of the others."""
        kept = not batch or self._try(batch)
        with self._changed:
            if not kept:
                self._waiting.extendleft(reversed(batch))
                self._drop_what_is_too_much()
            elif batch and (self._failing or self._overflowed) and len(self._waiting) <= self._capacity // 2:
                logger.warning("turns are recorded again")
                self._failing = self._overflowed = False
            self._writing = False
            self._changed.notify_all()
        return kept

    def _try(self, batch: Sequence[Item]) -> bool:
        try:
            self._write(batch)
        except NotKeptError as error:
            if error.passing:
                self._note_failure()
                return False
            return self._one_by_one(batch)
        except Exception as error:  # an item that cannot be written at all must not stop the others
            return self._one_by_one(batch, type(error).__name__)
        return True

    def _one_by_one(self, batch: Sequence[Item], what: str = "the database refused it") -> bool:
        """Find the item that is at fault, and go on without it."""
        if len(batch) > 1:
            return all([self._try([item]) for item in batch])  # a list, so that each is tried
        logger.error("a turn cannot be recorded: %s", what)
        self._on_drop(1)
        return True

    def _note_failure(self) -> None:
        if not self._failing:
            logger.error("the database of the record does not take turns; they wait and are tried again")
            self._failing = True

    def _drop_what_is_too_much(self) -> None:
        too_many = len(self._waiting) - self._capacity
        if too_many <= 0:
            return
        for _ in range(too_many):
            self._waiting.popleft()
        self._on_drop(too_many)
        if not self._overflowed:
            logger.error("more turns wait than can be kept (%d); the oldest are dropped", self._capacity)
            self._overflowed = True

    def _do_daily_work(self) -> None:
        if time.monotonic() < self._next_daily:
            return
        try:
            self._daily()
            self._next_daily = time.monotonic() + _DAY
        except Exception as error:  # the next try may work, and turns must be recorded meanwhile
            logger.error("the daily work on the record failed: %s", type(error).__name__)
            self._next_daily = time.monotonic() + _DAY / 24
