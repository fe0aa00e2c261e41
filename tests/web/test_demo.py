"""The page that shows the widget, and the widget on the real server: from the demo, and from a site that it allows."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.testclient import TestClient

from tests.web.chat import Chat
from tests.web.conftest import SITE
from tests.web.test_widget_access import violations

QUESTION = "How long must dental records be kept?"


@pytest.fixture
def demo(page: Page) -> Chat:
    page.goto("/demo")
    return Chat(page)


def test_the_demo_runs_under_our_strict_policy(client: TestClient, page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto("/demo")
    chat = Chat(page).open()
    expect(chat.panel.get_by_role("note")).to_be_visible()
    assert said == []
    assert "unsafe" not in client.get("/demo").headers["Content-Security-Policy"]


def test_every_choice_shows_in_the_line_and_on_the_chat_of_the_page(demo: Chat, address: str) -> None:
    page, line = demo.page, demo.page.locator("#line")
    expect(line).to_have_text(re.compile(re.escape(f'<script src="{address}/widget.js" defer></script>')))
    page.get_by_label("Title").fill('Ask "us" & <others>')
    page.get_by_label("First questions").fill("One?\n\nTwo?")
    page.get_by_label("Position").select_option("Left")
    page.get_by_label("Theme").select_option("Dark")
    page.get_by_label("Language").select_option("es")
    page.get_by_label("Colour").fill("#663399")
    for attribute in (
        'data-title="Ask &quot;us&quot; &amp; &lt;others>"',
        'data-starters="One? | Two?"',
        'data-position="left"',
        'data-theme="dark"',
        'data-language="es"',
        'data-color="#663399"',
    ):
        expect(line).to_contain_text(attribute)
    page.get_by_label("Open when the page loads").check()
    expect(demo.panel.get_by_role("heading", level=2)).to_have_text('Ask "us" & <others>')
    expect(demo.button("Two?")).to_be_visible()
    assert demo.style(demo.panel, "color-scheme") == "dark"
    assert demo.style(demo.launcher, "background-color") == "rgb(102, 51, 153)"
    page.get_by_label("Title").fill("")
    expect(line).not_to_contain_text("data-title")


def test_the_line_is_copied(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto("/demo")
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("#copied")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#line").text_content()
    context.close()


def test_axe_finds_nothing_on_the_demo(demo: Chat) -> None:
    assert violations(demo) == []


def test_a_question_on_the_demo_leads_to_the_highlighted_words(demo: Chat) -> None:
    demo.answered(QUESTION)
    demo.source(1).click()
    quote = demo.passage(1).locator("blockquote").text_content()
    with demo.page.context.expect_page() as opened:
        demo.passage(1).get_by_role("link").click()
    marked = opened.value.locator(".sentence:target, .sentence.cited")
    expect(marked).to_have_count(1)
    assert marked.text_content() == (quote or "").replace("**", "")
    thumbs = demo.page.expect_response("**/api/feedback")
    with thumbs as response:
        demo.button("Helpful").click()
    assert response.value.status == 202


@pytest.fixture
def allowed(browser: Browser, address: str) -> Iterator[Chat]:
    """A page of the site that the real server allows."""
    context = browser.new_context(permissions=["local-network-access"])
    context.set_default_timeout(15_000)
    line = f'<script src="{address}/widget.js" defer></script>'
    html = f'<!doctype html><html lang="en"><title>Site</title><main><h1>Site</h1></main>{line}</html>'
    context.route(f"{SITE}/**", lambda route: route.fulfill(body=html, content_type="text/html"))
    chat = Chat(context.new_page())
    chat.page.goto(f"{SITE}/practice/page?private=1")
    yield chat
    context.close()


def test_a_site_that_the_real_server_allows_asks_follows_up_and_starts_over(allowed: Chat) -> None:
    with allowed.page.expect_response("**/api/ask") as response:
        allowed.answered(QUESTION)
    headers = response.value.all_headers()
    assert headers["content-type"].startswith("text/event-stream")
    assert response.value.request.all_headers()["referer"] == f"{SITE}/"
    token = headers["x-conversation-id"]
    with allowed.page.expect_request("**/api/ask") as request:
        allowed.answered("And for children?")
    assert request.value.post_data_json["conversation_id"] == token
    allowed.element.locator("summary").click()
    with allowed.page.expect_response("**/api/end") as ended:
        allowed.button("Start over").click()
    assert ended.value.status == 204
