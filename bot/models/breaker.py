"""A circuit breaker: after several failures in a row the model rests, so that visitors do not wait for it in vain.

The libraries for this wrap one function call, and some hold a lock while it runs. A stream that is taken piece by
piece needs its end reported, and that is all there is here.
"""

from collections.abc import Callable
from threading import Lock


class Breaker:
    """Closed while calls succeed, open for ``rest`` seconds after ``most`` failures in a row; then one call tries."""

    def __init__(self, *, most: int, rest: float, clock: Callable[[], float]) -> None:
        self._most = most
        self._rest = rest
        self._clock = clock
        self._failures = 0
        self._closed_again = float("-inf")
        self._lock = Lock()

    def admits(self) -> bool:
        """True when a call may start. After a rest the first one to ask is the trial; others wait for its end."""
        with self._lock:
            if self._failures < self._most:
                return True
            if self._clock() < self._closed_again:
                return False
            self._closed_again = self._clock() + self._rest
            return True

    def succeeded(self) -> None:
        """A call gave its answer."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """A call that was admitted gave none."""
        with self._lock:
            self._failures += 1
            self._closed_again = self._clock() + self._rest
