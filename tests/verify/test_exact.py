from pathlib import Path

import pytest

from bot.corpus import load_corpus
from bot.errors import VerificationError
from bot.types import Corpus, Draft, DraftSentence, Quote, Span
from bot.verify import verify
from tests.conftest import PACK


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus(Path(PACK))


def drafted(
    corpus: Corpus, *, text: str | None = None, quote: str | None = None, move: int = 0, document: str = "rivers"
) -> Draft:
    sentence = next(s for s in corpus.documents[1].sentences if s.text.startswith("The season"))
    span = Span(document, sentence.span.start + move, sentence.span.end + move)
    return Draft((DraftSentence(text or sentence.text, (Quote(span, quote or sentence.text),)),), "extractive")


def test_the_documents_own_sentence_passes(corpus: Corpus):
    assert verify(drafted(corpus), corpus)[0].support == "quoted"


@pytest.mark.parametrize(
    "change",
    [
        {"quote": "The season is closed from 1 March to 30 May (River Act § 14)."},
        {"text": "The season is closed from 2 March to 30 April (River Act § 14)."},
        {"text": "The season is not closed from 1 March to 30 April (River Act § 14)."},
        {"move": 1},
        {"move": -3},
        {"document": "boats"},
        {"document": "nowhere"},
    ],
)
def test_one_thing_wrong_and_the_sentence_is_refused(corpus: Corpus, change: dict[str, object]):
    with pytest.raises(VerificationError):
        verify(drafted(corpus, **change), corpus)


def test_a_sentence_without_a_quote_is_refused(corpus: Corpus):
    with pytest.raises(VerificationError, match="no quote"):
        verify(Draft((DraftSentence("Trust me.", ()),), "extractive"), corpus)


def test_boilerplate_is_never_cited(corpus: Corpus):
    sentence = next(s for s in corpus.documents[1].sentences if "not advice about fish" in s.text)
    draft = Draft((DraftSentence(sentence.text, (Quote(sentence.span, sentence.text),)),), "extractive")
    with pytest.raises(VerificationError, match="boilerplate"):
        verify(draft, corpus)
