"""A question and its conversation to queries that stand alone: follow-ups filled in, double questions parted."""

import re

from bot.tokens import FUNCTION_WORDS, tokens, words
from bot.types import Query, Question

_CARRIES_ON = re.compile(
    r"^(and|or|but|so|also|then|plus|what about|how about|what if|same (for|with)|even|ok(ay)?[, ]+(and|so|but)|"
    r"what else|anything else)\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(it|its|those|these|this|they|them|their|theirs|he|she|his|her|him|ones?|there|such|the same|the other)\b"
    r"|\bthat\b(?=\s*([?.!,]|$|(is|was|does|do|also|rule|law|one|apply|applies|true|for|in|period|training|agency)\b))",
    re.IGNORECASE,
)
_FEW = 3
_LEANING = 6
_QUESTION_STARTS = (
    r"what|who|whom|whose|when|where|which|why|how|"
    r"is|are|was|were|do|does|did|can|could|may|must|should|will|would|has|have"
)
_PARTING = re.compile(
    rf"\?+\s+(?=\w)|[,;.]?\s+(?:and|also|plus|or)\s+(?:also\s+|then\s+|if so,?\s+)?(?=(?:{_QUESTION_STARTS})\b)"
    rf"|[.;]\s+(?=(?:also,?\s+)?(?:{_QUESTION_STARTS})\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(rf"^(?:(?:so|ok|hi|hello|also|then)[\s,]+)*(?:{_QUESTION_STARTS})\b", re.IGNORECASE)
_SHORTEST_PART = 3


def contextualise(question: Question) -> Query:
    """The question with what it inherits from earlier turns; a question that stands alone inherits nothing."""
    text = " ".join(question.text.split())
    if not question.history or not _leans(text):
        return Query(text)
    return Query(text, subject=_subject(question.history))


def parts(query: Query) -> tuple[Query, ...]:
    """The questions inside one: ``what is X and who does Y?`` has two. One that has one gives itself.

    A piece that asks nothing, such as the story before a question, belongs to the question behind it.
    """
    pieces: list[str] = []
    told = ""
    for piece in (p.strip(" ,;.?") for p in _PARTING.split(query.text)):
        if tokens(piece) and len(words(piece)) >= _SHORTEST_PART and _ASKS.search(piece):
            pieces.append(f"{told} {piece}".strip())
            told = ""
        else:
            told = f"{told} {piece}".strip()
    if len(pieces) < 2 or told:  # noqa: PLR2004 - two make a double question
        return (query,)
    made: list[Query] = []
    for piece in pieces:
        leans = made and (_POINTS_BACK.search(piece) or len(_content(piece)) < _FEW)
        made.append(Query(piece, subject=query.subject or (pieces[0] if leans else "")))
    return tuple(made)


def _leans(text: str) -> bool:
    """True when a question cannot be understood without the one before it."""
    content = _content(text)
    if len(content) <= 1 or (_CARRIES_ON.match(text) and len(content) <= _LEANING):
        return True
    pronoun = _POINTS_BACK.search(text)
    if pronoun is None or len(content) > _LEANING:
        return False
    return len(content) <= _FEW or len(_content(text[: pronoun.start()])) <= 1


def _content(text: str) -> list[str]:
    return [w for w in words(text) if w not in FUNCTION_WORDS]


def _subject(history: tuple[str, ...]) -> str:
    """The latest earlier question that stood alone, with the follow-ups after it."""
    for back, earlier in enumerate(reversed(history)):
        if not _leans(earlier) or back == len(history) - 1:
            return " ".join(history[len(history) - 1 - back :]) if back else earlier
    return ""
