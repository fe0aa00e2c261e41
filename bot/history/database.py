"""Opening the database of the record: SQLite in the data folder, or a PostgreSQL server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self

from filelock import FileLock
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DataError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from bot.errors import HistoryError, NotKeptError
from bot.history.upgrade import upgrade
from bot.prompts import NOT_KEPT
from bot.settings import Settings

FILE: Final = "history.sqlite3"
PATIENCE: Final = 10.0
"""Seconds that a transaction waits for another one before it fails."""
_LOCK: Final = 0x6D736F626F74
"""The advisory lock under which one process at a time brings a PostgreSQL database up to date."""
_READS: Final = "reads"
_OF_THE_DATA: Final = (DataError, IntegrityError)
DRIVER_MISSING: Final = (
    "MSO_DATABASE_URL needs the PostgreSQL driver, which is not installed. Run  "
    "python -m pip install -c constraints.txt '.[postgres]'  or unset MSO_DATABASE_URL to use SQLite."
)


class Database:
    """Sessions on one database. Safe to use from several threads; several processes may have it open."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(**{_READS: True})

    @classmethod
    def open(cls, settings: Settings, *, patience: float = PATIENCE) -> Self:
        """Made where it is missing, with today's tables, however many processes open it at once.

        Raises:
            HistoryError: it cannot be reached, is broken, or was made by a newer version of this program.
        """
        url = address(settings)
        engine = engine_at(url, patience=patience)
        try:
            with _alone(settings), engine.begin() as connection:
                _wait_for_others(connection)
                upgrade(connection)
        except SQLAlchemyError as error:
            engine.dispose()
            raise HistoryError(remedy(url, error)) from None
        except OSError as error:
            raise HistoryError(
                f"{settings.data_dir} cannot be written ({error.strerror or error}); set MSO_DATA_DIR."
            ) from None
        except HistoryError:
            engine.dispose()
            raise
        return cls(engine)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that is on the disk when this ends.

        Raises:
            NotKeptError: nothing of it was kept.
        """
        with _told(), Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that does not wait for writers.

        Raises:
            NotKeptError: the database cannot be read.
        """
        with _told(), Session(self._reader) as session, session.begin():
            yield session

    def forget_pages(self) -> None:
        """Take what was deleted out of SQLite's log too; in its pages it is overwritten at once."""
        if self._engine.dialect.name == "sqlite":
            with _told(), self._engine.connect() as connection:
                _driver(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of all connections; the next use makes new ones."""
        self._engine.dispose()


def address(settings: Settings) -> URL:
    """Where the settings say that the database is.

    Raises:
        HistoryError: it is no address.
    """
    if not settings.database_url:
        return URL.create("sqlite", database=str(settings.data_dir / FILE))
    try:
        return make_url(settings.database_url).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError):
        raise HistoryError("MSO_DATABASE_URL is no address such as postgresql://USER:PASSWORD@HOST/NAME.") from None


def engine_at(url: URL, *, patience: float = PATIENCE) -> Engine:
    """An engine whose errors do not tell what was to be written; nothing connects yet.

    Raises:
        HistoryError: the driver is not installed.
    """
    if url.drivername != "sqlite":
        options = f"-c lock_timeout={int(patience * 1000)} {url.query.get('options', '')}"
        arguments = {"connect_timeout": 5, "options": options}
        try:
            return create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=arguments)
        except ImportError:
            raise HistoryError(DRIVER_MISSING) from None
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": patience})
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: Any, _: object) -> None:
    """Transactions are begun by ``_begin``; a commit is on the disk; what is deleted is overwritten."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    """A writer waits for its turn at once: one that read first could no longer wait without a deadlock."""
    reads = connection.get_execution_options().get(_READS, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """One process at a time makes an SQLite file and switches its log on, which no transaction can guard."""
    if settings.database_url:
        yield
        return
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    path = settings.data_dir / FILE
    with FileLock(_lock_of(path), timeout=60):
        path.touch(mode=0o600)
        yield


def _lock_of(path: Path) -> Path:
    return path.with_suffix(".lock")


def _wait_for_others(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL lock_timeout = '60s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


@contextmanager
def _told() -> Iterator[None]:
    """What the database says may quote what was to be written, so that only the kind of failure goes on."""
    try:
        yield
    except SQLAlchemyError as error:
        raise NotKeptError(NOT_KEPT, passing=not isinstance(error, _OF_THE_DATA)) from None


def remedy(url: URL, error: SQLAlchemyError) -> str:
    """What to do about a database that cannot be opened; without its password."""
    where = url.database if url.drivername == "sqlite" else url.render_as_string(hide_password=True)
    cause = " ".join(str(getattr(error, "orig", None) or type(error).__name__).split())
    if url.drivername == "sqlite":
        return f"{where} cannot be opened ({cause}). Move it away and start again, or bring a copy of it back."
    return f"The database {where} cannot be used ({cause}). Start it, or correct or unset MSO_DATABASE_URL."
