"""How likely it is that a sentence answers a question.

Four numbers tell: what the reader makes of the sentence in its passage, how near the sentence is
to the question in meaning, how near the nearest sentence of its passage is, and how much of the
question's words the passage has. The reader knows best whether it is the very thing that is asked
for; nearness and words know whether it is the topic at all, and which of several passages that
answer says most about it.

In languages that the reader does not know, the words of the sentence itself stand in for it.

Two models each, both linear, are fitted by `python -m benchmarks fit`, which writes their
coefficients beside this file: one orders sentences (a softmax over all that were found for a
question), the other says whether the best of them answers (a logistic regression). Every number
counts for a sentence, never against it.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TypeAlias

from assistant.reader.model import Reading
from index.search import ChunkHit

READ = "coefficients.json"
UNREAD = "coefficients_unread.json"
"""Files of the coefficients for what the reader has read, and for what it can't read."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a sentence as an answer."""

    odds: float
    """The reader's log odds that it answers."""

    cosine: float
    """Its own; where search did not come upon it, the lowest of its passage's that it did."""

    passage_cosine: float
    """The best of its passage."""

    passage_cover: float = 0.0
    """Share of the question's terms, by their rarity, in its passage."""

    cover: float = 0.0
    """The same in the sentence alone; none where search did not come upon it."""

    def sum(self, weights: Mapping[str, float]) -> float:
        """All of it in one number; weights without a name here are left out."""
        return (
            weights.get("odds", 0.0) * self.odds
            + weights.get("cosine", 0.0) * self.cosine
            + weights.get("passage_cosine", 0.0) * self.passage_cosine
            + weights.get("passage_cover", 0.0) * self.passage_cover
            + weights.get("cover", 0.0) * self.cover
        )


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence's evidence, and what it comes to."""

    evidence: Evidence
    merit: float
    """Orders sentences; differences are log odds."""

    probability: float = 0.0
    """Of being the best one to answer the question."""


Found: TypeAlias = tuple[ChunkHit, Sequence[bool], Reading]


def weigh(found: Iterable[Found]) -> list[list[Scored]]:
    """Score every sentence of what was found for a question.

    Args:
        found: Chunks, each with which of its sentences say something, and its reading.

    Returns:
        For each chunk its sentences, in its order. The best one's probability is that it answers,
        every other one's is as much less as it is less likely to be the best. A line that only
        asks or announces has none. What was not read is weighed apart from what was.
    """
    listed = list(found)
    read = iter(_weighed([one for one in listed if one[2].is_made], READ))
    unread = iter(_weighed([one for one in listed if not one[2].is_made], UNREAD))
    return [next(read if reading.is_made else unread) for *_, reading in listed]


def _weighed(found: Iterable[Found], file: str) -> list[list[Scored]]:
    coefficients = _coefficients(file)
    order = coefficients["order"]
    chunks = [
        [
            Scored(one, one.sum(order) if says else -math.inf)
            for one, says in zip(evidence_of(chunk, reading), quotable, strict=True)
        ]
        for chunk, quotable, reading in found
    ]
    best = max((one for chunk in chunks for one in chunk), key=lambda one: one.merit, default=None)
    if best is None or best.merit == -math.inf:
        return chunks
    answer = coefficients["answer"]
    answers = 1 / (1 + math.exp(-(best.evidence.sum(answer) + answer["intercept"])))
    return [
        [replace(one, probability=answers * math.exp(one.merit - best.merit)) for one in chunk]
        for chunk in chunks
    ]


def evidence_of(chunk: ChunkHit, reading: Reading) -> Sequence[Evidence]:
    """Gather the evidence for each sentence of a chunk."""
    cosines = {hit.sentence.number: hit.signals.cosine for hit in chunk.hits}
    covers = {hit.sentence.number: hit.signals.cover for hit in chunk.hits}
    lowest, highest = min(cosines.values()), max(cosines.values())
    cover = max(hit.signals.passage_cover for hit in chunk.hits)
    return [
        Evidence(
            odds,
            cosines.get(sentence.number, lowest),
            highest,
            cover,
            covers.get(sentence.number, 0.0),
        )
        for sentence, odds in zip(chunk.sentences, reading.odds, strict=True)
    ]


@cache
def _coefficients(name: str) -> Mapping[str, Mapping[str, float]]:
    text = Path(__file__).with_name(name).read_text("utf-8")
    loaded: Mapping[str, Mapping[str, float]] = json.loads(text)
    return loaded
