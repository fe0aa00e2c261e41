"""Every way in is recorded, and a broken record breaks no answer."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.history import Conversations, conversation_hash
from bot.history.database import FILE
from bot.history.export import rows
from bot.pipeline import Bot
from bot.web.answering import Answering
from bot.web.chat import Visit, answer
from bot.web.limits import Limits
from bot.web.metrics import Metrics
from tests.web.test_feedback import QUESTION, asked

FORM = {"question": "when is the season closed? My mail is ann@lee.example"}


@pytest.fixture
def app(river: Callable[..., FastAPI]) -> FastAPI:
    return river()


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


def recorded(app: FastAPI, table: str = "turns") -> list[dict[str, Any]]:
    assert app.state.history.flush(10)
    return list(rows(app.state.history.database, table))


def test_each_way_in_is_recorded_with_what_it_was(app: FastAPI, client: TestClient) -> None:
    plain = client.post("/api/ask", json=QUESTION)
    client.post("/api/ask", json=QUESTION, headers={"Accept": "text/event-stream"})
    client.post("/ask", data=FORM)
    kept = recorded(app)
    assert [turn["channel"] for turn in kept] == ["api", "stream", "form"]
    assert kept[0]["reply"] == plain.json()
    assert kept[2]["question"] == "when is the season closed? My mail is [email]"
    assert len({turn["conversation_id"] for turn in kept}) == 3


def test_the_chat_page_is_recorded_too(app: FastAPI, river_bot: Bot) -> None:
    limits = Limits.open(river_bot.settings)
    answering = Answering(river_bot, Conversations(60), limits, Metrics(), app.state.history)
    *_, view = answer(answering, QUESTION["question"], Visit())
    (turn,) = recorded(app)
    assert turn["channel"] == "chat"
    assert turn["conversation_id"] == conversation_hash(view.visit.conversation_id)


def test_turns_of_one_conversation_and_its_feedback_belong_together(app: FastAPI, client: TestClient) -> None:
    first = asked(client)
    follow = client.post("/api/ask", json={"question": "and why?", "conversation_id": first["conversation_id"]})
    client.post("/api/feedback", json={**first, "thumbs": "up"})
    client.post("/api/handoff", json={"conversation_id": first["conversation_id"]})
    turns = recorded(app)
    assert len({turn["conversation_id"] for turn in turns}) == 1
    assert recorded(app, "feedback")[0]["conversation_id"] == turns[0]["conversation_id"]
    handoff = recorded(app, "handoffs")[0]
    assert (handoff["reply_id"], handoff["conversation_id"]) == (follow.json()["id"], turns[0]["conversation_id"])


def test_what_was_asked_is_on_the_disk_when_the_server_has_ended(river: Callable[..., FastAPI]) -> None:
    app = river()
    with TestClient(app) as client:
        asked(client)
    assert len(recorded(app)) == 1
    app.state.history.close()


def test_a_broken_record_breaks_no_answer_and_does_not_acknowledge_feedback(
    app: FastAPI, client: TestClient, tmp_path: Path
) -> None:
    with sqlite3.connect(tmp_path / "data" / FILE) as connection:
        for table in ("turns", "feedback", "handoffs"):
            connection.execute(f"ALTER TABLE {table} RENAME TO broken_{table}")
    reply = asked(client)
    for path, body in (
        ("/api/feedback", {**reply, "thumbs": "down", "comment": "Too short."}),
        ("/api/handoff", {"conversation_id": reply["conversation_id"]}),
    ):
        response = client.post(path, json=body)
        assert response.status_code == 503
        assert response.json()["error"]["code"] == "not_kept"
    with connection:
        for table in ("turns", "feedback", "handoffs"):
            connection.execute(f"ALTER TABLE broken_{table} RENAME TO {table}")
    connection.close()
    assert client.post("/api/feedback", json={**reply, "thumbs": "down"}).status_code == 202
    assert [turn["id"] for turn in recorded(app)] == [reply["reply_id"]]


def test_turns_that_cannot_be_kept_are_counted(app: FastAPI) -> None:
    app.state.history._recorder._on_drop(3)
    near = TestClient(app, client=("127.0.0.1", 5))
    assert "mso_turns_dropped_total 3.0" in near.get("/metrics").text
