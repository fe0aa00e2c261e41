"""Whatever is sent: a short message that says what to do, a 4xx status, never a stack trace."""

from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.pipeline import Bot
from bot.web import create_app


def refused(client: TestClient, status: int, **request: Any) -> str:
    response = client.post("/api/ask", **request)
    assert response.status_code == status, response.text
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message"}
    assert "Traceback" not in response.text
    assert 10 < len(body["error"]["message"]) < 400
    return str(body["error"]["code"])


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "x" * 10_000, "\x00\x01\x02", "🦷🦷🦷", "?!…", "\u200b\u202e"])
def test_a_question_without_readable_words_or_too_long_is_refused(client: TestClient, question: str) -> None:
    assert refused(client, 422, json={"question": question}) == "unusable_question"


@pytest.mark.parametrize(
    "question",
    [
        "Can an MSO\x00 own a \x1b[31mdental practice?",
        "Может ли MSO владеть стоматологией?",
        "牙科诊所可以由MSO拥有吗?",
        "هل يمكن لشركة إدارة أن تملك عيادة أسنان؟",
        "Can an MSO own a dental practice? 🦷",
        "<script>alert(1)</script> Can an MSO own a <b>dental practice</b>?",
        "'; DROP TABLE documents; --",
    ],
)
def test_odd_but_readable_questions_get_a_reply(client: TestClient, question: str) -> None:
    response = client.post("/api/ask", json={"question": question})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "body",
    [{}, [], "text", 7, None, {"question": 7}, {"question": None}, {"question": ["a"]}, {"question": "a", "more": 1},
     {"question": "a", "conversation_id": 5}],
)  # fmt: skip
def test_a_body_of_the_wrong_type_is_refused(client: TestClient, body: Any) -> None:
    assert refused(client, 422, json=body) == "invalid_request"


@pytest.mark.parametrize(
    "content", [b"", b"{", b"{'question': 1}", b"\xff\xfe", b'{"question": "\xff"}', b"\x00", b"[" * 50_000]
)
def test_what_is_not_json_is_refused(client: TestClient, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    assert refused(client, 422 if not content else 400, content=content, headers=headers) in {
        "invalid_json",
        "invalid_request",
    }


def test_half_a_surrogate_pair_is_refused(client: TestClient) -> None:
    headers = {"Content-Type": "application/json"}
    assert refused(client, 422, content=rb'{"question": "what \ud800 is"}', headers=headers) == "invalid_request"


def test_a_form_is_refused(client: TestClient) -> None:
    assert refused(client, 422, data={"question": "Can an MSO own a practice?"}) == "invalid_request"


@pytest.mark.parametrize("conversation_id", ["", "nothing", "x" * 5000, "../../etc/passwd"])
def test_an_unknown_conversation_is_a_404_that_says_what_to_do(client: TestClient, conversation_id: str) -> None:
    body = {"question": "Can an MSO own a practice?", "conversation_id": conversation_id}
    assert refused(client, 404, json=body) == "unknown_conversation"


def test_a_body_over_64_kb_is_refused_whether_or_not_its_length_is_declared(client: TestClient) -> None:
    assert refused(client, 413, json={"question": "x" * 70_000}) == "body_too_large"
    streamed = (b"x" * 1000 for _ in range(100))
    assert refused(client, 413, content=streamed, headers={"Content-Type": "application/json"}) == "body_too_large"


def test_an_unexpected_error_is_a_500_without_a_trace(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    app: FastAPI = create_app(bot)

    @app.get("/api-that-breaks")
    def breaks() -> None:
        raise RuntimeError("".join(["a sec", "ret detail"]))  # a log may show this line, and not what it makes

    app.router.routes.insert(0, app.router.routes.pop())
    response = TestClient(app, raise_server_exceptions=False).get("/api-that-breaks")
    assert response.status_code == 500
    assert response.json()["error"]["code"] == "internal_error"
    assert "secret" not in response.text
    assert "secret" not in caplog.text
    assert "RuntimeError" in caplog.text
    assert response.headers["X-Content-Type-Options"] == "nosniff"
