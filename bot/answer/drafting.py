"""What a chat model is told, and what is read from its answer while it still comes."""

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.prompts import ANSWER_SYSTEM, ANSWER_USER
from bot.types import Passage

MOST_SENTENCES: Final = 5
SCHEMA: Final[Mapping[str, Any]] = {
    "title": "answer",
    "type": "object",
    "properties": {
        "sentences": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "passages": {"type": "array", "items": {"type": "integer"}},
                    "quotes": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["text", "passages", "quotes"],
                "additionalProperties": False,
            },
        },
        "not_in_sources": {"type": "boolean"},
    },
    "required": ["sentences", "not_in_sources"],
    "additionalProperties": False,
}
_LINE: Final = re.compile(
    r"^[\s\-*\d.)]*S:\s*(?P<text>.+?)\s*\|\s*P:\s*(?P<passages>[\d,\s\[\]]+?)\s*\|\s*Q:\s*(?P<quotes>.+?)\s*$",
    re.MULTILINE,
)
_IN_MARKS: Final = re.compile(r"[\"“]([^\"“”]+)[\"”]")
_NOTHING: Final = re.compile(r'"not_in_sources"\s*:\s*true|^\W*NOT[ _]IN[ _]SOURCES\W*$', re.MULTILINE)
_CITATION_MARK: Final = re.compile(r"\s*\[\d+(?:\s*,\s*\d+)*\]")


class Proposed(BaseModel):
    """A sentence as the model gave it."""

    model_config = ConfigDict(frozen=True)

    text: str
    passages: tuple[int, ...]
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is told."""

    system: str
    user: str


def prompt(question: str, passages: Sequence[Passage], *, token: str) -> Prompt:
    """The instructions, and the question and numbered passages as data.

    ``token`` has to be another one each time and not to be guessed: the tags that fence the data bear it, so that no
    text can end its own fence.
    """
    shown = "\n".join(
        f'<passage-{token} n="{number}" document="{html.escape(p.title)}" section="{html.escape(p.heading)}">\n'
        f"{p.text}\n</passage-{token}>"
        for number, p in enumerate(passages, start=1)
    )
    system = ANSWER_SYSTEM.format(token=token, most=MOST_SENTENCES)
    return Prompt(system, ANSWER_USER.format(token=token, question=question, passages=shown))


class AnswerReader:
    """Reads an answer piece by piece: JSON of ``SCHEMA``, also within other text, or lines ``S: … | P: … | Q: …``.

    Text in no such form holds no sentence; nothing is ever raised.
    """

    def __init__(self) -> None:
        self._text = ""
        self._read = 0

    @property
    def says_nothing_found(self) -> bool:
        """True when the model has said that the passages do not answer."""
        return bool(_NOTHING.search(self._text))

    def feed(self, piece: str) -> Iterator[Proposed]:
        """The sentences that this piece completes."""
        self._text += piece
        if "}" in piece:
            yield from self._objects()
        if "\n" in piece:
            yield from self._lines(self._text.rfind("\n"))

    def end(self) -> Iterator[Proposed]:
        """What was complete although nothing came behind it: a last line."""
        yield from self._lines(len(self._text))

    def _objects(self) -> Iterator[Proposed]:
        """Each whole JSON object that is a sentence or a list of them; one that is still open is looked into."""
        start = self._text.find("{", self._read)
        while start >= 0:
            try:
                value, end = _DECODER.raw_decode(self._text, start)
            except (ValueError, RecursionError):
                end = start + 1
            else:
                self._read = end
                yield from _proposed(value)
            start = self._text.find("{", end)

    def _lines(self, end: int) -> Iterator[Proposed]:
        for line in _LINE.finditer(self._text, self._read, end):
            self._read = line.end()
            yield _clean(
                Proposed(
                    text=line["text"],
                    passages=tuple(int(n) for n in re.findall(r"\d{1,4}", line["passages"])),
                    quotes=tuple(_IN_MARKS.findall(line["quotes"])) or (line["quotes"],),
                )
            )


_DECODER: Final = json.JSONDecoder(strict=False)


def _proposed(value: Mapping[str, Any]) -> Iterator[Proposed]:
    listed = value.get("sentences")
    for item in listed if isinstance(listed, list) else [value]:
        try:
            yield _clean(Proposed.model_validate(item))
        except ValidationError:
            continue


def _clean(proposed: Proposed) -> Proposed:
    """One line that ends as a sentence, without the citation marks that models add by themselves."""
    text = " ".join(_CITATION_MARK.sub("", proposed.text).split()).strip('"“” ')
    return proposed.model_copy(update={"text": text if not text or text[-1] in ".!?:" else f"{text}."})
