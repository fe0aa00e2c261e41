"""The OpenAPI page. Swagger UI comes from an installed package, so that the page asks no other host for anything."""

from importlib.resources import files
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse
from starlette.exceptions import HTTPException

from bot.web.pages import page

_SWAGGER_UI: Final = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}


def docs_router() -> APIRouter:
    """``/docs`` and the two files that it needs."""
    router = APIRouter(include_in_schema=False)

    @router.get("/docs", response_class=HTMLResponse)
    def show_docs() -> HTMLResponse:
        return page("docs.html")

    @router.get("/docs/{name}", response_class=FileResponse)
    def swagger_ui(name: str) -> FileResponse:
        if name not in _SWAGGER_UI:
            raise HTTPException(404)
        return FileResponse(_swagger_folder() / name, media_type=_SWAGGER_UI[name])

    return router


def _swagger_folder() -> Path:
    return Path(str(files("fastapi_offline"))) / "static"
