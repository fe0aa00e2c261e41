"""What a provider's error means for us. Its own message is never passed on: it may hold a key or what was typed."""

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from bot.errors import ModelUnavailable

_TRANSIENT: Final = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.CONFLICT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)


class Trouble(StrEnum):
    """Why a model did not answer; the values are counted at ``/metrics``."""

    SLOW = "slow"
    UNREACHABLE = "unreachable"
    LIMITED = "limited"
    REFUSED = "refused"
    BROKEN = "broken"
    CUT_OFF = "cut_off"
    EMPTY = "empty"
    RESTING = "resting"
    BUDGET = "budget"


class ProviderFailure(ModelUnavailable):
    """One attempt failed. ``transient``: another may succeed, after ``retry_after`` seconds if the provider says so."""

    def __init__(
        self,
        message: str,
        trouble: Trouble,
        *,
        transient: bool = False,
        status: int | None = None,
        retry_after: float = 0.0,
    ) -> None:
        super().__init__(message, reason=trouble)
        self.transient = transient
        self.status = status
        self.retry_after = retry_after


def failure(name: str, error: Exception, *, begun: bool) -> ProviderFailure:
    """The meaning of a provider's exception. ``begun``: some of the answer had come already."""
    if isinstance(error, ProviderFailure):
        return error
    status = _status(error)
    if status is None:
        return _without_status(name, type(error).__name__, begun=begun)
    message = f"{name} answered with HTTP status {status}."
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return ProviderFailure(message, Trouble.LIMITED, transient=True, status=status, retry_after=_retry_after(error))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _TRANSIENT:
        return ProviderFailure(message, Trouble.BROKEN, transient=True, status=status, retry_after=_retry_after(error))
    return ProviderFailure(message, Trouble.REFUSED, status=status)


def _without_status(name: str, kind: str, *, begun: bool) -> ProviderFailure:
    if "timeout" in kind.lower():  # the one thing in which all clients agree
        return ProviderFailure(f"{name} took too long ({kind}).", Trouble.SLOW)
    if begun:
        return ProviderFailure(f"{name} broke off in the middle of its answer ({kind}).", Trouble.CUT_OFF)
    return ProviderFailure(f"{name} cannot be reached ({kind}).", Trouble.UNREACHABLE, transient=True)


def _status(error: Exception) -> int | None:
    """OpenAI, Anthropic and Ollama call it ``status_code``, Google ``code``; an error of the connection has none."""
    for source in (error, error.__cause__):
        for name in ("status_code", "code"):
            value = getattr(source, name, None)
            if isinstance(value, int) and value >= HTTPStatus.BAD_REQUEST:
                return value
    return None


def _retry_after(error: Exception) -> float:
    headers = getattr(getattr(error, "response", None), "headers", None)
    value = headers.get("retry-after", "") if isinstance(headers, Mapping) else ""
    return float(value) if value.isdecimal() else 0.0
