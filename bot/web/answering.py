"""From a question to its reply, the same for every page: conversation, limit, answer, count, record."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from bot.errors import UnknownConversationError
from bot.history import Channel, Conversations, History
from bot.pipeline import Bot
from bot.trace import Observer, unobserved
from bot.types import CitedSentence, Reply
from bot.web.limits import Limits
from bot.web.metrics import Metrics


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question that was taken on. Its work is done while ``events`` are taken."""

    conversation_id: str
    events: Iterator[CitedSentence | Reply]

    def reply(self) -> Reply:
        """The Reply, once all the work is done."""
        *_, last = self.events
        if not isinstance(last, Reply):
            raise TypeError("a stream ends with its Reply")
        return last


class Answering:
    """Used from several threads by all pages at once."""

    def __init__(
        self, bot: Bot, conversations: Conversations, limits: Limits, metrics: Metrics, history: History
    ) -> None:
        self.bot = bot
        self.conversations = conversations
        self._history = history
        self._limits = limits
        self._metrics = metrics

    def begin(
        self,
        question: str,
        conversation_id: str | None = None,
        *,
        channel: Channel,
        stopped: Callable[[], bool] = _never,
        observe: Observer = unobserved,
    ) -> Exchange:
        """Take a question on, in a new conversation where none is given. ``observe`` is told how the reply came about.

        Raises:
            InputError: the question cannot be read, or there is no such conversation.
            LimitError: the conversation has become too long.
        """
        history: Sequence[str] = self.conversations.questions(conversation_id) if conversation_id is not None else ()
        events = self.bot.stream(question, history, stopped=stopped, observe=observe)
        chosen = conversation_id if conversation_id is not None else self.conversations.start()
        if refusal := self._limits.of_conversation(chosen):
            self._metrics.limited(refusal.limit)
            raise refusal.error()
        return Exchange(chosen, self._noted(question, chosen, channel, events))

    def _noted(
        self, question: str, conversation_id: str, channel: Channel, events: Iterator[CitedSentence | Reply]
    ) -> Iterator[CitedSentence | Reply]:
        for event in events:
            if isinstance(event, Reply):
                self._metrics.replied(event)
                self._history.record(conversation_id, event, channel)
                with suppress(UnknownConversationError):  # it ended while it was answered: the reply still holds
                    self.conversations.add(conversation_id, question, event.id)
            yield event
