"""``python -m eval.public DIR``: the public benchmarks on the command line."""

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from bot.embed import Encoder
from bot.errors import MsoBotError
from eval.public.data import BenchSet, read_sets
from eval.public.run import Row, run
from eval.public.table import NOTE, behind, markdown, terminal

_BAD_INPUT = 2


def main(  # noqa: PLR0913, PLR0917 - one parameter an option
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="One subfolder a set: docs.jsonl, questions*.jsonl.")],
    only: Annotated[list[str] | None, typer.Option("--set", help="Only this set; may be given again.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many questions a file.")] = None,
    cache: Annotated[Path | None, typer.Option(help="Folder that keeps vectors for the next run.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write every number to this JSON file.")] = None,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print the table for a README.")] = False,
) -> None:
    """Measure retrieval and refusal on public benchmarks: BM25 alone, dense alone, and ours."""
    console = Console(highlight=False)
    try:
        sets = read_sets(folder, only=only or (), limit=limit)
        with _kept(cache) as home:
            rows = _all(sets, home)
    except MsoBotError as error:
        Console(stderr=True).print(str(error), markup=False)
        raise typer.Exit(_BAD_INPUT) from None
    if as_markdown:
        sys.stdout.write(markdown(rows) + "\n")
    else:
        console.print(terminal(rows))
        for line in behind(rows):
            console.print(f"not ahead: {line}", markup=False)
    if out:
        report = {"note": NOTE, "limit": limit, "rows": [asdict(r) for r in rows], "not_ahead": behind(rows)}
        out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def _all(sets: tuple[BenchSet, ...], home: Path) -> list[Row]:
    rows: list[Row] = []
    encoder = Encoder.load()
    with Progress(console=Console(stderr=True), transient=True) as bars:
        for bench in sets:
            task = bars.add_task(bench.name)
            rows += run(bench, encoder, home / bench.name, progress=_Bar(bars, task))
    return rows


@dataclass(frozen=True, slots=True)
class _Bar:
    """The progress bar of one set: first what is encoded, then what is asked."""

    bars: Progress
    task: TaskID

    def __call__(self, done: int, total: int, /) -> None:
        self.bars.update(self.task, completed=done, total=total)


@contextmanager
def _kept(cache: Path | None) -> Iterator[Path]:
    """The folder given, or one that is gone afterwards."""
    if cache:
        yield cache
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


if __name__ == "__main__":
    typer.run(main)
