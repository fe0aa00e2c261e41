from pathlib import Path

import pytest

from bot.corpus import load_corpus
from bot.errors import InputError
from bot.types import Corpus, Span
from eval.cases import CASES, Case, GoldQuote, check_cases, load_cases, quote_spans, split_of
from tests.conftest import CORPUS, PACK

FEE_SPLITTING = "## What is fee splitting under New York law?"


@pytest.fixture(scope="module")
def firm() -> Corpus:
    return load_corpus(CORPUS)


@pytest.fixture(scope="module")
def rivers() -> Corpus:
    return load_corpus(PACK)


def gold(document_id: str, quote: str) -> Case:
    return Case(id="x", question="?", gold=((GoldQuote(document_id=document_id, quote=quote),),))


def test_every_case_of_the_repository_can_be_judged_by_the_documents(firm: Corpus):
    cases = load_cases(CASES)
    assert len(cases) >= 400
    assert check_cases(cases, firm) == ()


def test_both_splits_have_cases_of_almost_every_category(firm: Corpus):
    cases = load_cases(CASES)
    of = {s: {c.category for c in cases if split_of(c, firm) == s} for s in ("dev", "test")}
    assert len(of["dev"] & of["test"]) >= 15


def test_a_case_needs_an_id_and_a_question_alone(tmp_path: Path):
    file = tmp_path / "outside.jsonl"
    file.write_text('{"id": 7, "question": "why?", "source": "elsewhere"}\n\n', encoding="utf-8")
    (case,) = load_cases(file)
    assert (case.id, case.question, case.expect, case.gold) == ("7", "why?", (), ())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "line 2"),
        ('{"id": "2"}', "question"),
        ('{"id": "2", "question": "?", "expect": ["refused"]}', "'refused' is no outcome"),
        ('{"id": "2", "question": "?", "facts": ["(a"]}', "not a regular expression"),
        ('{"id": "1", "question": "again?"}', "'1' is used twice"),
    ],
)
def test_a_line_that_is_no_case_is_named(tmp_path: Path, line: str, words: str):
    file = tmp_path / "cases.jsonl"
    file.write_text('{"id": "1", "question": "?"}\n' + line, encoding="utf-8")
    with pytest.raises(InputError, match=r"cases\.jsonl") as error:
        load_cases(file)
    assert words in str(error.value)


def test_a_folder_without_cases_says_so(tmp_path: Path):
    with pytest.raises(InputError, match="holds no case"):
        load_cases(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        load_cases(tmp_path / "missing.jsonl")


def test_a_quote_that_does_not_stand_and_a_fact_without_a_quote_are_reported(rivers: Corpus):
    wrong = gold("rivers", "The season is closed from 1 March to 31 April")
    factless = Case(id="y", question="?", gold=gold("rivers", "The season is closed").gold, facts=("May",))
    problems = check_cases([wrong, factless, factless], rivers)
    assert [p.split(":")[0] for p in problems] == ["y", "x", "y", "y"]


def test_a_quote_stands_wherever_its_words_stand(rivers: Corpus):
    text = next(d.text for d in rivers.documents if d.id == "rivers")
    places = quote_spans(GoldQuote(document_id="rivers", quote="(River Act § 14)"), rivers)
    assert len(places) == text.count("(River Act § 14)") == 2
    assert all(isinstance(p, Span) and text[p.start : p.end] == "(River Act § 14)" for p in places)


def test_a_case_is_split_by_the_heading_line_above_its_first_quote(firm: Corpus, rivers: Corpus):
    text = next(d.text for d in firm.documents if d.id == "fee-splitting")
    below = text[text.index(FEE_SPLITTING) + len(FEE_SPLITTING) :].strip().split("\n")[0]
    assert split_of(gold("fee-splitting", below), firm) == "dev"  # 2725231748
    assert split_of(gold("rivers", "The season is closed"), rivers) == "test"  # 3466960813
    assert split_of(gold("rivers", "Fishing in the closed season"), rivers) == "test"  # the same section
    assert split_of(Case(id="n-1", question="?"), rivers) == "test"  # 955663117
