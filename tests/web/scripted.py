"""A server that plays what the real one rarely does on demand: slow, broken and limited answers, and pages that embed.

It serves the real script, replies of the contract that it made up, and host pages. Asked as ``127.0.0.1`` it is the
server; as ``localhost`` it is another site, which may call, and as ``foreign.localhost`` one that may not.
"""

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.prompts import DISCLAIMER, HANDOFF_MESSAGE
from bot.types import Reply
from bot.web.widget import Script, script_response

Answer = Callable[[Request, dict[str, Any]], Awaitable[Response]]

CONTACT = {"message": HANDOFF_MESSAGE, "url": "https://firm.example/contact", "phone": "+1 (212) 555-0142"}
SITE = {
    "title": "Ask the documents",
    "about": "Answers questions about management companies and running a practice, by quoting documents.",
    "notice": "Please enter no confidential facts. No legal advice; no attorney-client relationship.",
    "disclaimer": DISCLAIMER,
    "starters": ["Can an MSO own a practice?", "How long must records be kept?", "What may an MSO charge?"],
    "contact": {"url": CONTACT["url"], "phone": CONTACT["phone"]},
    "max_question_chars": 500,
}


def citation(number: int, quote: str, **changes: Any) -> dict[str, Any]:
    start = number * 100
    return {
        "number": number,
        "document_id": "records",
        "title": "Patient records and privacy",
        "section": "How long are records kept?",
        "quote": quote,
        "start": start,
        "end": start + len(quote),
        "url": f"/sources/records#c{start}-{start + len(quote)}",
        "kind": "regulation-summary",
        "authorities": ["8 NYCRR § 29.2(a)(3)", "Educ. Law § 6506"],
        "last_reviewed": "2026-11-23",
    } | changes


def reply(question: str, texts: list[str] | None = None, **changes: Any) -> dict[str, Any]:
    """A Reply of the contract; pydantic refuses it otherwise."""
    texts = texts or []
    plain = {
        "id": f"r-{abs(hash(question)) % 10_000}",
        "question": question,
        "status": "answered" if texts else "declined",
        "reason": None if texts else "not_in_sources",
        "answer": " ".join(f"{text} [{i}]" for i, text in enumerate(texts, 1)),
        "sentences": [{"text": text, "citations": [i], "support": "quoted"} for i, text in enumerate(texts, 1)],
        "citations": [citation(i, text) for i, text in enumerate(texts, 1)],
        "confidence": 0.9,
        "disclaimer": DISCLAIMER,
        "engine": "extractive",
        "corpus_version": "sha256:0",
        "latency_ms": 1.0,
    }
    return Reply.model_validate(plain | changes).model_dump(mode="json")


KEPT = "Dental records are kept at least six years, and for a minor also until one year after the patient turns 21."
ELECTRONIC = "Electronic records are kept for the same time and must be readable throughout."
OWN = "A management company cannot own a professional practice."
LEASE = "It may own the equipment and lease it to the practice at a fair price."
TEXTS = {
    "records": [KEPT, ELECTRONIC],
    "own": [OWN, LEASE],
    "hostile": ["<script>window.hacked = 1</script> [click](javascript:hacked()) **bold** \u202eright to left"],
}
_BODY = "<main><h1>A dental practice</h1><p>The words of the site that embeds the chat.</p></main>"
_PAGE = (
    '<!doctype html><html {html}><head><meta charset="utf-8"><title>Host</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1">{head}</head><body>{body}</body></html>'
)


def event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def failed(status: int, code: str, message: str, **headers: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status, headers)


class ScriptedServer:
    """``answers`` says how a question is answered; a question that it does not name gets the answer about records."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.pages: dict[str, tuple[str, dict[str, str]]] = {}
        self.site: dict[str, Any] = dict(SITE)
        self.asked: list[dict[str, Any]] = []
        self.tokens: list[str] = []
        self.noted: list[tuple[str, dict[str, Any]]] = []
        self.keeps_notes = True
        self.dropped = threading.Event()
        self._script = Script.load()

    def reset(self) -> None:
        self.answers, self.pages, self.site, self.asked, self.noted, self.tokens = {}, {}, dict(SITE), [], [], []
        self.dropped.clear()
        self.keeps_notes = True

    def page(  # noqa: PLR0913 - each is a part of the page
        self, name: str, *, options: str = "", head: str = "", body: str = _BODY, csp: str = "", html: str = 'lang="en"'
    ) -> str:
        """The address of a new host page with the one line that embeds, which ``options`` are put into."""
        line = f'<script src="{self.address}/widget.js" {options} defer></script>'
        page = _PAGE.format(html=html, head=head.format(line=line) if "{line}" in head else head + line, body=body)
        self.pages[name] = (page, {"Content-Security-Policy": csp.format(server=self.address)} if csp else {})
        return f"{self.host}/host/{name}"

    async def answer(self, request: Request) -> Response:
        body = await request.json()
        self.asked.append(body | {"accept": request.headers["accept"]})
        token = body.get("conversation_id")
        if token == "expired":
            return failed(404, "unknown_conversation", "This conversation is not known here.")
        response = await self.answers.get(body["question"], told("records"))(request, body)
        response.headers["X-Conversation-Id"] = self.tokens.pop(0) if self.tokens else f"token-{len(self.asked)}"
        return response

    async def note(self, request: Request) -> Response:
        if not self.keeps_notes:
            return failed(503, "not_kept", "That could not be kept just now.")
        self.noted.append((request.url.path, json.loads(await request.body())))
        is_feedback = request.url.path.endswith("feedback")
        return JSONResponse({"status": "received"}, 202) if is_feedback else Response(status_code=204)

    def app(self) -> Starlette:
        async def script(request: Request) -> Response:
            return script_response(self._script, request)

        async def site(_: Request) -> Response:
            return JSONResponse(self.site)

        async def host_page(request: Request) -> Response:
            html, headers = self.pages[request.path_params["name"]]
            return HTMLResponse(html, headers=headers)

        async def icon(_: Request) -> Response:
            return Response(status_code=204)

        async def source(request: Request) -> Response:
            return HTMLResponse(f"<title>{request.path_params['id']}</title><p>The document.</p>")

        allowed = Middleware(
            CORSMiddleware,
            allow_origins=[self.host],
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type"],
            expose_headers=["X-Conversation-Id", "Retry-After"],
        )
        routes = [
            Route("/favicon.ico", icon),
            Route("/widget.js", script),
            Route("/api/site", site),
            Route("/api/ask", self.answer, methods=["POST"]),
            Route("/api/feedback", self.note, methods=["POST"]),
            Route("/api/handoff", self.note, methods=["POST"]),
            Route("/api/end", self.note, methods=["POST"]),
            Route("/sources/{id}", source),
            Route("/host/{name}", host_page),
        ]
        return Starlette(routes=routes, middleware=[allowed])

    def start(self) -> "ScriptedServer":
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        self.address, self.host = f"http://127.0.0.1:{port}", f"http://localhost:{port}"
        self.foreign = f"http://foreign.localhost:{port}"
        self._server = uvicorn.Server(uvicorn.Config(self.app(), log_level="error", timeout_graceful_shutdown=1))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listener]})
        self._thread.start()
        while not self._server.started:
            self._thread.join(0.02)
        return self

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)

    def streamed(self, texts: list[str], *, pause: float = 0, then: str = "reply", **changes: Any) -> Answer:
        """Sentences one by one, and then a "reply", an "error", the "end" of the stream, or nothing: "hang"."""

        async def answer(request: Request, body: dict[str, Any]) -> Response:
            whole = reply(body["question"], texts, **changes)

            async def stream() -> AsyncIterator[str]:
                for sentence in whole["sentences"]:
                    cited = [c for c in whole["citations"] if c["number"] in sentence["citations"]]
                    yield event("sentence", sentence | {"citations": cited})
                    await asyncio.sleep(pause)
                if then == "hang":
                    try:
                        await asyncio.sleep(60)
                    finally:  # the caller has gone
                        self.dropped.set()
                elif then == "error":
                    yield event("error", {"code": "unavailable", "message": "The answer could not be finished."})
                elif then == "reply":
                    yield event("reply", whole)

            return StreamingResponse(stream(), media_type="text/event-stream")

        return answer


def told(name: str = "", **changes: Any) -> Answer:
    """The whole Reply at once, as JSON."""

    async def answer(_: Request, body: dict[str, Any]) -> Response:
        return JSONResponse(reply(body["question"], TEXTS.get(name, []), **changes))

    return answer


def refused(status: int, code: str, message: str = "", **headers: str) -> Answer:
    async def answer(_: Request, __: dict[str, Any]) -> Response:
        return failed(status, code, message, **headers)

    return answer
