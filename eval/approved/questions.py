"""Approvals made from a corpus's known questions, and what is asked to try them.

An approved answer is a group's answering sentences; its approved questions are the group's first wordings. Asked are
the group's other wordings, and near misses: the nearest wordings of other groups, those of the same section, questions
that the corpus lists as unanswered, and the approved questions with one thing changed.
"""

import hashlib
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from bot.approved import Approver
from bot.corpus import plain
from bot.errors import InputError
from bot.history import Approval
from bot.index import Index
from bot.types import DraftSentence, KnownQuestion, Matrix
from bot.verify import Terms
from eval.mutate.operators import MUTATORS, Words
from eval.train import held_out

Half: TypeAlias = Literal["dev", "test"]
Sort: TypeAlias = Literal["same", "neighbour", "section", "unanswered", "mutated"]

GROUPS: Final = 150
FIRST: Final = 4
"""Wordings of a group that are approved."""
SEED: Final = 6
_NEAREST: Final = {"neighbour": 10, "section": 6, "unanswered": 6}
_MUTANTS: Final = 3
"""Of one approved question."""
_NO_QUESTION: Final = re.compile(r"\bnot(?:['’]t|\s+n['’]t)|\b(\w+)\s+\1\b|\bor\s*(?:[,?.]|$)", re.IGNORECASE)
"""What a change leaves that nobody would write."""
_ONE_THING: Final = (
    "number changed", "number word changed", "unit changed", "bound changed", "party swapped", "agency swapped",
    "negation added", "negation removed", "modal swapped",
)  # fmt: skip
_OTHER_KIND: Final = {
    "how long": "how often", "how often": "how long", "how much": "how often", "how many": "which", "who": "when",
    "when": "where", "where": "when", "why": "when", "what": "who", "which": "how many",
}  # fmt: skip
_KIND: Final = re.compile(rf"\b(?:{'|'.join(sorted(_OTHER_KIND, key=len, reverse=True))})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Base:
    """An approval for one group of known questions."""

    group: int
    """Position among the corpus's known questions."""
    approval: Approval
    half: Half


@dataclass(frozen=True, slots=True)
class Probe:
    """A question that is asked because of one approval."""

    base: Base
    text: str
    sort: Sort
    group: int
    """The group that it belongs to; -1 for none."""
    origin: str = ""
    """The approved question that one thing was changed in."""

    @property
    def unseen(self) -> bool:
        """True for a question that the reader was not trained on."""
        return self.sort == "mutated" or held_out(self.text)


def bases(
    index: Index, approver: Approver, *, groups: int = GROUPS, first: int = FIRST, seed: int = SEED
) -> tuple[Base, ...]:
    """Approvals for so many groups, by the seed; a group that no attorney could approve is passed over."""
    known = index.corpus.known_questions
    order = [i for i, k in enumerate(known) if len(k.questions) > first]
    random.Random(seed).shuffle(order)
    found: list[Base] = []
    for number in order:
        if len(found) == groups:
            break
        approval = _approval(index, approver, number, first)
        if approval:
            found.append(Base(number, approval, _half(known[number].key or known[number].id)))
    return tuple(found)


class Prober:
    """Chooses what is asked, for one index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._words, self._terms = Words.of(index.corpus), Terms.of(index.corpus)

    def probes(self, base: Base) -> Iterator[Probe]:
        """What is asked because of one approval; a question that is approved word for word is no near miss."""
        index, approved = self._index, {bare(q) for q in base.approval.questions}
        known, same = index.corpus.known_questions, index.same_answer
        own = known[base.group]
        listed = {bare(w) for w in own.questions}
        yield from (Probe(base, w, "same", base.group) for w in own.questions if bare(w) not in approved)
        others = [
            (row, group, wording)
            for row, (group, wording) in enumerate(index.wordings)
            if not same[group, base.group] and bare(wording) not in listed
        ]
        vectors = index.reader.encoder.encode(list(base.approval.questions))
        yield from _near(base, others, index.wording_vectors, vectors, "neighbour")
        inside = [o for o in others if _place(known[o[1]]) == _place(own)]
        yield from _near(base, inside, index.wording_vectors, vectors, "section")
        unanswered = [(row, -1, w) for row, (kind, w) in enumerate(index.examples) if kind == "not_in_sources"]
        yield from _near(base, unanswered, index.example_vectors, vectors, "unanswered")
        for question in base.approval.questions:
            changed = (t for t in self.mutants(question) if bare(t) not in listed)
            yield from (Probe(base, t, "mutated", -1, question) for t in changed)

    def mutants(self, question: str) -> list[str]:
        """A question with one thing changed in each: a number, a party, a negation, a modal verb, what is asked for."""
        lower, expand = question[:1].lower() + question[1:], self._terms.expand
        made = [s.text for name in _ONE_THING for s in MUTATORS[name](DraftSentence(lower, ()), self._words)]
        made.append(_KIND.sub(lambda m: _OTHER_KIND[m.group().lower()], lower, count=1))
        other = (t for t in dict.fromkeys(made) if expand(t).lower() != expand(lower).lower())
        return [t for t in other if not _NO_QUESTION.search(t)][:_MUTANTS]


def _place(known: KnownQuestion) -> tuple[str, str]:
    return known.document_id, known.section


def _approval(index: Index, approver: Approver, number: int, first: int) -> Approval | None:
    group = index.corpus.known_questions[number]
    document = index.corpus.document(group.document_id)
    if document is None:
        return None
    wording = "\n\n".join(plain(document.quote(span)) for span in group.answer)
    questions = [q for q in group.questions[:first] if not approver.why_never(q)]
    try:
        return approver.checked(questions, wording, group.answer, author="evaluation")
    except InputError:
        return None


def _near(
    base: Base, others: Sequence[tuple[int, int, str]], matrix: Matrix, vectors: Matrix, sort: Sort
) -> Iterator[Probe]:
    """The nearest of other questions, each given as row of the matrix, group and wording."""
    rows = np.array([row for row, _, _ in others], dtype=np.int64)
    nearness = (matrix[rows] @ vectors.T).max(axis=1) if len(rows) else np.zeros(0)
    chosen = dict.fromkeys(others[i][1:] for i in np.argsort(-nearness, kind="stable")[: 2 * _NEAREST[sort]])
    yield from (Probe(base, wording, sort, group) for group, wording in list(chosen)[: _NEAREST[sort]])


def _half(key: str) -> Half:
    """Development or test, the same for a group each time."""
    return "test" if hashlib.blake2b(key.encode(), digest_size=4).digest()[-1] % 2 else "dev"


def bare(text: str) -> str:
    """The words of a text, without punctuation and case."""
    return " ".join(re.findall(r"[\w'%$§-]+", text.lower()))
