"""Asking in the widget, on a page of another site, in a real browser."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from bot.prompts import DISCLAIMER
from tests.web.chat import Chat
from tests.web.scripted import CONTACT, ELECTRONIC, KEPT, LEASE, OWN, TEXTS, ScriptedServer, refused, told

Open = Callable[..., Chat]


def test_a_question_is_answered_and_its_source_opens_in_place(open_chat: Open) -> None:
    chat = open_chat().answered("How long are records kept?")
    expect(chat.last).to_contain_text(KEPT)
    expect(chat.last).to_contain_text(DISCLAIMER)
    expect(chat.source(1)).to_have_attribute("aria-expanded", "false")
    chat.source(1).click()
    expect(chat.source(1)).to_have_attribute("aria-expanded", "true")
    passage = chat.passage(1)
    for text in (
        "Patient records and privacy",
        "How long are records kept?",
        KEPT,
        "Regulation summary, reviewed November 23, 2026",
        "8 NYCRR § 29.2(a)(3)",
    ):
        expect(passage).to_contain_text(text)
    chat.source(1).click()
    expect(passage).to_have_count(0)


def test_the_link_of_a_source_leads_to_its_words_in_a_new_tab(open_chat: Open, server: ScriptedServer) -> None:
    chat = open_chat().answered("How long are records kept?")
    chat.source(2).click()
    link = chat.passage(2).get_by_role("link", name="Read it in the document")
    expect(link).to_have_attribute("rel", "noopener")
    with chat.page.context.expect_page() as opened:
        link.click()
    assert opened.value.url == f"{server.address}/sources/records#c200-{200 + len(ELECTRONIC)}"


def test_sentences_are_shown_while_the_rest_is_on_its_way_and_can_be_stopped(
    open_chat: Open, server: ScriptedServer
) -> None:
    server.answers["records"] = server.streamed([KEPT], then="hang")
    chat = open_chat().ask("records")
    expect(chat.source(1)).to_be_visible()
    expect(chat.last).to_contain_text("Looking in the documents")
    expect(chat.last).to_contain_text(DISCLAIMER)
    chat.button("Stop").click()
    expect(chat.last).to_contain_text("This answer is not complete.")
    expect(chat.last).to_contain_text(DISCLAIMER)
    expect(chat.problem).to_have_count(0)
    assert server.dropped.wait(5)
    assert server.asked[0]["accept"] == "text/event-stream"


def test_a_question_that_is_stopped_before_any_answer_goes_back_to_the_input(
    open_chat: Open, server: ScriptedServer
) -> None:
    server.answers["records"] = server.streamed([], then="hang")
    chat = open_chat().ask("records")
    chat.button("Stop").click()
    expect(chat.input).to_have_value("records")
    expect(chat.turns).to_have_count(0)


def test_a_source_stays_open_when_the_rest_of_the_answer_arrives(open_chat: Open, server: ScriptedServer) -> None:
    server.answers["records"] = server.streamed(TEXTS["records"], pause=0.5)
    chat = open_chat().ask("records")
    chat.source(1).click()
    chat.last.locator(".tools").wait_for()
    expect(chat.passage(1)).to_be_visible()
    expect(chat.last).to_contain_text(ELECTRONIC)
    assert chat.focused() == "cite"


def test_a_follow_up_carries_the_newest_token(open_chat: Open, server: ScriptedServer) -> None:
    chat = open_chat().answered("one").answered("two").answered("three")
    expect(chat.turns).to_have_count(3)
    assert [a.get("conversation_id") for a in server.asked] == [None, "token-1", "token-2"]


def test_a_conversation_that_the_server_forgot_is_started_anew_without_a_word(
    open_chat: Open, server: ScriptedServer
) -> None:
    server.tokens = ["expired"]
    chat = open_chat().answered("one").answered("two")
    expect(chat.problem).to_have_count(0)
    assert [(a["question"], a.get("conversation_id")) for a in server.asked] == [
        ("one", None),
        ("two", "expired"),
        ("two", None),
    ]


def test_a_decline_offers_a_person_and_other_questions(open_chat: Open, server: ScriptedServer) -> None:
    server.answers["weather"] = told(reason="out_of_scope", answer="No.", handoff=CONTACT, suggestions=["Ask this"])
    chat = open_chat().answered("weather")
    expect(chat.last).to_contain_text("No answer in the documents")
    expect(chat.last).to_contain_text(DISCLAIMER)
    person = chat.last.get_by_role("link", name="Talk to a person")
    expect(person).to_have_attribute("href", CONTACT["url"])
    expect(chat.last.get_by_role("link", name=CONTACT["phone"])).to_have_attribute("href", "tel:+12125550142")
    chat.page.context.route("https://firm.example/**", lambda route: route.fulfill(body="Contact"))
    with chat.page.expect_request("**/api/handoff"):
        person.click()
    chat.button("Ask this").click()
    chat.last.get_by_text(KEPT).wait_for()
    assert server.noted == [("/api/handoff", {"conversation_id": "token-1"})]
    assert server.asked[-1]["question"] == "Ask this"


def test_a_person_is_one_tap_away_at_all_times(open_chat: Open) -> None:
    chat = open_chat().open()
    expect(chat.element.locator(".foot").get_by_role("link", name="Talk to a person")).to_be_visible()


def test_partial_answers_and_disagreements_are_marked(open_chat: Open, server: ScriptedServer) -> None:
    server.answers["advice"] = told("own", status="partial", reason="advice", handoff=CONTACT)
    server.answers["part"] = told("own", status="partial", reason="not_in_sources")
    server.answers["differ"] = told("own", conflict={"note": "Two agencies are named.", "citations": [1, 2]})
    chat = open_chat().answered("advice")
    expect(chat.last.locator(".label").first).to_have_text("General information only")
    chat.answered("part")
    expect(chat.last.locator(".label").first).to_have_text("Part of an answer")
    chat.answered("differ")
    note = chat.last.get_by_role("note")
    expect(note).to_contain_text("Where the documents differ")
    expect(note).to_contain_text("Two agencies are named.")
    note.get_by_role("button", name="Source 2").click()
    expect(note).to_contain_text(LEASE)


def test_a_list_in_an_answer_is_a_list(open_chat: Open, server: ScriptedServer) -> None:
    server.answers["list"] = told("own", answer=f"It may:\n- {LEASE} [2]\n- keep the books\n\n{OWN} [1]")
    chat = open_chat().answered("list")
    expect(chat.last.get_by_role("listitem")).to_have_count(2)
    expect(chat.source(2)).to_be_visible()


def test_thumbs_and_a_comment_are_sent(open_chat: Open, server: ScriptedServer) -> None:
    chat = open_chat().answered("How long?")
    with chat.page.expect_response("**/api/feedback"):
        chat.button("Not helpful").click()
    expect(chat.button("Not helpful")).to_have_attribute("aria-pressed", "true")
    chat.last.get_by_label("Comment (optional)").fill("Too short.")
    with chat.page.expect_response("**/api/feedback"):
        chat.last.get_by_role("button", name="Send").click()
    expect(chat.last).to_contain_text("Thank you.")
    first, second = (body for _, body in server.noted)
    assert (first["thumbs"], first["comment"], first["conversation_id"]) == ("down", None, "token-1")
    assert second == first | {"comment": "Too short."}


def test_a_comment_that_could_not_be_kept_stays_in_its_field(open_chat: Open, server: ScriptedServer) -> None:
    chat = open_chat().answered("How long?")
    chat.button("Not helpful").click()
    server.keeps_notes = False
    comment = chat.last.get_by_label("Comment (optional)")
    comment.fill("Too short.")
    chat.last.get_by_role("button", name="Send").click()
    expect(chat.last).to_contain_text("Something went wrong.")
    expect(comment).to_have_value("Too short.")
    server.keeps_notes = True
    chat.last.get_by_role("button", name="Send").click()
    expect(chat.last).to_contain_text("Thank you.")
    assert server.noted[-1][1]["comment"] == "Too short."


def test_an_answer_is_copied_with_its_sources(open_chat: Open, server: ScriptedServer) -> None:
    chat = open_chat(browser_options={"permissions": ["clipboard-read", "clipboard-write"]}).answered("How long?")
    chat.button("Copy with sources").click()
    expect(chat.last).to_contain_text("Copied.")
    read = "async (type) => (await (await navigator.clipboard.read())[0].getType(type)).text()"
    plain, html = (chat.page.evaluate(read, f"text/{kind}") for kind in ("plain", "html"))
    for text in (KEPT, "[1] Patient records and privacy", f"{server.address}/sources/records#c100", DISCLAIMER):
        assert text in plain
    assert f'href="{server.address}/sources/records#c100-' in html


def test_the_conversation_is_printed_and_downloaded(open_chat: Open) -> None:
    chat = open_chat()
    chat.page.add_init_script("window.print = () => { top.printed = document.body.innerText; }")
    chat.page.reload()
    chat.answered("How long?")
    chat.element.locator("summary").click()
    chat.button("Print").click()
    printed = chat.page.evaluate("window.printed ?? document.querySelector('answer-widget').shadowRoot"
                                 ".querySelector('iframe').contentDocument.body.innerText")  # fmt: skip
    chat.element.locator("summary").click()
    with chat.page.expect_download() as download:
        chat.button("Download").click()
    saved = download.value.path().read_text(encoding="utf-8")
    assert download.value.suggested_filename == "Ask the documents.txt"
    for text in ("You asked: How long?", KEPT, DISCLAIMER):
        assert text in printed
        assert text in saved


def test_starting_over_forgets_the_conversation_here_and_there(open_chat: Open, server: ScriptedServer) -> None:
    chat = open_chat().answered("first words")
    chat.element.locator("summary").click()
    with chat.page.expect_request("**/api/end"):
        chat.button("Start over").click()
    expect(chat.turns).to_have_count(0)
    expect(chat.button("How long must records be kept?")).to_be_visible()
    chat.answered("other words")
    assert server.asked[-1].get("conversation_id") is None
    assert "first words" not in chat.page.evaluate("JSON.stringify(sessionStorage)")


def test_offline_keeps_the_question_and_offers_to_try_again(open_chat: Open) -> None:
    chat = open_chat().open()
    chat.page.context.set_offline(True)
    chat.ask("How long?")
    expect(chat.problem.get_by_role("alert")).to_have_text("You seem to be offline.")
    expect(chat.input).to_have_value("How long?")
    chat.page.context.set_offline(False)
    chat.button("Try again").click()
    expect(chat.last).to_contain_text(KEPT)
    expect(chat.problem).to_have_count(0)
    expect(chat.input).to_have_value("")


def test_a_server_that_is_down_or_hangs_is_told_apart_from_no_answer(open_chat: Open, server: ScriptedServer) -> None:
    server.answers["slow"] = server.streamed([], then="hang")
    chat = open_chat()
    chat.page.clock.install()
    chat.ask("slow")
    chat.last.get_by_text("Looking in the documents").wait_for()
    chat.page.clock.fast_forward(31_000)
    expect(chat.problem).to_contain_text("The service is not answering.")
    expect(chat.input).to_have_value("slow")
    chat.page.route("**/api/ask", lambda route: route.abort("connectionrefused"))
    chat.ask("down")
    expect(chat.problem).to_contain_text("The service is not answering.")
    expect(chat.input).to_have_value("down")


def test_a_limit_counts_down_before_it_lets_try_again(open_chat: Open, server: ScriptedServer) -> None:
    server.answers["busy"] = refused(429, "too_many_requests", "Please wait a moment.", **{"Retry-After": "2"})
    chat = open_chat().ask("busy")
    expect(chat.problem).to_contain_text("Please wait a moment.")
    again = chat.problem.get_by_role("button")
    expect(again).to_have_text("Try again (2)")
    expect(again).to_have_attribute("aria-disabled", "true")
    chat.input.press("Enter")
    assert len(server.asked) == 1
    del server.answers["busy"]
    expect(again).to_have_text("Try again")
    again.click()
    expect(chat.last).to_contain_text(KEPT)


def test_the_server_s_words_on_a_question_that_it_cannot_use_are_shown(open_chat: Open, server: ScriptedServer) -> None:
    server.answers["???"] = refused(422, "unusable_question", "The question has no words.")
    server.answers["oops"] = refused(500, "internal_error", "A detail that helps nobody.")
    chat = open_chat().ask("???")
    expect(chat.problem).to_contain_text("The question has no words.")
    chat.ask("oops")
    expect(chat.problem).to_contain_text("Something went wrong.")


def test_an_answer_that_breaks_off_is_marked_and_replaced_by_the_next_try(
    open_chat: Open, server: ScriptedServer
) -> None:
    server.answers["records"] = server.streamed([KEPT], then="error")
    chat = open_chat().ask("records")
    expect(chat.problem).to_contain_text("The answer could not be finished.")
    expect(chat.last).to_contain_text("This answer is not complete.")
    server.answers["records"] = server.streamed([KEPT], then="end")
    chat.button("Try again").click()
    expect(chat.problem).to_contain_text("The service is not answering.")
    expect(chat.turns).to_have_count(1)
    del server.answers["records"]
    chat.button("Try again").click()
    expect(chat.last).to_contain_text(ELECTRONIC)
    expect(chat.turns).to_have_count(1)


def test_what_is_text_is_shown_as_text_wherever_it_comes_from(open_chat: Open, server: ScriptedServer) -> None:
    bad = TEXTS["hostile"][0]
    server.answers[bad] = told("hostile", suggestions=[bad], conflict={"note": bad, "citations": [1]})
    server.site |= {"about": bad, "notice": bad, "title": bad, "starters": [bad]}
    server.site["contact"] = {"url": "javascript:window.hacked=1", "phone": "<b>1</b>"}
    chat = open_chat(options='data-greeting="<img src=x onerror=window.hacked=1>"').open()
    for place in (chat.panel.get_by_role("heading", level=2), chat.panel.get_by_role("note")):
        expect(place).to_contain_text("<script>window.hacked = 1</script> [click](javascript:hacked())")
    expect(chat.log).to_contain_text("<img src=x onerror=window.hacked=1>")
    chat.answered(bad)
    chat.source(1).first.click()
    for place in (chat.last.get_by_role("heading"), chat.passage(1), chat.last.get_by_role("note")):
        expect(place).to_contain_text("**bold**")
    expect(chat.element.locator("script, img, [onerror], a[href^='javascript']")).to_have_count(0)
    assert chat.page.evaluate("window.hacked") is None


def test_the_conversation_follows_through_the_tab_and_not_into_a_new_one(
    open_chat: Open, server: ScriptedServer
) -> None:
    chat = open_chat().answered("one")
    chat.input.fill("half a ques")
    chat.page.goto(server.page("second"))
    expect(chat.panel).to_be_visible()
    expect(chat.last).to_contain_text(KEPT)
    expect(chat.input).to_have_value("half a ques")
    chat.answered("two")
    assert server.asked[-1]["conversation_id"] == "token-1"
    chat.button("Close").first.click()
    chat.page.goto(server.page("third"))
    expect(chat.launcher).to_be_visible()
    expect(chat.panel).to_be_hidden()
    other = Chat(chat.page.context.new_page())
    other.page.goto(server.page("third"))
    other.open()
    expect(other.turns).to_have_count(0)
    expect(other.input).to_have_value("")


def test_a_question_that_was_on_its_way_when_the_page_changed_is_not_lost(
    open_chat: Open, server: ScriptedServer
) -> None:
    server.answers["slow"] = server.streamed([], then="hang")
    chat = open_chat().ask("slow")
    chat.last.get_by_text("Looking in the documents").wait_for()
    chat.page.goto(server.page("second"))
    expect(chat.input).to_have_value("slow")
    expect(chat.turns).to_have_count(0)


def test_enter_sends_and_shift_enter_does_not(open_chat: Open, server: ScriptedServer) -> None:
    chat = open_chat().open()
    chat.input.press_sequentially("one")
    chat.input.press("Shift+Enter")
    chat.input.press_sequentially("two")
    low = chat.input.bounding_box()
    assert low
    assert low["height"] > 50
    chat.input.press("Enter")
    chat.last.locator(".tools").wait_for()
    assert [a["question"] for a in server.asked] == ["one\ntwo"]


def test_a_character_that_is_being_composed_is_not_sent(open_chat: Open, server: ScriptedServer) -> None:
    chat = open_chat().open()
    chat.input.fill("한")
    chat.input.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    expect(chat.turns).to_have_count(0)


def test_a_question_over_the_limit_is_counted_and_stays(open_chat: Open, server: ScriptedServer) -> None:
    chat = open_chat().ask("x" * 450)
    chat.last.locator(".tools").wait_for()
    chat.input.fill("x" * 450)
    expect(chat.element.locator(".counter")).to_have_text("Characters left: 50")
    chat.ask("😀" * 501)
    expect(chat.element.locator(".counter")).to_have_text("Characters left: -1")
    expect(chat.input).to_have_attribute("aria-invalid", "true")
    assert len(server.asked) == 1


def test_keys_typed_into_the_chat_do_not_reach_the_shortcuts_of_the_page(open_chat: Open) -> None:
    chat = open_chat().open()
    chat.page.evaluate("document.addEventListener('keydown', () => { window.heard = true; })")
    chat.input.press_sequentially("jk/")
    assert chat.page.evaluate("window.heard") is None


def test_the_chat_works_without_storage_and_without_what_the_server_says_of_itself(open_chat: Open) -> None:
    chat = open_chat()
    chat.page.add_init_script("Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('no'); } })")
    chat.page.route("**/api/site", lambda route: route.abort())
    chat.page.reload()
    chat.open()
    expect(chat.panel.get_by_role("note")).to_contain_text("not legal advice")
    chat.answered("How long?")
    expect(chat.last).to_contain_text(KEPT)


def test_the_notice_stands_before_the_first_message(open_chat: Open, server: ScriptedServer) -> None:
    chat = open_chat().open()
    expect(chat.panel.get_by_role("note")).to_have_text(re.compile(re.escape(server.site["notice"])))
    expect(chat.turns).to_have_count(0)


def test_a_starter_is_asked_with_one_tap(open_chat: Open, server: ScriptedServer) -> None:
    chat = open_chat().open()
    chat.button("What may an MSO charge?").click()
    expect(chat.last).to_contain_text(KEPT)
    expect(chat.button("What may an MSO charge?")).to_have_count(0)
    assert server.asked[0]["question"] == "What may an MSO charge?"
    assert chat.focused() == ""  # the input, which has no class


def test_the_page_of_these_tests_is_really_of_another_origin(open_chat: Open, server: ScriptedServer) -> None:
    assert open_chat().page.evaluate("location.origin") != server.address
