"""The measurement of approved answers: what is asked, and how it is counted."""

import pytest

from bot.pipeline import Bot
from eval.approved import Prober, bases, measure
from eval.approved.measure import Asked, counted, misses, would_fire
from eval.approved.questions import Base, Probe
from eval.cases import Case, GoldQuote


@pytest.fixture(scope="module")
def chosen(river_bot: Bot) -> tuple[Base, ...]:
    return bases(river_bot.index, river_bot.approver, groups=9, first=1)


def test_a_group_becomes_an_approval_of_its_first_wordings_and_its_answer(chosen: tuple[Base, ...], river_bot: Bot):
    known = river_bot.corpus.known_questions
    assert chosen
    for base in chosen:
        assert base.approval.questions == known[base.group].questions[:1]
        assert {(q.start, q.end) for q in base.approval.quotes} == {(s.start, s.end) for s in known[base.group].answer}


def test_a_group_whose_answer_leaves_out_its_exception_is_passed_over(chosen: tuple[Base, ...], river_bot: Bot):
    fishing = next(i for i, k in enumerate(river_bot.corpus.known_questions) if k.section.startswith("Who may fish"))
    assert fishing not in {b.group for b in chosen}


def test_asked_are_other_wordings_and_near_misses_of_every_sort(chosen: tuple[Base, ...], river_bot: Bot):
    found = [p for base in chosen for p in Prober(river_bot.index).probes(base)]
    assert {p.sort for p in found} == {"same", "neighbour", "unanswered", "mutated"}
    assert all(p.text not in p.base.approval.questions for p in found)
    assert "which months can't I fish" in {p.text for p in found if p.sort == "same"}


def test_a_mutant_has_one_thing_changed(river_bot: Bot):
    found = Prober(river_bot.index).mutants("who may fish for 3 days")
    assert {"who may fish for 4 days", "who may fish for 3 months"} <= set(found)
    assert "who may fish for 3 days" not in found


def test_everything_is_asked_with_all_approvals_and_the_bot_is_as_before(chosen: tuple[Base, ...], river_bot: Bot):
    own = river_bot.approved
    asked = [
        Probe(chosen[0], chosen[0].approval.questions[0].upper(), "same", chosen[0].group),
        Probe(chosen[0], "when is the season not closed", "mutated", -1),
    ]
    same, mutant = measure(river_bot, chosen, asked)
    assert (same.fired, same.right) == (chosen[0], True)
    assert (mutant.fired, mutant.right) == (None, True)
    assert river_bot.approved is own
    assert river_bot.ask(asked[0].text).engine == "extractive"


def test_a_near_miss_that_gets_the_answer_is_wrong(chosen: tuple[Base, ...], river_bot: Bot):
    origin = chosen[0].approval.questions[0]
    (asked,) = measure(river_bot, chosen, [Probe(chosen[0], f"so, {origin}", "mutated", -1, origin)])
    assert (asked.fired, asked.right) == (chosen[0], False)
    assert counted([asked]).wrong == would_fire([asked], 0.5).wrong == 1


def test_thresholds_are_compared_by_the_nearest_question_of_the_same_kind(chosen: tuple[Base, ...]):
    probe = Probe(chosen[0], "q", "same", chosen[0].group)
    found = [Asked(probe, None, False, n, nearest_is_right=n > 0.6) for n in (0.9, 0.7, 0.55)]
    assert [would_fire(found, least).fired for least in (0.5, 0.6, 0.8)] == [3, 2, 1]
    assert [would_fire(found, least).wrong for least in (0.5, 0.6, 0.8)] == [1, 0, 0]


def test_a_case_whose_needed_quote_is_not_cited_is_counted(chosen: tuple[Base, ...], river_bot: Bot):
    question = chosen[0].approval.questions[0]
    quote = chosen[0].approval.quotes[0].quote
    right = Case(id="1", question=question, gold=((GoldQuote(document_id="rivers", quote=quote),),))
    wrong = Case(id="2", question=question, gold=((GoldQuote(document_id="boats", quote="Every boat"),),))
    assert [case.id for case, _ in misses(river_bot, chosen, [right, wrong])] == ["2"]
