"""Light rewrites that keep what a sentence says: what a careful model might make of it, and has to be let through."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from bot.corpus import plain
from bot.types import Corpus, DraftSentence, GlossaryTerm

Rewrite = Callable[[str, Corpus], str]
AS_IT_IS = "as it is"
ALL_AT_ONCE = "all at once"

_IN_BRACKETS = re.compile(r"\s*\((?=[^()]*(?:§|\d|\bLaw\b|\barticle\b|\bNo\.))[^()]*(?:\([^()]*\)[^()]*)*\)")
_CONTRACTED = re.compile(r"\b(is|are|does|do|was|were) not\b|\bcannot\b")
_EXPANDED = re.compile(r"\bcannot\b")
_NUMBER = re.compile(r"(?<![\d.,§($-])(?<!§\s)\b([2-9]|1[0-2])\b(?![\d.,(%-]|\s+[A-Z])")
_NUMBER_WORDS = "two three four five six seven eight nine ten eleven twelve".split()
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(_NUMBER_WORDS)})\b(?!-)")
_OPENING = re.compile(r"^((?:Under|In|For|By|According to)\s[^,]+),\s+(.+)\.$")
_MUST = re.compile(r"\b(?<!not )must (?!not)")
_SHORTEST = 3


def citation_dropped(text: str, corpus: Corpus) -> str:
    """Without the citations in brackets."""
    return _IN_BRACKETS.sub("", text)


def contracted(text: str, corpus: Corpus) -> str:
    """``is not`` as ``isn't``."""
    return _CONTRACTED.sub(lambda m: f"{m[1]}n't" if m[1] else "can't", text)


def modal_paraphrased(text: str, corpus: Corpus) -> str:
    """``cannot`` as ``may not`` and ``must`` as ``is required to``."""
    return _MUST.sub("is required to ", _EXPANDED.sub("may not", text))


def number_respelt(text: str, corpus: Corpus) -> str:
    """``four`` as ``4``; small numbers that count something as words."""
    digits = _NUMBER_WORD.sub(lambda m: str(_NUMBER_WORDS.index(m.group()) + 2), text)
    return digits if digits != text else _NUMBER.sub(lambda m: _NUMBER_WORDS[int(m.group()) - 2], text)


def opening_moved(text: str, corpus: Corpus) -> str:
    """``Under this law, somebody must …`` as ``Somebody must … under this law``."""
    found = _OPENING.match(text)
    if found is None:
        return text
    opening = found[1][:1].lower() + found[1][1:]
    return f"{found[2][:1].upper()}{found[2][1:]} {opening}."


def place_dropped(text: str, corpus: Corpus) -> str:
    """``New York State Office of Rivers`` as ``Office of Rivers``: names without the state's own in front."""
    place = re.escape(corpus.scope.jurisdiction or "\0")
    return re.sub(rf"\b{place}(?:\s+State)?(?:['’]s)?\s+(?=[A-Z][a-z]+\s+(?:[A-Z]|of))", "", text)


def term_renamed(text: str, corpus: Corpus) -> str:
    """The first glossary term of several words by its acronym."""
    acronyms = {t.term: _acronym(t) for t in corpus.glossary if _acronym(t)}
    pattern = "|".join(re.escape(n) for n in sorted(acronyms, key=len, reverse=True)) or r"(?!)"
    return re.sub(rf"(?<![\w-])(?:{pattern})(?![\w-])", lambda m: acronyms[m.group()], text, count=1)


REWRITES: Mapping[str, Rewrite] = {
    "citation dropped": citation_dropped,
    "contracted": contracted,
    "modal paraphrased": modal_paraphrased,
    "number respelt": number_respelt,
    "opening moved": opening_moved,
    "place dropped": place_dropped,
    "term renamed": term_renamed,
}


def rewritten(sentence: DraftSentence, corpus: Corpus) -> Iterator[tuple[str, DraftSentence]]:
    """The sentence rewritten in each way that changes it, and in all ways at once; the quotes as a model copies them.

    As it is comes first: a model that only quotes is let through too.
    """
    quotes = tuple(replace(q, text=plain(q.text)) for q in sentence.quotes)
    yield AS_IT_IS, replace(sentence, quotes=quotes)
    every = sentence.text
    for kind, rewrite in REWRITES.items():
        every = rewrite(every, corpus)
        if (text := rewrite(sentence.text, corpus)) != sentence.text:
            yield kind, DraftSentence(text, quotes)
    if every != sentence.text:
        yield ALL_AT_ONCE, DraftSentence(every, quotes)


def _acronym(term: GlossaryTerm) -> str:
    several = len(term.term.split()) > 1
    return next((a for a in term.also if several and a.isupper() and a.isalpha() and len(a) >= _SHORTEST), "")
