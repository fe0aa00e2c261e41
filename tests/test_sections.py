"""Questions that name a section of law."""

import numpy as np
import pytest

from bot.pipeline import Bot
from bot.sections import OTHER, Sections, cited, named

KNOWN = frozenset({"6512", "6512(1)", "6509-a", "29.1(b)(3)", "29.1(b)", "29.1", "18", "60"})


@pytest.mark.parametrize(
    "question",
    ["what does § 6512 say", "section 6512", "sec. 6512?", "education law 6512", "6512", "is 6512 the felony one"],
)
def test_a_section_is_named_in_any_form(question: str):
    assert named(question, KNOWN) == {"6512"}


@pytest.mark.parametrize("question", ["60 hours of CE", "am i 18", "in 2015", "60 or 45 days", "by law 60 hours"])
def test_a_plain_number_is_no_section(question: str):
    assert not named(question, KNOWN)


def test_a_cited_section_brings_the_wider_ones_that_hold_it():
    assert cited("No fees for referrals (8 NYCRR § 29.1(b)(3)).") == {"29.1(b)(3)", "29.1(b)", "29.1"}
    assert {"6513", "6512"} <= cited("A crime (Educ. Law §§ 6512, 6513).")
    assert not cited("Within 30 days, at least 24 hours.")


ANSWERS = [
    ["No license, no practice (Educ. Law § 6512).", "An aside.", "Another."],
    ["Practicing without a license is a felony (Educ. Law § 6512(1))."],
    ["Fees may not be split (Educ. Law § 6509-a)."],
]
VECTORS = np.array([[1.0, 0.0], [0.9, 0.43], [0.0, 1.0]], dtype=np.float32)


@pytest.mark.parametrize("question", ["what does 6512 say", "education law section 6512?", "explain § 6512 to me"])
def test_a_question_about_a_section_alone_asks_for_the_answer_that_cites_it_and_little_else(question: str):
    found = Sections(ANSWERS, VECTORS).sought(question)
    assert found is not None
    assert found.alone
    assert found.share.argmax() == 1
    assert found.share[2] == 0


def test_answers_that_cite_another_section_count_little():
    sections = Sections(ANSWERS, VECTORS)
    found = sections.sought("can a landlord be punished under 6512")
    assert found is not None
    assert not found.alone
    assert found.share.tolist() == pytest.approx([1.0, 1.0, OTHER])
    assert sections.sought("can a landlord be punished") is None


def test_a_corpus_that_cites_nothing_seeks_nothing():
    assert Sections([], np.zeros((0, 2), dtype=np.float32)).sought("what does 6512 say") is None


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
