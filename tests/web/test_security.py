"""What the browser is told, and what is closed."""

from collections.abc import Callable

import fastapi
import gradio
import httpx
import pytest
import starlette
import uvicorn
from fastapi import FastAPI
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
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "microphone=()" in headers["Permissions-Policy"]
    assert "server" not in headers
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize(
    "path", ["/sources", "/sources/x", "/api/ask", "/site/source.js", "/ask", "/demo", "/widget.js", "/nothing"]
)
def test_our_own_pages_allow_nothing_inline(path: str) -> None:
    policy = content_security_policy(path, (SITE,))
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert (SITE in policy) == (path == "/ask")


def test_only_the_chat_may_be_framed_by_the_sites_that_embed_it(client: TestClient) -> None:
    for path in ("/", "/ask"):
        headers = client.get(path).headers
        assert f"frame-ancestors 'self' {SITE}" in headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in headers
    for path in ("/sources", "/api/site", "/docs", "/demo"):
        assert client.get(path).headers["X-Frame-Options"] == "SAMEORIGIN"


def test_without_a_list_no_site_may_frame_anything(river_client: TestClient) -> None:
    for path in ("/", "/ask"):
        headers = river_client.get(path).headers
        assert "frame-ancestors 'self'" in headers["Content-Security-Policy"].split("; ")
        assert headers["X-Frame-Options"] == "SAMEORIGIN"


def test_the_script_alone_may_be_loaded_by_other_sites(client: TestClient) -> None:
    assert client.get("/widget.js").headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_https_is_made_to_stay_only_when_it_is_there(app: FastAPI) -> None:
    assert "max-age" in TestClient(app, "https://testserver").get("/sources").headers["Strict-Transport-Security"]


def test_a_site_on_the_list_may_call_the_api_and_another_may_not(client: TestClient) -> None:
    allowed = client.get("/api/sources", headers={"Origin": SITE}).headers
    assert allowed["Access-Control-Allow-Origin"] == SITE
    assert "X-Conversation-Id" in allowed["Access-Control-Expose-Headers"]
    refused = client.get("/api/sources", headers={"Origin": "https://evil.example"}).headers
    assert "Access-Control-Allow-Origin" not in refused
    assert (
        "Access-Control-Allow-Origin" not in client.get("/config", headers={"Origin": "https://evil.example"}).headers
    )


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload", "/gradio_api/file=/etc/passwd", "/gradio_api/file/etc/passwd", "/config", "/config/",
        "/gradio_api/proxy=https://evil.example", "/gradio_api/info", "/gradio_api/openapi.json", "/gradio_api/runs",
        "/gradio_api/run/ask", "/gradio_api/api/ask", "/gradio_api/call/ask", "/gradio_api/call/v2/ask",
        "/gradio_api/run-history/records", "/gradio_api/component_server", "/gradio_api/cancel", "/gradio_api/reset",
        "/gradio_api/vibe-code", "/gradio_api/startup-events", "/gradio_api/queue/join/", "/monitoring",
        "/gradio_api/deep_link", "/login", "/logout", "/manifest.json", "/robots.txt", "/svelte/x", "/%2fconfig",
        "/static/..%2f..%2fconfig", "/gradio_api/process_recording", "/gradio_api/token",
    ],
)  # fmt: skip
def test_the_doors_of_gradio_that_nobody_needs_are_closed(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path, json={"data": []}).status_code == 404
    assert client.post(path, files={"files": b"x"}).status_code == 404


def test_no_version_of_a_library_is_told(client: TestClient) -> None:
    for path in ("/", "/openapi.json", "/docs", "/healthz", "/nothing", "/gradio_api/queue/join"):
        response = client.get(path)
        shown = response.text + str(dict(response.headers))
        for library in (gradio, fastapi, starlette, uvicorn):
            assert library.__version__ not in shown.replace("gradio.s3-us-west-2", ""), (path, library.__name__)


def test_counts_are_told_to_this_machine_and_hold_nothing_personal(address: str) -> None:
    question = "Who licenses dentists in New York?"
    httpx.post(f"{address}/api/ask", json={"question": question})
    told = httpx.get(f"{address}/metrics")
    assert 'mso_replies_total{engine="extractive",reason="",status="answered"}' in told.text
    assert "mso_reply_seconds_bucket" in told.text
    assert "licenses" not in told.text
    assert "127.0.0.1" not in told.text
    assert httpx.get(f"{address}/metrics", headers={"X-Forwarded-For": "198.51.100.1"}).status_code == 404


def test_counts_are_not_told_to_the_internet(river: Callable[..., FastAPI]) -> None:
    for stranger in ("8.8.8.8", "2a00::1"):
        assert TestClient(river(), client=(stranger, 5)).get("/metrics").status_code == 404


def test_static_files_do_not_lead_out_of_their_folder(client: TestClient) -> None:
    assert client.get("/site/..%2fapi.py").status_code == 404
    assert client.get("/site/%2e%2e/__init__.py").status_code == 404


def test_the_limit_on_bodies_covers_gradio_too(client: TestClient) -> None:
    assert client.post("/gradio_api/queue/join", json={"data": ["x" * 70_000]}).status_code == 413
