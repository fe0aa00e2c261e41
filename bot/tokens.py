"""Words and legal citations: what counts as one token when texts are compared."""

import re
from collections.abc import Iterator
from functools import lru_cache

import Stemmer

CITATION = re.compile(
    r"\d+(?:\.\d+)*(?:[a-z]{1,2}(?![a-z]))?(?:-\d*[a-z]{0,2}(?![a-z\d]))*(?:\([a-z0-9]{1,4}\))*", re.IGNORECASE
)
"""A number, or a section of law such as ``6509-a`` or ``29.1(b)(4)``."""
_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)*", re.IGNORECASE)
_PIECE = re.compile(f"{CITATION.pattern}|{_WORD.pattern}", re.IGNORECASE)

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
_DIGITS = r"(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|twelve|half|a|an|each|every|per)"
_STATED = {
    "money": re.compile(
        r"[$€£]\s?\d|\b(dollars?|cents?|times\s+the\s+damages|no\s+(fee|charge)|free)\b", re.IGNORECASE
    ),
    "share": re.compile(r"%|\b(percent\w*|half|thirds?|quarter|times)\b", re.IGNORECASE),
    "time": re.compile(
        rf"\b{_DIGITS}[\s-]+(\w+\s+)?(year|month|day|hour|week|minute)|\b(19|20)\d\d\b|\b(annual|daily|weekly|monthly|yearly|immediately)"
        r"|\b(before|after|when|until|once|within|at\s+the\s+time)\b",
        re.IGNORECASE,
    ),
    "count": re.compile(r"\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|no|none|each|every)\b", re.IGNORECASE),
    "contact": re.compile(r"@|https?:|www\.|\b\d{3}[-. )]\s?\d{3}|\b(at|by)\s+(telephone|phone)\b", re.IGNORECASE),
}
_UNIT = r"(year|month|day|hour|week|minute)s?"
_SUM = r"(fine|penalty|fee|cost|price|salary|pay|amount|charge|payout|reward|premium|rate)s?"
_ASKED = {
    "money": re.compile(
        r"\bhow\s+much\s+(is|are|was|were|does|do|did|can|could|will|would|should|must|money|for|per|in|of\s+an?\s+fine)\b"
        rf"|\bhow\s+(big|large|high|steep|heavy)\s+(a|an|is|are|can|of\s+an?)\b(?!\s+(share|cut|portion))"
        rf"|\b(what|which)('?s|\s+is|\s+are|\s+was|\s+kind\s+of)?\s+(the\s+|a\s+)?(max\w*\s+|min\w*\s+|usual\s+|average\s+|typical\s+|dollar\s+|exact\s+)*{_SUM}\b"
        rf"|\b(fine|penalty|fee|cost|salary)\s+amount\b|^{_SUM}\s+(for|of|per|to|if)\b|\bdollar\s+amount\b",
        re.IGNORECASE,
    ),
    "share": re.compile(
        r"\bwhat\s+(percent\w*|cut|portion|share\s+of)\b|\bhow\s+(big|large)\s+an?\s+(share|cut|portion|stake)\b"
        r"|\bhow\s+much\s+(is|are|does|do|did|can|could|will|would|should|must|of\s+(the|my|our|its))\b",
        re.IGNORECASE,
    ),
    "time": re.compile(
        rf"\bhow\s+(long|soon|fast|quickly|often|early|late|many\s+(\w+\s+)?{_UNIT})\b|\bhow\s+much\s+time\b|\bwhat\s+(year|date|day|month)\b"
        rf"|\b(number|amount)\s+of\s+(\w+\s+)?{_UNIT}\b|\b(since|until|by)\s+when\b|\bwhat('?s|\s+is)\s+the\s+deadline\b|\bwhen\s+(was|did)\b",
        re.IGNORECASE,
    ),
    "count": re.compile(rf"\bhow\s+many\s+(?!(\w+\s+)?{_UNIT})|\bhow\s+old\b", re.IGNORECASE),
    "contact": re.compile(
        r"\b(phone|telephone|fax|hotline)\s+(number|no\.?|#)|\b(e-?mail|mailing|street|web|postal)\s+address\b|\b(what|which)\s+(number|web\s?site|address)\b"
        r"|\bnumber\s+(to\s+call|for\s+the)\b|\blink\s+(to|for)\b|\bwhat('?s|\s+is)\s+(the|their|its)\s+(address|number|url|web\s?site)\b|\b(address|url|phone)\s+(for|of)\b",
        re.IGNORECASE,
    ),
}


def quantities_stated(text: str) -> frozenset[str]:
    """Kinds of quantity in a text: money, share, time, count, contact. Citations in parentheses do not count."""
    said = _PARENTHESES.sub("", text)
    return frozenset(kind for kind, pattern in _STATED.items() if pattern.search(said))


def quantities_asked(text: str) -> frozenset[str]:
    """Kinds of quantity that a question asks for; ``how much`` may mean money or a share."""
    return frozenset(kind for kind, pattern in _ASKED.items() if pattern.search(text))


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
