"""Grouping by meaning, with the bundled encoder."""

import numpy as np

from bot.embed import Encoder
from bot.inbox.grouping import FARTHEST, Vectors, groups, normalised

MEANINGS = [
    ["how much does a fishing card cost", "what is the price of a fishing card", "cost of the fishing card"],
    ["may I bring my dog on the boat", "are dogs allowed on boats", "can dogs come on the boat"],
    ["where can I rent a rod", "is there a place to rent fishing rods", "rod rental near the river"],
    ["is night fishing allowed", "can I fish at night", "may one fish in the river at night"],
]


def test_questions_of_one_meaning_come_together_and_others_stay_apart(encoder: Encoder):
    texts = [q for meaning in MEANINGS for q in meaning]
    found = groups(Vectors(encoder).of(texts))
    assert [[texts[row] for row in rows] for rows in found] == MEANINGS


def test_no_two_of_a_group_are_farther_apart_than_the_bound(encoder: Encoder):
    vectors = Vectors(encoder).of([f"{q} {n}" for n, meaning in enumerate(MEANINGS * 3) for q in meaning])
    for rows in groups(vectors):
        assert float((1 - vectors[rows] @ vectors[rows].T).max()) <= FARTHEST + 1e-5


def test_nothing_and_one_question_are_no_special_case(encoder: Encoder):
    vectors = Vectors(encoder)
    assert groups(vectors.of([])) == []
    assert groups(vectors.of(["a question"])) == [[0]]


def test_a_vector_is_the_same_from_the_cache_and_when_the_cache_is_too_small(encoder: Encoder):
    texts = [q for meaning in MEANINGS for q in meaning]
    large, small = Vectors(encoder), Vectors(encoder, most=2)
    first = large.of(texts)
    assert np.array_equal(large.of(texts), first)
    assert np.allclose(small.of(texts), first, atol=1e-5)
    assert np.allclose(small.of(texts[::-1]), first[::-1], atol=1e-5)


def test_an_opening_is_taken_off_and_a_question_that_is_nothing_else_stays():
    assert normalised("Hello,  who may fish? ") == "who may fish"
    assert normalised("Can you tell me: who may fish") == "who may fish"
    assert normalised("can you tell me who may fish") == "can you tell me who may fish"
    assert normalised("Hi!") == "hi"
    assert normalised("high water, when is it") == "high water, when is it"
