import pytest

from bot.corpus import plain
from bot.pipeline import Bot
from bot.types import Corpus, Draft, DraftSentence, GlossaryTerm, Quote
from bot.verify import verify
from eval.cases import Case
from eval.mutate import MUTATORS, Words, draft_of, kill_rates, mutants, rejected, replies_to

PARTIES = (GlossaryTerm("guide", ("river guide",)), GlossaryTerm("boat", ("craft",)), GlossaryTerm("person", ()))
AGENCIES = (GlossaryTerm("Board of Rivers", ("BOR",)), GlossaryTerm("Fish Office", ("FO",)))
WORDS = Words(
    {w: t.term for t in PARTIES for w in (t.term, *t.also)},
    {w: t.term for t in AGENCIES for w in (t.term, *t.also)},
    (),
)


@pytest.fixture(scope="module")
def corpus(river_bot: Bot) -> Corpus:
    return river_bot.corpus


@pytest.fixture(scope="module")
def drafts(corpus: Corpus) -> list[Draft]:
    """Every sentence of the river's documents that may be cited, each as a draft of its own."""
    return [
        Draft((DraftSentence(plain(s.text), (Quote(s.span, s.text),)),), "extractive")
        for d in corpus.documents
        for s in d.sentences
        if not d.section_at(s.span.start).boilerplate
    ]


def changed(kind: str, text: str) -> list[str]:
    return [s.text for s in MUTATORS[kind](DraftSentence(text, ()), WORDS)]


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("number changed", "From 9 to 14 crowns.", ["From 10 to 14 crowns.", "From 9 to 15 crowns."]),
        ("party swapped", "A river guide may row.", ["A boat may row."]),
        ("party swapped", "Boats may float.", ["persons may float."]),
        ("agency swapped", "The BOR decides.", ["The Fish Office decides."]),
        ("negation added", "It is closed.", ["It is not closed."]),
        ("negation removed", "It may not fish.", ["It may fish."]),
        ("negation removed", "It cannot fish.", ["It can fish."]),
        ("modal swapped", "You must row.", ["You may row."]),
        ("exception dropped", "You may row, unless it rains.", ["You may row."]),
        ("exception dropped", "Only rain counts.", []),
    ],
)
def test_a_mutant_has_one_thing_wrong(kind: str, text: str, expected: list[str]):
    assert changed(kind, text) == expected


def test_another_name_of_the_same_party_is_not_a_swap():
    assert all("craft" not in text for text in changed("party swapped", "A boat may float."))


def test_parties_and_agencies_are_read_from_the_glossary(corpus: Corpus):
    from dataclasses import replace

    person = GlossaryTerm("adult", ("person",))
    words = Words.of(replace(corpus, glossary=(*AGENCIES, GlossaryTerm("Nobody", ()), GlossaryTerm("rod", ()), person)))
    assert set(words.agencies) == {"Board of Rivers", "BOR", "Fish Office", "FO"}
    assert set(words.parties) == {"Nobody"}


def test_every_mutant_of_the_documents_own_sentences_is_rejected(corpus: Corpus, drafts: list[Draft]):
    rates = kill_rates(drafts, corpus)
    assert rates["all mutants"].share == 1.0
    assert rates["true drafts"].share == 0.0
    tried = {kind for kind, rate in rates.items() if rate.tried}
    assert {"number changed", "citation swapped", "sentence invented", "quote altered", "negation added"} <= tried


def test_a_mutant_that_equals_its_original_is_not_counted(corpus: Corpus, drafts: list[Draft]):
    assert list(mutants(drafts[0], lambda sentence, _: iter([sentence]), Words.of(corpus))) == []


def test_a_mutant_differs_in_one_sentence_only(corpus: Corpus, drafts: list[Draft]):
    two = Draft(drafts[0].sentences + drafts[1].sentences, "extractive")
    for mutant in mutants(two, MUTATORS["sentence invented"], Words.of(corpus)):
        assert sum(a != b for a, b in zip(mutant.sentences, two.sentences, strict=True)) == 1


def test_an_altered_quote_is_said_by_its_sentence_too(corpus: Corpus, drafts: list[Draft]):
    for mutant in mutants(drafts[0], MUTATORS["quote altered"], Words.of(corpus)):
        assert mutant.sentences[0].text == plain(mutant.sentences[0].quotes[0].text)


def test_a_kind_without_mutants_has_no_rate(corpus: Corpus):
    assert kill_rates([], corpus)["number changed"].share is None


def test_the_draft_behind_a_reply_passes(river_bot: Bot):
    reply = river_bot.ask("When is the season closed?")
    draft = draft_of(reply)
    assert [s.text for s in draft.sentences] == [s.text for s in verify(draft, river_bot.corpus)]
    assert not rejected(draft, river_bot.corpus)


def test_a_draft_that_was_rejected_on_the_way_counts_as_a_true_one_rejected(corpus: Corpus, drafts: list[Draft]):
    rates = kill_rates(drafts[:1], corpus, lost=1)
    assert (rates["true drafts"].tried, rates["true drafts"].rejected) == (2, 1)


def test_the_cases_of_one_split_are_asked(river_bot: Bot):
    cases = [Case(id=str(i), question="When is the season closed?") for i in range(6)]
    both = [len(replies_to(cases, river_bot, split)) for split in ("dev", "test")]
    assert sum(both) == len(replies_to(cases, river_bot, "all")) == 6
