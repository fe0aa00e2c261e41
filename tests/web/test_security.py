"""What the browser is told, and what is closed."""

import pytest
from starlette.testclient import TestClient

from bot.web.security import content_security_policy

SITE = "https://www.example.com"


@pytest.mark.parametrize(
    "path", ["/", "/sources", "/api/sources", "/docs", "/healthz", "/site/site.css", "/api/nothing"]
)
def test_every_response_says_what_the_browser_may_do(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
    assert "server" not in headers


@pytest.mark.parametrize("path", ["/sources", "/sources/x", "/api/ask", "/site/source.js"])
def test_our_own_pages_allow_nothing_inline(path: str) -> None:
    policy = content_security_policy(path, (SITE,))
    assert "unsafe" not in policy
    assert SITE not in policy


def test_only_the_chat_may_be_framed_by_the_sites_that_embed_it(client: TestClient) -> None:
    assert f"frame-ancestors 'self' {SITE}" in client.get("/").headers["Content-Security-Policy"]


def test_a_site_on_the_list_may_call_the_api_and_another_may_not(client: TestClient) -> None:
    allowed = client.get("/api/sources", headers={"Origin": SITE}).headers
    assert allowed["Access-Control-Allow-Origin"] == SITE
    assert "X-Conversation-Id" in allowed["Access-Control-Expose-Headers"]
    refused = client.get("/api/sources", headers={"Origin": "https://evil.example"}).headers
    assert "Access-Control-Allow-Origin" not in refused
    assert (
        "Access-Control-Allow-Origin" not in client.get("/config", headers={"Origin": "https://evil.example"}).headers
    )


@pytest.mark.parametrize("path", ["upload", "file=/etc/passwd", "file/etc/passwd", "proxy=https://evil.example"])
def test_the_doors_of_gradio_that_nobody_needs_are_closed(client: TestClient, path: str) -> None:
    assert client.get(f"/gradio_api/{path}").status_code == 404
    assert client.post(f"/gradio_api/{path}", files={"files": b"x"}).status_code == 404


def test_static_files_do_not_lead_out_of_their_folder(client: TestClient) -> None:
    assert client.get("/site/..%2fapi.py").status_code == 404
    assert client.get("/site/%2e%2e/__init__.py").status_code == 404


def test_the_limit_on_bodies_covers_gradio_too(client: TestClient) -> None:
    assert client.post("/gradio_api/queue/join", json={"data": ["x" * 70_000]}).status_code == 413
