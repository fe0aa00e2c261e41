"""Turns: redacted, once each, and never in the way of an answer."""

import datetime as dt
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
import pytest

from bot.errors import NotKeptError
from bot.history import History, conversation_hash
from bot.history.database import FILE
from bot.history.export import rows
from bot.history.recorder import Recorder
from bot.settings import Settings
from tests.history.conftest import Clock, reply
from tests.history.test_database import execute

PERSONAL = "My name is Ann Lee, mail ann@lee.example or call 212-555-0187. Is § 6512 a felony?"


def turns(history: History) -> list[dict[str, Any]]:
    assert history.flush(10)
    return list(rows(history.database, "turns"))


def everything_in(settings: Settings) -> str:
    """Every value of every table, and for SQLite the bytes of its files too."""
    if settings.database_url:
        with psycopg.connect(settings.database_url) as connection:
            found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()").fetchall()
            return repr([connection.execute(f'SELECT * FROM "{name}"'.encode()).fetchall() for (name,) in found])
    files = settings.data_dir.glob(f"{FILE}*")
    with sqlite3.connect(settings.data_dir / FILE) as connection:
        dump = "\n".join(connection.iterdump())
    connection.close()
    return dump + "".join(path.read_bytes().decode("latin-1") for path in files)


def test_a_turn_is_kept_whole(history: History, clock: Clock) -> None:
    given = reply("Is the river open?")
    history.record("the id", given, "form")
    (kept,) = turns(history)
    assert kept.pop("reply") == given.model_dump(mode="json")
    assert kept == {
        "id": given.id, "conversation_id": conversation_hash("the id"), "channel": "form", "question": given.question,
        "status": "declined", "reason": "not_in_sources", "confidence": 0.25, "engine": "extractive",
        "latency_ms": 12.5, "corpus_version": "sha256:0", "at": clock.time.isoformat(timespec="milliseconds"),
    }  # fmt: skip


def test_personal_data_and_conversation_ids_never_reach_the_database(history: History, kept_in: Settings) -> None:
    history.record("a-secret-conversation-id", reply(PERSONAL), "api")
    history.feedback.thumbs("r", "down", PERSONAL, conversation_id="a-secret-conversation-id")
    history.feedback.handoff(None, conversation_id="a-secret-conversation-id")
    history.reviews.open(PERSONAL, "flagged")
    assert turns(history)[0]["question"] == ("My name is [name], mail [email] or call [phone]. Is § 6512 a felony?")
    kept = everything_in(kept_in)
    assert "6512" in kept
    for secret in ("Ann Lee", "ann@lee", "555-0187", "a-secret-conversation-id"):
        assert secret not in kept, secret


def test_an_operator_may_switch_redaction_off(open_history: Callable[..., History]) -> None:
    history = open_history(redact=False)
    history.record("c", reply(PERSONAL), "api")
    assert turns(history)[0]["question"] == PERSONAL


def test_the_same_turn_is_kept_once(history: History) -> None:
    given = reply()
    for _ in range(3):
        history.record("c", given, "api")
    assert len(turns(history)) == 1


def test_text_that_no_database_takes_is_recorded_all_the_same(history: History) -> None:
    history.record("c", reply("half a \ud800 pair and a \0"), "api")
    history.feedback.thumbs("r\0", "up", "\0 and \ud800")
    assert turns(history)[0]["question"] == "half a ? pair and a \ufffd"


def test_a_closed_record_kept_everything_and_opens_again_when_it_is_used(history: History) -> None:
    for _ in range(250):
        history.record("c", reply(), "api")
    history.close()
    history.record("c", reply(), "api")
    assert len(turns(history)) == 251


def test_recording_returns_at_once_while_the_database_is_held(history: History, kept_in: Settings) -> None:
    if kept_in.database_url:
        connection: Any = psycopg.connect(kept_in.database_url)
        connection.execute("LOCK TABLE turns IN ACCESS EXCLUSIVE MODE")
    else:
        connection = sqlite3.connect(kept_in.data_dir / FILE, isolation_level=None)
        connection.execute("BEGIN EXCLUSIVE")
    started = time.perf_counter()
    for _ in range(100):
        history.record("c", reply(), "api")
    took = time.perf_counter() - started
    assert took < 1
    assert not history.flush(0.2)
    connection.rollback()
    connection.close()
    assert len(turns(history)) == 100


def test_turns_wait_while_the_database_is_broken_and_the_log_tells_it_once_without_words(
    history: History, kept_in: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):  # the second one is written after the daily work, which needs the table too
        history.record("c", reply("Is the river open?"), "api")
        assert history.flush()
    execute(kept_in, "ALTER TABLE turns RENAME TO broken")
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            history.record("c", reply("Is the secret river open?"), "api")
        assert not history.flush(1)
        execute(kept_in, "ALTER TABLE broken RENAME TO turns")
        assert len(turns(history)) == 5
    said = [record.getMessage() for record in caplog.records if record.name.startswith("bot.history")]
    assert said == [
        "the database of the record does not take turns; they wait and are tried again",
        "turns are recorded again",
    ]
    assert "secret" not in caplog.text


def test_a_turn_that_cannot_be_kept_does_not_stop_the_others(open_history: Callable[..., History]) -> None:
    dropped: list[int] = []
    history = open_history(on_drop=dropped.append)
    history._recorder.add(object())  # type: ignore[arg-type]  # wrong on purpose
    history.record("c", reply(id="x" * 500), "api")
    history.record("c", reply(), "api")
    assert len(turns(history)) >= 1
    assert 1 <= sum(dropped) <= 2  # SQLite takes an id of any length


class Stuck:
    """A place to write to that waits until it is let go."""

    def __init__(self) -> None:
        self.free = threading.Event()
        self.begun = threading.Event()
        self.written: list[int] = []
        self.refuses = False

    def __call__(self, batch: Sequence[int]) -> None:
        self.begun.set()
        self.free.wait(10)
        if self.refuses:
            raise NotKeptError("not now", passing=True)
        self.written += batch


def recorder(write: Callable[[Sequence[int]], None], dropped: list[int], capacity: int) -> Recorder[int]:
    return Recorder(write, daily=lambda: None, on_drop=dropped.append, capacity=capacity)


def test_when_more_waits_than_can_be_kept_the_oldest_goes_and_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    place, dropped = Stuck(), []
    queue = recorder(place, dropped, 10)
    queue.add(-1)
    assert place.begun.wait(5)
    for number in range(25):
        queue.add(number)
    place.free.set()
    assert queue.flush(5)
    assert place.written == [-1, *range(15, 25)]
    assert sum(dropped) == 15
    assert [r.getMessage() for r in caplog.records if "dropped" in r.getMessage()] == [
        "more turns wait than can be kept (10); the oldest are dropped"
    ]
    queue.close(5)


def test_what_could_not_be_written_waits_in_its_place() -> None:
    place, dropped = Stuck(), []
    place.refuses = True
    queue = recorder(place, dropped, 100)
    for number in range(5):
        queue.add(number)
    place.free.set()
    assert not queue.flush(0.1)
    for number in range(5, 10):
        queue.add(number)
    place.refuses = False
    assert queue.flush(5)
    assert place.written == list(range(10))
    queue.close(5)


def test_closing_does_not_wait_for_a_database_that_is_broken() -> None:
    place = Stuck()
    place.refuses = True
    place.free.set()
    queue = recorder(place, [], 100)
    queue.add(1)
    started = time.perf_counter()
    queue.close(5)
    assert time.perf_counter() - started < 3


def test_many_threads_lose_no_turn() -> None:
    written: list[int] = []
    queue = recorder(written.extend, [], 100_000)
    threads = [threading.Thread(target=lambda: [queue.add(n) for n in range(500)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    queue.close(10)
    assert len(written) == 4_000


def test_what_is_old_is_purged_at_the_start_and_by_the_thread(
    open_history: Callable[..., History], clock: Clock
) -> None:
    first = open_history()
    first.record("c", reply("old"), "api")
    assert len(turns(first)) == 1
    clock.go(days=400)
    second = open_history(retention_days=365)
    deadline = time.monotonic() + 10
    while turns(second) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert turns(second) == []


def test_nothing_is_purged_when_everything_is_to_be_kept(open_history: Callable[..., History], clock: Clock) -> None:
    history = open_history(retention_days=0)
    history.record("c", reply("old"), "api")
    clock.go(days=4_000)
    history = open_history(retention_days=0)
    history.record("c", reply("new"), "api")
    assert history.flush()
    time.sleep(0.2)
    assert clock.time > dt.datetime(2037, 1, 1, tzinfo=dt.UTC)
    assert {t["question"] for t in turns(history)} == {"old", "new"}
