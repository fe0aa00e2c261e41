"""What a document would need to say: a brief for a writer, from what visitors asked and what the documents do say.

Nothing in it is made up: questions are visitors', quotes and authorities the documents'.
"""

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.inbox import Cluster, Near, Why, near_of, normalised
from bot.index import Index
from bot.retrieve import Retriever
from bot.tokens import numbers, pieces, quantities_asked, tokens
from bot.types import Authority, Document, Passage, Query

_PLACES: Final = 4
_QUESTIONS: Final = 8
_WORDS: Final = 8
_AUTHORITIES: Final = 8
_RARE: Final = 2.0
"""Inverse document frequency from which a word counts as rare: it stands in fewer than about one passage in seven."""
_QUANTITIES: Final = {
    "money": "an amount of money",
    "share": "a share or a percentage",
    "time": "a deadline, a date or a length of time",
    "count": "a number",
    "contact": "an address, a telephone number or a website",
}
_ASKED: Final = {
    "a form or a sample": r"\b(forms?|templates?|samples?|checklists?|wording|boilerplate|paperwork)\b",
    "a penalty or a consequence": r"\b(penalt\w+|fin(e|ed|es)|punish\w*|sanction\w*|jail|what happens (if|when))\b",
    "a procedure": r"\b(how (do|can|should|would) (i|we|you|one)|how to|steps?|procedures?|apply|file|set up)\b",
    "a name: who, or which office": r"\b(who|whom|which (agency|office|department|board|body|person))\b",
    "a definition": r"\b(what('s| is| are) (a|an|the)|what does .* mean|definition|difference between)\b",
    "whether it is allowed or needed": r"\b(can|may|must|allowed|legal(ly)?|permitted|needs? to|ha(ve|s) to|require)\b",
}
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]<>#|~])")


@dataclass(frozen=True, slots=True)
class Brief:
    """For whoever writes or commissions the document."""

    markdown: str
    filename: str
    asked: tuple[str, ...]
    """What kind of thing is asked for, the most frequent first."""
    missing: tuple[str, ...]
    """Words of the questions that none of the near places has."""
    near: tuple[Near, ...]
    """Where the documents come nearest, the best first."""


@dataclass(frozen=True, slots=True)
class _Place:
    near: Near
    passage: Passage
    document: Document


def brief(cluster: Cluster, index: Index, *, now: dt.datetime) -> Brief:
    """The brief for one group of questions, as of ``now``; deterministic for the same group and index."""
    questions = _wordings(cluster)
    places = _places(cluster.question, index)
    asked, missing = _kinds(questions), _missing(questions, places, index)
    parts = [
        _head(cluster, now),
        _put(cluster, questions),
        _said(places),
        _lacking(asked, missing, index),
        _sources(places),
        _skeleton(cluster, asked, places),
    ]
    name = re.sub(r"[^a-z0-9]+", "-", normalised(cluster.question)).strip("-")[:60].strip("-")
    return Brief(
        "\n\n".join(parts) + "\n", f"brief-{name or cluster.id}.md", asked, missing, tuple(p.near for p in places)
    )


def _wordings(cluster: Cluster) -> tuple[str, ...]:
    """Each wording once, the representative one first, then the most frequent."""
    counts = Counter(normalised(a.question) for a in cluster.asks)
    briefest = {normalised(a.question): a.question for a in sorted(cluster.asks, key=lambda a: -len(a.question))}
    ordered = sorted(briefest, key=lambda w: (w != normalised(cluster.question), -counts[w], w))
    return tuple(" ".join(briefest[w].split()) for w in ordered)


def _places(question: str, index: Index) -> tuple[_Place, ...]:
    hits = Retriever(index).retrieve(Query(question)).hits[:_PLACES]
    vector = index.encoder.encode_question(question)
    return tuple(
        _Place(near_of(index, h.passage, vector, h.dense), h.passage, index.document_of(h.passage)) for h in hits
    )


def _kinds(questions: Sequence[str]) -> tuple[str, ...]:
    counts = Counter(kind for question in questions for kind in _kinds_of(question))
    order = [*_QUANTITIES.values(), *_ASKED]
    return tuple(sorted(counts, key=lambda kind: (-counts[kind], order.index(kind))))


def _kinds_of(question: str) -> Iterator[str]:
    yield from (_QUANTITIES[kind] for kind in sorted(quantities_asked(question)))
    yield from (kind for kind, pattern in _ASKED.items() if re.search(pattern, question, re.IGNORECASE))


def _missing(questions: Sequence[str], places: Sequence[_Place], index: Index) -> tuple[str, ...]:
    """Those that most questions have and that are rarest in the documents come first."""
    covered = {t for p in places for t in tokens(f"{p.passage.title} {p.passage.heading} {p.passage.text}")}
    expand = index.glossary.expand
    spelled: dict[str, str] = {}
    counts = Counter[str]()
    for question in questions:
        own = {t: piece for piece in pieces(normalised(question)) for t in tokens(piece)}
        spelled = own | spelled
        counts.update(t for t, piece in own.items() if not covered.intersection([t, *tokens(expand(piece))]))
    rarity = {t: index.passage_words.weight(t) for t in counts}
    weight = {t: n * rarity[t] for t, n in counts.items() if rarity[t] >= _RARE}
    return tuple(spelled[t] for t in sorted(weight, key=lambda t: (-weight[t], t))[:_WORDS])


def _head(cluster: Cluster, now: dt.datetime) -> str:
    return (
        f"# What a document would need to say\n\n**{_safe(cluster.question)}**\n\n"
        f"Asked {_times(cluster.count)} in {_many(cluster.conversations, 'conversation')}, first on "
        f"{_date(cluster.first_seen)}, last on {_date(cluster.last_seen)}; {_times(cluster.recent)} in the last seven "
        f"days, {_times(cluster.before)} in the seven before. As of {_date(now)}."
    )


def _put(cluster: Cluster, questions: Sequence[str]) -> str:
    lines = [f"- {_safe(q)}" for q in questions[:_QUESTIONS]]
    if len(questions) > _QUESTIONS:
        lines.append(f"- … and {_many(len(questions) - _QUESTIONS, 'more wording')}")
    why = ", ".join(f"{why.label.lower()} ({count})" for why, count in cluster.reasons)
    comments = dict.fromkeys(a.comment for a in cluster.asks if a.comment and Why.THUMBS_DOWN in a.why)
    said = [f"- {_safe(c)}" for c in list(comments)[:_QUESTIONS]]
    told = "\n\nWhat visitors wrote about the answers:\n\n" + "\n".join(said) if said else ""
    return "## As visitors put it\n\n" + "\n".join(lines) + f"\n\nWhy it is here: {why}.{told}"


def _said(places: Sequence[_Place]) -> str:
    if not places:
        return "## What the documents say nearby\n\nNothing."
    quotes = [
        f"- {_safe(p.near.title)}, “{_safe(p.near.section)}” ([read it]({p.near.url})):\n\n  > "
        + _safe(" ".join(p.near.quote.split()))
        for p in places
    ]
    return "## What the documents say nearby\n\n" + "\n\n".join(quotes)


def _lacking(asked: Sequence[str], missing: Sequence[str], index: Index) -> str:
    lines = [f"- Asked for: {kind}" for kind in asked]
    lines += [f"- “{_safe(word)}”: {_where(word, index)}" for word in missing]
    found = "\n".join(lines) or "The words of the questions stand in the passages above; read whether the answer does."
    return f"## What is missing\n\n{found}"


def _where(word: str, index: Index) -> str:
    stands = any(t in index.passage_words for t in tokens(word))
    return "not in the passages above" if stands else "nowhere in the documents"


def _sources(places: Sequence[_Place]) -> str:
    kinds = Counter(p.document.kind.value for p in places)
    lines = [f"- Kind of document nearby: {kind} ({n} of {len(places)} passages)" for kind, n in kinds.most_common()]
    lines += [f"- {_linked(a)}" for a in _authorities(places)]
    told = "\n".join(lines) or "The documents name none."
    return (
        "## Where it may be found\n\n"
        f"The sources behind the passages above; whether they hold it is to be read:\n\n{told}"
    )


def _authorities(places: Sequence[_Place]) -> tuple[Authority, ...]:
    """Those whose sections the passages name; where they name none, those of the nearest document."""
    found: dict[str, Authority] = {}
    for place in places:
        named = {n for n in numbers(place.passage.text) if not n.isdigit() or len(n) > 2}  # noqa: PLR2004 - no small counts
        for authority in place.document.authorities:
            if named & numbers(authority.citation):
                found.setdefault(authority.citation, authority)
    nearest = places[0].document.authorities if places else ()
    return (tuple(found.values()) or nearest)[:_AUTHORITIES]


def _skeleton(cluster: Cluster, asked: Sequence[str], places: Sequence[_Place]) -> str:
    first = places[0].document if places else None
    fields = [f"title: {_quoted(cluster.question)}", f"doc_type: {first.kind.value if first else 'document'}"]
    fields += [f"jurisdiction: {_quoted(first.jurisdiction)}"] if first and first.jurisdiction else []
    fields += ["authorities:  # name only what you have read"]
    fields += ['  - citation: ""', '    url: ""', "last_reviewed:  # YYYY-MM-DD", 'summary: ""']
    heading = " ".join(cluster.question.split()).replace("`", "'")
    body = [f"# {heading}", "", f"## {heading}", ""]
    body += ["One statement a sentence, each with its subject named and its authority in parentheses at the end."]
    body += [f"Say: {kind}." for kind in asked]
    text = "\n".join(["---", *fields, "---", "", *body])
    return f"## To start from\n\n```markdown\n{text}\n```"


def _linked(authority: Authority) -> str:
    citation = _safe(authority.citation)
    return f"[{citation}](<{authority.url}>)" if authority.url else citation


def _safe(text: str) -> str:
    """On one line, and no Markdown or HTML of its own."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def _quoted(text: str) -> str:
    return json.dumps(" ".join(text.split()).replace("`", "'"), ensure_ascii=False)


def _date(moment: dt.datetime) -> str:
    day = moment.astimezone(dt.UTC)
    return f"{day.day} {day:%B %Y}"


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
