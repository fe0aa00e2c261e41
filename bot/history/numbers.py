"""Numbers that belong to a person: telephone, social security and card numbers."""

import re
from collections.abc import Iterator
from typing import Final

from phonenumbers import Leniency, PhoneNumberMatcher

_REGION: Final = "US"
_GAP: Final = r"[-‐‑‒–.\s]"
_ID_WORDS: Final = re.compile(
    r"(§|#|\b(no|num|number|nr|npi|license|licence|lic|registration|reg|index|docket|case|claim|account|acct|invoice|policy"
    r"|order|file|permit|certificate|cert|id|ein|tin|ref|reference|confirmation|tracking|control|bill|section|sec))\W{0,3}"
    r"((is|was|number|no|num)\W{1,2}){0,2}$",
    re.IGNORECASE,
)
_PHONE_WORDS: Final = re.compile(
    r"\b(phone|telephone|tel|cell|mobile|fax|call|calls|text|reach|dial|ring|whatsapp|voicemail|contact)\b[^.?!\n]{0,30}$",
    re.IGNORECASE,
)
_NORTH_AMERICAN: Final = re.compile(
    rf"(?<![\w§.-])(?:\+?1{_GAP}?)?(?:\(\d{{3}}\)\s?|\d{{3}}{_GAP})\d{{3}}{_GAP}\d{{4}}"
    r"(?:,?\s?(?:x|ext\.?|extension)\s?\d{1,6})?(?![\w-])",
    re.IGNORECASE,
)
_LOCAL: Final = re.compile(rf"(?<![\w§.-])\d{{3}}{_GAP}\d{{4}}(?![\w-])")
_SSN: Final = re.compile(r"(?<![\w§.-])(?!000)\d{3}([-‐‑‒–.\s])(?!00)\d{2}\1(?!0000)\d{4}(?![\w-])")
_AFTER_SSN: Final = re.compile(
    r"\b(?:ssn|ss#|itin|social(?: security)?(?: number| no\.?| num| #)?)\W{1,3}(?:number\W{1,2})?(?:is|was|are)?\W{0,3}"
    rf"(\d{{3}}{_GAP}?\d{{2}}{_GAP}?\d{{4}})(?!\d)",
    re.IGNORECASE,
)
_SOCIAL: Final = r"(?:ssn|social(?: security)?(?: number)?)"
_END_OF_SSN: Final = re.compile(
    rf"\b(?:last (?:four|4)(?: digits?)?(?: numbers?)? of (?:my|his|her|their|the|\w+['’]s) {_SOCIAL}"
    rf"|{_SOCIAL} (?:ends|ending) (?:in|with))\W{{1,3}}(?:is|are)?\W{{0,3}}(\d{{4}})(?!\d)",
    re.IGNORECASE,
)
_CARD: Final = re.compile(r"(?<![\w§.-])[2-6]\d{3}(?:[-–\s]?\d){9,15}(?![\w-])")
_CARD_DIGITS: Final = range(13, 20)
_LUHN: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def phones(text: str) -> Iterator[tuple[int, int]]:
    """Spans of telephone numbers: valid ones by the numbering plans, and whatever is written in their form."""
    for match in PhoneNumberMatcher(text, _REGION, leniency=Leniency.VALID):
        if not _is_an_identifier(text, match.start, match.raw_string):
            yield match.start, match.end
    yield from (match.span() for match in _NORTH_AMERICAN.finditer(text))
    yield from (match.span() for match in _LOCAL.finditer(text) if _PHONE_WORDS.search(text, 0, match.start()))


def social_security_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Spans of social security numbers, and of their last four digits where they are called that."""
    yield from (match.span() for match in _SSN.finditer(text))
    for pattern in (_AFTER_SSN, _END_OF_SSN):
        yield from (match.span(1) for match in pattern.finditer(text))


def cards(text: str) -> Iterator[tuple[int, int]]:
    """Spans of payment card numbers: as many digits as one has, with the right check digit."""
    for match in _CARD.finditer(text):
        digits = [int(c) for c in match[0] if c.isdigit()]
        if len(digits) in _CARD_DIGITS and _passes_luhn(digits):
            yield match.span()


def _is_an_identifier(text: str, start: int, raw: str) -> bool:
    """True for digits in one run, or cut out of a longer word, after a word for some other number."""
    if start and (text[start - 1].isalnum() or text[start - 1] in "§-/"):
        return True
    return (
        raw.strip("+").isdigit() and bool(_ID_WORDS.search(text, 0, start)) and not _PHONE_WORDS.search(text, 0, start)
    )


def _passes_luhn(digits: list[int]) -> bool:
    """The check digit of ISO/IEC 7812-1."""
    return sum(_LUHN[d] if i % 2 else d for i, d in enumerate(reversed(digits))) % 10 == 0
