from math import log2

import pytest

from bot.types import Span
from eval.metrics import ranking

P = [Span("d", i * 10, i * 10 + 10) for i in range(8)]


def test_recall_counts_needs_of_which_one_alternative_is_enough():
    gold = ((P[1], P[7]), (P[6],))
    assert ranking.recall(P[:6], gold) == 0.5
    assert ranking.recall(P, gold, k=8) == 1.0


def test_one_passage_may_meet_two_needs():
    assert ranking.recall(P, ((Span("d", 40, 42),), (Span("d", 47, 49),))) == 1.0


def test_the_reciprocal_rank_is_of_the_first_passage_that_meets_any_need():
    assert ranking.reciprocal_rank(P, ((P[5],), (P[3],))) == pytest.approx(1 / 4)
    assert ranking.reciprocal_rank(P[:2], ((P[5],),)) == 0.0


def test_ndcg_by_hand():
    # relevant at ranks 2 and 4; ideal at 1 and 2
    wanted = (1 / log2(3) + 1 / log2(5)) / (1 + 1 / log2(3))
    assert ranking.ndcg(P, ((P[1], P[3]),), P) == pytest.approx(wanted)


def test_a_relevant_passage_that_was_not_found_lowers_ndcg():
    assert ranking.ndcg(P[:2], ((P[0], P[7]),), P) == pytest.approx(1 / (1 + 1 / log2(3)))


def test_without_gold_nothing_is_scored_and_without_hits_nothing_is_found():
    assert ranking.recall(P, ()) is None
    assert ranking.ndcg(P, (), P) is None
    assert ranking.recall([], ((P[0],),)) == 0.0
