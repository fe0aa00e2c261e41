"""Tables for a spreadsheet."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

Cell: TypeAlias = str | int | float | bool | None

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_BEGINNING: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every file in an archive, so that the same tables give the same bytes."""


@dataclass(frozen=True, slots=True)
class Table:
    """Named columns, and rows of as many cells."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def minute(moment: dt.datetime | None) -> str | None:
    """``2026-11-23 09:05`` in UTC, which people and spreadsheets read; None when there is no moment."""
    return f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M}" if moment else None


def to_csv(table: Table) -> str:
    """The table as CSV with a header; a text that a spreadsheet would run as a formula gets a mark in front."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(table.columns)
    writer.writerows([_harmless(cell) for cell in row] for row in table.rows)
    return file.getvalue()


def to_zip(tables: Mapping[str, Table]) -> bytes:
    """One CSV file a table, in an archive."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, table in tables.items():
            entry = zipfile.ZipInfo(f"{name}.csv", _BEGINNING)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, to_csv(table))
    return held.getvalue()


def _harmless(cell: Cell) -> Cell:
    if isinstance(cell, float):
        return round(cell, 6)
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" \n").startswith(_FORMULA) else cell
