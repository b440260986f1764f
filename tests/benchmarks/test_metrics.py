"""The metrics, by hand."""

import math

import pytest

from benchmarks import metrics
from benchmarks.data import Place
from benchmarks.metrics import Selection


def test_ranks_count_from_the_best() -> None:
    ranked = ["a", "b", "c"]
    assert metrics.first(ranked, {"a"}) == 1
    assert metrics.first(ranked, {"b"}) == 0
    assert metrics.among(ranked, {"c"}, 2) == 0
    assert metrics.among(ranked, {"c"}, 3) == 1
    assert metrics.reciprocal_rank(ranked, {"b", "c"}) == 0.5
    assert metrics.reciprocal_rank(ranked, {"c"}, count=2) == 0
    assert metrics.reciprocal_rank([], {"a"}) == 0


def test_auroc_counts_pairs_and_halves_ties() -> None:
    assert metrics.auroc([3, 2], [1, 0]) == 1
    assert metrics.auroc([0], [1]) == 0
    assert metrics.auroc([1, 3], [2, 2]) == 0.5
    assert metrics.auroc([1, 1], [1]) == 0.5
    assert math.isnan(metrics.auroc([], [1]))


def test_selections_are_pooled_before_they_are_divided() -> None:
    whole = metrics.pooled([Selection(1, 2, 1), Selection(0, 0, 2), Selection(2, 2, 3)])
    assert whole == Selection(right=3, selected=4, gold=6)
    assert whole.precision == 0.75
    assert whole.recall == 0.5
    assert whole.f1 == pytest.approx(0.6)
    assert Selection(0, 0, 0).f1 == 0


def test_sentence_is_the_same_where_half_of_the_shorter_is_shared() -> None:
    sentence = Place("d", 0, 100)
    assert metrics.same_sentence(sentence, Place("d", 10, 20))
    assert metrics.same_sentence(sentence, Place("d", 50, 150))
    assert not metrics.same_sentence(sentence, Place("d", 51, 151))
    assert not metrics.same_sentence(sentence, Place("e", 0, 100))
    assert not metrics.same_sentence(sentence, Place("d", 5, 5))


def test_quote_over_two_sentences_counts_as_both() -> None:
    first, second, third = Place("d", 0, 40), Place("d", 41, 80), Place("d", 81, 120)
    assert metrics.sentences_at([Place("d", 0, 80)], [first, second, third]) == {first, second}


def test_characters_are_scored_as_the_chunking_evaluation_does() -> None:
    gold = [Place("d", 10, 20), Place("d", 30, 40)]
    scores = metrics.character_scores([Place("d", 0, 20), Place("e", 0, 20)], gold)
    assert scores.precision == 10 / 40
    assert scores.recall == 10 / 20
    assert scores.iou == 10 / (40 + 10)
    twice = metrics.character_scores([Place("d", 10, 20), Place("d", 10, 20)], gold)
    assert twice.precision == 0.5
    assert metrics.character_scores([], gold).recall == 0


def test_bootstrap_is_sure_of_a_clear_difference_and_repeatable() -> None:
    ours, theirs = [1.0] * 80 + [0.0] * 20, [1.0] * 50 + [0.0] * 50
    interval = metrics.paired_bootstrap(ours, theirs)
    assert interval.difference == pytest.approx(0.3)
    assert 0.2 < interval.low < 0.3 < interval.high < 0.4
    assert interval == metrics.paired_bootstrap(ours, theirs)
    assert metrics.paired_bootstrap(ours, ours).low == 0
    low, high = metrics.bootstrap_mean(ours)
    assert 0.7 < low < 0.8 < high < 0.9


def test_interval_of_a_share_is_wilsons_and_never_empty() -> None:
    assert metrics.wilson(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    low, high = metrics.wilson(20, 20)
    assert low == pytest.approx(0.8389, abs=1e-4)
    assert high == pytest.approx(1)
    assert all(math.isnan(one) for one in metrics.wilson(0, 0))


def test_declined_are_those_below_what_nine_of_ten_pass() -> None:
    positive = [float(n) for n in range(11)]
    assert metrics.declined_at(positive, [0.5, 0.9, 1.0, 7.0]) == 0.5
    assert metrics.declined_at(positive, [0.5, 4.9, 5.0, 7.0], kept=0.5) == 0.5


def test_bootstraps_of_f1_and_of_areas_give_the_whole_difference() -> None:
    ours, theirs = [Selection(1, 1, 1)] * 10, [Selection(1, 2, 1)] * 10
    assert metrics.paired_bootstrap_f1(ours, theirs).difference == pytest.approx(1 / 3)
    positive = [True] * 10 + [False] * 10
    right = [float(yes) for yes in positive]
    interval = metrics.paired_bootstrap_split(right, [0.0] * 20, positive, metrics.auroc)
    assert (interval.difference, interval.low, interval.high) == (0.5, 0.5, 0.5)
