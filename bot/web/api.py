"""The JSON interface: ask, read the documents, and tell whether the service is well."""

import datetime as dt
from threading import Event
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field
from starlette.routing import Match

from bot import prompts
from bot.history import Channel
from bot.pipeline import Bot
from bot.settings import Settings
from bot.types import Document, Kind, Reply
from bot.web.answering import Answering
from bot.web.conversations import ConversationTokens
from bot.web.events import MEDIA_TYPE, stream_response, wants_events
from bot.web.failures import Failure, failure
from bot.web.text import WholeText

CONVERSATION_HEADER: Final = "X-Conversation-Id"
_ANY_METHOD: Final = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
_STREAM: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The Reply, or with `Accept: text/event-stream` a stream of it",
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
    }
}


class Ask(BaseModel):
    """What to answer. The id of an earlier reply's conversation makes this a follow-up."""

    model_config = ConfigDict(extra="forbid", strict=True)

    question: Annotated[WholeText, Field(description="In words; a follow-up may be short.")]
    conversation_id: WholeText | None = None


class Contact(BaseModel):
    """How to reach a human."""

    url: str | None
    phone: str | None


class Site(BaseModel):
    """What a chat shows before the first question."""

    title: str
    about: str
    notice: str
    disclaimer: str
    starters: tuple[str, ...]
    contact: Contact | None
    max_question_chars: int


class AuthorityItem(BaseModel):
    """A source behind a document."""

    citation: str
    url: str | None


class SourceItem(BaseModel):
    """A document without its text."""

    id: str
    title: str
    kind: Kind
    jurisdiction: str
    authorities: tuple[AuthorityItem, ...]
    last_reviewed: dt.date | None
    summary: str
    sections: tuple[str, ...]


class SourceText(SourceItem):
    """A document with the text in which the offsets of citations count, in characters."""

    text: str


class Health(BaseModel):
    """``ok``, or what is the matter."""

    status: str


def api_router(answering: Answering, tokens: ConversationTokens) -> APIRouter:
    """``/api/ask``, ``/api/site`` and ``/api/sources``."""
    bot = answering.bot
    router = APIRouter(prefix="/api", responses={"4XX": {"model": Failure, "description": "What to do instead"}})

    @router.post("/ask", summary="Ask a question", tags=["Answers"], response_model=Reply, responses=_STREAM)
    async def ask(body: Ask, request: Request, response: Response) -> Any:
        """Answer from the documents alone, with the exact passages. Questions that they do not cover are declined.

        The header `X-Conversation-Id` of the response names the conversation; send it as `conversation_id` to
        ask a follow-up. Every response has a fresh one, which is good until the conversation was idle too long.

        With `Accept: text/event-stream` the response is a stream: an event `sentence` with
        `{"text", "citations", "support"}` for each verified sentence, then an event `reply` with the whole Reply, or
        an event `error` with `{"code", "message"}`.
        """
        gone = Event()
        token = body.conversation_id
        known = tokens.conversation_id(token) if token is not None else None
        streams = wants_events(request)
        channel: Channel = "stream" if streams else "api"
        exchange = await run_in_threadpool(answering.begin, body.question, known, channel=channel, stopped=gone.is_set)
        headers = {CONVERSATION_HEADER: tokens.issue(exchange.conversation_id)}
        if streams:
            return stream_response(exchange.events, request, gone, headers)
        response.headers.update(headers)
        return await run_in_threadpool(exchange.reply)

    @router.get("/site", summary="What a chat shows before the first question", tags=["Answers"])
    def describe() -> Site:
        """Title, notice, starter questions and how to reach a human."""
        return _site(bot)

    @router.get("/sources", summary="List the documents", tags=["Documents"])
    def list_sources() -> list[SourceItem]:
        """Every document that answers come from."""
        return [SourceItem(**_fields(d)) for d in bot.corpus.documents]

    @router.get("/sources/{document_id}", summary="Read a document", tags=["Documents"])
    def read_source(document_id: str) -> SourceText:
        """One document with its text: `text[start:end]` is the quote of a citation."""
        document = bot.corpus.document(document_id)
        if document is None:
            raise HTTPException(404)
        return SourceText(**_fields(document), text=document.text)

    return router


def no_such_api(*routers: APIRouter) -> APIRouter:
    """Every other address below ``/api`` is a JSON error, never a page."""
    router = APIRouter(prefix="/api")

    @router.api_route("/{rest:path}", methods=_ANY_METHOD, include_in_schema=False)
    def nothing_here(request: Request) -> None:
        others = (route.matches(request.scope)[0] for known in routers for route in known.routes)
        raise HTTPException(405 if Match.PARTIAL in others else 404)

    return router


def health_router() -> APIRouter:
    """``/healthz`` (the process is up) and ``/readyz`` (it answers questions)."""
    router = APIRouter(tags=["Health"])

    @router.get("/healthz", summary="Is the process up?")
    def healthz() -> Health:
        """Tell that this process runs."""
        return Health(status="ok")

    @router.get("/readyz", summary="Can it answer?", response_model=Health, responses={503: {"model": Failure}})
    def readyz(request: Request) -> Any:
        """`ok` while the documents and the index are open; 503 before and after."""
        if not request.app.state.ready:
            return failure(503, "not_ready", "The service is starting or stopping. Try again in a moment.")
        return Health(status="ok")

    return router


def _site(bot: Bot) -> Site:
    return Site(
        title=prompts.CHAT_TITLE,
        about=bot.corpus.scope.about,
        notice=prompts.PRIVACY_NOTICE,
        disclaimer=prompts.DISCLAIMER,
        starters=bot.corpus.scope.starters,
        contact=_contact(bot.settings),
        max_question_chars=bot.settings.max_question_chars,
    )


def _contact(settings: Settings) -> Contact | None:
    if not (settings.contact_url or settings.contact_phone):
        return None
    return Contact(url=settings.contact_url or None, phone=settings.contact_phone or None)


def _fields(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "title": document.title,
        "kind": document.kind,
        "jurisdiction": document.jurisdiction,
        "authorities": tuple(AuthorityItem(citation=a.citation, url=a.url) for a in document.authorities),
        "last_reviewed": document.last_reviewed,
        "summary": document.summary,
        "sections": tuple(s.heading for s in document.sections),
    }
