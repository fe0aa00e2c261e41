"""Checks of an installation. Every check says what it looked at, and every failure carries its remedy."""

import os
import platform
import shutil
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.corpus import load_corpus
from bot.embed import Encoder
from bot.errors import HistoryError, ModelUnavailable, MsoBotError
from bot.history.condition import condition
from bot.index import current_manifest, expected_manifest
from bot.models import Trouble, chat_model
from bot.reader import Reader
from bot.settings import Settings
from bot.staff import StaffFile

_ROOM = 300_000_000
_OF_OTHERS = 0o077
_PYTHON = ("3", "11")
_REACH = "Check that the model's server runs, and MSO_MODEL and MSO_MODEL_BASE_URL. Until then answers are extractive."
_REFUSED = "Check MSO_MODEL_API_KEY, and that the name in MSO_MODEL is one that the provider has."
_LATER = "Try again later; see the provider's limits and status. Until then answers are extractive."
_CHAT_MODEL_REMEDIES: Mapping[Trouble, str] = {
    Trouble.SLOW: "Take a faster model, or raise MSO_MODEL_TIMEOUT_SECONDS.",
    Trouble.UNREACHABLE: _REACH,
    Trouble.REFUSED: _REFUSED,
    Trouble.LIMITED: _LATER,
    Trouble.BROKEN: _LATER,
    Trouble.CUT_OFF: _LATER,
    Trouble.EMPTY: "Take another model: this one gave an empty answer.",
    Trouble.BUDGET: "Raise MSO_MODEL_DAILY_TOKENS, or wait for midnight UTC. Until then answers are extractive.",
    Trouble.RESTING: _LATER,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check; ``remedy`` is empty when it passed."""

    check: str
    passed: bool
    detail: str
    remedy: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Every check in order, each as soon as it is known."""
    checks: tuple[tuple[str, Callable[[Settings], Finding]], ...] = (
        ("python", _python),
        ("documents", _documents),
        ("data folder", _data_folder),
        ("database", _database),
        ("staff", _staff),
        ("embedding model", _embedding_model),
        ("chat model", _chat_model),
        ("index", _index),
        ("port", _port),
    )
    for name, check in checks:
        try:
            yield check(settings)
        except MsoBotError as error:
            yield Finding(name, False, "cannot be used", str(error))


@lru_cache(maxsize=1)
def _encoder(name: str) -> Encoder:
    return Encoder.load(name)


def _python(_: Settings) -> Finding:
    version = platform.python_version()
    good = tuple(version.split(".")[:2]) >= _PYTHON
    return Finding("python", good, version, "" if good else "Install Python 3.11 and make the environment again.")


def _documents(settings: Settings) -> Finding:
    corpus = load_corpus(settings.corpus_dir)
    detail = (
        f"{len(corpus.documents)} documents, {len(corpus.known_questions)} known questions in {settings.corpus_dir}"
    )
    return Finding("documents", not corpus.problems, detail, "\n".join(corpus.problems))


def _data_folder(settings: Settings) -> Finding:
    folder = settings.data_dir
    nearest = next(p for p in (folder, *folder.absolute().parents) if p.exists())
    if not os.access(nearest, os.W_OK):
        return Finding(
            "data folder", False, str(folder), "Let this user write there, or set MSO_DATA_DIR to another folder."
        )
    free = shutil.disk_usage(nearest).free
    remedy = "" if free >= _ROOM else f"Free some space: at least {_ROOM // 1_000_000} MB, or set MSO_DATA_DIR."
    return Finding("data folder", free >= _ROOM, f"{folder}, {free // 1_000_000:,} MB free", remedy)


def _embedding_model(settings: Settings) -> Finding:
    encoder = _encoder(settings.embedding_model)
    return Finding(
        "embedding model", True, f"{encoder.name}, {encoder.dimension} dimensions, {encoder.fingerprint[:19]}"
    )


def _chat_model(settings: Settings) -> Finding:
    """Asks it one word, so what fails here would fail for visitors."""
    model = chat_model(settings)
    if model is None:
        return Finding("chat model", True, "none: answers are extractive")
    call, started = model.call("Reply with one word.", "Say: ready"), time.perf_counter()
    try:
        for _ in call:
            pass
    except ModelUnavailable as error:
        return Finding("chat model", False, str(error), _CHAT_MODEL_REMEDIES[Trouble(error.reason)])
    took = time.perf_counter() - started
    return Finding("chat model", True, f"{model.name} answers in {took:.1f} s with {call.usage.tokens} tokens")


def _index(settings: Settings) -> Finding:
    manifest = current_manifest(settings)
    if manifest is None:
        return Finding(
            "index", False, "there is none yet", "Run  mso-bot ingest  (serve, ask and batch do it by themselves)."
        )
    corpus, encoder = load_corpus(settings.corpus_dir), _encoder(settings.embedding_model)
    wanted = expected_manifest(corpus, encoder, Reader.of(encoder, corpus.reader, corpus.known_questions))
    why = manifest.difference(wanted)
    detail = why or f"{manifest.passages} passages"
    return Finding("index", not why, detail, "Run  mso-bot ingest." if why else "")


def _database(settings: Settings) -> Finding:
    try:
        return Finding("database", True, condition(settings))
    except HistoryError as error:
        return Finding("database", False, "the record cannot be kept", str(error))


def _staff(settings: Settings) -> Finding:
    """Somebody can log in to the console and approve answers, and nobody else can read the file."""
    if settings.staff_proxy_header:
        count = len(settings.staff_proxy_roles)
        has_attorney = any(role == "attorney" for _, role in settings.staff_proxy_roles)
        detail = f"single sign-on by {settings.staff_proxy_header}, {count} roles"
        return Finding(
            "staff", has_attorney, detail, "" if has_attorney else "Name an attorney in MSO_STAFF_PROXY_ROLES."
        )
    path = settings.staff_file
    accounts = StaffFile(path).accounts().values()
    attorneys = sum(account.member.may_approve for account in accounts)
    detail = f"{attorneys} attorneys and {len(accounts) - attorneys} others in {path}"
    if accounts and path.stat().st_mode & _OF_OTHERS:
        return Finding("staff", False, f"{path} can be read by other users", f"Run  chmod 600 {path}")
    if not accounts:
        return Finding("staff", True, "nobody may use the console; mso-bot staff add NAME --role attorney  lets you in")
    remedy = "" if attorneys else "Nobody can approve answers: run  mso-bot staff add NAME --role attorney."
    return Finding("staff", bool(attorneys), detail, remedy)


def _port(settings: Settings) -> Finding:
    where = f"{settings.host}:{settings.port}"
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            return Finding(
                "port",
                False,
                f"{where}: {error.strerror}",
                "End what uses it (maybe this bot), or set MSO_PORT or MSO_HOST.",
            )
    return Finding("port", True, f"{where} is free")
