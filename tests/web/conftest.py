"""The web app in process, the same app on a port, and a browser that notes every request it makes."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from starlette.testclient import TestClient

from bot.pipeline import Bot
from bot.staff import StaffFile
from tests.web.apps import app_over, serving
from tests.web.chat import Chat
from tests.web.scripted import ScriptedServer
from tests.web.staff import new_client, staff_file, with_console

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SITE = "https://www.example.com"


@pytest.fixture(scope="session")
def app(bot: Bot) -> FastAPI:
    """Over the shared bot, with one site on the list of those that may call the API and frame the chat."""
    return app_over(bot, allowed_origins=(SITE,))


@pytest.fixture
def river(river_bot: Bot, tmp_path: Path) -> Callable[..., FastAPI]:
    """Makes apps over the small corpus, each with settings of its own."""
    return lambda **settings: app_over(river_bot, **{"data_dir": tmp_path / "data", **settings})


@pytest.fixture
def people(tmp_path: Path) -> StaffFile:
    """The staff of the apps that ``river`` makes."""
    return staff_file(tmp_path / "data" / "staff.json")


@pytest.fixture
def staffed(river: Callable[..., FastAPI], people: StaffFile) -> FastAPI:
    """An app with staff, and with a console of the test's own."""
    return with_console(river())


@pytest.fixture
def stranger(staffed: FastAPI) -> TestClient:
    """Somebody who has not logged in to it, and follows no redirect."""
    return new_client(staffed)


@pytest.fixture(scope="session")
def river_client(river_bot: Bot) -> TestClient:
    """The app over the small corpus, shared: for tests that leave nothing behind."""
    return TestClient(app_over(river_bot), raise_server_exceptions=False)


@pytest.fixture(scope="session")
def client(app: FastAPI) -> TestClient:
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture(scope="session")
def address(app: FastAPI) -> Iterator[str]:
    with serving(app) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        yield opened
        opened.close()


@pytest.fixture
def requests() -> list[str]:
    """The address of every request that ``page`` made."""
    return []


@pytest.fixture
def page(browser: Browser, address: str, requests: list[str]) -> Iterator[Page]:
    context = browser.new_context(base_url=address)
    context.set_default_timeout(15_000)
    context.on("request", lambda request: requests.append(request.url))
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def scripted_server() -> Iterator[ScriptedServer]:
    server = ScriptedServer().start()
    yield server
    server.stop()


@pytest.fixture
def server(scripted_server: ScriptedServer) -> ScriptedServer:
    """The scripted server, with nothing planned and nothing asked."""
    scripted_server.reset()
    return scripted_server


@pytest.fixture
def open_chat(browser: Browser, server: ScriptedServer) -> Iterator[Callable[..., Chat]]:
    """Opens a page of another site that embeds the widget. Takes what ``server.page`` takes besides."""
    contexts: list[BrowserContext] = []

    def open_page(*, at: str = "", browser_options: dict[str, Any] | None = None, **page_options: Any) -> Chat:
        context = browser.new_context(**(browser_options or {}))
        context.set_default_timeout(8_000)
        contexts.append(context)
        chat = Chat(context.new_page())
        chat.page.goto(at or server.page("page", **page_options))
        return chat

    yield open_page
    for context in contexts:
        context.close()
