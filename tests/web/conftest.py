"""The web app in process, the same app on a port, and a browser that notes every request it makes."""

import copy
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.testclient import TestClient

from bot.pipeline import Bot
from bot.web import create_app

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
    allowing = copy.copy(bot)
    allowing.settings = bot.settings.model_copy(update={"allowed_origins": (SITE,)})
    return create_app(allowing)


@pytest.fixture(scope="session")
def client(app: FastAPI) -> TestClient:
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture(scope="session")
def address(app: FastAPI) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.05)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    yield f"http://{host}:{port}"
    server.should_exit = True
    thread.join(10)


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
