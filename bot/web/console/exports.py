"""What the console gives as files. Whoever gets here has passed the login; each export is in the audit log."""

from typing import Final

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from bot.insights import tables
from bot.staff import require
from bot.tables import to_csv, to_zip
from bot.web.console.desk import Desk
from bot.web.console.documents import looked_at
from bot.web.console.insights import SPANS, counted, covered
from bot.web.login import member_of

_CSV: Final = "text/csv; charset=utf-8"


def exports_router(desk: Desk) -> APIRouter:
    """``export/insights-DAYS.zip``, ``export/insights-DAYS/TABLE.csv``, ``export/coverage.csv`` and
    ``export/documents.csv``.
    """
    router = APIRouter(include_in_schema=False)

    def given(request: Request, name: str, content: str | bytes, media_type: str = _CSV) -> Response:
        member = require(member_of(request), "staff")
        desk.history.audit.note(member.name, "export", name)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type=media_type, headers=headers)

    @router.get("/export/insights-{days}.zip")
    def all_tables(days: int, request: Request) -> Response:
        if days not in SPANS:
            raise HTTPException(404)
        content = to_zip(tables(counted(desk, days)))
        return given(request, f"insights-{days}.zip", content, "application/zip")

    @router.get("/export/insights-{days}/{name}.csv")
    def one_table(days: int, name: str, request: Request) -> Response:
        if days not in SPANS:
            raise HTTPException(404)
        table = tables(counted(desk, days)).get(name)
        if table is None:
            raise HTTPException(404)
        return given(request, f"{name}.csv", to_csv(table))

    @router.get("/export/coverage.csv")
    def coverage_table(request: Request) -> Response:
        return given(request, "coverage.csv", to_csv(covered(desk).table))

    @router.get("/export/documents.csv")
    def documents_table(request: Request) -> Response:
        return given(request, "documents.csv", to_csv(looked_at(desk).table))

    return router
