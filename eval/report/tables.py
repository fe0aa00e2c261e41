"""Tables for the terminal."""

from collections.abc import Iterator, Sequence

from rich.markup import escape
from rich.table import Table

from eval.compare import Change, Comparison
from eval.metrics import Estimate
from eval.run import METRICS, Metric, Run

_QUESTION_CHARS = 90


def metric_table(run: Run) -> Table:
    """Every metric of a run with its interval; one that applies to no case shows a dash."""
    table = _table("metric", "value", "95 % interval", "cases")
    for name, metric in METRICS.items():
        table.add_row(metric.label, *_cells(metric, run.metrics.get(name)))
    return table


def category_table(run: Run) -> Table:
    """The share of right replies in each category."""
    table = _table("category", "right", "95 % interval", "cases")
    for name, slice_ in run.categories.items():
        table.add_row(escape(name), *_cells(METRICS["right"], slice_.metrics.get("right")))
    return table


def comparison_tables(comparison: Comparison) -> Iterator[Table]:
    """The metrics of both runs side by side with their differences, then the cases that became better and worse."""
    table = _table("metric", "before", "after", "difference", "95 % interval", "cases")
    table.title = "before: {}, after: {}".format(*(escape(engine or "unknown engine") for engine in comparison.engines))
    table.title_justify = "left"
    for name, metric in METRICS.items():
        found = comparison.before.get(name), comparison.after.get(name)
        if any(found):
            values = (_cells(metric, estimate)[0] for estimate in found)
            table.add_row(metric.label, *values, *_cells(metric, comparison.differences.get(name), sign="+"))
    yield table
    for title, changes in (("became right", comparison.better), ("became wrong", comparison.worse)):
        if changes:
            yield _changes(title, changes)


def _changes(title: str, changes: Sequence[Change]) -> Table:
    table = Table(title=f"{len(changes)} {title}", title_justify="left", box=None, padding=(0, 2, 0, 0))
    for heading in ("case", "category", "before", "after", "question"):
        table.add_column(heading)
    for c in changes:
        table.add_row(*(escape(cell) for cell in (c.id, c.category, c.before, c.after, c.question[:_QUESTION_CHARS])))
    return table


def _table(*headings: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for position, heading in enumerate(headings):
        table.add_column(heading, justify="right" if position else "left", no_wrap=True)
    return table


def _cells(metric: Metric, estimate: Estimate | None, *, sign: str = "") -> tuple[str, str, str]:
    if estimate is None:
        return "–", "", "0"
    low, high = (metric.show(v, sign=sign) for v in (estimate.low, estimate.high))
    return f"{metric.show(estimate.value, sign=sign)}{metric.suffix}", f"{low} to {high}", str(estimate.n)
