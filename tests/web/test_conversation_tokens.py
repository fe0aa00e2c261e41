"""Conversation ids: signed, renewed, and worth nothing to anybody who did not get them."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from pydantic import SecretStr
from starlette.testclient import TestClient

from bot.errors import SettingError, UnknownConversationError
from bot.settings import Settings
from bot.web.conversations import ConversationTokens

QUESTION = "when is the season closed?"
SECRET = "a secret that has more than thirty-two characters"


def start(client: TestClient) -> str:
    return str(client.post("/api/ask", json={"question": QUESTION}).headers["X-Conversation-Id"])


def status_of(client: TestClient, token: str) -> tuple[int, str]:
    response = client.post("/api/ask", json={"question": QUESTION, "conversation_id": token})
    return response.status_code, response.json().get("error", {}).get("code", "")


def turned(text: str) -> str:
    """The text with its last letter but one exchanged."""
    return text[:-2] + ("A" if text[-2] != "A" else "B") + text[-1]


def test_every_reply_renews_the_token_and_the_earlier_one_still_stands_for_the_conversation(
    river_client: TestClient,
) -> None:
    first = start(river_client)
    second = river_client.post("/api/ask", json={"question": QUESTION, "conversation_id": first})
    for token in (first, second.headers["X-Conversation-Id"]):
        assert status_of(river_client, token) == (200, "")


def test_a_token_holds_no_question(river_client: TestClient) -> None:
    assert "season" not in start(river_client)


@pytest.mark.parametrize(
    "forge",
    [
        turned,
        lambda t: t.split(".")[0],
        lambda t: turned(t.split(".")[0]) + "." + t.split(".", 1)[1],
        lambda t: t + "x",
        lambda t: t.upper(),
        lambda _: "",
        lambda _: "null",
        lambda _: "x" * 5_000,
        lambda _: "\x00",
        lambda _: "../../etc/passwd",
        lambda _: str(URLSafeTimedSerializer("guessed", salt="conversation").dumps("abc")),
    ],
)
def test_a_forged_token_is_unknown(river_client: TestClient, forge: Callable[[str], str]) -> None:
    assert status_of(river_client, forge(start(river_client))) == (404, "unknown_conversation")


def test_the_id_inside_a_token_is_of_no_use_alone(river: Callable[..., FastAPI]) -> None:
    client = TestClient(river(secret_key=SecretStr(SECRET)))
    inner = ConversationTokens(60, secret=SECRET).conversation_id(start(client))
    assert status_of(client, inner) == (404, "unknown_conversation")


def test_a_token_of_another_server_is_unknown(river: Callable[..., FastAPI]) -> None:
    ours, theirs = TestClient(river()), TestClient(river())
    assert status_of(ours, start(theirs)) == (404, "unknown_conversation")


def test_with_a_shared_key_a_token_can_be_read_but_a_conversation_that_is_not_here_stays_unknown(
    river: Callable[..., FastAPI],
) -> None:
    ours, theirs = (TestClient(river(secret_key=SecretStr(SECRET))) for _ in range(2))
    assert status_of(ours, start(theirs)) == (404, "unknown_conversation")


def test_a_token_ends_when_the_conversation_was_idle_too_long(
    river: Callable[..., FastAPI], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = TestClient(river(conversation_minutes=5))
    token = start(client)
    now = TimestampSigner("any").get_timestamp()
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: now + 299)
    assert status_of(client, token) == (200, "")
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: now + 305)
    assert status_of(client, token) == (404, "unknown_conversation")


def test_a_token_from_before_starting_over_is_unknown(river_client: TestClient) -> None:
    token = start(river_client)
    assert river_client.post("/api/end", json={"conversation_id": token}).status_code == 204
    assert status_of(river_client, token) == (404, "unknown_conversation")
    assert river_client.post("/api/end", json={"conversation_id": token}).status_code == 204


def test_one_conversation_learns_nothing_of_another(river_client: TestClient) -> None:
    one, other = start(river_client), start(river_client)
    body = {"question": "and then?", "conversation_id": other}
    alone = river_client.post("/api/ask", json=body).json()
    river_client.post("/api/ask", json={"question": "how wide may a hand net be?", "conversation_id": one})
    again = river_client.post("/api/ask", json={**body, "conversation_id": start(river_client)}).json()
    assert alone["answer"] == again["answer"]


def test_without_a_key_each_process_signs_with_its_own() -> None:
    token = ConversationTokens(60).issue("conversation")
    with pytest.raises(UnknownConversationError):
        ConversationTokens(60).conversation_id(token)


def test_a_short_key_stops_the_start_and_no_key_is_ever_shown() -> None:
    with pytest.raises(SettingError, match=r"MSO_SECRET_KEY is not allowed.*32 characters") as caught:
        Settings.from_environment({"MSO_SECRET_KEY": "hunter2"}, dotenv=None)
    assert "hunter2" not in str(caught.value)
    settings = Settings.from_environment({"MSO_SECRET_KEY": SECRET}, dotenv=None)
    assert SECRET not in repr(settings) + str(settings.model_dump()) + settings.model_dump_json()
