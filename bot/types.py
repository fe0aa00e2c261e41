"""The nouns. One frozen type for every arrow between two stages; no stage mutates what it was given."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol, Self, TypeAlias

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, model_validator

Vector: TypeAlias = npt.NDArray[np.float32]
"""A unit-length embedding, shape (d,)."""
Matrix: TypeAlias = npt.NDArray[np.float32]
"""Unit-length embeddings, shape (n, d)."""


MAX_PREFIX_CHARS = 160


class Kind(StrEnum):
    """What a document is. The order is the order of authority: an earlier kind outranks a later one."""

    STATUTE_SUMMARY = "statute-summary"
    REGULATION_SUMMARY = "regulation-summary"
    SETTLEMENT_SUMMARY = "settlement-summary"
    PRACTICE_GUIDE = "practice-guide"
    GUIDANCE_ARTICLE = "guidance-article"
    FAQ = "faq"
    DOCUMENT = "document"

    @property
    def rank(self) -> int:
        """0 for the kind with the most authority."""
        return list(type(self)).index(self)


class Status(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    DECLINED = "declined"
    CHAT = "chat"


class Reason(StrEnum):
    """Why a reply is partial or declined."""

    NOT_IN_SOURCES = "not_in_sources"
    ADVICE = "advice"
    OUT_OF_JURISDICTION = "out_of_jurisdiction"
    OUT_OF_SCOPE = "out_of_scope"
    UNSAFE = "unsafe"
    UNCLEAR = "unclear"
    UNAVAILABLE = "unavailable"


# --- documents -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A slice ``text[start:end]`` of one document, in characters."""

    document_id: str
    start: int
    end: int

    def overlaps(self, other: "Span") -> bool:
        """True when both share at least one character."""
        return self.document_id == other.document_id and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Authority:
    """A source behind a document, as its front matter names it."""

    citation: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the text below it, up to the next heading of any level."""

    heading: str
    level: int
    start: int
    end: int
    boilerplate: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """A slice of one section that states one thing: a sentence, or a list item of one sentence."""

    span: Span
    text: str
    section: int
    block: int
    """Number of the paragraph or list that it stands in, within its document."""
    list_item: bool = False
    introduces_list: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One file of the corpus with its front matter; ``text`` is what every offset counts in."""

    id: str
    title: str
    kind: Kind
    text: str
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]
    jurisdiction: str = ""
    authorities: tuple[Authority, ...] = ()
    last_reviewed: dt.date | None = None
    summary: str = ""
    content_hash: str = ""

    def quote(self, span: Span) -> str:
        """The exact text of a span of this document."""
        return self.text[span.start : span.end]

    def section_at(self, offset: int) -> Section:
        """The section that holds a character offset (the first one for anything before it)."""
        return next((s for s in reversed(self.sections) if s.start <= offset), self.sections[0])


@dataclass(frozen=True, slots=True)
class Passage:
    """What is indexed and retrieved: whole sentences of one section, within the encoder's window."""

    id: str
    span: Span
    text: str
    title: str
    heading: str
    kind: Kind
    sentences: tuple[int, ...]
    """Positions in the document's ``sentences``."""

    @property
    def embedded_text(self) -> str:
        """Title and heading in front give the encoder the topic; they are never shown."""
        return f"{self.prefix}\n{self.text}"

    @property
    def prefix(self) -> str:
        """The title and heading, cut so that they leave room for the text."""
        return f"{self.title}. {self.heading}"[:MAX_PREFIX_CHARS]


@dataclass(frozen=True, slots=True)
class KnownQuestion:
    """A group of ways to ask one thing, tied to the sentences that answer it."""

    id: str
    document_id: str
    section: str
    questions: tuple[str, ...]
    answer: tuple[Span, ...]
    asked: frozenset[str] = frozenset()
    """Those of the questions that were put by others than who wrote the group: they stand for visitors' questions when
    the calibration is fitted."""
    key: str = ""
    """A hash of the document and the answer's words: stays when other groups come and go."""


@dataclass(frozen=True, slots=True)
class ConflictSide:
    """One of the positions that the documents take, and where they take it."""

    position: str
    spans: tuple[Span, ...]
    kind: Kind
    """The kind with the most authority among the documents that take it."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Positions that disagree on one point, the one with the most authority first.

    A sentence that states several positions by itself stands on several sides.
    """

    id: str
    note: str
    sides: tuple[ConflictSide, ...]


@dataclass(frozen=True, slots=True)
class GlossaryTerm:
    """A term of the documents and the other ways that people say it."""

    term: str
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """What the bot is for. Without a scope file nothing is out of scope."""

    about: str = ""
    jurisdiction: str = ""
    starters: tuple[str, ...] = ()
    urgent_message: str = ""
    """What to say in an emergency of this field; empty: the general text."""
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


SIGNALS = (
    "wording", "sentence", "words", "coverage", "length", "no_number", "reader", "nearest", "near_miss", "in_sources",
)  # fmt: skip
"""What is measured of a question and a known question, in the order of ``Logistic.weights`` (see retrieve.py)."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic model over ``SIGNALS``. The defaults were set by hand, for a corpus that has none of its own yet."""

    weights: tuple[float, ...] = (8.0, 3.0, 1.0, 4.0, 0.0, -0.6, 0.0, 0.0, -4.0, 0.0)
    intercept: float = -11.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """The numbers that turn signals into probabilities."""

    rank: Logistic = Logistic()
    """That a known question's answer is the one that is asked for, given that there is one."""
    answerable: Logistic = Logistic()
    """That the documents answer the question at all, by the signals of the likeliest known question."""
    threshold: float = 0.25
    """The bot answers from this probability of ``answerable`` on."""
    kind: float = 0.5
    """From this probability on the reader decides that a question is of another kind."""


@dataclass(frozen=True, slots=True, eq=False)
class ReaderWeights:
    """What training made of the encoder's last layers, and the prototypes (see reader.py)."""

    fingerprint: str
    """Of the encoder that they belong to."""
    layers: Mapping[str, Matrix]
    """Parameters of the encoder by name."""
    answers: tuple[str, ...]
    """``KnownQuestion.key`` of each row of ``answer_prototypes``."""
    answer_prototypes: Matrix
    kinds: tuple[str, ...]
    """The kind of each row of ``kind_prototypes``; a kind has several."""
    kind_prototypes: Matrix
    scale: float
    """By which cosines are multiplied before they become probabilities."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """A whole pack. ``problems`` holds what could not be used, one message a file or group."""

    documents: tuple[Document, ...]
    known_questions: tuple[KnownQuestion, ...] = ()
    near_misses: tuple[str, ...] = ()
    """Questions that sound as if the documents answered them, and that they do not."""
    glossary: tuple[GlossaryTerm, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    scope: Scope = field(default_factory=Scope)
    calibration: Calibration = field(default_factory=Calibration)
    reader: ReaderWeights | None = None
    problems: tuple[str, ...] = ()
    version: str = ""

    @property
    def examples(self) -> tuple[tuple[str, str], ...]:
        """Kind and wording of every example of the scope file; a near miss is an example of ``not_in_sources``."""
        listed = tuple((kind, w) for kind, wordings in self.scope.examples.items() for w in wordings)
        return (*listed, *(("not_in_sources", w) for w in self.near_misses))

    def document(self, document_id: str) -> Document | None:
        """The document with this id, or None."""
        return next((d for d in self.documents if d.id == document_id), None)


# --- a question and what was found for it --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, and the earlier questions of the conversation, oldest first."""

    text: str
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for: a question, or one part of it, that stands alone."""

    text: str
    subject: str = ""
    """What an earlier turn adds; empty when the question stood alone."""
    rewritten: str = ""
    """The question as a model put it so that it stands alone; empty where none did."""

    @property
    def whole(self) -> str:
        """All that is asked, with what comes from earlier turns."""
        return self.rewritten or f"{self.subject} {self.text}".strip()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its fused score, and the cosine and BM25 scores behind it."""

    passage: Passage
    score: float
    dense: float
    lexical: float


@dataclass(frozen=True, slots=True)
class KnownHit:
    """A known question that is near."""

    known: KnownQuestion
    score: float
    """Estimated probability that its answer answers the question, in [0, 1]."""
    wording: str
    """The wording that is nearest."""
    similarity: float
    """Cosine of the question and that wording."""
    coverage: float
    """Share of the question's words, weighted by rarity, that the group's wordings or its answer contain, in [0, 1]."""


@dataclass(frozen=True, slots=True)
class ExampleHit:
    """The nearest example question of one kind in the scope file, with its cosine."""

    kind: str
    similarity: float
    wording: str


@dataclass(frozen=True, slots=True)
class SentenceHit:
    """A sentence with its score for the question, and the cosine and the share of words behind it."""

    sentence: Sentence
    score: float
    similarity: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that retrieval found for one query, best first."""

    query: Query
    hits: tuple[Hit, ...] = ()
    known: tuple[KnownHit, ...] = ()
    examples: tuple[ExampleHit, ...] = ()
    sentences: tuple[SentenceHit, ...] = ()
    answerable: float = 0.0
    """Estimated probability that some known question's answer answers it, in [0, 1]."""
    kinds: Mapping[str, float] = field(default_factory=dict)
    """The reader's probability of each other kind of question; empty without a trained reader."""
    unknown_words: tuple[str, ...] = ()
    """Content words of the question that no document and no known question contains."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the guard says of a question."""

    kind: str
    """``question``, ``language``, or a kind of the scope file: advice, out_of_jurisdiction, unsafe, chat, …"""
    rule: str = ""
    """The rule, or the nearest example, that decided; for staff and for evaluation."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the questions inside a question, with what was found for it."""

    text: str
    evidence: Evidence
    verdict: Verdict
    confidence: float
    """Estimated probability that what was found answers it, in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a question, before it is put into words."""

    status: Status
    reason: Reason | None
    verdict: Verdict
    confidence: float = 0.0
    """Estimated probability that the sentences found answer the question, in [0, 1]."""
    uncovered: tuple[str, ...] = ()
    """The parts of the question that the documents do not cover."""
    suggestions: tuple[str, ...] = ()
    """Questions that can be answered."""

    @property
    def states(self) -> bool:
        """True when the reply says something of what the documents say."""
        return self.status in {Status.ANSWERED, Status.PARTIAL}


# --- a draft and the reply -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that an engine says stand at a place; ``verify`` finds out whether they do."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence that an engine proposes, with the quotes that it says support it."""

    text: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """An engine's proposal, before verification."""

    sentences: tuple[DraftSentence, ...]
    engine: str
    conflicts: tuple[Conflict, ...] = ()
    """The points touched on which the documents disagree; every side of each is among the sentences."""


@dataclass(frozen=True, slots=True)
class VerifiedSentence:
    """A sentence that passed verification; only ``verify`` makes one."""

    text: str
    spans: tuple[Span, ...]
    support: Literal["quoted", "verified"]


class _Contract(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ReplySentence(_Contract):
    """One sentence of the answer and the numbers of its citations."""

    text: str
    citations: tuple[int, ...]
    support: Literal["quoted", "verified"]


class Citation(_Contract):
    """Document, section and exact quote: ``text[start:end] == quote`` in ``/api/sources/{document_id}``."""

    number: int
    document_id: str
    title: str
    section: str
    quote: str
    start: int
    end: int
    url: str
    kind: str
    authorities: tuple[str, ...]
    last_reviewed: dt.date | None


class CitedSentence(_Contract):
    """One sentence of the answer with its citations whole, as a stream gives it before the Reply."""

    text: str
    citations: tuple[Citation, ...]
    support: Literal["quoted", "verified"]


class ConflictNote(_Contract):
    """Said when the documents disagree on the point."""

    note: str
    citations: tuple[int, ...]


class Handoff(_Contract):
    """How to reach a human."""

    message: str
    url: str | None = None
    phone: str | None = None


class Reply(_Contract):
    """What the bot returns, on every channel.

    Raises ValueError (pydantic's ValidationError) for a reply that breaks the contract, such as an
    answered one without citations.
    """

    id: str
    question: str
    status: Status
    reason: Reason | None = None
    answer: str
    sentences: tuple[ReplySentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    conflict: ConflictNote | None = None
    handoff: Handoff | None = None
    suggestions: tuple[str, ...] = ()
    confidence: float
    disclaimer: str
    engine: str
    corpus_version: str
    latency_ms: float

    @model_validator(mode="after")
    def _obeys_the_contract(self) -> Self:
        if not self.disclaimer:
            raise ValueError("a reply must carry the disclaimer")
        if (self.reason is None) != (self.status in {Status.ANSWERED, Status.CHAT}):
            raise ValueError(f"a reply that is {self.status} cannot have the reason {self.reason}")
        self._check_citations()
        return self

    def cited_sentences(self) -> tuple[CitedSentence, ...]:
        """The sentences of the answer, each with its citations whole; none where the reply declines or chats."""
        cited = {c.number: c for c in self.citations}
        return tuple(
            CitedSentence(text=s.text, citations=tuple(cited[n] for n in s.citations), support=s.support)
            for s in self.sentences
        )

    def _check_citations(self) -> None:
        cites = self.status in {Status.ANSWERED, Status.PARTIAL}
        if cites != bool(self.citations) or cites != bool(self.sentences):
            raise ValueError(f"a reply that is {self.status} must {'' if cites else 'not '}cite")
        if self.status is Status.PARTIAL and self.reason not in {Reason.ADVICE, Reason.NOT_IN_SOURCES}:
            raise ValueError(f"a partial reply cannot have the reason {self.reason}")
        numbers = {c.number for c in self.citations}
        for sentence in self.sentences:
            if not sentence.citations or not numbers.issuperset(sentence.citations):
                raise ValueError(f"a sentence without a citation of this reply: {sentence.text!r}")
        if self.conflict and not numbers.issuperset(self.conflict.citations):
            raise ValueError("a conflict note may only point to citations of its reply")


class Progress(Protocol):
    """Told how many of all texts have been encoded so far."""

    def __call__(self, done: int, total: int, /) -> None:
        """Both counts are whole texts; ``done == total`` at the end."""
