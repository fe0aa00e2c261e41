"""Who gets below /staff, by whatever way, and who does not."""

import asyncio
import http.client
import re
import time
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from starlette.routing import Mount
from starlette.testclient import TestClient
from starlette.types import Message, Scope
from starlette.websockets import WebSocketDisconnect

from bot.prompts import FORM_TOO_OLD
from bot.staff import StaffFile
from bot.web.login.paths import CONSOLE, LOGIN, LOGOUT, is_staff_path, safe_target
from tests.web.conftest import SITE
from tests.web.staff import (
    ANNA,
    BEN,
    PAGE,
    PASSWORDS,
    SECRET,
    WRONG,
    audited,
    log_in,
    new_client,
    with_console,
)


def test_a_login_that_another_page_sends_is_refused(app: FastAPI, client: TestClient) -> None:
    stranger = new_client(app)
    token = re.findall(r'name="token" value="([^"]*)"', stranger.get("/staff/login").text)[0]
    form = {"name": ANNA, "password": PASSWORDS[ANNA]}
    for given in ({}, {"token": "x"}, {"token": token}):
        response = new_client(app).post("/staff/login", data={**form, **given})
        assert response.status_code == 403
        assert FORM_TOO_OLD in response.text
    other = new_client(app)
    other.get("/staff/login")
    assert other.post("/staff/login", data={**form, "token": token}).status_code == 403
    assert audited(app) == []


def test_a_form_that_was_open_for_too_long_can_be_sent_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    shown = client.get("/staff/login").text
    token = re.findall(r'name="token" value="([^"]*)"', shown)[0]
    monkeypatch.setattr(time, "time", lambda: now + 13 * 3600)
    response = client.post("/staff/login", data={"name": ANNA, "password": PASSWORDS[ANNA], "token": token})
    assert FORM_TOO_OLD in response.text
    assert 'value="anna"' in response.text
    assert log_in(client, ANNA).status_code == 303


FROM_ELSEWHERE = [
    {"Origin": "https://evil.example"},
    {"Origin": SITE},
    {"Origin": "null"},
    {"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


def test_other_sites_may_send_nothing_to_the_console_even_those_that_embed_the_chat(
    river: Callable[..., FastAPI], people: StaffFile
) -> None:
    client = new_client(with_console(river(allowed_origins=(SITE,))))
    log_in(client, ANNA)
    for headers in FROM_ELSEWHERE:
        for path in ("/staff/api/approve", "/staff/gradio_api/queue/join", "/staff/logout", "/staff/login"):
            response = client.post(path, headers=headers, json={})
            assert (response.status_code, response.json()["error"]["code"]) == (403, "origin_not_allowed")
    assert client.post("/staff/api/approve", headers={"Origin": "http://testserver"}).json() == {"by": ANNA}


ELSEWHERE = [
        "https://evil.example", "//evil.example", "/\\evil.example", "/staff//evil.example/..", "/staff/../../evil",
        "/staff/%2e%2e/ask", "/staff/..%2f..%2fask", "/staff/%252e%252e/ask", "/staffx", "/ask", "staff",
        "javascript:x",
        "/staff/\r\nSet-Cookie: a=b", "/staff/\\\\evil", "/staff/login", "/staff/logout", "/staff/login/",
        "/staff/" + "x" * 3_000,
        "http:/staff/", "/staff@evil.example", "/staff/%0d%0aX: y", " /staff/", "/staff/#//x", "",
    ]  # fmt: skip


def test_a_login_leads_nowhere_but_below_staff(app: FastAPI) -> None:
    for target in ELSEWHERE:
        client = new_client(app)
        assert safe_target(target) == CONSOLE
        assert log_in(client, ANNA, next=target).headers["location"] == CONSOLE
        assert client.get("/staff/login", params={"next": target}).headers["location"] == CONSOLE


BELOW = ["/staff", "/staff/", "/staff/?tab=inbox", "/staff/export.csv?since=2026-11-01&to=x%20y"]


def test_a_login_leads_to_the_page_that_was_asked_for(app: FastAPI) -> None:
    for target in BELOW:
        assert log_in(new_client(app), ANNA, next=target).headers["location"] == target


def test_staff_may_not_do_what_attorneys_may(app: FastAPI) -> None:
    anna, ben = new_client(app), new_client(app)
    log_in(anna, ANNA)
    log_in(ben, BEN)
    assert anna.post("/staff/api/approve").json() == {"by": ANNA}
    refused = ben.post("/staff/api/approve")
    assert refused.status_code == 403
    assert refused.json()["error"]["code"] == "not_allowed"
    assert "Only an attorney" in refused.json()["error"]["message"]
    assert new_client(app).post("/staff/api/approve").status_code == 401


def test_gradios_handlers_know_who_asks(app: FastAPI) -> None:
    with TestClient(app) as client:
        log_in(client, BEN)
        body = {"data": [], "fn_index": 0, "session_hash": "abc"}
        assert client.post("/staff/gradio_api/queue/join", json=body).status_code == 200
        told = client.get("/staff/gradio_api/queue/data", params={"session_hash": "abc"}).text
        assert f"{SECRET}: {BEN}" in told


def gradio_addresses(app: FastAPI) -> list[str]:
    """Every address that Gradio's app below /staff serves, with something in its variable parts."""
    mount = next(r for r in app.routes if isinstance(r, Mount) and r.path == "/staff")
    return sorted("/staff" + re.sub(r"\{[^}]*\}", "x", path) for path in paths_of(mount.app.routes))  # type: ignore[attr-defined]  # an ASGIApp


def paths_of(routes: Sequence[Any], prefix: str = "") -> set[str]:
    found = {prefix + r.path for r in routes if hasattr(r, "path")}
    for included in (r for r in routes if hasattr(r, "original_router")):
        found |= paths_of(included.original_router.routes, prefix + included.include_context.prefix)
    return found


def test_every_route_of_gradio_is_closed(app: FastAPI, client: TestClient) -> None:
    addresses = gradio_addresses(app)
    assert len(addresses) > 30
    extra = [
        "/staff/config",
        "/staff/gradio_api/file=/etc/passwd",
        "/staff/gradio_api/queue/data?session_hash=abc",
        "/staff/api/approve",
    ]
    for path in {*addresses, *extra}:
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            response = client.request(method, path)
            is_open = (path == LOGIN and method in {"GET", "HEAD", "POST"}) or (path == LOGOUT and method == "POST")
            assert is_open or response.status_code == 401, (method, path, response.status_code)
            assert SECRET not in response.text
            if not is_open and method != "HEAD":
                assert response.json()["error"]["code"] == "not_logged_in"
        if path not in {"/staff/login", "/staff/logout"}:
            assert client.get(path, headers=PAGE).status_code == 303, path


ODD = [
    "//staff/", "///staff/config", "/%73taff/", "/%73%74%61%66%66/config", "/staff/../staff/", "/x/../staff/config",
    "/./staff/", "/STAFF/", "/Staff/config", "/%2573taff/", "/staff%2f", "/staff%2fconfig", "/%2fstaff/", "/\\staff/",
    "/staff\\config", "/staff;x/", "/staff;x/config", "/staff./", "/staff%20/", "/staff%00/", "/staff/login/../config",
    "/staff/login/..%2fconfig", "/staff/login%2f..%2fconfig", "/staff/login;/config", "/staff//login", "/staff/login/",
    "/staff/./config", "/staff/%2e/config", "/sources/../staff/config", "/site/..%2f..%2fstaff/config", "/staff/LOGIN/",
    "/staff/login/config", "/staff/logout/config", "/staff?next=/staff/login", "/staff/config?/staff/login",
    "/staff/#/staff/login",
]  # fmt: skip


def raw(address: str, method: str, path: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
    """A request whose path nobody tidies up."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        return response.status, response.read().decode(errors="replace")
    finally:
        connection.close()


def test_no_spelling_of_the_path_gets_past_the_gate(served: str) -> None:
    for path in ODD:
        for method in ("GET", "HEAD", "POST"):
            for headers in ({}, PAGE):
                status, text = raw(served, method, path, headers)
                assert status in {303, 400, 401}, (method, path, status)
                assert SECRET not in text


def test_no_spelling_gets_past_the_gate_that_a_server_before_it_could_make(app: FastAPI) -> None:
    """The app itself, with the path as another server might hand it on: decoded or not, under a root path or not."""
    for path in [*ODD, "staff", "staff/config", "/staff\x00", "/ſtaff/", "/staff\t/"]:
        for root in ("", "/bot"):
            given = path.partition("?")[0].partition("#")[0]
            status, body = asyncio.run(ask(app, root + given, root))
            assert status in {303, 401, 404}, (path, root, status)
            assert SECRET.encode() not in body


async def ask(app: FastAPI, path: str, root: str) -> tuple[int, bytes]:
    scope: Scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": path, "root_path": root,
        "raw_path": path.encode(), "query_string": b"", "headers": [(b"host", b"testserver")],
        "client": ("127.0.0.1", 5),
        "server": ("testserver", 80), "state": {},
    }  # fmt: skip
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"], b"".join(m.get("body", b"") for m in sent)


def test_what_belongs_to_the_console_and_what_does_not() -> None:
    assert all(is_staff_path(path.partition("?")[0]) for path in ODD)
    for path in (
        "/",
        "/ask",
        "/staffing",
        "/sources/staff",
        "/api/staff",
        "/site/staff",
        "/sources/staff/..",
        "/my/staff",
    ):
        assert not is_staff_path(path), path


def test_a_socket_is_refused_before_it_opens(app: FastAPI, client: TestClient) -> None:
    def opened(given: TestClient, **headers: str) -> str:
        with given.websocket_connect("/staff/socket", headers=headers) as socket:
            return str(socket.receive_text())

    with pytest.raises(WebSocketDisconnect):
        opened(client)
    log_in(client, ANNA)
    assert opened(client) == SECRET
    with pytest.raises(WebSocketDisconnect):
        opened(client, Origin="https://evil.example")


def test_the_public_pages_stay_public(client: TestClient) -> None:
    for path in ("/", "/ask", "/sources", "/healthz", "/api/site", "/widget.js", "/demo"):
        assert client.get(path).status_code == 200, path


def test_the_console_is_never_framed_and_never_kept(app: FastAPI, client: TestClient) -> None:
    log_in(client, ANNA)
    responses = [client.get(path) for path in ("/staff/", "/staff/config", "/staff", "/staff/nothing")]
    stranger = new_client(app)
    responses += [stranger.get(path, headers=PAGE) for path in ("/staff/login", "/staff/", "/staff/config", "/STAFF/")]
    responses += [stranger.get("/staff/config"), log_in(stranger, ANNA, WRONG)]
    for response in responses:
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in stranger.get("/staff/login").headers["Content-Security-Policy"]
