"""Question and answer without JavaScript."""

import html
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.testclient import TestClient

from bot.pipeline import Bot
from bot.prompts import CONVERSATION_ENDED, DISCLAIMER, PRIVACY_NOTICE
from tests.web.conftest import SITE

QUESTION = "Who licenses dentists in New York?"


@pytest.fixture
def plain(browser: Browser, address: str) -> Iterator[Page]:
    """A browser that runs no script."""
    context = browser.new_context(base_url=address, java_script_enabled=False)
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto("/ask")
    yield page
    context.close()


def ask(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()


def test_a_visitor_is_told_what_the_page_is_before_typing(plain: Page, bot: Bot) -> None:
    expect(plain.get_by_text(PRIVACY_NOTICE)).to_be_visible()
    expect(plain.get_by_text(DISCLAIMER)).to_be_visible()
    expect(plain.get_by_label("Your question")).to_have_attribute("maxlength", "2000")
    for starter in bot.corpus.scope.starters:
        expect(plain.get_by_role("button", name=starter)).to_be_visible()


def test_from_question_to_quote_to_the_highlighted_source(plain: Page) -> None:
    ask(plain, QUESTION)
    expect(plain.locator(".turn .asked")).to_contain_text(QUESTION)
    expect(plain.locator(".conflict")).to_contain_text("disagree")
    plain.locator("a.mark").first.click()
    quote = plain.locator("details.citation").first
    expect(quote.locator("blockquote")).to_be_in_viewport()
    with plain.context.expect_page() as opened:
        quote.get_by_role("link", name="Read it in the document").click()
    expect(opened.value.locator(".sentence:target").first).to_be_in_viewport()


def test_a_follow_up_stays_in_the_conversation_and_starting_over_leaves_it(plain: Page) -> None:
    ask(plain, "How many continuing education hours do dentists need?")
    ask(plain, "and for hygienists?")
    expect(plain.locator(".turn .reply")).to_contain_text("24")
    plain.get_by_role("link", name="Start a new conversation").click()
    expect(plain.locator(".turn")).to_have_count(0)
    assert plain.locator("input[name=conversation_id]").count() == 0


def test_a_decline_offers_a_human_and_questions_to_press(plain: Page) -> None:
    ask(plain, "what about botox")
    expect(plain.locator(".turn.is-declined")).to_be_visible()
    expect(plain.get_by_role("link", name="Contact the firm")).to_have_attribute("href", "https://firm.example/contact")
    suggestion = plain.locator(".suggestions button").first
    wording = suggestion.inner_text()
    suggestion.click()
    expect(plain.locator(".turn .asked")).to_contain_text(wording)


def test_a_partial_answer_says_so(plain: Page) -> None:
    ask(plain, "should I let the MSO hold my bank account")
    expect(plain.get_by_text("General information only")).to_be_visible()


@pytest.mark.parametrize(("typed", "message"), [("", "empty"), ("?!", "words"), ("x" * 3_000, "Shorten")])
def test_what_cannot_be_read_is_explained_and_stays_in_the_field(client: TestClient, typed: str, message: str) -> None:
    response = client.post("/ask", data={"question": typed})
    assert response.status_code == 422
    assert message in response.text
    assert 'role="alert"' in response.text
    assert f"{typed}</textarea>" in response.text


def test_markup_is_shown_as_text(plain: Page, client: TestClient) -> None:
    question = "<script>hit=1</script> **[a](javascript:x)** </textarea><h1>who licenses dentists in New York?"
    ask(plain, question)
    expect(plain.locator(".turn .asked")).to_contain_text(question)
    refused = client.post("/ask", data={"question": question + "x" * 3_000})
    assert "<script>" not in refused.text
    assert html.escape("</textarea><h1>", quote=False) in refused.text


@pytest.mark.parametrize("token", ["made up", "x" * 5_000, '"><script>'])
def test_a_conversation_that_is_not_known_is_a_new_one_and_says_so(client: TestClient, token: str) -> None:
    response = client.post("/ask", data={"question": QUESTION, "conversation_id": token})
    assert response.status_code == 200
    assert CONVERSATION_ENDED in response.text
    assert token not in response.text
    renewed = re.search(r'name="conversation_id" value="([^"]+)"', response.text)
    assert renewed is not None
    assert (
        CONVERSATION_ENDED not in client.post("/ask", data={"question": QUESTION, "conversation_id": renewed[1]}).text
    )


def test_an_answer_is_not_kept_by_caches_and_the_page_runs_no_script(client: TestClient) -> None:
    response = client.post("/ask", data={"question": QUESTION})
    assert response.headers["Cache-Control"] == "no-store"
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert "<script" not in response.text
    assert "style=" not in response.text


def test_only_our_own_page_and_the_listed_sites_may_send_the_form(client: TestClient) -> None:
    for origin, status in (("https://evil.example", 403), (SITE, 200), ("http://testserver", 200)):
        assert client.post("/ask", data={"question": QUESTION}, headers={"Origin": origin}).status_code == status


def test_odd_forms_are_refused_without_a_trace(client: TestClient) -> None:
    for request in ({"files": {"question": b"x"}}, {"content": b"\xff\xfe"}, {"json": {"question": "x"}}):
        response = client.post("/ask", **request)  # type: ignore[arg-type]  # on purpose
        assert response.status_code == 422
        assert "Traceback" not in response.text


def test_nothing_is_wider_than_a_phone(plain: Page) -> None:
    plain.set_viewport_size({"width": 390, "height": 844})
    ask(plain, QUESTION)
    box = plain.locator("main").bounding_box()
    assert box is not None
    assert box["width"] <= 390
    for part in plain.locator(".citation, .question, .suggestions").all():
        edge = part.bounding_box()
        assert edge is not None
        assert edge["x"] + edge["width"] <= 390
