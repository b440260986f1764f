"""Fit the two linear models that tell furniture."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.furniture.pages import Page
from index.formats.html.furniture import Weights, first_points, surroundings
from index.formats.html.signs import signs_of

FEWEST_SITES = 5
"""Sites that a sign must occur on to be weighed."""

_NEGLIGIBLE = 0.02
"""A weight below which a sign is left out."""

_FOLDS = 4
_STEPS = 600
_RATE = 0.05
_PER_PAGE = 30.0
"""Paragraphs as which a page counts at the most."""

_Floats = np.ndarray[tuple[int], np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Paragraphs of which something is known, with their signs as numbers."""

    signs: np.ndarray[tuple[int], np.dtype[np.int64]]
    rows: np.ndarray[tuple[int], np.dtype[np.int64]]
    """In which row each sign stands."""

    truth: _Floats
    counts: _Floats
    """As how much each row counts."""


def fit(pages: Sequence[Page]) -> Weights:
    """Fit on pages; the second model on what the first says of pages that it was not fitted on."""
    found = [list(signs_of(page.parts)) for page in pages]
    sites = defaultdict(set)
    for page, of_page in zip(pages, found, strict=True):
        for signs in of_page:
            for sign in signs:
                sites[sign].add(page.site)
    known = sorted(sign for sign, on in sites.items() if len(on) >= FEWEST_SITES)
    first = _first(pages, found, known)
    rows: list[list[float]] = []
    truth: list[float] = []
    counts: list[float] = []
    folds = [hashlib.sha256(b"fold" + page.site.encode()).digest()[0] % _FOLDS for page in pages]
    for fold in range(_FOLDS):
        rest = [number for number, other in enumerate(folds) if other != fold]
        partial = _first([pages[n] for n in rest], [found[n] for n in rest], known)
        for page in (page for page, other in zip(pages, folds, strict=True) if other == fold):
            around = surroundings(page.parts, first_points(page.parts, partial))
            for number, label in enumerate(page.labels):
                if label is not None:
                    rows.append(around[number])
                    truth.append(float(label))
                    counts.append(_count(page, number))
    matrix = np.array(rows)
    bias, around_weights = _descend_dense(matrix, np.array(truth), np.array(counts))
    return Weights(first.bias, first.signs, bias, tuple(around_weights))


def as_json(weights: Weights) -> str:
    """As the product reads it."""
    stored = {
        "bias": weights.bias,
        "bias around": weights.bias_around,
        "around": list(weights.around),
        "signs": weights.signs,
    }
    return json.dumps(stored, ensure_ascii=False, indent=0) + "\n"


def _count(page: Page, number: int) -> float:
    """Longer paragraphs count more; those of pages that are known whole, less."""
    known = sum(label is not None for label in page.labels)
    length = min(4.0, 1 + len(page.parts[number].text.split()) / 20)
    return length * (
        1.0 if page.corpus == "trafilatura" else _PER_PAGE / max(_PER_PAGE, float(known))
    )


def _first(
    pages: Sequence[Page], found: Sequence[Sequence[set[str]]], known: Sequence[str]
) -> Weights:
    numbers = {sign: number for number, sign in enumerate(known)}
    signs: list[int] = []
    rows: list[int] = []
    truth: list[float] = []
    counts: list[float] = []
    for page, of_page in zip(pages, found, strict=True):
        for number, label in enumerate(page.labels):
            if label is not None:
                own = [numbers[sign] for sign in sorted(of_page[number]) if sign in numbers]
                signs += own
                rows += [len(truth)] * len(own)
                truth.append(float(label))
                counts.append(_count(page, number))
    data = _Rows(np.array(signs), np.array(rows), np.array(truth), np.array(counts))
    bias, fitted = _descend(data, len(known))
    weights = {
        sign: round(float(weight), 2)
        for sign, weight in zip(known, fitted, strict=True)
        if abs(weight) >= _NEGLIGIBLE
    }
    return Weights(round(bias, 3), weights, 0.0, ())


def _descend(data: _Rows, size: int, penalty: float = 10.0) -> tuple[float, _Floats]:
    """Logistic regression with a penalty on large weights, by Adam over all rows at once."""
    weights = np.zeros(size + 1)
    state = _Adam(size + 1)
    for step in range(1, _STEPS + 1):
        points = weights[-1] + np.bincount(
            data.rows, weights[data.signs], minlength=len(data.truth)
        )
        error = data.counts * (1 / (1 + np.exp(-points)) - data.truth)
        slope = np.append(np.bincount(data.signs, error[data.rows], minlength=size), error.sum())
        slope[:-1] += penalty * weights[:-1]
        weights -= state.step(slope, step)
    return float(weights[-1]), weights[:-1]


def _descend_dense(
    matrix: np.ndarray[tuple[int, int], np.dtype[np.float64]], truth: _Floats, counts: _Floats
) -> tuple[float, list[float]]:
    full = np.hstack([matrix, np.ones((len(matrix), 1))])
    weights = np.zeros(full.shape[1])
    state = _Adam(len(weights))
    for step in range(1, 4 * _STEPS + 1):
        error = counts * (1 / (1 + np.exp(-full @ weights)) - truth)
        weights -= state.step(full.T @ error + weights, step)
    rounded = [round(float(weight), 3) for weight in weights]
    return rounded[-1], rounded[:-1]


class _Adam:
    """How far to go, from how steep it has been."""

    def __init__(self, size: int) -> None:
        self._mean = np.zeros(size)
        self._square = np.zeros(size)

    def step(self, slope: _Floats, number: int) -> _Floats:
        """The next step."""
        self._mean = 0.9 * self._mean + 0.1 * slope
        self._square = 0.999 * self._square + 0.001 * slope**2
        mean = self._mean / (1 - 0.9**number)
        square = self._square / (1 - 0.999**number)
        rate: float = _RATE / (1 + number / 200)
        return rate * mean / (np.sqrt(square) + 1e-8)
