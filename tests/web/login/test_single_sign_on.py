"""A trusted proxy says who is logged in."""

from collections.abc import Callable, Sequence

import httpx
import pytest
from fastapi import FastAPI, Request

from bot.prompts import SINGLE_SIGN_ON
from bot.staff import StaffFile
from tests.web.staff import ANNA, SECRET, is_in, log_in, new_client, with_console

PROXY, HEADER = "10.1.2.3", "X-Forwarded-User"
ROLES = (("anna@firm.example", "attorney"), ("ben@firm.example", "staff"))


@pytest.fixture
def sign_on(river: Callable[..., FastAPI], people: StaffFile) -> Callable[..., FastAPI]:
    """The app behind single sign-on."""

    def make(*roles: tuple[str, str]) -> FastAPI:
        return with_console(
            river(staff_proxy_header=HEADER, staff_proxy_roles=roles or ROLES, trusted_proxies=("10.0.0.0/8",))
        )

    return make


def as_user(app: FastAPI, user: str | Sequence[str], peer: str = PROXY) -> httpx.Response:
    users = [user] if isinstance(user, str) else user
    return new_client(app, peer).post("/staff/api/approve", headers=[(HEADER, name) for name in users])


def test_a_trusted_proxy_says_who_it_is(sign_on: Callable[..., FastAPI]) -> None:
    app = sign_on()
    assert as_user(app, "Anna@firm.example").json() == {"by": "anna@firm.example"}
    assert as_user(app, "anna@firm.example", "::ffff:10.1.2.3").status_code == 200
    assert as_user(app, "ben@firm.example").json()["error"]["code"] == "not_allowed"
    assert SECRET in new_client(app, PROXY).get("/staff/", headers={HEADER: "ben@firm.example"}).text


def test_behind_a_trusted_proxy_the_visitors_address_does_not_matter(sign_on: Callable[..., FastAPI]) -> None:
    headers = {HEADER: "anna@firm.example", "X-Forwarded-For": "198.51.100.7"}
    assert new_client(sign_on(), PROXY).post("/staff/api/approve", headers=headers).status_code == 200


STRANGERS = ["198.51.100.1", "127.0.0.1", "11.0.0.1", "::1", "testclient", ""]


def test_the_header_of_anybody_else_is_ignored(sign_on: Callable[..., FastAPI]) -> None:
    app = sign_on()
    for peer in STRANGERS:
        assert as_user(app, "anna@firm.example", peer).status_code == 401
        spoofed = {HEADER: "anna@firm.example", "X-Forwarded-For": PROXY}
        assert new_client(app, peer).post("/staff/api/approve", headers=spoofed).status_code == 401


UNCLEAR = [
    "carl@firm.example",
    "",
    " ",
    "*",
    "anna",
    ("anna@firm.example", "ben@firm.example"),
    "anna@firm.example,x",
    "a b",
]


def test_whom_the_proxy_does_not_name_clearly_is_refused(sign_on: Callable[..., FastAPI]) -> None:
    app = sign_on()
    for user in UNCLEAR:
        assert as_user(app, user).status_code == 401, user


def test_everybody_else_may_be_staff(sign_on: Callable[..., FastAPI]) -> None:
    app = sign_on(("anna@firm.example", "attorney"), ("*", "staff"))
    assert as_user(app, "carl@firm.example").status_code == 403
    assert as_user(app, "anna@firm.example").status_code == 200
    for user in ("", "*", "a b"):
        assert as_user(app, user).status_code == 401


def test_the_header_reaches_nothing_behind_the_gate_and_is_nothing_without_the_setting(
    sign_on: Callable[..., FastAPI], app: FastAPI
) -> None:
    behind = sign_on()
    seen: list[str | None] = []

    @behind.get("/seen")
    def look(request: Request) -> None:
        seen.append(request.headers.get(HEADER))

    behind.router.routes.insert(0, behind.router.routes.pop())
    for peer in (PROXY, "198.51.100.1"):
        new_client(behind, peer).get("/seen", headers={HEADER: "anna@firm.example"})
    assert seen == [None, None]
    assert as_user(app, "anna@firm.example").status_code == 401


def test_with_single_sign_on_passwords_open_nothing(sign_on: Callable[..., FastAPI], people: StaffFile) -> None:
    app = sign_on()
    client = new_client(app)
    shown = client.get("/staff/login")
    assert shown.status_code == 403
    assert SINGLE_SIGN_ON.replace("'", "&#39;") in shown.text
    assert "<form" not in shown.text
    assert log_in(client, ANNA).status_code == 403
    client.cookies.set("mso_staff", app.state.access.sessions.begin(people.accounts()[ANNA]))
    assert not is_in(client)
