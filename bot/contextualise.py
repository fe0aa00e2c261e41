"""A question and its conversation to queries that stand alone: follow-ups filled in, double questions parted."""

import re

from bot.conjuncts import conjuncts
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
_ASKING = (
    r"(?:(?:for|from|by|in|at|to|under|of|with|on|since|until|within)\s+)?"
    r"(?:(?:what|who|when|where|how)(?:'?s)?|whom|whose|which|why)"
)
_VERB = r"(?:is|am|are|was|were|do|does|did|can|could|may|must|should|will|would|has|have)"
_PRONOUN = r"(?:i|we|you|they|he|she|it|there|this|that|these)"
_INVERSION = (
    rf"(?:(?:is|am|are|was|were|has|have)\s+{_PRONOUN}|"
    rf"(?:do|does|did|can|could|may|must|should|will|would)\s+(?:{_PRONOUN}|my|our|the|a|an))\b"
)
"""A verb before its subject, as a question has it."""
_ORDER = r"(?:name|list|tell\s+me|explain)"
_PARTING = re.compile(
    rf"(\?+\s+(?=\w)"
    rf"|[,;.]?\s+(?:and|also|plus|&|n|\+)\s+(?:also\s+|then\s+|if (?:so|not),?\s+)?(?=(?:{_ASKING}|{_VERB}|{_ORDER})\b)"
    rf"|[,;.]?\s+or\s+(?=(?:{_ASKING}|{_ORDER})\b)"
    rf"|[.;]\s+(?=(?:also,?\s+|then\s+)?(?:{_ASKING}|{_VERB}|{_ORDER})\b)"
    rf"|,\s+(?=(?:also,?\s+|then\s+)?(?:{_ASKING}(?:\s+\w+){{0,3}}?\s+{_VERB}|{_INVERSION}|{_ORDER})\b))",
    re.IGNORECASE,
)
"""Where one question may end and another begin; the mark between them is kept, to tell a stop from a mere ``and``."""
_ASKS = re.compile(
    rf"^(?:(?:so|ok|hi|hello|also|then|and|plus|or)[\s,]+)*(?:{_ASKING}|{_VERB}|{_ORDER})\b", re.IGNORECASE
)
_ASKING_FIRST = re.compile(rf"^(?:(?:also|then|and|plus|or)\s+)?{_ASKING}\b", re.IGNORECASE)
_INVERTED = re.compile(rf"^{_INVERSION}", re.IGNORECASE)
_CONDITION = re.compile(
    rf"^(?:(?:and|so|ok|well|but)[\s,]+)*(?:what\s+(?:if|about)|how\s+about|when(?!\s+{_VERB})|if)\b", re.IGNORECASE
)
_STARTS_WITH_VERB = re.compile(rf"^{_VERB}\b", re.IGNORECASE)
_JOINS = re.compile(r"(?:\b(?:and|also|plus|n)\b|[&+])", re.IGNORECASE)
_TELLS = re.compile(
    r"[.?!]|\b(?:i|i'?m|we|my|our|you|your|he|she|they|his|her|their|if|when|hi|hello|thanks?)\b", re.IGNORECASE
)
_LONGEST_TOPIC = 6
_SHORTEST_PART = 3
_SHORTEST_WITH_WORD = 2
"""Of a part that begins with a question word: ``how fast``, ``who notifies``."""


def readings(question: Question) -> tuple[Query, ...]:
    """The ways in which a question can be meant, the likelier first: as it stands, and with its conversation's subject.

    One that says enough by itself has one reading only: a change of subject inherits nothing.
    """
    text = " ".join(question.text.split())
    alone = Query(text)
    if not question.history:
        return (alone,)
    with_subject = Query(text, subject=_subject(question.history))
    if _leans(text):
        return (with_subject, alone)
    return (alone, with_subject) if len(_content(text)) <= _LEANING else (alone,)


def contextualise(question: Question) -> Query:
    """The likelier of the ``readings`` of a question."""
    return readings(question)[0]


def parts(query: Query) -> tuple[Query, ...]:
    """The questions inside one: ``what is X and who does Y?`` has two. One that has one gives itself.

    A piece that asks nothing, such as the story before a question, belongs to the question behind it.
    """
    pieces: list[str] = []
    told = ""
    texts, marks = _PARTING.split(query.text)[::2], ["", *_PARTING.split(query.text)[1::2], ""]
    for text, before, after in zip(texts, marks, marks[1:], strict=False):
        piece = text.strip(" ,;.?")
        whole = f"{told}{before if told else ''}{piece}"
        conditional = after.startswith(",") and _CONDITION.match(piece)
        asks = _is_question(piece, leaning=bool(pieces or told)) or (not before and _is_topic(piece, after))
        if conditional or not asks or (told and _may_go_on(piece, before)):
            told = whole
        else:
            pieces.append(whole)
            told = ""
    if told:
        return (query,)
    pieces = [conjunct for piece in pieces for conjunct in conjuncts(piece)]
    if len(pieces) < 2:  # noqa: PLR2004 - two make a double question
        return (query,)
    made: list[Query] = []
    for piece in pieces:
        leans = made and (_POINTS_BACK.search(piece) or len(_content(piece)) < _FEW)
        made.append(Query(piece, subject=query.subject or (pieces[0] if leans else "")))
    return tuple(made)


def _is_question(piece: str, *, leaning: bool) -> bool:
    """True when a piece is long enough to be a question, and begins like one; behind another it may lean on it."""
    least = _SHORTEST_WITH_WORD if _ASKING_FIRST.match(piece) else _SHORTEST_PART
    return (leaning or bool(tokens(piece))) and len(piece.split()) >= least and bool(_ASKS.search(piece))


def _is_topic(piece: str, mark: str) -> bool:
    """True for a topic that stands for a question about it, as in ``maximum fine and can they appeal``."""
    few = _SHORTEST_WITH_WORD <= len(piece.split()) <= _LONGEST_TOPIC
    return few and bool(_JOINS.search(mark)) and not _TELLS.search(piece)


def _may_go_on(piece: str, mark: str) -> bool:
    """True when a piece may belong to the statement before it: ``the owner and is retired``, not ``…, do we pay``."""
    return not any(c in mark for c in "?.;") and bool(_STARTS_WITH_VERB.match(piece)) and not _INVERTED.match(piece)


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
