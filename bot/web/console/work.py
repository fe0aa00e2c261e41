"""What happens between the tabs when something is done on one of them; without Gradio."""

import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from markupsafe import Markup

from bot.errors import InputError, LimitError, NotAllowedError, NotKeptError
from bot.web.console.desk import Act, Tab, Who
from bot.web.failures import log_places
from bot.web.pages import render

logger = logging.getLogger(__name__)

_EXPECTED: Final = (InputError, LimitError, NotAllowedError, NotKeptError)
_WENT_WRONG: Final = "That did not work. Try it again; if it fails again, tell whoever runs this server."


class Session:
    """What the server keeps of one open page: a state for each tab. The browser never sends any of it."""

    def __init__(self, states: Sequence[Any]) -> None:
        self.states = tuple(states)

    def changed(self, position: int, state: Any) -> "Session":
        """Another one, with one tab's state replaced."""
        return Session((*self.states[:position], state, *self.states[position + 1 :]))


@dataclass(frozen=True)
class Shown:
    """What the page shows after something was done."""

    session: Session
    views: Mapping[int, Markup] = field(default_factory=dict)
    """The tabs that look different."""
    tab: int | None = None
    """The tab to go to; None to stay."""
    said: str = ""
    is_problem: bool = False


class Console:
    """The tabs in order."""

    def __init__(self, tabs: Sequence[Tab[Any]]) -> None:
        self.tabs = tuple(tabs)

    def first(self) -> Session:
        """A page that has just been opened."""
        return Session([tab.first() for tab in self.tabs])

    def done(self, session: Session, position: int, act: Act, who: Who) -> Shown:
        """Do something on a tab. What fails is said in words, and changes nothing on the page."""
        try:
            return self._done(session, position, act, who)
        except _EXPECTED as error:
            return Shown(session, said=str(error), is_problem=True)
        except Exception as error:  # the edge: somebody is told, the log keeps the place
            log_places(logger, f"the console's tab {self.tabs[position].name} failed", error)
            return Shown(session, said=_WENT_WRONG, is_problem=True)

    def _done(self, session: Session, position: int, act: Act, who: Who) -> Shown:
        done = self.tabs[position].act(session.states[position], act, who)
        session = session.changed(position, done.state)
        if not done.go:
            views = {} if done.is_as_before else {position: self._view(session, position, who)}
            return Shown(session, views, said=done.said)
        there = next(i for i, t in enumerate(self.tabs) if t.name == done.go)
        opened = self.tabs[there].act(session.states[there], done.opened or Act("open"), who)
        session = session.changed(there, opened.state)
        views = {i: self._view(session, i, who) for i in (position, there)}
        return Shown(session, views, there, done.said or opened.said)

    def _view(self, session: Session, position: int, who: Who) -> Markup:
        """In an element of its own name. Gradio changes HTML in place, one element into the next of the same name, and
        then what was typed or ticked in the old one would stay in the new one.
        """
        html = self.tabs[position].html(session.states[position], who)
        return render("console/made.html", number=secrets.token_hex(4), html=html)
