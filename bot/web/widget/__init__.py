"""The chat widget for other sites: its script, and a page that shows it with live options."""

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from bot.pipeline import Bot
from bot.web.pages import page
from bot.web.widget.script import Script

__all__ = ["Script", "widget_router"]

_KEPT: Final = "public, max-age=300"


def widget_router(bot: Bot) -> APIRouter:
    """``/widget.js`` and ``/demo``."""
    router = APIRouter(include_in_schema=False)
    script = Script.load()

    @router.api_route("/widget.js", methods=["GET", "HEAD"])
    def read_script(request: Request) -> Response:
        return script_response(script, request)

    @router.get("/demo")
    def show_demo() -> HTMLResponse:
        return page("demo.html", starters=bot.corpus.scope.starters)

    return router


def script_response(script: Script, request: Request) -> Response:
    """The script for any site to load, compressed where the browser takes it, or 304 when the browser has it."""
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    etag = f'"{script.digest}{"-gzip" if zipped else ""}"'
    headers = {
        "Cache-Control": _KEPT,
        "ETag": etag,
        "Vary": "Accept-Encoding",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    held = request.headers.get("if-none-match", "")
    if etag in {tag.strip().removeprefix("W/") for tag in held.split(",")}:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if zipped:
        headers["Content-Encoding"] = "gzip"
    return Response(script.gzipped if zipped else script.body, headers=headers, media_type="text/javascript")
