"""How often one address may ask, and how long one conversation may become."""

import ipaddress
import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final
from urllib.parse import urlsplit

import redis
from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerMinute
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis.backoff import NoBackoff
from redis.retry import Retry

from bot import prompts
from bot.errors import LimitError, ServerError
from bot.settings import Settings

logger = logging.getLogger(__name__)

_TIMEOUT_SECONDS: Final = 0.5
_REST_SECONDS: Final = 15.0
_IPV6_SITE_BITS: Final = 64
_MAX_NAME_CHARS: Final = 64


@dataclass(frozen=True, slots=True)
class Refusal:
    """One request too many."""

    limit: str
    message: str
    retry_after: int

    def error(self) -> LimitError:
        """The refusal as an error."""
        return LimitError(self.message, retry_after=self.retry_after)


class Limits:
    """Moving windows, in this process or in Redis. When Redis goes away the limits rest, and the log says so once."""

    def __init__(
        self, settings: Settings, storage: MemoryStorage | RedisStorage, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._address = [
            item
            for item in (
                _item(RateLimitItemPerMinute, settings.questions_per_minute),
                _item(RateLimitItemPerDay, settings.questions_per_day),
            )
            if item
        ]
        self._conversation = _item(RateLimitItemPerDay, settings.questions_per_conversation)
        self.storage = storage
        self._limiter = MovingWindowRateLimiter(storage)
        self._clock = clock
        self._rests_until = 0.0
        self._is_away = False
        self._lock = Lock()

    @classmethod
    def open(cls, settings: Settings) -> "Limits":
        """The limits of the settings.

        Raises:
            ServerError: ``MSO_REDIS_URL`` is set and no Redis answers there.
        """
        return cls(settings, _redis(settings.redis_url) if settings.redis_url else MemoryStorage())

    def of_address(self, address: str, kind: str) -> Refusal | None:
        """Count one request of a kind (such as ``questions``) from an address, unless it is one too many."""
        for item in self._address:
            if wait := self._hit(item, kind, network(address)):
                return Refusal("address", prompts.TOO_MANY_REQUESTS.format(wait=words(wait)), wait)
        return None

    def of_conversation(self, conversation_id: str) -> Refusal | None:
        """Count one question of a conversation, unless it is one too many."""
        if self._conversation and (wait := self._hit(self._conversation, "conversation", conversation_id)):
            return Refusal("conversation", prompts.LONG_CONVERSATION, wait)
        return None

    def _hit(self, item: RateLimitItem, *names: str) -> int:
        """0 when the request is counted, else the seconds to wait."""
        now = self._clock()
        if now < self._rests_until:
            return 0
        try:
            if self._limiter.hit(item, *names):
                self._came_back()
                return 0
            return max(1, math.ceil(self._limiter.get_window_stats(item, *names).reset_time - now))
        except (redis.RedisError, OSError) as error:
            self._rest(error)
            return 0

    def _rest(self, error: Exception) -> None:
        with self._lock:
            self._rests_until = self._clock() + _REST_SECONDS
            known, self._is_away = self._is_away, True
        if not known:
            logger.warning("Redis does not answer (%s); the limits rest until it does", type(error).__name__)

    def _came_back(self) -> None:
        with self._lock:
            was_away, self._is_away = self._is_away, False
        if was_away:
            logger.warning("Redis answers again; the limits count again")


def network(address: str) -> str:
    """Whom an address stands for: one IPv4 address, or the IPv6 network that one subscriber gets."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:_MAX_NAME_CHARS] or "unknown"
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, _IPV6_SITE_BITS), strict=False))


def _item(kind: type[RateLimitItem], amount: int) -> RateLimitItem | None:
    return kind(amount) if amount else None


def words(seconds: int) -> str:
    """A wait as people say it."""
    for unit, size in (("hour", 3600), ("minute", 60), ("second", 1)):
        if seconds >= size:
            count = math.ceil(seconds / size)
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "a moment"


def _redis(url: str) -> RedisStorage:
    options = {"socket_timeout": _TIMEOUT_SECONDS, "socket_connect_timeout": _TIMEOUT_SECONDS}
    try:
        pool = redis.ConnectionPool.from_url(url, retry=Retry(NoBackoff(), 0), **options)
        storage = RedisStorage(url, connection_pool=pool, key_prefix="mso-bot")
        storage.storage.ping()
    except (redis.RedisError, OSError, ValueError) as error:
        where = urlsplit(url).netloc.rpartition("@")[2]  # without the password
        raise ServerError(
            f"MSO_REDIS_URL: no Redis can be used at {where!r} ({type(error).__name__}). "
            "Start it, correct the address, or unset MSO_REDIS_URL to count in this process."
        ) from None
    return storage
