"""A bot on the small corpus with a record of its own, and approvals to put into it."""

import datetime as dt
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bot.history import History
from bot.pipeline import Bot
from bot.settings import Settings
from bot.types import Span
from tests.conftest import PACK

SEASON = "The season is closed from 1 March to 30 April (River Act § 14)."
FINE = "Fishing in the closed season costs a fine of up to 300 crowns (River Act § 14)."
CARD = "Anyone who holds a fishing card may fish in the river (River Act § 12-b)."
CHILD = "However, a person under 14 fishes only beside an adult who holds a card (River Act § 12-b)."
WORDING = "The season is closed from 1 March to 30 April."
QUESTION = "When is the river's season closed?"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small corpus and its index, to be copied."""
    folder = tmp_path_factory.mktemp("built")
    shutil.copytree(PACK, folder / "corpus")
    Bot.open(Settings(corpus_dir=folder / "corpus", data_dir=folder / "data"), notify=lambda _: None).close()
    return folder


@pytest.fixture
def settings(built: Path, tmp_path: Path) -> Settings:
    """An index that is ready, of a corpus that a test may change."""
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    return Settings(corpus_dir=tmp_path / "corpus", data_dir=tmp_path / "data")


@pytest.fixture
def river(settings: Settings) -> Iterator[Bot]:
    bot = open_bot(settings)
    yield bot
    bot.close()


@pytest.fixture
def history(settings: Settings) -> Iterator[History]:
    history = History.open(settings)
    yield history
    history.close()


def open_bot(settings: Settings) -> Bot:
    return Bot.open(settings, notify=lambda _: None)


def spans(bot: Bot, *quotes: str, document: str = "rivers") -> list[Span]:
    text = bot.corpus.document(document).text
    return [Span(document, text.index(q), text.index(q) + len(q)) for q in quotes]


def approve(  # noqa: PLR0913 - what an attorney fills in
    bot: Bot,
    history: History,
    *,
    questions: Sequence[str] = (QUESTION,),
    wording: str = WORDING,
    quotes: Sequence[str] = (SEASON,),
    expires_at: dt.datetime | None = None,
) -> int:
    """As the console does it."""
    approval = bot.approver.checked(questions, wording, spans(bot, *quotes), author="Anna", expires_at=expires_at)
    number = history.approvals.approve(approval)
    bot.approved.refresh()
    return number


def edit(settings: Settings, old: str, new: str, document: str = "rivers") -> None:
    path = settings.corpus_dir / f"{document}.md"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
