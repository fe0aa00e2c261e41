import pytest

from bot.contextualise import contextualise, parts
from bot.types import Query, Question

EARLIER = ("how many continuing education hours do dentists need?",)


@pytest.mark.parametrize(
    "text",
    [
        "and hygienists?",
        "how long is that?",
        "what about assistants",
        "who enforces it?",
        "why?",
        "is that true for hygienists?",
        "do they need it every year",
        "since when",
        "what if they don't",
        "ok, and for assistants?",
    ],
)
def test_a_follow_up_inherits_the_earlier_question(text: str):
    assert contextualise(Question(text, EARLIER)).subject == EARLIER[0]


@pytest.mark.parametrize(
    "text",
    [
        "how long are dental records kept?",
        "can an MSO own a practice if it pays a fair price for the whole business",
        "who licenses dentists",
        "what is fee splitting",
        "which agency handles complaints about a dentist",
    ],
)
def test_a_question_that_stands_alone_inherits_nothing(text: str):
    assert contextualise(Question(text, EARLIER)) == Query(text)


def test_a_follow_up_of_a_follow_up_inherits_both():
    query = contextualise(Question("since when?", (*EARLIER, "and hygienists?")))
    assert query.subject == f"{EARLIER[0]} and hygienists?"


def test_without_history_nothing_is_inherited():
    assert contextualise(Question("and hygienists?")) == Query("and hygienists?")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("who owns the charts and how long are they kept?", ["who owns the charts", "how long are they kept"]),
        (
            "How often is training due? Who approves the course?",
            ["How often is training due", "Who approves the course"],
        ),
        ("what is a BAA, and do we need one with the MSO", ["what is a BAA", "do we need one with the MSO"]),
        ("do dentists and hygienists need training", ["do dentists and hygienists need training"]),
        ("can I share fees with a partner or an employee", ["can I share fees with a partner or an employee"]),
        ("ok? who pays?", ["ok? who pays?"]),
        (
            "we got hacked, do we have to tell patients and is there a fine",
            ["we got hacked, do we have to tell patients", "is there a fine"],
        ),
        ("who must be told of a breach, and how fast?", ["who must be told of a breach", "how fast"]),
        ("who owns the charts n who keeps them", ["who owns the charts", "who keeps them"]),
        ("can the shop fire him or does the owner have to", ["can the shop fire him or does the owner have to"]),
        ("what about cards, do they have to be kept", ["what about cards, do they have to be kept"]),
        ("He works here and has a license. Can he start now?", ["He works here and has a license. Can he start now?"]),
    ],
)
def test_a_double_question_is_parted_and_a_single_one_is_not(text: str, expected: list[str]):
    assert [p.text for p in parts(Query(text))] == expected
