"""Dates of birth: dates that stand next to a word for birth."""

import re
from collections.abc import Iterator
from typing import Final

_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR: Final = r"(?:19|20)\d\d"
_SHORT_YEAR: Final = rf"(?:{_YEAR}|['’]?\d\d)"
_DATE: Final = (
    rf"(?:{_YEAR}[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])"
    rf"|(?:0?[1-9]|[12]\d|3[01])\s?[-/.]\s?(?:0?[1-9]|[12]\d|3[01])\s?[-/.]\s?{_SHORT_YEAR}"
    rf"|{_MONTH}\s*{_DAY}(?:,?\s*{_SHORT_YEAR})?"
    rf"|(?:the\s)?{_DAY}(?:\s+of)?[\s-]+{_MONTH}(?:,?[\s-]*{_SHORT_YEAR})?)"
)
_BIRTH: Final = r"(?:d\.?o\.?b\b\.?|(?:date|day)\s+of\s+birth|birth\s?-?(?:date|day)|born|b-?day)"
_OTHER_DATE: Final = (
    r"\b(?:effective|since|until|till|before|after|by|as\sof|law|rule|regulation|act|signed|filed|dated|expires?|due|starting"
    r"|from|deadline|policy|version|requirement|visit|seen|appointment|issued|enacted|adopted|amended|hired|joined)\b"
)
_AFTER: Final = re.compile(
    rf"\b{_BIRTH}(?P<gap>[^.?!;\n]{{0,40}}?)(?<![\w§/.-])(?P<date>{_DATE})(?![\w/-])", re.IGNORECASE
)
_BEFORE: Final = re.compile(
    rf"(?<![\w§/.-])(?P<date>{_DATE})\W{{1,3}}(?:(?:is|was|as|being|for|\()?\s*(?:my|his|her|their|the|our|\w+['’]s)?\s*(?:\w+['’]s\s)?)?{_BIRTH}",
    re.IGNORECASE,
)
_OTHER: Final = re.compile(_OTHER_DATE, re.IGNORECASE)


def birth_dates(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the dates; a year alone is not one."""
    for match in _AFTER.finditer(text):
        if not _OTHER.search(match["gap"]):
            yield match.span("date")
    yield from (match.span("date") for match in _BEFORE.finditer(text))
