"""A question and its reply as the HTML of one turn of the chat. Every text is escaped."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from bot.corpus import plain
from bot.types import Reply
from bot.web.pages import render

_MARK: Final = re.compile(r"\s*\[(\d+)\]")
_BULLET: Final = re.compile(r"^\s*[-*•]\s+")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of an answer, or a list of its items."""

    items: tuple[Markup, ...]
    is_list: bool


def turn_html(reply: Reply, *, number: int, is_open: bool = False) -> Markup:
    """One turn. ``number`` keeps its anchors apart from those of the other turns on the page.

    ``is_open`` unfolds the sources, for a page without JavaScript.
    """
    numbers = {c.number for c in reply.citations}
    return render(
        "turn.html",
        reply=reply,
        number=number,
        is_open=is_open,
        blocks=list(_blocks(reply.answer, numbers, number)),
        conflict=_linked(reply.conflict.note, numbers, number) if reply.conflict else "",
        quotes={c.number: plain(c.quote) for c in reply.citations},
    )


def pending_html(question: str) -> Markup:
    """A turn whose answer is on its way."""
    return render("pending.html", question=question)


def _blocks(answer: str, numbers: set[int], turn: int) -> Iterator[Block]:
    """Paragraphs stand between empty lines; a line that starts with ``-`` is an item of a list."""
    paragraph: list[Markup] = []
    items: list[Markup] = []
    for line in [*answer.splitlines(), ""]:
        bullet = _BULLET.match(line)
        if items and not bullet:
            yield Block(tuple(items), is_list=True)
            items = []
        if paragraph and (bullet or not line.strip()):
            yield Block((Markup(" ").join(paragraph),), is_list=False)
            paragraph = []
        if bullet:
            items.append(_linked(line[bullet.end() :], numbers, turn))
        elif line.strip():
            paragraph.append(_linked(line.strip(), numbers, turn))


def _linked(text: str, numbers: set[int], turn: int) -> Markup:
    """The text with each ``[1]`` that is a citation of this reply as a link to it."""

    def link(mark: re.Match[str]) -> str:
        cited = int(mark[1])
        return str(render("mark.html", number=cited, turn=turn)) if cited in numbers else mark[0]

    return Markup(_MARK.sub(link, str(escape(text))))
