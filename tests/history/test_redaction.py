"""What is taken for personal data, measured on lines that were labelled by hand, and what becomes of it."""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.history.redact import Personal, personal, redact, redacted_reply, storable
from tests.conftest import CORPUS, ROOT
from tests.history.conftest import quoting, reply

LABELLED = ROOT / "tests" / "data" / "redaction.jsonl"


@dataclass(frozen=True)
class Line:
    text: str
    spans: tuple[Personal, ...]

    @property
    def is_for_tuning(self) -> bool:
        """Half of the lines, by their hash; the rules were changed after looking at these alone."""
        return hashlib.sha256(self.text.encode()).digest()[0] % 2 == 0


LINES = [
    Line(entry["text"], tuple(Personal(*span) for span in entry["spans"]))
    for entry in map(json.loads, LABELLED.read_text(encoding="utf-8").splitlines())
]


def overlap(one: Personal, other: Personal) -> bool:
    return one.start < other.end and other.start < one.end


def score(lines: Sequence[Line]) -> tuple[float, float, Counter[str]]:
    """Precision and recall by overlap of spans, and what was missed by kind."""
    found_right = found_all = labelled_found = labelled_all = 0
    missed: Counter[str] = Counter()
    for line in lines:
        found = personal(line.text)
        found_all += len(found)
        labelled_all += len(line.spans)
        found_right += sum(any(overlap(f, s) for s in line.spans) for f in found)
        for span in line.spans:
            is_found = any(overlap(f, span) for f in found)
            labelled_found += is_found
            missed[span.kind] += not is_found
    return found_right / found_all, labelled_found / labelled_all, +missed


@pytest.mark.parametrize("half", ["tuned on", "held out"])
def test_redaction_finds_personal_data_and_little_else(half: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [line for line in LINES if line.is_for_tuning == (half == "tuned on")]
    precision, recall, missed = score(lines)
    with capsys.disabled():
        print(  # noqa: T201 - numbers to read
            f"\nredaction, {half}: {len(lines)} lines, {sum(len(line.spans) for line in lines)} spans,"
            f" precision {precision:.3f}, recall {recall:.3f}, missed {dict(missed)}"
        )
    assert precision >= 0.97
    assert recall >= 0.95


def test_the_labelled_lines_are_many_and_half_of_them_hold_nothing_personal() -> None:
    assert len(LINES) >= 220
    assert len({line.text for line in LINES}) == len(LINES)
    assert 0.45 <= sum(not line.spans for line in LINES) / len(LINES) <= 0.55
    assert {span.kind for line in LINES for span in line.spans} == {"email", "phone", "ssn", "card", "birth", "name"}


def test_every_kind_is_replaced_by_its_name() -> None:
    text = (
        "My name is Ann Lee, born 3/4/1980, SSN 219-09-9999, card 4111 1111 1111 1111, "
        "call 212-555-0187 or mail ann@lee.example."
    )
    assert redact(text) == "My name is [name], born [birth], SSN [ssn], card [card], call [phone] or mail [email]."


@pytest.mark.parametrize(
    "text",
    [
        "§ 6512, 8 NYCRR 29.1(b)(4) and S4641-A since 2019, for $1,250,000 and 60 hours",
        "Index No. 654321/2019, docket 14-2013, section 6530(19), zip 10001-1234, license number 0561234567",
    ],
)
def test_citations_amounts_years_and_numbers_of_things_stay(text: str) -> None:
    assert redact(text) == text


@given(st.text(max_size=200))
def test_redacting_twice_changes_nothing_more_and_never_fails(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


@given(st.lists(st.sampled_from([line.text for line in LINES]), min_size=2, max_size=3))
def test_what_is_found_lies_in_order_and_does_not_overlap(texts: list[str]) -> None:
    found = personal(" ".join(texts))
    assert all(one.start < one.end <= other.start for one, other in pairwise(found))


@pytest.mark.parametrize(
    "piece",
    ["my name is ", "1", "1-", "a", "A b ", "a@", "born ", "4111 ", "Dr. ", " ", "born 1/1/", "O'", "name: A", "(2"],
)
def test_no_text_takes_long(piece: str) -> None:
    started = time.perf_counter()
    redact(piece * (10_000 // len(piece)))
    assert time.perf_counter() - started < 2


def test_an_answer_that_repeats_the_question_is_redacted_and_its_sentences_are_not() -> None:
    sentence = "Ask the office of Ann Lee at 212-555-0100."
    answer = f"{sentence} [1]\n\nThe documents I have do not say anything about “is ann lee at 212-555-0187 right”."
    given_reply = quoting(
        "My name is Ann Lee. When? And is Ann Lee at 212-555-0187 right?", sentence, answer,
        status="partial", reason="not_in_sources",
    )  # fmt: skip
    kept = redacted_reply(given_reply, redact)
    assert kept.question == "My name is [name]. When? And is Ann Lee at [phone] right?"
    assert kept.answer.startswith(sentence)
    assert "0187" not in kept.answer
    assert "ann lee" not in kept.answer
    assert kept.citations == given_reply.citations


def test_what_no_database_takes_is_replaced() -> None:
    assert storable("a\0b\ud800c") == "a\ufffdb?c"
    assert "\0" not in redacted_reply(reply("a\0b"), redact).question


def test_questions_and_documents_that_hold_nothing_personal_stay_as_they_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """All wordings of the pack's questions, and all lines of its documents: nobody wrote these for this test."""
    wordings = [
        line.strip().lstrip("- ")
        for path in [*sorted((CORPUS / "questions").glob("*.yaml")), *sorted(CORPUS.glob("*.md"))]
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    changed = [wording for wording in wordings if redact(wording) != wording]
    with capsys.disabled():
        print(f"\nredaction of the pack: {len(changed)} of {len(wordings)} lines changed")  # noqa: T201 - numbers to read
    assert len(wordings) > 1_000
    assert len(changed) <= len(wordings) / 2_000
