import json
from pathlib import Path

import pytest
import yaml

from bot.corpus import load_corpus
from bot.errors import InputError
from bot.models import ChatModel, chat_model
from bot.question_drafts import draft_questions
from bot.settings import Settings
from tests.model_server import MODEL, Asked, ModelServer

BOATS = '{"groups": [{"questions": ["Does my motor boat need a number?", "boat number both sides"], "sentences": [1]}]}'


@pytest.fixture
def model(model_server: ModelServer, tmp_path: Path) -> ChatModel:
    settings = Settings(
        data_dir=tmp_path, model=f"openai:{MODEL}", model_base_url=model_server.url, model_retries=0,
        model_timeout_seconds=10,
    )  # fmt: skip
    return chat_model(settings)


def test_drafts_are_a_file_of_the_pack_whose_answers_are_exact_sentences(
    model: ChatModel, model_server: ModelServer, pack: Path
):
    model_server.says(BOATS)
    drafts = draft_questions(model, load_corpus(pack), "boats")
    (pack / "questions" / "boats.yaml").write_text(drafts.yaml(), encoding="utf-8")
    corpus = load_corpus(pack)
    assert corpus.problems == ()
    known = next(k for k in corpus.known_questions if k.document_id == "boats")
    assert known.questions == ("Does my motor boat need a number?", "boat number both sides")
    document = corpus.document("boats")
    assert set(known.answer) <= {s.span for s in document.sentences}


def test_a_question_is_drafted_once_and_a_known_one_not_at_all(model: ChatModel, model_server: ModelServer, pack: Path):
    group = {"questions": ["Who may fish in the river?!", "May I bring my own boat?", "may i bring my own boat"]}
    model_server.says(json.dumps({"groups": [{**group, "sentences": [1]}]}))
    drafts = draft_questions(model, load_corpus(pack), "boats")
    assert [g.questions for g in drafts.groups] == [("May I bring my own boat?",)]
    assert len(drafts.left_out) == len({g.section for g in drafts.groups}) == 1


@pytest.mark.parametrize(
    "answer",
    [
        "", "I cannot do that.", "{", "[]", '{"groups": 7}', '{"groups": [7, {"questions": "x", "sentences": [1]}]}',
        '{"groups": [{"questions": ["What about sentence ninety?"], "sentences": [90, 0, -1]}]}',
        '{"groups": [{"questions": ["short"], "sentences": [1]}]}',
        '{"groups": ' + '[' * 100_000,
        '{"groups": [{"questions": ["Every boat with a motor carries a number on both sides (Boat Order 7)",'
        '"Nobody may fish from the river without a guide, according to the boat club."], "sentences": [1]}]}',
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_used_names_its_section(
    model: ChatModel, model_server: ModelServer, pack: Path, answer: str
):
    model_server.says(answer)
    drafts = draft_questions(model, load_corpus(pack), "boats")
    assert drafts.groups == ()
    assert [line.split(":")[0] for line in drafts.left_out] == ["Do boats need a number?", "Who may fish?"]
    assert yaml.safe_load(drafts.yaml()) == {"document": "boats", "groups": []}


def test_an_answer_that_was_cut_short_or_fenced_gives_what_is_whole(
    model: ChatModel, model_server: ModelServer, pack: Path
):
    for answer in (f"Sure:\n```json\n{BOATS}\n```", BOATS.removesuffix("]}") + ', {"questions": ["And wha'):
        model_server.says(answer)
        assert draft_questions(model, load_corpus(pack), "boats").groups[0].questions[0].startswith("Does my motor")


def test_only_the_sentences_of_the_section_are_shown_and_marked_as_data(
    model: ChatModel, model_server: ModelServer, pack: Path
):
    model_server.plays("perfect", speech=lambda _: BOATS)
    draft_questions(model, load_corpus(pack), "boats")
    first, second = (asked.prompt for asked in model_server.asked)
    assert "1. Every boat with a motor carries a number" in first
    assert "Nobody may fish" not in first
    assert fence(first) != fence(second)


def fence(prompt: str) -> str:
    return prompt.split("<sentences-")[1].split(">", maxsplit=1)[0]


def test_sections_without_the_model_are_named_and_the_others_kept(
    model: ChatModel, model_server: ModelServer, pack: Path
):
    def speech(asked: Asked) -> str:
        return "" if "Nobody may fish" in asked.prompt else BOATS

    model_server.plays("perfect", speech=speech)
    drafts = draft_questions(model, load_corpus(pack), "boats")
    assert len(drafts.groups) == 1
    assert "empty answer" in drafts.left_out[0]


def test_an_unknown_document_is_named_with_those_that_there_are(model: ChatModel, pack: Path):
    with pytest.raises(InputError, match=r"'bots'.*boats, rivers"):
        draft_questions(model, load_corpus(pack), "bots")
