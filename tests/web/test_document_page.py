"""Markdown to HTML in which every sentence can be pointed at."""

import re
from pathlib import Path

import pytest

from bot.corpus import load_document, plain
from bot.pipeline import Bot
from bot.types import Document
from bot.web.document_page import render_document


def read(folder: Path, text: str, name: str = "text.md") -> Document:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return load_document(path)


def ids(html: str) -> list[str]:
    return re.findall(r'id="(c\d+-\d+)"', html)


def expected_ids(document: Document) -> list[str]:
    return [f"c{s.span.start}-{s.span.end}" for s in document.sentences]


def test_every_sentence_of_every_document_has_its_id_once_and_in_order(bot: Bot) -> None:
    for document in bot.corpus.documents:
        assert ids(render_document(document).body) == expected_ids(document)


def test_what_is_marked_is_the_sentence_and_nothing_else(bot: Bot) -> None:
    document = bot.corpus.documents[0]
    body = render_document(document).body
    for sentence in document.sentences:
        marked = re.search(rf'id="c{sentence.span.start}-{sentence.span.end}" class="sentence">(.*?)</span>', body)
        assert marked
        words = marked[1].replace("&quot;", '"').replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
        assert "".join(re.sub("<[^>]+>", "", words).split()) == "".join(plain(sentence.text).split())


@pytest.mark.parametrize(
    "text",
    [
        "# T\n\nOne sentence here. Another *one* here.\n\n- An item. With two sentences.\n- Another item.\n",
        "# T\n\nA sentence that runs\nover three\nlines. And the next\none.\n",
        "# T\n\n> Quoted words stand here.\n> They go on.\n\n1. First thing.\n2. Second thing.\n",
        "# T\n\n- Outer item.\n  - Inner item. It goes on\n    in a second line.\n",
        "# T\n\n**Bold starts here. It ends here.** Then comes more.\n",
        "# T\n\n| a | b |\n|---|---|\n| one | two |\n| one | two |\n",
        "# T\n\na | b\n---|---\none | two\n",
        "# T\n\nSee [the law][1]. It is `code` here.\n\n[1]: https://example.com\n",
    ],
)
def test_lists_tables_quotes_and_emphasis_keep_every_sentence(tmp_path: Path, text: str) -> None:
    document = read(tmp_path, text)
    assert ids(render_document(document).body) == expected_ids(document)


def test_emphasis_over_two_sentences_is_rendered_and_both_can_be_pointed_at(tmp_path: Path) -> None:
    body = render_document(read(tmp_path, "# T\n\n**Bold starts here. It ends here.** Then comes more.\n")).body
    assert "<strong>Bold starts here. It ends here.</strong>" in body
    assert "**" not in body


def test_html_in_a_document_is_shown_as_text(tmp_path: Path) -> None:
    body = render_document(
        read(tmp_path, "# T\n\nHello <script>alert(1)</script> there. [x](javascript:alert(1))\n")
    ).body
    assert "<script" not in body
    assert "href" not in body


def test_a_plain_text_file_is_readable_too(tmp_path: Path) -> None:
    document = read(tmp_path, "First sentence. Second sentence.\n\nThird sentence.\n", "notes.txt")
    assert ids(render_document(document).body) == expected_ids(document)


def test_the_table_of_contents_points_to_headings_that_exist(bot: Bot) -> None:
    for document in bot.corpus.documents:
        rendered = render_document(document)
        assert rendered.contents
        for heading in rendered.contents:
            assert f'id="{heading.anchor}"' in rendered.body
