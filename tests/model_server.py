"""A chat model that plays a part: a server on a real port, asked through the providers' real clients.

``plays`` sets the part. Parts that answer read the numbered passages of the prompt (``<passage-… n="1">…``), so
they work with any corpus; ``says`` puts a text of a test's own into the model's mouth.
"""

import asyncio
import json
import re
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.protocols import INPUT_TOKENS, MODEL, OUTPUT_TOKENS, protocol_of

__all__ = ["INPUT_TOKENS", "MODEL", "OUTPUT_TOKENS", "PARTS", "Asked", "ModelServer", "Part", "draft"]

_PASSAGE = re.compile(r'<(passage-[\w-]+) n="(\d+)"[^>]*>\s*(.*?)\s*</\1>', re.DOTALL)
_SENTENCE = re.compile(r"[A-Z*][^\n]*?[.!?](?=\s|$)")
_ORDER = re.compile(r"(?:ignore|disregard)[^\n]*?(?:say|answer|reply|write)[^\n]*?[:\"“]\s*([^\n\"”]+)", re.IGNORECASE)
_SCHEMA_FIELDS: Final = ('"response_format"', '"output_config"', '"responseJsonSchema"', '"format"')
"""Of OpenAI, Anthropic, Google and Ollama."""

Speech = Callable[["Asked"], str]
"""What the model says to a prompt."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the server got it."""

    path: str
    body: dict[str, Any]
    headers: dict[str, str]

    @property
    def prompt(self) -> str:
        """All texts, one after the other."""
        return "\n".join(_texts(self.body))

    @property
    def has_schema(self) -> bool:
        """True when the answer is to follow a JSON schema."""
        return any(name in json.dumps(self.body) for name in _SCHEMA_FIELDS)

    @property
    def passages(self) -> dict[int, str]:
        """The passages of the prompt by their number."""
        return {int(number): text for _, number, text in _PASSAGE.findall(self.prompt)}


@dataclass(frozen=True, slots=True)
class Part:
    """How the server behaves until the next ``plays``."""

    speech: Speech
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 0
    """After so many requests it is the perfect one; 0: it never changes."""
    first_after: float = 0.0
    piece_after: float = 0.0
    cut_after: int = 0
    """Characters after which the connection breaks; 0: it does not."""
    counts: bool = True
    takes_schema: bool = True


class ModelServer:
    """The server; ``asked`` holds every request."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._part = PARTS["perfect"]
        self._since = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._server = uvicorn.Server(uvicorn.Config(self._app(), log_level="critical", timeout_graceful_shutdown=1))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]})

    @property
    def url(self) -> str:
        """What ``MSO_MODEL_BASE_URL`` is set to."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"

    def plays(self, part: str, **changes: Any) -> None:
        """Take a part of ``PARTS``, with some of its fields changed."""
        chosen = PARTS[part]
        self._part = Part(**{name: changes.get(name, getattr(chosen, name)) for name in Part.__slots__})
        self._since = len(self.asked)

    def says(self, text: str, **changes: Any) -> None:
        """Answer everything with this text."""
        self.plays("perfect", speech=lambda _: text, **changes)

    def start(self) -> None:
        """Serve; returns once it answers."""
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)

    def stop(self) -> None:
        """End, and with it what is still being answered."""
        self._server.should_exit = self._server.force_exit = True
        self._thread.join()
        self._socket.close()

    def _app(self) -> Starlette:
        return Starlette(routes=[Route("/{path:path}", self._answer, methods=["GET", "POST"])])

    async def _answer(self, request: Request) -> Response:
        body = json.loads(await request.body() or b"{}")
        asked = Asked(request.url.path, body, dict(request.headers))
        self.asked.append(asked)
        part = self._part
        if part.times and len(self.asked) - self._since > part.times:
            part = PARTS["perfect"]
        if asked.has_schema and not part.takes_schema:
            return _error(400, "response_format is not supported by this model")
        if part.status != 200:
            return _error(part.status, f"no answer to {asked.prompt}", part.headers)
        protocol, media_type = protocol_of(asked.path)
        text = part.speech(asked)
        return StreamingResponse(_timed(protocol(_pieces(text, part), part.counts), part), media_type=media_type)


def _error(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    """Real providers repeat keys and prompts in their errors, so this one does too."""
    return JSONResponse({"error": {"message": message, "type": "error", "code": None}}, status, headers)


def _pieces(text: str, part: Part) -> Iterator[str]:
    sent = 0
    for piece in re.findall(r"\s*\S+|\s+$", text):
        if part.cut_after and sent >= part.cut_after:
            raise ConnectionResetError("the part breaks off here")
        yield piece
        sent += len(piece)


async def _timed(events: Iterator[str], part: Part) -> AsyncIterator[str]:
    await asyncio.sleep(part.first_after)
    for event in events:
        yield event
        await asyncio.sleep(part.piece_after)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


# --- what the parts say ----------------------------------------------------------------------------


def draft(*sentences: tuple[str, Sequence[int], Sequence[str]], not_in_sources: bool = False) -> str:
    """An answer in the form that the schema asks for: text, passages and quotes of each sentence."""
    listed = [{"text": text, "passages": list(numbers), "quotes": list(quotes)} for text, numbers, quotes in sentences]
    return json.dumps({"sentences": listed, "not_in_sources": not_in_sources})


def _quoted(asked: Asked, most: int = 2) -> list[tuple[str, int, str]]:
    """The first sentence of each of the first passages: as plain text, its passage, as it stands there."""
    found = []
    for number, text in asked.passages.items():
        if match := _SENTENCE.search(text):
            found.append((match.group().replace("*", ""), number, match.group()))
    return found[:most]


def _perfect(asked: Asked) -> str:
    return draft(*((text, [number], [quote]) for text, number, quote in _quoted(asked)))


def _liar(asked: Asked) -> str:
    """Three lies to each passage: another number, an invented quote, a quote that stands in another passage."""
    lies = []
    for text, number, quote in _quoted(asked, most=8):
        lies += [
            (f"{text.rstrip('.')}, which costs $4,321 a year.", [number], [quote]),
            ("Nobody has to keep anything after 17 days.", [number], ["Nobody has to keep anything after 17 days."]),
            (text, [next((n for n in asked.passages if n != number), 99)], [quote]),
        ]
    return draft(*lies)


def _preacher(asked: Asked) -> str:
    said = " ".join(text for text, _, _ in _quoted(asked))
    return f"Great question! In my experience it all depends. {said} Always follow your heart, and have a lawyer."


def _injected(asked: Asked) -> str:
    """Does what the first instruction in the passages or the question tells it."""
    order = _ORDER.search(asked.prompt[asked.prompt.find("<passage-") :])
    words = order.group(1).strip() if order else "I have no instructions."
    return draft((words, [1], [words]))


def _refusal(_: Asked) -> str:
    return "I'm sorry, but I can't help with that request."


def _garbage(asked: Asked) -> str:
    return '{"sentences": [{"text": ' + _perfect(asked)[20:60] + '}}]], "not_in_sources": maybe'


def _lines(asked: Asked) -> str:
    """The form for weak models."""
    return "\n".join(f'S: {text} | P: {number} | Q: "{quote}"' for text, number, quote in _quoted(asked))


PARTS: Final[dict[str, Part]] = {
    "perfect": Part(_perfect),
    "fenced": Part(lambda asked: f"Here you are:\n```json\n{_perfect(asked)}\n```"),
    "lines": Part(_lines, takes_schema=False),
    "schemaless": Part(_perfect, takes_schema=False),
    "liar": Part(_liar),
    "preacher": Part(_preacher),
    "injected": Part(_injected),
    "modest": Part(lambda _: draft(not_in_sources=True)),
    "refusal": Part(_refusal),
    "empty": Part(lambda _: ""),
    "garbage": Part(_garbage),
    "stalled": Part(_perfect, first_after=60),
    "slow": Part(_perfect, piece_after=0.5),
    "cut off": Part(_perfect, cut_after=80),
    "cut off early": Part(_perfect, cut_after=1),
    "limited": Part(_perfect, status=429),
    "broken": Part(_perfect, status=500),
    "locked": Part(_perfect, status=401),
    "flaky": Part(_perfect, status=503, times=1),
}


@contextmanager
def model_server_running() -> Iterator[ModelServer]:
    """A server for as long as the block lasts."""
    server = ModelServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()
