"""Metrics: ``scores`` of one reply, ``ranking`` of passages, and ``statistics`` over many cases with intervals."""

from eval.metrics import ranking, scores, statistics
from eval.metrics.statistics import Estimate

__all__ = ["Estimate", "ranking", "scores", "statistics"]
