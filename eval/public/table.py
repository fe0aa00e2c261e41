"""Rows to a table in Markdown or for the terminal."""

from collections.abc import Sequence

from rich.table import Table

from eval.public.run import CITATIONS, Row

HEADINGS = ("set", "what", "questions", "measure")
LABELS = {
    "recall_at_5": "recall@5",
    "ndcg_at_10": "nDCG@10",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "balanced_accuracy": "balanced accuracy",
}
NOTE = (
    "All systems search the same documents in the same run. BM25 and dense alone are asked the question as typed, "
    "ours with what it inherits from earlier ones. Where a question names its document, sentences of that document are "
    "ranked, and documents are ranked in the whole collection (wordings that recur for other documents are left out). "
    "Refusal thresholds of all three are chosen alike: on the half of the questions that a hash of the id puts into "
    "development, for the highest balanced accuracy, and scored on the other half; refusing is the positive class."
)


def lines(rows: Sequence[Row]) -> list[tuple[str, ...]]:
    """One line a measure: set, task, questions, measure, then each system's value; the best in bold."""
    found: list[tuple[str, ...]] = []
    for row in rows:
        measures = [m for m in next(iter(row.systems.values())) if m in LABELS]
        what = f"{row.task}, {row.file}" if row.file != "questions" else row.task
        for m in measures:
            values = [v[m] for v in row.systems.values()]
            cells = [f"**{v:.3f}**" if round(v, 3) == round(max(values), 3) else f"{v:.3f}" for v in values]
            found.append((row.set, what, str(row.questions), LABELS[m], *cells))
    return found


def markdown(rows: Sequence[Row]) -> str:
    """The table for a README, with the note on how it was measured."""
    heads = (*HEADINGS, *rows[0].systems)
    body = [heads, tuple("---" for _ in heads), *lines(rows)]
    return "\n".join([*("| " + " | ".join(line) + " |" for line in body), "", NOTE])


def terminal(rows: Sequence[Row]) -> Table:
    """The same for the terminal."""
    table = Table(*HEADINGS, *rows[0].systems, caption=NOTE)
    for line in lines(rows):
        table.add_row(*(f"[bold]{c.strip('*')}[/bold]" if c.startswith("**") else c for c in line))
    return table


def behind(rows: Sequence[Row]) -> list[str]:
    """Where ours does not beat both; of a refusal's trade-off, F1 and balance are asked."""
    asked = ("recall_at_5", "ndcg_at_10", "f1", "balanced_accuracy")
    found = []
    for row in rows:
        *others, ours = row.systems.values()
        for m in asked if row.task != CITATIONS else ():
            best = max((o[m] for o in others if m in o), default=0.0)
            if m in ours and ours[m] <= best:
                found.append(f"{row.set}, {row.task}, {row.file}: {LABELS[m]} {ours[m]:.3f}, best baseline {best:.3f}")
    return found
