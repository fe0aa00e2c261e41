"""The web app: the JSON interface, the readable documents, the plain form, the widget, the chat and the console."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.middleware.cors import CORSMiddleware
from starlette.staticfiles import StaticFiles

from bot.history import Conversations, History
from bot.pipeline import Bot
from bot.settings import Settings
from bot.web.addresses import behind_proxies
from bot.web.answering import Answering
from bot.web.api import CONVERSATION_HEADER, api_router, health_router, no_such_api
from bot.web.chat import mount_chat
from bot.web.console import Desk, mount_console
from bot.web.conversations import ConversationTokens
from bot.web.docs import docs_router
from bot.web.failures import Unbroken, install_failure_handlers
from bot.web.gate import Origins, RequestLimits
from bot.web.limits import Limits
from bot.web.login import Access, NamedByProxy, StaffGate, login_router
from bot.web.metrics import Metrics, metrics_router
from bot.web.notes import notes_router
from bot.web.pages import STATIC
from bot.web.plain import plain_router
from bot.web.security import MAX_BODY_BYTES, BodyLimit, SecurityHeaders
from bot.web.sources import sources_router
from bot.web.widget import widget_router

__all__ = ["create_app"]

_TITLE = "Answers from the documents"


def create_app(bot: Bot) -> FastAPI:
    """Everything that is served, over an open bot. Closing the bot is left to whoever opened it.

    Raises:
        ServerError: the limits are to be counted in a Redis that does not answer.
        HistoryError: the database of the record cannot be opened.
    """
    app = FastAPI(
        title=_TITLE,
        version="1",
        description=bot.corpus.scope.about,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.ready = True
    limits, metrics = Limits.open(bot.settings), Metrics(bot.model)
    history = app.state.history = History.open(bot.settings, on_drop=metrics.dropped)
    access = app.state.access = Access.open(bot.settings, limits, history, metrics)
    _add_middleware(app, bot.settings, limits, metrics, access)
    install_failure_handlers(app)
    app.include_router(login_router(access))
    conversations = Conversations(bot.settings.conversation_minutes)
    _add_routes(app, Answering(bot, conversations, limits, metrics, history), metrics, history)
    return app


def _add_middleware(app: FastAPI, settings: Settings, limits: Limits, metrics: Metrics, access: Access) -> None:
    """From the innermost to the outermost: what is added last sees a request first."""
    app.add_middleware(Unbroken)
    app.add_middleware(BodyLimit, most=MAX_BODY_BYTES)
    app.add_middleware(RequestLimits, limits=limits, metrics=metrics)
    app.add_middleware(Origins, allowed=settings.allowed_origins)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.allowed_origins,
        allow_methods=["GET", "POST"],
        allow_headers=["Content-Type"],
        expose_headers=[CONVERSATION_HEADER, "Retry-After"],
    )
    app.add_middleware(StaffGate, access=access)
    app.add_middleware(SecurityHeaders, embedders=settings.allowed_origins)
    if settings.trusted_proxies:
        app.add_middleware(behind_proxies, trusted=settings.trusted_proxies)
    if settings.staff_proxy_header:
        app.add_middleware(NamedByProxy, header=settings.staff_proxy_header, trusted=settings.trusted_proxies)


def _add_routes(app: FastAPI, answering: Answering, metrics: Metrics, history: History) -> None:
    """Gradio's pages come last: the chat takes every address that is left."""
    bot, settings = answering.bot, answering.bot.settings
    tokens = ConversationTokens(settings.conversation_minutes, secret=settings.secret_key.get_secret_value())
    api = api_router(answering, tokens)
    notes = notes_router(answering.conversations, tokens, history)
    for router in (
        api,
        notes,
        no_such_api(api, notes),
        health_router(),
        metrics_router(metrics),
        sources_router(bot),
        plain_router(answering, tokens),
        widget_router(bot),
        docs_router(),
    ):
        app.include_router(router)
    app.mount("/site", StaticFiles(directory=STATIC), name="site")
    mount_console(app, Desk.of(answering, history))
    mount_chat(app, answering)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.ready = True
    yield
    app.state.ready = False
    await run_in_threadpool(app.state.history.close)
