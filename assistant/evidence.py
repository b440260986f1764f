"""How likely it is that a sentence answers a question.

A logistic regression over a handful of bounded features; `python -m benchmarks fit` fits its
coefficients, and the same number orders sentences, decides that there is no answer, and is shown.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.boilerplate import look_at
from assistant.question import Question, holds_wanted
from index.search import ChunkHit, Hit
from index.terms import terms

INTERCEPT = -5.2
COEFFICIENTS: Mapping[str, float] = {
    "cosine": 6.0,
    "cover": 2.0,
    "passage_cover": 2.0,
    "passage_cosine": 0.0,
    "names_missing": -1.5,
    "numbers_missing": -1.5,
    "wanted_missing": -0.7,
    "terms_missing": 0.0,
    "heading": -0.5,
    "neighbour_cosine": 0.0,
    "short": -0.5,
}

SHORT = 40
"""Characters below which a sentence is too short to say much by itself."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A hit with its features and what they come to."""

    hit: Hit
    text: str
    features: Mapping[str, float]
    probability: float


def weigh(question: Question, chunk: ChunkHit, texts: Sequence[str]) -> list[Scored]:
    """Score every sentence of a chunk.

    Args:
        question: What was asked.
        chunk: What was found.
        texts: The words of the chunk's sentences, in their order.
    """
    found = {*chunk.chunk.terms, *(term for hit in chunk.hits for term in hit.sentence.terms)}
    shared = {
        "passage_cosine": max(hit.signals.cosine for hit in chunk.hits),
        "names_missing": _share_missing([t for n in question.names for t in terms(n)], found),
        "numbers_missing": _share_missing(question.numbers, found),
        "terms_missing": _share_missing(question.terms, found),
    }
    scored = []
    for position, (hit, text) in enumerate(zip(chunk.hits, texts, strict=True)):
        beside = [
            chunk.hits[near].signals.cosine
            for near in (position - 1, position + 1)
            if 0 <= near < len(chunk.hits)
        ]
        features = {
            **shared,
            "cosine": hit.signals.cosine,
            "cover": hit.signals.cover,
            "passage_cover": hit.signals.passage_cover,
            "wanted_missing": float(not holds_wanted(question, text)),
            "heading": float(position == 0 and text == chunk.chunk.heading),
            "neighbour_cosine": max(beside, default=0.0),
            "short": float(len(text) < SHORT),
        }
        scored.append(Scored(hit, text, features, probability(features)))
    return scored


def probability(features: Mapping[str, float]) -> float:
    """Turn features into a probability."""
    total = INTERCEPT + sum(COEFFICIENTS[name] * value for name, value in features.items())
    return 1 / (1 + math.exp(-total))


def is_furniture(text: str) -> bool:
    """Whether a sentence belongs to the publisher rather than to the article."""
    return look_at(text).is_boilerplate


def _share_missing(wanted: Sequence[str], found: set[str]) -> float:
    return sum(term not in found for term in wanted) / len(wanted) if wanted else 0.0
