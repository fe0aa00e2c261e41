"""A run: every case asked of a target, scored, and kept with all that is needed to judge or repeat it."""

from eval.run.measure import METRICS, Metric, measure, score
from eval.run.record import Origin, Result, Run, Work, read_run, write_run
from eval.run.targets import HttpTarget, InProcess, Target
from eval.run.work import choose, origin_of, run_cases

__all__ = [
    "METRICS", "HttpTarget", "InProcess", "Metric", "Origin", "Result", "Run", "Target", "Work",
    "choose", "measure", "origin_of", "read_run", "run_cases", "score", "write_run",
]  # fmt: skip
