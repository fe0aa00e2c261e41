"""What visitors tell besides questions: thumbs and comments, that they went on to a human, that they are done."""

from typing import Any, Final, Literal

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, ValidationError

from bot import prompts
from bot.history import Conversations, History
from bot.web.conversations import ConversationTokens
from bot.web.failures import Failure, failure
from bot.web.text import WholeText


class Thumbs(BaseModel):
    """A verdict on a reply. Sent once more, for instance with a comment, it replaces the earlier one."""

    model_config = ConfigDict(extra="forbid", strict=True)

    reply_id: WholeText
    conversation_id: WholeText
    thumbs: Literal["up", "down"]
    comment: WholeText | None = None


class InConversation(BaseModel):
    """Which conversation it was, where there was one."""

    model_config = ConfigDict(extra="forbid", strict=True)

    conversation_id: WholeText | None = None


class Received(BaseModel):
    """It was kept."""

    status: Literal["received"] = "received"


_BEACON: Final = {  # navigator.sendBeacon sends JSON as plain text, which needs no leave of another origin
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": InConversation.model_json_schema()} for kind in ("application/json", "text/plain")
        },
    }
}


def notes_router(conversations: Conversations, tokens: ConversationTokens, history: History) -> APIRouter:
    """``/api/feedback``, ``/api/handoff`` and ``/api/end``."""
    router = APIRouter(
        prefix="/api",
        tags=["Conversations"],
        responses={
            "4XX": {"model": Failure, "description": "What to do instead"},
            503: {"model": Failure, "description": "It could not be kept; send it again"},
        },
    )

    @router.post("/feedback", status_code=202, summary="Say whether a reply helped", response_model=Received)
    def give_feedback(body: Thumbs) -> Any:
        """Only for a reply that this conversation got. A comment is cut at 1,000 characters."""
        conversation_id = tokens.conversation_id(body.conversation_id)
        if body.reply_id not in conversations.reply_ids(conversation_id):
            return failure(404, "unknown_reply", prompts.UNKNOWN_REPLY)
        history.feedback.thumbs(body.reply_id, body.thumbs, body.comment, conversation_id=conversation_id)
        return Received()

    @router.post("/handoff", status_code=204, summary="Say that the visitor went on to a human", openapi_extra=_BEACON)
    async def note_handoff(request: Request) -> Response:
        """Send it when the contact link is followed; nothing has to wait for the response."""
        token = (await _read(request)).conversation_id
        conversation_id = tokens.conversation_id(token) if token is not None else None
        replies = conversations.reply_ids(conversation_id) if conversation_id is not None else ()
        last = replies[-1] if replies else None
        await run_in_threadpool(history.feedback.handoff, last, conversation_id=conversation_id)
        return Response(status_code=204)

    @router.post("/end", status_code=204, summary="Forget a conversation", openapi_extra=_BEACON)
    async def end_conversation(request: Request) -> Response:
        """When the visitor starts over: from then on, the conversation's id is unknown."""
        token = (await _read(request)).conversation_id
        if token is not None:
            conversations.end(tokens.conversation_id(token))
        return Response(status_code=204)

    return router


async def _read(request: Request) -> InConversation:
    try:
        return InConversation.model_validate_json(await request.body())
    except ValidationError as error:
        problems = [{**problem, "loc": ("body", *problem["loc"])} for problem in error.errors()]
        raise RequestValidationError(problems) from None
