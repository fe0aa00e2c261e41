"""Bringing a database up to today's tables, by the steps in ``migrations/``."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.errors import HistoryError

_STEPS: Final = Path(__file__).parent / "migrations"


def upgrade(connection: Connection) -> bool:
    """Take the steps that are missing, in the transaction of the connection. True when there were any.

    Raises:
        HistoryError: the database has taken steps that this program does not know.
    """
    if not steps_missing(connection):
        return False
    config = Config()
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return True


def has_tables(connection: Connection) -> bool:
    """True when at least the first step was taken."""
    return MigrationContext.configure(connection).get_current_revision() is not None


def steps_missing(connection: Connection) -> bool:
    """True when a step was not taken yet.

    Raises:
        HistoryError: as for ``upgrade``.
    """
    steps = ScriptDirectory(str(_STEPS))
    taken = MigrationContext.configure(connection).get_current_revision()
    if taken not in {None, *(step.revision for step in steps.walk_revisions())}:
        raise HistoryError(
            f"The database of the record was made by a newer version of this program (step {taken}). "
            "Install that version, or use another MSO_DATA_DIR or MSO_DATABASE_URL."
        )
    return taken != steps.get_current_head()
