from pathlib import Path

from bot.corpus import load_corpus
from tests.conftest import CORPUS


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_firms_own_pack_has_no_problem():
    corpus = load_corpus(CORPUS)
    assert corpus.problems == ()
    assert len(corpus.documents) == 14
    assert sum(len(k.questions) for k in corpus.known_questions) > 5000
    assert len(corpus.conflicts) == 3


def test_every_known_answer_is_made_of_exact_sentences():
    corpus = load_corpus(CORPUS)
    for known in corpus.known_questions:
        document = corpus.document(known.document_id)
        assert document is not None
        assert set(known.answer) <= {s.span for s in document.sentences}


def test_a_known_question_whose_sentence_changed_is_withdrawn_and_named(pack: Path):
    changed(pack / "rivers.md", "from 1 March to 30 April", "from 1 March to 15 May")
    corpus = load_corpus(pack)
    assert [k.section for k in corpus.known_questions] == ["Who may fish in the river?"]
    assert "group 2" in corpus.problems[0]
    assert "withdrawn" in corpus.problems[0]


def test_questions_for_a_missing_document_are_left_out_and_named(pack: Path):
    (pack / "rivers.md").unlink()
    corpus = load_corpus(pack)
    assert corpus.known_questions == ()
    assert any("no usable document 'rivers'" in p for p in corpus.problems)


def test_a_conflict_whose_quote_is_gone_is_left_out_and_named(pack: Path):
    changed(pack / "boats.md", "Nobody may fish", "Hardly anybody may fish")
    corpus = load_corpus(pack)
    assert corpus.conflicts == ()
    assert "who-may-fish" in corpus.problems[0]


def test_the_side_with_more_authority_comes_first(pack: Path):
    conflict = load_corpus(pack).conflicts[0]
    assert [s.position for s in conflict.sides] == ["A card is enough.", "A guide is needed."]


def test_a_broken_pack_file_is_named_and_its_feature_rests(pack: Path):
    (pack / "scope.yaml").write_text("examples: [", encoding="utf-8")
    (pack / "glossary.yaml").write_text("words: []", encoding="utf-8")
    corpus = load_corpus(pack)
    assert corpus.scope.examples == {}
    assert corpus.glossary == ()
    assert {p.split(":")[0] for p in corpus.problems} == {"scope.yaml", "glossary.yaml"}


def test_without_optional_files_the_documents_still_load(pack: Path):
    for name in ("scope.yaml", "glossary.yaml", "conflicts.yaml", "questions/rivers.yaml"):
        (pack / name).unlink()
    corpus = load_corpus(pack)
    assert len(corpus.documents) == 2
    assert corpus.problems == ()


def test_the_version_is_that_of_the_content(pack: Path):
    before = load_corpus(pack).version
    assert load_corpus(pack).version == before
    changed(pack / "scope.yaml", "bake bread", "bake cake")
    assert load_corpus(pack).version != before
