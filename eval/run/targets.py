"""What is asked: the bot in this process, or a server over HTTP."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, Protocol

import httpx
from pydantic import ValidationError
from uuid_utils import uuid7

from bot.answer import ENGINE
from bot.contextualise import contextualise
from bot.errors import InputError
from bot.pipeline import Bot
from bot.prompts import DISCLAIMER
from bot.trace import Observer, unobserved
from bot.types import Corpus, Document, Kind, Question, Reason, Reply, Span, Status

_RANKED = 10
_CONVERSATION = "X-Conversation-Id"
_SECONDS = 60.0


class Target(Protocol):
    """Something that can be asked. ``name`` and ``settings`` are for the record."""

    @property
    def name(self) -> str:
        """In the words of the report."""

    @property
    def settings(self) -> dict[str, Any]:
        """The settings that this side knows of."""

    @property
    def corpus(self) -> Corpus:
        """The documents that it answers from; their texts at least."""

    @property
    def passages(self) -> tuple[Span, ...]:
        """Everything that its search can find; empty when that cannot be seen."""

    @property
    def engine(self) -> str:
        """The engine that is to answer; empty where that cannot be seen."""

    def ask(self, question: str, history: Sequence[str], *, observe: Observer = unobserved) -> Reply:
        """One reply; a question that is refused as unusable counts as declined, unclear.

        ``observe`` is told how it came about, where that can be seen.
        """

    def rank(self, question: str, history: Sequence[str]) -> tuple[Span, ...] | None:
        """The passages that its search finds for the whole question, best first; None when that cannot be seen."""


class InProcess:
    """A bot in this process; its search can be seen too."""

    name = "in process"

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._retriever = bot.retriever.model_copy(update={"k": _RANKED})

    @property
    def settings(self) -> dict[str, Any]:
        """All of them, passwords in addresses left out."""
        return {k: _without_password(v) for k, v in self._bot.settings.model_dump(mode="json").items()}

    @property
    def corpus(self) -> Corpus:
        """The bot's own."""
        return self._bot.corpus

    @cached_property
    def passages(self) -> tuple[Span, ...]:
        """Every passage of the index."""
        return tuple(p.span for p in self._retriever.retriever.index.passages)

    @property
    def engine(self) -> str:
        """The model's where there is one."""
        return f"generative:{self._bot.model.name}" if self._bot.model else ENGINE

    def ask(self, question: str, history: Sequence[str], *, observe: Observer = unobserved) -> Reply:
        """One reply."""
        try:
            return self._bot.ask(question, history, observe=observe)
        except InputError as error:
            return self._bot.unusable(question, error)

    def rank(self, question: str, history: Sequence[str]) -> tuple[Span, ...] | None:
        """The first ten passages; a follow-up is searched with what it inherits."""
        query = contextualise(Question(question, tuple(history)))
        found = self._retriever.invoke(f"{query.subject} {query.text}".strip())
        return tuple(Span(d.metadata["document_id"], d.metadata["start"], d.metadata["end"]) for d in found)


class HttpTarget:
    """A running server. Its documents are read from it, so that quotes are checked against what it serves.

    Raises:
        InputError: the server cannot be reached, or does not speak this interface.
    """

    passages: tuple[Span, ...] = ()
    engine = ""

    def __init__(self, url: str, *, client: Callable[..., httpx.Client] = httpx.Client) -> None:
        self.name = url.rstrip("/")
        if not self.name.startswith(("http://", "https://")):
            raise InputError(f"{url!r} is no address of a server; write one such as http://127.0.0.1:7860.")
        self._client = client(base_url=self.name, timeout=_SECONDS)
        self.corpus = Corpus(tuple(self._documents()))
        self.settings: dict[str, Any] = {"url": self.name}

    def ask(self, question: str, history: Sequence[str], *, observe: Observer = unobserved) -> Reply:
        """One reply, in a conversation that begins with the history."""
        conversation: str | None = None
        for earlier in history:
            conversation = self._post(earlier, conversation).headers.get(_CONVERSATION, conversation)
        response = self._post(question, conversation)
        if response.is_client_error:
            return _unusable(question)
        try:
            return Reply.model_validate_json(response.content)
        except ValidationError as error:
            first = error.errors()[0]
            raise InputError(f"{self.name}: {question[:60]!r} got no valid Reply ({first['msg']}).") from None

    def rank(self, question: str, history: Sequence[str]) -> tuple[Span, ...] | None:
        """Cannot be seen from outside."""
        return None

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _post(self, question: str, conversation: str | None) -> httpx.Response:
        body = {"question": question} | ({"conversation_id": conversation} if conversation else {})
        return self._send("POST", "/api/ask", refusals=(400, 413, 422), json=body)

    def _documents(self) -> Iterable[Document]:
        for item in self._send("GET", "/api/sources").json():
            text = self._send("GET", f"/api/sources/{item['id']}").json()["text"]
            yield Document(item["id"], item["title"], Kind.DOCUMENT, text, sections=(), sentences=())

    def _send(self, method: str, path: str, *, refusals: Sequence[int] = (), **sent: Any) -> httpx.Response:
        try:
            response = self._client.request(method, path, **sent)
        except httpx.HTTPError as error:
            raise InputError(f"{self.name}: cannot be asked ({type(error).__name__}); is the server running?") from None
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise InputError(
                f"{self.name}: limits how often it may be asked; start it with MSO_QUESTIONS_PER_MINUTE=0, "
                "MSO_QUESTIONS_PER_DAY=0 and MSO_QUESTIONS_PER_CONVERSATION=0 to measure it."
            )
        if response.is_error and response.status_code not in refusals:
            raise InputError(f"{self.name}{path}: answered with status {response.status_code}; is it this program?")
        return response


def _unusable(question: str) -> Reply:
    """What ``Bot.unusable`` makes of a question that is refused with a 4xx."""
    return Reply(
        id=str(uuid7()), question=question, status=Status.DECLINED, reason=Reason.UNCLEAR, answer="(refused)",
        confidence=0.0, disclaimer=DISCLAIMER, engine="none", corpus_version="", latency_ms=0.0,
    )  # fmt: skip


def _without_password(value: Any) -> Any:
    """An address such as ``redis://user:secret@host`` without its user and password."""
    if not isinstance(value, str) or "://" not in value or "@" not in value:
        return value
    scheme, _, rest = value.partition("://")
    return f"{scheme}://***@{rest.rpartition('@')[2]}"
