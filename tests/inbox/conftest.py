"""The record on both databases, and vectors of the real encoder."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from bot.embed import Encoder
from bot.history import History
from bot.inbox import Inbox, Vectors, inbox
from bot.pipeline import Bot
from bot.types import Reply
from tests.history.conftest import Clock, clock, history, kept_in, open_history, postgres_server, quoting, reply

__all__ = ["clock", "history", "kept_in", "open_history", "postgres_server"]

GUIDE = "Nobody may fish from the river without a guide, according to the boat club."


@pytest.fixture(scope="session")
def vectors(encoder: Encoder) -> Vectors:
    return Vectors(encoder)


Opener = Callable[..., Inbox]


@pytest.fixture
def look(history: History, clock: Clock, river_bot: Bot, vectors: Vectors) -> Opener:
    """The inbox at the clock's time, once everything is written."""

    def opened(**options: Any) -> Inbox:
        assert history.flush(10)
        return inbox(history, river_bot.index, vectors, now=clock.time, **options)

    return opened


@pytest.fixture
def ask(history: History, clock: Clock) -> Callable[..., Reply]:
    """Records a turn, by default one that the documents do not cover, by a visitor of its own, and moves the clock."""
    count = iter(range(1_000_000))

    def asked(question: str, *, by: str = "", channel: Any = "chat", **changes: Any) -> Reply:
        serves = changes.get("status") in {"answered", "partial"}
        given = quoting(question, GUIDE, GUIDE, **changes) if serves else reply(question, **changes)
        history.record(by or f"visitor {next(count)}", given, channel)
        clock.time += dt.timedelta(minutes=1)
        return given

    return asked
