"""Whether a sentence says what its quotes say, by its words and by the encoder."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Final, Protocol

import numpy as np

from bot.tokens import stem, words
from bot.types import Matrix
from bot.verify.claim import IN_BRACKETS, Claim, Flaw, content, without_brackets
from bot.verify.quantities import quantities

LEAST_COVERAGE: Final = 0.6
"""Share of the sentence's content words that have to be the quotes'."""
LEAST_COSINE: Final = 0.6
"""Of the encoder's vectors. Both are floors below the other checks, which ``mso-bot eval mutate`` measures together."""
_ROOT: Final = 5
_SHARE_OF_ROOT: Final = 0.7
_CLAUSE_WORDS: Final = 3
_NEGATING: Final = ("un", "non", "in", "im", "il", "ir", "dis", "mis")
_NEUTRAL: Final = frozenset(
    content(
        "according act also apply case concern cover deal define describe document explain follow general include "
        "involve law legal matter mean name people person purpose relate relevant require requirement rule say set "
        "source specific state statement summary term type"
    )
)
"""Words with which a sentence introduces what it says, and that state nothing by themselves."""
_PAIRS: Final = """
    accept/refuse accept/reject accept/decline agree/disagree allow/forbid allow/prohibit allow/ban permit/prohibit
    permit/forbid open/closed opened/closed begin/end start/end start/stop before/after buy/sell civil/criminal
    employer/employee exclude/include federal/state first/last former/current gain/lose give/take grant/deny
    approve/deny guilty/innocent high/low higher/lower increase/decrease raise/lower join/leave keep/destroy
    large/small lawful/illegal legal/illegal long/short major/minor maximum/minimum most/least more/less new/old
    optional/mandatory optional/required voluntary/mandatory exempt/subject exempt/required pay/receive public/private
    real/fake same/different send/receive sender/recipient strict/loose true/false valid/void win/lose written/oral
    present/absent always/never full/partial everyone/nobody succeed/fail early/late earlier/later add/remove
    direct/indirect fixed/variable temporary/permanent
"""
_OPPOSITES: Final = frozenset(frozenset(stem(w) for w in pair.split("/")) for pair in _PAIRS.split())


class Encodes(Protocol):
    """An encoder of sentences."""

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Unit-length vectors, shape (len(texts), d)."""


def wording(claim: Claim) -> Flaw | None:
    """Most of the words are the quotes', none is nobody's, and none takes the place of one of theirs.

    A word of the heading, of the question or of none of them in particular may be added, for then the statement is the
    quotes' still; in the place of a quoted word it makes another statement.
    """
    said, own = content(claim.text_in_terms), {*content(claim.quoted_in_terms), *content(claim.quoted)}
    if sum(w in own for w in said) < LEAST_COVERAGE * max(1, len(said)):
        return Flaw.WORDS
    strange = {w for w in said if w not in own and not any(_is_derived(w, other) for other in own)}
    beside = {
        w for text in (claim.around, claim.question) for t in (text, claim.terms.expand(text)) for w in content(t)
    }
    replacing = any(w in strange or more for w, more in _replacing(claim).items())
    return Flaw.WORDS if strange - beside - _NEUTRAL or replacing or _opposes(claim) else None


def sources(claim: Claim) -> Flaw | None:
    """Each clause says what one quote says: who stands in one and what stands in another make no statement together."""
    if len(claim.quotes) == 1:
        return None
    quoted = [_everything(claim.terms.expand(q)) for q in claim.quotes]
    known = frozenset().union(*quoted)
    whole = all(any(clause & known <= one for one in quoted) for clause in _clauses(claim.text_in_terms))
    return None if whole else Flaw.MIXED


def cosine(claim: Claim, encoder: Encodes) -> float:
    """Of the sentence and its quotes, in [-1, 1]."""
    said, quoted = encoder.encode([claim.text, claim.quoted])
    return float(np.dot(said, quoted))


def _clauses(text: str) -> Iterator[frozenset[str]]:
    """What each clause says; a piece between commas that says little belongs to the next one, or to the last."""
    pieces = re.split(r"[,;:]\s", IN_BRACKETS.sub(lambda m: re.sub("[,;:]", " ", m[0]), text))
    held: frozenset[str] = frozenset()
    found: list[frozenset[str]] = []
    for piece in pieces:
        held |= _everything(piece)
        if len(held) >= _CLAUSE_WORDS:
            found.append(held)
            held = frozenset()
    yield from found[:-1]
    yield frozenset().union(*found[-1:], held)


def _everything(text: str) -> frozenset[str]:
    """Content words and quantities of a text."""
    return frozenset((*content(text), *(q.value for q in quantities(text))))


def _replacing(claim: Claim) -> Mapping[str, bool]:
    """The words that stand where the quotes have others, by the longest common runs of both; brackets left out.

    True of those that stand in the sentence more often than in the quotes: they have not only moved.
    """
    said, quoted = (content(without_brackets(text)) for text in (claim.text_in_terms, claim.quoted_in_terms))
    more = Counter(said) - Counter(quoted)
    changes = SequenceMatcher(None, quoted, said, autojunk=False).get_opcodes()
    return {w: w in more for tag, _, _, start, end in changes if tag == "replace" for w in said[start:end]}


def _is_derived(one: str, other: str) -> bool:
    """True for words of one root that the stemmer leaves apart, such as ``licensure`` and ``licensing``."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return same >= _ROOT and same >= _SHARE_OF_ROOT * max(len(one), len(other))


def _opposes(claim: Claim) -> bool:
    """True when a word that the quotes do not have is the opposite of one that they have."""
    quoted = frozenset(words(claim.quoted))
    return any(_are_opposite(new, old) for new in frozenset(words(claim.text)) - quoted for old in quoted)


def _are_opposite(one: str, other: str) -> bool:
    if frozenset((stem(one), stem(other))) in _OPPOSITES:
        return True
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return any(longer == prefix + joint + shorter for prefix in _NEGATING for joint in ("", "-"))
