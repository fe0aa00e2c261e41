"""The record on both databases, and turns to put into it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from bot.history import History
from bot.pipeline import Bot
from bot.types import Reply
from tests.history.conftest import Clock, clock, history, kept_in, open_history, postgres_server, quoting, reply

__all__ = ["clock", "history", "kept_in", "open_history", "postgres_server"]

Recorder = Callable[..., Reply]


@pytest.fixture
def record(history: History, clock: Clock) -> Recorder:
    """Records a turn at a time, such as ``"2026-11-24 23:59"`` (UTC), and waits until it is written."""

    def recorded(when: str, *, by: str = "c", channel: Any = "chat", **changes: Any) -> Reply:
        clock.time = dt.datetime.fromisoformat(when).astimezone(dt.UTC)
        cites = changes.get("status") in {"answered", "partial"} and "citations" not in changes
        given = quoting("a question", "Words.", "Words.", **changes) if cites else reply("a question", **changes)
        history.record(by, given, channel)
        assert history.flush(10)
        return given

    return recorded


def answering(bot: Bot, question: str, **changes: Any) -> Reply:
    """The bot's real reply, with changes."""
    return bot.ask(question).model_copy(update=changes)
