import numpy as np
import pytest

from eval.metrics import statistics as st

NO = None


def test_a_mean_leaves_out_what_does_not_apply():
    assert st.mean(st.table([(1.0,), NO, (0.0,), (1.0,)], columns=1)) == pytest.approx(2 / 3)
    assert np.isnan(st.mean(st.table([NO], columns=1)))


def test_refusal_precision_recall_and_f1_by_hand():
    # declined 4, of which 3 allowed; 3 should be declined, of which 2 were
    rows = [(1, 1, 1), (1, 1, 1), (1, 0, 1), (1, 0, 0), (0, 1, 1), (0, 0, 0), NO]
    sample = st.table(rows, columns=3)
    assert st.refusal_precision(sample) == pytest.approx(3 / 4)
    assert st.refusal_recall(sample) == pytest.approx(2 / 3)
    assert st.refusal_f1(sample) == pytest.approx(2 * (3 / 4) * (2 / 3) / (3 / 4 + 2 / 3))


def test_f1_is_zero_when_every_decline_is_wrong_and_missing_without_declines():
    assert st.refusal_f1(st.table([(1, 0, 0), (0, 1, 1)], columns=3)) == 0.0
    assert np.isnan(st.refusal_f1(st.table([(0, 1, 1)], columns=3)))


def test_brier_and_calibration_error_by_hand():
    sample = st.table([(0.9, 1.0), (0.95, 0.0), (0.2, 0.0), (0.25, 1.0)], columns=2)
    assert st.brier_score(sample) == pytest.approx((0.01 + 0.9025 + 0.04 + 0.5625) / 4)
    # bin 0.9-1: mean 0.925 against 0.5; bin 0.2-0.3: mean 0.225 against 0.5; half of the cases each
    assert st.expected_calibration_error(sample) == pytest.approx((0.425 + 0.275) / 2)


def test_a_confidence_of_one_falls_into_the_last_bin():
    assert st.expected_calibration_error(st.table([(1.0, 1.0), (0.95, 1.0)], columns=2)) == pytest.approx(0.025)
    assert st.reliability(np.array([[1.0, 1.0], [0.95, 0.0]])) == [(pytest.approx(0.975), 0.5, 2)]


def test_risk_coverage_by_hand():
    sample = st.table([(0.3, 0.0), (0.9, 1.0), (0.6, 1.0), (0.8, 0.0)], columns=2)
    coverage, risk = st.risk_coverage_curve(sample)
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert risk.tolist() == pytest.approx([0, 1 / 2, 1 / 3, 1 / 2])
    assert st.risk_coverage_area(sample) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_among_equally_confident_replies_the_wrong_ones_count_first():
    assert st.risk_coverage_curve(np.array([[0.5, 1.0], [0.5, 0.0]]))[1].tolist() == [1.0, 0.5]


def test_a_percentile_lies_between_two_values():
    assert st.percentile(50)(np.array([[10.0], [20.0], [40.0], [30.0]])) == 25.0


def test_an_interval_of_a_share_is_that_of_the_binomial():
    sample = st.table([(1.0,)] * 80 + [(0.0,)] * 20 + [NO], columns=1)
    estimate = st.estimate(st.mean, sample)
    assert estimate is not None
    assert (estimate.value, estimate.n) == (0.8, 100)
    assert estimate.low == pytest.approx(0.8 - 1.96 * 0.04, abs=0.011)  # the standard error is 0.04
    assert estimate.high == pytest.approx(0.8 + 1.96 * 0.04, abs=0.011)


def test_an_interval_is_the_same_every_time():
    sample = st.table([(0.2, 1.0), (0.4, 0.0), (0.9, 1.0)], columns=2)
    assert st.estimate(st.brier_score, sample) == st.estimate(st.brier_score, sample)


@pytest.mark.parametrize("statistic", [st.mean, st.total, st.brier_score, st.expected_calibration_error])
def test_what_applies_to_no_case_has_no_estimate(statistic):
    assert st.estimate(statistic, st.table([NO, NO], columns=2)) is None


def test_every_resample_gets_what_the_statistic_gives_it_alone():
    rng = np.random.default_rng(1)
    samples = np.stack([rng.random((7, 30)), rng.integers(0, 2, (7, 30))], axis=-1)
    for statistic in (st.brier_score, st.expected_calibration_error, st.risk_coverage_area, st.percentile(95)):
        assert statistic(samples) == pytest.approx([float(statistic(one)) for one in samples])


def test_a_paired_difference_of_equal_runs_is_exactly_nothing():
    sample = st.table([(1.0,), (0.0,), NO, (1.0,)], columns=1)
    same = st.paired_difference(st.mean, sample, sample)
    assert same is not None
    assert (same.value, same.low, same.high, same.n) == (0.0, 0.0, 0.0, 3)


def test_a_paired_difference_is_narrower_than_the_runs_themselves():
    before = st.table([(float(i % 2),) for i in range(100)], columns=1)
    after = before.copy()
    after[:10] = 1.0
    difference = st.paired_difference(st.mean, before, after)
    alone = st.estimate(st.mean, before)
    assert difference is not None
    assert alone is not None
    assert difference.value == pytest.approx(0.05)
    assert difference.high - difference.low < alone.high - alone.low


def test_mcnemar_by_hand():
    # 1 better and 5 worse: 2 * (C(6,0) + C(6,1)) / 2**6
    assert st.mcnemar(1, 5) == pytest.approx(2 * (1 + 6) / 64)
    assert st.mcnemar(0, 0) == 1.0


def test_a_pooled_share_weighs_cases_by_their_size():
    assert st.pooled_share(np.array([[1.0, 1.0], [0.0, 3.0]])) == 0.25
    assert np.isnan(st.pooled_share(np.array([[0.0, 0.0]])))
