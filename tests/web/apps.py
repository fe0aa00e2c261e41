"""The web app with other settings, in process or on a port."""

import copy
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI

from bot.pipeline import Bot
from bot.web import create_app

NO_LIMITS = {"questions_per_minute": 0, "questions_per_day": 0, "questions_per_conversation": 0}


def app_over(bot: Bot, **settings: Any) -> FastAPI:
    """Over a bot that is open; without limits unless they are named."""
    other = copy.copy(bot)
    other.settings = bot.settings.model_copy(update={**NO_LIMITS, **settings})
    return create_app(other)


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The address of an app on a real port."""
    config = uvicorn.Config(app, port=0, log_level="warning", proxy_headers=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.05)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
