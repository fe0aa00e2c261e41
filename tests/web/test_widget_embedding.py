"""The one line on a page: what it loads, what it leaves alone, and what it withstands."""

import gzip
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.web.widget import Script, script_response
from tests.web.chat import Chat
from tests.web.scripted import KEPT, ScriptedServer

Open = Callable[..., Chat]

STRICT = (
    "default-src 'self'; script-src 'self' {server}; connect-src {server}; style-src 'self'; object-src 'none'; "
    "base-uri 'none'; require-trusted-types-for 'script'"
)
HOSTILE = """<style>
* { all: unset !important; }
*, *::before, *::after {
  display: none !important; opacity: 0 !important; font-size: 1px !important; color: red !important;
  transform: scale(0) !important; visibility: hidden !important; pointer-events: none !important;
}
html, body { display: block !important; opacity: 1 !important; filter: blur(1px) !important; }
answer-widget, [popover] { position: static !important; z-index: -1 !important; width: 0 !important; }
</style>"""
OVERLAY = (
    '<div id="over" style="position:fixed;inset:0;z-index:2147483647;background:#fff"></div>'
    "<style>body { transform: translateX(-50%); overflow: hidden; }</style>"
)


def bounds(chat: Chat) -> list[object]:
    parts = (chat.launcher, chat.panel, chat.input, chat.last, chat.source(1))
    return [{k: round(v) for k, v in (p.bounding_box() or {}).items()} for p in parts]


def console(chat: Chat) -> list[str]:
    said: list[str] = []
    chat.page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    chat.page.on("pageerror", lambda error: said.append(str(error)))
    chat.page.reload()
    return said


# --- the script ----------------------------------------------------------------------------------


def test_the_script_is_at_most_14_kb_compressed(capsys: pytest.CaptureFixture[str]) -> None:
    script = Script.load()
    size = len(gzip.compress(script.body, 9))
    with capsys.disabled():
        print(f"\nwidget.js: {len(script.body):,} bytes, {size:,} gzipped")  # noqa: T201 - the size is to be seen
    assert size <= 14_000
    assert gzip.decompress(script.gzipped) == script.body


def test_the_script_is_served_to_any_site_compressed_and_with_its_tag() -> None:
    script = Script.load()
    client = TestClient(Starlette(routes=[Route("/widget.js", lambda request: script_response(script, request))]))
    first = client.get("/widget.js", headers={"Accept-Encoding": "gzip"})
    assert first.text == script.text
    assert first.headers["Content-Encoding"] == "gzip"
    assert first.headers["Content-Type"].startswith("text/javascript")
    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    again = client.get("/widget.js", headers={"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    plain = client.get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.text == script.text
    assert plain.headers["ETag"] != first.headers["ETag"]


def test_the_script_neither_parses_html_nor_names_another_host() -> None:
    text = Script.load().text
    for forbidden in ("insertAdjacentHTML", "document.write", "eval(", "new Function", "DOMParser", '"style"'):
        assert forbidden not in text
    assert "innerHTML=" not in text.replace(" ", "")
    assert {urlsplit(address).netloc for address in re.findall(r"https?://[^\"'` ]+", text)} == {"www.w3.org"}


# --- the page around it --------------------------------------------------------------------------


def test_the_page_gets_one_element_and_nothing_else(open_chat: Open, server: ScriptedServer) -> None:
    listed = "JSON.stringify([Object.getOwnPropertyNames(window).sort(), document.styleSheets.length])"
    chat = open_chat(at=server.page("page"))
    chat.answered("How long?")
    other = chat.page.context.new_page()
    other.route("**/widget.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    other.goto(server.page("page"))
    assert chat.page.evaluate(listed) == other.evaluate(listed)
    assert chat.page.evaluate("[...document.body.children].map((e) => e.localName)") == ["main", "answer-widget"]


def test_nothing_is_loaded_but_from_the_server(open_chat: Open, server: ScriptedServer) -> None:
    asked: list[str] = []
    chat = open_chat()
    chat.page.on("request", lambda request: asked.append(request.url))
    chat.page.reload()
    chat.answered("How long?")
    chat.source(1).click()
    paths = {url.removeprefix(server.address) for url in asked if url.startswith(server.address)}
    assert paths == {"/widget.js", "/api/site", "/api/ask"}
    assert [u for u in asked if not u.startswith((server.address, server.host, "data:"))] == []


def test_the_server_is_not_told_which_page_is_read_and_gets_no_cookie(open_chat: Open, server: ScriptedServer) -> None:
    chat = open_chat()
    with chat.page.expect_request("**/api/ask") as request:
        chat.ask("How long?")
    headers = request.value.all_headers()
    assert headers["referer"] == f"{server.host}/"
    assert "cookie" not in headers


def test_it_runs_under_a_strict_policy_of_the_page(open_chat: Open) -> None:
    chat = open_chat(csp=STRICT, browser_options={"permissions": ["clipboard-read", "clipboard-write"]})
    said = console(chat)
    chat.answered("How long?")
    chat.source(1).click()
    expect(chat.passage(1)).to_contain_text(KEPT)
    chat.button("Helpful").click()
    chat.button("Copy with sources").click()
    expect(chat.last).to_contain_text("Copied.")
    chat.element.locator("summary").click()
    with chat.page.expect_download():
        chat.button("Download").click()
    chat.element.locator("summary").click()
    chat.button("Print").click()
    assert chat.style(chat.panel, "display") == "flex"
    assert said == []


def test_hostile_styles_of_the_page_change_nothing(open_chat: Open, server: ScriptedServer) -> None:
    plain = open_chat().answered("How long?")
    hostile = open_chat(at=server.page("hostile", head=HOSTILE)).answered("How long?")
    assert bounds(hostile) == bounds(plain)
    for name in ("color", "font-size", "opacity", "visibility", "background-color"):
        assert hostile.style(hostile.last, name) == plain.style(plain.last, name)


def test_it_stands_above_whatever_covers_the_page(open_chat: Open, server: ScriptedServer) -> None:
    chat = open_chat(at=server.page("covered", body=OVERLAY))
    box = chat.launcher.bounding_box()
    assert box
    assert box["x"] + box["width"] > 1000
    chat.answered("How long?")
    expect(chat.last).to_contain_text(KEPT)


def test_two_tags_make_one_chat(open_chat: Open, server: ScriptedServer) -> None:
    chat = open_chat(at=server.page("two", head="{line}{line}"))
    said = console(chat)
    chat.page.wait_for_load_state()
    expect(chat.element).to_have_count(1)
    chat.answered("How long?")
    assert said == []


def test_a_site_that_is_not_allowed_gets_no_answer_and_its_developer_a_hint(
    open_chat: Open, server: ScriptedServer
) -> None:
    chat = open_chat(at=server.page("page").replace(server.host, server.foreign))
    said = console(chat)
    chat.ask("How long?")
    expect(chat.problem).to_contain_text("The service is not answering.")
    expect(chat.input).to_have_value("How long?")
    assert any("docs/embedding.md" in text and server.address in text for text in said)


def test_printing_the_page_leaves_the_chat_out(open_chat: Open) -> None:
    chat = open_chat()
    chat.page.emulate_media(media="print")
    expect(chat.root).to_be_hidden()


# --- options -------------------------------------------------------------------------------------


def test_options_of_the_tag_are_kept_to(open_chat: Open) -> None:
    chat = open_chat(
        options='data-title="Ask us" data-greeting="Welcome." data-position="left" data-starters="One? | Two?" '
        'data-contact-url="/contact" data-color="rebeccapurple" data-theme="dark" data-open'
    )
    expect(chat.panel).to_be_visible()
    expect(chat.panel.get_by_role("heading", level=2)).to_have_text("Ask us")
    expect(chat.log).to_contain_text("Welcome.")
    expect(chat.button("Two?")).to_be_visible()
    link = chat.element.locator(".foot").get_by_role("link", name="Talk to a person")
    assert link.evaluate("e => e.href") == chat.page.evaluate("location.origin + '/contact'")
    assert chat.style(chat.launcher, "background-color") == "rgb(102, 51, 153)"
    assert chat.style(chat.panel, "color-scheme") == "dark"
    box = chat.panel.bounding_box()
    assert box
    assert box["x"] < 100
    assert chat.focused() == ""
    chat.button("Close").first.click()
    chat.page.reload()
    expect(chat.launcher).to_be_visible()
    expect(chat.panel).to_be_hidden()


def test_values_that_cannot_be_used_fall_back_with_one_warning(open_chat: Open) -> None:
    chat = open_chat(
        options='data-color="url(x)" data-position="top" data-language="tlh" data-theme="pink" '
        'data-contact-url="javascript:alert(1)"'
    )
    said = console(chat)
    chat.open()
    assert len(said) == 1
    for name in ("data-color", "data-position", "data-language", "data-theme", "data-contact-url"):
        assert name in said[0]
    assert chat.style(chat.launcher, "background-color") == "rgb(31, 78, 74)"
    expect(chat.input).to_have_attribute("placeholder", "Type your question")
    expect(chat.element.locator(".foot a").first).to_have_attribute("href", "https://firm.example/contact")


def test_options_can_be_changed_while_the_page_lives(open_chat: Open) -> None:
    chat = open_chat().answered("How long?")
    chat.element.evaluate("e => { e.dataset.title = 'New title'; e.dataset.language = 'es'; }")
    expect(chat.panel.get_by_role("heading", level=2)).to_have_text("New title")
    expect(chat.last).to_contain_text(KEPT)
    expect(chat.button("Útil")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "hint", "english"),
    [
        ("es", "Escriba su pregunta en inglés", "en inglés"),
        ("ko", "영어로 질문을 입력하세요", "영어로"),
        ("zh", "请用英文输入问题", "英文"),
    ],
)
def test_the_interface_speaks_the_language_and_says_that_answers_do_not(
    open_chat: Open, server: ScriptedServer, language: str, hint: str, english: str
) -> None:
    chat = open_chat(html=f'lang="{language}-XX"')
    chat.answered("How long?")
    expect(chat.root).to_have_attribute("lang", language)
    expect(chat.input).to_have_attribute("placeholder", hint)
    expect(chat.log.locator(".intro")).to_contain_text(english)
    notice = chat.log.locator(".notice p")
    expect(notice).to_have_count(2)
    expect(notice.last).to_have_attribute("lang", "en")
    expect(notice.last).to_have_text(server.site["notice"])
    expect(chat.last.get_by_text(KEPT)).to_have_attribute("lang", "en")
    assert chat.last.locator(".small").get_attribute("lang") == "en"


def test_every_text_is_there_in_every_language(open_chat: Open) -> None:
    rows = [line for line in Script.load().text.split("const TEXTS=")[1].split("};")[0].split("],") if ":[" in line]
    assert len(rows) > 30
    assert [row for row in rows if row.count('"') != 8] == []


def test_a_page_in_another_language_gets_english(open_chat: Open) -> None:
    chat = open_chat(html='lang="fr"', browser_options={"locale": "es-ES"}).open()
    expect(chat.input).to_have_attribute("placeholder", "Type your question")
    other = open_chat(html="", browser_options={"locale": "es-ES"}).open()
    expect(other.input).to_have_attribute("placeholder", "Escriba su pregunta en inglés")


def test_a_page_from_right_to_left_mirrors_the_layout_and_not_the_words(open_chat: Open) -> None:
    chat = open_chat(html='lang="en" dir="rtl"').answered("How long?")
    asked, log = chat.last.get_by_role("heading").bounding_box(), chat.log.bounding_box()
    assert asked
    assert log
    assert asked["x"] - log["x"] < 30
    assert chat.style(chat.last.get_by_text(KEPT), "direction") == "ltr"
    assert chat.style(chat.panel, "direction") == "rtl"
