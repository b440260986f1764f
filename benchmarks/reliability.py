"""Whether probabilities are true: of what is said to be likely by .7, seven in ten are so."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

BINS = 10
DRAWS = 200


class Bin(NamedTuple):
    """Some questions of much the same probability."""

    expected: float
    """The mean probability."""

    right: float
    """The share that is so."""

    questions: int


def reliability(
    probabilities: Sequence[float], truths: Sequence[bool], bins: int = BINS
) -> tuple[Bin, ...]:
    """Divide questions by their probability into bins of as many each."""
    order = np.argsort(probabilities, kind="stable")
    expected, right = np.asarray(probabilities)[order], np.asarray(truths, dtype=np.float64)[order]
    parts = zip(np.array_split(expected, bins), np.array_split(right, bins), strict=True)
    return tuple(Bin(float(e.mean()), float(r.mean()), len(e)) for e, r in parts if len(e))


def calibration_error(bins: Sequence[Bin]) -> float:
    """How far the shares are from the probabilities, in the mean of all questions."""
    total = sum(one.questions for one in bins)
    return sum(one.questions * abs(one.expected - one.right) for one in bins) / total


def chance_error(probabilities: Sequence[float], bins: int = BINS) -> float:
    """The calibration error that would come of so few questions if every probability were true."""
    random = np.random.default_rng(20_260_101)
    listed = np.asarray(probabilities)
    drawn = (random.random(len(listed)) < listed for _ in range(DRAWS))
    errors = [calibration_error(reliability(probabilities, one.tolist(), bins)) for one in drawn]
    return float(np.mean(errors))
