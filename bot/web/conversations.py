"""Conversation ids as clients see them: signed, short-lived, and of no use to anybody who makes one up."""

import secrets
from typing import Final

from itsdangerous import BadData, URLSafeTimedSerializer

from bot.errors import UnknownConversationError
from bot.prompts import UNKNOWN_CONVERSATION

_SALT: Final = "conversation"
_MAX_CHARS: Final = 500


class ConversationTokens:
    """A token stands for a conversation for ``minutes``; every reply comes with a fresh one.

    Without a ``secret`` the key is made for this process, and no token outlives it.
    """

    def __init__(self, minutes: float, *, secret: str = "") -> None:
        self._seconds = minutes * 60
        self._signer = URLSafeTimedSerializer(secret or secrets.token_urlsafe(48), salt=_SALT)

    def issue(self, conversation_id: str) -> str:
        """A token for a conversation, good from now on."""
        return str(self._signer.dumps(conversation_id))

    def conversation_id(self, token: str) -> str:
        """The conversation that a token stands for.

        Raises:
            UnknownConversationError: the token was not made here, was changed, or is too old. Which, is not told.
        """
        try:
            if len(token) <= _MAX_CHARS:
                return str(self._signer.loads(token, max_age=int(self._seconds)))
        except (BadData, ValueError):
            pass
        raise UnknownConversationError(UNKNOWN_CONVERSATION)
