"""Both databases for every test, and replies to put into them."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.history import History
from bot.prompts import DISCLAIMER
from bot.settings import Settings
from bot.types import Reply
from tests.postgres import new_schema, postgres


class Clock:
    """A time that a test sets."""

    def __init__(self) -> None:
        self.time = dt.datetime(2026, 11, 25, 9, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.time

    def go(self, days: float) -> None:
        self.time += dt.timedelta(days=days)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgres() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def kept_in(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings with an empty database of either kind."""
    if request.param == "sqlite":
        return Settings(data_dir=tmp_path / "data")
    server = request.getfixturevalue("postgres_server")
    return Settings(data_dir=tmp_path / "data", database_url=new_schema(server, f"s{uuid.uuid4().hex}"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_history(kept_in: Settings, clock: Clock) -> Iterator[Callable[..., History]]:
    """Opens the record, as often as a test wants, with settings of its own; all are closed at the end."""
    opened: list[History] = []

    def open_one(*, on_drop: Callable[[int], None] = lambda _: None, **settings: Any) -> History:
        opened.append(History.open(kept_in.model_copy(update=settings), clock=clock, on_drop=on_drop, patience=2))
        return opened[-1]

    yield open_one
    for history in opened:
        history.close()


@pytest.fixture
def history(open_history: Callable[..., History]) -> History:
    return open_history()


def reply(question: str = "Is the river open?", **changes: Any) -> Reply:
    """A reply that declines, unless it is changed."""
    return Reply(
        **{
            "id": str(uuid.uuid4()),
            "question": question,
            "status": "declined",
            "reason": "not_in_sources",
            "answer": "I don't find an answer to that.",
            "confidence": 0.25,
            "disclaimer": DISCLAIMER,
            "engine": "extractive",
            "corpus_version": "sha256:0",
            "latency_ms": 12.5,
        }
        | changes
    )


def quoting(question: str, sentence: str, answer: str, **changes: Any) -> Reply:
    """A reply that cites one sentence."""
    citation = {
        "number": 1, "document_id": "rivers", "title": "Rivers", "section": "Seasons", "quote": sentence, "start": 0,
        "end": len(sentence), "url": "/sources/rivers#c0-9", "kind": "faq", "authorities": [], "last_reviewed": None,
    }  # fmt: skip
    told = {"text": sentence, "citations": [1], "support": "quoted"}
    parts = {"answer": answer, "sentences": [told], "citations": [citation]}
    return reply(question, **{"status": "answered", "reason": None} | parts | changes)
