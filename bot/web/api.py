"""The JSON interface: ask, read the documents, and tell whether the service is well."""

import datetime as dt
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.routing import Match

from bot.history import Conversations
from bot.pipeline import Bot
from bot.types import Document, Kind, Reply
from bot.web.failures import Failure, failure

CONVERSATION_HEADER: Final = "X-Conversation-Id"
_ANY_METHOD: Final = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


def _whole_characters(text: str) -> str:
    """JSON can spell half a character, which no response can be written with."""
    if not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text):
        raise ValueError("the text holds half of a surrogate pair")
    return text


class Ask(BaseModel):
    """What to answer. The id of an earlier reply's conversation makes this a follow-up."""

    model_config = ConfigDict(extra="forbid", strict=True)

    question: Annotated[
        str, AfterValidator(_whole_characters), Field(description="In words; a follow-up may be short.")
    ]
    conversation_id: str | None = None


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


def api_router(bot: Bot, conversations: Conversations) -> APIRouter:
    """``/api/ask`` and ``/api/sources``; every other address below ``/api`` is a JSON error."""
    router = APIRouter(prefix="/api", responses={"4XX": {"model": Failure, "description": "What to do instead"}})

    @router.post("/ask", summary="Ask a question", tags=["Answers"])
    def ask(body: Ask, response: Response) -> Reply:
        """Answer from the documents alone, with the exact passages. Questions that they do not cover are declined.

        The header `X-Conversation-Id` of the response names the conversation; send it as `conversation_id` to
        ask a follow-up.
        """
        history = conversations.questions(body.conversation_id) if body.conversation_id is not None else ()
        reply = bot.ask(body.question, history)
        conversation_id = body.conversation_id or conversations.start()
        conversations.add(conversation_id, body.question)
        response.headers[CONVERSATION_HEADER] = conversation_id
        return reply

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

    @router.api_route("/{rest:path}", methods=_ANY_METHOD, include_in_schema=False)
    def nothing_here(request: Request) -> None:
        others = (route.matches(request.scope)[0] for route in router.routes[:-1])  # this route is the last
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
