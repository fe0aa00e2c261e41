"""The staff console in a browser: who may do what, answering a caller, and keys."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import axe_playwright_python
import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from bot.prompts import DISCLAIMER
from tests.web.console import TABS, Console, Office
from tests.web.staff import ANNA, BEN, log_in

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
QUESTION = "who may fish in the river?"
UNCOVERED = "how much does a fishing card cost"
Enter = Callable[..., Console]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with Office(tmp_path_factory.mktemp("office")).open() as address:
        yield address


@pytest.fixture
def enter(browser: Browser, office: str) -> Iterator[Enter]:
    contexts: list[BrowserContext] = []

    def entered(name: str, **options: object) -> Console:
        context = browser.new_context(
            base_url=office,
            permissions=["clipboard-read", "clipboard-write"],
            **{"reduced_motion": "reduce", **options},
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Console(context.new_page()).log_in(name)

    yield entered
    for context in contexts:
        context.close()


def test_nobody_else_gets_the_page_nor_its_routes(office: str):
    with httpx.Client(base_url=office) as visitor:
        assert visitor.get("/staff/", headers={"Accept": "text/html"}).status_code == 303
        for method, path in (
            ("POST", "/staff/gradio_api/queue/join"),
            ("GET", "/staff/gradio_api/queue/data"),
            ("GET", "/staff/export/documents.csv"),
            ("GET", "/staff/config"),
        ):
            assert visitor.request(method, path).status_code == 401, path


def test_doors_of_gradio_that_the_console_does_not_need_are_closed_for_staff_too(office: str):
    with httpx.Client(base_url=office) as client:
        log_in(client, BEN)
        for path in ("/staff/config", "/staff/gradio_api/info", "/staff/gradio_api/openapi.json", "/staff/monitoring"):
            assert client.get(path).status_code == 404, path
        assert client.post("/staff/gradio_api/upload").status_code == 404


def test_from_question_to_text_in_an_e_mail_in_two_clicks(enter: Enter, office: str):
    console = enter(BEN)
    console.question.fill(QUESTION)
    console.page.get_by_role("button", name="Ask", exact=True).click()
    console.page.get_by_role("button", name="Copy for e-mail").click()
    expect(console.page.get_by_text("Copied with links.")).to_be_visible()
    rich, plain = console.page.evaluate(
        """async () => { const [item] = await navigator.clipboard.read();
        return Promise.all(['text/html', 'text/plain'].map(async (t) => (await item.getType(t)).text())); }"""
    )
    for form in (rich, plain):
        for part in (DISCLAIMER, "Anyone who holds a fishing card", "River Act § 12-b", "2026-01-31"):
            assert part in form
        assert f"{office}/sources/rivers#c" in form
    assert 'href="' in rich
    assert plain == console.page.get_by_label("Preview").input_value()


def test_without_a_clipboard_the_text_is_selected(enter: Enter):
    console = enter(BEN).ask(QUESTION)
    console.page.evaluate("() => { navigator.clipboard.write = () => Promise.reject(new Error('no')); }")
    console.page.get_by_role("button", name="Copy for e-mail").click()
    expect(console.page.get_by_text("press Ctrl C")).to_be_visible()
    assert "Sources" in console.page.evaluate("String(getSelection()) || document.activeElement.value")


def test_behind_the_answer_stand_guard_confidence_engine_time_and_every_passage(enter: Enter):
    console = enter(BEN).ask(QUESTION)
    behind = console.page.get_by_role("region", name="Behind the answer")
    for name in ("Guard", "Confidence", "Engine", "Time", "extractive", "answers from"):
        expect(behind).to_contain_text(name)
    rows = behind.locator(".passage-row")
    assert rows.count() == 5
    expect(rows.first).to_contain_text("Chosen: it holds the answer to the known question")
    rows.last.locator("summary").click()
    expect(rows.last).to_contain_text("Not chosen")
    behind.get_by_label("Guidance article").uncheck()
    expect(behind.locator(".passage-row:visible")).to_have_count(3)
    with console.page.context.expect_page() as opened:
        rows.first.get_by_role("link", name="Read it in the document").click()
    expect(opened.value.locator(".sentence.cited, .sentence:target").first).to_be_in_viewport()


def test_a_follow_up_knows_the_call_and_a_new_caller_does_not(enter: Enter):
    console = enter(BEN).ask(QUESTION).ask("and when is it closed?")
    expect(console.page.locator(".earlier > summary")).to_contain_text("Earlier in this call (1)")
    console.does(console.page.get_by_role("button", name="New caller"), "A new caller")
    expect(console.page.locator("#view-ask .turn")).to_have_count(0)


def test_what_cannot_be_read_is_explained_and_stays_in_the_box(enter: Enter):
    console = enter(BEN)
    console.question.fill("?!")
    console.question.press("Enter")
    expect(console.said).to_contain_text("words")
    expect(console.question).to_have_value("?!")


def test_everything_has_a_key(enter: Enter):
    console = enter(BEN)
    page = console.page
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("?")
    expect(page.get_by_text("copy the reply for an e-mail")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("copy the reply for an e-mail")).to_be_hidden()
    page.keyboard.press("Alt+5")
    expect(page.locator("#view-documents h2").first).to_be_visible()
    page.locator("#view-documents h2").first.click()
    page.keyboard.press("/")
    expect(console.question).to_be_focused()
    page.keyboard.type("when is the season closed?")
    page.keyboard.press("Control+Enter")
    expect(console.turn).to_contain_text("1 March")
    page.keyboard.press("Alt+c")
    expect(page.get_by_text("Copied with links.")).to_be_visible()


def test_staff_flag_a_reply_and_see_it_in_the_inbox_but_decide_nothing(enter: Enter):
    console = enter(BEN).ask("what gear is allowed?")
    console.page.get_by_label("Something wrong with this reply?").fill("It leaves out the net.")
    console.does(console.page.get_by_role("button", name="Flag for the Inbox"), "Flagged")
    inbox = console.open("inbox")
    card = inbox.locator("article", has_text="what gear is allowed?")
    card.locator("summary").click()
    expect(card).to_contain_text("It leaves out the net.")
    gap = card.get_by_role("button", name="Gap")
    assert gap.get_attribute("aria-disabled") == "true"
    assert "attorney" in str(gap.get_attribute("title"))
    for name in ("Gap", "Answer it now"):  # a browser can be made to press it: the server refuses
        card.get_by_role("button", name=name).evaluate("b => b.removeAttribute('aria-disabled')")
        console.does(card.get_by_role("button", name=name), "Only an attorney")
    expect(card).to_be_visible()


def test_staff_see_approved_answers_and_cannot_write_one(enter: Enter):
    console = enter(BEN)
    approved = console.open("approved")
    expect(approved).to_contain_text("No approved answers yet")
    new = approved.get_by_role("button", name="New answer")
    new.evaluate("b => b.removeAttribute('aria-disabled')")
    console.does(new, "Only an attorney")
    expect(approved.get_by_label("What visitors read")).to_have_count(0)


def test_two_members_do_not_see_each_other(enter: Enter):
    enter(ANNA).ask(QUESTION)
    other = enter(BEN)
    expect(other.page.locator("#view-ask .turn")).to_have_count(0)
    expect(other.page.get_by_role("banner").or_(other.page.locator(".head"))).to_contain_text(BEN)


def test_what_visitors_type_is_shown_as_text(enter: Enter, office: str):
    with httpx.Client(base_url=office) as visitor:
        visitor.post("/api/ask", json={"question": f'{UNCOVERED} <img src=x onerror="window.hit=1"> ${{window.hit=2}}'})
    console = enter(ANNA)
    expect(console.open("inbox")).to_contain_text("<img src=x")
    assert console.page.evaluate("window.hit") is None


def test_a_gap_is_decided_with_a_brief_to_copy_or_download(enter: Enter, office: str):
    with httpx.Client(base_url=office) as visitor:
        visitor.post("/api/ask", json={"question": "how deep is the lake near the river"})
    console = enter(ANNA)
    inbox = console.open("inbox")
    card = inbox.locator("article", has_text="how deep is the lake")
    console.does(card.get_by_role("button", name="Gap"), "Marked as a gap")
    expect(inbox.get_by_label("Brief as Markdown")).to_have_value(re.compile("how deep is the lake"))
    with console.page.expect_download() as download:
        inbox.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.endswith(".md")
    inbox.get_by_text("Decided lately").click()
    console.does(inbox.get_by_role("button", name="Take back").first, "Taken back")
    expect(inbox.locator("article", has_text="how deep is the lake")).to_be_visible()


def test_tables_are_exported_and_the_export_is_audited(office: str):
    with httpx.Client(base_url=office) as client:
        log_in(client, BEN)
        csv = client.get("/staff/export/documents.csv")
        assert csv.headers["content-disposition"] == 'attachment; filename="documents.csv"'
        assert "rivers" in csv.text
        assert client.get("/staff/export/insights-30.zip").content.startswith(b"PK")
        assert client.get("/staff/export/insights-30/days.csv").status_code == 200
        assert client.get("/staff/export/coverage.csv").status_code == 200
        assert client.get("/staff/export/insights-31.zip").status_code == 404
        assert client.get("/staff/export/insights-30/nothing.csv").status_code == 404


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_too_wide(enter: Enter, scheme: str):
    console = enter(ANNA, color_scheme=scheme, viewport={"width": 768, "height": 1000}).ask(QUESTION)
    found = {}
    console.page.evaluate(AXE)
    for tab in TABS:
        if tab != "ask":
            console.open(tab)
        if tab == "approved":
            console.page.get_by_role("button", name="New answer").click()
            console.page.get_by_label("What visitors read").wait_for()
        problems = console.page.evaluate(
            """async () => (await axe.run()).violations.filter((v) => ['serious', 'critical'].includes(v.impact))
            .map((v) => [v.id, v.nodes.map((n) => n.html.slice(0, 200) + n.failureSummary.slice(0, 300))])"""
        )
        wide = console.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        if problems or wide:
            found[tab] = (problems, wide)
    assert found == {}


def test_the_page_needs_nothing_that_its_policy_forbids(enter: Enter, office: str):
    console = enter(ANNA)
    said: list[str] = []
    asked: list[str] = []
    console.page.on("console", lambda message: said.append(message.text))
    console.page.on("request", lambda request: asked.append(request.url))
    console.page.reload()
    console.ask(QUESTION)
    for tab in TABS[1:]:
        console.open(tab)
    assert [text for text in said if "Content Security Policy" in text or "Failed to load" in text] == []
    assert [url for url in asked if not url.startswith((office, "data:", "blob:"))] == []
