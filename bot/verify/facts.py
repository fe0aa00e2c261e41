"""Numbers, names and parties of a sentence: each has to stand in what it cites."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from bot.tokens import FUNCTION_WORDS, words
from bot.verify.claim import Claim, Flaw
from bot.verify.quantities import Quantity, quantities, shorter_forms

_RUN: Final = re.compile(r"\b[A-Z][\w.&'’-]*(?:\s+(?:(?:of|the|and|for|on|to)\s+)*[A-Z][\w.&'’-]*)*")
_ACRONYM: Final = re.compile(r"[A-Z]{2,}|[A-Z]\.")
_LINKS: Final = frozenset({"of", "the", "and", "for", "on", "to"})
_MONTH: Final = "May"
"""The one whose name is a function word too."""
_PERSONS: Final = frozenset("i me my mine we us our ours you your yours".split())
_LEANING: Final = frozenset(
    "yes no it its they them their he she his her this that these those such here there".split()
)


def numbers(claim: Claim) -> Flaw | None:
    """Each number, date, amount, percentage and section stands in the quotes as often, with its bound and unit."""
    said, quoted = quantities(claim.text_in_terms), quantities(claim.quoted_in_terms)
    around = quantities(claim.around_in_terms)
    values, beside = (Counter(form for q in found for form in shorter_forms(q.value)) for found in (quoted, around))
    if not _supported(Counter(q.value for q in said), values, beside):
        return Flaw.NUMBER
    return None if all(_keeps_its_company(q, (*quoted, *around)) for q in said) else Flaw.NUMBER


def names(claim: Claim) -> Flaw | None:
    """Each capitalised name stands in the quotes, a heading or a title, under any name that the glossary gives it."""
    as_written = _comparable(f"{claim.quoted} | {claim.around}")
    as_terms = _comparable(f"{claim.quoted_in_terms} | {claim.around_in_terms}")
    stands = [
        _comparable(name) in as_written or _comparable(claim.terms.expand(name)) in as_terms
        for name in _names(claim.text)
    ]
    return None if all(stands) else Flaw.NAME


def parties(claim: Claim) -> Flaw | None:
    """Each term of the glossary that is mentioned is mentioned in the quotes too, and nobody stands in for another."""
    said, quoted, around = (
        Counter({term for term, _, _ in claim.terms.mentions(text)})
        for text in (claim.text_in_terms, claim.quoted_in_terms, claim.around_in_terms)
    )
    return None if _supported(said, quoted, around) else Flaw.PARTY


def persons(claim: Claim) -> Flaw | None:
    """Nobody is spoken to, and no first word leans on another sentence or on the question."""
    said, quoted = words(claim.text), words(claim.quoted)
    leans = bool(_LEANING.intersection(said[:1])) and said[:1] != quoted[:1]
    return Flaw.PARTY if leans or _PERSONS.intersection(said) - set(quoted) else None


def _supported(said: Counter[str], quoted: Counter[str], around: Counter[str]) -> bool:
    """What is said stands in the quotes. A heading may add to it, but not replace what the quotes have."""
    return said <= quoted or (said <= quoted + around and set(quoted) <= set(said))


def _keeps_its_company(said: Quantity, stated: Sequence[Quantity]) -> bool:
    """True when the same number stands with the same bound, near what this one counts and behind what names it.

    A section may stand for one inside it that is named alike.
    """
    same = [o for o in stated if o.value == said.value]
    if not same:
        inside = [o for o in stated if said.value in shorter_forms(o.value)]
        return not said.bound and any(said.label == o.label for o in inside)
    alike = [o for o in same if said.label in {"", o.label}]
    if said.is_name:
        return bool(alike)
    return any(said.bound == o.bound and (not said.counts or said.counts in o.near) for o in alike)


def _names(text: str) -> list[str]:
    """Runs of capitalised words. The first word of a sentence is one when it is an acronym or the run goes on."""
    found: list[str] = []
    for m in _RUN.finditer(text):
        name = m.group().rstrip(".'’")
        opens = not text[: m.start()].strip(" \"'“‘(")
        first, _, rest = name.partition(" ")
        if opens and not _ACRONYM.match(first):
            if first.lower() in FUNCTION_WORDS:
                name = rest
            elif not rest:
                continue
        found.append(re.sub(rf"^(?:(?:{'|'.join(_LINKS)})\s+)+", "", name))
    return [n for n in found if n and (n.lower() not in FUNCTION_WORDS or n == _MONTH)]


def _comparable(text: str) -> str:
    """Words in lower case between spaces, without articles and possessive endings."""
    found = re.findall(r"[\w§&-]+(?:\([a-z0-9]+\))*(?:\.\d+)*", re.sub(r"['’]s\b|\.(?!\d)", "", text.lower()))
    return f" {' '.join(w for w in found if w != 'the')} "
