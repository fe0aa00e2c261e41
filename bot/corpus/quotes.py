"""Finding words that somebody says stand in a document, although marks and spaces were copied differently."""

import re
from typing import Final

from bot.types import Document, Span

_SAME: Final = str.maketrans(
    {"‘": "'", "’": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'}
    | dict.fromkeys("‐‑‒–—−", "-")
    | dict.fromkeys("\u00a0\u2009\u202f", " ")
)
_MARKS: Final = re.compile(r"[*_`]|\[(?=[^\]]*\]\()|(?<=\S)\]\([^)\s]*\)|^[ \t]*>[ \t]?|\\(?=[^\w\s])", re.MULTILINE)
"""Emphasis, code, links, the edge of a quotation and escapes of Markdown."""
_ENDS: Final = " \t\r\n\"'.,;:…"
_FEWEST_WORDS: Final = 3
"""Fewer words stand in too many places to show where a statement comes from."""


def locate(quote: str, place: Span, document: Document) -> Span | None:
    """Where in a place a quote stands, in the document's true offsets; None when it does not, or is too short.

    Spaces and line ends, typographic quotation marks and dashes, Markdown marks, and punctuation at both ends may
    differ. Every word has to be there, whole.
    """
    wanted = _normalised(quote)[0].strip(_ENDS)
    if len(wanted.split()) < _FEWEST_WORDS:
        return None
    text, offsets = _normalised(document.quote(place))
    found = re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", text)
    if found is None:
        return None
    return Span(document.id, place.start + offsets[found.start()], place.start + offsets[found.end() - 1] + 1)


def whole_sentences(document: Document, span: Span) -> tuple[Span, ...]:
    """The sentences of a document that a span touches, in order."""
    return tuple(s.span for s in document.sentences if s.span.overlaps(span))


def _normalised(text: str) -> tuple[str, list[int]]:
    """The text in one way of writing, and the offset in the original of each of its characters."""
    marks = {i for m in _MARKS.finditer(text) for i in range(*m.span())}
    characters: list[str] = []
    offsets: list[int] = []
    for i, character in enumerate(text):
        same = character.translate(_SAME)
        if i in marks or (same.isspace() and (not characters or characters[-1] == " ")):
            continue
        characters.append(" " if same.isspace() else same)
        offsets.append(i)
    return "".join(characters), offsets
