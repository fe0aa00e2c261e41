"""An approved answer in the making: questions, wording, quotes, and what is found and judged for it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.approved import Judged
from bot.errors import InputError
from bot.types import Corpus, Hit, Sentence, Span
from bot.web.console.desk import Act

_SEPARATOR: Final = "|"
_FIELDS: Final = 3
_LAST_SECOND: Final = dt.time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Tried:
    """A question, and whether the answer would be given to it."""

    question: str
    is_given: bool
    why: str


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """What stands in the editor. Only what an attorney approves leaves it."""

    answer_id: int | None = None
    """The answer that it replaces; None for a new one."""
    cluster: str = ""
    """The questions of the inbox that it answers."""
    questions: str = ""
    """One a line."""
    wording: str = ""
    quotes: tuple[Span, ...] = ()
    expires: str = ""
    """A day such as 2027-01-31; empty: none."""
    search: str = ""
    found: tuple[Hit, ...] = ()
    try_it: str = ""
    tried: tuple[Tried, ...] = ()
    judged: tuple[Judged, ...] = ()
    problem: str = ""
    """Why the quotes cannot be used, or not as they are."""

    @property
    def asked(self) -> tuple[str, ...]:
        """The questions."""
        return tuple(line.strip() for line in self.questions.splitlines() if line.strip())

    @property
    def passes(self) -> bool:
        """True when every sentence is borne by the quotes."""
        return bool(self.judged) and not self.problem and not any(j.problem for j in self.judged)

    def filled(self, act: Act, corpus: Corpus) -> "Draft":
        """With what stands in the form now; unchanged where the act came without it."""
        if "wording" not in act.fields:
            return self
        chosen = tuple(dict.fromkeys(s for v in act.fields.get("quote", ()) if (s := span_of(v, corpus))))
        return replace(
            self,
            questions=act.text("questions"),
            wording=act.text("wording"),
            expires=act.text("expires"),
            search=act.text("search"),
            try_it=act.text("try"),
            quotes=chosen,
        )

    def expires_at(self, now: dt.datetime) -> dt.datetime | None:
        """The end of the day on which it expires.

        Raises:
            InputError: that is no day, or it is over.
        """
        if not self.expires.strip():
            return None
        try:
            day = dt.date.fromisoformat(self.expires.strip())
        except ValueError:
            raise InputError(f"{self.expires!r} is no day. Write it as 2027-01-31, or leave it empty.") from None
        end = dt.datetime.combine(day, _LAST_SECOND, dt.UTC)
        if end <= now:
            raise InputError("The day on which the answer expires is over. Choose a later one, or leave it empty.")
        return end


def name_of(span: Span) -> str:
    """A span as the value of a box to tick."""
    return _SEPARATOR.join((span.document_id, str(span.start), str(span.end)))


def span_of(value: str, corpus: Corpus) -> Span | None:
    """The span that a box stands for; None where no document has it."""
    parts = value.rsplit(_SEPARATOR, _FIELDS - 1)
    if len(parts) != _FIELDS or not all(p.isascii() and p.isdecimal() for p in parts[1:]):
        return None
    span = Span(parts[0], int(parts[1]), int(parts[2]))
    document = corpus.document(span.document_id)
    return span if document and 0 <= span.start < span.end <= len(document.text) else None


def sentences_of(hit: Hit, corpus: Corpus) -> Sequence[Sentence]:
    """The sentences of a passage."""
    document = corpus.document(hit.passage.span.document_id)
    return [document.sentences[i] for i in hit.passage.sentences] if document else []
