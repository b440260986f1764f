"""How likely it is that a sentence answers a question.

Two small models over bounded features, both linear: one orders sentences (a softmax over all the
sentences found for a question), the other says whether the best of them answers at all (a logistic
regression). `python -m benchmarks fit` fits their coefficients and writes them beside this file.

What a question asks for and the passage never mentions tells more than how near the passage is:
similarity alone can't tell "How much did they pay?" from "How much did they pitch it for?".
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from assistant.question import KINDS_WANTED, Question, holds_wanted
from assistant.reader import Rating
from index.search import ChunkHit
from index.store import StoredSentence
from index.terms import terms

FILE = Path(__file__).with_name("coefficients.json")


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence with its features and what they come to."""

    sentence: StoredSentence
    text: str
    features: Mapping[str, float]
    merit: float
    """Orders sentences; differences are log odds."""

    probability: float = 0.0


def weigh(
    question: Question,
    rarity: Mapping[str, float],
    found: Iterable[tuple[ChunkHit, Sequence[str], Sequence[Rating]]],
) -> list[list[Scored]]:
    """Score every sentence of the chunks found for a question.

    Args:
        question: What was asked.
        rarity: How rare each of its terms is.
        found: Chunks, each with the words of its sentences and how the reader rates them.

    Returns:
        For each chunk its sentences, in its order. A sentence's probability is that of the best
        one to answer the question, times how much less likely this one is to be it.
    """
    chunks = [_weigh_chunk(question, rarity, *one) for one in found]
    answers = answer_features(chunks)
    if not answers:
        return chunks
    odds = _linear("answer", answers)
    best = max(one.merit for chunk in chunks for one in chunk)
    certainty = 1 / (1 + math.exp(-odds))
    return [
        [replace(one, probability=certainty * math.exp(one.merit - best)) for one in chunk]
        for chunk in chunks
    ]


def answer_features(chunks: Sequence[Sequence[Scored]]) -> dict[str, float]:
    """What tells whether the best sentence answers; empty when nothing was found."""
    best = max((one for chunk in chunks for one in chunk), key=lambda one: one.merit, default=None)
    if best is None:
        return {}
    return {
        "merit": best.merit,
        **{name: best.features[name] for name in _DECISIVE},
    }


_DECISIVE = (
    "match",
    "passage_match",
    "context",
    "passage_context",
    "passage_cosine",
    "rarity_missing",
    "names_missing",
    "numbers_missing",
)
_WANTED = {kind: f"no_{kind}" for kind in KINDS_WANTED}


def sentence_features(
    question: Question,
    rarity: Mapping[str, float],
    chunk: ChunkHit,
    texts: Sequence[str],
    ratings: Sequence[Rating],
) -> list[dict[str, float]]:
    """Compute each sentence's features, those of its chunk included."""
    everywhere = {*chunk.chunk.terms, *(t for one in chunk.sentences for t in one.terms)}
    shared = {
        "passage_match": ratings[0].passage_match,
        "passage_context": ratings[0].passage_context,
        "passage_cosine": max(hit.signals.cosine for hit in chunk.hits),
        "names_missing": _missing([t for n in question.names for t in terms(n)], everywhere),
        "numbers_missing": _missing(question.numbers, everywhere),
        "rarity_missing": _rarity_missing(rarity, everywhere),
    }
    rows = []
    before: set[str] = set()
    for sentence, text, rating in zip(chunk.sentences, texts, ratings, strict=True):
        here = set(sentence.terms)
        lacks = not holds_wanted(question, text)
        rows.append(
            {
                **shared,
                "match": rating.match,
                "context": rating.context,
                "rarity_missing_near": _rarity_missing(rarity, here | before),
                "new_terms": len(here - set(question.terms)) / max(1, len(here)),
                "length": math.log(1 + len(text)) / 5,
                **{f: float(lacks and question.wanted == kind) for kind, f in _WANTED.items()},
            }
        )
        before = here
    return rows


def _weigh_chunk(
    question: Question,
    rarity: Mapping[str, float],
    chunk: ChunkHit,
    texts: Sequence[str],
    ratings: Sequence[Rating],
) -> list[Scored]:
    rows = sentence_features(question, rarity, chunk, texts, ratings)
    return [
        Scored(sentence, text, row, _linear("sentence", row))
        for sentence, text, row in zip(chunk.sentences, texts, rows, strict=True)
    ]


def _linear(model: str, features: Mapping[str, float]) -> float:
    coefficients = _coefficients()[model]
    return float(
        coefficients["intercept"]
        + sum(weight * features[name] for name, weight in coefficients["weights"].items())
    )


@cache
def _coefficients() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return loaded


def _missing(wanted: Sequence[str], found: set[str]) -> float:
    return sum(term not in found for term in wanted) / len(wanted) if wanted else 0.0


def _rarity_missing(rarity: Mapping[str, float], found: set[str]) -> float:
    total = sum(rarity.values())
    return sum(v for t, v in rarity.items() if t not in found) / total if total else 0.0
