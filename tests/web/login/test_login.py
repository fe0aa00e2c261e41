"""Logging in and out, and guessing passwords."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, expect
from pydantic import SecretStr
from starlette.testclient import TestClient

from bot.prompts import LOGGED_OUT, LOGIN_INCOMPLETE, LOGIN_WRONG
from bot.staff import StaffFile
from bot.web.login.attempts import Attempt
from bot.web.login.paths import CONSOLE
from tests.web.staff import ANNA, BEN, PAGE, PASSWORDS, SECRET, WRONG, audited, is_in, log_in, new_client, with_console
from tests.web.test_limits import RedisServer, redis_server  # noqa: F401 - a fixture
from tests.web.test_widget_access import AXE, PHONE


def test_from_the_login_to_the_page_that_was_asked_for_and_out_again(app: FastAPI, client: TestClient) -> None:
    sent_away = client.get("/staff/?tab=inbox&q=a%20b", headers=PAGE)
    assert sent_away.status_code == 303
    assert sent_away.headers["location"] == "/staff/login?next=%2Fstaff%2F%3Ftab%3Dinbox%26q%3Da%2520b"
    response = log_in(client, ANNA, next="/staff/?tab=inbox&q=a%20b")
    assert (response.status_code, response.headers["location"]) == (303, "/staff/?tab=inbox&q=a%20b")
    assert SECRET in client.get(response.headers["location"], headers=PAGE).text
    assert client.get("/staff/login", headers=PAGE).headers["location"] == CONSOLE
    left = client.post("/staff/logout")
    assert (left.status_code, left.headers["location"]) == (303, "/staff/login?ended=1")
    assert LOGGED_OUT in client.get(left.headers["location"]).text
    assert not is_in(client)
    assert audited(app) == [(ANNA, "login"), (ANNA, "logout")]


def test_a_name_in_capitals_is_the_same_name(client: TestClient) -> None:
    assert log_in(client, " Anna ", PASSWORDS[ANNA]).status_code == 303


def test_staff_without_its_stroke_leads_to_the_console(client: TestClient) -> None:
    assert client.get("/staff", headers=PAGE).headers["location"] == "/staff/login?next=%2Fstaff"
    assert log_in(client, ANNA, next="/staff").headers["location"] == "/staff"
    assert client.get("/staff").headers["location"] == CONSOLE


@pytest.mark.parametrize(("name", "password"), [(ANNA, WRONG), ("nobody", WRONG), (ANNA, PASSWORDS[BEN])])
def test_a_wrong_name_and_a_wrong_password_look_the_same(app: FastAPI, name: str, password: str) -> None:
    client = new_client(app)
    response = log_in(client, name, password)
    assert response.status_code == 403
    assert LOGIN_WRONG in response.text
    assert 'role="alert"' in response.text
    assert f'value="{name}"' in response.text
    assert password not in response.text
    assert "mso_staff" not in client.cookies
    assert not is_in(client)
    assert audited(app) == [(name if name == ANNA else "unknown", "login_failed")]


def test_an_empty_field_is_said_and_counts_as_no_attempt(app: FastAPI, client: TestClient) -> None:
    for name, password in (("", "x"), (ANNA, "")):
        response = log_in(client, name, password)
        assert response.status_code == 422
        assert LOGIN_INCOMPLETE in response.text
    assert audited(app) == []


def test_what_was_typed_as_a_password_is_kept_nowhere(
    app: FastAPI,
    client: TestClient,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for _ in range(8):
        log_in(client, ANNA, WRONG)
        log_in(client, "a name mistaken for the password", WRONG)
    app.state.history.flush()
    kept = b"".join(p.read_bytes() for p in (tmp_path / "data").rglob("*") if p.is_file())
    said = "".join(capsys.readouterr()) + caplog.text
    for typed in (WRONG, "a name mistaken"):
        assert typed.encode() not in kept
        assert typed not in said


def test_markup_in_the_form_is_shown_as_text(client: TestClient) -> None:
    response = log_in(client, '"><script>x</script>', WRONG)
    assert "<script" not in response.text


def test_twenty_wrong_passwords_are_slowed_and_noted_and_lock_nobody_else_out(app: FastAPI, people: StaffFile) -> None:
    attacker = new_client(app)
    statuses = [log_in(attacker, ANNA, WRONG).status_code for _ in range(20)]
    assert statuses == [403] * 6 + [429] * 14
    told = audited(app)
    assert told.count((ANNA, "login_failed")) == 6
    assert told.count((ANNA, "login_locked")) == 1
    right = log_in(attacker, ANNA)
    assert right.status_code == 429
    assert 1 <= int(right.headers["Retry-After"]) <= 15
    assert "too many wrong passwords" in right.text
    assert log_in(new_client(app), BEN).status_code == 303
    assert log_in(new_client(app, "203.0.113.9"), BEN).status_code == 303


def test_each_wait_is_longer_than_the_one_before_and_none_is_for_ever(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    waits = []
    client = new_client(app)
    for _ in range(5):
        log_in(client, ANNA, WRONG)
    for _ in range(9):
        assert log_in(client, ANNA, WRONG).status_code == 403
        waits.append(int(log_in(client, ANNA).headers["Retry-After"]))
        now += waits[-1]
    assert waits == [15, 30, 60, 120, 240, 480, 900, 900, 900]
    now += 1
    assert log_in(client, ANNA).status_code == 303
    fresh = new_client(app)
    assert [log_in(fresh, ANNA, WRONG).status_code for _ in range(5)] == [403] * 5  # a login begins the count anew


def test_who_logged_in_from_a_browser_before_is_not_locked_out_by_strangers(app: FastAPI) -> None:
    own = new_client(app)
    log_in(own, ANNA)
    own.post("/staff/logout")
    for n in range(40):
        log_in(new_client(app, f"203.0.113.{n}"), ANNA, WRONG)
    assert log_in(new_client(app), ANNA).status_code == 429
    assert log_in(own, ANNA).status_code == 303


def test_a_browser_that_is_known_is_slowed_too_and_counts_for_one_name_only(app: FastAPI) -> None:
    own = new_client(app)
    log_in(own, BEN)
    own.post("/staff/logout")
    assert [log_in(own, BEN, WRONG).status_code for _ in range(8)] == [403] * 6 + [429] * 2
    assert [log_in(own, ANNA, WRONG).status_code for _ in range(8)] == [403] * 6 + [429] * 2
    assert log_in(new_client(app, "203.0.113.9"), ANNA).status_code == 429


def test_many_names_from_one_address_are_slowed_and_another_address_is_not(app: FastAPI) -> None:
    attacker = new_client(app)
    statuses = [log_in(attacker, f"name{n}", WRONG).status_code for n in range(35)]
    assert statuses == [403] * 31 + [429] * 4
    assert log_in(attacker, ANNA).status_code == 429
    assert ("unknown", "login_locked") in audited(app)
    assert log_in(new_client(app, "203.0.113.9"), ANNA).status_code == 303


def test_many_attempts_at_once_are_no_way_around_the_waits(app: FastAPI) -> None:
    attempts, seen = app.state.access.attempts, []
    threads = [Thread(target=lambda: seen.append(attempts.begin(Attempt(ANNA, "198.51.100.1")))) for _ in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen.count(0) <= 6


def test_two_machines_count_together_and_a_logout_counts_on_both(
    river: Callable[..., FastAPI],
    people: StaffFile,
    redis_server: RedisServer,  # noqa: F811 - the fixture
) -> None:
    url, key = redis_server.url.replace("user:hunter2@", ""), SecretStr("k" * 32)
    one, other = (with_console(river(redis_url=url, secret_key=key)) for _ in range(2))
    clients = [new_client(one), new_client(other)]
    assert [log_in(clients[n % 2], ANNA, WRONG).status_code for n in range(8)] == [403] * 6 + [429] * 2
    log_in(clients[0], BEN)
    clients[1].cookies = clients[0].cookies
    assert is_in(clients[1])
    kept = dict(clients[0].cookies)
    clients[0].post("/staff/logout")
    clients[1].cookies.update(kept)
    assert not is_in(clients[1])


def test_without_redis_each_machine_counts_by_itself(
    river: Callable[..., FastAPI],
    people: StaffFile,
    redis_server: RedisServer,  # noqa: F811 - the fixture
) -> None:
    app = river(redis_url=redis_server.url.replace("user:hunter2@", ""))
    redis_server.stop()
    app.state.access.attempts._marks._shared.storage.connection_pool.disconnect()
    client = new_client(app)
    assert [log_in(client, ANNA, WRONG).status_code for _ in range(8)] == [403] * 6 + [429] * 2
    redis_server.start()


def test_staff_log_in_without_javascript_on_a_phone(browser: Browser, served: str) -> None:
    context = browser.new_context(base_url=served, java_script_enabled=False, **PHONE)  # type: ignore[arg-type]  # of mixed types
    page = context.new_page()
    page.goto("/staff/?tab=inbox")
    expect(page).to_have_url(re.compile(r"/staff/login\?next="))
    page.get_by_label("Name").fill(ANNA)
    page.get_by_label("Password").fill(WRONG)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_have_text(LOGIN_WRONG)
    expect(page.get_by_label("Name")).to_have_value(ANNA)
    expect(page.get_by_label("Password")).to_have_value("")
    expect(page.get_by_label("Name")).to_have_attribute("autocomplete", "username")
    expect(page.get_by_label("Password")).to_have_attribute("autocomplete", "current-password")
    page.get_by_label("Password").fill(PASSWORDS[ANNA])
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{served}/staff/?tab=inbox")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_cut_off(browser: Browser, served: str, scheme: Any) -> None:
    context = browser.new_context(base_url=served, color_scheme=scheme, **PHONE)  # type: ignore[arg-type]  # of mixed types
    page = context.new_page()
    page.goto("/staff/login")
    page.get_by_label("Name").fill(ANNA)
    page.get_by_label("Password").fill(WRONG)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate(f"() => {{ {AXE} }}")
    assert page.evaluate("async () => (await axe.run()).violations.map((v) => v.id)") == []
    context.close()


def test_a_link_in_a_mail_finds_the_session_although_its_cookie_is_kept_back_at_first(
    browser: Browser, served: str
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{served}/staff/login")
    page.get_by_label("Name").fill(ANNA)
    page.get_by_label("Password").fill(PASSWORDS[ANNA])
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text(SECRET)).to_be_visible()
    other = served.replace("127.0.0.1", "localhost")
    page.route(
        f"{other}/mail",
        lambda route: route.fulfill(content_type="text/html", body=f'<a href="{served}/staff/?a=b">x</a>'),
    )
    page.goto(f"{other}/mail")
    page.get_by_role("link").click()
    expect(page.get_by_text(SECRET)).to_be_visible()
    expect(page).to_have_url(f"{served}/staff/?a=b")
    context.close()


def test_a_name_is_not_told_to_the_counts(app: FastAPI) -> None:
    for _ in range(8):
        log_in(new_client(app), ANNA, WRONG)
    told = TestClient(app, client=("127.0.0.1", 5)).get("/metrics").text
    assert 'mso_limited_total{limit="login"} 1.0' in told
    assert ANNA not in told


def test_the_audit_log_tells_when_from_where_and_whom(app: FastAPI) -> None:
    client = new_client(app, "2001:db8:1:2:3::4")
    for _ in range(6):
        log_in(client, BEN, WRONG)
    entries = app.state.history.audit.latest()
    assert entries[0].detail == {"address": "2001:db8:1:2::/64"}
    locked = next(e for e in entries if e.action == "login_locked")
    assert locked.detail == {"whom": "name", "seconds": 15, "address": "2001:db8:1:2::/64"}
    assert json.dumps([e.detail for e in entries]).count(WRONG) == 0
