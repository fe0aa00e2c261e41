"""The command line of the evaluation: ``mso-bot eval``, the same as ``python -m eval``."""
# ruff: noqa: PLC0415 - heavy libraries are imported when they are needed

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.errors import MsoBotError, SettingError
from bot.settings import Settings
from eval.cases import CASES

if TYPE_CHECKING:
    from bot.types import Progress as ProgressReport
    from eval.run import Target

eval_app = typer.Typer(
    name="eval",
    help="Measure the bot: run cases, compare runs, hold a run against the thresholds.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_out = Console(soft_wrap=True, highlight=False)
_err = Console(stderr=True, soft_wrap=True, highlight=False)
_BAD_INPUT = 2
_PROBLEMS_SHOWN = 5
_SIDE_BY_SIDE = 110
"""Columns that two runs need beside each other, also where the output is no terminal."""

RunArgument = Annotated[Path, typer.Argument(help="A run.json, or the folder that holds one.")]


class SplitChoice(StrEnum):
    """Which cases to ask."""

    DEV = "dev"
    TEST = "test"
    ALL = "all"


class EngineChoice(StrEnum):
    """Which engine answers."""

    EXTRACTIVE = "extractive"
    GENERATIVE = "generative"


@eval_app.command()
def run(
    split: Annotated[SplitChoice, typer.Option(help="Tuning looks at dev alone.")] = SplitChoice.DEV,
    cases: Annotated[Path, typer.Option(help="A JSONL file or a folder of them.", show_default=False)] = CASES,
    url: Annotated[str | None, typer.Option(help="A running server, such as http://127.0.0.1:7860.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the results (else var/eval/SPLIT).")] = None,
    engine: Annotated[
        EngineChoice | None, typer.Option(help="Which engine answers (else as configured).", show_default=False)
    ] = None,
) -> None:
    """Ask every case and score the replies; writes run.json and report.html."""
    from eval.cases import check_cases, load_cases
    from eval.report import category_table, metric_table, render_report
    from eval.run import choose, origin_of, run_cases, write_run
    from eval.run.record import REPORT_FILE, write_file

    settings = _with_engine(Settings.from_environment(), engine, url)
    folder = out or settings.data_dir / "eval" / split
    every = load_cases(cases)
    with _target(url, settings) as target:
        chosen = choose(every, split, target.corpus)
        _note_problems(check_cases(chosen, target.corpus))
        source = "eval/cases" if cases == CASES else str(cases)
        origin = origin_of(target, split=split, source=source, now=datetime.now(UTC))
        with _progress("Asking") as progress:
            done = run_cases(chosen, target, origin=origin, progress=progress)
    written = write_run(done, folder)
    report = write_file(folder / REPORT_FILE, render_report(done))
    _out.print(metric_table(done), category_table(done), sep="\n\n")
    _note(f"The run is in {written}, the report in {report}.")


@eval_app.command()
def compare(before: RunArgument, after: RunArgument) -> None:
    """Show what became better and worse from one run to another over the same cases."""
    from eval.compare import compare as compare_runs
    from eval.report import comparison_tables
    from eval.run import read_run

    comparison = compare_runs(read_run(before), read_run(after))
    wide = Console(soft_wrap=True, highlight=False, width=max(_out.width, _SIDE_BY_SIDE))
    for table in comparison_tables(comparison):
        wide.print(table)
    better, worse = len(comparison.better), len(comparison.worse)
    _out.print(f"{better} better, {worse} worse; exact McNemar test on right: p = {comparison.p_value:.4f}")


@eval_app.command()
def gate(
    run: Annotated[Path | None, typer.Argument(help="A run.json or its folder (else var/eval/test).")] = None,
    thresholds: Annotated[Path | None, typer.Option(help="Another file than eval/thresholds.toml.")] = None,
) -> None:
    """Fail with exit code 1, naming what is wrong, when a run is below the thresholds."""
    from eval.gate import THRESHOLDS, check, load_thresholds
    from eval.run import read_run

    bounds = load_thresholds(thresholds or THRESHOLDS)
    checks = check(read_run(run or Settings.from_environment().data_dir / "eval" / SplitChoice.TEST), bounds)
    for one in checks:
        _out.print(escape(f"{'ok  ' if one.passed else 'FAIL'} {one}"))
    if not all(one.passed for one in checks):
        raise typer.Exit(1)


@eval_app.command()
def train(
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Times that every question is seen.", show_default=False)
    ] = None,
) -> None:
    """Train the corpus's reader (twenty minutes), fit its calibration, and write both into the corpus folder."""
    from bot.embed import Encoder
    from bot.index import open_index
    from eval.train import EPOCHS, write
    from eval.train import train as trained

    settings = Settings.from_environment()
    index = open_index(settings, Encoder.load(settings.embedding_model), notify=_note)
    weights = trained(index, epochs=epochs or EPOCHS, say=_note)
    index.close()
    write(weights, settings.corpus_dir / "reader.safetensors")
    calibrate()


@eval_app.command()
def calibrate() -> None:
    """Fit the corpus's calibration for the reader that is there (some minutes) and write it into the corpus folder."""
    from bot.embed import Encoder
    from bot.index import open_index
    from eval.calibrate import calibrate as fit
    from eval.calibrate import with_threshold, write

    settings = Settings.from_environment()
    index = open_index(settings, Encoder.load(settings.embedding_model), notify=_note)
    fitted = with_threshold(index, fit(index, say=_note))
    write(fitted, settings.corpus_dir / "calibration.json")
    index.close()
    _note(f"The calibration is in {settings.corpus_dir}; threshold {fitted.threshold}.")


@eval_app.command()
def mutate(
    cases: Annotated[Path, typer.Option(help="A JSONL file or a folder of them.", show_default=False)] = CASES,
    split: Annotated[str, typer.Option(help="Whose answers are altered: dev, test or all.")] = "test",
    out: Annotated[Path | None, typer.Option(help="Where to write the counts as JSON.")] = None,
) -> None:
    """Alter one thing in true answers and count how many of the altered ones verification rejects."""
    from eval.mutate import mutate_command

    mutate_command(cases=cases, split=split, out=out)


@eval_app.command()
def approved(
    groups: Annotated[int, typer.Option(min=1, help="Known answers that are approved.")] = 150,
    seed: Annotated[int, typer.Option(help="Which ones: another number draws others.")] = 6,
    cases: Annotated[
        Path | None, typer.Option(help="Ask these cases too: a JSONL file or a folder of them.", show_default=False)
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Where to write the counts as JSON.")] = None,
) -> None:
    """Approve known answers and count for which questions they come: other wordings of the same, and near misses."""
    from eval.approved import approved_command

    with _progress("Asking") as progress:
        approved_command(groups=groups, seed=seed, cases=cases, out=out, progress=progress)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; what goes wrong on purpose is one short message and exit code 2."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        eval_app(args=list(arguments) if arguments is not None else None, prog_name="python -m eval")
    except MsoBotError as error:
        _note(str(error))
        sys.exit(_BAD_INPUT)
    except KeyboardInterrupt:
        sys.exit(130)


def _with_engine(settings: Settings, engine: EngineChoice | None, url: str | None) -> Settings:
    """The settings under which that engine answers."""
    if engine and url:
        raise SettingError("A running server has its own engine: leave out --engine, or --url.")
    if engine is EngineChoice.GENERATIVE and not settings.model:
        raise SettingError("The generative engine needs a chat model: set MSO_MODEL.")
    return settings.model_copy(update={"model": ""}) if engine is EngineChoice.EXTRACTIVE else settings


@contextmanager
def _target(url: str | None, settings: Settings) -> "Iterator[Target]":
    if url:
        from eval.run import HttpTarget

        with closing(HttpTarget(url)) as server:
            yield server
        return
    from bot.pipeline import Bot
    from eval.run import InProcess

    with _progress("Reading the documents") as progress:
        bot = Bot.open(settings, progress=progress, notify=_note)
    with closing(bot):
        yield InProcess(bot)


def _note(message: str) -> None:
    _err.print(escape(message))


def _note_problems(problems: Sequence[str]) -> None:
    for problem in problems[:_PROBLEMS_SHOWN]:
        _note(f"cannot be judged in full: {problem}")
    if len(problems) > _PROBLEMS_SHOWN:
        _note(f"… and {len(problems) - _PROBLEMS_SHOWN} more")


@contextmanager
def _progress(what: str) -> "Iterator[ProgressReport]":
    """A progress bar on a terminal, nothing elsewhere; it appears with the first report."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=_err, transient=True)
    task = bar.add_task(what, total=None, visible=False)

    def report(done: int, total: int, /) -> None:
        bar.update(task, completed=done, total=total, visible=True)

    with bar:
        yield report
