from pathlib import Path

import pytest

from bot.errors import InputError
from eval.gate import Thresholds, check, load_thresholds
from eval.run import Run


def test_the_thresholds_of_the_repository_can_be_used():
    bounds = load_thresholds()
    assert bounds.minimum["disclaimers"] == 1.0
    assert bounds.maximum["unsupported_sentences"] == 0


def test_a_value_on_the_threshold_passes_and_one_beyond_it_fails(river_run: Run):
    right = river_run.metrics["right"].value
    bounds = Thresholds(minimum={"right": right, "disclaimers": 1.0}, maximum={"unsupported_sentences": 0})
    assert all(c.passed for c in check(river_run, bounds))
    assert not any(c.passed for c in check(river_run, Thresholds(minimum={"right": right + 0.001})))
    assert not any(c.passed for c in check(river_run, Thresholds(maximum={"right": right - 0.001})))


def test_a_failure_names_metric_value_and_threshold(river_run: Run):
    (failed,) = check(river_run, Thresholds(minimum={"disclaimers": 1.01}))
    assert str(failed) == "disclaimers: 100.0 %, at least 101.0 % is wanted"


def test_a_metric_that_was_not_measured_fails(river_run: Run):
    blind = river_run.model_copy(update={"metrics": {}})
    (failed,) = check(blind, Thresholds(minimum={"right": 0.0}))
    assert not failed.passed
    assert "not measured" in str(failed)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[minimum]\nrihgt = 0.9", "there is no metric 'rihgt'"),
        ("[minimun]\nright = 0.9", "minimun"),
        ("[minimum]\nright = nan", "minimum.right"),
        ("", "sets no threshold"),
        ("[minimum", "cannot be read as TOML"),
    ],
)
def test_thresholds_that_would_check_nothing_are_refused(tmp_path: Path, text: str, words: str):
    file = tmp_path / "thresholds.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        load_thresholds(file)
