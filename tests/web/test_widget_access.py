"""Who cannot see, point, or read small print uses the widget as well: WCAG 2.2 AA."""

from collections.abc import Callable
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import expect

from tests.web.chat import Chat
from tests.web.scripted import CONTACT, ELECTRONIC, KEPT, TEXTS, ScriptedServer, refused, told

Open = Callable[..., Chat]

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
PHONE = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True, "reduced_motion": "reduce"}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
COLOURS = ["#1f4e4a", "white", "black", "yellow", "#777777", "red", "lime", "#0b5cad", "hsl(200 90% 60%)", "lavender"]


def violations(chat: Chat) -> list[str]:
    """What axe-core finds on the whole page, the shadow DOM included."""
    if not chat.page.evaluate("'axe' in window"):
        chat.page.evaluate(AXE)
    found = chat.page.evaluate(
        "async () => (await axe.run()).violations.map((v) => [v.id, v.nodes.map((n) => n.html + n.failureSummary)])"
    )
    return [f"{rule}: {node[:400]}" for rule, nodes in found for node in nodes]


def luminance(rgb: str) -> float:
    numbers = rgb[rgb.index("(") + 1 : -1].replace(",", " ").replace("srgb", "").split()[:3]
    scale = 1 if "srgb" in rgb else 255
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (float(n) / scale for n in numbers)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


# --- keyboard ------------------------------------------------------------------------------------


def test_everything_is_done_from_the_keyboard(open_chat: Open, server: ScriptedServer) -> None:
    chat = open_chat()
    keyboard = chat.page.keyboard
    keyboard.press("Tab")
    assert chat.focused() == "launcher"
    keyboard.press("Enter")
    expect(chat.launcher).to_have_attribute("aria-expanded", "true")
    expect(chat.input).to_be_focused()
    keyboard.type("How long?")
    keyboard.press("Enter")
    chat.last.locator(".tools").wait_for()
    expect(chat.input).to_be_focused()
    chat.page.keyboard.press("Shift+Tab")
    expect(chat.button("Copy with sources")).to_be_focused()
    for _ in range(4):
        keyboard.press("Shift+Tab")
    expect(chat.source(1)).to_be_focused()
    keyboard.press("Enter")
    expect(chat.passage(1)).to_be_visible()
    keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    assert chat.focused() == "launcher"
    expect(chat.launcher).to_have_attribute("aria-expanded", "false")


def test_tab_goes_round_inside_the_open_panel_both_ways(open_chat: Open) -> None:
    chat = open_chat(body='<main><h1>Host</h1><a href="#x">A link of the page</a></main>').answered("How long?")
    inside = "e => Boolean(e.shadowRoot.activeElement?.closest('.panel'))"
    for key in ("Tab", "Shift+Tab"):
        seen = []
        for _ in range(16):
            chat.page.keyboard.press(key)
            assert chat.element.evaluate(inside)
            seen.append(chat.element.evaluate("e => (e = e.shadowRoot.activeElement).ariaLabel ?? e.textContent"))
        assert {"Close", "More", "Helpful", "Talk to a person"} <= set(seen)


def test_the_menu_opens_and_closes_by_keyboard_and_keeps_the_panel_open(open_chat: Open) -> None:
    chat = open_chat().answered("How long?")
    more = chat.element.locator("summary")
    more.focus()
    chat.page.keyboard.press("Enter")
    expect(chat.button("Start over")).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(chat.button("Start over")).to_be_hidden()
    expect(chat.panel).to_be_visible()
    expect(more).to_be_focused()


# --- what is heard -------------------------------------------------------------------------------


def test_a_screen_reader_hears_a_whole_answer_once_and_no_pieces(open_chat: Open, server: ScriptedServer) -> None:
    server.answers["records"] = server.streamed(TEXTS["records"], pause=0.2)
    chat = open_chat().open()
    chat.element.evaluate(
        """e => { window.heard = []; const live = e.shadowRoot.querySelector('[role=status]');
        new MutationObserver(() => heard.push(live.textContent)).observe(live, { childList: true }); }"""
    )
    chat.answered("records")
    assert chat.page.evaluate("heard") == ["Looking in the documents", f"{KEPT} {ELECTRONIC}"]
    expect(chat.log).to_have_attribute("aria-live", "off")


def test_everything_has_a_name_and_the_roles_are_told(open_chat: Open) -> None:
    chat = open_chat().answered("How long?")
    expect(chat.panel).to_have_attribute("aria-labelledby", "title")
    expect(chat.launcher).to_have_attribute("aria-controls", "panel")
    assert chat.panel.get_attribute("aria-modal") is None
    expect(chat.last.get_by_role("heading", level=3)).to_have_text("You asked: How long?")
    names = "e => [...e.shadowRoot.querySelectorAll('button, a, textarea')].map((b) => b.ariaLabel ?? b.textContent)"
    assert all(name.strip() for name in chat.element.evaluate(names))


# --- size and place ------------------------------------------------------------------------------


def test_on_a_phone_it_fills_the_screen_and_does_not_call_the_keyboard(open_chat: Open) -> None:
    chat = open_chat(browser_options=PHONE).open()
    assert chat.panel.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 780}
    expect(chat.panel).to_have_attribute("aria-modal", "true")
    expect(chat.launcher).to_be_hidden()
    expect(chat.log).to_be_focused()
    assert float(chat.style(chat.input, "font-size").removesuffix("px")) >= 16  # smaller ones make iOS zoom in
    chat.button("Close").click()
    expect(chat.launcher).to_be_visible()
    assert chat.focused() == "launcher"


def test_the_input_stays_above_an_on_screen_keyboard(open_chat: Open) -> None:
    chat = open_chat(browser_options=PHONE).open()
    chat.page.evaluate(
        """() => { for (const [name, value] of [['height', 420], ['offsetTop', 60]])
        Object.defineProperty(visualViewport, name, { value }); visualViewport.dispatchEvent(new Event('resize')); }"""
    )
    box = chat.panel.bounding_box()
    assert box
    assert (box["y"], box["height"]) == (60, 420)
    field = chat.input.bounding_box()
    assert field
    assert field["y"] + field["height"] < 480


def test_what_is_tapped_is_large_enough(open_chat: Open, server: ScriptedServer) -> None:
    server.answers["weather"] = told(reason="out_of_scope", answer="No.", handoff=CONTACT, suggestions=["Ask this"])
    chat = open_chat(browser_options=PHONE).answered("How long?")
    chat.source(1).click()
    chat.button("Helpful").click()
    chat.answered("weather")
    small = chat.element.evaluate(
        """e => [...e.shadowRoot.querySelectorAll('.panel button, .panel a, .panel summary, .panel textarea')]
        .filter((b) => b.checkVisibility()).map((b) => [b.className, b.textContent, b.getBoundingClientRect()])
        .filter(([, , r]) => r.width < 24 || r.height < 24).map(([c, t]) => c + ' ' + t)"""
    )
    assert small == []


def test_at_200_percent_zoom_nothing_is_cut_off(open_chat: Open) -> None:
    zoomed = {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2, "reduced_motion": "reduce"}
    chat = open_chat(browser_options=zoomed)
    chat.answered("How long?")
    box = chat.panel.bounding_box()
    assert box
    assert (box["x"], box["y"]) >= (0, 0)
    assert box["y"] + box["height"] <= 400
    assert chat.log.evaluate("e => e.scrollWidth <= e.clientWidth")
    assert chat.log.evaluate("e => e.clientHeight") > 120


def test_a_reader_s_larger_letters_make_the_chat_larger(open_chat: Open) -> None:
    chat = open_chat()
    chat.page.context.new_cdp_session(chat.page).send("Page.setFontSizes", {"fontSizes": {"standard": 24}})
    chat.open()
    assert chat.style(chat.log, "font-size") == "24px"


def test_reduced_motion_is_kept_to(open_chat: Open) -> None:
    assert chat_animation(open_chat(browser_options={"reduced_motion": "reduce"})) == "none"
    assert chat_animation(open_chat()) == "rise"


def chat_animation(chat: Chat) -> str:
    return str(chat.style(chat.open().panel, "animation-name"))


def test_forced_colours_keep_the_borders(open_chat: Open) -> None:
    chat = open_chat(browser_options={"forced_colors": "active"}).answered("How long?")
    for part in (chat.launcher, chat.panel, chat.last.get_by_role("heading"), chat.element.locator(".act")):
        assert chat.style(part, "border-top-style") == "solid"


# --- colours -------------------------------------------------------------------------------------


def test_any_configured_colour_can_be_read(open_chat: Open, server: ScriptedServer) -> None:
    server.answers["differ"] = told("own", conflict={"note": "They differ.", "citations": [1]}, suggestions=["Ask"])
    chat = open_chat().answered("differ")
    chat.source(1).first.click()
    chat.button("Helpful").click()
    too_low = []
    for theme in ("light", "dark"):
        for colour in COLOURS:
            chat.element.evaluate("(e, [c, t]) => { e.dataset.color = c; e.dataset.theme = t; }", [colour, theme])
            pairs = chat.element.evaluate(
                """e => { const of = (s) => getComputedStyle(e.shadowRoot.querySelector(s));
                const on = (text, ground) => [text + ' on ' + ground, of(text).color, of(ground).backgroundColor];
                return [on('.launcher', '.launcher'), on('h2', '.head'), on('.asked', '.asked'), on('.act', '.act'),
                  on('.foot a', '.panel'), on('.cite', '.cite'), on('.cite', '.notice'), on('.reply p', '.panel'),
                  on('.small', '.panel'), on('.soft', '.panel'), on('.notice', '.notice'),
                  on('.conflict', '.conflict')]; }"""
            )
            too_low += [(theme, colour, what) for what, text, ground in pairs if contrast(text, ground) < 4.5]
    assert too_low == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_in_any_state(
    open_chat: Open, server: ScriptedServer, theme: str, device: dict[str, object]
) -> None:
    server.answers["weather"] = told(reason="out_of_scope", answer="No.", handoff=CONTACT, suggestions=["Ask this"])
    server.answers["differ"] = told(
        "own", status="partial", reason="advice", conflict={"note": "They differ.", "citations": [1]}
    )
    server.answers["busy"] = refused(429, "too_many_requests", "Please wait.", **{"Retry-After": "30"})
    chat = open_chat(browser_options=device | {"color_scheme": theme, "reduced_motion": "reduce"})
    found = {"closed": violations(chat)}
    found["open"] = violations(chat.open())
    chat.answered("differ")
    chat.source(1).first.click()
    chat.button("Helpful").click()
    found["answer with an open source and the comment form"] = violations(chat)
    chat.element.locator("summary").click()
    found["menu"] = violations(chat)
    chat.page.keyboard.press("Escape")
    found["decline"] = violations(chat.answered("weather"))
    chat.ask("busy").problem.wait_for()
    found["limit"] = violations(chat)
    assert {state: what for state, what in found.items() if what} == {}


def test_axe_finds_nothing_in_another_language(open_chat: Open) -> None:
    chat = open_chat(html='lang="ko"', browser_options={"reduced_motion": "reduce"}).answered("How long?")
    chat.last.locator(".cite").first.click()
    assert violations(chat) == []


def test_axe_would_find_a_fault_inside_the_widget(open_chat: Open) -> None:
    chat = open_chat().open()
    chat.button("Close").first.evaluate("e => { e.removeAttribute('aria-label'); e.removeAttribute('title'); }")
    chat.element.locator(".notice p").evaluate("e => { e.style.color = '#999'; }")
    assert {v.partition(":")[0] for v in violations(chat)} == {"button-name", "color-contrast"}
