"""What an index was built from: by this a stale or foreign index is recognised, never misread."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

LAYOUT = 3
"""Raised whenever the files of an index, or what is encoded for it, change."""
_FILE = "manifest.json"


class Manifest(BaseModel):
    """Written last into a build: a build without one is not complete."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layout: int
    model: str
    fingerprint: str
    reader: str
    """Fingerprint of the encoder that reads questions."""
    corpus_version: str
    passage_tokens: int
    documents: dict[str, str]
    """Document id to the hash of its content."""
    passages: int
    known_questions: int
    texts: int
    """Distinct texts that have a vector."""

    def write(self, build: Path) -> None:
        """Put it into a build's folder."""
        (build / _FILE).write_text(self.model_dump_json(indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, build: Path) -> Self | None:
        """None where there is none, or one of another form."""
        try:
            return cls.model_validate_json((build / _FILE).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, ValidationError):
            return None

    def difference(self, other: "Manifest") -> str:
        """Why an index with this manifest cannot serve in place of ``other``; empty when it can."""
        if self.layout != other.layout:
            return "it was written by another version of the program"
        if self.fingerprint != other.fingerprint:
            return "it was made with another embedding model"
        if self.reader != other.reader:
            return "its questions are read by another reader"
        if self.passage_tokens != other.passage_tokens:
            return "its passages have another length"
        return "" if self.corpus_version == other.corpus_version else "the documents have changed"
