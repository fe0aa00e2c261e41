"""A reply as the HTML of one turn."""

import datetime as dt
from typing import Any

from bot.prompts import DISCLAIMER
from bot.types import Citation, ConflictNote, Handoff, Reply, ReplySentence
from bot.web.turns import turn_html


def citation(number: int, **changes: Any) -> Citation:
    values: dict[str, Any] = {
        "number": number,
        "document_id": "rules",
        "title": "The rules",
        "section": "Fees",
        "quote": "A *fee* is <b>due</b>.",
        "start": 10,
        "end": 32,
        "url": "/sources/rules#c10-32",
        "kind": "statute-summary",
        "authorities": ("Law § 1",),
        "last_reviewed": dt.date(2026, 11, 3),
    }
    return Citation(**values | changes)


def reply(**changes: Any) -> Reply:
    values: dict[str, Any] = {
        "id": "1",
        "question": "Is a fee due?",
        "status": "answered",
        "answer": "A fee is due. [1]",
        "sentences": (ReplySentence(text="A fee is due.", citations=(1,), support="quoted"),),
        "citations": (citation(1),),
        "confidence": 0.9,
        "disclaimer": DISCLAIMER,
        "engine": "extractive",
        "corpus_version": "v",
        "latency_ms": 1.0,
    }
    return Reply(**values | changes)


def declined(**changes: Any) -> Reply:
    return reply(status="declined", reason="not_in_sources", answer="No.", sentences=(), citations=(), **changes)


def test_a_mark_leads_to_its_citation_on_the_same_turn() -> None:
    html = turn_html(reply(), number=3)
    assert 'href="#t3-1"' in html
    assert 'id="t3-1"' in html


def test_brackets_that_are_no_citation_stay_as_they_are() -> None:
    html = turn_html(reply(answer="See [7] and § 1[a]. [1]"), number=1)
    assert "See [7] and § 1[a]." in html


def test_a_citation_shows_quote_section_kind_date_authority_and_link() -> None:
    html = turn_html(reply(), number=1)
    for part in (
        "A fee is &lt;b&gt;due&lt;/b&gt;.",
        "Fees",
        "Statute summary",
        "November 3, 2026",
        "Law § 1",
        "/sources/rules#c10-32",
    ):
        assert part in html


def test_html_in_any_text_is_escaped() -> None:
    bad = "<img src=x onerror=alert(1)>"
    html = turn_html(
        reply(
            question=bad,
            answer=f"{bad} [1]\n\n- {bad}",
            citations=(citation(1, title=bad, section=bad, quote=bad, authorities=(bad,), url=f'"{bad}'),),
            conflict=ConflictNote(note=bad, citations=(1,)),
            handoff=Handoff(message=bad, url=f'"{bad}', phone=bad),
        ),
        number=1,
    )
    assert "<img" not in html


def test_a_conflict_is_shown_with_the_sources_of_every_side() -> None:
    html = turn_html(
        reply(citations=(citation(1), citation(2)), conflict=ConflictNote(note="They differ.", citations=(1, 2))),
        number=1,
    )
    shown = html[html.index("conflict") : html.index("</aside>")]
    assert "They differ." in shown
    assert 'href="#t1-1"' in shown
    assert 'href="#t1-2"' in shown


def test_a_decline_and_a_partial_answer_look_different() -> None:
    partial = turn_html(reply(status="partial", reason="advice"), number=1)
    assert "is-partial" in partial
    assert "General information only" in partial
    assert "is-declined" in turn_html(declined(), number=1)


def test_a_hand_off_can_be_followed() -> None:
    html = turn_html(
        declined(handoff=Handoff(message="Talk to us.", url="https://x.example/contact", phone="212 555 0100")),
        number=1,
    )
    assert 'href="https://x.example/contact"' in html
    assert 'href="tel:2125550100"' in html


def test_lists_in_an_answer_are_lists() -> None:
    html = turn_html(reply(answer="It needs:\n- a fee [1]\n- a form [1]\n\nThat is all. [1]"), number=1)
    assert html.count("<li>") == 2
    assert "<p>It needs:</p>" in html


def test_every_turn_carries_the_disclaimer_of_its_reply() -> None:
    assert DISCLAIMER in turn_html(declined(), number=1)
