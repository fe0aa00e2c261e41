"""The widget as its visitor meets it."""

from typing import Any

from playwright.sync_api import Locator, Page


class Chat:
    """The parts of the widget on a page, and what a visitor does with them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.element = page.locator("answer-widget")
        self.root = self.element.locator(".root")
        self.launcher = self.element.locator(".launcher")
        self.panel = self.element.get_by_role("dialog")
        self.log = self.element.get_by_role("log")
        self.input = self.element.locator(".box textarea")
        self.turns = self.element.locator(".turn")
        self.last = self.turns.last
        self.problem = self.element.locator(".problem")

    def open(self) -> "Chat":
        self.launcher.click()
        return self

    def ask(self, question: str) -> "Chat":
        """Types and sends; opens the panel when it is closed."""
        if not self.panel.is_visible():
            self.open()
        self.input.fill(question)
        self.input.press("Enter")
        return self

    def answered(self, question: str) -> "Chat":
        """Asks and waits for the whole reply."""
        self.ask(question)
        self.last.locator(".tools").wait_for()
        return self

    def source(self, number: int) -> Locator:
        return self.last.get_by_role("button", name=f"Source {number}:")

    def passage(self, number: int) -> Locator:
        return self.last.get_by_role("group", name=f"Source {number}")

    def button(self, name: str) -> Locator:
        return self.element.get_by_role("button", name=name, exact=True)

    def style(self, locator: Locator, name: str) -> Any:
        return locator.evaluate("(e, name) => getComputedStyle(e).getPropertyValue(name)", name)

    def focused(self) -> str:
        """The class of what has the focus inside the widget, or ``""``."""
        return str(self.element.evaluate("e => e.shadowRoot.activeElement?.className ?? ''"))
