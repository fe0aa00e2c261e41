"""What the documents disagree on: a reply that shows one side shows every side."""

from collections.abc import Sequence

from bot.types import Conflict, Corpus, Span


def conflicts_touched(spans: Sequence[Span], corpus: Corpus) -> tuple[Conflict, ...]:
    """The conflicts of which some side is among the spans."""
    return tuple(c for c in corpus.conflicts if any(s in side.spans for side in c.sides for s in spans))


def missing_sides(spans: Sequence[Span], conflicts: Sequence[Conflict]) -> list[Span]:
    """One sentence of every side that the spans do not show yet, the side with the most authority first."""
    found: list[Span] = []
    for conflict in conflicts:
        for side in conflict.sides:
            if not any(s in side.spans for s in (*spans, *found)):
                found.append(side.spans[0])
    return found
