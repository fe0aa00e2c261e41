import pytest
from langchain_core.documents import Document

from bot.index.glossary import Glossary
from bot.pipeline import Bot
from bot.types import GlossaryTerm


@pytest.mark.parametrize("citation", ["6509-a", "29.1(b)(4)", "§ 6512", "45-A", "section 6530", "164.524", "15-103"])
def test_a_bare_citation_finds_passages_with_it(bot: Bot, citation: str):
    bare = citation.removeprefix("§ ").removeprefix("section ")
    found = bot.retriever.invoke(citation)
    assert bare.lower() in (found[0].page_content + found[1].page_content).lower()
    assert sum(bare.lower() in d.page_content.lower() for d in found[:5]) >= 2


def test_the_retriever_is_a_langchain_retriever_with_offsets(bot: Bot):
    found = bot.retriever.invoke("how long must dental records be kept")
    assert all(isinstance(d, Document) for d in found)
    for passage in found:
        document = bot.corpus.document(passage.metadata["document_id"])
        assert document is not None
        assert document.text[passage.metadata["start"] : passage.metadata["end"]] == passage.page_content
    assert "record" in found[0].page_content


def test_the_glossary_puts_lay_words_into_the_documents_words():
    glossary = Glossary((GlossaryTerm("MSO", ("DSO", "management company")), GlossaryTerm("fishing card", ("FC",))))
    assert glossary.expand("does a Management Company or DSO need an fc?") == "does a MSO or MSO need an fishing card?"
    assert glossary.expand("FCX and DSO-like") == "FCX and DSO-like"


def test_a_glossary_of_nothing_changes_nothing():
    assert Glossary(()).expand("a.b") == "a.b"


def test_a_question_of_function_words_alone_is_searched_without_harm(bot: Bot):
    assert bot.retriever.invoke("what is it about?")
