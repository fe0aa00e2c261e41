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
        (
            "how long do I have to answer and will he know it was me",
            ["how long do I have to answer", "will he know it was me"],
        ),
        ("we got hacked. who do we tell and by when", ["we got hacked. who do we tell", "by when"]),
        ("maximum fine and can they appeal", ["maximum fine", "can they appeal"]),
        ("my registration lapsed and can I work", ["my registration lapsed and can I work"]),
        ("can we text patients and use email?", ["can we text patients", "can we use email"]),
        (
            "can the shop pick the lab, set the fees and fire me",
            ["can the shop pick the lab", "can the shop set the fees", "can the shop fire me"],
        ),
        ("do I have to ask a nurse and tell a judge", ["do I have to ask a nurse", "do I have to tell a judge"]),
        ("can they hire and fire staff", ["can they hire and fire staff"]),
        ("can I stay if I sell the chairs and pay the rent", ["can I stay if I sell the chairs and pay the rent"]),
        ("should I sell the chairs or keep them", ["should I sell the chairs or keep them"]),
        (
            "what does the rule say about gifts and about prizes",
            ["what does the rule say about gifts", "what does the rule say about prizes"],
        ),
        ("He works here and has a license. Can he start now?", ["He works here and has a license. Can he start now?"]),
    ],
)
def test_a_double_question_is_parted_and_a_single_one_is_not(text: str, expected: list[str]):
    assert [p.text for p in parts(Query(text))] == expected
