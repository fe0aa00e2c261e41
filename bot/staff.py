"""Who works in the staff console: the file with names, roles and password hashes."""

import json
import os
import re
import secrets
import tempfile
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Final, Literal, TypeAlias

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import NotAllowedError, StaffError

Role: TypeAlias = Literal["attorney", "staff"]
MIN_PASSWORD_CHARS: Final = 12
MAX_PASSWORD_CHARS: Final = 1000
_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9._@+-]{0,62}[a-z0-9])?")
_LOCK_SECONDS: Final = 10.0
_PRIVATE: Final = 0o600
_Signature: TypeAlias = tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who is logged in. Attorneys may do what staff may, and approve."""

    name: str
    role: Role

    @property
    def may_approve(self) -> bool:
        """True for attorneys."""
        return self.role == "attorney"


def require(member: Member | None, role: Role) -> Member:
    """The member, when the role is theirs or below theirs.

    Raises:
        NotAllowedError: nobody is logged in, or not with that role. Over HTTP it is a 403.
    """
    if member is None:
        raise NotAllowedError("Only staff may do this: log in at /staff/login.")
    if role == "attorney" and not member.may_approve:
        raise NotAllowedError(
            f"Only an attorney may do this, and {member.name} is {member.role}. Ask an attorney, or for the role."
        )
    return member


class Account(BaseModel):
    """A line of the file. ``stamp`` changes with the password and the role, which ends the sessions begun before."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: str = Field(pattern=rf"^{_NAME.pattern}$")
    role: Role
    hash: str = Field(repr=False, min_length=1)
    stamp: str = Field(repr=False, min_length=1)

    @property
    def member(self) -> Member:
        """The person behind the account."""
        return Member(self.name, self.role)


class _Content(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    members: tuple[Account, ...] = ()


@lru_cache(maxsize=4)
def _nobodys(hasher: PasswordHasher) -> str:
    """A hash that no password has, which takes as long to check as a real one."""
    return hasher.hash(secrets.token_bytes(16))


_HASHER: Final = PasswordHasher()


class StaffFile:
    """The staff file, read again whenever it has changed. Safe to use from several threads and processes."""

    def __init__(self, path: Path, *, hasher: PasswordHasher | None = None) -> None:
        self.path = path
        self._hasher = hasher or _HASHER
        self._lock = Lock()
        self._signature: _Signature = None
        self._accounts: Mapping[str, Account] = {}

    def accounts(self) -> Mapping[str, Account]:
        """All accounts by name; none where there is no file.

        Raises:
            StaffError: the file cannot be read; the message says what to do.
        """
        with self._lock:
            signature = self._sign()
            if signature != self._signature:
                self._accounts = self._read() if signature else {}
                self._signature = signature
            return self._accounts

    def authenticate(self, name: str, password: str) -> Account | None:
        """Whose name and password these are. An unknown name takes as long as a wrong password.

        Raises:
            StaffError: the file cannot be read.
        """
        account = self.accounts().get(name.strip().lower())
        try:
            self._hasher.verify(account.hash if account else _nobodys(self._hasher), _encoded(password))
        except (VerificationError, InvalidHashError):
            return None
        if account is None or len(password) > MAX_PASSWORD_CHARS:
            return None
        if self._hasher.check_needs_rehash(account.hash):
            self._rehash(account, password)
        return account

    def add(self, name: str, role: Role, password: str) -> Account:
        """A new account.

        Raises:
            StaffError: the name is taken or no name, the password is no good, or the file cannot be written.
        """
        account = Account(name=checked_name(name), role=role, hash=self._hashed(name, password), stamp=_stamp())

        def added(accounts: dict[str, Account]) -> None:
            if account.name in accounts:
                raise StaffError(
                    f"{account.name} is there already. Change it with  mso-bot staff password {account.name}  or  role."
                )
            accounts[account.name] = account

        self._change(added)
        return account

    def remove(self, name: str) -> None:
        """Take an account out, which ends its sessions.

        Raises:
            StaffError: there is none, or the file cannot be written.
        """
        self._change(lambda accounts: accounts.pop(_known(accounts, name).name))

    def set_password(self, name: str, password: str) -> None:
        """Another password, which ends the account's sessions.

        Raises:
            StaffError: there is no such account, the password is no good, or the file cannot be written.
        """
        _known(self.accounts(), name)
        self._update(name, hash=self._hashed(name, password))

    def set_role(self, name: str, role: Role) -> None:
        """Another role, which ends the account's sessions.

        Raises:
            StaffError: there is no such account, or the file cannot be written.
        """
        self._update(name, role=role)

    def _update(self, name: str, **values: str) -> None:
        def updated(accounts: dict[str, Account]) -> None:
            account = _known(accounts, name)
            accounts[account.name] = account.model_copy(update={**values, "stamp": _stamp()})

        self._change(updated)

    def _hashed(self, name: str, password: str) -> str:
        return self._hasher.hash(_encoded(checked_password(password, name)))

    def _rehash(self, account: Account, password: str) -> None:
        """By today's parameters, unless somebody changed the account meanwhile; the login does not depend on it."""
        stronger = account.model_copy(update={"hash": self._hasher.hash(_encoded(password))})

        def rehashed(accounts: dict[str, Account]) -> None:
            if accounts.get(account.name) == account:
                accounts[account.name] = stronger

        with suppress(StaffError):
            self._change(rehashed)

    def _change(self, change: Callable[[dict[str, Account]], object]) -> None:
        """Read, change and write under the lock; the file is whole at every moment."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self.path.with_name(f"{self.path.name}.lock"), timeout=_LOCK_SECONDS, mode=_PRIVATE):
                accounts = dict(self._read() if self.path.exists() else {})
                change(accounts)
                _write(self.path, accounts)
        except Timeout:
            raise StaffError(f"{self.path} is being changed by another command. Try again in a moment.") from None
        except OSError as error:
            raise StaffError(
                f"{self.path} cannot be written ({error.strerror or error}). Let this user write there, or set "
                "MSO_STAFF_USERS_FILE."
            ) from None

    def _sign(self) -> _Signature:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unreadable(self.path, error.strerror or type(error).__name__) from None
        return found.st_ino, found.st_size, found.st_mtime_ns

    def _read(self) -> Mapping[str, Account]:
        try:
            content = _Content.model_validate_json(self.path.read_bytes())
        except OSError as error:
            raise _unreadable(self.path, error.strerror or type(error).__name__) from None
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise _unreadable(self.path, f"{where}: {first['msg']}" if where else first["msg"]) from None
        return {account.name: account for account in content.members}


def checked_name(name: str) -> str:
    """The name as it is kept: in small letters.

    Raises:
        StaffError: it is no name.
    """
    kept = name.strip().lower()
    if not _NAME.fullmatch(kept):
        raise StaffError(
            f"{name!r} is no name for staff. Use up to 64 letters a to z, digits and . _ @ + - between them, such as "
            "anna or anna@firm.example."
        )
    return kept


def checked_password(password: str, name: str = "") -> str:
    """The password, when it is good enough.

    Raises:
        StaffError: it is too short, too long, or holds little besides the name; the message does not show it.
    """
    if len(password) < MIN_PASSWORD_CHARS:
        raise StaffError(
            f"The password is too short: at least {MIN_PASSWORD_CHARS} characters; several words are good."
        )
    if len(password) > MAX_PASSWORD_CHARS:
        raise StaffError(f"The password is too long: at most {MAX_PASSWORD_CHARS} characters.")
    own = name.strip().lower()
    rest = password.lower().replace(own, "") if own else password
    if len(set(rest)) < MIN_PASSWORD_CHARS // 3:
        raise StaffError("The password is too simple: it repeats a few characters, or the name. Take several words.")
    return password


def _known(accounts: Mapping[str, Account], name: str) -> Account:
    account = accounts.get(name.strip().lower())
    if account is None:
        raise StaffError(f"There is no {name!r} among the staff. See who is with  mso-bot staff list.")
    return account


def _encoded(password: str) -> bytes:
    """The same bytes for the same password, however a keyboard composes its letters."""
    return unicodedata.normalize("NFKC", password[: MAX_PASSWORD_CHARS + 1]).encode(errors="surrogatepass")


def _stamp() -> str:
    return secrets.token_urlsafe(12)


def _unreadable(path: Path, why: str) -> StaffError:
    return StaffError(f"The staff file {path} cannot be read ({why}). Correct it, or bring a copy of it back.")


def _write(path: Path, accounts: Mapping[str, Account]) -> None:
    """Beside the old one, then in its place; readable by this user alone."""
    content = _Content(members=tuple(accounts[name] for name in sorted(accounts))).model_dump(mode="json")
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # made with mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps(content, indent=1) + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
