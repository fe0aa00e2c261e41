"""Cases: a question, what may come of it, and the passages and facts that a right answer holds."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator

from bot.corpus import plain
from bot.errors import InputError
from bot.types import Corpus, Reason, Span, Status

Split: TypeAlias = Literal["dev", "test"]

CASES = Path(__file__).parent / "cases"
"""The cases of this repository."""

_STATUSES = frozenset(s.value for s in Status)
_REASONS = frozenset(r.value for r in Reason)


def _is_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is not a regular expression ({error})") from None
    return text


Pattern: TypeAlias = Annotated[str, AfterValidator(_is_pattern)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)


class GoldQuote(_Frozen):
    """Exact words of one document."""

    document_id: str
    quote: str = Field(min_length=1)


class Case(_Frozen):
    """One question with what a right reply is; a file needs ``id`` and ``question`` alone.

    ``expect`` holds every outcome that is right (``status`` or ``status:reason``), ``gold`` the needs (each a choice of
    quotes, one of which is enough), ``facts`` and ``forbidden`` patterns that are searched without regard to case.
    """

    id: str = Field(min_length=1)
    question: str
    category: str = "uncategorised"
    history: tuple[str, ...] = ()
    expect: tuple[str, ...] = ()
    gold: tuple[tuple[GoldQuote, ...], ...] = ()
    facts: tuple[Pattern, ...] = ()
    forbidden: tuple[Pattern, ...] = ()
    conflict: bool = False

    @field_validator("expect")
    @classmethod
    def _are_outcomes(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for outcome in value:
            status, _, reason = outcome.partition(":")
            if status not in _STATUSES or (reason and reason not in _REASONS):
                raise ValueError(f"{outcome!r} is no outcome; write a status or status:reason such as declined:advice")
        return value

    @property
    def alternatives(self) -> tuple[GoldQuote, ...]:
        """Every quote of every need, in order."""
        return tuple(quote for need in self.gold for quote in need)

    @property
    def documents(self) -> tuple[str, ...]:
        """The documents that hold gold, each once, in alphabetical order."""
        return tuple(sorted({q.document_id for q in self.alternatives}))


def load_cases(path: Path) -> tuple[Case, ...]:
    """The cases of a JSONL file, or of every ``*.jsonl`` in a folder in order of name.

    Raises:
        InputError: nothing can be read, a line is not a case (file and line are named), or two cases share an id.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    cases = tuple(case for file in files for case in _read(file))
    if not cases:
        raise InputError(f'{path}: holds no case; write {{"id": "1", "question": "…"}} lines into a .jsonl file.')
    double = _double_ids(cases)
    if double:
        raise InputError(f"{path}: the id {double[0]!r} is used twice; give every case its own.")
    return cases


def _read(file: Path) -> Iterator[Case]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: cannot be read as UTF-8 text ({type(error).__name__}); check the name.") from None
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _case(line, where=f"{file}, line {number}")


def _case(line: str, *, where: str) -> Case:
    try:
        return Case.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(p) for p in first["loc"]) or "the line"
        raise InputError(f"{where}: {field}: {first['msg']}; correct the line.") from None


def _double_ids(cases: Sequence[Case]) -> list[str]:
    return [i for i, n in Counter(c.id for c in cases).items() if n > 1]


def check_cases(cases: Sequence[Case], corpus: Corpus) -> tuple[str, ...]:
    """What is wrong with cases for a corpus, one message each; empty when every case can be judged.

    Ids are unique, every gold quote is a substring of its document, and every fact matches some gold quote.
    """
    problems = [f"{i}: the id is used twice" for i in _double_ids(cases)]
    for case in cases:
        problems += [
            f"{case.id}: not in {q.document_id}: {q.quote[:60]!r}"
            for q in case.alternatives
            if not quote_spans(q, corpus)
        ]
        problems += [
            f"{case.id}: no gold quote holds the fact {fact!r}"
            for fact in case.facts
            if not any(matches(fact, f"{q.quote}\n{plain(q.quote)}") for q in case.alternatives)
        ]
    return tuple(problems)


def matches(pattern: str, text: str) -> bool:
    """True when the pattern is found in the text; case and line breaks do not count."""
    return re.search(pattern, " ".join(text.split()), re.IGNORECASE) is not None


def quote_spans(quote: GoldQuote, corpus: Corpus) -> tuple[Span, ...]:
    """Every place where the quote stands in its document; empty when it stands nowhere."""
    document = corpus.document(quote.document_id)
    if document is None:
        return ()
    found = re.finditer(re.escape(quote.quote), document.text)
    return tuple(Span(document.id, m.start(), m.end()) for m in found)


def gold_spans(case: Case, corpus: Corpus) -> tuple[tuple[Span, ...], ...]:
    """The places of each need's alternatives, one tuple a need."""
    return tuple(tuple(s for q in need for s in quote_spans(q, corpus)) for need in case.gold)


def split_of(case: Case, corpus: Corpus) -> Split:
    """Development or test, the same for every case whose first gold quote stands in the same section.

    The key ``document_id|heading line`` (the case's id when it has no gold) is hashed with BLAKE2b to 4 bytes, read as
    a big-endian integer: even is development, odd is test.
    """
    number = int(hashlib.blake2b(_split_key(case, corpus).encode(), digest_size=4).hexdigest(), 16)
    return "test" if number % 2 else "dev"


def _split_key(case: Case, corpus: Corpus) -> str:
    if not case.alternatives:
        return case.id
    first = case.alternatives[0]
    spans = quote_spans(first, corpus)
    document = corpus.document(first.document_id)
    if not spans or document is None:
        return f"{first.document_id}|"
    return f"{first.document_id}|{_heading_line(document.text, spans[0].start)}"


def _heading_line(text: str, offset: int) -> str:
    """The heading line nearest above an offset, exactly as it stands; empty when there is none."""
    headings = re.findall(r"^#{1,6} .*$", text[:offset], re.MULTILINE)
    return str(headings[-1]) if headings else ""
