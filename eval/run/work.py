"""Cases and a target to a run."""

import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bot.errors import InputError
from bot.trace import Trace
from bot.types import Corpus, Progress
from eval.cases import Case, gold_spans, split_of
from eval.metrics.scores import citations_right, needs_met
from eval.run.measure import Ground, measure, score, score_work, slices
from eval.run.record import Origin, Result, Run, Work
from eval.run.targets import Target

_ROOT = Path(__file__).resolve().parents[2]


def choose(cases: Sequence[Case], split: str, corpus: Corpus) -> tuple[Case, ...]:
    """The cases of ``dev``, ``test`` or ``all``.

    Raises:
        InputError: no case is of that split.
    """
    chosen = tuple(c for c in cases if split in {"all", split_of(c, corpus)})
    if not chosen:
        raise InputError(f"None of the {len(cases)} cases is in the split {split!r}; use --split all.")
    return chosen


def run_cases(cases: Sequence[Case], target: Target, *, origin: Origin, progress: Progress | None = None) -> Run:
    """Ask and score every case, in order."""
    texts = {d.id: d.text for d in target.corpus.documents}
    results: list[Result] = []
    for case in cases:
        results.append(_result(case, target, texts))
        if progress:
            progress(len(results), len(cases))
    return Run(
        origin=origin,
        corpus_version=next((r.reply.corpus_version for r in results if r.reply.corpus_version), ""),
        metrics=measure(results),
        categories=slices(results, lambda r: (r.case.category,)),
        documents=slices(results, lambda r: r.case.documents),
        results=tuple(results),
    )


def _result(case: Case, target: Target, texts: dict[str, str]) -> Result:
    traces: list[Trace] = []
    reply = target.ask(case.question, case.history, observe=traces.append)
    work = next((_work(t) for t in traces if t.usage.tokens or t.failure), None)
    gold = gold_spans(case, target.corpus)
    ranked = target.rank(case.question, case.history) if gold else None
    return Result(
        case=case,
        split=split_of(case, target.corpus),
        reply=reply,
        needs_met=needs_met(reply, gold),
        citations_right=citations_right(reply, gold),
        scores=score(case, reply, Ground(gold, texts, ranked, target.passages)) | score_work(reply, work),
        work=work,
    )


def _work(trace: Trace) -> Work:
    return Work(
        input_tokens=trace.usage.input_tokens,
        output_tokens=trace.usage.output_tokens,
        cost=trace.usage.cost,
        proposed=trace.proposed,
        rejected=tuple(flaw.value for flaw in trace.rejected),
        failure=trace.failure,
    )


def origin_of(target: Target, *, split: str, source: str, now: datetime) -> Origin:
    """The record of a run that starts ``now``; ``source`` names where its cases come from."""
    commit, status = _git("rev-parse", "HEAD"), _git("status", "--porcelain")
    return Origin(
        target=target.name,
        settings=target.settings,
        commit=commit,
        uncommitted_changes=None if status is None else bool(status),
        started=now.isoformat(timespec="seconds"),
        python=sys.version.split()[0],
        cases=source,
        split=split,
        engine=target.engine,
    )


def _git(*arguments: str) -> str | None:
    """What git says of this checkout; None without git or outside of one."""
    try:
        done = subprocess.run(["git", *arguments], cwd=_ROOT, capture_output=True, text=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
