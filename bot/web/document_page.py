"""A document as HTML in which every sentence can be pointed at by its offsets.

``<span id="c1234-1333" class="sentence">`` makes ``#c1234-1333`` scroll to a sentence and highlight it without
JavaScript. The text is cut by the document's own offsets, so what is highlighted is what was quoted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup

from bot.corpus import markdown_parser, plain
from bot.types import Document, Sentence

_Environment: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry of the table of contents."""

    anchor: str
    text: str
    level: int


@dataclass(frozen=True, slots=True)
class RenderedDocument:
    """The body of a document's page and its table of contents."""

    body: Markup
    contents: tuple[Heading, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of an inline token: where it stands in the token's content, and where in the document."""

    in_content: int
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class _Piece:
    """A slice of an inline token's content; ``sentence`` is None for what stands between sentences."""

    content: str
    sentence: Sentence | None


def render_document(document: Document) -> RenderedDocument:
    """The document's text as HTML, without its main heading, which the page shows as its title."""
    parser = markdown_parser()
    parser.add_render_rule("link_open", _link_to_elsewhere)
    environment: _Environment = {}
    tokens = _without_main_heading(parser.parse(document.text, environment))
    starts = _line_starts(document.text)
    _anchor_headings(tokens, starts)
    in_rows = _mark_rows(tokens, document.sentences, starts)
    prose = [s for s in document.sentences if s not in in_rows]
    for position, token in enumerate(tokens):
        lines = _lines(token, document.text, starts) if token.type == "inline" else []
        if sentences := [s for s in prose if _begins_in(s, lines)]:
            html = _marked(token.content, sentences, lines, parser, environment)
            tokens[position] = Token("html_block", "", 0, content=html)
    body = parser.renderer.render(tokens, parser.options, environment)
    contents = tuple(Heading(_anchor(s.start), s.heading, s.level) for s in document.sections if s.level > 1)
    return RenderedDocument(Markup(body), contents)  # the parser escapes, and raw HTML is off


def _anchor(start: int) -> str:
    return f"s{start}"


def _sentence_id(sentence: Sentence) -> str:
    return f"c{sentence.span.start}-{sentence.span.end}"


def _line_starts(text: str) -> list[int]:
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _without_main_heading(tokens: list[Token]) -> list[Token]:
    heads = bool(tokens) and tokens[0].type == "heading_open" and tokens[0].tag == "h1"
    return tokens[3:] if heads else tokens


def _link_to_elsewhere(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, environment: _Environment
) -> str:
    tokens[index].attrSet("rel", "noopener noreferrer")
    return renderer.renderToken(tokens, index, options, environment)


def _anchor_headings(tokens: Sequence[Token], starts: Sequence[int]) -> None:
    for token in tokens:
        if token.type == "heading_open" and token.map:
            token.attrSet("id", _anchor(starts[token.map[0]]))


def _mark_rows(tokens: Sequence[Token], sentences: Sequence[Sentence], starts: Sequence[int]) -> set[Sentence]:
    """A row of a table is one sentence: the row itself is what can be pointed at."""
    marked: set[Sentence] = set()
    for token in tokens:
        if token.type != "tr_open" or token.map is None:
            continue
        first, last = (starts[line] for line in token.map)
        for sentence in sentences:
            if first <= sentence.span.start < last:
                token.attrSet("id", _sentence_id(sentence))
                token.attrSet("class", "sentence")
                marked.add(sentence)
    return marked


def _marked(
    content: str, sentences: Sequence[Sentence], lines: Sequence[_Line], parser: MarkdownIt, environment: _Environment
) -> str:
    """The HTML of an inline token's content, with each of its sentences marked."""
    pieces = list(_pieces(content, sentences, lines))
    if _is_same_text(content, pieces):
        return "".join(_piece_html(piece, parser, environment) for piece in pieces)
    return _wrap(parser.renderInline(content, environment), sentences)


def _lines(token: Token, text: str, starts: Sequence[int]) -> list[_Line]:
    """Where each line of the content stands in the document; [] where that cannot be told."""
    if token.map is None:
        return []
    lines: list[_Line] = []
    in_content = 0
    for number, line in enumerate(token.content.split("\n"), start=token.map[0]):
        end = starts[number + 1] if number + 1 < len(starts) else len(text)
        at = text.rfind(line, starts[min(number, len(starts) - 1)], end)
        if at < 0:
            return []
        lines.append(_Line(in_content, at, len(line)))
        in_content += len(line) + 1
    return lines


def _begins_in(sentence: Sentence, lines: Sequence[_Line]) -> bool:
    """An id may stand on a page once, so a sentence belongs where it begins."""
    return bool(lines) and lines[0].start <= sentence.span.start < lines[-1].start + max(lines[-1].length, 1)


def _pieces(content: str, sentences: Sequence[Sentence], lines: Sequence[_Line]) -> Iterator[_Piece]:
    done = 0
    for sentence in sentences:
        start, end = (_offset_in_content(o, lines) for o in (sentence.span.start, sentence.span.end))
        if start > done:
            yield _Piece(content[done:start], None)
        yield _Piece(content[start:end], sentence)
        done = end
    if done < len(content):
        yield _Piece(content[done:], None)


def _offset_in_content(offset: int, lines: Sequence[_Line]) -> int:
    line = next((line for line in reversed(lines) if line.start <= offset), lines[0])
    return line.in_content + min(max(offset - line.start, 0), line.length)


def _is_same_text(content: str, pieces: Sequence[_Piece]) -> bool:
    """False where a mark such as ``**`` opens in one piece and closes in another."""
    apart = "".join(plain(piece.content) for piece in pieces)
    return "".join(apart.split()) == "".join(plain(content).split())


def _piece_html(piece: _Piece, parser: MarkdownIt, environment: _Environment) -> str:
    if not piece.content.strip():
        return piece.content
    html = parser.renderInline(piece.content, environment)
    return _wrap(html, [piece.sentence]) if piece.sentence else html


def _wrap(html: str, sentences: Sequence[Sentence]) -> str:
    """Spans around each other, where sentences cannot be told apart: each target highlights them together."""
    opened = "".join(f'<span id="{_sentence_id(s)}" class="sentence">' for s in sentences)
    return opened + html + "</span>" * len(sentences)
