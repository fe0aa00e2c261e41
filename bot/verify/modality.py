"""May and must, not and only, who and whom: small words and their order, which turn a statement into another."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Final

from bot.tokens import FUNCTION_WORDS, pieces, stem, words
from bot.verify.claim import Claim, Flaw, without_brackets

_NO_NEGATION: Final = re.compile(r"^No[,:]|\bNo\.(?=\s*\d)")
"""The answer to a question, and the short form of ``number``."""
_NOT: Final = frozenset("not no never neither nor without none nobody nothing".split())
_LONG_MODALS: Final = (
    (re.compile(r"\b(?:(?:is|are|was|were|be)\s+required|has|have|had|needs?|ought)\s+to\b", re.IGNORECASE), "must"),
    (re.compile(r"\b(?:is|are|was|were|be)\s+(?:allowed|permitted|able|free)\s+to\b", re.IGNORECASE), "may"),
)
_MODALS: Final = {"may": "may", "can": "may", "must": "must", "shall": "must"} | {
    w: w for w in ("should", "will", "would", "could", "might")
}
_ENDS_SCOPE: Final = frozenset(". ; : , ( ) — – but unless except although though because since while if when".split())
_TOKEN: Final = re.compile(r"\d[\w.()-]*\w|\w[\w'’-]*|[.;:,()—–]")

_CONDITIONS: Final = (
    ("except", r"unless|except\w*|excluding|other than|apart from"),
    ("only", r"only|solely|exclusively"),
    ("if", r"if|provided|as long as|so long as|subject to|when|whenever|where|once|upon"),
    ("but", r"but|however|although|though|whereas"),
    ("says", r"says?|said|according to|names|named|alleg\w+|argues?|suggests?|whether|tells?|told|writes?|wrote"),
)
_CONDITION: Final = re.compile(
    r"\b(?:" + "|".join(rf"(?P<{name}>{pattern})" for name, pattern in _CONDITIONS) + r")\b",
    re.IGNORECASE,
)
_NEARLY_ALL: Final = 0.8
_ALL: Final = frozenset("all any every each always both anyone everyone everything entirely completely".split())
_HEDGES: Final = frozenset(
    "generally typically usually often sometimes normally mostly mainly primarily most many some few several".split()
)
_RELATIONS: Final = frozenset("before after until within during since above below beyond against without".split())
_ENUMERATES: Final = re.compile(r"[\s,/]*(?:and|or|&)?\s*(?:other\s+|an?\s+|the\s+)?", re.IGNORECASE)


def negation(claim: Claim) -> Flaw | None:
    """What is negated in the sentence is negated in the quotes, and vice versa; none is added, none is lost."""
    texts = (claim.text, claim.quoted)
    said, quoted = (_polarities(claim.terms.expand(claim.without_openings(text))) for text in texts)
    turned = any(signs - quoted[word] for word, signs in said.items() if word in quoted)
    more = _negations(claim.text) - _negations(claim.quoted)
    says_all = len(said.keys() & quoted.keys()) >= _NEARLY_ALL * len(quoted)
    return Flaw.NEGATION if turned or more > 0 or (says_all and more < 0) else None


def modals(claim: Claim) -> Flaw | None:
    """May, must, should and will stand before the same verbs as in the quotes, as often, and before no others."""
    said, quoted = _governed(claim.text), _governed(claim.quoted)
    if Counter(kind for kind, _ in said) - Counter(kind for kind, _ in quoted):
        return Flaw.MODAL
    governed, bare = {verb for _, verb in quoted}, _content(claim.quoted)
    for kind, verb in said:
        if verb in governed | bare and (kind, verb) not in quoted:
            return Flaw.MODAL
    return Flaw.MODAL if governed & (_content(claim.text) - {verb for _, verb in said}) else None


def conditions(claim: Claim) -> Flaw | None:
    """Unless, only, if, but and their like, and who says so: none is lost and none is added."""
    return None if _conditions(claim.text) == _conditions(claim.quoted) else Flaw.CONDITION


def extent(claim: Claim) -> Flaw | None:
    """All and every are the quotes' own; usually and most are not lost; before and after are not exchanged."""
    said, quoted = frozenset(words(claim.text)), frozenset(words(claim.quoted))
    widened = said & _ALL and not quoted & _ALL
    unhedged = quoted & _HEDGES and not said & _HEDGES
    return Flaw.EXTENT if widened or unhedged or said & (_HEDGES | _RELATIONS) - quoted else None


def roles(claim: Claim) -> Flaw | None:
    """Who does what to whom: words and parties stand in the order of the quotes, unless the voice is another."""
    said = _acting(claim.text, claim)
    orders = (claim.quoted, " ".join(reversed(claim.quotes)))
    follows = _is_passive(claim) or any(_follows(said, _acting(quoted, claim)) for quoted in orders)
    return Flaw.ROLES if _turned(_order(claim.text), _order(claim.quoted)) or not follows else None


def _scopes(text: str) -> Iterator[tuple[str, bool]]:
    """Each content word, stemmed, and whether a negation before it in its clause reaches it."""
    negated = False
    tokens = [t.lower() for t in _TOKEN.findall(_NO_NEGATION.sub("", text))]
    for before, token in zip(["", *tokens], tokens, strict=False):
        if token in _NOT:
            negated = True
        elif token in _ENDS_SCOPE or (before == "and" and token in _MODALS):
            negated = False
        elif token not in FUNCTION_WORDS and token[0].isalpha():
            yield stem(token.removesuffix("'s").removesuffix("’s")), negated


def _polarities(text: str) -> Mapping[str, set[bool]]:
    found: dict[str, set[bool]] = {}
    for word, negated in _scopes(text):
        found.setdefault(word, set()).add(negated)
    return found


def _negations(text: str) -> int:
    return sum(w in _NOT for w in words(_NO_NEGATION.sub("", text)))


def _governed(text: str) -> list[tuple[str, str]]:
    """The kind of each modal, and the verb behind it, stemmed; empty where none follows, as in ``may do so``."""
    for pattern, kind in _LONG_MODALS:
        text = pattern.sub(kind, text)
    found: list[tuple[str, str]] = []
    waits = False
    for token in (t.lower() for t in _TOKEN.findall(text)):
        if token in _MODALS:
            found.append((_MODALS[token], ""))
            waits = True
        elif token in _ENDS_SCOPE - {","}:
            waits = False
        elif waits and token[0].isalpha() and token not in FUNCTION_WORDS and not token.endswith("ly"):
            found[-1] = (found[-1][0], stem(token))
            waits = False
    return found


def _content(text: str) -> set[str]:
    """Every content word, stemmed: those that a modal could stand before are among them."""
    return {stem(w) for w in words(text) if w not in FUNCTION_WORDS}


def _conditions(text: str) -> Counter[str]:
    """How often each kind of condition is made; that somebody says something is one of its truth."""
    return Counter(str(m.lastgroup) for m in _CONDITION.finditer(text))


def _order(text: str) -> Mapping[str, int]:
    """The places of the content words that stand in a text once, as written; brackets left out."""
    found = list(pieces(without_brackets(text)))
    once = {w for w, n in Counter(found).items() if n == 1}
    return {w: i for i, w in enumerate(found) if w in once and w not in FUNCTION_WORDS and w[0].isalpha()}


def _turned(said: Mapping[str, int], quoted: Mapping[str, int]) -> bool:
    """True when some two words have changed sides of a third one that stands between them."""
    shared = sorted(said.keys() & quoted.keys(), key=said.__getitem__)
    return any(quoted[c] < quoted[b] < quoted[a] for a, b, c in combinations(shared, 3))


def _acting(text: str, claim: Claim) -> list[str]:
    """The parties that a text mentions, in order; those of an enumeration in alphabetical order."""
    found: list[list[str]] = []
    text, last = claim.terms.expand(claim.without_openings(text)), 0
    for term, start, end in claim.terms.mentions(text):
        if term not in claim.terms.parties:
            continue
        if found and _ENUMERATES.fullmatch(text[last:start]):
            found[-1].append(term)
        else:
            found.append([term])
        last = end
    return [term for group in found for term in sorted(group)]


def _is_passive(claim: Claim) -> bool:
    """True when one of sentence and quotes names who acts with ``by`` and the other does not."""
    return ("by" in words(claim.text)) != ("by" in words(claim.quoted))


def _follows(said: list[str], quoted: list[str]) -> bool:
    """True when the mentions of a sentence come in the order of the quotes; some may be left out."""
    rest = iter(quoted)
    return all(term in rest for term in said)
