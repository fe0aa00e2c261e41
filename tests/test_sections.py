"""Questions that name a section of law."""

import numpy as np
import pytest

from bot.pipeline import Bot
from bot.sections import OTHER, sections_cited, sections_named, sought

KNOWN = frozenset({"6512", "6512(1)", "6509-a", "29.1(b)(3)", "29.1(b)", "29.1", "18", "60"})


@pytest.mark.parametrize(
    "question",
    ["what does § 6512 say", "section 6512", "sec. 6512?", "education law 6512", "6512", "is 6512 the felony one"],
)
def test_a_section_is_named_in_any_form(question: str):
    assert sections_named(question, KNOWN) == {"6512"}


@pytest.mark.parametrize("question", ["60 hours of CE", "am i 18", "in 2015", "60 or 45 days"])
def test_a_plain_number_is_no_section(question: str):
    assert not sections_named(question, KNOWN)


def test_a_cited_section_brings_the_wider_ones_that_hold_it():
    assert sections_cited("No fees for referrals (8 NYCRR § 29.1(b)(3)).") == {"29.1(b)(3)", "29.1(b)", "29.1"}
    assert {"6513", "6512"} <= sections_cited("A crime (Educ. Law §§ 6512, 6513).")
    assert not sections_cited("Within 30 days, at least 24 hours.")


def test_a_question_about_a_section_alone_asks_for_the_answer_that_cites_it_and_little_else():
    cited = [[{"6512"}, frozenset(), frozenset()], [{"6512", "6512(1)"}], [{"6509-a"}]]
    answers = np.array([[1.0, 0.0], [0.9, 0.43], [0.0, 1.0]], dtype=np.float32)
    found = sought("what does 6512 say", cited, answers)
    assert found is not None
    assert found.alone
    assert found.share.argmax() == 1
    assert found.share[2] == 0


def test_answers_that_cite_another_section_count_little():
    cited = [[{"6512"}], [{"6509-a"}]]
    found = sought("can a landlord be punished under 6512", cited, np.eye(2, dtype=np.float32))
    assert found is not None
    assert not found.alone
    assert found.share.tolist() == pytest.approx([1.0, OTHER])
    assert sought("can a landlord be punished", cited, np.eye(2, dtype=np.float32)) is None


@pytest.mark.parametrize(
    ("question", "citation"),
    [("29.1(b)(3) - what does it forbid", "§ 29.1(b)(3)"), ("what is gbl 350-b", "§ 350-b"), ("§6505-b", "§ 6505-b")],
)
def test_a_bare_section_is_answered_from_what_cites_it(bot: Bot, question: str, citation: str):
    reply = bot.ask(question)
    assert reply.status == "answered"
    assert citation in reply.citations[0].quote


def test_a_section_that_no_document_has_is_declined(bot: Bot):
    assert bot.ask("what does section 7777 say").status == "declined"
