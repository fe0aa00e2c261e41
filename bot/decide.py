"""What becomes of a question: answered, partial, declined or chat."""

import math
from collections.abc import Sequence
from dataclasses import replace

from bot.types import Corpus, Outcome, Part, Reason, Status, Verdict

UNAVAILABLE = Outcome(Status.DECLINED, Reason.UNAVAILABLE, Verdict("question", "a stage failed"))

_REASONS = {
    "out_of_jurisdiction": Reason.OUT_OF_JURISDICTION,
    "out_of_scope": Reason.OUT_OF_SCOPE,
    "urgent": Reason.OUT_OF_SCOPE,
    "not_in_sources": Reason.NOT_IN_SOURCES,
    "unsafe": Reason.UNSAFE,
    "unclear": Reason.UNCLEAR,
    "language": Reason.UNCLEAR,
}
_MOST_SUGGESTIONS = 3
_FAR = 0.05
"""Below this confidence nothing that was found comes close."""
_RARER = 10
"""Corpora list far more near misses than questions off the subject, so the reader finds the latter too rarely; chosen
on the development cases."""
_UNCOVERED = 0.5
"""Below this share of the threshold a part of a question counts as not covered; above it nothing is claimed."""
_SURE_ANYHOW = 0.8
"""From this confidence on the documents' own answer is given although a model has found none in the same passages."""
_NO_NEARBY = frozenset({"unsafe", "urgent", "language", "chat", "out_of_scope"})
"""Kinds of question after which what is nearest in the documents would be beside the point."""


_NEEDED = {"question": 1.0, "advice": 0.3}
"""Kinds that may be answered, with the share of the threshold that they need: to a request for advice the reply only
says what holds in general, and refers the asker to a person."""


def covered(found: Sequence[Part], threshold: float) -> tuple[Part, ...]:
    """The parts of a question that may be answered and for which enough was found."""
    return tuple(p for p in found if p.confidence >= threshold * _NEEDED.get(p.verdict.kind, math.inf))


def overall(found: Sequence[Part]) -> Verdict:
    """One verdict for all parts: what must be declined weighs most, then advice, then a plain question."""
    verdicts = [p.verdict for p in found]
    for kind in ("unsafe", "out_of_jurisdiction", "advice", "question"):
        if any(v.kind == kind for v in verdicts):
            return next(v for v in verdicts if v.kind == kind)
    return verdicts[0]


def decide(verdict: Verdict, found: Sequence[Part], answered: Sequence[Part], corpus: Corpus) -> Outcome:
    """The outcome for a verdict, the parts of the question, and those of them that the documents cover."""
    confidence = min((p.confidence for p in answered), default=max((p.confidence for p in found), default=0.0))
    doubtful = corpus.calibration.threshold * _UNCOVERED
    uncovered = tuple(p.text for p in found if p not in answered and p.confidence < doubtful)
    if verdict.kind == "chat":
        return Outcome(Status.CHAT, None, verdict, 1.0, suggestions=corpus.scope.starters[:_MOST_SUGGESTIONS])
    if verdict.kind in _REASONS:
        return Outcome(
            Status.DECLINED,
            _REASONS[verdict.kind],
            verdict,
            confidence,
            suggestions=_suggestions(verdict, found, corpus),
        )
    if verdict.kind == "advice" and answered:
        return Outcome(Status.PARTIAL, Reason.ADVICE, verdict, confidence)
    if not answered:
        reason = Reason.ADVICE if verdict.kind == "advice" else _why_not(found)
        return Outcome(Status.DECLINED, reason, verdict, confidence, suggestions=_suggestions(verdict, found, corpus))
    if uncovered:
        return Outcome(Status.PARTIAL, Reason.NOT_IN_SOURCES, verdict, confidence, uncovered)
    return Outcome(Status.ANSWERED, None, verdict, confidence)


def doubted(outcome: Outcome, found: Sequence[Part], corpus: Corpus) -> Outcome:
    """The outcome once a model has said that what was found does not answer: a decline, unless we are sure it does."""
    if outcome.confidence >= _SURE_ANYHOW:
        return outcome
    return replace(decide(outcome.verdict, found, (), corpus), reason=outcome.reason or Reason.NOT_IN_SOURCES)


def _why_not(found: Sequence[Part]) -> Reason:
    """Why nothing is answered: the likeliest other kind of question, or that the documents do not say it."""
    kinds = found[0].evidence.kinds
    if kinds:
        weighed = {k: p * _RARER if k == "out_of_scope" else p for k, p in kinds.items()}
        likeliest = max(weighed, key=weighed.__getitem__)
        return _REASONS.get(likeliest, Reason.ADVICE if likeliest == "advice" else Reason.NOT_IN_SOURCES)
    nearest = next((e.kind for p in found for e in p.evidence.examples), "")
    far = all(p.confidence < _FAR for p in found)
    return Reason.OUT_OF_SCOPE if nearest == "out_of_scope" and far else Reason.NOT_IN_SOURCES


def _suggestions(verdict: Verdict, found: Sequence[Part], corpus: Corpus) -> tuple[str, ...]:
    """The nearest known questions, which by their nature can be answered; else the starters."""
    near: tuple[str, ...] = ()
    if verdict.kind not in _NO_NEARBY:
        near = tuple(dict.fromkeys(_capital(hit.known.questions[0]) for p in found for hit in p.evidence.known))
    return (near or corpus.scope.starters)[:_MOST_SUGGESTIONS]


def _capital(wording: str) -> str:
    return wording[:1].upper() + wording[1:]
