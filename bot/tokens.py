"""Words and legal citations: what counts as one token when texts are compared."""

import re
from collections.abc import Iterator
from functools import lru_cache

import Stemmer

_CITATION = re.compile(
    r"\d+(?:\.\d+)*(?:[a-z]{1,2}(?![a-z]))?(?:-\d*[a-z]{0,2}(?![a-z\d]))*(?:\([a-z0-9]{1,4}\))*", re.IGNORECASE
)
_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)*", re.IGNORECASE)
_PIECE = re.compile(f"{_CITATION.pattern}|{_WORD.pattern}", re.IGNORECASE)

FUNCTION_WORDS = frozenset(
    """
    a about above after again all also am an and any anybody anyone anything are as at be because been before being
    below between both but by came can can't cannot cant come could did didn't do does doesn't doesnt doing don't
    dont down during each either else ever every for from further get gets getting give given go goes going got had
    has have having he hello her here hers hey hi him his how however i i'd i'll i'm i've id if im in into is isn't
    isnt it it's its itself ive just kind know let let's lets like make many may maybe me might mine more most much
    must my myself need needs neither no nor not now of off ok on once one only or other our ours out over please
    put quick really s same say says see shall she should so some somebody someone something sort still such take
    tell than thank thanks that that's the their theirs them then there there's these they they're thing things this
    those though through thru to too toward u under until up upon us use used using very want wants was way we well
    were what what's whatever whats when where whether which while who who's whom whose why will with within without
    won't would yes yet you you're your yours yourself
    """.split()
)
"""English words without a subject of their own. ``own`` stays: who owns a practice is a subject."""


def tokens(text: str) -> list[str]:
    """Content words, stemmed, and citations kept whole; a citation also gives its shorter forms.

    ``8 NYCRR § 29.1(b)(4)`` gives ``8``, ``nycrr``, ``29.1(b)(4)``, ``29.1(b)`` and ``29.1``.
    """
    return [t for piece in pieces(text) for t in _forms(piece) if t not in FUNCTION_WORDS]


def words(text: str) -> list[str]:
    """Lower-case words of a text, unstemmed, without citations and numbers."""
    return [w.lower().replace("’", "'") for w in _WORD.findall(text)]


def numbers(text: str) -> frozenset[str]:
    """Numbers and citations of a text, as written apart from case and thousands separators."""
    return frozenset(p for p in pieces(text) if p[0].isdigit())


_PARENTHESES = re.compile(r"\([^()]*(?:\([^()]*\)[^()]*)*\)")
_NUMBER = re.compile(
    r"\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|half|percent|year|month|day|hour|annual|week)",
    re.IGNORECASE,
)
_ASKS_NUMBER = re.compile(
    r"\b(how (much|many|long|often|soon|fast|quick|old|big|large)"
    r"|what (percent|amount|year|date|age|number|fee|fine|penalty|price)|when|deadline|cost|price|number of|amount"
    r"|max|maximum|minimum|average|phone|days|hours|fee for|fine for|cap)\b",
    re.IGNORECASE,
)


def has_number(text: str) -> bool:
    """Whether a text states a number, a duration or a share; citations in parentheses do not count."""
    return bool(_NUMBER.search(_PARENTHESES.sub("", text)))


def asks_for_number(text: str) -> bool:
    """Whether a question asks for a number, a date, a duration or an amount."""
    return bool(_ASKS_NUMBER.search(text))


def pieces(text: str) -> Iterator[str]:
    """Words and citations in order, lower-case, thousands separators removed."""
    cleaned = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    return (m.group().lower().replace("’", "'") for m in _PIECE.finditer(cleaned))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The Snowball (English) stem of one lower-case word."""
    return str(Stemmer.Stemmer("english").stemWord(word))


def _forms(piece: str) -> Iterator[str]:
    if not piece[0].isdigit():
        yield piece if piece in FUNCTION_WORDS else stem(piece.removesuffix("'s"))
        return
    yield piece
    while piece.endswith(")"):
        piece = piece[: piece.rindex("(")]
        yield piece
