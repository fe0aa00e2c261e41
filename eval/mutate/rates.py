"""How much of what is wrong, and of what is right, verification rejects."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from bot.errors import VerificationError
from bot.types import Corpus, Draft, DraftSentence, Quote, Reply, Span
from bot.verify import Rejection, Verifier, verify
from eval.mutate.operators import MUTATORS, Mutator, Words
from eval.mutate.rewrites import ALL_AT_ONCE, AS_IT_IS, rewritten

ALL = "all"


@dataclass(frozen=True, slots=True)
class Rate:
    """How many drafts of one kind were tried, and how many of them verification rejected."""

    tried: int = 0
    rejected: int = 0

    @property
    def share(self) -> float | None:
        """None where none was tried."""
        return self.rejected / self.tried if self.tried else None

    def counted(self, rejected: bool) -> "Rate":
        """With one more."""
        return Rate(self.tried + 1, self.rejected + int(rejected))


Rates: TypeAlias = dict[str, Rate]


@dataclass(frozen=True, slots=True)
class RewriteRates:
    """Of sentences as a model may write them."""

    true: Rates
    """Of each kind of rewrite, and of all."""
    mutants: Rates
    """Of each kind of mutation of those that passed, and of all."""


def draft_of(reply: Reply) -> Draft:
    """The draft that a reply was made from, as far as ``verify`` is concerned."""
    quotes = {c.number: Quote(Span(c.document_id, c.start, c.end), c.quote) for c in reply.citations}
    return Draft(
        tuple(DraftSentence(s.text, tuple(quotes[n] for n in s.citations)) for s in reply.sentences), reply.engine
    )


def mutants(draft: Draft, mutator: Mutator, words: Words) -> Iterator[Draft]:
    """Every draft that differs from this one in one thing; one that equals it is not among them."""
    for number, sentence in enumerate(draft.sentences):
        for changed in _mutants(sentence, mutator, words):
            yield replace(draft, sentences=(*draft.sentences[:number], changed, *draft.sentences[number + 1 :]))


def kill_rates(drafts: Sequence[Draft], corpus: Corpus, *, lost: int = 0) -> Rates:
    """The rate of each kind, of all mutants (``all mutants``), and of the drafts as they were (``true drafts``).

    ``lost`` drafts were rejected before anybody saw them, and count among the true ones.
    """
    words = Words.of(corpus)
    rates = dict.fromkeys([*MUTATORS, "all mutants"], Rate()) | {"true drafts": Rate(lost, lost)}
    for draft in drafts:
        rates["true drafts"] = rates["true drafts"].counted(rejected(draft, corpus))
        for kind, mutator in MUTATORS.items():
            for mutant in mutants(draft, mutator, words):
                _count(rates, (kind, "all mutants"), rejected(mutant, corpus))
    return rates


def rewrite_rates(sentences: Iterable[DraftSentence], verifier: Verifier) -> RewriteRates:
    """Quoted sentences rewritten, and mutants of them as they are and of them in all rewrites at once.

    The span of each quote is the passage that a model would have been shown.
    """
    words = Words.of(verifier.corpus)
    true: Rates = {ALL: Rate()}
    killed: Rates = {ALL: Rate()}
    for sentence in dict.fromkeys(sentences):
        for rewrite, changed in rewritten(sentence, verifier.corpus):
            fails = _fails(changed, verifier)
            _count(true, (rewrite, ALL), fails)
            if fails or rewrite not in {AS_IT_IS, ALL_AT_ONCE}:
                continue
            for kind, mutator in MUTATORS.items():
                for mutant in _mutants(changed, mutator, words):
                    _count(killed, (kind, ALL), _fails(mutant, verifier))
    return RewriteRates(true, killed)


def rejected(draft: Draft, corpus: Corpus) -> bool:
    """True when verification refuses the draft."""
    try:
        verify(draft, corpus)
    except VerificationError:
        return True
    return False


def _mutants(sentence: DraftSentence, mutator: Mutator, words: Words) -> Iterator[DraftSentence]:
    for changed in mutator(sentence, words):
        if changed != sentence and (changed.text.strip() or changed.quotes != sentence.quotes):
            yield changed


def _fails(sentence: DraftSentence, verifier: Verifier) -> bool:
    return isinstance(verifier.verify(sentence), Rejection)


def _count(rates: Rates, kinds: Iterable[str], rejected: bool) -> None:
    for kind in kinds:
        rates[kind] = rates.get(kind, Rate()).counted(rejected)
