"""``mso-bot history``: take the record out, and remove what is old or what somebody wants forgotten."""

import base64
import binascii
import datetime as dt
import json
import sys
from contextlib import closing
from enum import StrEnum
from typing import Annotated

import typer

from bot.errors import InputError
from bot.settings import Settings

history_app = typer.Typer(
    help="Export, purge or forget what was recorded.", no_args_is_help=True, rich_markup_mode=None
)
_ACTOR = "command line"


class Format(StrEnum):
    """How rows are written."""

    JSONL = "jsonl"
    CSV = "csv"


class Exported(StrEnum):
    """What is written."""

    TURNS = "turns"
    FEEDBACK = "feedback"
    HANDOFFS = "handoffs"
    REVIEWS = "reviews"
    APPROVED = "approved"
    QUOTES = "quotes"
    AUDIT = "audit"


@history_app.command("export")
def export(
    form: Annotated[Format, typer.Option("--format", help="JSON lines, or a table for a spreadsheet.")] = Format.JSONL,
    since: Annotated[
        str, typer.Option(metavar="DATE", help="From this day or moment on (UTC), such as 2026-11-01.")
    ] = "",
    what: Annotated[Exported, typer.Option("--table", help="What to write.")] = Exported.TURNS,
) -> None:
    """Write what was recorded to standard output, oldest first; personal data was redacted when it was recorded."""
    from bot.history import open_database
    from bot.history.export import rows, write_csv, write_jsonl

    start = _moment(since) if since else None
    write = write_csv if form is Format.CSV else write_jsonl
    with closing(open_database(Settings.from_environment())) as database:
        count = write(rows(database, what.value, since=start), sys.stdout)
    typer.echo(f"{count} rows.", err=True)


@history_app.command("purge")
def purge(
    older_than: Annotated[
        int | None, typer.Option(metavar="DAYS", min=0, help="Remove what is older (else MSO_RETENTION_DAYS); 0: all.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove old turns, feedback, hand-offs and review items. Approved answers and the audit log stay."""
    from bot.history import open_database
    from bot.history.records import now
    from bot.history.retention import Retention

    settings = Settings.from_environment()
    days = settings.retention_days if older_than is None else older_than
    if older_than is None and days == 0:
        raise InputError("MSO_RETENTION_DAYS=0 keeps everything. Say how much to remove with --older-than DAYS.")
    with closing(open_database(settings)) as database:
        retention = Retention(database, now)
        found = retention.old(days)
        if not found:
            typer.echo(f"Nothing is older than {days} days.", err=True)
        elif yes or _agreed(f"Remove {found} that are older than {days} days?"):
            typer.echo(f"Removed: {retention.purge(days, actor=_ACTOR)}.", err=True)
        else:
            typer.echo("Nothing was removed.", err=True)


@history_app.command("forget")
def forget(
    conversation: Annotated[
        str, typer.Argument(help="The id of a reply, or of a conversation: as it was sent, or as export shows it.")
    ],
) -> None:
    """Remove one conversation: its turns, feedback, hand-offs and review items."""
    from bot.history import open_database
    from bot.history.records import now
    from bot.history.retention import Retention

    with closing(open_database(Settings.from_environment())) as database:
        removed = Retention(database, now).forget(_unsigned(conversation.strip()), actor=_ACTOR)
    typer.echo(f"Removed: {removed}.", err=True)


def _moment(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"--since {text!r} is not a date. Write it as 2026-11-01 or 2026-11-01T09:30.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _agreed(question: str) -> bool:
    """Asked only where somebody can answer."""
    if not sys.stdin.isatty():
        raise InputError(f"{question} Say so with --yes.")
    return typer.confirm(question, err=True)


def _unsigned(name: str) -> str:
    """The id in a conversation token as visitors hold it; anything else as it is. Who may forget needs no signature."""
    payload, dot, _ = name.partition(".")
    if not dot:
        return name
    try:
        told = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (binascii.Error, ValueError):
        return name
    return told if isinstance(told, str) else name
