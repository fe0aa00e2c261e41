"""The doors of Gradio: the few addresses that the chat page needs; everything else of it is closed."""

import re
from typing import Final

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

_READ: Final = re.compile(
    r"/"
    r"|/theme\.css"
    r"|/(assets|static)/(?!.*\.\.)[\w./@+-]+"
    r"|/gradio_api/(queue/data|app_id|heartbeat/\w+)"
)
_SENT: Final = re.compile(r"/gradio_api/queue/join")
_OPEN: Final = {"GET": _READ, "HEAD": _READ, "POST": _SENT}


class Doors:
    """ASGI app around Gradio's: descriptions of its API, uploads, files, other ways to run it, and its own tools
    (monitoring, run history, code) are not there.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is open; 404 for the rest."""
        if scope["type"] == "http":
            door = _OPEN.get(scope["method"])
            if door is None or not door.fullmatch(scope["path"].removeprefix(scope.get("root_path", ""))):
                raise HTTPException(404)
        await self.app(scope, receive, send)
