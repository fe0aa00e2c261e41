"""``mso-bot staff``: who may log in to the staff console, and as what."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.errors import InputError
from bot.settings import Settings
from bot.staff import MIN_PASSWORD_CHARS, StaffFile, checked_name, checked_password

if TYPE_CHECKING:
    from bot.history.audit import Audit

staff_app = typer.Typer(
    help="Add and remove those who may use the staff console.", no_args_is_help=True, rich_markup_mode=None
)
_ACTOR: Final = "command line"
NameArgument = Annotated[str, typer.Argument(help="The name that they log in with, such as anna or anna@firm.example.")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input, one line.")]


class Roles(StrEnum):
    """What a member of staff may do."""

    ATTORNEY = "attorney"
    STAFF = "staff"


@staff_app.command("add")
def add(
    name: NameArgument,
    role: Annotated[Roles, typer.Option(help="Staff see and flag; attorneys also approve answers.")] = Roles.STAFF,
    from_stdin: FromStdin = False,
) -> None:
    """Let somebody log in. The password is asked for twice, and kept as a hash only."""
    with _noting() as audit:
        staff = _staff_file()
        kept = checked_name(name)
        if kept in staff.accounts():
            raise InputError(f"{kept} is there already. Change it with  mso-bot staff password {kept}  or  role.")
        account = staff.add(kept, role.value, _password(kept, from_stdin))
        audit.note(_ACTOR, "staff_add", account.name, role=account.role)
    typer.echo(f"{account.name} may log in at /staff as {account.role}.", err=True)


@staff_app.command("list")
def show() -> None:
    """Who may log in, and as what."""
    accounts = _staff_file().accounts().values()
    for account in accounts:
        typer.echo(f"{account.name}\t{account.role}")
    if not accounts:
        typer.echo("Nobody yet. Add the first with  mso-bot staff add NAME --role attorney.", err=True)


@staff_app.command("remove")
def remove(name: NameArgument) -> None:
    """Let somebody no longer log in; sessions that are open end at once."""
    with _noting() as audit:
        staff = _staff_file()
        staff.remove(name)
        audit.note(_ACTOR, "staff_remove", name.strip().lower())
    typer.echo(f"{name} can no longer log in.", err=True)
    _warn_without_attorney(staff)


@staff_app.command("password")
def password(name: NameArgument, from_stdin: FromStdin = False) -> None:
    """Give somebody a new password; sessions that are open end at once."""
    with _noting() as audit:
        staff = _staff_file()
        kept = checked_name(name)
        if kept not in staff.accounts():
            raise InputError(f"There is no {kept!r} among the staff. See who is with  mso-bot staff list.")
        staff.set_password(kept, _password(kept, from_stdin))
        audit.note(_ACTOR, "staff_password", kept)
    typer.echo(f"{kept} has a new password and has to log in again.", err=True)


@staff_app.command("role")
def change_role(
    name: NameArgument, role: Annotated[Roles, typer.Argument(help="What they may do from now on.")]
) -> None:
    """Give somebody another role; sessions that are open end at once."""
    with _noting() as audit:
        staff = _staff_file()
        staff.set_role(name, role.value)
        audit.note(_ACTOR, "staff_role", name.strip().lower(), role=role.value)
    typer.echo(f"{name} is {role.value} now and has to log in again.", err=True)
    _warn_without_attorney(staff)


def _staff_file() -> StaffFile:
    return StaffFile(Settings.from_environment().staff_file)


@contextmanager
def _noting() -> Iterator["Audit"]:
    """The audit log, opened before anything is changed: what cannot be noted is not done."""
    from bot.history import open_database
    from bot.history.audit import Audit
    from bot.history.records import now

    with closing(open_database(Settings.from_environment())) as database:
        yield Audit(database, now)


def _password(name: str, from_stdin: bool) -> str:
    """Never an argument: those are seen by every user of the machine, and kept by shells."""
    if from_stdin:
        return checked_password(sys.stdin.readline().rstrip("\r\n"), name)
    if not _is_terminal():
        raise InputError("There is no terminal to ask for the password: pipe it in, with --password-stdin.")
    typed: str = typer.prompt(f"Password (at least {MIN_PASSWORD_CHARS} characters)", hide_input=True, err=True)
    checked_password(typed, name)
    if typer.prompt("The same again", hide_input=True, err=True) != typed:
        raise InputError("The two passwords differ; nothing was changed.")
    return typed


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _warn_without_attorney(staff: StaffFile) -> None:
    accounts = staff.accounts().values()
    if accounts and not any(account.member.may_approve for account in accounts):
        typer.echo("There is no attorney left: nobody can approve answers.", err=True)
