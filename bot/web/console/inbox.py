"""The Inbox tab: what visitors asked that somebody should look at, and what becomes of it."""

from dataclasses import dataclass, replace
from typing import Final, cast

from markupsafe import Markup

from bot.brief import Brief, brief
from bot.errors import InputError
from bot.history.records import ReviewState
from bot.inbox import Decision, Inbox, decide, decisions, reopen
from bot.staff import require
from bot.web.console.charts import sparkline
from bot.web.console.desk import Act, Desk, Done, Who
from bot.web.pages import render

_STATES: Final = {
    "covered": "Marked as covered by the documents.",
    "out_of_scope": "Marked as out of scope.",
    "gap": "Marked as a gap: the brief says what a document would need to say.",
}
_PAGE: Final = 20
_DECISIONS: Final = 50


@dataclass(frozen=True, slots=True, repr=False)
class Box:
    """The inbox as it was last read."""

    inbox: Inbox | None = None
    decided: tuple[Decision, ...] = ()
    most: int = _PAGE
    brief: Brief | None = None
    brief_of: str = ""
    """Id of the cluster that the brief is about."""


class InboxTab:
    """Clusters of questions, stale answers, and what was decided."""

    name = "inbox"
    title = "Inbox"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def first(self) -> Box:
        """Not read yet."""
        return Box()

    def act(self, state: Box, act: Act, who: Who) -> Done[Box]:
        """Read the inbox anew, or do something about one of its clusters."""
        handle = {
            "open": self._opened,
            "more": self._more,
            "brief": self._briefly,
            "decide": self._decided,
            "reopen": self._reopened,
            "answer": self._answered,
            "look": self._looked,
        }.get(act.name)
        return handle(state, act, who) if handle else Done(state)

    def html(self, state: Box, who: Who) -> Markup:
        """The whole tab."""
        if state.inbox is None:
            return render("console/reading.html")
        shown = state.inbox.clusters[: state.most]
        return render(
            "console/inbox.html",
            inbox=state.inbox,
            clusters=[(c, sparkline(c.per_day, f"{c.count} in 28 days: {c.trend}")) for c in shown],
            rest=len(state.inbox.clusters) - len(shown),
            state=state,
            may=who.member.may_approve,
        )

    def _opened(self, state: Box, act: Act, who: Who) -> Done[Box]:
        return Done(self._read(state))

    def _more(self, state: Box, act: Act, who: Who) -> Done[Box]:
        return Done(replace(state, most=state.most + _PAGE))

    def _briefly(self, state: Box, act: Act, who: Who) -> Done[Box]:
        return Done(self._briefed(state, act.text("cluster")), "The brief stands above the questions.")

    def _answered(self, state: Box, act: Act, who: Who) -> Done[Box]:
        require(who.member, "attorney")
        cluster = self._known(state).cluster(act.text("cluster"))
        return Done(state, go="approved", opened=Act("draft", {"cluster": (cluster.id,)}))

    def _looked(self, state: Box, act: Act, who: Who) -> Done[Box]:
        return Done(state, go="approved", opened=Act("look", {"answer": (act.text("answer"),)}))

    def _read(self, state: Box) -> Box:
        desk = self._desk
        desk.history.flush()
        found = desk.inbox()
        return replace(state, inbox=found, decided=decisions(desk.history, most=_DECISIONS))

    def _known(self, state: Box) -> Inbox:
        if state.inbox is None:
            raise InputError("The inbox has not been read yet. Open the tab again.")
        return state.inbox

    def _briefed(self, state: Box, cluster_id: str) -> Box:
        cluster = self._known(state).cluster(cluster_id)
        return replace(state, brief=brief(cluster, self._desk.bot.index, now=self._desk.now()), brief_of=cluster_id)

    def _decided(self, state: Box, act: Act, who: Who) -> Done[Box]:
        member = require(who.member, "attorney")
        chosen, cluster = act.text("state"), self._known(state).cluster(act.text("cluster"))
        if chosen not in _STATES:
            raise InputError("Choose covered, out of scope or gap.")
        note = act.text("note").strip() or None
        decide(self._desk.history, cluster, cast("ReviewState", chosen), actor=member.name, note=note)
        after = self._briefed(state, cluster.id) if chosen == "gap" else state
        return Done(self._read(after), _STATES[chosen])

    def _reopened(self, state: Box, act: Act, who: Who) -> Done[Box]:
        member = require(who.member, "attorney")
        position = act.number("decision")
        if position >= len(state.decided):
            raise InputError("That decision is not there any more. Open the tab again.")
        reopen(self._desk.history, state.decided[position], actor=member.name)
        return Done(self._read(state), "Taken back: its questions are in the inbox again.")
