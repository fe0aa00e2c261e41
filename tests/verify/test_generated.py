from dataclasses import replace

import pytest

from bot.corpus import load_corpus
from bot.embed import Encoder
from bot.types import Corpus, DraftSentence, GlossaryTerm, Quote, Span
from bot.verify import Flaw, Rejection, Verifier
from tests.conftest import PACK

SEASON = "The season is closed from 1 March to 30 April (River Act § 14)."
FINE = "Fishing in the closed season costs a fine of up to 300 crowns (River Act § 14)."
CARD = "Anyone who holds a fishing card may fish in the river (River Act § 12-b)."
CHILD = "However, a person under 14 fishes only beside an adult who holds a card (River Act § 12-b)."
NET = "A hand net of less than 60 cm is allowed (River Act § 12-b)."
BOAT = "Every boat with a motor carries a number on both sides (Boat Order 7)."
GUIDE = "Nobody may fish from the river without a guide, according to the boat club."


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    terms = (
        GlossaryTerm("fishing card", ("FC", "angling licence")),
        GlossaryTerm("guide", ("river guide",)),
        GlossaryTerm("boat club", ("BC",)),
    )
    return replace(load_corpus(PACK), glossary=terms)


@pytest.fixture(scope="module")
def verifier(corpus: Corpus, encoder: Encoder) -> Verifier:
    return Verifier.of(corpus, encoder)


def place_of(quote: str, corpus: Corpus) -> Span:
    """The section that holds a quote, as the passage that a model was shown."""
    document = next(d for d in corpus.documents if quote in d.text)
    section = document.section_at(document.text.index(quote))
    return Span(document.id, section.start, section.end)


def flaw_of(verifier: Verifier, text: str, *quotes: str, question: str = "") -> Flaw | None:
    sentence = DraftSentence(text, tuple(Quote(place_of(q, verifier.corpus), q) for q in quotes))
    judged = verifier.verify(sentence, question)
    return judged.flaw if isinstance(judged, Rejection) else None


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        (SEASON, [SEASON]),
        ("The season is closed from 1 March to 30 April.", [SEASON]),
        ("Under River Act § 14, the season is closed from 1 March to 30 April.", [SEASON]),
        ("Fishing in the closed season costs a fine of up to 300 crowns.", [FINE]),
        ("Anyone who holds an FC may fish in the river.", [CARD]),
        ("Anyone who holds an angling licence can fish in the river.", [CARD]),
        ("A hand net of less than sixty cm is allowed.", [NET]),
        ("A boat with a motor carries a number on both sides.", [BOAT]),
        ("The season is closed from 1 March to 30 April, and fishing costs up to 300 crowns.", [SEASON, FINE]),
    ],
)  # fmt: skip
def test_a_true_sentence_in_other_words_passes(verifier: Verifier, text: str, quotes: list[str]):
    assert flaw_of(verifier, text, *quotes) is None


@pytest.mark.parametrize(
    ("text", "quote", "flaw"),
    [
        ("The season is closed from 1 March to 31 April.", SEASON, Flaw.NUMBER),
        ("Fishing in the closed season costs a fine of up to $300.", FINE, Flaw.NUMBER),
        ("Fishing in the closed season costs a fine of at least 300 crowns.", FINE, Flaw.NUMBER),
        ("Fishing in the closed season costs a fine of up to 300 cm.", FINE, Flaw.NUMBER),
        ("The season is closed from 1 March to 30 April (River Act § 15).", SEASON, Flaw.NUMBER),
        ("The season is closed from 1 March to 30 May.", SEASON, Flaw.NAME),
        ("The season is closed from 1 March to 30 April by the Ministry of Fish.", SEASON, Flaw.NAME),
        ("Anyone who holds a river guide may fish in the river.", CARD, Flaw.PARTY),
        ("You may fish in the river with a fishing card.", CARD, Flaw.PARTY),
        ("It is closed from 1 March to 30 April.", SEASON, Flaw.PARTY),
        ("Yes, anyone who holds a fishing card may fish in the river.", CARD, Flaw.PARTY),
        ("The season is not closed from 1 March to 30 April.", SEASON, Flaw.NEGATION),
        ("The season isn't closed from 1 March to 30 April.", SEASON, Flaw.NEGATION),
        ("Anyone who holds a fishing card must fish in the river.", CARD, Flaw.MODAL),
        ("Anyone who holds a fishing card fishes in the river.", CARD, Flaw.MODAL),
        ("The season must be closed from 1 March to 30 April.", SEASON, Flaw.MODAL),
        ("However, a person under 14 fishes beside an adult who holds a card.", CHILD, Flaw.CONDITION),
        ("Anyone may fish in the river only with a fishing card.", CARD, Flaw.CONDITION),
        ("Nobody may fish from the river without a guide.", GUIDE, Flaw.CONDITION),
        ("All fishing in the closed season costs a fine of up to 300 crowns.", FINE, Flaw.EXTENT),
        ("Fishing in the closed season usually costs a fine of up to 300 crowns.", FINE, Flaw.EXTENT),
        ("Fishing before the closed season costs a fine of up to 300 crowns.", FINE, Flaw.EXTENT),
        ("Both sides with a motor carry a number on every boat.", BOAT, Flaw.ROLES),
        ("The season is open from 1 March to 30 April.", SEASON, Flaw.WORDS),
        ("Fishing in the closed season costs a licence of up to 300 crowns.", FINE, Flaw.WORDS),
        ("Fishing in the closed season is legal.", FINE, Flaw.WORDS),
        ("See https://fish.example for the season.", SEASON, Flaw.FORM),
        ("When is the season closed?", SEASON, Flaw.FORM),
        ("the season is closed.", SEASON, Flaw.FORM),
        ("", SEASON, Flaw.FORM),
    ],
)
def test_one_thing_wrong_and_the_sentence_is_refused(verifier: Verifier, text: str, quote: str, flaw: Flaw):
    assert flaw_of(verifier, text, quote) == flaw


def test_a_quote_becomes_the_whole_sentences_of_the_document(verifier: Verifier):
    place = place_of(SEASON, verifier.corpus)
    judged = verifier.verify(
        DraftSentence("The season is closed from 1 March.", (Quote(place, "closed from 1 March"),))
    )
    assert not isinstance(judged, Rejection)
    assert judged.support == "verified"
    document = verifier.corpus.document("rivers")
    assert document is not None
    assert [document.quote(s) for s in judged.spans] == [SEASON]


@pytest.mark.parametrize(
    "quote",
    [
        "The season is closed from 2 March to 30 April",
        "The season is closed … to 30 April",
        "the season",
        "",
        "season is closed from 1 Mar",
        "A rod with one line is allowed",
    ],
)
def test_a_quote_that_does_not_stand_in_its_passage_is_refused(verifier: Verifier, quote: str):
    sentence = DraftSentence(SEASON, (Quote(place_of(SEASON, verifier.corpus), quote),))
    assert verifier.verify(sentence) == Rejection(Flaw.QUOTE)


def test_marks_and_spaces_may_be_copied_differently(verifier: Verifier):
    quote = Quote(place_of(SEASON, verifier.corpus), "“The  season **is closed**\nfrom 1 March to 30 April.”")
    assert not isinstance(verifier.verify(DraftSentence(SEASON, (quote,))), Rejection)


def test_boilerplate_and_unknown_documents_are_never_cited(verifier: Verifier):
    notice = "This summary is not advice about fish."
    assert flaw_of(verifier, notice, notice) is Flaw.QUOTE
    assert verifier.verify(DraftSentence(SEASON, (Quote(Span("nowhere", 0, 90), SEASON),))) == Rejection(Flaw.QUOTE)
    assert verifier.verify(DraftSentence(SEASON, ())) == Rejection(Flaw.QUOTE)


def test_what_fails_names_what_it_cites(verifier: Verifier):
    place = place_of(SEASON, verifier.corpus)
    judged = verifier.verify(DraftSentence("The season is closed from 9 March.", (Quote(place, SEASON),)))
    assert isinstance(judged, Rejection)
    document = verifier.corpus.document("rivers")
    assert document is not None
    assert [document.quote(s) for s in judged.spans] == [SEASON]


def test_words_of_the_question_may_be_added_and_may_not_replace(verifier: Verifier):
    asked = "when is the pike season closed"
    assert flaw_of(verifier, "The season is closed from 1 March to 30 April for pike.", SEASON, question=asked) is None
    replaced = "The pike is closed from 1 March to 30 April."
    assert flaw_of(verifier, replaced, SEASON, question=asked) is Flaw.WORDS


@pytest.mark.parametrize(
    "text",
    [
        "Fishing in the closed season from 1 March costs a fine of up to 300 crowns.",
        "Anyone who holds a fishing card may fish from 1 March to 30 April.",
    ],
)
def test_what_stands_in_two_sentences_makes_no_statement_together(verifier: Verifier, text: str):
    assert flaw_of(verifier, text, FINE if "crowns" in text else CARD, SEASON) is Flaw.MIXED


def test_a_sentence_gathered_from_many_places_is_refused(verifier: Verifier):
    assert flaw_of(verifier, SEASON, SEASON, FINE, CARD, CHILD) is Flaw.QUOTE
