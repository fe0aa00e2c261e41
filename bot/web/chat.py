"""The public chat page: one column in Gradio, whose history and HTML are made and kept on the server."""

import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fastapi import FastAPI
from markupsafe import Markup
from starlette.routing import Mount

from bot import prompts
from bot.errors import InputError, LimitError, UnknownConversationError
from bot.types import Scope
from bot.web.answering import Answering, Exchange
from bot.web.doors import Doors
from bot.web.failures import log_places
from bot.web.gate import refused
from bot.web.pages import render
from bot.web.theme import HEAD, theme
from bot.web.turns import pending_html, turn_html

if TYPE_CHECKING:
    import gradio as gr

logger = logging.getLogger(__name__)

_MAX_TURNS: Final = 30
_MAX_SUGGESTIONS: Final = 6
_CONCURRENCY: Final = 8
_MAX_WAITING: Final = 64
_MAX_TYPED_CHARS: Final = 12_000
"""More than any question may have, so that a paste that is too long is explained and not cut in silence."""
_VERSION: Final = "6"


@dataclass(frozen=True, slots=True)
class Visit:
    """What the server keeps of one open page. The browser never sends any of it."""

    conversation_id: str = ""
    turns: tuple[Markup, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """Everything on the page that changes."""

    visit: Visit
    suggestions: tuple[str, ...] = ()
    pending: str = ""
    notice: str = ""
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of the page that something happens to."""

    visit: Any
    transcript: Any
    notice: Any
    typed: Any
    send: Any
    again: Any
    suggestions: tuple[Any, ...]

    @property
    def changing(self) -> list[Any]:
        """All of them, in the order in which they are updated."""
        return [self.visit, self.transcript, self.notice, self.typed, self.send, self.again, *self.suggestions]


def mount_chat(app: FastAPI, answering: Answering) -> None:
    """Put the page at ``/``, below every other route."""
    mount_page(app, build_chat(answering), "/", head=HEAD)


def mount_page(app: FastAPI, page: "gr.Blocks", path: str, *, head: str) -> None:
    """Put a page of Gradio at a path, as the app's last route, and close the doors that it does not need."""
    gradio = gradio_module()
    gradio.mount_gradio_app(
        app,
        page,
        path,
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=1,
        ssr_mode=False,
        mcp_server=False,
        enable_monitoring=False,
        theme=theme(gradio),
        head=head,
    )
    page.config["version"] = _VERSION  # the exact one is nobody's business
    mounted = app.routes[-1]
    if not isinstance(mounted, Mount):
        raise TypeError("Gradio is expected to be the last route")
    mounted.app = Doors(mounted.app)


def build_chat(answering: Answering) -> "gr.Blocks":
    """The page and what happens on it."""
    gradio = gradio_module()
    page: gr.Blocks = gradio.Blocks(title=prompts.CHAT_TITLE, analytics_enabled=False)
    with page:
        parts = _lay_out(gradio, answering.bot.corpus.scope)

        # gradio reads the annotation when the page is made; mypy does not know a module that is a variable
        def ask(question: str, visit: Visit, request: gradio.Request) -> Iterator[list[Any]]:  # type: ignore[name-defined]  # a module in a variable
            refusal = refused(request.request.scope) if request.request else None
            for view in answer(answering, question, visit, notice=refusal.message if refusal else ""):
                yield _updates(gradio, view)

        def start_again(visit: Visit) -> list[Any]:
            answering.conversations.end(visit.conversation_id)
            return _updates(gradio, View(Visit(), answering.bot.corpus.scope.starters))

        quiet: dict[str, Any] = {"outputs": parts.changing, "show_progress": "hidden", "api_visibility": "private"}
        gradio.on([parts.typed.submit, parts.send.click], ask, [parts.typed, parts.visit], **quiet)
        for button in parts.suggestions:
            button.click(ask, [button, parts.visit], **quiet)
        parts.again.click(start_again, parts.visit, **quiet)
    page.queue(default_concurrency_limit=_CONCURRENCY, max_size=_MAX_WAITING)
    return page


def _lay_out(gr: Any, scope: Scope) -> Parts:
    """The page from top to bottom. Each call of Gradio puts a part below the one before."""
    visit = gr.State(Visit())
    about = first_sentence(scope.about)
    _html(
        gr, "intro", render("intro.html", title=prompts.CHAT_TITLE, about=about, privacy_notice=prompts.PRIVACY_NOTICE)
    )
    transcript = _html(gr, "transcript")
    with gr.Row(elem_id="suggestions"):
        suggestions = tuple(gr.Button(label, size="sm", visible=bool(label)) for label in _filled(scope.starters))
    again = gr.Button("New conversation", size="sm", visible=False, elem_id="again")
    with gr.Column(elem_id="composer"):
        notice = _html(gr, "notice")
        with gr.Row(elem_id="ask"):
            typed = gr.Textbox(
                label=prompts.QUESTION_LABEL,
                placeholder=prompts.QUESTION_PLACEHOLDER,
                show_label=False,
                container=False,
                max_lines=5,
                max_length=_MAX_TYPED_CHARS,
                elem_id="question",
            )
            send = gr.Button("Ask", variant="primary", elem_id="send")
        _html(gr, "disclaimer", render("disclaimer.html"))
    return Parts(visit, transcript, notice, typed, send, again, suggestions)


def _html(gr: Any, name: str, html: str = "") -> Any:
    return gr.HTML(html, apply_default_css=False, elem_id=name)


def _updates(gr: Any, view: View) -> list[Any]:
    """The new state of ``Parts.changing``, in the same order."""
    pending = [pending_html(view.pending)] if view.pending else []
    return [
        view.visit,
        Markup("").join([*view.visit.turns, *pending]),
        render("notice.html", notice=view.notice) if view.notice else "",
        view.typed,
        gr.update(interactive=not view.pending),
        gr.update(visible=bool(view.visit.turns)),
        *[gr.update(value=label, visible=bool(label)) for label in _filled(view.suggestions)],
    ]


def _filled(suggestions: Sequence[str]) -> tuple[str, ...]:
    """One label for each button of the page; an empty one hides its button."""
    return (*suggestions, *[""] * _MAX_SUGGESTIONS)[:_MAX_SUGGESTIONS]


def answer(answering: Answering, question: object, visit: Visit, *, notice: str = "") -> Iterator[View]:
    """The page while the answer is made, then the page with it; with a ``notice``, the page that shows it instead."""
    typed = str(question or "").encode(errors="replace").decode().strip()  # half a surrogate pair could not be shown
    if notice:
        yield View(visit, notice=notice, typed=typed)
        return
    if typed:
        yield View(visit, pending=typed[: answering.bot.settings.max_question_chars])
    try:
        yield _answered(answering, typed, visit)
    except (InputError, LimitError) as error:
        yield View(visit, notice=str(error), typed=typed)
    except Exception as error:  # the edge: a visitor is told, the log keeps the place
        log_places(logger, "the chat page could not answer", error)
        yield View(visit, notice=prompts.DECLINE_UNAVAILABLE, typed=typed)


def first_sentence(text: str) -> str:
    """The text up to its first full stop."""
    head, stop, _ = text.partition(". ")
    return head + stop.strip()


def _answered(answering: Answering, question: str, visit: Visit) -> View:
    exchange = _begun(answering, question, visit.conversation_id)
    reply = exchange.reply()
    turns = (*visit.turns, turn_html(reply, number=len(visit.turns) + 1))[-_MAX_TURNS:]
    return View(Visit(exchange.conversation_id, turns), reply.suggestions)


def _begun(answering: Answering, question: str, conversation_id: str) -> Exchange:
    """In the page's conversation; in a new one when it has not begun or was idle too long."""
    try:
        return answering.begin(question, conversation_id, channel="chat")
    except UnknownConversationError:
        return answering.begin(question, channel="chat")


def gradio_module() -> Any:
    """Gradio contacts other hosts on import unless it is told not to before."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio  # noqa: PLC0415 - heavy, and the environment has to be set first

    return gradio
