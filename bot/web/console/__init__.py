"""The staff console: a page in Gradio at ``/staff``, behind the login."""

from typing import Final

from fastapi import FastAPI
from starlette.routing import Mount

from bot.web.chat import gradio_module
from bot.web.console.approved import ApprovedTab
from bot.web.console.ask import AskTab
from bot.web.console.desk import Desk
from bot.web.console.documents import DocumentsTab
from bot.web.console.exports import exports_router
from bot.web.console.inbox import InboxTab
from bot.web.console.insights import InsightsTab
from bot.web.console.shell import build_page
from bot.web.console.work import Console
from bot.web.doors import Doors
from bot.web.theme import CONSOLE_HEAD, theme

__all__ = ["Desk", "mount_console"]

_PATH: Final = "/staff"
_VERSION: Final = "6"


def mount_console(app: FastAPI, desk: Desk) -> None:
    """Put the console and what it exports at ``/staff``, and close the doors of Gradio that it does not need.

    Whoever gets there has passed the login, which is a middleware of its own.
    """
    app.include_router(exports_router(desk), prefix=_PATH)
    gradio = gradio_module()
    page = build_page(Console([AskTab(desk), InboxTab(desk), ApprovedTab(desk), InsightsTab(desk), DocumentsTab(desk)]))
    gradio.mount_gradio_app(
        app,
        page,
        _PATH,
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=1,
        ssr_mode=False,
        mcp_server=False,
        enable_monitoring=False,
        theme=theme(gradio),
        head=CONSOLE_HEAD,
    )
    page.config["version"] = _VERSION  # the exact one is nobody's business
    mounted = app.routes[-1]
    if not isinstance(mounted, Mount):
        raise TypeError("Gradio is expected to be the last route")
    mounted.app = Doors(mounted.app)
