"""What the tabs work with, and what passes between them and the page."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, Protocol, TypeVar

from markupsafe import Markup

from bot.errors import InputError
from bot.history import History
from bot.inbox import Inbox, Vectors, inbox
from bot.pipeline import Bot
from bot.settings import Settings
from bot.staff import Member
from bot.web.answering import Answering

_MAX_FIELDS: Final = 400
_MAX_CHARS: Final = 20_000

State = TypeVar("State")


@dataclass(frozen=True)
class Desk:
    """The running bot, its record, and what staff ask it."""

    answering: Answering
    history: History
    vectors: Vectors

    @classmethod
    def of(cls, answering: Answering, history: History) -> "Desk":
        """For the bot that visitors ask too."""
        return cls(answering, history, Vectors(answering.bot.index.encoder))

    @property
    def bot(self) -> Bot:
        """The bot."""
        return self.answering.bot

    @property
    def settings(self) -> Settings:
        """Its settings."""
        return self.bot.settings

    def now(self) -> dt.datetime:
        """The time, in UTC."""
        return dt.datetime.now(dt.UTC)

    def inbox(self) -> Inbox:
        """What needs a look now."""
        return inbox(self.history, self.bot.index, self.vectors, now=self.now())


@dataclass(frozen=True, slots=True)
class Who:
    """Who does something, and the address under which the page was opened."""

    member: Member
    base_url: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Something done on the page: a name, and the fields of the form around. A browser may send anything."""

    name: str
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The first value of a field; empty where there is none."""
        return next(iter(self.fields.get(name, ())), "")

    def number(self, name: str) -> int:
        """The whole number in a field.

        Raises:
            InputError: there is none.
        """
        value = self.text(name)
        if not (value.isascii() and value.isdecimal() and len(value) < 10):  # noqa: PLR2004 - more digits than any id
            raise InputError("That button belongs to something that is not there any more. Open the tab again.")
        return int(value)


def act_of(sent: Any) -> Act:
    """What a browser sent, with everything left out that is not text."""
    told = sent if isinstance(sent, dict) else {}
    listed = told.get("fields")
    fields: dict[str, tuple[str, ...]] = {}
    for name, values in list((listed if isinstance(listed, dict) else {}).items())[:_MAX_FIELDS]:
        texts = values if isinstance(values, list) else [values]
        fields[str(name)] = tuple(clean(v) for v in texts[:_MAX_FIELDS] if isinstance(v, str))
    return Act(str(told.get("act", "")), fields)


def clean(text: str) -> str:
    """Text that can be stored and shown."""
    return text[:_MAX_CHARS].encode(errors="replace").decode()


@dataclass(frozen=True)
class Done(Generic[State]):
    """What came of an act."""

    state: State
    said: str = ""
    """A sentence for whoever did it."""
    go: str = ""
    """The tab to go to."""
    opened: Act | None = None
    """What to do there."""
    is_as_before: bool = False
    """True when the tab looks as it did, and what is typed in it has to stay."""


class Tab(Protocol[State]):
    """One tab of the console. Its state is kept on the server."""

    name: str
    title: str

    def first(self) -> State:
        """The state of a page that has just been opened."""

    def act(self, state: State, act: Act, who: Who) -> Done[State]:
        """Do something.

        Raises:
            InputError: it cannot be done; the message says what to do.
            NotAllowedError: it may not be done by this member.
        """

    def html(self, state: State, who: Who) -> Markup:
        """What is seen."""
