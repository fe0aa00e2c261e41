"""The file in which feedback was kept before there was a database: read once, then renamed."""

import datetime as dt
import hashlib
import json
import logging
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from bot.history.audit import audited
from bot.history.database import Database
from bot.history.feedback import kept_comment
from bot.history.records import Clock
from bot.history.redact import Redactor, storable
from bot.history.tables import AuditRow, FeedbackRow, HandoffRow

FILE: Final = "feedback.jsonl"
IMPORTED: Final = "feedback.imported.jsonl"
_ACTION: Final = "import feedback"

logger = logging.getLogger(__name__)


def import_feedback(folder: Path, database: Database, redactor: Redactor, clock: Clock) -> int:
    """How many lines were taken over. A crash, or another process at the same time, makes none of them double.

    Raises:
        NotKeptError: none was taken over, and the file is where it was.
    """
    try:
        content = (folder / FILE).read_bytes()
    except FileNotFoundError:
        return 0
    digest = hashlib.sha256(content).hexdigest()
    rows = [row for line in content.decode("utf-8", "replace").split("\n") if (row := _row(line, redactor))]
    with database.writing() as session:
        before = session.scalar(select(AuditRow.id).where(AuditRow.action == _ACTION, AuditRow.subject == digest))
        if before is None:
            session.add_all(rows)
            audited(session, clock, "start", _ACTION, digest, lines=len(rows))
    with suppress(FileNotFoundError):
        (folder / FILE).replace(folder / IMPORTED)
    return len(rows) if before is None else 0


def _row(line: str, redactor: Redactor) -> FeedbackRow | HandoffRow | None:
    """None for a line that a crash cut, or that is something else."""
    try:
        entry: dict[str, Any] = json.loads(line)
        at = dt.datetime.fromisoformat(entry["at"])
        if entry["kind"] == "handoff":
            return HandoffRow(reply_id=entry["reply_id"], conversation_id=None, at=at)
        if entry["kind"] == "thumbs" and entry["thumbs"] in {"up", "down"}:
            comment = kept_comment(entry.get("comment"), redactor)
            reply_id = storable(str(entry["reply_id"]))
            return FeedbackRow(reply_id=reply_id, conversation_id=None, thumbs=entry["thumbs"], comment=comment, at=at)
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    if line.strip():
        logger.warning("a line of %s cannot be read and is left out", FILE)
    return None
