"""Which of a document's authorities stand behind one of its sentences."""

import re
from collections.abc import Sequence

from bot.tokens import tokens
from bot.types import Authority

_YEAR = re.compile(r"(19|20)\d\d")
_NEEDED = 2


def authorities_behind(quote: str, authorities: Sequence[Authority]) -> tuple[str, ...]:
    """Those that share a citation number with the sentence, or two words with what it names in parentheses."""
    numbers = _citation_numbers(quote)
    named = {
        t
        for part in re.findall(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)", quote)
        for t in tokens(part)
        if not t[0].isdigit()
    }
    found = [
        a.citation
        for a in authorities
        if numbers & _citation_numbers(a.citation)
        or len(named & {t for t in tokens(a.citation) if not t[0].isdigit()}) > _NEEDED
    ]
    return tuple(found)


def _citation_numbers(text: str) -> frozenset[str]:
    """Numbers that can only be citations: with a point, a dash or a bracket, or of three digits and more; not years."""
    numbers = {t for t in tokens(text) if t[0].isdigit() and not _YEAR.fullmatch(t)}
    return frozenset(n for n in numbers if len(n) > 2)  # noqa: PLR2004 - shorter ones are ages, days and titles of codes
