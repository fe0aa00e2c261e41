"""``mso-bot history`` and the check of ``mso-bot doctor``, on both databases."""

import csv
import datetime as dt
import io
import json
from collections.abc import Callable

import pytest
from typer.testing import CliRunner

from bot.cli import app, main
from bot.doctor import examine
from bot.history import History
from bot.settings import Settings
from bot.web.conversations import ConversationTokens
from tests.conftest import ROOT
from tests.history.conftest import quoting, reply

Ran = tuple[int | str | None, str, str]
Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kept_in: Settings) -> Run:
    """Runs a command in this process; its exit code, output and messages."""

    def call(*arguments: str, **environment: str) -> Ran:
        there = {"MSO_DATA_DIR": str(kept_in.data_dir), "MSO_DATABASE_URL": kept_in.database_url}
        for name, value in {**there, **environment}.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main(["history", *arguments])
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err

    return call


@pytest.fixture
def recorded(kept_in: Settings) -> list[str]:
    """The ids of a reply from long ago, and of one from now that cites and was judged."""
    sentence = "It is open."
    old, new = reply("Old?"), quoting("=New, isn't it?", sentence, f"{sentence} [1]")
    then = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    for given, clock in ((old, lambda: then), (new, lambda: dt.datetime.now(dt.UTC))):
        history = History.open(kept_in.model_copy(update={"retention_days": 0}), clock=clock)
        history.record(f"conversation-{given.question}", given, "api")
        history.close()
    history = History.open(kept_in.model_copy(update={"retention_days": 0}))
    history.feedback.thumbs(new.id, "up", "@SUM(1)", conversation_id="conversation-=New, isn't it?")
    history.close()
    return [old.id, new.id]


def test_turns_are_exported_as_json_lines(run: Run, recorded: list[str]) -> None:
    code, out, said = run("export")
    assert (code, said) == (0, "2 rows.\n")
    assert [json.loads(line)["id"] for line in out.splitlines()] == recorded
    assert json.loads(out.splitlines()[1])["reply"]["citations"][0]["quote"] == "It is open."


def test_turns_are_exported_as_a_table_that_no_spreadsheet_runs(run: Run, recorded: list[str]) -> None:
    code, out, _ = run("export", "--format", "csv", "--since", "2021-01-01")
    (row,) = csv.DictReader(io.StringIO(out))
    assert code == 0
    assert (row["id"], row["answer"], row["cited"]) == (recorded[1], "It is open. [1]", "rivers")
    assert row["question"] == "'=New, isn't it?"
    _, out, _ = run("export", "--format", "csv", "--table", "feedback")
    assert next(csv.DictReader(io.StringIO(out)))["comment"] == "'@SUM(1)"


def test_a_day_is_a_day_in_utc(run: Run, recorded: list[str]) -> None:
    assert run("export", "--since", "2020-01-01")[2] == "2 rows.\n"
    assert run("export", "--since", "2020-01-01T00:00:01")[2] == "1 rows.\n"
    assert run("export", "--since", "2020-01-01T01:00:00+02:00")[2] == "2 rows.\n"
    code, out, said = run("export", "--since", "yesterday")
    assert (code, out) == (2, "")
    assert "--since 'yesterday' is not a date" in said


@pytest.mark.parametrize("table", ["turns", "feedback", "handoffs", "reviews", "approved", "quotes", "audit"])
@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_every_table_is_exported_even_empty(run: Run, table: str, form: str) -> None:
    assert run("export", "--table", table, "--format", form) == (0, "", "0 rows.\n")


def test_purge_removes_what_is_old_only_when_it_is_told_to(run: Run, recorded: list[str]) -> None:
    code, _, said = run("purge")
    assert code == 2
    assert "Remove 1 turns" in said
    assert "--yes" in said
    assert run("export")[2] == "2 rows.\n"
    code, _, said = run("purge", "--yes")
    assert code == 0
    assert "Removed: 1 turns, 0 verdicts" in said
    assert run("purge", "--yes")[2] == "Nothing is older than 365 days.\n"
    assert recorded[1] in run("export")[1]
    assert "Removed: 1 turns, 1 verdicts" in run("purge", "--older-than", "0", "--yes")[2]


def test_purge_needs_to_know_how_much(run: Run) -> None:
    code, _, said = run("purge", MSO_RETENTION_DAYS="0")
    assert code == 2
    assert "--older-than" in said


def test_forget_takes_a_reply_or_the_token_of_a_conversation(run: Run, recorded: list[str]) -> None:
    code, _, said = run("forget", recorded[0])
    assert (code, said) == (0, "Removed: 1 turns, 0 verdicts, 0 hand-offs and 0 review items.\n")
    code, _, said = run("forget", recorded[0])
    assert code == 2
    assert "Nothing was kept under" in said
    token = ConversationTokens(60).issue("conversation-=New, isn't it?")
    assert "Removed: 1 turns, 1 verdicts" in run("forget", token)[2]
    assert run("forget", "a.b")[0] == 2
    assert run("export")[2] == "0 rows.\n"


def test_every_command_explains_itself_and_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in ("export", "purge", "forget"):
        result = CliRunner().invoke(app, ["history", command, "--help"])
        assert result.exit_code == 0
        assert "Usage: " in result.output
        assert f"mso-bot history {command}" in readme


def test_the_doctor_looks_at_the_database(kept_in: Settings) -> None:
    def found(settings: Settings) -> tuple[bool, str]:
        finding = next(f for f in examine(settings) if f.check == "database")
        return finding.passed, finding.detail + finding.remedy

    assert found(kept_in)[0]
    History.open(kept_in).close()
    passed, told = found(kept_in)
    assert passed
    assert "0 turns recorded" in told
    broken = kept_in.model_copy(update={"database_url": "postgresql://me:the-password@127.0.0.1:9/x"})
    passed, told = found(broken)
    assert not passed
    assert "MSO_DATABASE_URL" in told
    assert "the-password" not in told
