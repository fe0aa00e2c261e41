"""What a run leaves behind: one JSON file."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import InputError
from bot.types import Reply
from eval.cases import Case, Split
from eval.metrics import Estimate

RUN_FILE = "run.json"
REPORT_FILE = "report.html"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Origin(_Frozen):
    """Where a run comes from. ``settings`` are the target's own, as far as this side knows them."""

    target: str
    settings: Mapping[str, Any]
    commit: str | None
    uncommitted_changes: bool | None
    started: str
    python: str
    cases: str
    split: str
    engine: str = ""
    """The one that was to answer; empty where that is not known, as of a running server."""


class Work(_Frozen):
    """What a chat model did for a reply."""

    input_tokens: int
    output_tokens: int
    cost: float
    proposed: int
    """Sentences that it wrote."""
    rejected: tuple[str, ...]
    """Why each of those that verification rejected was."""
    failure: str
    """Why it gave no whole answer, in one word."""


class Result(_Frozen):
    """One case with its reply and scores; a score may be several numbers, and is None where it does not apply."""

    case: Case
    split: Split
    reply: Reply
    needs_met: tuple[bool, ...]
    citations_right: tuple[bool, ...]
    scores: Mapping[str, tuple[float | None, ...] | None]
    work: Work | None = None
    """None where it cannot be seen, or no model is configured."""

    @property
    def right(self) -> bool | None:
        """None when the case says nothing of what is right."""
        scores = self.scores.get("right")
        return None if not scores or scores[0] is None else bool(scores[0])


class Slice(_Frozen):
    """Some metrics over the cases of one category or document; one that applies to none of them is missing."""

    n: int
    metrics: Mapping[str, Estimate]


class Run(_Frozen):
    """A whole run; ``metrics`` lacks those that apply to no case."""

    format: Literal[1] = 1
    origin: Origin
    corpus_version: str
    metrics: Mapping[str, Estimate]
    categories: Mapping[str, Slice]
    documents: Mapping[str, Slice]
    results: tuple[Result, ...]


def write_run(run: Run, folder: Path) -> Path:
    """Write ``run.json`` into the folder, whole or not at all; returns its path.

    Raises:
        InputError: the folder cannot be written.
    """
    return write_file(folder / RUN_FILE, run.model_dump_json(indent=1))


def write_file(path: Path, text: str) -> Path:
    """Write a text file, whole or not at all, making its folder; returns the path.

    Raises:
        InputError: it cannot be written.
    """
    pending = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        pending.write_text(text, encoding="utf-8")
        os.replace(pending, path)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); choose another place with --out.") from None
    return path


def read_run(path: Path) -> Run:
    """The run in a file, or in a folder's ``run.json``.

    Raises:
        InputError: there is none, or it is not one.
    """
    file = path / RUN_FILE if path.is_dir() else path
    try:
        return Run.model_validate_json(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise InputError(f"{file}: cannot be read; make a run with `mso-bot eval run`, or name another.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(p) for p in first["loc"]) or "the file"
        raise InputError(f"{file}: is not a run ({where}: {first['msg']}); make one with `mso-bot eval run`.") from None
