"""The Approved tab: answers whose wording an attorney approved, and the editor in which they are made."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final

from markupsafe import Markup

from bot.approved import ENGINE, Change, Judged, standing
from bot.corpus import plain
from bot.errors import InputError
from bot.history import ApprovedAnswer
from bot.inbox import decide
from bot.render import Stamp, reply
from bot.staff import require
from bot.types import Outcome, Query, Span, Status, Verdict
from bot.web.console.desk import Act, Desk, Done, Who
from bot.web.console.drafting import Draft, Tried, name_of, sentences_of
from bot.web.pages import day, render
from bot.web.turns import turn_html

_FOUND: Final = 6
_MOST_QUESTIONS: Final = 8
_GOOD_FOR: Final = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Listed:
    """An approved answer in the list."""

    answer: ApprovedAnswer
    standing: str
    """``active``, ``expired``, ``stale`` or ``withdrawn``."""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Wordings:
    """The list, and the draft in the editor where one is open."""

    answers: tuple[Listed, ...] | None = None
    draft: Draft | None = None
    opened: int = 0
    """The answer whose changes are shown."""


class ApprovedTab:
    """List and editor."""

    name = "approved"
    title = "Approved answers"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def first(self) -> Wordings:
        """Not read yet."""
        return Wordings()

    def act(self, state: Wordings, act: Act, who: Who) -> Done[Wordings]:
        """Read the list anew, or do something in it or in the editor."""
        if act.name == "open" and state.draft is not None:
            return Done(state, is_as_before=True)
        if act.name in {"open", "list", "look"}:
            opened = act.number("answer") if act.name == "look" else 0
            return Done(self._read(replace(state, draft=None, opened=opened)))
        require(who.member, "attorney")
        if act.name == "withdraw":
            return self._withdrawn(state, act, who)
        if act.name == "renew":
            return self._renewed(state, act, who)
        if act.name in {"new", "draft", "edit"}:
            return Done(replace(self._read(state), draft=self._begun(act)))
        return self._edited(state, act, who)

    def html(self, state: Wordings, who: Who) -> Markup:
        """The editor where a draft is open, else the list."""
        corpus, draft = self._desk.bot.corpus, state.draft
        if draft is not None:
            return render(
                "console/editor.html",
                draft=draft,
                chosen=[(name_of(s), self._words(s), self._link(s)) for s in draft.quotes],
                found=[
                    (hit, [(name_of(s.span), plain(s.text), s.span in draft.quotes) for s in sentences_of(hit, corpus)])
                    for hit in draft.found
                ],
                preview=self._preview(draft),
            )
        if state.answers is None:
            return render("console/reading.html")
        return render("console/approved.html", state=state, may=who.member.may_approve)

    # --- the list --------------------------------------------------------------------------------

    def _read(self, state: Wordings) -> Wordings:
        now = self._desk.now()
        listed = [self._listed(a, now) for a in self._desk.history.approvals.all()]
        order = ("stale", "expired", "active", "withdrawn")
        listed.sort(key=lambda one: (order.index(one.standing), -one.answer.id))
        return replace(state, answers=tuple(listed))

    def _listed(self, answer: ApprovedAnswer, now: dt.datetime) -> Listed:
        end = answer.approval.expires_at
        if answer.state == "withdrawn":
            return Listed(answer, "withdrawn")
        is_over = answer.state == "active" and end is not None and end <= now
        changes = standing(self._desk.bot.corpus, answer)
        return Listed(answer, "expired" if is_over else answer.state, changes)

    def _withdrawn(self, state: Wordings, act: Act, who: Who) -> Done[Wordings]:
        why = act.text("why").strip()
        if not why:
            raise InputError("Say why the answer is withdrawn.")
        self._desk.history.approvals.withdraw(act.number("answer"), why=why, actor=who.member.name)
        self._desk.bot.approved.refresh()
        return Done(self._read(state), "Withdrawn: visitors no longer get it.")

    def _renewed(self, state: Wordings, act: Act, who: Who) -> Done[Wordings]:
        desk, until = self._desk, self._desk.now() + _GOOD_FOR
        desk.history.approvals.renew(act.number("answer"), until, actor=who.member.name)
        desk.bot.approved.refresh()
        return Done(self._read(state), f"Renewed: good until {day(until)}.")

    # --- the editor ------------------------------------------------------------------------------

    def _begun(self, act: Act) -> Draft:
        if act.name == "draft":
            return self._from_inbox(act.text("cluster"))
        return self._from_answer(act.number("answer")) if act.name == "edit" else Draft(expires=self._next_year())

    def _next_year(self) -> str:
        return (self._desk.now() + _GOOD_FOR).date().isoformat()

    def _from_inbox(self, cluster_id: str) -> Draft:
        """With the ways in which visitors asked, so far as they may get it, and the passages that the bot finds."""
        desk = self._desk
        cluster = desk.inbox().cluster(cluster_id)
        asked = list(dict.fromkeys([cluster.question, *(a.question for a in cluster.asks)]))[:_MOST_QUESTIONS]
        fit = [question for question in asked if not desk.bot.approver.why_never(question)]
        draft = Draft(
            cluster=cluster_id, questions="\n".join(fit or asked), search=cluster.question, expires=self._next_year()
        )
        return self._searched(draft)

    def _from_answer(self, answer_id: int) -> Draft:
        """Quotes that have changed are left out: they have to be chosen anew."""
        answer = self._desk.history.approvals.get(answer_id)
        approval, corpus = answer.approval, self._desk.bot.corpus
        spans = [Span(q.document_id, q.start, q.end) for q in approval.quotes]
        kept = tuple(
            span
            for span, quote in zip(spans, approval.quotes, strict=True)
            if (document := corpus.document(span.document_id)) and document.quote(span) == quote.quote
        )
        draft = Draft(
            answer_id=answer_id,
            questions="\n".join(approval.questions),
            wording=approval.wording,
            quotes=kept,
            search=approval.questions[0],
            expires=self._next_year(),
        )
        return self._judged(self._searched(draft))

    def _edited(self, state: Wordings, act: Act, who: Who) -> Done[Wordings]:
        if state.draft is None:
            raise InputError("The editor is closed. Open the answer again.")
        draft = state.draft.filled(act, self._desk.bot.corpus)
        match act.name:
            case "search":
                return Done(replace(state, draft=self._judged(self._searched(draft))))
            case "quoted":
                wording = " ".join(self._words(span) for span in draft.quotes)
                return Done(replace(state, draft=self._judged(replace(draft, wording=wording))))
            case "check":
                return Done(replace(state, draft=self._judged(draft)))
            case "try":
                return Done(replace(state, draft=self._judged(self._tried(draft))))
            case "approve":
                return self._approved(replace(state, draft=draft), draft, who)
        return Done(state)

    def _searched(self, draft: Draft) -> Draft:
        text = draft.search.strip()
        if not text:
            return replace(draft, found=())
        evidence = self._desk.bot.retriever.retriever.retrieve(Query(text))
        return replace(draft, found=evidence.hits[:_FOUND])

    def _judged(self, draft: Draft) -> Draft:
        if not draft.wording.strip() or not draft.quotes:
            return replace(draft, judged=(), problem="")
        approver = self._desk.bot.approver
        judged: tuple[Judged, ...] = ()
        try:
            judged = approver.judged(draft.wording, draft.quotes)
            if not any(j.problem for j in judged):
                approver.check_use(draft.quotes, judged)
        except InputError as error:
            return replace(draft, judged=judged, problem=str(error))
        return replace(draft, judged=judged, problem="")

    def _tried(self, draft: Draft) -> Draft:
        question = draft.try_it.strip()
        if not question:
            raise InputError("Type a question to try.")
        is_given, why = self._desk.bot.approver.tried(draft.asked, question)
        return replace(draft, tried=(Tried(question, is_given, why), *draft.tried)[:_FOUND])

    def _approved(self, state: Wordings, draft: Draft, who: Who) -> Done[Wordings]:
        desk, name = self._desk, who.member.name
        approval = desk.bot.approver.checked(
            draft.asked, draft.wording, draft.quotes, author=name, expires_at=draft.expires_at(desk.now())
        )
        approvals = desk.history.approvals
        if draft.answer_id is None:
            approvals.approve(approval)
        else:
            approvals.replace(draft.answer_id, approval)
        desk.bot.approved.refresh()
        self._settle(draft, name)
        return Done(self._read(replace(state, draft=None)), "Approved: visitors who ask this get it from now on.")

    def _settle(self, draft: Draft, actor: str) -> None:
        """The questions of the inbox that it answers leave it."""
        if not draft.cluster:
            return
        desk = self._desk
        waiting = desk.inbox().clusters
        for cluster in waiting:
            if cluster.id == draft.cluster:
                decide(desk.history, cluster, "answered", actor=actor)

    # --- how it looks ----------------------------------------------------------------------------

    def _words(self, span: Span) -> str:
        document = self._desk.bot.corpus.document(span.document_id)
        return plain(document.quote(span)) if document else ""

    def _link(self, span: Span) -> str:
        return f"/sources/{span.document_id}#c{span.start}-{span.end}"

    def _preview(self, draft: Draft) -> Markup | None:
        """The answer as a visitor will see it, once every sentence is borne by the quotes."""
        if not draft.passes:
            return None
        sentences = [judged.verified for judged in draft.judged]
        outcome = Outcome(Status.ANSWERED, None, Verdict("question"), 1.0)
        question = draft.asked[0] if draft.asked else "…"
        stamp = Stamp(id="preview", question=question, latency_ms=0.0, engine=ENGINE)
        return turn_html(reply(outcome, sentences, self._desk.bot.corpus, stamp), number=0)
