"""The optional files of a corpus pack: known questions, glossary, conflicts and scope.

Each loader returns what can be used and one message for each thing that cannot, so that one broken entry
never takes the others with it.
"""

import hashlib
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from safetensors import SafetensorError, safe_open

from bot.types import (
    SIGNALS,
    Calibration,
    Conflict,
    ConflictSide,
    Document,
    GlossaryTerm,
    Kind,
    KnownQuestion,
    Logistic,
    ReaderWeights,
    Scope,
    Span,
)

_Model = TypeVar("_Model", bound=BaseModel)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Documents = dict[str, Document]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Group(_File):
    section: str
    answer: tuple[str, ...] = Field(min_length=1)
    questions: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()


class _Questions(_File):
    document: str
    groups: tuple[_Group, ...]
    unanswered: tuple[str, ...] = ()


class _Term(_File):
    term: str = Field(min_length=1)
    also: tuple[str, ...] = ()


class _Glossary(_File):
    terms: tuple[_Term, ...]


class _Quote(_File):
    document: str
    quote: str = Field(min_length=1)


class _Side(_File):
    position: str = Field(min_length=1)
    quotes: tuple[_Quote, ...] = Field(min_length=1)


class _Conflict(_File):
    id: str = Field(min_length=1)
    note: str = Field(min_length=1)
    sides: tuple[_Side, ...] = Field(min_length=2)


class _Conflicts(_File):
    conflicts: tuple[_Conflict, ...]


class _Logistic(_File):
    weights: dict[str, float]
    intercept: float


class _Calibration(_File):
    rank: _Logistic
    answerable: _Logistic
    threshold: float = Field(ge=0, le=1)
    kind: float = Field(ge=0, le=1)


class _Reader(_File):
    fingerprint: str
    answers: tuple[str, ...]
    kinds: tuple[str, ...]
    scale: float = Field(gt=0)


class _Scope(_File):
    about: str = ""
    jurisdiction: str = ""
    starters: tuple[str, ...] = ()
    urgent_message: str = ""
    examples: dict[str, tuple[str, ...]] = Field(default_factory=dict)


def load_questions(folder: Path, documents: Documents) -> tuple[tuple[KnownQuestion, ...], tuple[str, ...], list[str]]:
    """Every group whose answer still stands in its document, word for word, and is not boilerplate; every near miss."""
    known: list[KnownQuestion] = []
    near_misses: list[str] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*.y*ml")):
        content = _read(path, _Questions, problems)
        if content is None:
            continue
        document = documents.get(content.document)
        if document is None:
            problems.append(
                f"{path.name}: there is no usable document {content.document!r}; its questions are left out."
            )
            continue
        near_misses += content.unanswered
        for number, group in enumerate(content.groups, start=1):
            wordings = (*group.questions, *group.asked, *group.advice)
            spans = [s for quote in group.answer for s in find_quote(document, quote, section=group.section)]
            if not wordings:
                problems.append(f"{path.name}: group {number} has no question; write some or remove the group.")
            elif any(not find_quote(document, quote) for quote in group.answer):
                problems.append(
                    f"{path.name}: group {number} ({wordings[0]!r}) is withdrawn: its answer no longer stands "
                    f"in {document.id}, word for word. Correct the answer or remove the group."
                )
            elif not any(document.section_at(s.start).boilerplate for s in spans):
                answer = tuple(dict.fromkeys(spans))
                key = _key(document.id, group.answer)
                known.append(
                    KnownQuestion(
                        f"{document.id}:{number}",
                        document.id,
                        group.section,
                        wordings,
                        answer,
                        frozenset(group.asked),
                        frozenset(group.advice),
                        key,
                    )
                )
    return tuple(known), tuple(near_misses), problems


def _key(document_id: str, answer: tuple[str, ...]) -> str:
    return hashlib.blake2b("\0".join([document_id, *answer]).encode(), digest_size=8).hexdigest()


def load_glossary(path: Path) -> tuple[tuple[GlossaryTerm, ...], list[str]]:
    """The terms, or none where there is no file."""
    problems: list[str] = []
    content = _read(path, _Glossary, problems) if path.is_file() else None
    return tuple(GlossaryTerm(t.term, t.also) for t in content.terms) if content else (), problems


def load_scope(path: Path) -> tuple[Scope, list[str]]:
    """What the bot is for; without a file, everything."""
    problems: list[str] = []
    content = _read(path, _Scope, problems) if path.is_file() else None
    return Scope(**content.model_dump()) if content else Scope(), problems


def load_conflicts(path: Path, documents: Documents) -> tuple[tuple[Conflict, ...], list[str]]:
    """Every conflict of which at least two sides still stand in the documents."""
    problems: list[str] = []
    content = _read(path, _Conflicts, problems) if path.is_file() else None
    found = []
    for entry in content.conflicts if content else ():
        places = [
            (side.position, _find_all(side.quotes, documents, f"{path.name}: {entry.id}", problems))
            for side in entry.sides
        ]
        sides = [
            ConflictSide(position, spans, _strongest_kind(spans, [s for p, s in places if p != position], documents))
            for position, spans in places
            if spans
        ]
        if len(sides) > 1:
            found.append(Conflict(entry.id, entry.note, tuple(sorted(sides, key=lambda s: s.kind.rank))))
    return tuple(found), problems


def _find_all(quotes: tuple[_Quote, ...], documents: Documents, where: str, problems: list[str]) -> tuple[Span, ...]:
    found: list[Span] = []
    for quote in quotes:
        spans = find_quote(documents[quote.document], quote.quote) if quote.document in documents else ()
        if not spans:
            problems.append(
                f"{where}: the quote {quote.quote[:60]!r} does not stand in {quote.document!r}; correct it."
            )
        found += spans
    return tuple(found)


def _strongest_kind(spans: tuple[Span, ...], others: list[tuple[Span, ...]], documents: Documents) -> Kind:
    """Of the sentences that take this side alone; a sentence that reports both sides lends neither its rank."""
    shared = {span for side in others for span in side}
    alone = [s for s in spans if s not in shared] or list(spans)
    return min((documents[s.document_id].kind for s in alone), key=lambda kind: kind.rank)


def load_calibration(folder: Path) -> tuple[Calibration, list[str]]:
    """The fitted numbers, or the defaults where there are none or they cannot be used."""
    problems: list[str] = []
    path = folder / "calibration.json"
    content = _read(path, _Calibration, problems) if path.is_file() else None
    if content is None:
        return Calibration(), problems
    return Calibration(
        _logistic(content.rank), _logistic(content.answerable), content.threshold, content.kind
    ), problems


def _logistic(model: _Logistic) -> Logistic:
    return Logistic(tuple(model.weights.get(name, 0.0) for name in SIGNALS), model.intercept)


def load_reader(path: Path) -> tuple[ReaderWeights | None, list[str]]:
    """The trained reader, or None where there is none or it cannot be used."""
    if not path.is_file():
        return None, []
    try:
        with safe_open(path, framework="numpy") as file:
            about = _Reader.model_validate_json(file.metadata()["reader"])
            tensors = {name: file.get_tensor(name).astype(np.float32) for name in file.keys()}  # noqa: SIM118 - no dict
        answers, kinds = tensors.pop("answer_prototypes"), tensors.pop("kind_prototypes")
    except (OSError, KeyError, TypeError, ValueError, SafetensorError):
        return None, [f"{path.name}: cannot be read; run  mso-bot eval train  again."]
    return ReaderWeights(about.fingerprint, tensors, about.answers, answers, about.kinds, kinds, about.scale), []


def find_quote(document: Document, quote: str, *, section: str | None = None) -> tuple[Span, ...]:
    """The sentences of a document that an exact quote touches, in order; () when it does not stand there.

    Where the same words stand twice, those below the heading ``section`` are meant.
    """
    wanted = quote.strip()
    starts: list[int] = []
    at = document.text.find(wanted)
    while wanted and at >= 0:
        starts.append(at)
        at = document.text.find(wanted, at + 1)
    if not starts:
        return ()
    start = next((s for s in starts if document.section_at(s).heading == section), starts[0])
    whole = Span(document.id, start, start + len(wanted))
    return tuple(s.span for s in document.sentences if s.span.overlaps(whole))


def _read(path: Path, model: type[_Model], problems: list[str]) -> _Model | None:
    try:
        return model.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader))
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{path.name}: cannot be read as UTF-8 text ({error.__class__.__name__}); save it as UTF-8.")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problems.append(f"{path.name}: not valid YAML{f' (line {mark.line + 1})' if mark else ''}; correct it.")
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        problems.append(f"{path.name}: {where or 'content'}: {first['msg']}; see the corpus README for the form.")
    return None
