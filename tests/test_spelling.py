import pytest

from bot.pipeline import Bot
from bot.spelling import Spelling

QUESTIONS = [*["does a hygienist need a license"] * 150, *["who keeps the records"] * 20, *["a hygenist"] * 9]
ENGLISH = {"license", "records", "fax", "often", "record"}


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    return Spelling(["The licensee keeps records in Yorktown."], QUESTIONS, ENGLISH.__contains__)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("who keeps the recrods?", "who keeps the records?"),
        ("a hygenist", "a hygienist"),
        ("a hygeinist and a licence", "a hygienist and a license"),
    ],
)
def test_a_misspelt_word_becomes_the_common_one_that_one_letter_makes(spelling: Spelling, typed: str, meant: str):
    assert spelling.corrected(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "the record of the licensee",  # words as they are
        "we faxed it and doesnt it matter",  # endings, and contractions without their mark
        "an office in Yonkers and hygiene",  # another word, not one letter from a common one
        "licence@firm.example and 6509-a and hygenist.com",  # no words
        "recod",  # too short to be sure
    ],
)
def test_everything_else_stays(spelling: Spelling, text: str):
    assert spelling.corrected(text) == text


def test_a_visitor_who_misspells_gets_the_same_answer(bot: Bot):
    right, wrong = bot.ask("how many ce hours does a hygienist need"), bot.ask("how many ce hours does a hygenist need")
    assert right.citations[0].quote == wrong.citations[0].quote
    assert wrong.question == "how many ce hours does a hygenist need"
