"""Scores of many cases to one number with its interval.

A *sample* has shape (..., n, c): n cases with c scores each, NaN where a score does not apply. A *statistic* reduces
the last two axes, so that one call serves the cases themselves and every bootstrap resample of them.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict
from scipy.stats import binomtest

Array: TypeAlias = npt.NDArray[np.float64]
Statistic: TypeAlias = Callable[[Array], Array]

RESAMPLES = 2000
SEED = 20260131
LEVEL = 0.95
BINS = 10


class Estimate(BaseModel):
    """A value over ``n`` cases with its 95 % interval."""

    model_config = ConfigDict(frozen=True)

    value: float
    low: float
    high: float
    n: int


# --- statistics ----------------------------------------------------------------------------------


def mean(sample: Array) -> Array:
    """The mean of the first score over the cases that it applies to."""
    scores = sample[..., 0]
    applies = ~np.isnan(scores)
    return _ratio(np.where(applies, scores, 0.0).sum(-1), applies.sum(-1))


def total(sample: Array) -> Array:
    """The sum of the first score."""
    return np.asarray(np.nansum(sample[..., 0], axis=-1))


def pooled_share(sample: Array) -> Array:
    """The sum of the first score over the sum of the second, as of parts and wholes."""
    part, whole = np.moveaxis(sample, -1, 0)
    return _ratio(np.nansum(part, axis=-1), np.nansum(whole, axis=-1))


def refusal_precision(sample: Array) -> Array:
    """Share of declines that some expected outcome allows; scores (declined, should, allowed) of ``scores.refusal``."""
    declined, _, allowed = np.moveaxis(sample, -1, 0)
    return _ratio(np.nansum(declined * allowed, axis=-1), np.nansum(declined, axis=-1))


def refusal_recall(sample: Array) -> Array:
    """Share of the cases that should be declined which were; scores as in ``refusal_precision``."""
    declined, should, _ = np.moveaxis(sample, -1, 0)
    return _ratio(np.nansum(declined * should, axis=-1), np.nansum(should, axis=-1))


def refusal_f1(sample: Array) -> Array:
    """Harmonic mean of precision and recall (van Rijsbergen 1979); scores as in ``refusal_precision``."""
    precision, recall = refusal_precision(sample), refusal_recall(sample)
    harmonic = _ratio(2 * precision * recall, precision + recall)
    return np.where(precision + recall == 0, 0.0, harmonic)


def brier_score(sample: Array) -> Array:
    """Mean squared distance of confidence to the event (Brier 1950); scores (confidence, event)."""
    return mean(((sample[..., 0] - sample[..., 1]) ** 2)[..., None])


def expected_calibration_error(sample: Array, *, bins: int = BINS) -> Array:
    """Mean gap of confidence and frequency over bins of equal width, weighted by size (Naeini et al. 2015, AAAI).

    Scores (confidence, event); a bin holds its lower edge, the last one also 1.
    """
    confidence, event = np.moveaxis(sample, -1, 0)
    applies = ~np.isnan(confidence + event)
    of_bin = np.clip(np.floor(np.nan_to_num(confidence) * bins), 0, bins - 1)
    gap = np.where(applies, confidence - event, 0.0)
    gaps = sum((np.abs(np.where(of_bin == b, gap, 0.0).sum(-1)) for b in range(bins)), np.zeros(sample.shape[:-2]))
    return _ratio(gaps, applies.sum(-1))


def risk_coverage_area(sample: Array) -> Array:
    """Mean risk over all coverages, the lower the better (AURC of Geifman et al. 2019, ICLR); (confidence, event)."""
    return mean(_risks(sample)[..., None])


def percentile(share: float) -> Statistic:
    """The percentile of the first score by linear interpolation (Hyndman and Fan 1996, type 7)."""
    return lambda sample: np.asarray(np.nanpercentile(sample[..., 0], share, axis=-1))


# --- curves --------------------------------------------------------------------------------------


def risk_coverage_curve(sample: Array) -> tuple[Array, Array]:
    """Coverages 1/n … 1 and the share of wrong ones among the most confident (El-Yaniv and Wiener 2010, JMLR).

    Scores (confidence, event) of shape (n, 2), both applying; among equally confident cases the wrong ones come first.
    """
    risks = _risks(sample)
    return np.arange(1, len(risks) + 1) / max(len(risks), 1), risks


def reliability(sample: Array, *, bins: int = BINS) -> list[tuple[float, float, int]]:
    """(mean confidence, frequency of the event, size) of each bin that is not empty (DeGroot and Fienberg 1983)."""
    of_bin = np.clip(np.floor(sample[:, 0] * bins), 0, bins - 1)
    members = [sample[of_bin == b] for b in range(bins)]
    return [(float(m[:, 0].mean()), float(m[:, 1].mean()), len(m)) for m in members if len(m)]


def _risks(sample: Array) -> Array:
    """Cumulative risks, most confident first; where a score does not apply, the end of the axis is NaN."""
    confidence, event = np.moveaxis(sample, -1, 0)
    key = np.where(np.isnan(confidence + event), -np.inf, confidence - 1e-9 * event)
    order = np.argsort(-key, axis=-1, kind="stable")
    wrong = 1 - np.take_along_axis(event, order, axis=-1)
    return np.asarray(np.cumsum(wrong, axis=-1) / np.arange(1, wrong.shape[-1] + 1))


# --- intervals -----------------------------------------------------------------------------------


def table(scores: Sequence[Sequence[float | None] | None], *, columns: int) -> Array:
    """Scores of cases to a sample of shape (n, columns); None becomes NaN."""
    rows = [[np.nan] * columns if row is None else [np.nan if x is None else x for x in row] for row in scores]
    return np.array(rows, dtype=np.float64).reshape(-1, columns)


def estimate(statistic: Statistic, sample: Array) -> Estimate | None:
    """The statistic over the cases it applies to, with the percentile bootstrap interval (Efron and Tibshirani 1993).

    None when it applies to no case, or cannot be computed from them (no decline has no precision).
    """
    kept = sample[~np.isnan(sample).any(axis=-1)]
    if not len(kept):
        return None
    value = float(statistic(kept))
    if np.isnan(value):
        return None
    low, high = _interval(statistic(kept[_resamples(len(kept))]))
    return Estimate(value=value, low=low, high=high, n=len(kept))


def paired_difference(statistic: Statistic, before: Array, after: Array) -> Estimate | None:
    """``after - before`` with an interval from resampling the same cases for both; both have shape (n, c).

    ``n`` counts the cases to which the statistic applies in both.
    """
    drawn = _resamples(len(before)) if len(before) else np.zeros((0, 0), dtype=np.intp)
    if not len(drawn):
        return None
    with np.errstate(all="ignore"):
        value = float(statistic(after) - statistic(before))
        differences = statistic(after[drawn]) - statistic(before[drawn])
    if np.isnan(value):
        return None
    low, high = _interval(differences)
    both = ~np.isnan(before).any(axis=-1) & ~np.isnan(after).any(axis=-1)
    return Estimate(value=value, low=low, high=high, n=int(both.sum()))


def mcnemar(better: int, worse: int) -> float:
    """Two-sided exact p-value for so many cases that became right and wrong (McNemar 1947); 1.0 without a change."""
    return float(binomtest(better, better + worse, 0.5).pvalue) if better + worse else 1.0


@lru_cache(maxsize=8)
def _resamples(n: int) -> npt.NDArray[np.intp]:
    return np.random.default_rng(SEED).integers(0, n, size=(RESAMPLES, n), dtype=np.intp)


def _interval(values: Array) -> tuple[float, float]:
    usable = values[~np.isnan(values)]  # a resample without, say, any decline has no precision
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(usable, [tail, 1 - tail])
    return float(low), float(high)


def _ratio(above: Array, below: Array) -> Array:
    """NaN where there is nothing to divide by."""
    return np.asarray(np.divide(above, below, out=np.full(np.shape(below), np.nan), where=np.asarray(below) > 0))
