"""The web app: the JSON interface, the readable documents and the chat page, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.staticfiles import StaticFiles

from bot.history import Conversations
from bot.pipeline import Bot
from bot.web.api import CONVERSATION_HEADER, api_router, health_router
from bot.web.chat import mount_chat
from bot.web.docs import docs_router
from bot.web.failures import install_failure_handlers
from bot.web.pages import STATIC
from bot.web.security import MAX_BODY_BYTES, BodyLimit, SecurityHeaders
from bot.web.sources import sources_router

__all__ = ["create_app"]

_TITLE = "Answers from the documents"


def create_app(bot: Bot) -> FastAPI:
    """Everything that is served, over an open bot. Closing the bot is left to whoever opened it."""
    app = FastAPI(
        title=_TITLE,
        version="1",
        description=bot.corpus.scope.about,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.ready = True
    conversations = Conversations(bot.settings.conversation_minutes)
    origins = bot.settings.allowed_origins
    app.add_middleware(BodyLimit, most=MAX_BODY_BYTES)
    app.add_middleware(SecurityHeaders, embedders=origins)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=["GET", "POST"],
        allow_headers=["Content-Type"],
        expose_headers=[CONVERSATION_HEADER],
    )
    install_failure_handlers(app)
    for router in (api_router(bot, conversations), health_router(), sources_router(bot), docs_router()):
        app.include_router(router)
    app.mount("/site", StaticFiles(directory=STATIC), name="site")
    mount_chat(app, bot, conversations)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.ready = True
    yield
    app.state.ready = False
