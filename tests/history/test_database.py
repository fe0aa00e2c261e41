"""Opening: from nothing, again, by many at once, and when it cannot be."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from bot.errors import HistoryError, NotKeptError
from bot.history import Database, History
from bot.history.condition import condition
from bot.history.database import FILE
from bot.history.tables import Table
from bot.settings import Settings
from tests.conftest import ROOT
from tests.history.conftest import reply

NOWHERE = "postgresql://somebody:the-password@127.0.0.1:9/nothing"


def execute(settings: Settings, statement: str) -> None:
    """Behind the program's back."""
    if settings.database_url:
        with psycopg.connect(settings.database_url, autocommit=True) as connection:
            connection.execute(statement.encode())
    else:
        with sqlite3.connect(settings.data_dir / FILE) as connection:
            connection.execute(statement)
        connection.close()


def test_an_empty_database_gets_the_tables_that_the_program_uses_and_opening_again_changes_nothing(
    kept_in: Settings,
) -> None:
    for _ in range(2):
        database = Database.open(kept_in)
        with database.reading() as session:
            found = MigrationContext.configure(session.connection(), opts={"compare_server_default": True})
            assert compare_metadata(found, Table.metadata) == []
        database.close()


def test_processes_that_start_at_once_all_open_it(kept_in: Settings) -> None:
    program = (
        "import sys; from pathlib import Path; from bot.history import History; from bot.settings import Settings\n"
        "history = History.open(Settings(data_dir=Path(sys.argv[1]), database_url=sys.argv[2]))\n"
        "history.feedback.thumbs(sys.argv[3], 'up'); history.close()"
    )
    arguments = [sys.executable, "-W", "error", "-c", program, str(kept_in.data_dir), kept_in.database_url]
    started = [subprocess.Popen([*arguments, str(n)], cwd=ROOT, stderr=subprocess.PIPE, text=True) for n in range(4)]
    assert [process.communicate(timeout=120)[1] for process in started] == [""] * 4
    history = History.open(kept_in)
    assert set(history.feedback.by_reply()) == {"0", "1", "2", "3"}
    history.close()


def test_two_that_have_it_open_see_what_the_other_kept(open_history: Callable[..., History]) -> None:
    one, other = open_history(), open_history()
    one.feedback.thumbs("a", "up")
    other.feedback.thumbs("a", "down", "No.")
    for number in range(20):
        (one, other)[number % 2].record("c", reply(), "api")
    assert one.flush()
    assert other.flush()
    assert one.feedback.by_reply()["a"].thumbs == "down"
    with one.database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM turns")) == 20
        assert session.scalar(text("SELECT count(*) FROM conversations")) == 1


def test_a_database_of_a_newer_version_is_left_alone(kept_in: Settings) -> None:
    Database.open(kept_in).close()
    execute(kept_in, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(HistoryError, match="newer version"):
        Database.open(kept_in)
    with pytest.raises(HistoryError, match="newer version"):
        condition(kept_in)


def test_a_file_that_is_no_database_is_named_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all, but long enough to be read as one" * 100)
    for look in (Database.open, condition):
        with pytest.raises(HistoryError, match=r"history\.sqlite3 cannot be opened .* Move it away"):
            look(Settings(data_dir=tmp_path))


def test_a_server_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    for look in (Database.open, condition):
        with pytest.raises(HistoryError, match="MSO_DATABASE_URL") as caught:
            look(Settings(data_dir=tmp_path, database_url=NOWHERE))
        assert "the-password" not in str(caught.value)


def test_a_missing_driver_stops_the_start_with_the_line_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(HistoryError, match=r"pip install .*\[postgres\]"):
        Database.open(Settings(data_dir=tmp_path, database_url=NOWHERE))


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HistoryError, match="MSO_DATA_DIR"):
        Database.open(Settings(data_dir=tmp_path / "file"))


def test_sqlite_waits_for_the_disk_and_only_its_user_reads_it(tmp_path: Path) -> None:
    database = Database.open(Settings(data_dir=tmp_path))
    with database.reading() as session:
        pragmas = [session.scalar(text(f"PRAGMA {p}")) for p in ("journal_mode", "synchronous", "foreign_keys")]
    assert pragmas == ["wal", 2, 1]
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0
    database.close()


def test_the_condition_is_told_and_nothing_is_made(kept_in: Settings) -> None:
    before = condition(kept_in)
    assert "none yet" in before or "next start" in before
    assert not kept_in.data_dir.exists()
    history = History.open(kept_in)
    history.record("c", reply(), "api")
    history.close()
    assert "1 turns recorded" in condition(kept_in)


def test_an_error_does_not_tell_what_was_to_be_written(history: History, kept_in: Settings) -> None:
    execute(kept_in, "DROP TABLE feedback")
    with pytest.raises(NotKeptError) as caught:
        history.feedback.thumbs("a", "up", "the comment")
    assert "comment" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.passing
