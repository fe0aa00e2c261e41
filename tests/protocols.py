"""How the providers send an answer piece by piece: the bodies of their streams, as their own clients read them."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

INPUT_TOKENS, OUTPUT_TOKENS = 120, 30
"""What every complete answer claims to have used."""
MODEL: Final = "scripted"

Protocol = Callable[[Iterable[str], bool], Iterator[str]]
"""Pieces of text, and whether the tokens are counted, to parts of a body."""


def openai(pieces: Iterable[str], counts: bool) -> Iterator[str]:
    """Chat completions: server-sent events."""
    yield _completion({"delta": {"role": "assistant", "content": ""}, "finish_reason": None})
    for piece in pieces:
        yield _completion({"delta": {"content": piece}, "finish_reason": None})
    yield _completion({"delta": {}, "finish_reason": "stop"})
    if counts:
        yield _completion(None)
    yield "data: [DONE]\n\n"


def _completion(choice: dict[str, Any] | None) -> str:
    usage = {
        "prompt_tokens": INPUT_TOKENS,
        "completion_tokens": OUTPUT_TOKENS,
        "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS,
    }
    event = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": MODEL,
        "choices": [{"index": 0, **choice}] if choice else [],
        "usage": None if choice else usage,
    }
    return f"data: {json.dumps(event)}\n\n"


def anthropic(pieces: Iterable[str], counts: bool) -> Iterator[str]:
    """Messages: named server-sent events."""
    read, written = (INPUT_TOKENS, OUTPUT_TOKENS) if counts else (0, 0)
    message = {
        "id": "msg_1", "type": "message", "role": "assistant", "model": MODEL, "content": [], "stop_reason": None,
        "stop_sequence": None, "usage": {"input_tokens": read, "output_tokens": 1},
    }  # fmt: skip
    yield _named("message_start", message=message)
    yield _named("content_block_start", index=0, content_block={"type": "text", "text": ""})
    for piece in pieces:
        yield _named("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
    yield _named("content_block_stop", index=0)
    usage = {"input_tokens": read, "output_tokens": written}
    yield _named("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None}, usage=usage)
    yield _named("message_stop")


def _named(kind: str, **fields: Any) -> str:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n"


def google(pieces: Iterable[str], counts: bool) -> Iterator[str]:
    """Gemini: server-sent events, each with the count so far."""
    written = 0
    listed = list(pieces)
    for number, piece in enumerate(listed, start=1):
        written = OUTPUT_TOKENS * number // len(listed)
        candidate = {"index": 0, "content": {"role": "model", "parts": [{"text": piece}]}}
        if number == len(listed):
            candidate["finishReason"] = "STOP"
        event: dict[str, Any] = {"candidates": [candidate], "modelVersion": MODEL}
        if counts:
            event["usageMetadata"] = {
                "promptTokenCount": INPUT_TOKENS,
                "candidatesTokenCount": written,
                "totalTokenCount": INPUT_TOKENS + written,
            }
        yield f"data: {json.dumps(event)}\n\n"


def ollama(pieces: Iterable[str], counts: bool) -> Iterator[str]:
    """Ollama's own: one JSON object a line."""
    common = {"model": MODEL, "created_at": "2026-11-25T00:00:00Z"}
    for piece in pieces:
        yield json.dumps({**common, "message": {"role": "assistant", "content": piece}, "done": False}) + "\n"
    counted = {"prompt_eval_count": INPUT_TOKENS, "eval_count": OUTPUT_TOKENS} if counts else {}
    last = {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop", **counted}
    yield json.dumps({**common, **last}) + "\n"


def protocol_of(path: str) -> tuple[Protocol, str]:
    """The protocol of an address, and the media type of its answers."""
    if path.endswith("/messages"):
        return anthropic, "text/event-stream"
    if "GenerateContent" in path:
        return google, "text/event-stream"
    if path.endswith("/api/chat"):
        return ollama, "application/x-ndjson"
    return openai, "text/event-stream"
