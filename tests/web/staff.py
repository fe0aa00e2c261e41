"""Members of staff with their passwords, how they log in, and a console for them."""

import html
import os
import re
from pathlib import Path

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI, Request
from starlette.routing import Mount
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from bot.history import History
from bot.staff import Role, StaffFile, require
from bot.web.login import member_of

ANNA, BEN = "anna", "ben"
"""An attorney, and one of the staff."""
PASSWORDS = {ANNA: "quiet harbour lantern", BEN: "seven yellow bicycles"}
ROLES: dict[str, Role] = {ANNA: "attorney", BEN: "staff"}
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PAGE = {"Accept": "text/html"}
SECRET = "what only staff may see"
WRONG = "a wrong password"


def staff_file(path: Path) -> StaffFile:
    """A file in which both stand."""
    file = StaffFile(path, hasher=CHEAP)
    for name, password in PASSWORDS.items():
        file.add(name, ROLES[name], password)
    return file


def log_in(
    client: TestClient | httpx.Client, name: str, password: str | None = None, *, next: str = "", **form: str
) -> httpx.Response:
    """Opens the form, sends it, and gives the answer without following it."""
    shown = client.get("/staff/login", params={"next": next} if next else {})
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', shown.text)
    fields = {field: html.unescape(value) for field, value in hidden}
    fields |= {"name": name, "password": PASSWORDS[name] if password is None else password, **form}
    return client.post("/staff/login", data=fields, follow_redirects=False)


def with_console(app: FastAPI) -> FastAPI:
    """With a page of Gradio's, an API and a socket of the test below ``/staff``, in place of the real console."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio

    def who(request: gradio.Request) -> str:
        member = member_of(request.request)
        return f"{SECRET}: {member.name if member else 'nobody'}"

    with gradio.Blocks(analytics_enabled=False) as console:
        gradio.Markdown(SECRET)
        gradio.Button("Who").click(who, None, gradio.Textbox(), api_name="who")

    async def approve(request: Request) -> dict[str, str]:
        return {"by": require(member_of(request), "attorney").name}

    async def echo(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(SECRET)
        await websocket.close()

    app.router.routes[:] = [r for r in app.router.routes if not (isinstance(r, Mount) and r.path == "/staff")]
    app.add_api_route("/staff/api/approve", approve, methods=["POST"])
    app.add_api_websocket_route("/staff/socket", echo)
    gradio.mount_gradio_app(app, console, "/staff", run_history=False, ssr_mode=False)
    routes = app.router.routes
    chat = next(i for i, r in enumerate(routes) if isinstance(r, Mount) and r.path == "")
    routes.append(routes.pop(chat))
    return app


def new_client(app: FastAPI, address: str = "198.51.100.1", base: str = "http://testserver") -> TestClient:
    return TestClient(app, base, raise_server_exceptions=False, client=(address, 5), follow_redirects=False)


def audited(app: FastAPI) -> list[tuple[str, str]]:
    history: History = app.state.history
    return [(e.actor, e.action) for e in reversed(history.audit.latest())]


def is_in(client: TestClient | httpx.Client) -> bool:
    return client.get("/staff/", headers=PAGE).status_code == 200
