"""Real parts: the bundled encoder, Chroma in a temporary folder, a small corpus about a river, and the firm's own."""

import ipaddress
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from bot.embed import Encoder
from bot.pipeline import Bot
from bot.settings import Settings
from tests.model_server import ModelServer, model_server_running

PACK = Path(__file__).parent / "pack"
ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "corpus"


if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ["OMP_NUM_THREADS"] = "1"  # each worker keeps to its core; threads that share cores wait for each other


def _refuse_other_machines(event: str, arguments: tuple[object, ...]) -> None:
    """No test, and so nothing that the program does in one, may reach another machine."""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = str(arguments[1][0])
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise AssertionError(f"a connection to {host} was tried")
    if event == "socket.getaddrinfo" and arguments[0] not in {None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0"}:
        raise AssertionError(f"the name {arguments[0]!r} was looked up")


sys.addaudithook(_refuse_other_machines)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that ask the firm's bot come last, but for one: a worker builds its index while others are busy."""

    def asks_the_firms_bot(item: pytest.Item) -> bool:
        return "bot" in getattr(item, "fixturenames", ())

    waiting = {item.path for item in items if asks_the_firms_bot(item)}
    first = min(waiting, default=None)
    items.sort(key=lambda item: (item.path != first, item.path in waiting))


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return Encoder.load()


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the small corpus that a test may change."""
    return Path(shutil.copytree(PACK, tmp_path / "corpus"))


@pytest.fixture
def settings(pack: Path, tmp_path: Path) -> Settings:
    return Settings(corpus_dir=pack, data_dir=tmp_path / "data")


@pytest.fixture(scope="session")
def river_bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """A bot on the small corpus; tests must not change it."""
    bot = Bot.open(Settings(corpus_dir=PACK, data_dir=tmp_path_factory.mktemp("river")), notify=lambda _: None)
    yield bot
    bot.close()


@pytest.fixture(scope="session")
def firm_data(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A data folder for the firm's corpus; with several workers one of them builds the index, and each has a copy."""
    data = tmp_path_factory.mktemp("data")
    if worker_id == "master":
        return data
    built = tmp_path_factory.getbasetemp().parent / "built"
    with FileLock(f"{built}.lock"):
        if not built.exists():
            Bot.open(Settings(corpus_dir=CORPUS, data_dir=data), notify=lambda _: None).close()
            data.rename(built)
    return Path(shutil.copytree(built, data, dirs_exist_ok=True))


@pytest.fixture(scope="session")
def bot(firm_data: Path) -> Iterator[Bot]:
    """The bot that visitors meet, on the firm's corpus; tests must not change it."""
    settings = Settings(corpus_dir=CORPUS, data_dir=firm_data, contact_url="https://firm.example/contact")
    bot = Bot.open(settings, notify=lambda _: None)
    yield bot
    bot.close()


@pytest.fixture(scope="session")
def _model_server() -> Iterator[ModelServer]:
    with model_server_running() as server:
        yield server


@pytest.fixture
def model_server(_model_server: ModelServer) -> ModelServer:
    """A chat model on a real port that plays the perfect one until the test says otherwise."""
    _model_server.plays("perfect")
    _model_server.asked.clear()
    return _model_server
