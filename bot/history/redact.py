"""Personal data out of a text, before it is stored.

Found are e-mail addresses, telephone, social security and card numbers, dates of birth, and names where the words
around say that one is meant. Rules by form and context, no model: what is found is the same on every machine.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from bot.history.dates import birth_dates
from bot.history.names import names
from bot.history.numbers import cards, phones, social_security_numbers
from bot.types import Reply

Redactor: TypeAlias = Callable[[str], str]
"""A text to the text that may be stored."""

_EMAIL: Final = re.compile(
    r"[\w.+%'-]{1,64}@[\w-]+(?:\.[\w-]+)+"
    r"|\b[\w.+-]{2,64}\s*(?:\(at\)|\[at\]|\sat\s)\s*[\w-]{2,40}\s*(?:\(dot\)|\[dot\]|\sdot\s)\s*(?:com|org|net|edu|gov|io|us|co)\b",
    re.IGNORECASE,
)


def _emails(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _EMAIL.finditer(text))


_KINDS: Final[dict[str, Callable[[str], Iterator[tuple[int, int]]]]] = {
    "email": _emails,
    "card": cards,
    "ssn": social_security_numbers,
    "birth": birth_dates,
    "phone": phones,
    "name": names,
}
"""The order is that of precedence where two overlap."""


@dataclass(frozen=True, slots=True, order=True)
class Personal:
    """``text[start:end]`` is personal data of one kind."""

    start: int
    end: int
    kind: str


def personal(text: str) -> tuple[Personal, ...]:
    """All personal data in a text, in order and without overlaps."""
    kept: list[Personal] = []
    for kind, find in _KINDS.items():
        for start, end in find(text):
            if all(end <= other.start or other.end <= start for other in kept):
                kept.append(Personal(start, end, kind))
    return tuple(sorted(kept))


def redact(text: str) -> str:
    """The text with ``[email]``, ``[name]`` and the like in place of personal data."""
    return _without(text, personal(text))


def as_it_is(text: str) -> str:
    """The redactor of an operator who switched redaction off."""
    return text


def storable(text: str) -> str:
    """The text without what no database takes: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def redacted_reply(reply: Reply, redactor: Redactor) -> Reply:
    """The reply as it may be stored.

    An answer repeats parts of its question where it tells what it does not cover; sentences of the documents stay.
    """
    question, answer = redactor(reply.question), reply.answer
    if redactor is not as_it_is:
        said = {reply.question[p.start : p.end] for p in personal(reply.question)}
        quoted = [s.text for s in reply.sentences]
        answer = "".join(part if part in quoted else redactor(_blank(part, said)) for part in _parted(answer, quoted))
    return reply.model_copy(update={"question": storable(question), "answer": storable(answer)})


def _without(text: str, found: tuple[Personal, ...]) -> str:
    parts, end = [], 0
    for one in found:
        parts += [text[end : one.start], f"[{one.kind}]"]
        end = one.end
    return "".join([*parts, text[end:]])


def _blank(text: str, said: set[str]) -> str:
    for words in sorted(said, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", "[removed]", text, flags=re.IGNORECASE)
    return text


def _parted(answer: str, quoted: list[str]) -> list[str]:
    """The answer in pieces, of which each quoted sentence is one."""
    if not quoted:
        return [answer]
    longest_first = sorted(set(quoted), key=len, reverse=True)
    return re.split("(" + "|".join(re.escape(q) for q in longest_first) + ")", answer)
