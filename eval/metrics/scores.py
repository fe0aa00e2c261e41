"""What one reply is worth for one case. Each function is pure and gives None where it does not apply, never 0 instead.

``gold`` holds the places of each need's alternatives (``eval.cases.gold_spans``).
"""

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from bot.corpus import plain
from bot.prompts import DISCLAIMER
from bot.types import Reply, Span, Status
from eval.cases import Case, matches

Gold: TypeAlias = Sequence[Sequence[Span]]

_MARKER = re.compile(r"\s*\[\d+\]")
_CITING = frozenset({Status.ANSWERED, Status.PARTIAL})


def outcome_of(reply: Reply) -> str:
    """``status``, or ``status:reason`` when there is a reason."""
    return f"{reply.status}:{reply.reason}" if reply.reason else str(reply.status)


def outcome_correct(case: Case, reply: Reply) -> float | None:
    """1 when the outcome is among the expected ones; an expected bare status allows any reason. Ours (issue 3)."""
    if not case.expect:
        return None
    return float(outcome_of(reply) in case.expect or str(reply.status) in case.expect)


def cites(reply: Reply) -> bool:
    """True for a reply that states something: answered or partial."""
    return reply.status in _CITING


def facts_missed(case: Case, reply: Reply) -> tuple[str, ...]:
    """The facts that the sentences of the answer do not state; a question that the answer echoes states nothing."""
    said = " ".join(s.text for s in reply.sentences) or reply.answer
    return tuple(f for f in case.facts if not matches(f, said))


def forbidden_hits(case: Case, reply: Reply) -> tuple[str, ...]:
    """The forbidden patterns that the answer matches anywhere, the numbers of its citations aside."""
    said = _MARKER.sub("", reply.answer)
    return tuple(f for f in case.forbidden if matches(f, said))


def forbidden(case: Case, reply: Reply) -> float | None:
    """Number of forbidden patterns in the answer; None when the case forbids nothing."""
    return float(len(forbidden_hits(case, reply))) if case.forbidden else None


def right(case: Case, reply: Reply, gold: Gold = ()) -> float | None:
    """1 when the outcome is expected, no fact owed misses, nothing forbidden is said and a wanted conflict is shown.

    Ours; the stand-in for the experts' "accurate" of Magesh et al. 2024 (arXiv:2405.20362). A case that names no facts
    owes its gold instead: every need cited. A decline or an advice referral that is accepted and cites nothing owes
    neither.
    """
    outcome = outcome_correct(case, reply)
    if outcome is None:
        return None
    owed = not facts_missed(case, reply) if case.facts else all(needs_met(reply, gold))
    states_facts = not cites(reply) or owed
    shows_conflict = reply.conflict is not None or not case.conflict
    return float(bool(outcome) and states_facts and shows_conflict and not forbidden_hits(case, reply))


def answered_right(case: Case, reply: Reply, gold: Gold = ()) -> float | None:
    """1 when the reply states an answer and is right: the event whose probability ``confidence`` estimates.

    None unless the case is a plain question, one that the documents answer or do not answer; what the guard decides
    (advice, other places, chat, …) says nothing about that probability.
    """
    plain_outcomes = {"answered", "partial:not_in_sources", "declined:not_in_sources"}
    judged = right(case, reply, gold)
    if judged is None or plain_outcomes.isdisjoint(case.expect):
        return None
    return float(bool(judged) and cites(reply))


def fact_coverage(case: Case, reply: Reply) -> float | None:
    """Share of the facts that the answer states; None without facts, or when declining is accepted and was done.

    The "nugget recall" of Voorhees 2003 (TREC QA), with patterns for the assessor.
    """
    if not case.facts or _declined_rightly(case, reply):
        return None
    return 1 - len(facts_missed(case, reply)) / len(case.facts)


def evidence_cited(case: Case, reply: Reply, gold: Gold) -> float | None:
    """Share of needs of which an alternative is cited; None without gold, or when a right reply cites nothing."""
    return None if not gold or _declined_rightly(case, reply) else _share(needs_met(reply, gold))


def citation_recall(reply: Reply, gold: Gold) -> float | None:
    """Share of needs met by the citations of a reply that cites (after Gao et al. 2023, ALCE, with gold spans)."""
    return _share(needs_met(reply, gold)) if gold and reply.citations else None


def citation_precision(reply: Reply, gold: Gold) -> float | None:
    """Share of citations that overlap some gold alternative (after Gao et al. 2023, ALCE, with gold spans)."""
    return _share(citations_right(reply, gold)) if gold and reply.citations else None


def needs_met(reply: Reply, gold: Gold) -> tuple[bool, ...]:
    """Of each need: does some citation overlap one of its alternatives?"""
    return tuple(any(c.overlaps(g) for c in _cited(reply) for g in need) for need in gold)


def citations_right(reply: Reply, gold: Gold) -> tuple[bool, ...]:
    """Of each citation: does it overlap some alternative of some need?"""
    return tuple(any(c.overlaps(g) for need in gold for g in need) for c in _cited(reply))


def unsupported_sentences(reply: Reply, texts: Mapping[str, str]) -> float | None:
    """Number of sentences that are not bound to quotes that stand at their offsets; None for a reply without sentences.

    The complement of "citation support" of Liu et al. 2023 (arXiv:2304.09848), decided exactly: each citation's quote
    is ``text[start:end]`` of its document, and a quoted sentence is in its quotes' wording.
    """
    if not reply.sentences:
        return None
    quotes = {c.number: c.quote for c in reply.citations if _stands(texts, c.document_id, c.start, c.end, c.quote)}
    return float(sum(not _supported(s.text, s.support, [quotes.get(n) for n in s.citations]) for s in reply.sentences))


def disclaimer(reply: Reply) -> float:
    """1 when the reply carries the fixed disclaimer, word for word."""
    return float(reply.disclaimer == DISCLAIMER)


def refusal(case: Case, reply: Reply) -> tuple[float, float, float] | None:
    """(was declined, should be declined, decline accepted) as 0 or 1; None when nothing is expected.

    The positive class is the status ``declined``, whatever the reason. It should be declined when every expected
    outcome is a decline; a decline is accepted when some expected outcome is one (after Rajpurkar et al. 2018).
    """
    if not case.expect:
        return None
    declining = [e.startswith(Status.DECLINED) for e in case.expect]
    return float(reply.status is Status.DECLINED), float(all(declining)), float(any(declining))


def _declined_rightly(case: Case, reply: Reply) -> bool:
    return not cites(reply) and bool(outcome_correct(case, reply))


def _cited(reply: Reply) -> tuple[Span, ...]:
    return tuple(Span(c.document_id, c.start, c.end) for c in reply.citations)


def _share(verdicts: Sequence[bool]) -> float:
    return sum(verdicts) / len(verdicts)


def _stands(texts: Mapping[str, str], document_id: str, start: int, end: int, quote: str) -> bool:
    return bool(quote.strip()) and texts.get(document_id, "")[start:end] == quote


def _supported(text: str, support: str, quotes: Sequence[str | None]) -> bool:
    standing = [q for q in quotes if q is not None]
    if not standing or len(standing) != len(quotes):
        return False
    wording = " ".join(plain(q) for q in standing)
    return support != "quoted" or text in wording
