"""Which metrics a run has: how each scores one case, and which statistic makes them one number."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.answer import ENGINE
from bot.types import Reply, Span
from eval.cases import Case
from eval.metrics import Estimate, ranking, scores, statistics
from eval.metrics.statistics import Array, Statistic
from eval.run.record import Result, Slice, Work

Score: TypeAlias = tuple[float | None, ...] | None


@dataclass(frozen=True, slots=True)
class Metric:
    """``of`` names the per-case score that it is made from, ``columns`` how many numbers that is."""

    label: str
    of: str
    statistic: Statistic = statistics.mean
    columns: int = 1
    unit: Literal["%", "number", "count", "money", "ms"] = "%"
    """``%`` is a share in [0, 1] that is shown in hundredths; money is in the currency of the configured prices."""
    lower_is_better: bool = False

    def show(self, value: float, *, sign: str = "") -> str:
        """A value in this metric's unit; ``sign="+"`` for differences."""
        form = {"%": ".1f", "number": ".3f", "count": ".0f", "money": ".4f", "ms": ".1f"}[self.unit]
        return f"{value * 100 if self.unit == '%' else value:{sign}{form}}"

    @property
    def suffix(self) -> str:
        """What stands behind a value."""
        return {"%": " %", "ms": " ms"}.get(self.unit, "")


def _of_confidence(label: str, statistic: Statistic) -> Metric:
    return Metric(label, "confidence", statistic, 2, unit="number", lower_is_better=True)


METRICS: Mapping[str, Metric] = {
    "right": Metric("right", "right"),
    "outcome": Metric("outcome as expected", "outcome"),
    "evidence_cited": Metric("evidence cited", "evidence_cited"),
    "facts": Metric("facts in the answer", "facts"),
    "citation_precision": Metric("citation precision", "citation_precision"),
    "citation_recall": Metric("citation recall", "citation_recall"),
    "refusal_precision": Metric("refusal precision", "refusal", statistics.refusal_precision, 3),
    "refusal_recall": Metric("refusal recall", "refusal", statistics.refusal_recall, 3),
    "refusal_f1": Metric("refusal F1", "refusal", statistics.refusal_f1, 3),
    "forbidden": Metric("forbidden patterns", "forbidden", statistics.total, unit="count", lower_is_better=True),
    "unsupported_sentences": Metric(
        "unsupported sentences", "unsupported_sentences", statistics.total, unit="count", lower_is_better=True
    ),
    "disclaimers": Metric("disclaimers", "disclaimer"),
    "recall_at_5": Metric("recall@5", "recall_at_5"),
    "mrr": Metric("MRR", "reciprocal_rank", unit="number"),
    "ndcg_at_10": Metric("nDCG@10", "ndcg_at_10", unit="number"),
    "calibration_error": _of_confidence("calibration error", statistics.expected_calibration_error),
    "brier": _of_confidence("Brier score", statistics.brier_score),
    "risk_coverage_area": _of_confidence("area under risk-coverage", statistics.risk_coverage_area),
    "by_model": Metric("written by the model", "by_model"),
    "rejected_sentences": Metric(
        "model sentences rejected", "rejected_sentences", statistics.pooled_share, 2, lower_is_better=True
    ),
    "model_failures": Metric("model failures", "model_failed", statistics.mean, lower_is_better=True),
    "model_tokens": Metric("model tokens", "model_tokens", statistics.total, unit="count", lower_is_better=True),
    "model_cost": Metric("model cost", "model_cost", statistics.total, unit="money", lower_is_better=True),
    "latency_p50": Metric("latency p50", "latency", statistics.percentile(50), unit="ms", lower_is_better=True),
    "latency_p95": Metric("latency p95", "latency", statistics.percentile(95), unit="ms", lower_is_better=True),
}

_SLICED = ("right", "outcome", "evidence_cited", "facts")


@dataclass(frozen=True, slots=True)
class Ground:
    """What a reply is held against: places of gold, texts of documents, and what the search found."""

    gold: scores.Gold
    texts: Mapping[str, str]
    ranked: Sequence[Span] | None = None
    """The passages found, best first; None when the search cannot be seen."""
    passages: Sequence[Span] = ()
    """Every passage that could have been found."""


def score(case: Case, reply: Reply, ground: Ground) -> dict[str, Score]:
    """Every per-case score, None where it does not apply."""
    gold, ranked = ground.gold, ground.ranked
    event = scores.answered_right(case, reply)
    found: dict[str, float | None] = {
        "right": scores.right(case, reply),
        "outcome": scores.outcome_correct(case, reply),
        "evidence_cited": scores.evidence_cited(case, reply, gold),
        "facts": scores.fact_coverage(case, reply),
        "citation_precision": scores.citation_precision(reply, gold),
        "citation_recall": scores.citation_recall(reply, gold),
        "forbidden": scores.forbidden(case, reply),
        "unsupported_sentences": scores.unsupported_sentences(reply, ground.texts),
        "disclaimer": scores.disclaimer(reply),
        "latency": reply.latency_ms,
        "recall_at_5": None if ranked is None else ranking.recall(ranked, gold),
        "reciprocal_rank": None if ranked is None else ranking.reciprocal_rank(ranked, gold),
        "ndcg_at_10": None if ranked is None else ranking.ndcg(ranked, gold, ground.passages),
    }
    single: dict[str, Score] = {name: None if value is None else (value,) for name, value in found.items()}
    confidence = None if event is None else (reply.confidence, event)
    return {**single, "refusal": scores.refusal(case, reply), "confidence": confidence}


def score_work(reply: Reply, work: Work | None) -> dict[str, Score]:
    """What a model did for a reply; nothing where none was asked, so that such cases do not count."""
    if work is None:
        return {}
    return {
        "by_model": (float(reply.engine != ENGINE),) if scores.cites(reply) else None,
        "rejected_sentences": (float(len(work.rejected)), float(work.proposed)),
        "model_failed": (float(bool(work.failure)),),
        "model_tokens": (float(work.input_tokens + work.output_tokens),),
        "model_cost": (work.cost,),
    }


def sample(results: Iterable[Result], metric: Metric) -> Array:
    """The scores that a metric is made from, shape (cases, columns)."""
    return statistics.table([r.scores.get(metric.of) for r in results], columns=metric.columns)


def measure(results: Sequence[Result], *, names: Iterable[str] = tuple(METRICS)) -> dict[str, Estimate]:
    """Each metric over the results with its interval; one that applies to no case is left out."""
    made = {name: statistics.estimate(METRICS[name].statistic, sample(results, METRICS[name])) for name in names}
    return {name: estimate for name, estimate in made.items() if estimate is not None}


def slices(results: Sequence[Result], keys: Callable[[Result], Iterable[str]]) -> dict[str, Slice]:
    """The main metrics over the results of each key, in order of the keys; a result may have several."""
    groups: dict[str, list[Result]] = {}
    for result in results:
        for key in keys(result):
            groups.setdefault(key, []).append(result)
    return {k: Slice(n=len(groups[k]), metrics=measure(groups[k], names=_SLICED)) for k in sorted(groups)}
