"""Outcome and verified sentences to the Reply, and a Reply to text.

The one place where the disclaimer is added: every Reply is made by ``reply``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot import prompts
from bot.render.authorities import authorities_behind
from bot.types import (
    Citation,
    CitedSentence,
    Conflict,
    ConflictNote,
    Corpus,
    Handoff,
    Outcome,
    Reason,
    Reply,
    ReplySentence,
    Span,
    Status,
    VerifiedSentence,
)  # fmt: skip

__all__ = ["Stamp", "cited", "reply", "text"]

_DECLINES = {
    Reason.NOT_IN_SOURCES: prompts.DECLINE_NOT_IN_SOURCES,
    Reason.ADVICE: prompts.DECLINE_ADVICE,
    Reason.OUT_OF_JURISDICTION: prompts.DECLINE_JURISDICTION,
    Reason.OUT_OF_SCOPE: prompts.DECLINE_SCOPE,
    Reason.UNSAFE: prompts.DECLINE_UNSAFE,
    Reason.UNCLEAR: prompts.DECLINE_UNCLEAR,
    Reason.UNAVAILABLE: prompts.DECLINE_UNAVAILABLE,
}
_CHAT = {"greeting": prompts.GREETING, "thanks": prompts.THANKS, "goodbye": prompts.GOODBYE}


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a reply carries that the stages before do not know: identity, time, and how to reach a human."""

    id: str
    question: str
    latency_ms: float
    engine: str
    contact_url: str = ""
    contact_phone: str = ""


def reply(
    outcome: Outcome,
    sentences: Sequence[VerifiedSentence],
    corpus: Corpus,
    stamp: Stamp,
    *,
    conflicts: Sequence[Conflict] = (),
) -> Reply:
    """The Reply for an outcome. Sentences are shown, and cited, only when the outcome is answered or partial."""
    shown = sentences if outcome.states else ()
    numbers = _numbers(shown)
    return Reply(
        id=stamp.id,
        question=stamp.question,
        status=outcome.status,
        reason=outcome.reason,
        answer=_answer(outcome, shown, numbers, corpus),
        sentences=tuple(
            ReplySentence(text=v.text, citations=tuple(numbers[s] for s in v.spans), support=v.support) for v in shown
        ),
        citations=tuple(_citation(n, span, corpus) for span, n in numbers.items()),
        conflict=_conflict(conflicts, numbers) if shown else None,
        handoff=_handoff(outcome, stamp),
        suggestions=outcome.suggestions,
        confidence=round(outcome.confidence, 4),
        disclaimer=prompts.DISCLAIMER,
        engine=stamp.engine,
        corpus_version=corpus.version,
        latency_ms=round(stamp.latency_ms, 1),
    )


def cited(sentences: Sequence[VerifiedSentence], corpus: Corpus) -> tuple[CitedSentence, ...]:
    """Sentences with their citations whole, as a Reply that begins with them numbers them."""
    numbers = _numbers(sentences)
    return tuple(
        CitedSentence(
            text=v.text, citations=tuple(_citation(numbers[s], s, corpus) for s in v.spans), support=v.support
        )
        for v in sentences
    )


def text(given: Reply) -> str:
    """A Reply as plain text: answer, what it rests on, disclaimer."""
    blocks = [given.answer]
    if given.conflict:
        blocks.append(f"Note: {given.conflict.note}")
    blocks += [f'[{c.number}] {c.title}, "{c.section}" ({_origin(c)}):\n    {c.quote}' for c in given.citations]
    if given.suggestions:
        blocks.append("\n".join(["You could ask:", *(f"  - {s}" for s in given.suggestions)]))
    if given.handoff:
        blocks.append(" ".join(p for p in (given.handoff.message, given.handoff.phone, given.handoff.url) if p))
    return "\n\n".join([*blocks, given.disclaimer])


def _origin(citation: Citation) -> str:
    reviewed = f", reviewed {citation.last_reviewed.isoformat()}" if citation.last_reviewed else ""
    return f"{citation.kind}{reviewed}"


def _answer(outcome: Outcome, shown: Sequence[VerifiedSentence], numbers: dict[Span, int], corpus: Corpus) -> str:
    if not shown:
        return _without_sentences(outcome, corpus)
    prose = " ".join(f"{v.text} {''.join(f'[{numbers[s]}]' for s in v.spans)}" for v in shown)
    lead = [prompts.ADVICE_LEAD] if outcome.reason is Reason.ADVICE else []
    tail = [prompts.PARTIAL_TAIL.format(uncovered=_quoted(outcome.uncovered))] if outcome.uncovered else []
    return "\n\n".join([*lead, prose, *tail])


def _without_sentences(outcome: Outcome, corpus: Corpus) -> str:
    if outcome.status is Status.CHAT:
        about = corpus.scope.about or prompts.ABOUT_ME
        if outcome.verdict.rule in _CHAT:
            greeting = _CHAT[outcome.verdict.rule]
            return f"{greeting} {about} {prompts.ASK_ME}" if outcome.verdict.rule == "greeting" else greeting
        return f"{prompts.ABOUT_ME} {corpus.scope.about}".strip()
    if outcome.verdict.kind == "urgent":
        return corpus.scope.urgent_message or prompts.DECLINE_URGENT
    if outcome.verdict.kind == "language":
        return prompts.DECLINE_LANGUAGE
    reason = outcome.reason or Reason.UNAVAILABLE
    return _DECLINES[reason].format(jurisdiction=corpus.scope.jurisdiction)


def _numbers(sentences: Sequence[VerifiedSentence]) -> dict[Span, int]:
    """Citations are numbered in the order in which they are first needed."""
    return {span: i for i, span in enumerate(dict.fromkeys(s for v in sentences for s in v.spans), start=1)}


def _quoted(uncovered: Sequence[str]) -> str:
    return " or ".join(f"“{u}”" for u in uncovered)


def _citation(number: int, span: Span, corpus: Corpus) -> Citation:
    document = corpus.document(span.document_id)
    if document is None:
        raise KeyError(span.document_id)
    quote = document.quote(span)
    return Citation(
        number=number,
        document_id=document.id,
        title=document.title,
        section=document.section_at(span.start).heading,
        quote=quote,
        start=span.start,
        end=span.end,
        url=f"/sources/{document.id}#c{span.start}-{span.end}",
        kind=document.kind.value,
        authorities=authorities_behind(quote, document.authorities),
        last_reviewed=document.last_reviewed,
    )


def _conflict(conflicts: Sequence[Conflict], numbers: dict[Span, int]) -> ConflictNote | None:
    if not conflicts:
        return None
    cited = sorted({n for c in conflicts for side in c.sides for s, n in numbers.items() if s in side.spans})
    return ConflictNote(note=" ".join(c.note for c in conflicts), citations=tuple(cited))


def _handoff(outcome: Outcome, stamp: Stamp) -> Handoff | None:
    """A way to reach a human, where the operator named one and the answer leaves something open."""
    if outcome.status in {Status.ANSWERED, Status.CHAT} or not (stamp.contact_url or stamp.contact_phone):
        return None
    return Handoff(message=prompts.HANDOFF_MESSAGE, url=stamp.contact_url or None, phone=stamp.contact_phone or None)
