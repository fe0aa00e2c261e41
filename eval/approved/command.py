"""``mso-bot eval approved``."""

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from bot.pipeline import Bot
from bot.settings import Settings
from bot.types import Progress
from eval.approved.measure import GRID, Asked, counted, measure, misses, would_fire
from eval.approved.questions import GROUPS, SEED, Base, Prober, bases
from eval.cases import load_cases

SORTS = ("same", "neighbour", "section", "unanswered", "mutated")
HALVES = ("dev", "test")
_NAMES = {
    "same": "another wording of the same",
    "neighbour": "near miss: nearest of other groups",
    "section": "near miss: same section",
    "unanswered": "near miss: known to be unanswered",
    "mutated": "near miss: one thing changed",
}


def approved_command(
    *,
    groups: int = GROUPS,
    seed: int = SEED,
    cases: Path | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
) -> None:
    """Approve known answers, ask other wordings and near misses, and count which approved answers came.

    Exits with 1 when a near miss got an approved answer that is not its own.
    """
    console = Console(highlight=False, soft_wrap=True)
    with closing(Bot.open(Settings.from_environment(model=""))) as bot:
        chosen, prober = bases(bot.index, bot.approver, groups=groups, seed=seed), Prober(bot.index)
        asked = list(dict.fromkeys(p for base in chosen for p in prober.probes(base)))
        found = measure(bot, chosen, asked, progress=progress)
        missed = misses(bot, chosen, load_cases(cases)) if cases else []
    for half in HALVES:
        console.print(_table(found, half))
    console.print(_grid([a for a in found if a.probe.base.half == "dev"]))
    for one in (a for a in found if a.fired and not a.right):
        console.print(f"wrong ({one.probe.sort}): {one.probe.text!r} taken for {one.nearest!r}", markup=False)
    alike = {(a.probe.text, a.nearest) for a in found if a.judged_alike}
    console.print(f"{len(alike)} questions got the answer to one that asks the same of another document (alike.py)")
    for case, _ in missed:
        console.print(f"beside the point: case {case.id}", markup=False)
    if cases:
        console.print(f"{len(missed)} approved answers to cases were beside the point")
    if out:
        out.write_text(json.dumps(_listed(chosen, found, len(missed)), indent=1) + "\n", "utf-8")
    if any(a.fired and not a.right for a in found) or missed:
        raise typer.Exit(1)


def _table(found: Sequence[Asked], half: str) -> Table:
    table = Table("question", "asked", "approved answer", "wrong", "unseen", "answered", "wrong", title=half)
    for sort in SORTS:
        of_sort = [a for a in found if a.probe.sort == sort and a.probe.base.half == half]
        every, unseen = counted(of_sort), counted(a for a in of_sort if a.probe.unseen)
        numbers = (every.asked, every.fired, every.wrong, unseen.asked, unseen.fired, unseen.wrong)
        table.add_row(_NAMES[sort], *map(str, numbers))
    return table


def _grid(found: Sequence[Asked]) -> Table:
    table = Table("least cosine", "same: answered", "near misses: answered wrongly", title="dev, by threshold")
    for least in GRID:
        same = would_fire((a for a in found if a.probe.sort == "same"), least)
        near = would_fire((a for a in found if a.probe.sort != "same"), least)
        table.add_row(f"{least:.2f}", str(same.fired - same.wrong), str(near.wrong + same.wrong))
    return table


def _listed(chosen: Sequence[Base], found: Sequence[Asked], missed: int) -> dict[str, object]:
    halves = {
        half: {
            sort: asdict(counted(a for a in found if a.probe.sort == sort and a.probe.base.half == half))
            for sort in SORTS
        }
        for half in HALVES
    }
    return {"approvals": len(chosen), "halves": halves, "cases_beside_the_point": missed}
