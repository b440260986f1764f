"""What it costs to ask in haste: with a slip of the finger, or in small letters."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from benchmarks import metrics
from benchmarks.data import Question, hash_of
from benchmarks.quality.outcomes import OURS, Bench, Outcome, passages_of, sentences_of
from benchmarks.quality.quotes import THREE_QUOTED, gold_quoted, in_first
from benchmarks.quality.rows import Row, Scores, against_best, scores_of
from benchmarks.slips import careless, slipped

SAMPLE = 100
"""Questions of a set that are asked once more in each way."""

GOLD = "answered with gold"

TYPED: Mapping[str, Callable[[Question], Question]] = {
    "one slip": lambda question: replace(question, text=slipped(question.text, question.id)),
    "small letters": lambda question: replace(question, text=careless(question.text)),
}

One = TypeVar("One")
Asked = tuple[Bench, Outcome]


def haste_rows(asked: Iterable[Asked], *, whole: bool, several: bool = True) -> Iterable[Row]:
    """Ask some questions again as people type them, and compare.

    Args:
        asked: What came of questions well written, each with whom it was put to; those that are
            answerable and have gold.
        whole: See `quotes.holds`.
        several: Whether there are several documents to find the right one among.
    """
    sample = sample_of(asked, lambda one: one[1].question.id)
    if not sample:
        return
    written = [outcome for _, outcome in sample]
    before = _scores(written, whole=whole, several=several)
    for group, typed in TYPED.items():
        again = [bench.ask(typed(outcome.question)) for bench, outcome in sample]
        after = _scores(again, whole=whole, several=several)
        for metric, scores in after.items():
            note = THREE_QUOTED if metric == GOLD else ""
            yield against_best(group, metric, scores, note=note)
            yield _lost(group, f"{metric}: lost", before[metric], scores)


def sample_of(all_of_them: Iterable[One], key: Callable[[One], str]) -> list[One]:
    """A sample that is the same every time."""
    return sorted(all_of_them, key=lambda one: hash_of(key(one)))[:SAMPLE]


def _scores(outcomes: Sequence[Outcome], *, whole: bool, several: bool) -> dict[str, Scores]:
    found: dict[str, Scores] = {}
    if several:
        found["right document first"] = scores_of(
            outcomes,
            passages_of,
            lambda ranked, outcome: metrics.first(
                ranked.documents(), outcome.question.document_ids
            ),
        )
    first = in_first(1, whole=whole)
    found["best sentence first"] = scores_of(outcomes, sentences_of, first)
    found[GOLD] = gold_quoted(outcomes, whole=whole)
    return found


def _lost(group: str, metric: str, before: Scores, after: Scores) -> Row:
    """How much every way lost; ours with its own interval."""
    lost = {way: np.subtract(before[way], after[way]) for way in before}
    ours = lost[OURS].tolist()
    return Row(
        group,
        metric,
        len(ours),
        float(np.mean(ours)),
        {way: float(values.mean()) for way, values in lost.items() if way != OURS},
        between=metrics.bootstrap_mean(ours),
        less_is_better=True,
    )
