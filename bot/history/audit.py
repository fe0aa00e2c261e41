"""Who did what: entries are written with what they tell of, and never changed."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.history.database import Database
from bot.history.records import AuditEntry, Clock
from bot.history.tables import AuditRow


def audited(session: Session, clock: Clock, actor: str, action: str, subject: object = None, **detail: object) -> None:
    """Add an entry to the transaction of what was done."""
    told = None if subject is None else str(subject)
    session.add(AuditRow(actor=actor, action=action, subject=told, detail=detail, at=clock()))


class Audit:
    """The log of what staff did."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def note(self, actor: str, action: str, subject: object = None, **detail: object) -> None:
        """Keep an entry about something that leaves no other trace, such as a login.

        Raises:
            NotKeptError: it was not kept.
        """
        with self._database.writing() as session:
            audited(session, self._clock, actor, action, subject, **detail)

    def latest(self, most: int = 100) -> tuple[AuditEntry, ...]:
        """The newest entries, the newest first."""
        with self._database.reading() as session:
            rows = session.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(most))
            return tuple(AuditEntry(r.actor, r.action, r.subject, r.detail, r.at) for r in rows)
