"""The Documents tab: what the bot answers from, how old it is, where it was cited, and what changed."""

from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from bot.library import Library, library, text_diff
from bot.web.console.desk import Act, Desk, Done, Who
from bot.web.pages import render

_ON_DISK: Final = "Changed on the disk since the bot started; restart the server to answer from it."


@dataclass(frozen=True, slots=True, repr=False)
class Shelf:
    """The documents as they were last looked at."""

    library: Library | None = None
    diff_of: str = ""
    diff: str = ""


def looked_at(desk: Desk) -> Library:
    """The documents as of today."""
    desk.history.flush()
    return library(desk.history, desk.bot.index, desk.settings, today=desk.now().date())


class DocumentsTab:
    """A table of documents."""

    name = "documents"
    title = "Documents"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def first(self) -> Shelf:
        """Not looked at yet."""
        return Shelf()

    def act(self, state: Shelf, act: Act, who: Who) -> Done[Shelf]:
        """Look at them anew; with ``diff`` also at what changed in one."""
        found = looked_at(self._desk)
        document_id = act.text("document") if act.name == "diff" else ""
        known = {entry.id for entry in found.documents}
        if document_id not in known:
            return Done(Shelf(found))
        return Done(Shelf(found, document_id, text_diff(self._desk.bot.index, self._desk.settings, document_id)))

    def html(self, state: Shelf, who: Who) -> Markup:
        """The whole tab."""
        if state.library is None:
            return render("console/reading.html")
        return render("console/documents.html", library=state.library, state=state, on_disk=_ON_DISK)
