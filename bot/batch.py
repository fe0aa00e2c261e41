"""A file of questions to a file of replies, line by line."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import InputError
from bot.pipeline import Bot
from bot.types import Progress, Reply


class BatchQuestion(BaseModel):
    """One line of the file; fields that are not named here are left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    id: str
    question: str
    history: tuple[str, ...] = ()


def read_questions(path: Path) -> tuple[BatchQuestion, ...]:
    """Every line of a JSONL file; empty lines are passed over.

    Raises:
        InputError: the file cannot be read, or a line is not ``{"id", "question", "history"}``; the line is named.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: cannot be read as UTF-8 text ({error.__class__.__name__}); check the name."
        ) from None
    return tuple(_question(path, number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _question(path: Path, number: int, line: str) -> BatchQuestion:
    wanted = 'write {"id": "1", "question": "…", "history": ["earlier question"]}'
    try:
        return BatchQuestion.model_validate(json.loads(line))
    except json.JSONDecodeError as error:
        raise InputError(f"{path}, line {number}: not JSON ({error.msg}); {wanted}.") from None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(p) for p in first["loc"]) or "the line"
        raise InputError(f"{path}, line {number}: {field}: {first['msg']}; {wanted}.") from None


def answer_all(bot: Bot, questions: Sequence[BatchQuestion], *, progress: Progress | None = None) -> Iterator[Reply]:
    """One Reply a question, with the question's id, in order; a question that cannot be read is declined as unclear."""
    for done, asked in enumerate(questions, start=1):
        try:
            reply = bot.ask(asked.question, asked.history)
        except InputError as error:
            reply = bot.unusable(asked.question, error)
        yield reply.model_copy(update={"id": asked.id})
        if progress:
            progress(done, len(questions))


def write_replies(
    path: Path, replies: Iterator[Reply], *, serialise: Callable[[Reply], str] = Reply.model_dump_json
) -> int:
    """Write replies as JSONL; the file appears whole or not at all. Returns how many.

    Raises:
        InputError: the file cannot be written.
    """
    pending = path.with_name(f".{path.name}.part")
    count = 0
    try:
        with pending.open("w", encoding="utf-8") as file:
            for reply in replies:
                file.write(serialise(reply) + "\n")
                count += 1
        os.replace(pending, path)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); choose another place.") from None
    finally:
        pending.unlink(missing_ok=True)
    return count
