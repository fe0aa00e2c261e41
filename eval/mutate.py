"""Mutations: drafts with exactly one thing wrong, and the share of them that ``verify`` rejects.

As in mutation testing of programs (DeMillo, Lipton and Sayward 1978), the share rejected is the kill rate. The
extractive engine's sentences are their quotes' own wording, and ``verify`` asks for exactly that; so as long as no
engine paraphrases, these rates are a regression guard and say nothing of a harder judgement. A whole sentence that is
missing (an exception that stands by itself) is not a mutant: what remains is true, and bringing it along is the
answer's duty.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot.corpus import plain
from bot.errors import MsoBotError, VerificationError
from bot.pipeline import Bot
from bot.settings import Settings
from bot.types import Corpus, Draft, DraftSentence, Quote, Reason, Reply, Sentence, Span
from bot.verify import verify
from eval.cases import CASES, Case, load_cases, split_of

_ACTS = r"(?:may|must|can|cannot|shall|should|will|owns?|has|have)\b"
_AGENCY = re.compile(
    r"\b(?:Department|Board|Office|Bureau|Commission|Agency|Division|Authority|Administration|Council|Court|Association|"
    r"Ministry|Attorney General|Control Unit)\b"
)
_NUMBER = re.compile(r"\d+")
_AUXILIARY = re.compile(r"\b(may|must|shall|should|will|can|is|are|was|were|does|do)\b(?!\s+not\b)(?!n['’]t)")
_NOT = re.compile(r"\s+not\b|(?<=can)not\b|\bnever\s+|(?<=\w)n['’]t\b")
_MODALS = {"may": "must", "must": "may", "should": "must", "shall": "may", "can": "must", "cannot": "must"}
_MODAL = re.compile(rf"\b(?:{'|'.join(_MODALS)})\b")
_EXCEPTION = re.compile(r"\s*[,;(]?\s*\b(?:unless|except|but|however|provided that|only)\b[^.;)]*(?:\))?")
_INVENTED = ("This rule was repealed last year.", "No exception to this has ever been granted.")
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Words:
    """What is swapped for what, read from a corpus: its parties, its agencies and its sentences."""

    parties: Mapping[str, str]
    """Each name of someone who acts, with the glossary term it belongs to: another name of the same is not a swap."""
    agencies: Mapping[str, str]
    sentences: tuple[Sentence, ...]

    @classmethod
    def of(cls, corpus: Corpus) -> "Words":
        """Parties are the glossary's words that act in the documents ("a guide must …"); agencies bear such a name."""
        names = {w: t.term for t in corpus.glossary for w in (t.term, *t.also)}
        offices = {t for w, t in names.items() if _AGENCY.search(w)}
        agencies = {w: t for w, t in names.items() if t in offices}
        text = "\n".join(s.text for d in corpus.documents for s in d.sentences)
        acting = {
            w: t
            for w, t in names.items()
            if w not in agencies and re.search(rf"(?<![\w-]){re.escape(w)}s?\s+{_ACTS}", text, re.IGNORECASE)
        }
        return cls(acting, agencies, tuple(s for d in corpus.documents for s in d.sentences))


Mutator = Callable[[DraftSentence, Words], Iterator[DraftSentence]]


def rewriting(pattern: re.Pattern[str], new: Callable[[re.Match[str]], str]) -> Mutator:
    """Each match in the sentence, written anew."""
    return lambda sentence, _: _rewritten(sentence, pattern, new)


def citation_swapped(sentence: DraftSentence, words: Words) -> Iterator[DraftSentence]:
    """The same sentence with the quote, or only the place, of another passage."""
    for number, quote in enumerate(sentence.quotes):
        other = _elsewhere(quote, words)
        if other:
            yield _with_quote(sentence, number, Quote(other.span, other.text))
            yield _with_quote(sentence, number, Quote(other.span, quote.text))


def sentence_invented(sentence: DraftSentence, words: Words) -> Iterator[DraftSentence]:
    """Something that the quote does not say: made up, or said elsewhere."""
    other = _elsewhere(sentence.quotes[0], words) if sentence.quotes else None
    for text in (*_INVENTED, *([plain(other.text)] if other else [])):
        yield replace(sentence, text=text)


def quote_altered(sentence: DraftSentence, words: Words) -> Iterator[DraftSentence]:
    """One word of the quote left out, and one replaced; the sentence says the same as the altered quote."""
    for number, quote in enumerate(sentence.quotes):
        found = list(re.finditer(r"\b[^\W\d_]{4,}\b", quote.text))
        for at in found[:: max(1, len(found) // _SHORTEST)]:
            for word in ("", "otherwise"):
                altered = Quote(quote.span, quote.text[: at.start()] + word + quote.text[at.end() :])
                changed = _with_quote(sentence, number, altered)
                yield replace(changed, text=" ".join(plain(q.text) for q in changed.quotes))


MUTATORS: Mapping[str, Mutator] = {
    "number changed": rewriting(_NUMBER, lambda m: str(int(m.group()) + 1)),
    "party swapped": lambda sentence, words: _swapped(sentence, words.parties),
    "agency swapped": lambda sentence, words: _swapped(sentence, words.agencies),
    "negation added": rewriting(_AUXILIARY, lambda m: f"{m.group()} not"),
    "negation removed": rewriting(_NOT, lambda _: ""),
    "modal swapped": rewriting(_MODAL, lambda m: _MODALS[m.group()]),
    "exception dropped": rewriting(_EXCEPTION, lambda _: ""),
    "citation swapped": citation_swapped,
    "sentence invented": sentence_invented,
    "quote altered": quote_altered,
}


@dataclass(frozen=True, slots=True)
class Rate:
    """How many drafts of one kind were tried, and how many of them ``verify`` rejected."""

    tried: int = 0
    rejected: int = 0

    @property
    def share(self) -> float | None:
        """None where none was tried."""
        return self.rejected / self.tried if self.tried else None

    def counted(self, rejected: bool) -> "Rate":
        """With one more."""
        return Rate(self.tried + 1, self.rejected + int(rejected))


def draft_of(reply: Reply) -> Draft:
    """The draft that a reply was made from, as far as ``verify`` is concerned."""
    quotes = {c.number: Quote(Span(c.document_id, c.start, c.end), c.quote) for c in reply.citations}
    return Draft(
        tuple(DraftSentence(s.text, tuple(quotes[n] for n in s.citations)) for s in reply.sentences), reply.engine
    )


def mutants(draft: Draft, mutator: Mutator, words: Words) -> Iterator[Draft]:
    """Every draft that differs from this one in one thing; one that equals it is not among them."""
    for number, sentence in enumerate(draft.sentences):
        for changed in mutator(sentence, words):
            if changed != sentence and (changed.text.strip() or changed.quotes != sentence.quotes):
                yield replace(draft, sentences=(*draft.sentences[:number], changed, *draft.sentences[number + 1 :]))


def kill_rates(drafts: Sequence[Draft], corpus: Corpus, *, lost: int = 0) -> dict[str, Rate]:
    """The rate of each kind, of all mutants (``all mutants``), and of the drafts as they were (``true drafts``).

    ``lost`` drafts were rejected before anybody saw them, and count among the true ones.
    """
    words = Words.of(corpus)
    rates = dict.fromkeys([*MUTATORS, "all mutants"], Rate()) | {"true drafts": Rate(lost, lost)}
    for draft in drafts:
        rates["true drafts"] = rates["true drafts"].counted(rejected(draft, corpus))
        for kind, mutator in MUTATORS.items():
            for mutant in mutants(draft, mutator, words):
                killed = rejected(mutant, corpus)
                rates[kind], rates["all mutants"] = rates[kind].counted(killed), rates["all mutants"].counted(killed)
    return rates


def rejected(draft: Draft, corpus: Corpus) -> bool:
    """True when verification refuses the draft."""
    try:
        verify(draft, corpus)
    except VerificationError:
        return True
    return False


def mutate_command(
    cases: Annotated[Path, typer.Option(help="Cases: a JSONL file or a folder of them.")] = CASES,
    split: Annotated[str, typer.Option(help="dev, test or all.")] = "test",
    out: Annotated[Path | None, typer.Option(help="Write the rates to this JSON file.")] = None,
) -> None:
    """Put one thing wrong in every answer, and count how many of these drafts verification rejects."""
    console = Console(highlight=False)
    try:
        bot = Bot.open(Settings.from_environment())
        replies = replies_to(load_cases(cases), bot, split)
        drafts = [draft_of(r) for r in replies if r.sentences]
        rates = kill_rates(drafts, bot.corpus, lost=sum(r.reason is Reason.UNAVAILABLE for r in replies))
    except MsoBotError as error:
        Console(stderr=True).print(str(error), markup=False)
        raise typer.Exit(2) from None
    console.print(_table(rates, len(drafts)))
    if out:
        found = {kind: asdict(rate) | {"share": rate.share} for kind, rate in rates.items()}
        out.write_text(json.dumps({"split": split, "drafts": len(drafts), "rates": found}, indent=1) + "\n", "utf-8")
    bot.close()


def replies_to(cases: Sequence[Case], bot: Bot, split: str) -> list[Reply]:
    """The replies to the cases of one split; a draft that verification rejects makes one that is unavailable."""
    chosen = [c for c in cases if split in {"all", split_of(c, bot.corpus)}]
    shown = track(chosen, "Asking", console=Console(stderr=True), transient=True)
    return [bot.ask(c.question, c.history) for c in shown]


def _table(rates: Mapping[str, Rate], drafts: int) -> Table:
    table = Table("one thing wrong", "drafts", "rejected", "share", title=f"Mutants of {drafts} answers")
    for kind, rate in rates.items():
        share = "–" if rate.share is None else f"{rate.share:.1%}"
        table.add_row(kind, str(rate.tried), str(rate.rejected), share)
    return table


def _rewritten(
    sentence: DraftSentence, pattern: re.Pattern[str], new: Callable[[re.Match[str]], str]
) -> Iterator[DraftSentence]:
    for m in pattern.finditer(sentence.text):
        yield replace(sentence, text=sentence.text[: m.start()] + new(m) + sentence.text[m.end() :])


def _swapped(sentence: DraftSentence, names: Mapping[str, str]) -> Iterator[DraftSentence]:
    """Each name in the sentence, the longest reading of it, by the next name that belongs to another term."""
    order = list(names)
    longest = "|".join(re.escape(n) for n in sorted(order, key=len, reverse=True)) or r"(?!)"
    known = {n.lower(): i for i, n in enumerate(order)}

    def other(m: re.Match[str]) -> str:
        at = known[m.group().lower()]
        later = (order[(at + step) % len(order)] for step in range(1, len(order)))
        return next((n for n in later if names[n] != names[order[at]]), m.group())

    yield from _rewritten(sentence, re.compile(rf"(?<![\w-])(?:{longest})(?=s?(?![\w-]))", re.IGNORECASE), other)


def _elsewhere(quote: Quote, words: Words) -> Sentence | None:
    """A sentence of other words at another place, the same one every time."""
    others = [s for s in words.sentences if s.text != quote.text and not s.span.overlaps(quote.span)]
    return others[quote.span.start % len(others)] if others else None


def _with_quote(sentence: DraftSentence, number: int, quote: Quote) -> DraftSentence:
    return replace(sentence, quotes=(*sentence.quotes[:number], quote, *sentence.quotes[number + 1 :]))
