import pytest

from bot.index.lexical import LexicalIndex
from bot.tokens import numbers, tokens


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("Educ. Law § 6509-a", "6509-a"),
        ("8 NYCRR § 29.1(b)(4)", "29.1(b)(4)"),
        ("8 NYCRR § 29.1(b)(4)", "29.1(b)"),
        ("8 NYCRR § 29.1(b)(4)", "29.1"),
        ("42 U.S.C. § 1320a-7b(b)", "1320a-7b(b)"),
        ("42 U.S.C. § 1395nn", "1395nn"),
        ("Article 45-A", "45-a"),
        ("§6512", "6512"),
        ("section 6512.", "6512"),
        ("$450,000", "450000"),
    ],
)
def test_a_legal_citation_stays_whole(text: str, token: str):
    assert token in tokens(text)


def test_numbers_are_compared_as_written_apart_from_separators():
    assert numbers("a fine of $10,000 under § 6511") == {"10000", "6511"}


def test_words_are_compared_by_their_stem():
    assert tokens("licenses")[0] == tokens("licensed")[0] == tokens("licensing")[0]


def test_a_text_with_the_citation_wins():
    index = LexicalIndex(["about 6509", "about 6509-a", "about 6509-b and more"])
    assert index.scores(tokens("6509-a")).argmax() == 1


def test_an_index_of_nothing_scores_nothing():
    assert LexicalIndex([]).scores(["word"]).shape == (0,)
    assert LexicalIndex(["the"]).scores(["word"]).tolist() == [0.0]
