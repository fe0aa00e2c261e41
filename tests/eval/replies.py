"""Replies and cases made by hand over a document of 40 characters, for metrics that can be checked on paper."""

from typing import Any

from bot.prompts import DISCLAIMER
from bot.types import Citation, Reply, ReplySentence, Span
from eval.cases import Case

TEXT = "Cards cost 5 crowns. Rods are for hire."
TEXTS = {"d": TEXT}
CARDS, RODS = Span("d", 0, 20), Span("d", 21, 39)


def case(**fields: Any) -> Case:
    return Case(**{"id": "c", "question": "q", "expect": ("answered",), **fields})


def answered(*spans: Span, **changes: Any) -> Reply:
    """An answer that quotes the spans; without one, the first sentence."""
    chosen = spans or (CARDS,)
    citations = tuple(citation(n, s) for n, s in enumerate(chosen, start=1))
    sentences = tuple(ReplySentence(text=c.quote, citations=(c.number,), support="quoted") for c in citations)
    answer = " ".join(f"{c.quote} [{c.number}]" for c in citations)
    return reply(status="answered", answer=answer, sentences=sentences, citations=citations, **changes)


def declined(reason: str = "not_in_sources", **changes: Any) -> Reply:
    return reply(status="declined", reason=reason, answer="I don't find an answer.", **changes)


def citation(number: int, span: Span, **changes: Any) -> Citation:
    fields = {
        "number": number, "document_id": span.document_id, "title": "D", "section": "S",
        "quote": TEXT[span.start : span.end], "start": span.start, "end": span.end, "url": "/sources/d",
        "kind": "faq", "authorities": (), "last_reviewed": None,
    }  # fmt: skip
    return Citation(**(fields | changes))


def reply(**fields: Any) -> Reply:
    usual = {
        "id": "r", "question": "q", "confidence": 0.5, "disclaimer": DISCLAIMER, "engine": "extractive",
        "corpus_version": "v", "latency_ms": 1.0,
    }  # fmt: skip
    return Reply(**(usual | fields))
