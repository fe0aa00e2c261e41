"""Answers as server-sent events."""

import copy
import json
import socket
import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.pipeline import Bot
from bot.types import CitedSentence, Evidence, Query, Reply
from bot.web import create_app
from tests.web.apps import NO_LIMITS, serving

QUESTION = "who may fish in the river"
EVENTS = {"Accept": "text/event-stream"}


def events_of(text: str) -> list[tuple[str, Any]]:
    found = []
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        found.append((fields["event"], json.loads(fields["data"])))
    return found


def without_time(reply: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in reply.items() if name not in {"id", "latency_ms"}}


def test_a_stream_gives_each_verified_sentence_and_then_the_whole_reply(river_client: TestClient) -> None:
    response = river_client.post("/api/ask", json={"question": QUESTION}, headers=EVENTS)
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-store"
    *sentences, (last, reply) = events_of(response.text)
    assert last == "reply"
    Reply.model_validate(reply)
    assert [name for name, _ in sentences] == ["sentence"] * len(reply["sentences"])
    assert [s["text"] for _, s in sentences] == [s["text"] for s in reply["sentences"]]
    for _, sentence in sentences:
        CitedSentence.model_validate(sentence)
        assert set(sentence) == {"text", "citations", "support"}
        assert all(citation in reply["citations"] for citation in sentence["citations"])


def test_a_stream_and_a_plain_answer_say_the_same(river_client: TestClient) -> None:
    plain = river_client.post("/api/ask", json={"question": QUESTION}).json()
    streamed = events_of(river_client.post("/api/ask", json={"question": QUESTION}, headers=EVENTS).text)[-1][1]
    assert without_time(streamed) == without_time(plain)


def test_a_decline_streams_no_sentence(river_client: TestClient) -> None:
    body = {"question": "what is the capital of France"}
    assert [name for name, _ in events_of(river_client.post("/api/ask", json=body, headers=EVENTS).text)] == ["reply"]


def test_a_stream_names_its_conversation_and_a_follow_up_stays_in_it(river_client: TestClient) -> None:
    first = river_client.post("/api/ask", json={"question": "when is the season closed"}, headers=EVENTS)
    token = first.headers["X-Conversation-Id"]
    body = {"question": "and for pike?", "conversation_id": token}
    second = river_client.post("/api/ask", json=body, headers=EVENTS)
    assert events_of(second.text)[-1][0] == "reply"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"question": ""}, 422, "unusable_question"),
        ({}, 422, "invalid_request"),
        ({"question": QUESTION, "conversation_id": "made up"}, 404, "unknown_conversation"),
    ],
)
def test_what_is_wrong_before_the_stream_begins_is_an_ordinary_failure(
    river_client: TestClient, body: dict[str, str], status: int, code: str
) -> None:
    response = river_client.post("/api/ask", json=body, headers=EVENTS)
    assert response.status_code == status
    assert response.json()["error"]["code"] == code


@pytest.mark.parametrize("accept", ["application/json", "*/*", "text/html", "text/event-stream-x"])
def test_without_asking_for_a_stream_the_answer_is_json(river_client: TestClient, accept: str) -> None:
    response = river_client.post("/api/ask", json={"question": QUESTION}, headers={"Accept": accept})
    assert response.headers["content-type"] == "application/json"


def test_a_stage_that_fails_declines_in_the_stream_and_shows_nothing_unverified(river_bot: Bot) -> None:
    class Broken:
        def retrieve(self, query: Query) -> Evidence:
            raise RuntimeError(query.text)

    ((name, reply),) = events_of(_app_over(river_bot, Broken()).post("/api/ask", json=_ask(), headers=EVENTS).text)
    assert name == "reply"
    assert (reply["status"], reply["reason"]) == ("declined", "unavailable")


def test_what_breaks_after_the_stream_began_is_an_error_event_without_a_trace(river_bot: Bot) -> None:
    class Breaking(Bot):
        def stream(self, *_: Any, **__: Any) -> Any:
            yield next(iter(river_bot.ask(QUESTION).cited_sentences()))
            raise RuntimeError("a secret detail")

    breaking = copy.copy(river_bot)
    breaking.__class__ = Breaking
    breaking.settings = river_bot.settings.model_copy(update=NO_LIMITS)
    text = TestClient(create_app(breaking)).post("/api/ask", json=_ask(), headers=EVENTS).text
    (first, _), (last, problem) = events_of(text)
    assert (first, last) == ("sentence", "error")
    assert set(problem) == {"code", "message"}
    assert "secret" not in text
    assert "Traceback" not in text


class Slow:
    """A search that takes its time, and counts."""

    def __init__(self, bot: Bot) -> None:
        self._retriever = bot._understanding.retriever
        self.begun = threading.Event()
        self.goes_on = threading.Event()
        self.searches = 0

    def retrieve(self, query: Query) -> Evidence:
        self.searches += 1
        self.begun.set()
        self.goes_on.wait(10)
        return self._retriever.retrieve(query)


def test_a_dropped_connection_stops_the_work(river_bot: Bot) -> None:
    slow = Slow(river_bot)
    body = json.dumps({"question": "when is the season closed and how wide may a hand net be?"}).encode()
    with serving(_app(river_bot, slow)) as address:
        host, port = address.removeprefix("http://").split(":")
        caller = socket.create_connection((host, int(port)))
        head = f"POST /api/ask HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        caller.sendall(head.encode() + body)
        assert slow.begun.wait(10)
        caller.close()
        time.sleep(0.5)
        slow.goes_on.set()
        time.sleep(1)
    assert slow.searches == 1  # the question has two parts


def test_the_event_loop_answers_others_while_a_stream_works(river_bot: Bot) -> None:
    slow = Slow(river_bot)
    with serving(_app(river_bot, slow)) as address:
        host, port = address.removeprefix("http://").split(":")
        body = json.dumps(_ask()).encode()
        caller = socket.create_connection((host, int(port)))
        head = f"POST /api/ask HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\nConnection: close\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        caller.sendall(head.encode() + body)
        assert slow.begun.wait(10)
        with socket.create_connection((host, int(port)), 5) as other:
            other.sendall(f"GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            assert b"200 OK" in other.recv(1000)
        slow.goes_on.set()
        received = b"".join(iter(lambda: caller.recv(65536), b""))
        caller.close()
    assert b"event: reply" in received


def _ask() -> dict[str, str]:
    return {"question": QUESTION}


def _app(bot: Bot, retriever: object) -> FastAPI:
    other = copy.copy(bot)
    other._understanding = replace(bot._understanding, retriever=retriever)
    other.settings = bot.settings.model_copy(update=NO_LIMITS)
    return create_app(other)


def _app_over(bot: Bot, retriever: object) -> TestClient:
    return TestClient(_app(bot, retriever))


def test_langchain_streams_the_same_events(river_bot: Bot) -> None:
    *sentences, reply = river_bot.as_runnable().stream(QUESTION)
    assert isinstance(reply, Reply)
    assert tuple(sentences) == reply.cited_sentences()
