"""How often an address may ask, in this process and in Redis, and what a visitor sees of it."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from fakeredis import TcpFakeServer
from fastapi import FastAPI
from limits.storage import RedisStorage
from playwright.sync_api import Browser, expect
from starlette.testclient import TestClient

from bot.errors import ServerError
from bot.pipeline import Bot
from bot.prompts import LONG_CONVERSATION
from bot.settings import Settings
from bot.web.limits import Limits, network
from tests.web.apps import NO_LIMITS, app_over, serving

QUESTION = {"question": "when is the season closed?"}
MESSAGE = "a lot of questions"


def statuses(client: TestClient, path: str, times: int, **request: Any) -> list[int]:
    return [client.post(path, **request).status_code for _ in range(times)]


def test_one_question_too_many_in_a_minute_is_told_when_to_come_back(river: Callable[..., FastAPI]) -> None:
    client = TestClient(river(questions_per_minute=2))
    assert statuses(client, "/api/ask", 2, json=QUESTION) == [200, 200]
    refused = client.post("/api/ask", json=QUESTION)
    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "too_many_requests"
    assert MESSAGE in refused.json()["error"]["message"]
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert (
        'mso_limited_total{limit="address"} 1.0' in TestClient(client.app, client=("127.0.0.1", 5)).get("/metrics").text
    )


def test_the_window_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    limits = Limits.open(Settings(questions_per_minute=2))
    for later, counted in ((0, True), (40, True), (50, False), (61, True), (70, False), (101, True)):
        monkeypatch.setattr(time, "time", lambda later=later: now + later)
        assert (limits.of_address("1.1.1.1", "questions") is None) is counted, later


def test_one_question_too_many_in_a_day_is_refused(river: Callable[..., FastAPI]) -> None:
    client = TestClient(river(questions_per_day=2))
    assert statuses(client, "/api/ask", 2, json=QUESTION) == [200, 200]
    refused = client.post("/api/ask", json=QUESTION)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 80_000
    assert "24 hours" in refused.json()["error"]["message"]


def test_a_conversation_that_is_too_long_says_to_start_a_new_one(river: Callable[..., FastAPI]) -> None:
    client = TestClient(river(questions_per_conversation=2))
    token = client.post("/api/ask", json=QUESTION).headers["X-Conversation-Id"]
    body = {**QUESTION, "conversation_id": token}
    assert client.post("/api/ask", json=body).status_code == 200
    refused = client.post("/api/ask", json=body, headers={"Accept": "text/event-stream"})
    assert refused.status_code == 429
    assert refused.json()["error"] == {"code": "too_many_requests", "message": LONG_CONVERSATION}
    assert int(refused.headers["Retry-After"]) >= 1
    assert client.post("/api/ask", json=QUESTION).status_code == 200


def test_another_address_is_not_held_up(river: Callable[..., FastAPI]) -> None:
    app = river(questions_per_minute=1)
    for address in ("1.1.1.1", "2.2.2.2"):
        assert statuses(TestClient(app, client=(address, 5)), "/api/ask", 2, json=QUESTION) == [200, 429]


def test_feedback_and_hand_offs_are_counted_apart_from_questions(river: Callable[..., FastAPI]) -> None:
    client = TestClient(river(questions_per_minute=2))
    assert statuses(client, "/api/handoff", 3, content="{}") == [204, 204, 429]
    assert client.post("/api/feedback", json={}).status_code == 429
    assert client.post("/api/ask", json=QUESTION).status_code == 200


def test_pages_and_files_are_not_counted(river: Callable[..., FastAPI]) -> None:
    client = TestClient(river(questions_per_minute=1))
    for path in ("/", "/ask", "/sources", "/site/site.css", "/api/site", "/widget.js"):
        assert [client.get(path).status_code for _ in range(4)] == [200] * 4


def test_zero_switches_every_limit_off(river: Callable[..., FastAPI]) -> None:
    assert statuses(TestClient(river()), "/api/ask", 25, json=QUESTION) == [200] * 25


def test_the_plain_form_keeps_the_question(river: Callable[..., FastAPI]) -> None:
    client = TestClient(river(questions_per_minute=1))
    client.post("/ask", data=QUESTION)
    refused = client.post("/ask", data=QUESTION)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1
    assert MESSAGE in refused.text
    assert "when is the season closed?</textarea>" in refused.text
    assert client.post("/ask", data=QUESTION).headers["content-type"] == "application/json"  # no longer worth a page


def test_gradio_is_counted_too(river: Callable[..., FastAPI]) -> None:
    with TestClient(river(questions_per_minute=1)) as client:
        body = {"data": ["hello", None], "fn_index": 0, "session_hash": "abc"}
        assert statuses(client, "/gradio_api/queue/join", 3, json=body) == [200, 200, 429]


def test_a_visitor_of_the_chat_page_sees_a_notice_and_keeps_the_question(river_bot: Bot, browser: Browser) -> None:
    with serving(app_over(river_bot, questions_per_minute=1)) as address:
        page = browser.new_page(base_url=address)
        page.goto("/")
        for _ in range(2):
            page.get_by_label("Your question").fill(QUESTION["question"])
            page.keyboard.press("Enter")
            expect(page.locator(".turn:not(.is-pending)")).to_have_count(1)
            page.wait_for_timeout(300)
        expect(page.get_by_role("status").get_by_text(MESSAGE)).to_be_visible()
        expect(page.get_by_label("Your question")).to_have_value(QUESTION["question"])
        expect(page.get_by_text("Error")).to_have_count(0)
        page.close()


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("x" * 500, "x" * 64),
    ],
)
def test_whom_an_address_stands_for(address: str, counted_as: str) -> None:
    assert network(address) == counted_as


class RedisServer:
    """A Redis server on a port of this machine, which can be stopped and started again."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"redis://user:hunter2@127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        self._server = TcpFakeServer(("127.0.0.1", self.port))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        with redis.Redis(port=self.port) as client:  # a real Redis asks for a script that it lacks; this one cannot
            for script in (
                RedisStorage.SCRIPT_MOVING_WINDOW,
                RedisStorage.SCRIPT_ACQUIRE_MOVING_WINDOW,
                RedisStorage.SCRIPT_INCR_EXPIRE,
            ):
                client.script_load(script)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    server = RedisServer()
    yield server
    server.stop()


def test_two_machines_count_together_in_redis(river: Callable[..., FastAPI], redis_server: RedisServer) -> None:
    url = redis_server.url.replace("user:hunter2@", "")
    one, other = (TestClient(river(questions_per_minute=2, redis_url=url)) for _ in range(2))
    assert [c.post("/api/ask", json=QUESTION).status_code for c in (one, other, one, other)] == [200, 200, 429, 429]


def test_a_redis_that_does_not_answer_stops_the_start_with_a_remedy_and_no_password(
    river: Callable[..., FastAPI], redis_server: RedisServer
) -> None:
    redis_server.stop()
    with pytest.raises(ServerError, match=r"MSO_REDIS_URL.*127\.0\.0\.1") as caught:
        river(questions_per_minute=2, redis_url=redis_server.url)
    assert "hunter2" not in str(caught.value)
    redis_server.start()


def test_when_redis_goes_away_the_limits_rest_and_the_log_says_so_once(
    redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    now = [time.time()]
    url = redis_server.url.replace("user:hunter2@", "")
    limits = Limits.open(Settings(**{**NO_LIMITS, "questions_per_minute": 1}, redis_url=url))
    limits._clock = lambda: now[0]
    assert limits.of_address("1.1.1.1", "questions") is None
    assert limits.of_address("1.1.1.1", "questions") is not None
    redis_server.stop()
    _drop_connections(limits)
    with caplog.at_level(logging.WARNING):
        for _ in range(5):
            assert limits.of_address("1.1.1.1", "questions") is None
            now[0] += 20
    assert [r.message for r in caplog.records] == [
        "Redis does not answer (ConnectionError); the limits rest until it does"
    ]
    redis_server.start()
    now[0] += 20
    assert limits.of_address("2.2.2.2", "questions") is None
    assert limits.of_address("2.2.2.2", "questions") is not None


def _drop_connections(limits: Limits) -> None:
    """What the operating system does when the other side ends."""
    limits._limiter.storage.storage.connection_pool.disconnect()  # type: ignore[union-attr]  # only Redis has a pool
