import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.corpus import load_corpus, load_document, passages, plain
from bot.errors import CorpusError, EmptyCorpusError
from tests.conftest import CORPUS

WORDS = st.text(alphabet="abc XYZ.?!§()[]*_`#->|:0123456789é中😀\n", min_size=1, max_size=60)
BLOCKS = st.one_of(
    WORDS,
    WORDS.map(lambda t: "## " + t.replace("\n", " ")),
    WORDS.map(lambda t: "- " + t.replace("\n", "\n  ")),
    WORDS.map(lambda t: "1. " + t.replace("\n", " ")),
    WORDS.map(lambda t: "> " + t.replace("\n", "\n> ")),
    WORDS.map(lambda t: "```\n" + t + "\n```"),
    st.just("| a | b |\n|---|---|\n| 1 | 2 |"),
    st.just("The board (Educ. Law § 6509-a) v. Doe, Inc. Next one. See 29.1(b)(4). End."),
)


def written(folder: Path, text: str, name: str = "one.md") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@given(blocks=st.lists(BLOCKS, min_size=1, max_size=12))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_offset_of_random_markdown_gives_the_exact_text(tmp_path: Path, blocks: list[str]):
    path = written(tmp_path, "Start.\n\n" + "\n\n".join(blocks))
    document = load_document(path)
    for sentence in document.sentences:
        assert document.quote(sentence.span) == sentence.text
        assert sentence.text == sentence.text.strip() != ""
    for section in document.sections:
        assert 0 <= section.start <= section.end <= len(document.text)
    spans = [s.span for s in document.sentences]
    assert all(one.end <= other.start for one, other in pairwise(spans))
    for passage in passages(document, lambda text: len(text) // 3, limit=40):
        assert document.quote(passage.span) == passage.text
        assert len(passage.text) // 3 <= 40


@pytest.mark.parametrize(
    "text",
    [
        "A dentist's license is at risk (Educ. Law § 6509-a).",
        "Letting others share fees is misconduct under 29.1(b)(4) of the rules.",
        "In Aspen Dental Management, Inc. v. State the court agreed.",
        "The statute is 42 U.S.C. § 1320a-7b(b) and it governs.",
        "Assurance No. 15-103 (N.Y. Att'y Gen. 2015) binds one company.",
        "Rules in 10 N.Y.C.R.R. § 16.50 require registration.",
        "**The statute.** A license is at risk.",
    ],
)
def test_legal_prose_does_not_end_a_sentence_early(tmp_path: Path, text: str):
    document = load_document(written(tmp_path, f"{text} Another sentence follows."))
    assert [s.text for s in document.sentences] == [text, "Another sentence follows."]


def test_a_line_that_introduces_a_list_is_known_as_such():
    document = load_document(CORPUS / "advertising-and-patient-communications.md")
    assert [plain(s.text)[:30] for s in document.sentences if s.introduces_list] == ["New York's rule for licensed p"]


def test_the_articles_own_notice_is_boilerplate_and_in_no_passage():
    document = load_document(CORPUS / "dental-mso-guidance.md")
    notice = next(s for s in document.sections if s.heading == "Notice")
    assert notice.boilerplate
    assert all(p.heading != "Notice" for p in passages(document, len, limit=10_000))


def test_every_sentence_of_the_firms_documents_ends_like_one():
    odd = [
        s.text for d in load_corpus(CORPUS).documents for s in d.sentences if not re.search(r"[.:?](\*\*)?$", s.text)
    ]
    assert odd == []


@pytest.mark.parametrize(
    ("front_matter", "field", "remedy"),
    [
        ("doc_type: faq", "title", "add a line such as"),
        ("title: ''", "title", "add a line such as"),
        ("title: A\ndoc_type: novel", "doc_type", "statute-summary"),
        ("title: A\nlast_reviewed: yesterday", "last_reviewed", "YYYY-MM-DD"),
        ("title: A\nauthorities: [Law]", "authorities", "citation"),
        ("title: A\nboilerplate: [Nowhere]", "boilerplate", "correct the list"),
        ("title: A\ncolour: blue", "colour", "known fields"),
        ("title: [", "not valid YAML", "correct it"),
    ],
)
def test_a_broken_front_matter_is_named_with_file_field_and_remedy(
    tmp_path: Path, front_matter: str, field: str, remedy: str
):
    with pytest.raises(CorpusError) as error:
        load_document(written(tmp_path, f"---\n{front_matter}\n---\n\nText."))
    assert "one.md" in str(error.value)
    assert field in str(error.value)
    assert remedy in str(error.value)


def test_a_broken_document_is_reported_and_the_others_load(pack: Path):
    written(pack, "---\ntitle: [\n---\nText.", "broken.md")
    (pack / "latin.md").write_bytes(b"caf\xe9")
    (pack / "no text.md").write_text("", encoding="utf-8")
    corpus = load_corpus(pack)
    assert [d.id for d in corpus.documents] == ["boats", "rivers"]
    assert [p.split(":")[0] for p in corpus.problems] == ["broken.md", "latin.md", "no text.md"]


@pytest.mark.parametrize(
    "make", [lambda p: None, lambda p: p.mkdir(), lambda p: (p.mkdir(), (p / "a.md").write_text("---\nx\n---"))]
)
def test_a_corpus_without_a_usable_document_says_what_to_do(tmp_path: Path, make):
    make(tmp_path / "c")
    with pytest.raises(EmptyCorpusError, match=r"set MSO_CORPUS_DIR|Put at least one|a\.md"):
        load_corpus(tmp_path / "c")


def test_plain_text_is_a_document_too(tmp_path: Path):
    document = load_document(written(tmp_path, "First thing. Second thing.\n\nThird # thing.", "house-rules.txt"))
    assert document.title == "House rules"
    assert [s.text for s in document.sentences] == ["First thing.", "Second thing.", "Third # thing."]


def test_windows_line_ends_give_the_same_document(tmp_path: Path):
    unix = load_document(written(tmp_path, "# A\n\nOne. Two.\n"))
    (tmp_path / "one.md").write_bytes(b"\xef\xbb\xbf# A\r\n\r\nOne. Two.\r\n")
    assert load_document(tmp_path / "one.md").sentences == unix.sentences
