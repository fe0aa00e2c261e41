"""Answers from documents, and only from them: every sentence is bound to a passage."""

from typing import TYPE_CHECKING, Any

from bot.errors import InputError, MsoBotError
from bot.settings import Settings
from bot.types import Reply

if TYPE_CHECKING:
    from bot.pipeline import Bot

__all__ = ["Bot", "InputError", "MsoBotError", "Reply", "Settings"]


def __getattr__(name: str) -> Any:
    """``Bot`` on first use: it brings the search libraries with it, which take seconds to import."""
    if name == "Bot":
        from bot.pipeline import Bot

        return Bot
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
