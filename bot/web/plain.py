"""A question and its answer without JavaScript: ``/ask``, an ordinary form."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from bot import prompts
from bot.errors import InputError, LimitError, UnknownConversationError
from bot.types import Reply
from bot.web.answering import Answering, Exchange
from bot.web.conversations import ConversationTokens
from bot.web.gate import refused
from bot.web.pages import page
from bot.web.turns import turn_html


def plain_router(answering: Answering, tokens: ConversationTokens) -> APIRouter:
    """``GET /ask`` shows the form, ``POST /ask`` the answer with the form below it."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    form = _PlainForm(answering, tokens)

    @router.get("/ask")
    def show_form() -> HTMLResponse:
        return form.page()

    @router.post("/ask")
    def answer(
        request: Request, question: Annotated[str, Form()] = "", conversation_id: Annotated[str, Form()] = ""
    ) -> HTMLResponse:
        refusal = refused(request.scope)
        return (
            form.refused(refusal.error(), question, conversation_id)
            if refusal
            else form.answered(question, conversation_id)
        )

    return router


@dataclass(frozen=True, slots=True)
class _PlainForm:
    answering: Answering
    tokens: ConversationTokens

    def page(
        self,
        *,
        typed: str = "",
        token: str = "",
        reply: Reply | None = None,
        notice: str = "",
        status: int = HTTPStatus.OK,
    ) -> HTMLResponse:
        bot = self.answering.bot
        response = page(
            "ask.html",
            status=status,
            turn=turn_html(reply, number=1, is_open=True) if reply else Markup(),
            suggestions=reply.suggestions if reply else bot.corpus.scope.starters,
            typed=typed,
            token=token,
            notice=notice,
            is_error=status >= HTTPStatus.BAD_REQUEST,
            limit=bot.settings.max_question_chars,
            prompts=prompts,
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    def answered(self, question: str, token: str) -> HTMLResponse:
        """The answer, or what is wrong with the question, which then stays in its field."""
        try:
            exchange, notice = self._begun(question, token)
        except LimitError as error:
            return self.refused(error, question, "")
        except InputError as error:
            return self.page(typed=question, token=token, notice=str(error), status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return self.page(token=self.tokens.issue(exchange.conversation_id), reply=exchange.reply(), notice=notice)

    def refused(self, error: LimitError, question: str, token: str) -> HTMLResponse:
        """The page with the question kept, to be sent again later."""
        response = self.page(typed=question, token=token, notice=str(error), status=HTTPStatus.TOO_MANY_REQUESTS)
        response.headers["Retry-After"] = str(error.retry_after)
        return response

    def _begun(self, question: str, token: str) -> tuple[Exchange, str]:
        """The exchange, and what to say when its conversation could not be taken up again."""
        if not token:
            return self.answering.begin(question, channel="form"), ""
        try:
            return self.answering.begin(question, self.tokens.conversation_id(token), channel="form"), ""
        except UnknownConversationError:
            return self.answering.begin(question, channel="form"), prompts.CONVERSATION_ENDED
