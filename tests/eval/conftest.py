"""A run of five cases over the small corpus, in process."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.pipeline import Bot
from eval.cases import load_cases
from eval.run import InProcess, Run, origin_of, run_cases

RIVER_CASES = Path(__file__).parent / "river.jsonl"


@pytest.fixture(scope="session")
def river_run(river_bot: Bot) -> Run:
    target = InProcess(river_bot)
    now = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
    origin = origin_of(target, split="all", source="river.jsonl", now=now)
    return run_cases(load_cases(RIVER_CASES), target, origin=origin)
