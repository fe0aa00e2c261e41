"""Thumbs, comments and hand-offs, and where they are kept."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.history.export import rows

QUESTION = {"question": "when is the season closed?"}


@pytest.fixture
def app(river: Callable[..., FastAPI]) -> FastAPI:
    return river()


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app)


@pytest.fixture
def kept(app: FastAPI) -> Callable[[], list[dict[str, Any]]]:
    """Reads what the database holds: verdicts, then hand-offs."""
    return lambda: [row for table in ("feedback", "handoffs") for row in rows(app.state.history.database, table)]


def asked(client: TestClient) -> dict[str, str]:
    response = client.post("/api/ask", json=QUESTION)
    return {"reply_id": response.json()["id"], "conversation_id": response.headers["X-Conversation-Id"]}


def test_a_verdict_is_kept_and_a_later_one_replaces_it(app: FastAPI, client: TestClient, kept) -> None:
    reply = asked(client)
    first = client.post("/api/feedback", json={**reply, "thumbs": "up"})
    assert (first.status_code, first.json()) == (202, {"status": "received"})
    client.post("/api/feedback", json={**reply, "thumbs": "down", "comment": "Too short.\u2028Really. 너무 짧아요"})
    assert len(kept()) == 2
    held = app.state.history.feedback.by_reply()[reply["reply_id"]]
    assert (held.thumbs, held.comment) == ("down", "Too short.\u2028Really. 너무 짧아요")


def test_a_long_comment_is_cut(client: TestClient, kept) -> None:
    client.post("/api/feedback", json={**asked(client), "thumbs": "down", "comment": "x" * 5_000})
    assert len(kept()[0]["comment"]) == 1_000


def test_only_a_reply_of_the_same_conversation_can_be_judged(client: TestClient, kept) -> None:
    one, other = asked(client), asked(client)
    for reply_id in (other["reply_id"], "made up", ""):
        response = client.post("/api/feedback", json={**one, "reply_id": reply_id, "thumbs": "up"})
        assert response.status_code == 404
        assert response.json()["error"]["code"] == "unknown_reply"
    forged = client.post("/api/feedback", json={**one, "conversation_id": "made up", "thumbs": "up"})
    assert forged.json()["error"]["code"] == "unknown_conversation"
    assert kept() == []


@pytest.mark.parametrize("change", [{"thumbs": "sideways"}, {"thumbs": None}, {"comment": 7}, {"more": 1}])
def test_feedback_of_the_wrong_form_is_refused(client: TestClient, kept, change: dict[str, Any]) -> None:
    response = client.post("/api/feedback", json={**asked(client), "thumbs": "up", **change})
    assert response.status_code == 422
    assert kept() == []


@pytest.mark.parametrize("content_type", ["application/json", "text/plain;charset=UTF-8"])
def test_following_the_contact_link_is_noted(client: TestClient, kept, content_type: str) -> None:
    reply = asked(client)
    body = json.dumps({"conversation_id": reply["conversation_id"]})
    response = client.post("/api/handoff", content=body, headers={"Content-Type": content_type})
    assert (response.status_code, response.content) == (204, b"")
    client.post("/api/handoff", content='{"conversation_id": null}', headers={"Content-Type": content_type})
    assert [row["reply_id"] for row in kept()] == [reply["reply_id"], None]


@pytest.mark.parametrize(
    ("content", "status"), [(b"", 400), (b"{", 400), (b"[]", 422), (b"\xff", 400), (b'{"conversation_id": 5}', 422)]
)
def test_a_broken_hand_off_note_is_refused(client: TestClient, kept, content: bytes, status: int) -> None:
    response = client.post("/api/handoff", content=content)
    assert response.status_code == status
    assert set(response.json()) == {"error"}
    assert kept() == []
