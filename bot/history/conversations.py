"""The earlier questions of each conversation, kept in this process and forgotten when idle."""

import secrets
from dataclasses import dataclass
from threading import Lock
from typing import Final

from cachetools import TTLCache

from bot.errors import UnknownConversationError
from bot.prompts import UNKNOWN_CONVERSATION

MAX_CONVERSATIONS: Final = 10_000
"""With more than this at once, the one that was idle longest is forgotten first."""
MAX_TURNS: Final = 20
"""Earlier questions that are kept of each conversation; older ones no longer help a follow-up."""
MAX_REPLIES: Final = 200
"""Ids of replies that are kept of each conversation, so that feedback can only be given on those."""


@dataclass(frozen=True, slots=True)
class _Held:
    """What is kept of one conversation."""

    questions: tuple[str, ...] = ()
    reply_ids: tuple[str, ...] = ()


class Conversations:
    """Questions by conversation id. Safe to use from several threads.

    A caller never sends its history: it sends an id that cannot be guessed, and reads what was kept here.
    """

    def __init__(
        self, minutes: float, *, max_conversations: int = MAX_CONVERSATIONS, max_turns: int = MAX_TURNS
    ) -> None:
        self._held: TTLCache[str, _Held] = TTLCache(max_conversations, ttl=minutes * 60)
        self._max_turns = max_turns
        self._lock = Lock()

    def start(self) -> str:
        """The id of a new, empty conversation."""
        conversation_id = secrets.token_urlsafe(24)
        with self._lock:
            self._held[conversation_id] = _Held()
        return conversation_id

    def questions(self, conversation_id: str) -> tuple[str, ...]:
        """The questions so far, oldest first.

        Raises:
            UnknownConversationError: there is no such conversation, or it was idle too long.
        """
        with self._lock:
            return self._keep(conversation_id).questions

    def reply_ids(self, conversation_id: str) -> tuple[str, ...]:
        """The ids of the replies so far, oldest first.

        Raises:
            UnknownConversationError: as for ``questions``.
        """
        with self._lock:
            return self._keep(conversation_id).reply_ids

    def add(self, conversation_id: str, question: str, reply_id: str = "") -> None:
        """Remember one more question, and the id of its reply.

        Raises:
            UnknownConversationError: as for ``questions``.
        """
        with self._lock:
            self._keep(conversation_id, (question,), (reply_id,) if reply_id else ())

    def end(self, conversation_id: str) -> None:
        """Forget a conversation; one that is not known is forgotten already."""
        with self._lock:
            self._held.pop(conversation_id, None)

    def _keep(self, conversation_id: str, questions: tuple[str, ...] = (), reply_ids: tuple[str, ...] = ()) -> _Held:
        """Writing the entry again is what renews its time to live."""
        held = self._held.get(conversation_id)
        if held is None:
            raise UnknownConversationError(UNKNOWN_CONVERSATION)
        self._held[conversation_id] = kept = _Held(
            (*held.questions, *questions)[-self._max_turns :], (*held.reply_ids, *reply_ids)[-MAX_REPLIES:]
        )
        return kept
