"""Tell the article of a page from what surrounds it.

Two linear models, fitted on pages of which people have said what the article is: the first weighs
each paragraph's signs, the second what it made of the paragraphs around.
"""

import json
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from pathlib import Path

from index.formats.html.part import Element, Part
from index.formats.html.signs import signs_of

_WEIGHTS = Path(__file__).with_name("furniture.json")

_SURE = 6.0
"""Points above which a paragraph is no surer to be furniture."""

_AROUND = 8
"""Paragraphs on either side whose nature says something about one."""

_MOST_WORDS = 60
"""Words above which a paragraph counts no more than one of so many."""

_MARGIN = 0.6
"""Points that it takes in the end: an article that loses a sentence is worse than furniture that
stays. Chosen on manuals, of which all is the article."""

_LEAST_WORDS = 40
"""Words that an article has at least."""

_LEAST_SHARE = 0.03
"""What it has at least of the words outside of what is called navigation."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What was fitted."""

    bias: float
    signs: dict[str, float]
    bias_around: float
    around: tuple[float, ...]


@cache
def weights() -> Weights:
    """Those that were fitted on pages."""
    stored = json.loads(_WEIGHTS.read_text())
    return Weights(stored["bias"], stored["signs"], stored["bias around"], tuple(stored["around"]))


def mark_furniture(parts: Sequence[Part], fitted: Weights | None = None) -> list[Part]:
    """Mark what surrounds the article; where there is none, what the page says is navigation."""
    found = judge(parts, fitted or weights())
    named = [part.element.is_navigation for part in parts]
    sizes = [_words(part) for part in parts]
    article = sum(size for size, is_it in zip(sizes, found, strict=True) if not is_it)
    all_but_named = sum(size for size, is_it in zip(sizes, named, strict=True) if not is_it)
    if article < max(_LEAST_WORDS, _LEAST_SHARE * all_but_named):
        found = named
    return [
        replace(part, kind="furniture", level=0) if is_it and not _is_headline(part) else part
        for part, is_it in zip(parts, found, strict=True)
    ]


def judge(parts: Sequence[Part], fitted: Weights) -> list[bool]:
    """Whether each paragraph is furniture."""
    points = first_points(parts, fitted)
    return [
        fitted.bias_around + sum(map(float.__mul__, fitted.around, row)) > _MARGIN
        for row in surroundings(parts, points)
    ]


def first_points(parts: Sequence[Part], fitted: Weights) -> list[float]:
    """What the signs of each paragraph come to."""
    known = fitted.signs
    return [
        fitted.bias + sum(known[sign] for sign in sorted(signs & known.keys()))
        for signs in signs_of(parts)
    ]


def surroundings(parts: Sequence[Part], points: Sequence[float]) -> list[list[float]]:
    """For each paragraph, its points, and what is around it: -1 is article, 1 is furniture."""
    nature = [math.tanh(min(_SURE, max(-_SURE, one)) / 2) for one in points]
    sizes = [float(min(_MOST_WORDS, _words(part))) for part in parts]
    weighed = [one * size for one, size in zip(nature, sizes, strict=True)]
    sums = [list(accumulate(values, initial=0.0)) for values in (nature, weighed, sizes)]
    inner = _by_container(parts, weighed, sizes, 1)
    outer = _by_container(parts, weighed, sizes, 2)
    whole = sums[1][-1] / max(1.0, sums[2][-1])
    rows = []
    for number in range(len(parts)):
        before = (max(0, number - _AROUND), number)
        after = (number + 1, min(len(parts), number + 1 + _AROUND))
        beside = (
            nature[number - 1] if number else 1.0,
            nature[number + 1] if number + 1 < len(parts) else 1.0,
        )
        rows.append(
            [
                min(_SURE, max(-_SURE, points[number])) / 3,
                *beside,
                min(beside),
                max(beside),
                _mean(sums[0], before),
                _mean(sums[0], after),
                _share(sums[1], sums[2], before),
                _share(sums[1], sums[2], after),
                inner[number],
                outer[number],
                whole,
            ]
        )
    return rows


def _mean(sums: Sequence[float], ends: tuple[int, int]) -> float:
    start, end = ends
    return (sums[end] - sums[start]) / (end - start) if end > start else 1.0


def _share(sums: Sequence[float], sizes: Sequence[float], ends: tuple[int, int]) -> float:
    start, end = ends
    return (sums[end] - sums[start]) / max(1.0, sizes[end] - sizes[start])


def _by_container(
    parts: Sequence[Part], weighed: Sequence[float], sizes: Sequence[float], steps: int
) -> list[float]:
    """What the paragraphs are that stand in the same element."""
    containers = [id(_container(part.element, steps)) for part in parts]
    sums: dict[int, float] = defaultdict(float)
    words: dict[int, float] = defaultdict(float)
    for container, one, size in zip(containers, weighed, sizes, strict=True):
        sums[container] += one
        words[container] += size
    return [sums[container] / max(1.0, words[container]) for container in containers]


def _container(element: Element, steps: int) -> Element | None:
    one: Element | None = element
    for _ in range(steps):
        one = one.parent if one else None
    return one


def _words(part: Part) -> int:
    return max(part.text.count(" ") + 1, len(part.text) // 12)


def _is_headline(part: Part) -> bool:
    return part.kind == "heading" and part.level == 1 and not part.element.is_navigation
