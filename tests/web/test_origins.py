"""Which sites may call, embed and send; and whose address counts behind proxies."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.errors import SettingError
from bot.pipeline import Bot
from bot.settings import Settings
from tests.web.conftest import SITE

OTHER = "https://evil.example"
QUESTION = {"question": "when is the season closed?"}
POSTS: dict[str, dict[str, Any]] = {
    "/api/ask": {"json": QUESTION},
    "/api/feedback": {"json": {"reply_id": "a", "conversation_id": "b", "thumbs": "up"}},
    "/api/handoff": {"content": "{}"},
    "/ask": {"data": QUESTION},
    "/gradio_api/queue/join": {"json": {"data": ["hello", None], "fn_index": 0, "session_hash": "abc"}},
}


@pytest.fixture
def client(river: Callable[..., FastAPI]) -> TestClient:
    return TestClient(river(allowed_origins=(SITE,)))


@pytest.mark.parametrize("path", POSTS)
def test_a_site_that_is_not_listed_is_refused_before_any_work(client: TestClient, path: str) -> None:
    for origin in (OTHER, "null", f"{SITE}.evil.example", SITE.replace("https", "http"), f"{SITE}:8443"):
        response = client.post(path, headers={"Origin": origin}, **POSTS[path])
        assert response.status_code == 403
        assert response.json()["error"]["code"] == "origin_not_allowed"
        assert "Access-Control-Allow-Origin" not in response.headers
    assert "mso_replies_total{" not in metrics(client)


def metrics(client: TestClient) -> str:
    return TestClient(client.app, client=("127.0.0.1", 5)).get("/metrics").text


def test_a_listed_site_may_ask_and_read_what_it_needs(client: TestClient) -> None:
    response = client.post("/api/ask", json=QUESTION, headers={"Origin": SITE})
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == SITE
    assert "Origin" in response.headers["Vary"]
    assert set(response.headers["Access-Control-Expose-Headers"].split(", ")) >= {"X-Conversation-Id", "Retry-After"}
    assert "Access-Control-Allow-Credentials" not in response.headers


def test_its_browser_is_told_so_beforehand(client: TestClient) -> None:
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    allowed = client.options("/api/ask", headers={"Origin": SITE, **asks})
    assert allowed.status_code == 200
    assert allowed.headers["Access-Control-Allow-Origin"] == SITE
    refused = client.options("/api/ask", headers={"Origin": OTHER, **asks})
    assert refused.status_code == 400
    assert "Access-Control-Allow-Origin" not in refused.headers


def test_a_failure_can_be_read_by_a_listed_site_too(client: TestClient) -> None:
    response = client.post("/api/ask", json={"question": ""}, headers={"Origin": SITE})
    assert response.status_code == 422
    assert response.headers["Access-Control-Allow-Origin"] == SITE


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://testserver"},
        {"Origin": "https://testserver"},
        {"Origin": "https://public.example", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_scripts_and_our_own_pages_pass(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/api/ask", json=QUESTION, headers=headers).status_code == 200


def test_what_other_sites_get_is_not_mixed_up_by_caches(client: TestClient) -> None:
    for headers in ({}, {"Origin": SITE}, {"Origin": OTHER}):
        assert "Origin" in client.get("/api/site", headers=headers).headers["Vary"]


def test_gradio_lets_no_other_origin_in_on_any_host(client: TestClient) -> None:
    for host in ("testserver", "localhost", "127.0.0.1"):
        headers = {"Origin": OTHER, "Host": host}
        for path in ("/", "/theme.css", "/gradio_api/app_id"):
            response = client.get(path, headers=headers)
            assert "Access-Control-Allow-Origin" not in response.headers
            assert "Access-Control-Allow-Credentials" not in response.headers


def test_without_a_list_only_our_own_pages_may_send(river_client: TestClient) -> None:
    assert river_client.post("/api/ask", json=QUESTION, headers={"Origin": SITE}).status_code == 403
    assert river_client.post("/api/ask", json=QUESTION, headers={"Origin": "http://testserver"}).status_code == 200


@pytest.mark.parametrize(
    "value", ["example.com", "https://a.example/path", "*", "null", "https://*.example", "https://a b", "https://a;x"]
)
def test_what_is_no_origin_stops_the_start(value: str) -> None:
    with pytest.raises(SettingError, match=r"MSO_ALLOWED_ORIGINS.*https://www\.example\.com"):
        Settings.from_environment({"MSO_ALLOWED_ORIGINS": value}, dotenv=None)


@pytest.mark.parametrize("value", ["proxy.example", "*", "10.0.0.5/8", "10.0.0.300"])
def test_what_is_no_network_stops_the_start(value: str) -> None:
    with pytest.raises(SettingError, match=r"MSO_TRUSTED_PROXIES.*10\.0\.0\.0/8"):
        Settings.from_environment({"MSO_TRUSTED_PROXIES": value}, dotenv=None)


def limited(
    bot: Callable[..., FastAPI], peer: str, forwarded: list[str], *, trusted: tuple[str, ...] = ()
) -> list[int]:
    """The status of one question for each X-Forwarded-For, with a limit of one question a minute."""
    client = TestClient(bot(questions_per_minute=1, trusted_proxies=trusted), client=(peer, 5))
    return [
        client.post("/api/ask", json=QUESTION, headers={"X-Forwarded-For": value} if value else {}).status_code
        for value in forwarded
    ]


def test_x_forwarded_for_is_ignored_unless_a_proxy_is_trusted(river: Callable[..., FastAPI]) -> None:
    assert limited(river, "198.51.100.1", ["1.1.1.1", "2.2.2.2"]) == [200, 429]
    assert limited(river, "127.0.0.1", ["1.1.1.1", "2.2.2.2"]) == [200, 429]
    assert limited(river, "198.51.100.1", ["1.1.1.1", "2.2.2.2"], trusted=("10.0.0.0/8",)) == [200, 429]


@pytest.mark.parametrize("peer", ["10.1.2.3", "::ffff:10.1.2.3"])
def test_behind_a_trusted_proxy_the_client_counts(river: Callable[..., FastAPI], peer: str) -> None:
    assert limited(river, peer, ["1.1.1.1", "2.2.2.2", "1.1.1.1"], trusted=("10.0.0.0/8",)) == [200, 200, 429]


def test_the_rightmost_address_that_is_no_proxy_counts_and_not_what_the_client_made_up(
    river: Callable[..., FastAPI],
) -> None:
    chains = ["6.6.6.6, 1.1.1.1, 10.9.9.9", "7.7.7.7, 1.1.1.1, 10.9.9.9", "not an address, 1.1.1.1"]
    assert limited(river, "10.1.2.3", chains, trusted=("10.0.0.0/8",)) == [200, 429, 429]


def test_one_ipv6_subscriber_is_one_address(river: Callable[..., FastAPI]) -> None:
    addresses = ["2001:db8:1:1::1", "2001:db8:1:1:ffff::2", "2001:db8:1:2::1", "::ffff:1.1.1.1", "1.1.1.1"]
    assert limited(river, "10.0.0.1", addresses, trusted=("10.0.0.1",)) == [200, 429, 200, 200, 429]


def test_https_behind_a_trusted_proxy_is_known_as_such(river: Callable[..., FastAPI]) -> None:
    headers = {"X-Forwarded-Proto": "https"}
    trusting = TestClient(river(trusted_proxies=("10.0.0.1",)), client=("10.0.0.1", 5))
    assert "Strict-Transport-Security" in trusting.get("/sources", headers=headers).headers
    assert "Strict-Transport-Security" not in TestClient(river()).get("/sources", headers=headers).headers


def test_the_list_reaches_the_app(river_bot: Bot) -> None:
    assert river_bot.settings.allowed_origins == ()
    listed = Settings.from_environment({"MSO_ALLOWED_ORIGINS": f"{SITE}/, HTTP://Intranet:8080"}, dotenv=None)
    assert listed.allowed_origins == (SITE, "http://intranet:8080")
