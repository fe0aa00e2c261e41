"""The numbers of a text in one way of writing, each with the words that say what it counts and bounds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.tokens import CITATION, FUNCTION_WORDS, stem

_SMALL: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_VALUE: Final = {w: i for i, w in enumerate(_SMALL)} | {w: 10 * i for i, w in enumerate(_TENS, 2)}
_SCALE: Final = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_PART: Final = {"half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5}
_ORDINAL: Final = {
    w: f"{i}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(i, 'th') }"
    for i, w in enumerate("first second third fourth fifth sixth seventh eighth ninth tenth".split(), 1)
}
_TIMES: Final = {"twice": "2", "double": "2", "thrice": "3", "triple": "3", "single": "1"}
NUMBER_WORD: Final = re.compile(
    rf"\b(?:{'|'.join((*_VALUE, *_SCALE, *_PART, *_ORDINAL, *_TIMES))})\b(?!['’])", re.IGNORECASE
)
_NUMBER: Final = re.compile(rf"([$€£]\s?)?({CITATION.pattern})(\s?%|\s+per\s?cent\b)?", re.IGNORECASE)
_COMMA: Final = re.compile(r"(?<=\d),(?=\d{3}\b)")
_PRONOUN: Final = re.compile(
    r"\b(?:no|any|every|each|this|that|the|which)[\s-]+one\b|\bone\s+(?:another|or more|of)\b", re.I
)
_FLOOR: Final = (
    r"at least|a minimum of|minimum|no(?:t)? (?:less|fewer) than|(?:more|greater|longer) than|over|exceed\w*|above"
)
_CAP: Final = (
    r"at most|a maximum of|maximum|up to|no(?:t)? (?:more|later|longer) than|(?:less|fewer) than|under|below|within"
)
_BOUND_BEFORE: Final = re.compile(rf"(?:(?P<floor>{_FLOOR})|(?P<cap>{_CAP}))[\s$€£]+(?-i:[a-z]+\s)?$", re.IGNORECASE)
_BOUND_AFTER: Final = re.compile(
    r"^[\s-]*(?:\w+[\s-]){0,2}(?:(?P<floor>or (?:more|older|longer|over))|(?P<cap>or (?:less|fewer|younger|under)))\b",
    re.IGNORECASE,
)
_LABEL: Final = re.compile(r"(\b[A-Z][a-z]+|§+)\.?\s?$")
_SECTION_SIGN: Final = re.compile(r"§+|sections?|sec")
_CODE: Final = re.compile(r"\s+([A-Z]{2,}|(?:[A-Z]\.){2,})")
"""Behind the number of a title of a code of law, such as ``45 CFR``."""
_NAMING: Final = re.compile(r"[.(-]|^\d+[a-z]|^(?:19|20)\d\d$")
_NEAR: Final = 4
"""Content words on each side in which what a number counts is looked for."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number, money amount, percentage, date or section as a text states it."""

    value: str
    """``6``, ``$450000``, ``24%``, ``1/3``, ``2nd`` or ``29.2(a)(3)``."""
    bound: str
    """``floor`` (at least), ``cap`` (at most, within) or empty."""
    counts: str
    """The content word right behind it, stemmed: of ``six years`` ``year``; empty where there is none."""
    near: frozenset[str]
    """The content words around it, stemmed."""
    label: str = ""
    """What names it right before it: a capitalised word, in lower case, or ``§``; empty where there is none."""

    @property
    def is_name(self) -> bool:
        """True of a number that names a place in a law, or a year, and counts nothing."""
        return bool(_NAMING.search(self.value)) and "/" not in self.value


def quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text, in order. ``one`` as a pronoun is none."""
    cleaned = _COMMA.sub("", text)
    pronouns = [m.span() for m in _PRONOUN.finditer(cleaned)]
    return tuple(
        _quantity(cleaned, value, start, end)
        for value, start, end in sorted([*_written(cleaned), *_worded(cleaned)], key=lambda found: found[1])
        if not any(a <= start < b for a, b in pronouns)
    )


def shorter_forms(value: str) -> Iterator[str]:
    """A section and the wider ones that hold it: ``29.2(a)(3)``, ``29.2(a)``, ``29.2``."""
    yield value
    while value.endswith(")"):
        value = value[: value.rindex("(")]
        yield value


def _quantity(text: str, value: str, start: int, end: int) -> Quantity:
    before, after = text[:start], text[end:]
    if code := _CODE.match(after):
        name = code[1].replace(".", "").lower()
        return Quantity(value, "", name, frozenset({name}))
    bound = _BOUND_BEFORE.search(before[-40:]) or _BOUND_AFTER.search(after[:40])
    behind = _content(re.split(r"[.;:()]", after)[0])[:_NEAR]
    ahead = _content(re.split(r"[.;:()]", before)[-1])[-_NEAR:]
    counts = behind[0] if behind and re.match(r"[\s-]*(?:\w+\s)?\w", after) else ""
    return Quantity(
        value, (bound.lastgroup or "") if bound else "", counts, frozenset((*ahead, *behind)), _label(before)
    )


def _label(before: str) -> str:
    found = _LABEL.search(before)
    label = found[1].lower() if found else ""
    return "" if label in FUNCTION_WORDS else _SECTION_SIGN.sub("§", label)


def _content(text: str) -> list[str]:
    return [
        stem(w) for w in re.findall(r"[a-z]+", text.lower()) if w not in FUNCTION_WORDS and not NUMBER_WORD.fullmatch(w)
    ]


def _written(text: str) -> Iterator[tuple[str, int, int]]:
    """Numbers in digits."""
    for m in _NUMBER.finditer(text):
        number, end = m[2].lower(), m.end()
        scale = re.match(rf"\s+({'|'.join(_SCALE)})s?\b", text[end:], re.IGNORECASE)
        if scale and number.replace(".", "", 1).isdigit():
            number = f"{float(number) * _SCALE[scale[1].lower()]:.0f}"
            end += scale.end()
        dollars = re.match(r"\s+dollars?\b", text[end:], re.IGNORECASE)
        yield f"{'$' if m[1] or dollars else ''}{number}{'%' if m[3] else ''}", m.start(), end


def _worded(text: str) -> Iterator[tuple[str, int, int]]:
    """Numbers in words, those that belong together as one: ``twenty-one``, ``six hundred``, ``two thirds``.

    Words that make no number together, as in ``the first three years``, count one by one.
    """
    found = list(NUMBER_WORD.finditer(text))
    while found:
        run = [found.pop(0)]
        while found and re.fullmatch(r"[\s-]+", text[run[-1].end() : found[0].start()]):
            run.append(found.pop(0))
        value = _value([m.group().lower() for m in run])
        if not value and len(run) > 1:
            yield from ((v, m.start(), m.end()) for m in run if (v := _value([m.group().lower()])))
        if value and not (run[0].start() and text[run[0].start() - 1].isdigit()) and not _scales_digits(text, run[0]):
            percent = re.match(r"\s+per\s?cent\b", text[run[-1].end() :], re.IGNORECASE)
            yield f"{value}{'%' if percent else ''}", run[0].start(), run[-1].end()


def _scales_digits(text: str, word: re.Match[str]) -> bool:
    """``million`` in ``2 million`` is part of a number in digits."""
    return word.group().lower() in _SCALE and bool(re.search(r"\d\s+$", text[: word.start()]))


def _value(words: list[str]) -> str:
    if len(words) == 1 and words[0] in _ORDINAL | _TIMES:
        return (_ORDINAL | _TIMES)[words[0]]
    total = 0
    for word in words:
        if word in _PART:
            return f"{total or 1}/{_PART[word]}"
        if word in _SCALE:
            total = max(total, 1) * _SCALE[word]
        elif word in _VALUE:
            total += _VALUE[word]
        else:
            return ""
    return str(total)
