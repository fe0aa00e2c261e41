"""Counts and marks that expire: in Redis where several machines share them, else in this process."""

import logging
import math
import time
from collections.abc import Callable
from typing import Final, TypeVar

import redis
from limits.storage import MemoryStorage, RedisStorage

logger = logging.getLogger(__name__)

_REST_SECONDS: Final = 15.0
T = TypeVar("T")


class Marks:
    """While Redis is away this process keeps them by itself: guessing passwords never becomes easier."""

    def __init__(self, storage: MemoryStorage | RedisStorage, *, clock: Callable[[], float] = time.time) -> None:
        self._shared = storage
        self._own = storage if isinstance(storage, MemoryStorage) else MemoryStorage()
        self._clock = clock
        self._rests_until = 0.0

    def add(self, key: str, seconds: int) -> int:
        """One more; the count with it. The first one decides when all are forgotten: after ``seconds``."""
        return self._do(lambda storage: storage.incr(key, seconds))

    def has(self, key: str) -> bool:
        """True where there is one."""
        return self._do(lambda storage: storage.get(key)) > 0

    def left(self, key: str) -> int:
        """Whole seconds until it is forgotten; 0 where there is none."""
        return self._do(lambda storage: self._left(storage, key))

    def clear(self, key: str) -> None:
        """Forget it now."""
        self._do(lambda storage: storage.clear(key))

    def _left(self, storage: MemoryStorage | RedisStorage, key: str) -> int:
        if not storage.get(key):
            return 0
        return max(1, math.ceil(storage.get_expiry(key) - time.time()))

    def _do(self, work: Callable[[MemoryStorage | RedisStorage], T]) -> T:
        if self._clock() >= self._rests_until:
            try:
                return work(self._shared)
            except (redis.RedisError, OSError) as error:
                self._rests_until = self._clock() + _REST_SECONDS
                logger.warning("Redis does not answer (%s); logins are counted here meanwhile", type(error).__name__)
        return work(self._own)
