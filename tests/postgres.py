"""A PostgreSQL server of our own, in a temporary folder, as a user who is not root, and gone at the end."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

_REMEDY = "PostgreSQL's initdb is not on this machine: apt-get install postgresql"


def _program(name: str) -> str:
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    found = str(installed[0]) if installed else shutil.which(name)
    assert found, _REMEDY
    return found


def _unprivileged() -> str | None:
    """The user to run as; None where this process is not root's, and runs it as itself."""
    if os.geteuid() != 0:
        return None
    users = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in users else "nobody"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a running server, without the name of a database."""
    user, port = _unprivileged(), _free_port()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if user:
        shutil.chown(folder, user)
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def run(*command: str) -> None:
        ran = subprocess.run(
            command, check=False, capture_output=True, text=True, user=user, cwd=folder, env=environment
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr

    data = str(folder / "data")
    run(_program("initdb"), "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c max_connections=300"
    control = _program("pg_ctl")
    run(control, "-D", data, "-o", options, "-l", str(folder / "log"), "-w", "-t", "60", "start")
    try:
        yield f"postgresql://tester@127.0.0.1:{port}"
    finally:
        run(control, "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder)


def new_schema(server: str, name: str) -> str:
    """The address of an empty schema, which is to a program what an empty database is, and is made in no time."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE SCHEMA "{name}"'.encode())
    return f"{server}/postgres?options=-csearch_path%3D{name}"
