"""The readable pages: the list of documents, and each document with its sentences open to links."""

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse

from bot.pipeline import Bot
from bot.web.document_page import render_document
from bot.web.pages import page


def sources_router(bot: Bot) -> APIRouter:
    """``/sources`` and ``/sources/{document_id}``."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/sources")
    def list_documents() -> HTMLResponse:
        documents = sorted(bot.corpus.documents, key=lambda d: (d.kind.rank, d.title))
        return page("sources.html", documents=documents)

    @router.get("/sources/{document_id}")
    def read_document(document_id: str) -> HTMLResponse:
        document = bot.corpus.document(document_id)
        if document is None:
            raise HTTPException(404)
        return page("source.html", document=document, rendered=render_document(document))

    return router
