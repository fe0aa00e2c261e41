"""Markdown or plain text to sections and sentences, every one a slice of the text.

markdown-it-py (CommonMark) finds the blocks and nupunkt, a splitter trained on legal prose, the sentences
in them, so that ``Educ. Law § 6509-a`` or ``Inc. v.`` does not end one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import nupunkt
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.types import Section, Sentence, Span

_RUN_IN_HEADING = re.compile(r"^(\*\*|__)[^*_]+(\*\*|__)$")
_CITATION_GOES_ON = re.compile(r"^[§(,;]")
_CONTAINERS = {"list_item_open": 1, "list_item_close": -1}


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text without inner structure: a paragraph, a list item's text or a table row."""

    start: int
    end: int
    list_item: bool


def markdown_parser() -> MarkdownIt:
    """CommonMark with tables and without raw HTML: the one dialect in which documents are read and shown."""
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def parse(
    text: str, document_id: str, *, title: str, boilerplate: tuple[str, ...] = ()
) -> tuple[tuple[Section, ...], tuple[Sentence, ...]]:
    """The sections and sentences of a Markdown text; ``text[start:end]`` is each one's exact wording."""
    starts = _line_starts(text)
    tokens = markdown_parser().parse(text)
    sections = _sections(tokens, starts, len(text), title, boilerplate)
    return sections, _sentences(text, document_id, sections, list(_blocks(text, tokens, starts)))


def parse_plain(text: str, document_id: str, *, title: str) -> tuple[tuple[Section, ...], tuple[Sentence, ...]]:
    """The same for plain text: one section, paragraphs between empty lines."""
    blocks = [
        Block(m.start(), m.end(), list_item=False)
        for m in re.finditer(r"\S(?:.|\n(?!\s*\n))*", text)
        if m.group().strip()
    ]
    sections = (Section(title, 1, 0, len(text)),)
    return sections, _sentences(text, document_id, sections, blocks)


def sentences_of(text: str) -> list[str]:
    """The sentences of a text that is in no document, each as one line. Nothing of it is left out."""
    _, sentences = parse_plain(text, "", title="")
    return [" ".join(s.text.split()) for s in sentences]


def plain(markdown: str) -> str:
    """A slice of Markdown as one line of prose, without its marks."""
    tokens = markdown_parser().parseInline(re.sub(r"\s*\n\s*(?:>\s?)*", " ", markdown))
    return " ".join("".join(_inline_text(tokens[0].children or [])).split())


def _inline_text(children: list[Token]) -> Iterator[str]:
    for token in children:
        if token.type in {"text", "code_inline"}:
            yield token.content
        elif token.type in {"softbreak", "hardbreak"}:
            yield " "
        elif token.type == "image":
            yield from _inline_text(token.children or [])


def _line_starts(text: str) -> list[int]:
    starts = [0, *(m.end() for m in re.finditer("\n", text))]
    return [*starts, len(text)] if starts[-1] != len(text) else starts


def _sections(
    tokens: list[Token], starts: list[int], length: int, title: str, boilerplate: tuple[str, ...]
) -> tuple[Section, ...]:
    headings = [
        (starts[t.map[0]], int(t.tag[1]), plain(inline.content))
        for t, inline in pairwise(tokens)
        if t.type == "heading_open" and t.map and t.level == 0
    ]
    if not headings or headings[0][0] > 0:
        headings.insert(0, (0, 1, title))
    ends = [*(start for start, _, _ in headings[1:]), length]
    return tuple(
        Section(heading or title, level, start, end, heading in boilerplate)
        for (start, level, heading), end in zip(headings, ends, strict=True)
    )


def _blocks(text: str, tokens: list[Token], starts: list[int]) -> Iterator[Block]:
    """Paragraphs, list items and the rows of tables, in order. Code is not prose and is left out."""
    depth = 0
    for token, inline in pairwise(tokens):
        depth += _CONTAINERS.get(token.type, 0)
        if token.map is None:
            continue
        first, last = token.map
        end = starts[min(last, len(starts) - 1)]
        if token.type == "paragraph_open":
            head = inline.content.split("\n", 1)[0]
            start = text.find(head, starts[first], end)
            if head and start >= 0:
                yield Block(start, start + len(text[start:end].rstrip()), list_item=depth > 0)
        elif token.type == "tr_open" and text[starts[first] : end].strip():
            yield Block(starts[first], starts[first] + len(text[starts[first] : end].rstrip()), list_item=True)


def _sentences(text: str, document_id: str, sections: tuple[Section, ...], blocks: list[Block]) -> tuple[Sentence, ...]:
    found: list[Sentence] = []
    for number, block in enumerate(blocks):
        section = max(i for i, s in enumerate(sections) if s.start <= block.start)
        before_list = number + 1 < len(blocks) and blocks[number + 1].list_item and not block.list_item
        spans = list(_split(text[block.start : block.end]))
        for start, end in spans:
            wording = text[block.start + start : block.start + end]
            found.append(
                Sentence(
                    Span(document_id, block.start + start, block.start + end),
                    wording,
                    section,
                    number,
                    list_item=block.list_item,
                    introduces_list=before_list and end == spans[-1][1] and wording.endswith(":"),
                )
            )
    return tuple(found)


def _split(block: str) -> Iterator[tuple[int, int]]:
    """Offsets of the sentences of one block. A bold run-in heading belongs to the sentence behind it."""
    held: tuple[int, int] | None = None
    for start, end in nupunkt.sent_spans(block):
        wording = block[start:end]
        stripped = wording.strip()
        if not stripped:
            continue
        begin = start + wording.index(stripped)
        finish = begin + len(stripped)
        if held is None:
            held = (begin, finish)
        elif _RUN_IN_HEADING.match(block[held[0] : held[1]]) or _CITATION_GOES_ON.match(stripped):
            held = (held[0], finish)
        else:
            yield held
            held = (begin, finish)
    if held is not None:
        yield held
