"""The earlier questions of each conversation, kept in this process and forgotten when idle."""

import secrets
from threading import Lock
from typing import Final

from cachetools import TTLCache

from bot.errors import UnknownConversationError

MAX_CONVERSATIONS: Final = 10_000
"""With more than this at once, the one that was idle longest is forgotten first."""
MAX_TURNS: Final = 20
"""Earlier questions that are kept of each conversation; older ones no longer help a follow-up."""


class Conversations:
    """Questions by conversation id. Safe to use from several threads.

    A caller never sends its history: it sends an id that cannot be guessed, and reads what was kept here.
    """

    def __init__(
        self, minutes: float, *, max_conversations: int = MAX_CONVERSATIONS, max_turns: int = MAX_TURNS
    ) -> None:
        self._questions: TTLCache[str, tuple[str, ...]] = TTLCache(max_conversations, ttl=minutes * 60)
        self._max_turns = max_turns
        self._lock = Lock()

    def start(self) -> str:
        """The id of a new, empty conversation."""
        conversation_id = secrets.token_urlsafe(24)
        with self._lock:
            self._questions[conversation_id] = ()
        return conversation_id

    def questions(self, conversation_id: str) -> tuple[str, ...]:
        """The questions so far, oldest first.

        Raises:
            UnknownConversationError: there is no such conversation, or it was idle too long.
        """
        with self._lock:
            return self._keep(conversation_id, ())

    def add(self, conversation_id: str, question: str) -> None:
        """Remember one more question.

        Raises:
            UnknownConversationError: as for ``questions``.
        """
        with self._lock:
            self._keep(conversation_id, (question,))

    def _keep(self, conversation_id: str, more: tuple[str, ...]) -> tuple[str, ...]:
        """Writing the entry again is what renews its time to live."""
        held = self._questions.get(conversation_id)
        if held is None:
            raise UnknownConversationError(
                "This conversation is not known here, or it ended because it was idle. "
                "Send the question without a conversation id to start a new one."
            )
        self._questions[conversation_id] = kept = (*held, *more)[-self._max_turns :]
        return kept
