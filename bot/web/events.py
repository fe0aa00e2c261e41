"""An answer as server-sent events: verified sentences, then the whole Reply."""

import logging
from collections.abc import AsyncIterator, Iterator
from threading import Event
from typing import Final

from anyio import to_thread
from fastapi import Request
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel

from bot import prompts
from bot.types import CitedSentence, Reply
from bot.web.failures import Problem, log_places

logger = logging.getLogger(__name__)

MEDIA_TYPE: Final = "text/event-stream"
_HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_FAILED: Final = Problem(code="internal_error", message=prompts.INTERRUPTED)


def wants_events(request: Request) -> bool:
    """True when the caller accepts a stream."""
    accepted = request.headers.get("accept", "").lower()
    return any(part.partition(";")[0].strip() == MEDIA_TYPE for part in accepted.split(","))


def stream_response(
    events: Iterator[CitedSentence | Reply], request: Request, stopped: Event, headers: dict[str, str]
) -> EventSourceResponse:
    """The events as they come. ``stopped`` is set when the caller has gone, and at the end."""
    return EventSourceResponse(_sent(events, request, stopped), headers={**_HEADERS, **headers})


async def _sent(events: Iterator[CitedSentence | Reply], request: Request, stopped: Event) -> AsyncIterator[bytes]:
    """Each event is worked out in a thread; when the caller goes, the wait ends at once and the thread is told."""
    try:
        while (event := await to_thread.run_sync(next, events, None, abandon_on_cancel=True)) is not None:
            if await request.is_disconnected():
                return
            yield _encoded("reply" if isinstance(event, Reply) else "sentence", event)
    except Exception as error:  # the edge: the caller is told, the log keeps the place
        log_places(logger, "a stream failed", error)
        yield _encoded("error", _FAILED)
    finally:
        stopped.set()


def _encoded(name: str, data: BaseModel) -> bytes:
    return format_sse_event(event=name, data_str=data.model_dump_json())
