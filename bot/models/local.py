"""A model file (GGUF) in this process, by llama.cpp. The one owner of xllamacpp."""

import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import Any, Final

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage, convert_to_openai_messages
from langchain_core.messages.ai import UsageMetadata
from langchain_core.output_parsers import JsonOutputParser
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from pydantic import PrivateAttr

_CONTEXT_TOKENS: Final = 8192
_UNPROCESSABLE: Final = 422
_REPEAT_PENALTY: Final = 1.1
_REPEAT_TOKENS: Final = 256
"""Without a small penalty on the last tokens a small model says the same words until its answer is cut off."""


class LocalModelError(Exception):
    """llama.cpp gave no answer; ``status_code`` is what its own server would answer with."""

    def __init__(self, message: str, status_code: int) -> None:
        super().__init__(message)
        self.status_code = status_code


class LocalChat(BaseChatModel):
    """Answers one question at a time; the file is loaded with the first."""

    path: Path
    max_tokens: int
    seconds: float
    """The most that one answer may take, with the wait for the one before it."""

    _server: Any = PrivateAttr(default=None)
    _lock: Lock = PrivateAttr(default_factory=Lock)

    @property
    def _llm_type(self) -> str:
        return "llama.cpp"

    def with_structured_output(
        self, schema: Any, *, include_raw: bool = False, **kwargs: Any
    ) -> Runnable[Any, dict[str, Any]]:
        """Decoding that can write nothing but what the JSON schema allows, and its parsed result."""
        if include_raw:
            raise NotImplementedError("stream the first step of this sequence for the raw text")
        return self.bind(json_schema=schema) | JsonOutputParser()

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        *,
        json_schema: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        request: dict[str, Any] = {
            "messages": convert_to_openai_messages(messages),
            "max_tokens": self.max_tokens,
            "temperature": 0,
            "repeat_penalty": _REPEAT_PENALTY,
            "repeat_last_n": _REPEAT_TOKENS,
            "stop": stop or [],
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if json_schema is not None:
            named = {"name": json_schema.get("title", "answer"), "schema": json_schema}
            request["response_format"] = {"type": "json_schema", "json_schema": named}
        for part in self._parts(request):
            chunk = ChatGenerationChunk(message=_message(part))
            if run_manager:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    def _parts(self, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """What llama.cpp reports by callback, as an iterator; to close it ends the work at the next token."""
        deadline = time.monotonic() + self.seconds
        if not self._lock.acquire(timeout=self.seconds):
            raise TimeoutError("the answer before this one took too long")
        parts: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        stopped = Event()

        def received(part: dict[str, Any]) -> bool:
            parts.put(part)
            return stopped.is_set() or time.monotonic() > deadline

        def work() -> None:
            try:
                self._loaded().handle_chat_completions(request, received)
            except RuntimeError:  # the file cannot be loaded
                received({"error": {"message": "the model file cannot be loaded", "code": _UNPROCESSABLE}})
            finally:
                parts.put(None)
                self._lock.release()

        Thread(target=work, name="llama.cpp").start()  # no daemon: it must not run on while the process ends
        try:
            while (part := parts.get()) is not None:
                if "error" in part:
                    raise LocalModelError(part["error"]["message"], part["error"]["code"])
                yield part
        finally:
            stopped.set()

    def _loaded(self) -> Any:
        if self._server is None:
            import xllamacpp

            params = xllamacpp.CommonParams()
            params.model.path = str(self.path)
            params.n_ctx = _CONTEXT_TOKENS
            params.n_parallel = 1
            params.cpuparams.n_threads = params.cpuparams_batch.n_threads = _threads()
            params.verbosity = -1
            params.ui = False
            params.api_keys = [secrets.token_urlsafe(24)]  # it also listens on the loopback address: for nobody
            self._server = xllamacpp.Server(params)
        return self._server


def _threads() -> int:
    """One core stays free: threads that wait for one on a busy core make each token 200 times as slow (measured)."""
    return max(1, (os.cpu_count() or 1) - 1)


def _message(part: dict[str, Any]) -> AIMessageChunk:
    choices, usage = part.get("choices") or [], part.get("usage")
    text = choices[0]["delta"].get("content") or "" if choices else ""
    if not usage:
        return AIMessageChunk(content=text)
    counted = UsageMetadata(
        input_tokens=usage["prompt_tokens"],
        output_tokens=usage["completion_tokens"],
        total_tokens=usage["total_tokens"],
    )
    return AIMessageChunk(content=text, usage_metadata=counted)
