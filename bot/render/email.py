"""A Reply as an e-mail: answer, quotes, authorities, review dates, links and disclaimer, as plain text and as HTML."""

import re
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from bot.types import Citation, Reply

_BREAKS: Final = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Email:
    """Both forms say the same. ``html`` carries its few styles itself, because mail programs drop style sheets."""

    plain: str
    html: str


def email(reply: Reply, *, base_url: str) -> Email:
    """The text to paste for one reply. ``base_url``, such as ``https://bot.example``, goes before the links."""
    return Email(_plain(reply, base_url.rstrip("/")), _html(reply, base_url.rstrip("/")))


def _plain(reply: Reply, base_url: str) -> str:
    blocks = [f"Question: {reply.question}", reply.answer]
    if reply.conflict:
        blocks.append(f"Where the documents differ: {reply.conflict.note}")
    if reply.citations:
        blocks.append("Sources")
    for cited in reply.citations:
        lines = [f"[{cited.number}] {cited.title}, “{cited.section}”", f"“{_one_line(cited.quote)}”"]
        lines += [_about(cited), f"{base_url}{cited.url}"]
        blocks.append("\n".join(lines))
    if reply.handoff:
        reach = (reply.handoff.message, reply.handoff.phone, reply.handoff.url)
        blocks.append(" ".join(part for part in reach if part))
    return "\n\n".join([*blocks, reply.disclaimer]) + "\n"


def _html(reply: Reply, base_url: str) -> str:
    paragraphs = [Markup("<p><strong>Question:</strong> {}</p>").format(reply.question)]
    paragraphs += [
        Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in block.splitlines()))
        for block in _BREAKS.split(reply.answer)
    ]
    if reply.conflict:
        paragraphs.append(Markup("<p><strong>Where the documents differ:</strong> {}</p>").format(reply.conflict.note))
    if reply.citations:
        paragraphs.append(Markup("<p><strong>Sources</strong></p>"))
    paragraphs += [_cited_html(cited, base_url) for cited in reply.citations]
    if reply.handoff:
        url, phone = reply.handoff.url, reply.handoff.phone
        link = Markup(' <a href="{}">{}</a>').format(url, url) if url else ""
        paragraphs.append(Markup("<p>{} {}{}</p>").format(reply.handoff.message, phone or "", link))
    paragraphs.append(Markup("<p><em>{}</em></p>").format(reply.disclaimer))
    return str(Markup("\n").join(paragraphs))


def _cited_html(cited: Citation, base_url: str) -> Markup:
    return Markup(
        '<p>[{number}] <a href="{url}">{title}</a>, “{section}”</p>\n'
        '<blockquote style="margin:0 0 1em 1em;padding-left:1em;border-left:3px solid #b8912f">{quote}<br>'
        "<small>{about}</small></blockquote>"
    ).format(
        number=cited.number,
        url=f"{base_url}{cited.url}",
        title=cited.title,
        section=cited.section,
        quote=_one_line(cited.quote),
        about=_about(cited),
    )


def _about(cited: Citation) -> str:
    said = [cited.kind.replace("-", " ").capitalize()]
    if cited.authorities:
        said.append("; ".join(cited.authorities))
    if cited.last_reviewed:
        said.append(f"reviewed {cited.last_reviewed.isoformat()}")
    return " · ".join(said)


def _one_line(text: str) -> str:
    return " ".join(text.split())
