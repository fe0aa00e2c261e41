"""Which questions get an approved answer: those that ask the same, and no near miss."""

from collections import Counter

import pytest

from bot.approved import Closeness
from bot.pipeline import Bot
from tests.approved.pairs import NEAR_MISSES, SAME


@pytest.fixture(scope="module")
def closeness(river_bot: Bot) -> Closeness:
    return Closeness(river_bot.index)


def test_there_are_enough_pairs_and_none_twice():
    assert len(SAME) >= 20
    assert len(NEAR_MISSES) >= 60
    assert max(Counter([*SAME, *NEAR_MISSES]).values()) == 1


@pytest.mark.parametrize(("approved", "asked"), SAME)
def test_the_same_in_other_words_is_close(closeness: Closeness, approved: str, asked: str):
    assert closeness.difference(asked, approved) == ""
    assert closeness.close(asked, approved) >= 0.75
    assert closeness.close(approved, asked) == closeness.close(asked, approved)


@pytest.mark.parametrize(("approved", "asked"), NEAR_MISSES)
def test_a_near_miss_is_not(closeness: Closeness, approved: str, asked: str):
    assert closeness.close(asked, approved) == 0.0
    assert closeness.close(approved, asked) == 0.0


def test_the_same_words_are_as_close_as_can_be(closeness: Closeness):
    assert closeness.close("WHEN is  the season closed?", "When is the season closed?") == 1.0
