"""Cookies and sessions of staff: how they end, and what is worth nothing."""

import re
import time
from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.prompts import LOGIN_UNAVAILABLE
from bot.staff import StaffFile
from tests.web.staff import ANNA, BEN, PAGE, PASSWORDS, WRONG, is_in, log_in, new_client, with_console


def cookies_of(response: httpx.Response) -> dict[str, str]:
    return {c.partition("=")[0]: c for c in response.headers.get_list("set-cookie")}


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_cookies_are_for_the_server_alone(app: FastAPI, scheme: str) -> None:
    client = new_client(app, base=f"{scheme}://testserver")
    cookies = cookies_of(client.get("/staff/login")) | cookies_of(log_in(client, ANNA))
    assert set(cookies) == {"mso_staff", "mso_staff_form", "mso_staff_browser"}
    for cookie in cookies.values():
        assert "httponly" in cookie.lower()
        assert "samesite=strict" in cookie.lower()
        assert re.search(r"path=/staff(/login)?(;|$)", cookie.lower())
        assert ("; secure" in cookie.lower()) == (scheme == "https")
    assert "max-age" not in cookies["mso_staff"].lower()
    assert PASSWORDS[ANNA] not in "".join(cookies.values())


def at(app: FastAPI, monkeypatch: pytest.MonkeyPatch, hours: float) -> None:
    """Later by so many hours, for the sessions."""
    later = time.time() + hours * 3600
    monkeypatch.setattr(app.state.access.sessions, "_clock", lambda: later)


def test_a_session_ends_after_its_hours_however_busy(
    app: FastAPI, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(client, ANNA)
    for half_hours in range(20):
        at(app, monkeypatch, half_hours / 2)
        assert is_in(client)
    at(app, monkeypatch, 10.01)
    assert not is_in(client)


def test_a_session_ends_when_nothing_happens_and_a_heartbeat_is_nothing(
    app: FastAPI, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(client, ANNA)
    at(app, monkeypatch, 0.9)
    assert "mso_staff=" not in client.get("/staff/gradio_api/heartbeat/").headers.get("set-cookie", "")
    assert "mso_staff=" not in client.get("/staff/heartbeat/x").headers.get("set-cookie", "")
    at(app, monkeypatch, 1.01)
    assert not is_in(client)


def test_the_settings_say_how_long(
    river: Callable[..., FastAPI], people: StaffFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = with_console(river(staff_session_hours=1, staff_idle_minutes=10))
    client = new_client(app)
    log_in(client, ANNA)
    for hours, inside in ((0.1, True), (0.2, True), (0.4, False)):
        at(app, monkeypatch, hours)
        assert is_in(client) is inside


def test_a_cookie_that_was_changed_is_worth_nothing(app: FastAPI, client: TestClient) -> None:
    log_in(client, BEN)
    cookie = client.cookies["mso_staff"]
    payload, _, signature = cookie.rpartition(".")
    other = new_client(app)
    log_in(other, ANNA)
    foreign = other.cookies["mso_staff"].rpartition(".")[2]
    signer = app.state.access
    stale = {"id": "x", "name": ANNA, "stamp": "x", "began": time.time(), "used": time.time()}
    made_up = [
        "", "x", f"{payload}.", f"{payload}.{foreign}", f"{payload[:-2]}.{signature}", cookie[:-1],
        cookie + "x" * 2_000,
        signer.form_signer.sign(stale), signer.browser_signer.sign([ANNA, "x"]), "eyJuYW1lIjoiYW5uYSJ9." + signature,
    ]  # fmt: skip
    for value in made_up:
        forged = new_client(app).get("/staff/", headers={**PAGE, "Cookie": f"mso_staff={value}"})
        assert forged.status_code == 303, value
    assert new_client(app).get("/staff/", headers={**PAGE, "Cookie": f"mso_staff={cookie}"}).status_code == 200


def test_a_cookie_from_before_a_start_is_worth_nothing_without_a_key_of_ones_own(
    app: FastAPI, client: TestClient, river: Callable[..., FastAPI]
) -> None:
    log_in(client, ANNA)
    started_again = new_client(with_console(river()))
    started_again.cookies.update(dict(client.cookies))
    assert not is_in(started_again)


def test_sessions_end_when_password_or_role_change_or_the_member_goes(app: FastAPI, people: StaffFile) -> None:
    for change in (
        lambda: people.set_password(ANNA, "another long password"),
        lambda: people.set_role(ANNA, "staff"),
        lambda: people.remove(ANNA),
    ):
        client = new_client(app)
        session = app.state.access.sessions.begin(people.accounts()[ANNA])
        client.cookies.set("mso_staff", session)
        assert is_in(client)
        change()
        assert not is_in(client)
    people.add(ANNA, "attorney", PASSWORDS[ANNA])
    assert not is_in(client)


def test_a_copy_of_the_cookie_is_worth_nothing_after_the_logout(app: FastAPI, client: TestClient) -> None:
    log_in(client, ANNA)
    copy = client.cookies["mso_staff"]
    client.post("/staff/logout")
    assert new_client(app).get("/staff/", headers={**PAGE, "Cookie": f"mso_staff={copy}"}).status_code == 303
    assert client.post("/staff/logout").status_code == 303


def test_a_staff_file_that_is_broken_lets_nobody_in_and_says_so(
    app: FastAPI, client: TestClient, people: StaffFile
) -> None:
    log_in(client, ANNA)
    people.path.write_text("{", encoding="utf-8")
    assert not is_in(client)
    response = log_in(client, BEN)
    assert response.status_code == 503
    assert LOGIN_UNAVAILABLE in response.text
    assert "Traceback" not in response.text


def test_nobody_is_let_in_unnoted(app: FastAPI, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.errors import NotKeptError
    from bot.history.audit import Audit

    def fails(*_: object, **__: object) -> None:
        raise NotKeptError("no", passing=True)

    monkeypatch.setattr(Audit, "note", fails)
    assert log_in(client, ANNA).status_code == 503
    assert not is_in(client)
    assert log_in(client, ANNA, WRONG).status_code == 403
