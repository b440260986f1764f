"""The lines of the table: a figure beside its baselines, with the interval of the difference."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks import metrics
from benchmarks.baselines import Ranked
from benchmarks.metrics import Interval
from benchmarks.quality.outcomes import OURS, Outcome
from benchmarks.reliability import Bin

Scores = Mapping[str, Sequence[float]]
"""Every way's score of each question, the questions in the same order."""


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

    between: tuple[float, float] | None = None
    """The 95 % interval of the value itself, where it is not compared."""

    less_is_better: bool = False
    note: str = ""
    bins: tuple[Bin, ...] = ()
    """Of a calibration error: what it is the error of."""

    @property
    def best(self) -> str:
        """The best baseline."""
        return _best(self.baselines, less=self.less_is_better)


Measure = Callable[[Ranked, Outcome], float]


def compared(
    group: str,
    metric: str,
    outcomes: Sequence[Outcome],
    rankings: Callable[[Outcome], Mapping[str, Ranked]],
    measured: Measure,
) -> Row:
    """Average a measure over questions, for every way, ours against the best of the others."""
    return against_best(group, metric, scores_of(outcomes, rankings, measured))


def scores_of(
    outcomes: Sequence[Outcome],
    rankings: Callable[[Outcome], Mapping[str, Ranked]],
    measured: Measure,
) -> Scores:
    """Measure every way's ranking for each question."""
    return {
        way: [measured(rankings(outcome)[way], outcome) for outcome in outcomes]
        for way in rankings(outcomes[0])
    }


def against_best(
    group: str, metric: str, scores: Scores, *, less: bool = False, note: str = ""
) -> Row:
    """Make a row of every way's scores by question.

    Args:
        group: Of rows.
        metric: What was measured.
        scores: Every way's, ours among them.
        less: Whether less is better.
        note: What the reader of the row has to know.
    """
    means = {way: float(np.mean(values)) for way, values in scores.items()}
    baselines = {way: mean for way, mean in means.items() if way != OURS}
    interval = metrics.paired_bootstrap(scores[OURS], scores[_best(baselines, less=less)])
    return Row(
        group,
        metric,
        len(scores[OURS]),
        means[OURS],
        baselines,
        interval,
        less_is_better=less,
        note=note,
    )


def share(group: str, metric: str, truths: Sequence[bool], *, note: str = "") -> Row:
    """How often something is so."""
    value = float(np.mean(truths)) if truths else float("nan")
    between = metrics.wilson(sum(truths), len(truths)) if truths else None
    return Row(group, metric, len(truths), value, between=between, note=note)


def _best(baselines: Mapping[str, float], *, less: bool) -> str:
    choose = min if less else max
    return choose(baselines, key=lambda way: baselines[way])
