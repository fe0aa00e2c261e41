import pytest

from bot.errors import InputError
from eval.compare import compare
from eval.report import comparison_tables
from eval.run import Result, Run, measure
from tests.eval.replies import answered, declined


def replaced(run: Run, case_id: str, **changes: object) -> Run:
    """The run with one result changed, and its metrics made again."""
    results = tuple(r.model_copy(update=changes) if r.case.id == case_id else r for r in run.results)
    return run.model_copy(update={"results": results, "metrics": measure(results)})


def wronged(run: Run, case_id: str) -> Run:
    result: Result = next(r for r in run.results if r.case.id == case_id)
    return replaced(run, case_id, reply=declined(), scores={**result.scores, "right": (0.0,)})


def test_a_run_against_itself_shows_no_change(river_run: Run):
    same = compare(river_run, river_run)
    assert (same.better, same.worse, same.p_value) == ((), (), 1.0)
    assert {d.value for d in same.differences.values()} == {0.0}


def test_a_case_that_became_wrong_is_named_with_both_outcomes(river_run: Run):
    after = wronged(river_run, "closed")
    change = compare(river_run, after)
    assert [(c.id, c.before, c.after) for c in change.worse] == [("closed", "answered", "declined:not_in_sources")]
    assert change.better == ()
    assert change.differences["right"].value == pytest.approx(-0.2)
    assert change.p_value == 1.0  # one change of one may be chance
    assert [c.id for c in compare(after, river_run).better] == ["closed"]


def test_a_metric_that_one_run_lacks_has_no_difference(river_run: Run):
    blind = tuple(r.model_copy(update={"scores": {**r.scores, "recall_at_5": None}}) for r in river_run.results)
    assert "recall_at_5" not in compare(river_run, river_run.model_copy(update={"results": blind})).differences


def test_runs_over_different_cases_are_refused(river_run: Run):
    fewer = river_run.model_copy(update={"results": river_run.results[1:]})
    with pytest.raises(InputError, match=r"different cases.*closed"):
        compare(river_run, fewer)


def test_runs_between_which_a_case_was_changed_are_refused(river_run: Run):
    case = river_run.results[0].case.model_copy(update={"facts": ()})
    with pytest.raises(InputError, match=r"'closed'.*was changed"):
        compare(river_run, replaced(river_run, "closed", case=case, reply=answered()))


def test_both_runs_are_shown_side_by_side_under_their_engines(river_run: Run):
    origin = river_run.origin.model_copy(update={"engine": "generative:openai:m"})
    after = wronged(river_run, "closed").model_copy(update={"origin": origin})
    comparison = compare(river_run, after)
    assert comparison.engines == ("extractive", "generative:openai:m")
    table = next(comparison_tables(comparison))
    assert table.title == "before: extractive, after: generative:openai:m"
    assert [c.header for c in table.columns[:4]] == ["metric", "before", "after", "difference"]
    assert [next(iter(c.cells)) for c in table.columns[:4]] == ["right", "60.0 %", "40.0 %", "-20.0 %"]
