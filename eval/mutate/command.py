"""``mso-bot eval mutate``."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot.errors import MsoBotError
from bot.index import Index
from bot.pipeline import Bot
from bot.settings import Settings
from bot.types import Draft, DraftSentence, Reason, Reply
from bot.verify import Verifier
from eval.cases import Case, load_cases, split_of
from eval.mutate.rates import Rate, draft_of, kill_rates, rewrite_rates


def mutate_command(cases: Path, split: str, out: Path | None) -> None:
    """Put one thing wrong in every answer, as it was quoted and as a model may write it; count what is rejected."""
    console = Console(highlight=False)
    try:
        bot = Bot.open(Settings.from_environment(model=""))
        replies = replies_to(load_cases(cases), bot, split)
        drafts = [draft_of(r) for r in replies if r.sentences]
        quoted = kill_rates(drafts, bot.corpus, lost=sum(r.reason is Reason.UNAVAILABLE for r in replies))
        index = bot.retriever.retriever.index
        written = rewrite_rates(as_a_model_quotes(drafts, index), Verifier.of(bot.corpus, index.encoder))
    except MsoBotError as error:
        Console(stderr=True).print(str(error), markup=False)
        raise typer.Exit(2) from None
    console.print(_table(quoted, "one thing wrong", f"Mutants of {len(drafts)} answers, quoted"))
    console.print(_table(written.true, "rewrite", "The same sentences rewritten, saying the same"))
    console.print(_table(written.mutants, "one thing wrong", "Mutants of the rewritten sentences"))
    if out:
        found = {
            "split": split,
            "drafts": len(drafts),
            "rates": _listed(quoted),
            "rewrites": _listed(written.true),
            "rewritten_mutants": _listed(written.mutants),
        }
        out.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    bot.close()


def replies_to(cases: Sequence[Case], bot: Bot, split: str) -> list[Reply]:
    """The replies to the cases of one split; a draft that verification rejects makes one that is unavailable."""
    chosen = [c for c in cases if split in {"all", split_of(c, bot.corpus)}]
    shown = track(chosen, "Asking", console=Console(stderr=True), transient=True)
    return [bot.ask(c.question, c.history) for c in shown]


def as_a_model_quotes(drafts: Sequence[Draft], index: Index) -> Iterator[DraftSentence]:
    """The sentences of drafts with each quote at the passage that a model would have been shown."""
    for sentence in (s for draft in drafts for s in draft.sentences):
        quotes = tuple(replace(q, span=index.passages[index.passages_at(q.span)[0]].span) for q in sentence.quotes)
        yield replace(sentence, quotes=quotes)


def _table(rates: Mapping[str, Rate], kind: str, title: str) -> Table:
    table = Table(kind, "drafts", "rejected", "share", title=title)
    for name, rate in rates.items():
        share = "–" if rate.share is None else f"{rate.share:.1%}"
        table.add_row(name, str(rate.tried), str(rate.rejected), share)
    return table


def _listed(rates: Mapping[str, Rate]) -> dict[str, dict[str, Any]]:
    return {kind: asdict(rate) | {"share": rate.share} for kind, rate in rates.items()}
