"""The ways to put exactly one thing wrong in a draft sentence."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from bot.corpus import plain
from bot.tokens import FUNCTION_WORDS
from bot.types import Corpus, DraftSentence, Quote, Sentence

_ACTS = r"(?:may|must|can|cannot|shall|should|will|owns?|has|have)\b"
_AGENCY = re.compile(
    r"\b(?:Department|Board|Office|Bureau|Commission|Agency|Division|Authority|Administration|Council|Court|Association|"
    r"Ministry|Attorney General|Control Unit)\b"
)
_NUMBER = re.compile(r"\d+")
_NUMBER_WORDS = {
    "one": "two",
    "two": "three",
    "three": "four",
    "four": "five",
    "five": "six",
    "six": "ten",
    "ten": "six",
}
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(_NUMBER_WORDS)})\b")
_AUXILIARY = re.compile(r"\b(may|must|shall|should|will|can|is|are|was|were|does|do)\b(?!\s+not\b)(?!n['’]t)")
_NOT = re.compile(r"\s+not\b|(?<=can)not\b|\bnever\s+|(?<=\w)n['’]t\b")
_MODALS = {"may": "must", "must": "may", "should": "must", "shall": "may", "can": "must", "cannot": "must"}
_MODAL = re.compile(rf"\b(?:{'|'.join(_MODALS)})\b")
_EXCEPTION = re.compile(r"\s*[,;(]?\s*\b(?:unless|except|but|however|provided that|only)\b[^.;)]*(?:\))?")
_BOUNDS = {
    "at least": "at most", "at most": "at least", "more than": "less than", "less than": "more than", "before": "after",
    "after": "before", "within": "after", "up to": "at least", "until": "before", "every": "some", "all": "some",
}  # fmt: skip
_BOUND = re.compile(rf"\b(?:{'|'.join(_BOUNDS)})\b")
_UNITS = {"year": "month", "month": "day", "day": "month", "hour": "day", "percent": "dollars"}
_UNIT = re.compile(rf"(?<=\d )(?:{'|'.join(_UNITS)})|\b(?:{'|'.join(_UNITS)})(?=s?\b)")
_HEDGE = re.compile(r"\b(?:generally|typically|usually|often|normally|mainly|primarily)\s+")
_WORD = re.compile(r"\b[a-z]{4,}\b")
_ENUMERATES = re.compile(r"s?[\s,/]*(?:and|or|&)?\s*(?:other\s+)?", re.IGNORECASE)
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


def roles_exchanged(sentence: DraftSentence, words: Words) -> Iterator[DraftSentence]:
    """Two parties of the sentence in each other's place."""
    found = list(_pattern(words.parties).finditer(sentence.text))
    term = {n.lower(): t for n, t in words.parties.items()}
    for one, other in combinations(found, 2):
        text = sentence.text
        enumerates = _ENUMERATES.fullmatch(text[one.end() : other.start()])
        if not enumerates and term[one.group().lower()] != term[other.group().lower()]:
            parts = (
                text[: one.start()],
                other.group(),
                text[one.end() : other.start()],
                one.group(),
                text[other.end() :],
            )
            yield replace(sentence, text="".join(parts))


def word_replaced(sentence: DraftSentence, words: Words) -> Iterator[DraftSentence]:
    """Some content words, each by one of another sentence."""
    other = _elsewhere(sentence.quotes[0], words) if sentence.quotes else None
    said = set(_content(sentence.text))
    strange = [w for w in _content(other.text if other else "") if w not in said]
    found = [m for m in _WORD.finditer(sentence.text) if m.group() not in FUNCTION_WORDS]
    for n, m in enumerate(found[:: max(1, len(found) // _SHORTEST)]):
        if strange:
            new = strange[n % len(strange)]
            yield replace(sentence, text=sentence.text[: m.start()] + new + sentence.text[m.end() :])


def facts_mixed(sentence: DraftSentence, words: Words) -> Iterator[DraftSentence]:
    """A number or a party of a sentence nearby, which is cited too."""
    for other in _nearby(sentence, words):
        quotes = (*sentence.quotes, Quote(other.span, other.text))
        for pattern in (_NUMBER, _pattern(words.parties)):
            theirs, ours = pattern.search(plain(other.text)), pattern.search(sentence.text)
            if theirs and ours and not _same(theirs.group(), sentence.text, words):
                text = sentence.text[: ours.start()] + theirs.group() + sentence.text[ours.end() :]
                yield DraftSentence(text, quotes)


MUTATORS: Mapping[str, Mutator] = {
    "number changed": rewriting(_NUMBER, lambda m: str(int(m.group()) + 1)),
    "number word changed": rewriting(_NUMBER_WORD, lambda m: _NUMBER_WORDS[m.group()]),
    "unit changed": rewriting(_UNIT, lambda m: _UNITS[m.group()]),
    "bound changed": rewriting(_BOUND, lambda m: _BOUNDS[m.group()]),
    "party swapped": lambda sentence, words: _swapped(sentence, words.parties),
    "roles exchanged": roles_exchanged,
    "agency swapped": lambda sentence, words: _swapped(sentence, words.agencies),
    "negation added": rewriting(_AUXILIARY, lambda m: f"{m.group()} not"),
    "negation removed": rewriting(_NOT, lambda _: ""),
    "modal swapped": rewriting(_MODAL, lambda m: _MODALS[m.group()]),
    "exception dropped": rewriting(_EXCEPTION, lambda _: ""),
    "hedge dropped": rewriting(_HEDGE, lambda _: ""),
    "word replaced": word_replaced,
    "facts mixed": facts_mixed,
    "citation swapped": citation_swapped,
    "sentence invented": sentence_invented,
    "quote altered": quote_altered,
}


def _rewritten(
    sentence: DraftSentence, pattern: re.Pattern[str], new: Callable[[re.Match[str]], str]
) -> Iterator[DraftSentence]:
    for m in pattern.finditer(sentence.text):
        yield replace(sentence, text=sentence.text[: m.start()] + new(m) + sentence.text[m.end() :])


def _swapped(sentence: DraftSentence, names: Mapping[str, str]) -> Iterator[DraftSentence]:
    """Each name in the sentence, the longest reading of it, by the next name that belongs to another term."""
    order = list(names)
    known = {n.lower(): i for i, n in enumerate(order)}

    def other(m: re.Match[str]) -> str:
        at = known[m.group().lower()]
        later = (order[(at + step) % len(order)] for step in range(1, len(order)))
        return next((n for n in later if names[n] != names[order[at]]), m.group())

    yield from _rewritten(sentence, _pattern(names), other)


def _pattern(names: Mapping[str, str]) -> re.Pattern[str]:
    """Any of the names, the longest reading of it, without the ending of its plural."""
    longest = "|".join(re.escape(n) for n in sorted(names, key=len, reverse=True)) or r"(?!)"
    return re.compile(rf"(?<![\w-])(?:{longest})(?=s?(?![\w-]))", re.IGNORECASE)


def _content(text: str) -> list[str]:
    return [w for w in _WORD.findall(text) if w not in FUNCTION_WORDS]


def _elsewhere(quote: Quote, words: Words) -> Sentence | None:
    """A sentence of other words at another place, the same one every time."""
    others = [s for s in words.sentences if s.text != quote.text and not s.span.overlaps(quote.span)]
    return others[quote.span.start % len(others)] if others else None


def _same(name: str, text: str, words: Words) -> bool:
    """True when a text has this number, or the party of this name under any of its names."""
    term = next((t for n, t in words.parties.items() if n.lower() == name.lower()), None)
    names = [n for n, t in words.parties.items() if t == term] if term else [name]
    return any(n.lower() in text.lower() for n in names)


def _nearby(sentence: DraftSentence, words: Words) -> Iterator[Sentence]:
    """The sentences right before and behind the first one that is quoted."""
    if not sentence.quotes:
        return
    quote = sentence.quotes[0]
    for before, here, behind in zip(words.sentences, words.sentences[1:], words.sentences[2:], strict=False):
        if here.span.overlaps(quote.span) and plain(here.text) == plain(quote.text):
            yield from (s for s in (before, behind) if s.span.document_id == here.span.document_id)


def _with_quote(sentence: DraftSentence, number: int, quote: Quote) -> DraftSentence:
    return replace(sentence, quotes=(*sentence.quotes[:number], quote, *sentence.quotes[number + 1 :]))
