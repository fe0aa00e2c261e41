from dataclasses import replace

import pytest

from bot.corpus import plain
from bot.pipeline import Bot
from bot.types import Corpus, Draft, DraftSentence, GlossaryTerm, Quote, Scope
from bot.verify import Verifier, verify
from eval.cases import Case
from eval.mutate import (
    ALL,
    MUTATORS,
    REWRITES,
    Words,
    draft_of,
    kill_rates,
    mutants,
    rejected,
    replies_to,
    rewrite_rates,
    rewritten,
)
from eval.mutate.command import as_a_model_quotes

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
        ("number word changed", "It takes four days.", ["It takes five days."]),
        ("unit changed", "It takes 4 days.", ["It takes 4 months."]),
        ("bound changed", "It takes at least a day.", ["It takes at most a day."]),
        ("hedge dropped", "It usually floats.", ["It floats."]),
        ("roles exchanged", "A river guide rows a boat.", ["A boat rows a river guide."]),
        ("roles exchanged", "Guides and boats float.", []),
    ],
)
def test_a_mutant_has_one_thing_wrong(kind: str, text: str, expected: list[str]):
    assert changed(kind, text) == expected


def test_a_fact_of_the_next_sentence_is_mixed_in_with_its_quote(corpus: Corpus, drafts: list[Draft]):
    season = next(s for d in drafts for s in d.sentences if s.text.startswith("The season"))
    mixed = [m for m in MUTATORS["facts mixed"](season, Words.of(corpus)) if "300" in m.text]
    assert [len(m.quotes) for m in mixed] == [2]
    assert mixed[0].text == season.text.replace("1 March", "300 March")


def test_another_name_of_the_same_party_is_not_a_swap():
    assert all("craft" not in text for text in changed("party swapped", "A boat may float."))


def test_parties_and_agencies_are_read_from_the_glossary(corpus: Corpus):
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


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("citation dropped", "It is closed (River Act § 14).", "It is closed."),
        ("citation dropped", "It is closed (if possible).", "It is closed (if possible)."),
        ("contracted", "It is not closed and cannot open.", "It isn't closed and can't open."),
        ("modal paraphrased", "It must open and cannot close.", "It is required to open and may not close."),
        ("modal paraphrased", "It must not open.", "It must not open."),
        ("number respelt", "It takes four days.", "It takes 4 days."),
        ("number respelt", "It takes 4 days (§ 4).", "It takes four days (§ 4)."),
        ("opening moved", "Under the River Act, a guide rows.", "A guide rows under the River Act."),
        ("place dropped", "The Ruritania State Office of Rivers rows.", "The Office of Rivers rows."),
        ("term renamed", "The Board of Rivers decides.", "The BOR decides."),
    ],
)
def test_a_rewrite_keeps_what_is_said(corpus: Corpus, kind: str, text: str, expected: str):
    there = replace(corpus, glossary=AGENCIES, scope=Scope(jurisdiction="Ruritania"))
    assert REWRITES[kind](text, there) == expected


def test_a_sentence_is_rewritten_in_each_way_that_changes_it_and_in_all(corpus: Corpus, drafts: list[Draft]):
    season = next(s for d in drafts for s in d.sentences if s.text.startswith("The season"))
    assert [kind for kind, _ in rewritten(season, corpus)] == ["as it is", "citation dropped", "all at once"]


def test_what_a_model_may_write_passes_and_its_mutants_do_not(river_bot: Bot, corpus: Corpus, drafts: list[Draft]):
    index = river_bot.retriever.retriever.index
    rates = rewrite_rates(as_a_model_quotes(drafts, index), Verifier.of(corpus, index.encoder))
    assert rates.true[ALL].rejected == 0
    assert rates.true["citation dropped"].tried >= 5
    share = rates.mutants[ALL].share
    assert share is not None
    assert share >= 0.98
    assert rates.mutants["number changed"].share == 1.0
