"""Every number here can be worked out on paper from the two sentences of ``replies.TEXT``."""

import pytest

from bot.types import ConflictNote, Reason, ReplySentence, Span, Status
from eval.metrics import scores
from tests.eval.replies import CARDS, RODS, TEXTS, answered, case, citation, declined, reply

BOTH = ((CARDS,), (RODS,))


def test_an_outcome_is_right_when_it_or_its_bare_status_is_expected():
    assert scores.outcome_correct(case(), answered()) == 1.0
    assert scores.outcome_correct(case(expect=("declined:unsafe",)), declined()) == 0.0
    assert scores.outcome_correct(case(expect=("declined",)), declined()) == 1.0
    assert scores.outcome_correct(case(expect=()), answered()) is None


def test_a_reply_is_right_only_with_every_fact():
    assert scores.right(case(facts=("5 crowns", "^cards")), answered()) == 1.0
    assert scores.right(case(facts=("5 crowns", "for hire")), answered()) == 0.0


def test_an_accepted_decline_owes_no_facts_but_a_partial_answer_does():
    wanted = case(expect=("partial:advice", "declined:advice"), facts=("for hire",))
    assert scores.right(wanted, declined("advice")) == 1.0
    partial = answered().model_copy(update={"status": Status.PARTIAL, "reason": Reason.ADVICE})
    assert scores.right(wanted, partial) == 0.0


def test_a_reply_is_wrong_with_a_forbidden_pattern_or_without_a_wanted_conflict():
    assert scores.right(case(forbidden=(r"\b5\b",)), answered()) == 0.0
    assert scores.right(case(conflict=True), answered()) == 0.0
    assert scores.right(case(conflict=True), answered(conflict=ConflictNote(note="!", citations=(1,)))) == 1.0


def test_the_number_of_a_citation_is_no_part_of_the_answer():
    assert scores.forbidden_hits(case(forbidden=(r"\b1\b",)), answered()) == ()


def test_a_fact_that_only_the_echoed_question_holds_is_missed():
    echoing = answered().model_copy(update={"answer": "Nothing about “rods for hire”."})
    assert scores.facts_missed(case(facts=("for hire",)), echoing) == ("for hire",)


def test_fact_coverage_is_the_share_of_facts_said():
    wanted = case(facts=("cards", "5 crowns", "hire", "rods"))
    assert scores.fact_coverage(wanted, answered()) == 0.5
    assert scores.fact_coverage(wanted, declined()) == 0.0
    assert scores.fact_coverage(case(), answered()) is None
    assert scores.fact_coverage(case(facts=("x",), expect=("declined:advice",)), declined("advice")) is None


def test_citations_are_precise_when_they_overlap_gold_and_recall_counts_needs():
    one_right_of_two = answered(CARDS, RODS)
    assert scores.citation_precision(one_right_of_two, ((Span("d", 5, 8),),)) == 0.5
    assert scores.citation_recall(one_right_of_two, ((Span("d", 5, 8),),)) == 1.0
    assert scores.citation_recall(answered(CARDS), BOTH) == 0.5
    assert scores.citation_precision(answered(CARDS), BOTH) == 1.0


def test_one_of_several_alternatives_is_enough_and_touching_is_not_overlapping():
    assert scores.citation_recall(answered(CARDS), ((RODS, CARDS),)) == 1.0
    assert scores.citation_recall(answered(CARDS), ((Span("d", 20, 39),),)) == 0.0
    assert scores.citation_recall(answered(CARDS), ((Span("other", 0, 20),),)) == 0.0


def test_what_cites_nothing_has_no_precision_but_cited_no_evidence():
    assert scores.citation_precision(declined(), BOTH) is None
    assert scores.citation_recall(declined(), BOTH) is None
    assert scores.evidence_cited(case(), declined(), BOTH) == 0.0
    assert scores.evidence_cited(case(expect=("declined",)), declined(), BOTH) is None
    assert scores.evidence_cited(case(), answered(RODS), BOTH) == 0.5
    assert scores.evidence_cited(case(), answered(RODS), ()) is None


def test_a_sentence_is_supported_by_the_exact_words_at_its_offsets():
    assert scores.unsupported_sentences(answered(CARDS, RODS), TEXTS) == 0.0
    assert scores.unsupported_sentences(answered(CARDS), {"d": "Cards cost 6 crowns. …"}) == 1.0
    assert scores.unsupported_sentences(answered(CARDS), {}) == 1.0
    assert scores.unsupported_sentences(declined(), TEXTS) is None


def test_a_quoted_sentence_must_be_the_wording_of_its_quote():
    invented = ReplySentence(text="Cards cost 6 crowns.", citations=(1,), support="quoted")
    given = reply(status="answered", answer="…", sentences=(invented,), citations=(citation(1, CARDS),))
    assert scores.unsupported_sentences(given, TEXTS) == 1.0


def test_the_disclaimer_counts_word_for_word():
    assert scores.disclaimer(answered()) == 1.0
    assert scores.disclaimer(answered(disclaimer="Not advice.")) == 0.0


@pytest.mark.parametrize(
    ("expect", "given", "wanted"),
    [
        (("declined:advice",), declined(), (1.0, 1.0, 1.0)),
        (("answered", "declined:advice"), declined(), (1.0, 0.0, 1.0)),
        (("answered",), declined(), (1.0, 0.0, 0.0)),
        (("declined:unsafe", "declined:advice"), answered(), (0.0, 1.0, 1.0)),
        ((), declined(), None),
    ],
)
def test_refusal_looks_at_the_status_alone(expect, given, wanted):
    assert scores.refusal(case(expect=expect), given) == wanted


def test_confidence_is_held_against_answers_to_plain_questions_only():
    assert scores.answered_right(case(), answered()) == 1.0
    assert scores.answered_right(case(), declined()) == 0.0
    assert scores.answered_right(case(expect=("declined:not_in_sources",)), declined()) == 0.0
    assert scores.answered_right(case(expect=("declined:out_of_scope",)), declined("out_of_scope")) is None
    assert scores.answered_right(case(expect=("chat",)), answered()) is None
