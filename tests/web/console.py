"""The staff console as its users meet it, and the server behind it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from bot.pipeline import Bot
from bot.settings import Settings
from tests.conftest import PACK
from tests.web.apps import app_over, serving
from tests.web.staff import PASSWORDS, staff_file

_SLOW = 20_000
TABS = ("ask", "inbox", "approved", "insights", "documents")


class Office:
    """A folder with a corpus, the record and the staff file; opened as often as a server starts."""

    def __init__(self, folder: Path) -> None:
        self.corpus = Path(shutil.copytree(PACK, folder / "corpus"))
        self.settings = Settings(
            corpus_dir=self.corpus, data_dir=folder / "data", staff_users_file=folder / "staff.json"
        )
        staff_file(folder / "staff.json")

    @contextmanager
    def open(self) -> Iterator[str]:
        """The address of a server over it."""
        bot = Bot.open(self.settings, notify=lambda _: None)
        try:
            with serving(app_over(bot)) as address:
                yield address
        finally:
            bot.close()


class Console:
    """The console's page in one browser."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.question = page.get_by_label("The caller’s question")
        self.turn = page.locator("#view-ask .answer > .turn")
        self.said = page.locator("#said .html-container[role=status]")

    def log_in(self, name: str) -> "Console":
        self.page.goto("/staff/")
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("Password", exact=True).fill(PASSWORDS[name])
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#view-ask .empty")).to_be_visible(timeout=_SLOW)
        return self

    def ask(self, question: str) -> "Console":
        self.question.fill(question)
        self.question.press("Enter")
        expect(self.turn.locator(".asked")).to_contain_text(question, timeout=_SLOW)
        return self

    def open(self, tab: str) -> Locator:
        """Goes to a tab, and gives what is seen there once it has been read."""
        self.page.locator("#tabs [role=tab]:visible").nth(TABS.index(tab)).click()
        view = self.page.locator(f"#view-{tab}")
        expect(view.locator("h2").first).to_be_visible(timeout=_SLOW)
        expect(self.said).not_to_contain_text("Working", timeout=_SLOW)
        return view

    def does(self, button: Locator, said: str) -> None:
        """Presses a button and waits for what is said then."""
        button.click()
        expect(self.said).to_contain_text(said, timeout=_SLOW)

    def settled(self) -> None:
        """Waits until the page shows what came of the last act."""
        expect(self.page.locator("#tabs")).to_have_attribute("aria-busy", "false", timeout=_SLOW)
