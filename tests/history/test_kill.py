"""What was acknowledged is there after ``kill -9`` at any moment, and the database opens."""

import os
import random
import subprocess
import sys
import time

from bot.history import History
from bot.settings import Settings
from tests.conftest import ROOT

KILLS = int(os.environ.get("MSO_KILLS", "20"))
LONGEST = 0.4
"""Seconds after the first acknowledgement within which the process is killed."""
PROGRAM = """
import os, sys
from pathlib import Path
from bot.history import Approval, ApprovedQuote, History
from bot.settings import Settings
from tests.history.conftest import reply

name = sys.argv[3]
history = History.open(Settings(data_dir=Path(sys.argv[1]), database_url=sys.argv[2]))
quote = ApprovedQuote("rivers", 0, 4, "text", "sha256:0")
for number in range(1_000_000):
    key = f"{name}-{number}"
    history.record("c" + key, reply(id=key), "api")
    if number % 3 == 0:
        history.approvals.approve(Approval((key,), "wording", (quote,), "attorney"))
    else:
        history.feedback.thumbs(key, "up", "a comment")
    os.write(1, (key + "\\n").encode())
"""


def acknowledged_before_a_kill(settings: Settings, name: str, moments: random.Random) -> list[str]:
    """What a process acknowledged until it was killed; every fourth one is killed while it still starts."""
    arguments = [sys.executable, "-c", PROGRAM, str(settings.data_dir), settings.database_url, name]
    process = subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    first = ""
    if moments.random() < 0.25:
        time.sleep(moments.uniform(0.3, 2.0))
    else:
        first = process.stdout.readline()
        time.sleep(moments.uniform(0, LONGEST))
    process.kill()
    rest, _ = process.communicate(timeout=60)
    return [line.strip() for line in (first + rest).splitlines(keepends=True) if line.endswith("\n")]


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(kept_in: Settings, capsys) -> None:
    moments = random.Random(6)
    acknowledged: list[str] = []
    for kill in range(KILLS):
        acknowledged += acknowledged_before_a_kill(kept_in, str(kill), moments)
        history = History.open(kept_in)
        kept = set(history.feedback.by_reply()) | {a.approval.questions[0] for a in history.approvals.all()}
        history.close()
        assert [key for key in acknowledged if key not in kept] == []
    with capsys.disabled():
        where = "PostgreSQL" if kept_in.database_url else "SQLite"
        print(f"\n{where}: {len(acknowledged)} acknowledged before {KILLS} kills, 0 lost")  # noqa: T201 - a number to read
    assert len(acknowledged) > KILLS
