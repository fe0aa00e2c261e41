"""The Ask tab: the answer as a visitor sees it, everything behind it, and the text for an e-mail."""

from dataclasses import dataclass, replace
from typing import Final

from markupsafe import Markup

from bot.errors import InputError, UnknownConversationError
from bot.inbox import flag
from bot.render.email import email
from bot.trace import Trace, Weighed, weighed
from bot.types import Part, Reply
from bot.web.answering import Exchange
from bot.web.console.desk import Act, Desk, Done, Who
from bot.web.pages import render
from bot.web.turns import turn_html

_MOST_TURNS: Final = 12
_OUTCOMES: Final = {
    "answered": "Answered",
    "partial": "Answered in part",
    "declined": "Declined",
    "chat": "Small talk",
}


@dataclass(frozen=True, slots=True, repr=False)
class Answered:
    """A reply, how it came about, and whether somebody flagged it."""

    reply: Reply
    trace: Trace | None
    flagged: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Call:
    """The questions of one caller, the newest last."""

    conversation_id: str = ""
    turns: tuple[Answered, ...] = ()

    @property
    def newest(self) -> Answered | None:
        """What was answered last."""
        return self.turns[-1] if self.turns else None


@dataclass(frozen=True, slots=True)
class Looked:
    """A part of the question as it was searched, with what was found."""

    part: Part
    passages: tuple[Weighed, ...]
    is_answered: bool


class AskTab:
    """Questions of one member of staff, for the caller on the line."""

    name = "ask"
    title = "Ask"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def first(self) -> Call:
        """Nothing asked yet."""
        return Call()

    def act(self, state: Call, act: Act, who: Who) -> Done[Call]:
        """Ask, begin with a new caller, or flag the newest reply for the Inbox."""
        match act.name:
            case "ask":
                return Done(self._asked(state, act.text("question")))
            case "new":
                self._desk.answering.conversations.end(state.conversation_id)
                return Done(Call(), "A new caller: nothing from before counts.")
            case "flag":
                return self._flagged(state, act.text("note"), who)
        return Done(state)

    def html(self, state: Call, who: Who) -> Markup:
        """The newest reply with all that is behind it, and what was asked before."""
        newest = state.newest
        if newest is None:
            return render("console/ask_empty.html", starters=self._desk.bot.corpus.scope.starters[:4])
        reply = newest.reply
        looked = _looked(newest)
        return render(
            "console/ask.html",
            turn=turn_html(reply, number=len(state.turns), is_open=False),
            reply=reply,
            newest=newest,
            outcome=_OUTCOMES[reply.status.value],
            looked=looked,
            kinds=sorted({w.hit.passage.kind for each in looked for w in each.passages}, key=lambda k: k.rank),
            trace=newest.trace,
            way=newest.trace.way if newest.trace else None,
            mail=email(reply, base_url=who.base_url),
            earlier=[turn_html(a.reply, number=i) for i, a in enumerate(state.turns[:-1], start=1)][::-1],
        )

    def _asked(self, state: Call, question: str) -> Call:
        traces: list[Trace] = []
        exchange = self._begun(question.strip(), state.conversation_id, traces)
        reply = exchange.reply()
        answered = Answered(reply, traces[-1] if traces else None)
        return Call(exchange.conversation_id, (*state.turns, answered)[-_MOST_TURNS:])

    def _begun(self, question: str, conversation_id: str, traces: list[Trace]) -> Exchange:
        """In the caller's conversation; in a new one when it has not begun or was idle too long."""
        begin = self._desk.answering.begin
        try:
            return begin(question, conversation_id, channel="staff", observe=traces.append)
        except UnknownConversationError:
            return begin(question, channel="staff", observe=traces.append)

    def _flagged(self, state: Call, note: str, who: Who) -> Done[Call]:
        newest = state.newest
        if newest is None:
            raise InputError("There is no reply to flag. Ask a question first.")
        reply = newest.reply
        flag(self._desk.history, reply.question, actor=who.member.name, reply_id=reply.id, note=note.strip() or None)
        turns = (*state.turns[:-1], replace(newest, flagged=True))
        return Done(replace(state, turns=turns), "Flagged: it is in the Inbox.")


def _looked(answered: Answered) -> list[Looked]:
    trace = answered.trace
    if trace is None:
        return []
    way = trace.way
    return [Looked(p, weighed(p, answered.reply, way), p in way.answered) for p in way.parts]
