"""Whether the record can be kept, without changing anything."""

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import HistoryError
from bot.history.database import FILE, address, engine_at, remedy
from bot.history.tables import TurnRow
from bot.history.upgrade import steps_missing
from bot.settings import Settings


def condition(settings: Settings) -> str:
    """What there is, in one line. Nothing is made, and no step is taken.

    Raises:
        HistoryError: the database cannot be used; the message says what to do.
    """
    url = address(settings)
    if not settings.database_url and not (settings.data_dir / FILE).is_file():
        return f"none yet; the first start makes {settings.data_dir / FILE}"
    engine = engine_at(url)
    try:
        with engine.connect() as connection:
            return f"{url.render_as_string(hide_password=True)}: {_told(connection)}"
    except SQLAlchemyError as error:
        raise HistoryError(remedy(url, error)) from None
    finally:
        engine.dispose()


def _told(connection: Connection) -> str:
    if connection.dialect.name == "sqlite":
        wrong = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        if wrong != "ok":
            raise HistoryError("The database is damaged. Stop the server and bring a copy of the file back.")
    if steps_missing(connection):
        return "an earlier version's tables, which the next start brings up to date"
    return f"{connection.scalar(select(func.count()).select_from(TurnRow)):,} turns recorded"
