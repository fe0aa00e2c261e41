"""From a visitor's declined question to an approved answer, and on to the day on which its document changes."""

import datetime as dt
import time
from pathlib import Path

import httpx
from playwright.sync_api import Browser, expect

from bot.history import History
from bot.pipeline import Bot
from tests.approved.conftest import QUESTION
from tests.approved.conftest import approve as approve_in
from tests.web.console import Console, Office
from tests.web.staff import ANNA

UNCOVERED = "how much does a fishing card cost"
FINE = "Fishing in the closed season costs a fine of up to 300 crowns (River Act § 14)."


def asked(address: str, question: str) -> dict[str, object]:
    response = httpx.post(f"{address}/api/ask", json={"question": question}, timeout=30)
    assert response.status_code == 200
    return dict(response.json())


def entered(browser: Browser, address: str) -> Console:
    context = browser.new_context(base_url=address, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    return Console(context.new_page()).log_in(ANNA)


def test_from_a_declined_question_to_an_approved_answer_until_its_document_changes(browser: Browser, tmp_path: Path):
    office = Office(tmp_path)
    with office.open() as address:
        assert asked(address, UNCOVERED)["status"] == "declined"
        approve(entered(browser, address))
        given = asked(address, UNCOVERED)
        assert (given["status"], given["engine"]) == ("answered", "approved")
        assert FINE in str(given["answer"])
        assert asked(address, "how much does a boat cost")["engine"] != "approved"

    document = office.corpus / "rivers.md"
    document.write_text(document.read_text(encoding="utf-8").replace("300 crowns", "400 crowns"), encoding="utf-8")
    with office.open() as address:
        assert asked(address, UNCOVERED)["status"] == "declined"
        shown_stale(entered(browser, address))


def test_an_expired_answer_is_served_again_once_an_attorney_renews_it(browser: Browser, tmp_path: Path):
    office = Office(tmp_path)
    bot, history = Bot.open(office.settings, notify=lambda _: None), History.open(office.settings)
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=2)
    approve_in(bot, history, expires_at=soon)
    history.close()
    bot.close()
    time.sleep(max(0.0, (soon - dt.datetime.now(dt.UTC)).total_seconds()))
    with office.open() as address:
        assert asked(address, QUESTION)["engine"] != "approved"
        console = entered(browser, address)
        answers = console.open("approved")
        expect(answers.locator("article")).to_contain_text("expired")
        console.does(answers.get_by_role("button", name="Renew for a year"), "Renewed: good until")
        expect(answers.locator("article")).to_contain_text("active")
        assert asked(address, QUESTION)["engine"] == "approved"


def approve(console: Console) -> None:
    inbox = console.open("inbox")
    card = inbox.locator("article", has_text=UNCOVERED)
    card.get_by_role("button", name="Answer it now").click()
    editor = console.page.locator("#view-approved")
    expect(editor.get_by_label("Questions that get it")).to_have_value(UNCOVERED)
    console.settled()
    editor.get_by_label("Search the documents").fill("fine in the closed season")
    editor.get_by_label("Search the documents").press("Enter")
    console.settled()
    editor.get_by_role("checkbox", name=FINE).check()
    editor.get_by_label("What visitors read").fill("A fishing card costs 500 crowns.")
    editor.get_by_role("button", name="Check").click()
    expect(editor.get_by_label("Each sentence")).to_contain_text("Not borne by the quotes")
    console.does(editor.get_by_role("button", name="Approve", exact=True), "cannot be approved")
    editor.get_by_role("button", name="Use the quotes’ own words").click()
    expect(editor.locator(".turn")).to_contain_text(FINE)
    editor.get_by_label("A question to try").fill("how much does a boat cost")
    editor.get_by_role("button", name="Try").click()
    expect(editor).to_contain_text("does not get it")
    console.does(editor.get_by_role("button", name="Approve", exact=True), "Approved")
    expect(editor.locator("article")).to_contain_text("active")
    expect(console.open("inbox")).to_contain_text("Nothing to review")


def shown_stale(console: Console) -> None:
    inbox = console.open("inbox")
    expect(inbox).to_contain_text("no longer served")
    inbox.get_by_role("button", name="See what changed").click()
    answer = console.page.locator("#view-approved article")
    expect(answer.locator(".cluster-head")).to_contain_text("stale")
    expect(answer.locator("del")).to_contain_text("300 crowns")
    expect(answer.locator("ins")).to_contain_text("400 crowns")
