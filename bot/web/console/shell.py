"""The console's page in Gradio: tabs whose HTML is made on the server, and one handler for what is done on them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from bot.staff import require
from bot.web.chat import gradio_module
from bot.web.console.desk import Act, Who, act_of, clean
from bot.web.console.work import Console, Session, Shown
from bot.web.login import member_of
from bot.web.pages import render

if TYPE_CHECKING:
    import gradio as gr

TITLE: Final = "Staff console"
_CONCURRENCY: Final = 4
_MAX_WAITING: Final = 32
_MAX_TYPED_CHARS: Final = 12_000
_ACTS: Final = """
const act = (source) => {
  if (source.getAttribute('aria-disabled') !== 'true') trigger('click', window.staffConsole.act(source));
};
element.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-act]');
  if (!button) return;
  event.preventDefault();
  act(button);
});
element.addEventListener('submit', (event) => {
  event.preventDefault();
  const button = event.target.querySelector('button[type=submit][data-act]');
  if (button) act(button);
});
element.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !event.target.matches('input[data-enter]')) return;
  event.preventDefault();
  act(event.target.closest('form').querySelector(`button[data-act=${event.target.dataset.enter}]`));
});
element.addEventListener('change', (event) => {
  if (event.target.matches('select[data-act]')) act(event.target);
});
"""
"""Buttons inside a tab's HTML are known by ``data-act``; the fields of the form around go with them."""


def build_page(console: Console) -> "gr.Blocks":
    """The page and what happens on it."""
    gradio = gradio_module()
    page: gr.Blocks = gradio.Blocks(title=TITLE, analytics_enabled=False)
    with page:
        session = gradio.State()
        head, status = _html(gradio, "head"), _html(gradio, "said")
        opened, views = [], []
        with gradio.Tabs(selected=0, elem_id="tabs") as tabs:
            for position, tab in enumerate(console.tabs):
                with gradio.Tab(tab.title, id=position, elem_id=f"tab-{tab.name}") as shown:
                    if position == 0:
                        typed, send, new = _composer(gradio)
                    views.append(_html(gradio, f"view-{tab.name}", js_on_load=_ACTS))
                opened.append(shown)
        handlers = _Handlers(gradio, console)
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        outputs = [session, status, tabs, *views]
        for position, view in enumerate(views):
            view.click(handlers.of_view(position), session, outputs, **quiet)
            opened[position].select(handlers.of_act(position, "open"), session, outputs, **quiet)
        new.click(handlers.of_act(0, "new"), session, outputs, **quiet)
        gradio.on([typed.submit, send.click], handlers.ask(), [typed, session], [*outputs, typed], **quiet)
        page.load(handlers.greet(), None, head, **quiet)
        page.load(handlers.of_act(0, "open"), session, outputs, **quiet)
    page.queue(default_concurrency_limit=_CONCURRENCY, max_size=_MAX_WAITING)
    return page


class _Handlers:
    """Functions in the form that Gradio calls: it reads their annotations when the page is made, which mypy cannot."""

    def __init__(self, gradio: Any, console: Console) -> None:
        self._gradio = gradio
        self._console = console

    def of_view(self, position: int) -> Any:
        """For what is done in a tab's HTML."""
        gradio = self._gradio

        def handle(kept: Session, event: gradio.EventData, request: gradio.Request) -> Iterator[list[Any]]:  # type: ignore[name-defined]  # a module in a variable
            yield self._working()
            yield self._updates(self._done(kept, position, act_of(event._data), request))

        return handle

    def of_act(self, position: int, name: str) -> Any:
        """For one act without fields."""
        gradio = self._gradio

        def handle(kept: Session, request: gradio.Request) -> Iterator[list[Any]]:  # type: ignore[name-defined]  # a module in a variable
            yield self._working()
            yield self._updates(self._done(kept, position, Act(name), request))

        return handle

    def ask(self) -> Any:
        """For the question box; what was typed stays there when it could not be answered."""
        gradio = self._gradio

        def handle(question: object, kept: Session, request: gradio.Request) -> Iterator[list[Any]]:  # type: ignore[name-defined]  # a module in a variable
            typed = clean(question) if isinstance(question, str) else ""
            yield [*self._working("Looking in the documents …"), gradio.skip()]
            shown = self._done(kept, 0, Act("ask", {"question": (typed,)}), request)
            yield [*self._updates(shown), gradio.skip() if shown.is_problem else ""]

        return handle

    def greet(self) -> Any:
        """For the head of the page, which names who is logged in."""
        gradio = self._gradio

        def handle(request: gradio.Request) -> Markup:  # type: ignore[name-defined]  # a module in a variable
            member = require(member_of(request.request), "staff")
            return render("console/head.html", title=TITLE, member=member)

        return handle

    def _done(self, kept: object, position: int, act: Act, request: Any) -> Shown:
        session = kept if isinstance(kept, Session) else self._console.first()
        member = member_of(request.request)
        if member is None:
            return Shown(session, said="You are logged out. Log in again at /staff/login.", is_problem=True)
        url = request.request.url
        return self._console.done(session, position, act, Who(member, f"{url.scheme}://{url.netloc}"))

    def _working(self, said: str = "Working …") -> list[Any]:
        skip = self._gradio.skip()
        return [skip, _said(said, is_busy=True), skip, *[skip] * len(self._console.tabs)]

    def _updates(self, shown: Shown) -> list[Any]:
        skip = self._gradio.skip()
        tabs = skip if shown.tab is None else self._gradio.update(selected=shown.tab)
        views = [shown.views.get(i, skip) for i in range(len(self._console.tabs))]
        return [shown.session, _said(shown.said, is_problem=shown.is_problem), tabs, *views]


def _composer(gr: Any) -> tuple[Any, Any, Any]:
    """The question box with its buttons."""
    with gr.Row(elem_id="composer"):
        typed = gr.Textbox(
            label="The caller’s question",
            placeholder="Type the caller’s question, or a follow-up",
            show_label=False,
            container=False,
            autofocus=True,
            max_lines=4,
            max_length=_MAX_TYPED_CHARS,
            elem_id="question",
        )
        send = gr.Button("Ask", variant="primary", elem_id="send")
        new = gr.Button("New caller", elem_id="new")
    return typed, send, new


def _html(gr: Any, name: str, **options: Any) -> Any:
    return gr.HTML("", apply_default_css=False, elem_id=name, **options)


def _said(text: str, *, is_problem: bool = False, is_busy: bool = False) -> Markup:
    return render("console/said.html", text=text, is_problem=is_problem, is_busy=is_busy)
