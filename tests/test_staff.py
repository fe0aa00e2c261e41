"""The staff file, its commands, and the doctor's look at it."""

import json
import os
import stat
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from bot.cli import main
from bot.doctor import examine
from bot.errors import NotAllowedError, SettingError, StaffError
from bot.history import History
from bot.settings import Settings
from bot.staff import Account, Member, StaffFile, require
from tests.web.staff import ANNA, BEN, CHEAP, PASSWORDS, staff_file

Ran = tuple[int | str | None, str, str]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "staff.json"


@pytest.fixture
def file(path: Path) -> StaffFile:
    return staff_file(path)


def test_a_name_and_its_password_are_somebody_and_nothing_else_is(file: StaffFile) -> None:
    account = file.authenticate(ANNA, PASSWORDS[ANNA])
    assert account is not None
    assert account.member == Member("anna", "attorney")
    for name, password in (
        (ANNA, PASSWORDS[BEN]),
        ("nobody", PASSWORDS[ANNA]),
        (ANNA, ""),
        ("", ""),
        (ANNA, "x" * 9_000),
    ):
        assert file.authenticate(name, password) is None


def test_capitals_in_a_name_and_the_way_a_keyboard_spells_letters_do_not_matter(file: StaffFile) -> None:
    file.add("Zoe@Firm.example", "staff", "caf\u00e9 au lait noir")
    assert file.authenticate(" ZOE@firm.example ", "cafe\u0301 au lait noir") is not None


def test_only_hashes_are_kept_and_only_this_user_can_read_them(file: StaffFile, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert all(password not in text for password in PASSWORDS.values())
    assert text.count("$argon2id$") == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert all(account.hash not in repr(account) for account in file.accounts().values())
    assert [p.name for p in path.parent.iterdir() if p.suffix != ".lock"] == ["staff.json"]


def test_a_server_that_runs_sees_every_change(file: StaffFile, path: Path) -> None:
    server = StaffFile(path, hasher=CHEAP)
    assert set(server.accounts()) == {ANNA, BEN}
    file.remove(BEN)
    assert server.authenticate(BEN, PASSWORDS[BEN]) is None
    file.set_password(ANNA, "another long password")
    assert server.authenticate(ANNA, PASSWORDS[ANNA]) is None
    assert server.authenticate(ANNA, "another long password") is not None
    path.unlink()
    assert not server.accounts()


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"version": 2, "members": []}', '{"members": [{"name": "Anna B", "role": "staff"}]}']
)
def test_a_broken_file_is_named_and_never_overwritten(path: Path, content: str) -> None:
    path.parent.mkdir()
    path.write_text(content, encoding="utf-8")
    file = StaffFile(path, hasher=CHEAP)
    for attempt in (file.accounts, lambda: file.add("carl", "staff", "a long password")):
        with pytest.raises(StaffError, match=r"staff\.json"):
            attempt()
    assert path.read_text(encoding="utf-8") == content


def test_a_password_and_a_role_change_the_stamp_and_a_new_hash_of_the_same_password_does_not(path: Path) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    file = StaffFile(path, hasher=weak)
    stamps = [file.add(ANNA, "staff", PASSWORDS[ANNA]).stamp]
    file.set_role(ANNA, "attorney")
    stamps.append(file.accounts()[ANNA].stamp)
    before = file.accounts()[ANNA]
    stronger = StaffFile(path, hasher=PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert stronger.authenticate(ANNA, PASSWORDS[ANNA]) is not None
    after = stronger.accounts()[ANNA]
    assert (after.stamp, "t=2" in after.hash, "t=2" in before.hash) == (before.stamp, True, False)
    file.set_password(ANNA, "another long password")
    stamps.append(file.accounts()[ANNA].stamp)
    file.remove(ANNA)
    stamps.append(file.add(ANNA, "attorney", "another long password").stamp)
    assert len(set(stamps)) == 4


@pytest.mark.parametrize("name", ["", " ", "a b", "anna/ben", "-x", "x.", "änna", "a" * 65, "../x", "<b>"])
def test_what_is_no_name_is_refused(file: StaffFile, name: str) -> None:
    with pytest.raises(StaffError, match="no name for staff"):
        file.add(name, "staff", "a long password")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("hunter2", "at least 12"),
        ("x" * 1001, "at most 1000"),
        ("aaaaaaaaaaaaaaa", "simple"),
        ("carlcarlcarlcarl", "simple"),
    ],
)
def test_a_password_that_is_no_good_is_refused_and_not_shown(file: StaffFile, password: str, why: str) -> None:
    with pytest.raises(StaffError, match=why) as caught:
        file.add("carl", "staff", password)
    assert password not in str(caught.value)


def test_an_unknown_name_takes_as_long_as_a_wrong_password(path: Path) -> None:
    file = StaffFile(path, hasher=PasswordHasher(time_cost=2, memory_cost=16_384, parallelism=1))
    file.add(ANNA, "staff", PASSWORDS[ANNA])

    def took(name: str) -> float:
        times = []
        for _ in range(5):
            started = time.perf_counter()
            file.authenticate(name, "wrong")
            times.append(time.perf_counter() - started)
        return min(times)

    assert 0.5 < took(ANNA) / took("nobody") < 2


def test_many_at_once_lose_no_change(path: Path) -> None:
    def add(number: int) -> None:
        StaffFile(path, hasher=CHEAP).add(f"member{number}", "staff", "a long password")

    threads = [threading.Thread(target=add, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(StaffFile(path, hasher=CHEAP).accounts()) == 12


def test_attorneys_may_do_what_staff_may_and_not_the_other_way_round() -> None:
    anna, ben = Member("anna", "attorney"), Member("ben", "staff")
    assert (anna.may_approve, ben.may_approve) == (True, False)
    assert require(anna, "attorney") is require(anna, "staff") is anna
    assert require(ben, "staff") is ben
    with pytest.raises(NotAllowedError, match="Only an attorney"):
        require(ben, "attorney")
    with pytest.raises(NotAllowedError, match="/staff/login"):
        require(None, "staff")


def test_an_account_with_another_role_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="role"):
        Account.model_validate({"name": "x", "role": "owner", "hash": "h", "stamp": "s"})


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., Ran]:
    """Runs a command in this process, with what is typed on its standard input."""

    def call(*arguments: str, typed: str = "", **environment: str) -> Ran:
        for name, value in {"MSO_DATA_DIR": str(tmp_path / "data"), **environment}.items():
            monkeypatch.setenv(name, value)
        reading, writing = os.pipe()
        os.write(writing, typed.encode())
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as stdin:
            monkeypatch.setattr("sys.stdin", stdin)
            with pytest.raises(SystemExit) as ended:
                main(["staff", *arguments])
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err

    return call


def audited(tmp_path: Path) -> list[tuple[str, str | None, dict[str, object]]]:
    history = History.open(Settings(data_dir=tmp_path / "data"))
    try:
        return [(e.action, e.subject, e.detail) for e in reversed(history.audit.latest())]
    finally:
        history.close()


def test_from_the_first_attorney_to_nobody_and_all_of_it_is_noted(run: Callable[..., Ran], tmp_path: Path) -> None:
    assert run("list") == (0, "", "Nobody yet. Add the first with  mso-bot staff add NAME --role attorney.\n")
    code, _, said = run("add", "Anna", "--role", "attorney", "--password-stdin", typed="quiet harbour lantern\n")
    assert (code, said) == (0, "anna may log in at /staff as attorney.\n")
    assert run("add", "ben", "--password-stdin", typed="seven yellow bicycles")[0] == 0
    assert run("list")[1] == "anna\tattorney\nben\tstaff\n"
    assert run("password", "ben", "--password-stdin", typed="eight yellow bicycles\n")[0] == 0
    assert StaffFile(tmp_path / "data" / "staff.json").authenticate("ben", "eight yellow bicycles") is not None
    assert run("role", "ben", "attorney")[0] == 0
    assert run("remove", "anna")[0] == 0
    assert "no attorney left" in run("role", "ben", "staff")[2]
    told = audited(tmp_path)
    assert told == [
        ("staff_add", "anna", {"role": "attorney"}),
        ("staff_add", "ben", {"role": "staff"}),
        ("staff_password", "ben", {}),
        ("staff_role", "ben", {"role": "attorney"}),
        ("staff_remove", "anna", {}),
        ("staff_role", "ben", {"role": "staff"}),
    ]
    assert "bicycles" not in json.dumps(told)


@pytest.mark.parametrize(
    ("arguments", "typed", "remedy"),
    [
        (("add", "carl", "--password-stdin"), "short\n", "at least 12"),
        (("add", "carl", "--password-stdin"), "", "at least 12"),
        (("add", "carl"), "", "--password-stdin"),
        (("add", "Carl B", "--password-stdin"), "a long password\n", "anna@firm.example"),
        (("remove", "carl"), "", "mso-bot staff list"),
        (("password", "carl", "--password-stdin"), "a long password\n", "mso-bot staff list"),
        (("role", "carl", "staff"), "", "mso-bot staff list"),
    ],
)
def test_what_cannot_be_done_says_what_to_do_and_leaves_no_trace(
    run: Callable[..., Ran], tmp_path: Path, arguments: tuple[str, ...], typed: str, remedy: str
) -> None:
    code, out, said = run(*arguments, typed=typed)
    assert (code, out) == (2, "")
    assert remedy in said
    assert "long password" not in said
    assert audited(tmp_path) == []


def test_a_name_that_is_taken_is_not_taken_over(run: Callable[..., Ran]) -> None:
    assert run("add", "anna", "--password-stdin", typed="quiet harbour lantern")[0] == 0
    code, _, said = run("add", "ANNA", "--role", "attorney", "--password-stdin", typed="a long password")
    assert code == 2
    assert "mso-bot staff password anna" in said
    assert run("list")[1] == "anna\tstaff\n"


def test_the_password_is_asked_for_twice_without_showing_it(
    run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter(["quiet harbour lantern", "quiet harbour lantern", "one long password", "other long password"])
    asked: list[bool] = []

    def prompt(_: str, *, hide_input: bool, err: bool) -> str:
        asked.append(hide_input and err)
        return next(typed)

    monkeypatch.setattr("typer.prompt", prompt)
    monkeypatch.setattr("bot.staff_commands._is_terminal", lambda: True)
    assert run("add", "anna")[0] == 0
    code, _, said = run("add", "ben")
    assert (code, "differ" in said) == (2, True)
    assert asked == [True] * 4
    assert run("list")[1] == "anna\tstaff\n"


def test_the_file_may_stand_elsewhere(run: Callable[..., Ran], tmp_path: Path) -> None:
    elsewhere = tmp_path / "secrets" / "people.json"
    environment = {"MSO_STAFF_USERS_FILE": str(elsewhere)}
    assert run("add", "anna", "--password-stdin", typed="quiet harbour lantern", **environment)[0] == 0
    assert elsewhere.is_file()


def looked_at(settings: Settings) -> tuple[bool, str, str]:
    finding = next(f for f in examine(settings) if f.check == "staff")
    return finding.passed, finding.detail, finding.remedy


def test_the_doctor_looks_at_the_staff(settings: Settings) -> None:
    passed, detail, remedy = looked_at(settings)
    assert (passed, remedy, "mso-bot staff add NAME --role attorney" in detail) == (True, "", True)
    file = StaffFile(settings.staff_file, hasher=CHEAP)
    file.add(BEN, "staff", PASSWORDS[BEN])
    assert "Nobody can approve" in looked_at(settings)[2]
    file.add(ANNA, "attorney", PASSWORDS[ANNA])
    passed, detail, remedy = looked_at(settings)
    assert (passed, remedy) == (True, "")
    assert "1 attorneys and 1 others" in detail
    settings.staff_file.chmod(0o644)
    passed, _, remedy = looked_at(settings)
    assert (passed, "chmod 600" in remedy) == (False, True)
    settings.staff_file.write_text("{", encoding="utf-8")
    assert "bring a copy" in looked_at(settings)[2]


SIGN_ON = {
    "MSO_STAFF_PROXY_HEADER": "X-Forwarded-User",
    "MSO_STAFF_PROXY_ROLES": "Anna@firm.example=attorney, *=staff",
    "MSO_TRUSTED_PROXIES": "10.0.0.0/8",
}


def test_single_sign_on_is_set_up_by_three_settings() -> None:
    settings = Settings.from_environment(SIGN_ON, dotenv=None)
    assert settings.staff_proxy_roles == (("anna@firm.example", "attorney"), ("*", "staff"))
    assert looked_at(settings)[0]
    assert not looked_at(settings.model_copy(update={"staff_proxy_roles": (("*", "staff"),)}))[0]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"MSO_TRUSTED_PROXIES": ""}, "MSO_STAFF_PROXY_HEADER.*name the proxy in MSO_TRUSTED_PROXIES"),
        ({"MSO_STAFF_PROXY_ROLES": ""}, "MSO_STAFF_PROXY_HEADER.*say who may do what in MSO_STAFF_PROXY_ROLES"),
        ({"MSO_STAFF_PROXY_ROLES": "anna"}, "MSO_STAFF_PROXY_ROLES.*a name and a role"),
        ({"MSO_STAFF_PROXY_ROLES": "anna=owner"}, "MSO_STAFF_PROXY_ROLES.*a name and a role"),
        ({"MSO_STAFF_PROXY_ROLES": "a=staff,A=attorney"}, "MSO_STAFF_PROXY_ROLES.*twice"),
        ({"MSO_STAFF_PROXY_HEADER": "X User"}, "MSO_STAFF_PROXY_HEADER"),
        ({"MSO_STAFF_SESSION_HOURS": "0"}, "MSO_STAFF_SESSION_HOURS"),
        ({"MSO_STAFF_IDLE_MINUTES": "-1"}, "MSO_STAFF_IDLE_MINUTES"),
    ],
)
def test_what_would_let_anybody_or_nobody_in_stops_the_start(changed: dict[str, str], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        Settings.from_environment({**SIGN_ON, **changed}, dotenv=None)
