"""The staff console: a page in Gradio at ``/staff``, behind the login."""

from typing import Final

from fastapi import FastAPI

from bot.web.chat import mount_page
from bot.web.console.approved import ApprovedTab
from bot.web.console.ask import AskTab
from bot.web.console.desk import Desk
from bot.web.console.documents import DocumentsTab
from bot.web.console.exports import exports_router
from bot.web.console.inbox import InboxTab
from bot.web.console.insights import InsightsTab
from bot.web.console.shell import build_page
from bot.web.console.work import Console
from bot.web.theme import CONSOLE_HEAD

__all__ = ["Desk", "mount_console"]

_PATH: Final = "/staff"


def mount_console(app: FastAPI, desk: Desk) -> None:
    """Put the console and what it exports at ``/staff``.

    Whoever gets there has passed the login, which is a middleware of its own.
    """
    app.include_router(exports_router(desk), prefix=_PATH)
    console = Console([AskTab(desk), InboxTab(desk), ApprovedTab(desk), InsightsTab(desk), DocumentsTab(desk)])
    mount_page(app, build_page(console), _PATH, head=CONSOLE_HEAD)
