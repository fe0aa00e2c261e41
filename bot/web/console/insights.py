"""The Insights tab: what visitors ask and get over a span of days, and how well the passages are covered."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from bot.coverage import Coverage, coverage, measured
from bot.errors import InputError
from bot.insights import Insights, insights, tables
from bot.web.console.charts import columns, line
from bot.web.console.desk import Act, Desk, Done, Who
from bot.web.pages import render

SPANS: Final = (7, 30, 90)
_ROWS: Final = 40


@dataclass(frozen=True, slots=True, repr=False)
class Seen:
    """What was last counted."""

    days: int = 30
    insights: Insights | None = None
    coverage: Coverage | None = None


def counted(desk: Desk, days: int) -> Insights:
    """The numbers of the last ``days`` days.

    Raises:
        InputError: that is none of the spans.
    """
    if days not in SPANS:
        raise InputError(f"Choose {', '.join(map(str, SPANS[:-1]))} or {SPANS[-1]} days.")
    desk.history.flush()
    return insights(desk.history, desk.bot.corpus, until=desk.now().date(), days=days)


def covered(desk: Desk) -> Coverage:
    """The coverage map as of now."""
    index, history = desk.bot.index, desk.history
    found = desk.inbox()
    return coverage(history, index, found, runs=measured(desk.settings.data_dir))


class InsightsTab:
    """Plots, tables and the coverage map."""

    name = "insights"
    title = "Insights"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def first(self) -> Seen:
        """Not counted yet."""
        return Seen()

    def act(self, state: Seen, act: Act, who: Who) -> Done[Seen]:
        """Count anew, for another span where one is chosen."""
        days = act.number("days") if act.name == "span" else state.days
        return Done(Seen(days, counted(self._desk, days), covered(self._desk)))

    def html(self, state: Seen, who: Who) -> Markup:
        """The whole tab."""
        if state.insights is None or state.coverage is None:
            return render("console/reading.html")
        return render(
            "console/insights.html",
            seen=state.insights,
            spans=SPANS,
            days=state.days,
            plots=_plots(state.insights),
            tables={name: (table, table.rows[:_ROWS]) for name, table in tables(state.insights).items()},
            coverage=state.coverage,
        )


def _plots(seen: Insights) -> list[Markup]:
    dates, days = [_short(day.date) for day in seen.days], [day.totals for day in seen.days]
    answered = [d.answered + d.chat for d in days]
    rest = [d.partial + d.declined for d in days]
    shares = [None if d.unanswered_share is None else 100 * d.unanswered_share for d in days]
    return [
        columns("Questions a day", dates, ("answered", answered), ("in part or declined", rest)),
        line("Unanswered share a day, in %", dates, "unanswered share", shares),
        columns("Thumbs a day", dates, ("up", [d.up for d in days]), ("down", [d.down for d in days])),
        line("Slowest twentieth of replies (p95), in ms", dates, "p95", [d.p95_ms for d in days]),
        columns("Hand-offs to a person a day", dates, ("hand-offs", [d.handoffs for d in days])),
        columns("Questions by hour (UTC)", [str(h) for h in range(len(seen.hours))], ("questions", seen.hours)),
    ]


def _short(date: dt.date) -> str:
    return f"{date.day} {date:%b}"
