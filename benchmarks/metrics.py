"""What is computed from results: pure functions, nothing of the product in them."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.data import Place

RESAMPLES = 2000

Numbers = NDArray[np.float64]


def first(ranked: Sequence[str], right: Collection[str]) -> float:
    """1 if what is ranked first is right, else 0."""
    return among(ranked, right, 1)


def among(ranked: Sequence[str], right: Collection[str], count: int) -> float:
    """1 if anything right is among the first so many, else 0."""
    return float(any(name in right for name in ranked[:count]))


def reciprocal_rank(ranked: Sequence[str], right: Collection[str], count: int = 10) -> float:
    """1 over the rank of the first that is right, 0 if none of the first so many is."""
    ranks = (rank for rank, name in enumerate(ranked[:count], start=1) if name in right)
    return 1.0 / next(ranks, float("inf"))


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """How likely a positive scores above a negative; ties count half."""
    if not len(positive) or not len(negative):
        return float("nan")
    below = np.sort(np.asarray(negative, dtype=np.float64))
    scores = np.asarray(positive, dtype=np.float64)
    wins = np.searchsorted(below, scores, "left") + np.searchsorted(below, scores, "right")
    return float(wins.sum() / 2 / len(scores) / len(below))


def declined_at(positive: Sequence[float], negative: Sequence[float], kept: float = 0.9) -> float:
    """Share of negatives below the threshold that so much of the positives pass."""
    threshold = float(np.quantile(positive, 1 - kept))
    return float(np.mean(np.asarray(negative) < threshold))


def harmonic(precision: float, recall: float) -> float:
    """F1 of a precision and a recall."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


@dataclass(frozen=True, slots=True)
class Selection:
    """What was selected, of what should have been: in sentences or in characters."""

    right: int
    selected: int
    gold: int

    @property
    def precision(self) -> float:
        """Share of what was selected that is right."""
        return self.right / self.selected if self.selected else 0.0

    @property
    def recall(self) -> float:
        """Share of what is right that was selected."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return harmonic(self.precision, self.recall)


def pooled(selections: Iterable[Selection]) -> Selection:
    """Add selections up, so that every sentence counts the same."""
    listed = list(selections)
    return Selection(
        sum(s.right for s in listed), sum(s.selected for s in listed), sum(s.gold for s in listed)
    )


def same_sentence(sentence: Place, other: Place) -> bool:
    """Whether two places are the same sentence, give or take where their ends were seen."""
    shorter = min(sentence.end - sentence.start, other.end - other.start)
    return shorter > 0 and 2 * sentence.overlap(other) >= shorter


def sentences_at(places: Iterable[Place], sentences: Iterable[Place]) -> set[Place]:
    """Those sentences that some places hold or lie in."""
    wanted = list(places)
    return {s for s in sentences if any(same_sentence(s, place) for place in wanted)}


@dataclass(frozen=True, slots=True)
class CharacterScores:
    """How exactly retrieved ranges meet the gold ones, in characters."""

    precision: float
    recall: float
    iou: float


def character_scores(retrieved: Sequence[Place], gold: Sequence[Place]) -> CharacterScores:
    """Score retrieved ranges as the authors of the chunking evaluation do.

    A gold character counts once, however often it was retrieved; a retrieved one counts each time,
    so that overlapping chunks pay for their overlap.
    """
    wanted = _characters(gold)
    found = len(wanted & _characters(retrieved))
    length = sum(place.end - place.start for place in retrieved)
    gold_length = sum(place.end - place.start for place in gold)
    missed = len(wanted) - found
    return CharacterScores(
        precision=found / length if length else 0.0,
        recall=found / gold_length if gold_length else 0.0,
        iou=found / (length + missed) if length + missed else 0.0,
    )


def _characters(places: Iterable[Place]) -> set[tuple[str, int]]:
    return {
        (place.document_id, position)
        for place in places
        for position in range(place.start, place.end)
    }


@dataclass(frozen=True, slots=True)
class Interval:
    """A difference and its 95 % interval."""

    difference: float
    low: float
    high: float


def wilson(right: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share, after Wilson: it stays within 0 and 1, and is never empty."""
    if not count:
        return float("nan"), float("nan")
    share, square = right / count, 1.96**2 / count
    middle = share + square / 2
    reach = (square * (share * (1 - share) + square / 4)) ** 0.5
    return (middle - reach) / (1 + square), (middle + reach) / (1 + square)


def bootstrap_mean(values: Sequence[float]) -> tuple[float, float]:
    """The 95 % interval of a mean."""
    interval = paired_bootstrap(values, [0.0] * len(values))
    return interval.low, interval.high


def paired_bootstrap(ours: Sequence[float], theirs: Sequence[float]) -> Interval:
    """Resample questions to see how far the mean difference of two scores of each may be chance."""
    differences = np.asarray(ours, dtype=np.float64) - np.asarray(theirs, dtype=np.float64)

    def difference(chosen: NDArray[np.int64]) -> float:
        return float(differences[chosen].mean())

    return _bootstrap(len(differences), difference)


def paired_bootstrap_split(
    ours: Sequence[float],
    theirs: Sequence[float],
    positive: Sequence[bool],
    statistic: Callable[[Sequence[float], Sequence[float]], float],
) -> Interval:
    """The same for two ways' statistics of positives against negatives, such as `auroc`."""
    our, their = np.asarray(ours), np.asarray(theirs)
    is_positive = np.asarray(positive, dtype=np.bool_)

    def difference(chosen: NDArray[np.int64]) -> float:
        split = is_positive[chosen]
        if split.all() or not split.any():
            return float("nan")
        values = [statistic(one[chosen][split], one[chosen][~split]) for one in (our, their)]  # type: ignore[arg-type]
        return values[0] - values[1]

    return _bootstrap(len(is_positive), difference)


def paired_bootstrap_f1(ours: Sequence[Selection], theirs: Sequence[Selection]) -> Interval:
    """The same for the difference of two pooled F1 over the same questions."""
    our, their = (
        np.array([(s.right, s.selected, s.gold) for s in selections])
        for selections in (ours, theirs)
    )

    def difference(chosen: NDArray[np.int64]) -> float:
        our_sum, their_sum = (
            Selection(*(int(n) for n in counts[chosen].sum(axis=0))) for counts in (our, their)
        )
        return our_sum.f1 - their_sum.f1

    return _bootstrap(len(ours), difference)


def _bootstrap(count: int, statistic: Callable[[NDArray[np.int64]], float]) -> Interval:
    random = np.random.default_rng(20_260_101)
    whole = statistic(np.arange(count))
    samples = [statistic(random.integers(0, count, count)) for _ in range(RESAMPLES)]
    low, high = np.nanpercentile(samples, [2.5, 97.5])
    return Interval(whole, float(low), float(high))
