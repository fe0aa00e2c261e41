"""The approved answers of a database that is there already: whoever only answers makes none."""

from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from bot.errors import HistoryError
from bot.history.approvals import Approvals
from bot.history.database import FILE, Database, address, engine_at, remedy
from bot.history.records import Clock, now
from bot.history.redact import as_it_is, redact
from bot.history.upgrade import has_tables
from bot.settings import Settings

_PATIENCE: Final = 2.0


class KeptApprovals(Approvals):
    """Approvals on a connection of their own. Close it at the end."""

    @classmethod
    def open(cls, settings: Settings, *, clock: Clock = now) -> "KeptApprovals | None":
        """None where there is no database yet; one of an earlier version is brought up to date.

        Raises:
            HistoryError: there is one, and it cannot be used.
        """
        if not _is_there(settings):
            return None
        database = Database.open(settings, patience=_PATIENCE)
        return cls(database, redact if settings.redact else as_it_is, clock)

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()


def _is_there(settings: Settings) -> bool:
    if not settings.database_url and not (settings.data_dir / FILE).is_file():
        return False
    url = address(settings)
    engine = engine_at(url, patience=_PATIENCE)
    try:
        with engine.connect() as connection:
            return has_tables(connection)
    except SQLAlchemyError as error:
        raise HistoryError(remedy(url, error)) from None
    finally:
        engine.dispose()
