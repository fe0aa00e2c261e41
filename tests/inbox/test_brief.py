"""The brief says what was asked, what the documents say, and nothing that neither of them says."""

import re
from collections.abc import Callable

from bot.brief import brief
from bot.corpus.front_matter import split_front_matter
from bot.history import History
from bot.pipeline import Bot
from bot.types import Reply
from tests.history.conftest import Clock
from tests.inbox.conftest import Opener

Asker = Callable[..., Reply]


def test_a_brief_tells_what_is_asked_what_is_near_and_what_is_missing(
    look: Opener, ask: Asker, river_bot: Bot, clock: Clock
):
    for question in (
        "How much does a fishing card cost?",
        "price of a fishing card",
        "how much is a fishing card for a pensioner",
    ):
        ask(question)
    (cluster,) = look().clusters
    made = brief(cluster, river_bot.index, now=clock.time)
    assert "an amount of money" in made.asked
    assert {"price", "pensioner"} <= set(made.missing)
    assert not {"fishing", "card", "how"} & set(made.missing)
    assert made.near[0].document_id == "rivers"
    for place in made.near:
        document = river_bot.corpus.document(place.document_id)
        assert document
        assert place.quote in document.text
        assert place.url in made.markdown
    assert "Asked 3 times in 3 conversations, first on 25 November 2026" in made.markdown
    assert "River Act § 12-b" in made.markdown
    assert made.filename.endswith(".md")
    assert made == brief(cluster, river_bot.index, now=clock.time)


def test_what_visitors_typed_is_no_markup_in_it(
    look: Opener, ask: Asker, history: History, river_bot: Bot, clock: Clock
):
    given = ask("Is <img src=x onerror=alert(1)> [a link](javascript:alert(1)) ```allowed``` # on *boats*?\n\n## No")
    history.feedback.thumbs(given.id, "down", "<b>bad</b>\n# Heading")
    (cluster,) = look().clusters
    made = brief(cluster, river_bot.index, now=clock.time)
    prose, fence, skeleton = made.markdown.partition("```markdown\n")
    assert fence
    assert not re.search(r"(?<!\\)<(?!https?:)|(?<!\\)\[a link", prose)
    assert "\n# Heading" not in prose
    assert skeleton.count("```") == 1
    assert re.fullmatch(r"[a-z0-9-]+\.md", made.filename)


def test_its_skeleton_is_a_document_once_the_writer_has_filled_it_in(
    look: Opener, ask: Asker, river_bot: Bot, clock: Clock, tmp_path
):
    ask('Is a "rod" needed: yes or no?')
    made = brief(look().clusters[0], river_bot.index, now=clock.time)
    skeleton = made.markdown.partition("```markdown\n")[2].partition("```")[0]
    filled = skeleton.replace('citation: ""', "citation: Act 1").replace('url: ""', "url: https://law.example/1")
    filled = filled.replace("last_reviewed:  # YYYY-MM-DD", "last_reviewed: 2026-11-25")
    fields, text = split_front_matter(filled, tmp_path / "new.md")
    assert fields
    assert fields.title == 'Is a "rod" needed: yes or no?'
    assert text.strip().startswith("# Is a")
