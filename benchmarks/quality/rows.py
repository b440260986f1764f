"""The lines of the table: a figure beside its baselines, with the interval of the difference."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks import metrics
from benchmarks.baselines import Ranked
from benchmarks.metrics import Interval
from benchmarks.quality.outcomes import OURS, Outcome


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    group: str
    metric: str
    count: int
    """Questions that it was measured on."""

    value: float
    baselines: Mapping[str, float] = field(default_factory=dict)
    interval: Interval | None = None
    """Of the difference to the best baseline."""


Measure = Callable[[Ranked, Outcome], float]


def compared(
    group: str,
    metric: str,
    outcomes: Sequence[Outcome],
    rankings: Callable[[Outcome], Mapping[str, Ranked]],
    measured: Measure,
) -> Row:
    """Average a measure over questions, for every way, ours against the best of the others."""
    scores = {
        way: [measured(rankings(outcome)[way], outcome) for outcome in outcomes]
        for way in rankings(outcomes[0])
    }
    return against_best(group, metric, scores)


def against_best(group: str, metric: str, scores: Mapping[str, Sequence[float]]) -> Row:
    """Make a row of every way's scores by question."""
    means = {way: float(np.mean(values)) for way, values in scores.items()}
    baselines = {way: mean for way, mean in means.items() if way != OURS}
    best = max(baselines, key=lambda way: baselines[way])
    interval = metrics.paired_bootstrap(scores[OURS], scores[best])
    return Row(group, metric, len(scores[OURS]), means[OURS], baselines, interval)


def share(group: str, metric: str, truths: Sequence[bool]) -> Row:
    """How often something is so."""
    return Row(group, metric, len(truths), float(np.mean(truths)) if truths else float("nan"))
