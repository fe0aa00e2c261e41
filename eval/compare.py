"""Two runs over the same cases: what became better and worse, and whether the difference could be chance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.errors import InputError
from eval.metrics import Estimate
from eval.metrics.scores import outcome_of
from eval.metrics.statistics import mcnemar, paired_difference
from eval.run import METRICS, Result, Run
from eval.run.measure import sample


@dataclass(frozen=True, slots=True)
class Change:
    """One case whose being right changed."""

    id: str
    category: str
    question: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """``differences`` are second minus first with their paired intervals; ``p_value`` is of McNemar's test on right.

    ``before`` and ``after`` are the runs' own values, also of metrics that one run lacks; ``engines`` answered.
    """

    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    differences: Mapping[str, Estimate]
    p_value: float
    before: Mapping[str, Estimate]
    after: Mapping[str, Estimate]
    engines: tuple[str, str]


def compare(before: Run, after: Run) -> Comparison:
    """The second run against the first, case by case.

    Raises:
        InputError: the runs are not over the same cases, or a case was changed between them.
    """
    pairs = _pairs(before.results, after.results)
    better = tuple(_change(a, b) for a, b in pairs if a.right is False and b.right is True)
    worse = tuple(_change(a, b) for a, b in pairs if a.right is True and b.right is False)
    return Comparison(
        better,
        worse,
        _differences(pairs),
        mcnemar(len(better), len(worse)),
        before.metrics,
        after.metrics,
        (before.origin.engine, after.origin.engine),
    )


def _pairs(before: Sequence[Result], after: Sequence[Result]) -> tuple[tuple[Result, Result], ...]:
    first, second = {r.case.id: r for r in before}, {r.case.id: r for r in after}
    apart = sorted(first.keys() ^ second.keys())
    if apart:
        raise InputError(
            f"The runs are over different cases ({len(first)} and {len(second)}; {len(apart)} are in one alone, "
            f"such as {', '.join(apart[:3])}); compare runs of the same split and file."
        )
    changed = [i for i in first if first[i].case != second[i].case]
    if changed:
        raise InputError(
            f"The case {changed[0]!r} (one of {len(changed)}) was changed between the runs; run the first one again."
        )
    return tuple((first[i], second[i]) for i in first)


def _change(before: Result, after: Result) -> Change:
    case = after.case
    return Change(case.id, case.category, case.question, outcome_of(before.reply), outcome_of(after.reply))


def _differences(pairs: Sequence[tuple[Result, Result]]) -> dict[str, Estimate]:
    made = {
        name: paired_difference(
            metric.statistic, sample((a for a, _ in pairs), metric), sample((b for _, b in pairs), metric)
        )
        for name, metric in METRICS.items()
    }
    return {name: estimate for name, estimate in made.items() if estimate is not None}
