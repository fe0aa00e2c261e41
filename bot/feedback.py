"""What visitors say of replies, kept in the data folder as one JSON line each."""

import datetime as dt
import json
import os
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO, Final, Literal

FILE: Final = "feedback.jsonl"
MAX_COMMENT_CHARS: Final = 1_000


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Feedback:
    """Appends, and never rewrites: of several lines about one reply the last one holds. Safe to use from threads."""

    def __init__(self, folder: Path, *, clock: Callable[[], dt.datetime] = _now) -> None:
        self._path = folder / FILE
        self._clock = clock
        self._lock = Lock()

    def thumbs(self, reply_id: str, thumbs: Literal["up", "down"], comment: str | None) -> None:
        """Keep a verdict on a reply; a comment is cut at ``MAX_COMMENT_CHARS``."""
        kept = (comment or "").strip()[:MAX_COMMENT_CHARS]
        self._append({"kind": "thumbs", "reply_id": reply_id, "thumbs": thumbs, "comment": kept or None})

    def handoff(self, reply_id: str | None) -> None:
        """Note that somebody went on to a human, after this reply where it is known."""
        self._append({"kind": "handoff", "reply_id": reply_id})

    def by_reply(self) -> dict[str, dict[str, Any]]:
        """The verdict that holds for each reply."""
        if not self._path.is_file():
            return {}
        lines = self._path.read_text(encoding="utf-8").split("\n")
        entries = [json.loads(line) for line in lines if line.endswith("}")]  # a crash may have cut one
        return {entry["reply_id"]: entry for entry in entries if entry["kind"] == "thumbs"}

    def _append(self, entry: dict[str, Any]) -> None:
        line = json.dumps({**entry, "at": self._clock().isoformat(timespec="seconds")}, ensure_ascii=False)
        with self._lock:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a+b") as file:
                file.write((b"" if _ends_a_line(file) else b"\n") + line.encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())


def _ends_a_line(file: BinaryIO) -> bool:
    """False when a crash cut the last line."""
    if file.seek(0, os.SEEK_END) == 0:
        return True
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"
