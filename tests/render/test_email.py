"""A reply as an e-mail that staff paste."""

import pytest

from bot.pipeline import Bot
from bot.prompts import DISCLAIMER
from bot.render.email import email
from bot.types import Reply

BASE = "https://bot.example"


@pytest.fixture(scope="module")
def answered(river_bot: Bot) -> Reply:
    return river_bot.ask("who may fish in the river?")


def test_both_forms_hold_answer_quotes_authorities_review_dates_and_absolute_links(answered: Reply):
    mail = email(answered, base_url=BASE)
    for form in (mail.plain, mail.html):
        assert answered.question in form
        assert "Where the documents differ" in form
        for cited in answered.citations:
            assert f"{BASE}{cited.url}" in form
            assert cited.quote in form
            assert str(cited.last_reviewed) in form
            assert all(authority in form for authority in cited.authorities)
    assert answered.answer in mail.plain


@pytest.mark.parametrize(
    "question", ["who may fish in the river?", "how do I bake bread", "hello", "should I fish in the river?"]
)
def test_every_mail_ends_with_the_disclaimer(river_bot: Bot, question: str):
    reply = river_bot.ask(question)
    mail = email(reply, base_url=BASE)
    assert mail.plain.rstrip().endswith(DISCLAIMER)
    assert mail.html.rstrip().endswith(f"<p><em>{DISCLAIMER}</em></p>")
    assert ("Sources" in mail.plain) == bool(reply.citations)


def test_a_contact_goes_along_where_the_reply_offers_one(river_bot: Bot):
    reply = river_bot.ask("how do I bake bread").model_copy(
        update={"handoff": {"message": "Reach us.", "url": "https://firm.example/?a=1&b=2", "phone": "212 555 0100"}}
    )
    mail = email(Reply.model_validate(reply.model_dump(warnings=False)), base_url=BASE)
    assert "https://firm.example/?a=1&b=2" in mail.plain
    assert 'href="https://firm.example/?a=1&amp;b=2"' in mail.html
    assert "212 555 0100" in mail.html


def test_markup_in_a_question_stays_text(river_bot: Bot):
    reply = river_bot.ask("who may fish in the river? <script>alert(1)</script>")
    mail = email(reply, base_url=BASE)
    assert "<script>" in mail.plain
    assert "<script>" not in mail.html
    assert "&lt;script&gt;" in mail.html


def test_a_trailing_slash_of_the_address_makes_no_double_one(answered: Reply):
    assert email(answered, base_url=f"{BASE}/") == email(answered, base_url=BASE)
