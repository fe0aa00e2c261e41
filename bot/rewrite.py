"""A follow-up in words that stand alone, by a chat model; kept only when it asks what was asked."""

import logging
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.models import ChatModel, ModelUnavailable, Usage
from bot.prompts import REWRITE_SYSTEM, REWRITE_USER
from bot.tokens import FUNCTION_WORDS, numbers, stem, words
from bot.types import Question

log = logging.getLogger(__name__)

_EARLIER: Final = 4
"""Earlier questions that are shown; what lies further back is seldom meant."""
_MOST_CHARS: Final = 400
_TURNING: Final = frozenset("no not never neither nor cannot only without before after".split())
_ASKS: Final = re.compile(
    r"\?\s*$|^(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|can|could|may|must|should|"
    r"will|would|has|have|in|for|under|at|by|to)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A follow-up put anew. ``text`` is empty where the model failed, or asked something else."""

    text: str
    usage: Usage
    failure: str = ""
    """Why the model gave none, in one word."""


def rewrite(question: Question, model: ChatModel) -> Rewriting:
    """One short call of the model; what comes back is used only when ``asks_the_same``."""
    token = secrets.token_hex(4)
    earlier = "\n".join(question.history[-_EARLIER:])
    user = REWRITE_USER.format(token=token, earlier=earlier, question=question.text)
    call = model.call(REWRITE_SYSTEM.format(token=token), user)
    try:
        said = " ".join("".join(call).split()).strip("\"“”' ")
    except ModelUnavailable as error:
        return Rewriting("", call.usage, error.reason)
    text = said if asks_the_same(said, question) else ""
    log.debug("a follow-up of %d characters was rewritten to %d", len(question.text), len(text))
    return Rewriting(text, call.usage)


def asks_the_same(rewritten: str, question: Question) -> bool:
    """True for one question that keeps the numbers, names and other content words, and adds only such as were said."""
    if not 0 < len(rewritten) <= _MOST_CHARS or not _ASKS.search(rewritten):
        return False
    said_before = [question.text, *question.history]
    kept = all(found([question.text]) <= found([rewritten]) for found in (_content, _numbers))
    return kept and all(found([rewritten]) <= found(said_before) for found in (_content, _numbers))


def _content(texts: Sequence[str]) -> set[str]:
    """Words that a question may not lose or gain: all but function words that turn nothing round."""
    found = {w for text in texts for w in words(text)}
    return {stem(w.removesuffix("'s")) for w in found if w not in FUNCTION_WORDS or w in _TURNING or w.endswith("n't")}


def _numbers(texts: Sequence[str]) -> set[str]:
    return {n for text in texts for n in numbers(text)}
