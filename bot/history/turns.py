"""Turns into the database, once each."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.history.database import Database
from bot.history.records import Turn
from bot.history.redact import Redactor, redacted_reply
from bot.history.tables import ConversationRow, Table, TurnRow


class Turns:
    """The record of questions and replies."""

    def __init__(self, database: Database, redactor: Redactor) -> None:
        self._database = database
        self._redactor = redactor

    def write(self, turns: Sequence[Turn]) -> None:
        """Keep turns, all or none; those that were kept before are left alone.

        Raises:
            NotKeptError: none was kept.
        """
        started: dict[str, dict[str, Any]] = {}
        for turn in turns:
            started.setdefault(turn.conversation, {"id": turn.conversation, "started_at": turn.at})
        rows = [self._row(turn) for turn in turns]
        with self._database.writing() as session:
            session.execute(_insert_new(session, ConversationRow), list(started.values()))
            session.execute(_insert_new(session, TurnRow), rows)

    def _row(self, turn: Turn) -> dict[str, Any]:
        reply = redacted_reply(turn.reply, self._redactor)
        return {
            "id": reply.id,
            "conversation_id": turn.conversation,
            "channel": turn.channel,
            "question": reply.question,
            "reply": reply.model_dump(mode="json"),
            "status": reply.status.value,
            "reason": reply.reason.value if reply.reason else None,
            "confidence": reply.confidence,
            "engine": reply.engine,
            "latency_ms": reply.latency_ms,
            "corpus_version": reply.corpus_version,
            "at": turn.at,
        }


def _insert_new(session: Session, table: type[Table]) -> Insert:
    """What is there already stays: a commit whose answer was lost is tried again, and servers share conversations."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing()
