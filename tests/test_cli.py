import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app, main
from bot.settings import Settings
from bot.types import Reply
from tests.conftest import CORPUS, PACK, ROOT


def run(*arguments: str, data: Path, corpus: Path = PACK, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        check=False, capture_output=True, text=True, cwd=ROOT,
        env={**os.environ, "MSO_CORPUS_DIR": str(corpus), "MSO_DATA_DIR": str(data), **environment},
    )  # fmt: skip


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path):
    """Runs a command in this process and gives its exit code and what it said."""

    def call(*arguments: str, **environment: str) -> tuple[int | str | None, str]:
        defaults = {"MSO_CORPUS_DIR": str(PACK), "MSO_DATA_DIR": str(tmp_path / "data")}
        for name, value in {**defaults, **environment}.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        output = capsys.readouterr()
        return ended.value.code, output.out + output.err

    return call


def test_ask_prints_a_reply_as_json(tmp_path: Path):
    ran = run("ask", "which months can't I fish?", "--json", data=tmp_path)
    reply = Reply.model_validate_json(ran.stdout)
    assert ran.returncode == 0
    assert "1 March" in reply.answer
    assert "The index has to be built" in ran.stderr


def test_batch_answers_200_questions_twice_the_same(bot, tmp_path: Path):
    asked = [w for k in bot.corpus.known_questions[::3] for w in k.questions[1:3]][:194]
    asked += ["", "😀", "x" * 9000, "who wins the world cup", "should i quit", "hola"]
    lines = [
        json.dumps({"id": i, "question": q, "history": ["what is an MSO?"] if i % 5 == 0 else []})
        for i, q in enumerate(asked)
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    for name in ("one", "two"):
        ran = run("batch", str(tmp_path / "in.jsonl"), str(tmp_path / name), data=bot.settings.data_dir, corpus=CORPUS)
        assert ran.returncode == 0, ran.stderr
    one, two = (
        [json.loads(line) for line in (tmp_path / n).read_text(encoding="utf-8").splitlines()] for n in ("one", "two")
    )
    assert [r["id"] for r in one] == [str(i) for i in range(200)]
    for reply, again in zip(one, two, strict=True):
        Reply.model_validate(reply)
        assert reply.pop("latency_ms") >= 0
        again.pop("latency_ms")
        assert reply == again
        for citation in reply["citations"]:
            text = bot.corpus.document(citation["document_id"]).text
            assert text[citation["start"] : citation["end"]] == citation["quote"]


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ("{", "line 2: not JSON"),
        ("[]", "line 2"),
        ('{"id": "1"}', "question"),
        ('"x"', "write"),
    ],
)
def test_a_broken_batch_line_is_named_and_nothing_is_written(ended, tmp_path: Path, line: str, remedy: str):
    (tmp_path / "in.jsonl").write_text('{"id": "0", "question": "a"}\n' + line, encoding="utf-8")
    code, said = ended("batch", str(tmp_path / "in.jsonl"), str(tmp_path / "out.jsonl"))
    assert code == 2
    assert remedy in said
    assert not (tmp_path / "out.jsonl").exists()


def test_a_missing_batch_file_is_named(ended, tmp_path: Path):
    code, said = ended("batch", str(tmp_path / "none.jsonl"), str(tmp_path / "out.jsonl"))
    assert code == 2
    assert "none.jsonl" in said


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"MSO_PROT": "7"}, ["MSO_PROT", "did you mean MSO_PORT?"]),
        ({"MSO_PORT": "seven"}, ["MSO_PORT", "seven", "valid integer"]),
        ({"MSO_CONTACT_URL": "call us"}, ["MSO_CONTACT_URL", "call us"]),
        ({"MSO_ALLOWED_ORIGINS": "example.com"}, ["MSO_ALLOWED_ORIGINS", "https://www.example.com"]),
        ({"MSO_CORPUS_DIR": "/does/not/exist"}, ["/does/not/exist", "MSO_CORPUS_DIR"]),
    ],
)
def test_a_wrong_setting_stops_the_start_with_its_name_value_and_what_is_allowed(ended, environment, words):
    code, said = ended("corpus", "check", **environment)
    assert code == 2
    assert all(word in said for word in words), said


def test_corpus_check_names_what_cannot_be_used(ended, pack: Path):
    (pack / "broken.md").write_text("---\ntitle: [\n---\nText", encoding="utf-8")
    code, said = ended("corpus", "check", MSO_CORPUS_DIR=str(pack))
    assert code == 1
    assert "left out: broken.md" in said


def test_corpus_diff_tells_what_changed_since_the_index_was_built(ended, pack: Path):
    environment = {"MSO_CORPUS_DIR": str(pack)}
    assert ended("ingest", **environment)[0] == 0
    assert "nothing has changed" in ended("corpus", "diff", **environment)[1]
    (pack / "new.md").write_text("# New\n\nA thing.", encoding="utf-8")
    (pack / "boats.md").unlink()
    said = ended("corpus", "diff", **environment)[1]
    assert "added: new" in said
    assert "removed: boats" in said


def test_doctor_gives_every_failure_a_remedy(ended):
    code, said = ended("doctor")
    assert code == 1
    assert "FAIL index" in said
    assert "mso-bot ingest" in said


def test_doctor_asks_the_chat_model_a_word(ended, model_server):
    environment = {"MSO_MODEL": "openai:scripted", "MSO_MODEL_BASE_URL": model_server.url, "MSO_MODEL_RETRIES": "0"}
    assert "ok   chat model: openai:scripted answers in" in ended("doctor", **environment)[1]
    model_server.plays("locked")
    code, said = ended("doctor", MSO_MODEL_API_KEY="sk-1234567", **environment)
    assert code == 1
    assert "FAIL chat model" in said
    assert "Check MSO_MODEL_API_KEY" in said
    assert "sk-1234567" not in said


def test_doctor_names_the_line_that_installs_what_a_model_needs(ended, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.models.providers.find_spec", lambda _: None)
    assert "pip install -c constraints.txt -e '.[ollama]'" in ended("doctor", MSO_MODEL="ollama:m")[1]


def test_corpus_questions_prints_drafts_and_writes_nothing(ended, model_server, pack: Path):
    before = sorted(pack.rglob("*"))
    model_server.says('{"groups": [{"questions": ["Is a boat number needed on a boat?"], "sentences": [1]}]}')
    environment = {"MSO_MODEL": "openai:scripted", "MSO_MODEL_BASE_URL": model_server.url, "MSO_CORPUS_DIR": str(pack)}
    code, said = ended("corpus", "questions", "boats", **environment)
    assert code == 1
    assert "document: boats" in said
    assert "Every boat with a motor carries a number on both sides (Boat Order 7)." in said
    assert "without questions: Who may fish?" in said
    assert sorted(pack.rglob("*")) == before


def test_corpus_questions_without_a_model_says_what_to_set(ended):
    code, said = ended("corpus", "questions", "boats")
    assert code == 2
    assert "MSO_MODEL" in said


def test_every_command_of_the_contract_explains_itself():
    for command in ("serve", "ask", "batch", "ingest", "doctor", "corpus check", "corpus diff", "corpus questions"):
        result = CliRunner().invoke(app, [*command.split(), "--help"])
        assert result.exit_code == 0
        assert re.search(r"Usage: .*" + command, result.output)


def test_the_readme_names_every_command_and_every_setting():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in ("serve", "ask", "batch", "ingest", "doctor", "corpus check", "corpus diff", "corpus questions"):
        assert f"mso-bot {command}" in readme
    for name in Settings.model_fields:
        assert f"`MSO_{name.upper()}`" in readme, name
