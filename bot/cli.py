"""The command line: ``mso-bot``, the same as ``python -m bot``."""

import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.corpus import load_corpus
from bot.errors import HistoryError, MsoBotError, SettingError
from bot.history_commands import history_app
from bot.settings import Settings
from bot.staff_commands import staff_app
from bot.types import Corpus
from bot.types import Progress as ProgressReport

app = typer.Typer(
    name="mso-bot",
    help="Answers questions from a folder of documents, with cited passages, and from nothing else.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
corpus_app = typer.Typer(help="Look after the documents.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(corpus_app, name="corpus")
app.add_typer(history_app, name="history")
app.add_typer(staff_app, name="staff")

_out = Console(soft_wrap=True, highlight=False)
_err = Console(stderr=True, soft_wrap=True, highlight=False)
_BAD_INPUT = 2

CorpusOption = Annotated[Path | None, typer.Option("--corpus", help="Folder with the documents (else MSO_CORPUS_DIR).")]


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (else MSO_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (else MSO_PORT); 0 takes a free one.")] = None,
) -> None:
    """Start the web app: the chat page, the source pages and the HTTP API."""
    from bot.pipeline import Bot
    from bot.web.server import serve_forever

    settings = _settings(host=host, port=port)
    with _progress("Reading the documents") as progress:
        bot = Bot.open(settings, progress=progress, notify=_note)
    serve_forever(bot, announce=_note)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in quotation marks.")],
    json: Annotated[bool, typer.Option("--json", help="Print the whole Reply as JSON.")] = False,
) -> None:
    """Answer one question in the terminal, with the passages that the answer rests on."""
    from bot.pipeline import Bot
    from bot.render import text

    with _progress("Reading the documents") as progress:
        bot = Bot.open(_settings(), progress=progress, notify=_note)
    reply = bot.ask(question)
    sys.stdout.write(reply.model_dump_json(indent=2) + "\n" if json else text(reply) + "\n")
    bot.close()


@app.command()
def batch(
    questions: Annotated[
        Path, typer.Argument(help='JSONL: {"id", "question", "history": ["earlier question"]} a line.')
    ],
    replies: Annotated[Path, typer.Argument(help="Where to write one Reply a line, in the same order.")],
) -> None:
    """Answer a file of questions."""
    from bot.batch import answer_all, read_questions, write_replies
    from bot.pipeline import Bot

    asked = read_questions(questions)
    with _progress("Reading the documents") as progress:
        bot = Bot.open(_settings(), progress=progress, notify=_note)
    with _progress("Answering") as progress:
        count = write_replies(replies, answer_all(bot, asked, progress=progress))
    bot.close()
    _note(f"{count} replies are in {replies}.")


@app.command()
def ingest(
    corpus: CorpusOption = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Encode everything again.")] = False,
) -> None:
    """Bring the index in line with the documents; what has not changed is not encoded again."""
    from bot.embed import Encoder
    from bot.index import ingest as bring_up_to_date

    settings = _settings(corpus_dir=corpus)
    with _progress("Encoding") as progress:
        encoder = Encoder.load(settings.embedding_model)
        report, read = bring_up_to_date(settings, encoder, rebuild=rebuild, progress=progress)
    _note_problems(read.problems)
    _withdraw_changed(settings, read)
    if not report.reason:
        _note(f"The index is up to date: {report.passages} passages.")
        return
    _note(f"The index was built, because {report.reason}.")
    for word, documents in (("added", report.added), ("changed", report.changed), ("removed", report.removed)):
        if documents:
            _note(f"  {word}: {', '.join(documents)}")
    _note(f"  {report.passages} passages; {report.encoded} texts encoded, {report.reused} kept.")
    _note("A server that is running goes on with the old index until it is started again.")


def _withdraw_changed(settings: Settings, corpus: Corpus) -> None:
    """The ingest stands, whatever becomes of the database of the record."""
    from bot.approved import withdraw_changed_at

    try:
        for answer in withdraw_changed_at(settings, corpus):
            _note(f"The approved answer {answer.id} was withdrawn: the documents behind it have changed.")
    except HistoryError as error:
        _note(f"The approved answers could not be checked against the documents. {error}")


@corpus_app.command("check")
def corpus_check(corpus: CorpusOption = None) -> None:
    """Read every document and pack file, and name what cannot be used."""
    read = load_corpus(_settings(corpus_dir=corpus).corpus_dir)
    _note_problems(read.problems)
    _note(f"{len(read.documents)} documents and {len(read.known_questions)} known questions can be used.")
    if read.problems:
        raise typer.Exit(1)


@corpus_app.command("diff")
def corpus_diff(corpus: CorpusOption = None) -> None:
    """What has changed in the documents since the index was built."""
    from bot.index import current_manifest
    from bot.library import changes

    settings = _settings(corpus_dir=corpus)
    manifest = current_manifest(settings)
    before, version = (manifest.documents, manifest.corpus_version) if manifest else ({}, "")
    found = changes(load_corpus(settings.corpus_dir), before, version)
    sys.stdout.write("\n".join(found.lines or ["nothing has changed"]) + "\n")


@corpus_app.command("questions")
def corpus_questions(
    document: Annotated[str, typer.Argument(help="The document's id: its file name without the ending.")],
    corpus: CorpusOption = None,
) -> None:
    """Draft known questions for a document with the chat model; printed for a person to approve, written nowhere."""
    from bot.models import chat_model
    from bot.question_drafts import draft_questions

    settings = _settings(corpus_dir=corpus)
    model = chat_model(settings)
    if model is None:
        raise SettingError("Drafting questions needs a chat model: set MSO_MODEL.")
    with _progress("Drafting") as progress:
        drafts = draft_questions(model, load_corpus(settings.corpus_dir), document, progress=progress)
    sys.stdout.write(drafts.yaml())
    for problem in drafts.left_out:
        _note(f"without questions: {problem}")
    _note(f"{len(drafts.groups)} groups; {model.name} used {model.used.tokens:,} tokens. Read each one before use.")
    if drafts.left_out:
        raise typer.Exit(1)


@app.command()
def doctor() -> None:
    """Check the installation; each failure says its remedy."""
    from bot.doctor import examine

    failed = 0
    for finding in examine(_settings()):
        failed += not finding.passed
        _out.print(f"{'ok  ' if finding.passed else 'FAIL'} {finding.check}: {escape(finding.detail)}")
        if finding.remedy:
            _out.print(escape("       " + finding.remedy.replace("\n", "\n       ")))
    if failed:
        raise typer.Exit(1)


def _add_commands_of_other_packages() -> None:
    """Groups of commands that another package registers as an entry point; the evaluation is one."""
    for entry in entry_points(group="mso_bot.commands"):
        app.add_typer(entry.load(), name=entry.name)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; what goes wrong on purpose is one short message and exit code 2."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        _add_commands_of_other_packages()
        app(args=list(arguments) if arguments is not None else None)
    except MsoBotError as error:
        _err.print(escape(str(error)))
        sys.exit(_BAD_INPUT)
    except KeyboardInterrupt:
        sys.exit(130)


def _settings(**overrides: Any) -> Settings:
    return Settings.from_environment(**overrides)


def _note(message: str) -> None:
    _err.print(escape(message))


def _note_problems(problems: Sequence[str]) -> None:
    for problem in problems:
        _err.print(f"left out: {escape(problem)}")


@contextmanager
def _progress(what: str) -> Iterator[ProgressReport]:
    """A progress bar on a terminal, nothing elsewhere; it appears with the first report."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=_err,
        transient=True,
    )
    task = bar.add_task(what, total=None, visible=False)

    def report(done: int, total: int, /) -> None:
        bar.update(task, completed=done, total=total, visible=True)

    with bar:
        yield report
