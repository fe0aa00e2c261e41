"""The HTML report: one file that needs nothing else."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.types import Citation
from eval.cases import GoldQuote
from eval.metrics import Estimate
from eval.metrics.scores import cites, facts_missed, forbidden_hits, outcome_correct, outcome_of
from eval.report.plots import category_bars, reliability_diagram, risk_coverage
from eval.run.measure import METRICS, Metric, sample
from eval.run.record import Result, Run, Slice

_TEMPLATES = Path(__file__).parent.parent / "templates"
_TILES = (
    "right",
    "evidence_cited",
    "facts",
    "refusal_precision",
    "refusal_recall",
    "refusal_f1",
    "forbidden",
    "unsupported_sentences",
    "disclaimers",
    "recall_at_5",
    "mrr",
    "ndcg_at_10",
    "calibration_error",
    "latency_p50",
    "latency_p95",
)
_MODEL_TILES = ("by_model", "rejected_sentences", "model_failures", "model_tokens", "model_cost")
"""Shown of a run in which a model was asked."""  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """A plot with what it shows."""

    svg: Markup
    caption: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that was not right, ready to be shown."""

    result: Result
    got: str
    why: tuple[str, ...]
    needs: tuple[tuple[bool, tuple[GoldQuote, ...]], ...]
    citations: tuple[tuple[bool, Citation], ...]

    @property
    def searchable(self) -> str:
        """All that the filter's free text looks through, in lower case."""
        case, reply = self.result.case, self.result.reply
        quotes = [q.quote for _, need in self.needs for q in need] + [c.quote for _, c in self.citations]
        return " ".join([case.id, case.question, *case.history, reply.answer, *self.why, *quotes]).lower()


def render_report(run: Run) -> str:
    """The whole page; everything that comes from outside is escaped."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["figure"] = _figure_of
    failures = [_failure(r) for r in run.results if r.right is False]
    return environment.get_template("report.html").render(
        run=run,
        settings=json.dumps(dict(run.origin.settings), indent=2, ensure_ascii=False),
        tiles=[(METRICS[name], run.metrics.get(name)) for name in (*_TILES, *_tiles_of_model(run))],
        metrics=[(METRICS[name], estimate) for name, estimate in run.metrics.items()],
        figures=list(_figures(run)),
        slices=[("category", run.categories), ("document", run.documents)],
        slice_metrics=[(name, METRICS[name]) for name in _slice_metrics(run)],
        failures=failures,
        judged=sum(r.right is not None for r in run.results),
        categories=sorted({f.result.case.category for f in failures}),
        documents=sorted({d for f in failures for d in f.result.case.documents}),
        outcomes=sorted({f.got for f in failures}),
    )


def _tiles_of_model(run: Run) -> tuple[str, ...]:
    return _MODEL_TILES if any(r.work for r in run.results) else ()


def _figure_of(estimate: Estimate | None, metric: Metric, part: str = "value") -> str:
    """A number of an estimate as the page shows it."""
    if estimate is None:
        return "–"
    if part == "interval":
        return f"{metric.show(estimate.low)} to {metric.show(estimate.high)}"
    return f"{metric.show(estimate.value)}{metric.suffix}"


def _slice_metrics(run: Run) -> tuple[str, ...]:
    every: list[Slice] = [*run.categories.values(), *run.documents.values()]
    return tuple(name for name in METRICS if any(name in s.metrics for s in every))


def _figures(run: Run) -> Iterator[Figure]:
    if any("right" in s.metrics for s in run.categories.values()):
        bars = category_bars(run.categories)
        yield Figure(Markup(bars), "Right replies by category (number of cases), with 95 % intervals")
    results = [r for r in run.results if r.scores.get("confidence")]
    if results:
        confidence = sample(results, METRICS["risk_coverage_area"])
        curve, diagram = risk_coverage(confidence), reliability_diagram(confidence)
        yield Figure(Markup(curve), "Risk and coverage: wrong among the most confident")
        yield Figure(Markup(diagram), "Reliability: how often an answer was right, by its confidence")


def _failure(result: Result) -> Failure:
    return Failure(
        result=result,
        got=outcome_of(result.reply),
        why=tuple(_why(result)),
        needs=tuple(zip(result.needs_met, result.case.gold, strict=True)),
        citations=tuple(zip(result.citations_right, result.reply.citations, strict=True)),
    )


def _why(result: Result) -> Iterator[str]:
    case, reply = result.case, result.reply
    if not outcome_correct(case, reply):
        yield f"outcome: {outcome_of(reply)} instead of {' or '.join(case.expect)}"
    if cites(reply):
        yield from (f"fact missed: {fact}" for fact in facts_missed(case, reply))
    yield from (f"forbidden: {pattern}" for pattern in forbidden_hits(case, reply))
    if case.conflict and reply.conflict is None:
        yield "the conflict is not shown"
