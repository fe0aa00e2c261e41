"""Sentences to passages: what is indexed and retrieved."""

import hashlib
from collections.abc import Callable, Iterator, Sequence

from bot.types import MAX_PREFIX_CHARS, Document, Passage, Span

MAX_PASSAGE_TOKENS = 200
"""Heading and text together stay below the window of the bundled model, 256 tokens."""


def passages(
    document: Document, count_tokens: Callable[[str], int], *, limit: int = MAX_PASSAGE_TOKENS
) -> Iterator[Passage]:
    """Whole sentences of one section, as many as fit in ``limit`` tokens; a longer sentence is cut into parts."""
    for position, section in enumerate(document.sections):
        if section.boilerplate:
            continue
        room = max(limit // 2, limit - count_tokens(f"{document.title}. {section.heading}"[:MAX_PREFIX_CHARS]))
        pieces = [
            (number, part)
            for number, sentence in enumerate(document.sentences)
            if sentence.section == position
            for part in _parts(document, sentence.span, count_tokens, room)
        ]
        yield from _merged(document, section.heading, pieces, count_tokens, room)


def _merged(
    document: Document,
    heading: str,
    pieces: Sequence[tuple[int, Span]],
    count_tokens: Callable[[str], int],
    room: int,
) -> Iterator[Passage]:
    held: list[tuple[int, Span]] = []
    for number, span in pieces:
        if held and count_tokens(document.text[held[0][1].start : span.end]) > room:
            yield _passage(document, heading, held)
            held = []
        held.append((number, span))
    if held:
        yield _passage(document, heading, held)


def _passage(document: Document, heading: str, pieces: Sequence[tuple[int, Span]]) -> Passage:
    span = Span(document.id, pieces[0][1].start, pieces[-1][1].end)
    text = document.quote(span)
    digest = hashlib.blake2b(f"{document.id}\0{span.start}\0{text}".encode(), digest_size=8).hexdigest()
    return Passage(
        f"{document.id}#{digest}",
        span,
        text,
        document.title,
        heading,
        document.kind,
        tuple(dict.fromkeys(number for number, _ in pieces)),
    )


def _parts(document: Document, span: Span, count_tokens: Callable[[str], int], room: int) -> Iterator[Span]:
    start = span.start
    while start < span.end and count_tokens(document.text[start : span.end]) > room:
        cut = _longest_fit(document.text, start, span.end, count_tokens, room)
        yield Span(span.document_id, start, start + len(document.text[start:cut].rstrip()))
        start = cut + len(document.text[cut : span.end]) - len(document.text[cut : span.end].lstrip())
    if start < span.end:
        yield Span(span.document_id, start, span.end)


def _longest_fit(text: str, start: int, end: int, count_tokens: Callable[[str], int], room: int) -> int:
    """Where to cut so that the first part fits: by bisection, then back to a space where there is one."""
    low, high = start + 1, end
    while low < high:
        middle = (low + high + 1) // 2
        if count_tokens(text[start:middle]) <= room:
            low = middle
        else:
            high = middle - 1
    space = text.rfind(" ", start + 1, low)
    return space if space > start + (low - start) // 2 else low
