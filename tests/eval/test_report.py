import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from eval.report import render_report
from eval.run import Run, measure
from tests.web.conftest import CHROMIUM, CHROMIUM_ARGS


@pytest.fixture(scope="module")
def report(river_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(render_report(river_run), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, report: Path) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    opened = context.new_page()
    opened.goto(report.as_uri())
    yield opened
    context.close()


def shown(page: Page) -> list[str]:
    return [a.get_attribute("id") or "" for a in page.locator(".failure:visible").all()]


def test_the_report_is_one_file_that_asks_for_nothing(page: Page, report: Path):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    assert asked == [report.as_uri()]
    text = report.read_text(encoding="utf-8")
    addresses = set(re.findall(r"https?://[^\s\"'<>)]+", text))
    assert {a for a in addresses if not a.startswith(("http://www.w3.org/", "https://law.example"))} == set()


def test_what_was_asked_is_text_and_never_markup(page: Page):
    assert page.title().startswith("Evaluation")
    assert "<script>document.title" in page.locator("#case-wrong h3").inner_text()


def test_three_plots_are_drawn_with_their_labels(page: Page):
    assert page.locator("figure svg").count() == 3
    drawn = page.locator("figure").all_inner_texts()
    assert "conflict (1)" in drawn[0]
    assert "coverage" in drawn[1]


def test_a_failure_shows_what_was_expected_got_and_missed(page: Page):
    failure = page.locator("#case-wrong")
    assert "expected chat" in failure.inner_text()
    assert "instead of chat" in failure.locator(".why").inner_text()
    assert "A rod with one line is allowed" in failure.locator(".need").inner_text()


def test_the_filters_narrow_the_failures_and_clear(page: Page):
    everything = shown(page)
    page.fill("[name=text]", "rod with ONE line")
    assert shown(page) == ["case-wrong"]
    assert page.locator("output").inner_text() == f"1 of {len(everything)} shown"
    page.fill("[name=text]", "no such words")
    assert shown(page) == []
    page.click("button[type=reset]")
    page.wait_for_function("!document.querySelector('.failure[hidden]')")
    page.select_option("[name=category]", "fact")
    page.select_option("[name=document]", "rivers")
    page.select_option("[name=outcome]", page.locator("#case-wrong").get_attribute("data-outcome"))
    assert shown(page) == ["case-wrong"]


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_runs_over_the_edge(page: Page, width: int, scheme: str):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_run_without_failures_or_without_judged_cases_has_a_report_too(river_run: Run):
    only_right = tuple(r for r in river_run.results if r.right)
    text = render_report(river_run.model_copy(update={"results": only_right, "metrics": measure(only_right)}))
    assert "Every case is right." in text
    nothing = {"results": (), "metrics": {}, "categories": {}, "documents": {}}
    assert "No case says what is right." in render_report(river_run.model_copy(update=nothing))
