"""Everything that is kept, as rows for a file."""

import csv
import datetime as dt
import json
from collections.abc import Iterator
from typing import Any, Final, TextIO

from sqlalchemy import ColumnElement, inspect, select

from bot.history.database import Database
from bot.history.tables import (
    ApprovedQuoteRow,
    ApprovedRow,
    AuditRow,
    FeedbackRow,
    HandoffRow,
    ReviewRow,
    Table,
    TurnRow,
)  # fmt: skip

TABLES: Final[dict[str, tuple[type[Table], Any]]] = {
    "turns": (TurnRow, TurnRow.at),
    "feedback": (FeedbackRow, FeedbackRow.at),
    "handoffs": (HandoffRow, HandoffRow.at),
    "reviews": (ReviewRow, ReviewRow.opened_at),
    "approved": (ApprovedRow, ApprovedRow.approved_at),
    "quotes": (ApprovedQuoteRow, None),
    "audit": (AuditRow, AuditRow.at),
}
"""What can be exported by name, with the column that tells its time."""
_AT_ONCE: Final = 500
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def rows(database: Database, table: str, *, since: dt.datetime | None = None) -> Iterator[dict[str, Any]]:
    """The rows of a table, oldest first, as values that JSON knows. One at a time, however many there are.

    Raises:
        NotKeptError: the database cannot be read.
    """
    row_type, moment = TABLES[table]
    columns = [attribute.key for attribute in inspect(row_type).column_attrs]
    wanted = select(row_type).order_by(*([moment] if moment is not None else []), *_key(row_type))
    if since is not None and moment is not None:
        wanted = wanted.where(moment >= since)
    with database.reading() as session:
        for row in session.scalars(wanted.execution_options(yield_per=_AT_ONCE)):
            yield {name: _plain(getattr(row, name)) for name in columns}


def write_jsonl(found: Iterator[dict[str, Any]], file: TextIO) -> int:
    """One JSON object a line; how many."""
    count = 0
    for row in found:
        count += 1
        file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return count


def write_csv(found: Iterator[dict[str, Any]], file: TextIO) -> int:
    """A table for a spreadsheet, with the answer and the documents cited in place of the whole Reply; how many rows."""
    writer, count = csv.writer(file, lineterminator="\r\n"), 0
    for count, row in enumerate(found, start=1):
        flat = _flat(row)
        if count == 1:
            writer.writerow(flat)
        writer.writerow(_cell(value) for value in flat.values())
    return count


def _key(row_type: type[Table]) -> tuple[ColumnElement[Any], ...]:
    return tuple(inspect(row_type).primary_key)


def _plain(value: Any) -> Any:
    return value.isoformat(timespec="milliseconds") if isinstance(value, dt.datetime) else value


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    reply = row.get("reply")
    if not reply:
        return row
    cited = dict.fromkeys(c["document_id"] for c in reply["citations"])
    return {k: v for k, v in row.items() if k != "reply"} | {"answer": reply["answer"], "cited": " ".join(cited)}


def _cell(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula is quoted; visitors wrote some of these."""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
    return f"'{text}" if isinstance(text, str) and text.startswith(_FORMULA) else text
